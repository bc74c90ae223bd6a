"""Small books for tests."""

from __future__ import annotations

import subprocess
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from literate.book.book import Book
from literate.cli import main
from literate.kernel.source import rendering
from literate.kernel.source.definitions import Module, Origin
from literate.kernel.source.merging import merge
from literate.kernel.source.reading import read

ROOT = Path(__file__).parents[2]
BOX = "class Box:\n    def __init__(self, x: int) -> None:\n        self.x = x\n"


def chapters() -> list[Any]:
    """The chapters of this repository's book, for tests that run them."""
    it = Book(ROOT)
    return [
        pytest.param(
            path,
            marks=pytest.mark.needs(
                *(
                    each
                    for each in it.options.optional
                    if f"import {each}" in chapter.text
                )
            ),
        )
        for path, chapter in it.chapters.items()
    ]


def source(code: str, title: str = "thing/core.py", marks: str = "```") -> str:
    """A source block, with blank lines around it."""
    return f'\n{marks}python title="{title}"\n{code}{marks}\n\n'


def cell(code: str, output: str = "") -> str:
    """A cell, with its output."""
    shown = f"```output\n{output}```\n\n" if output else ""
    return f"\n```python\n{code}```\n\n{shown}"


def make_book(root: Path, **chapters: str) -> Path:
    """Write a project whose package is `thing`; chapters by their file's stem."""
    docs = root / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    for stem, text in chapters.items():
        (docs / f"{stem}.md").write_text(text, "utf-8", newline="")
    nav = "".join(f"  - {stem}.md\n" for stem in chapters)
    (root / "mkdocs.yml").write_text(
        f"site_name: test\nnav:\n{nav}markdown_extensions:\n"
        "  - literate.weave:\n      package: thing\n"
    )
    return root


def site(root: Path, **chapters: str) -> Path:
    """A book with the extensions that its pages use."""
    make_book(root, **chapters)
    config = (root / "mkdocs.yml").read_text() + "".join(
        f"  - {name}\n"
        for name in ("admonition", "attr_list", "pymdownx.details",
                     "pymdownx.superfences")
    )  # fmt: skip
    config += "  - pymdownx.highlight:\n      pygments_lang_class: true\n"
    config += "use_directory_urls: false\nplugins: []\n"
    (root / "mkdocs.yml").write_text(config)
    return root


def book(root: Path, **chapters: str) -> Book:
    """The book of such a project."""
    return Book(make_book(root, **chapters))


def literate(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command `literate` in a project, in this process: it starts at once."""
    out, err = StringIO(), StringIO()
    with chdir(root), redirect_stdout(out), redirect_stderr(err):
        try:
            status = main(list(arguments))
        except SystemExit as end:  # how argparse tells of wrong usage
            status = int(end.code or 0)
    return subprocess.CompletedProcess(
        arguments, status, out.getvalue(), err.getvalue()
    )


def merged(*codes: str) -> Module:
    """The module that some source blocks make."""
    module = Module()
    for number, code in enumerate(codes, 1):
        module, _ = merge(module, read(code, Origin(f"block {number}", 1)))
    return module


def text_of(module: Module) -> str:
    """The text of a module's file."""
    return rendering.text_of(module, "thing")


def merge_text(*codes: str) -> str:
    """The text that some source blocks make."""
    return text_of(merged(*codes))


def files_below(root: Path) -> dict[str, bytes]:
    """Every file of a project, but for caches."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
