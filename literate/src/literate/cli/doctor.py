"""The command `doctor`: what a configuration lacks, in words of its author."""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from literate.book.book import Book
from literate.book.checking import problems
from literate.book.config import find_config, load
from literate.book.libraries import libraries_of
from literate.book.options import extensions_of
from literate.cli.commands import Commands
from literate.errors import BookError
from literate.weaving.parts.glossary import terms

EXTENSIONS = {
    "pymdownx.superfences": "fences inside lists and boxes are not shown as code",
    "pymdownx.highlight": "the code of a page has no colors, and cannot be counted",
    "attr_list": "the label above a source block shows `{: .literate-label }`",
    "admonition": "boxes (`!!!`) are shown as text",
    "pymdownx.details": "folded boxes (`???`), such as solutions, are shown as text",
}
"""The extensions that a book needs, and what a reader sees without them."""


def add(commands: Commands) -> None:
    """Add the command."""
    doctor = commands.add_parser("doctor", help="say what the configuration lacks")
    doctor.set_defaults(command=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    """Say what is wrong, and what else could be better."""
    file = find_config(Path.cwd())
    if file is None:
        message = (
            "no book here or above: `literate new DIR` makes one; in a mkdocs.yml of "
            "yours, put `literate.weave: {package: NAME}` among the markdown_extensions"
        )
        raise BookError(str(Path.cwd()), None, message)
    wrong = list(_of_extensions(file.name, load(file)))
    try:
        book = Book(file.parent, file)
        wrong += problems(book)
        terms(book)
    except BookError as error:
        wrong.append(error)
    told = map(str, wrong) if wrong else [*_lacking(book), "nothing is missing"]
    for each in told:
        print(each)
    return 1 if wrong else 0


def _lacking(book: Book) -> Iterator[str]:
    """The libraries that the chapters import and that lack, each where it is wanted."""
    known: set[str] = set()
    for chapter in book.chapters.values():
        for block in chapter.blocks:
            lacking = sorted(libraries_of(book.package, [block.code]) - known)
            for name in lacking:
                known.add(name)
                if importlib.util.find_spec(name) is None:
                    without = f"{name} is not installed: cells with it do not run"
                    yield f"note: {block.fence.place}: {without}"


def _of_extensions(name: str, settings: dict[str, Any]) -> Iterator[BookError]:
    """What lacks among the Markdown extensions."""
    present = extensions_of(settings)
    for extension, without in EXTENSIONS.items():
        if extension not in present:
            message = f"add `- {extension}` to markdown_extensions: without, {without}"
            yield BookError(name, 1, message)
    highlight = present.get("pymdownx.highlight") or {}
    if "pymdownx.highlight" in present and not highlight.get("pygments_lang_class"):
        message = (
            "set `pygments_lang_class: true` below pymdownx.highlight: a page's Python "
            "fences are counted by the class that it gives them"
        )
        yield BookError(name, 1, message)
