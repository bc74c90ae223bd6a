"""The record: every state of the package in one file, for the pages that show them.

It tells block by block which lines of which file each has changed, which definitions it
has written, and where. A page asks for it when its reader does.
"""

from __future__ import annotations

import hashlib
import json
import textwrap
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

from literate.book.book import Book, Step
from literate.book.history import History, definitions
from literate.kernel.source.rendering import text_of
from literate.weaving.browser.lessons import name_of
from literate.weaving.parts.glossary import terms
from literate.weaving.parts.naming import called


def put(book: Book, history: History, site: Path, address: Callable[[str], str]) -> str:
    """Put the record into a site, once for all pages, and return its address there.

    `address` gives that of a page, by its path below the book's folder.
    """
    names = (path.removeprefix(f"{book.docs}/") for path in book.paths)
    text = record(book, history, tuple(address(name) for name in names))
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    file = site / f"literate/record-{digest}.json"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return file.relative_to(site).as_posix()


@lru_cache(maxsize=1)
def record(book: Book, history: History, addresses: tuple[str, ...]) -> str:
    """The record of a book, as JSON; the addresses are those of its pages, in order."""
    pages = [
        {"path": path, "address": address, "title": called(book, path)}
        for path, address in zip(book.paths, addresses, strict=True)
    ]
    told = {
        "pages": pages,
        "blocks": list(_blocks(book, history)),
        "glossary": book.paths.index(book.options.glossary)
        if book.options.glossary
        else None,
        "terms": [
            {"names": [term.name, *term.others], "text": term.text, "at": term.anchor}
            for term in terms(book)
        ],
    }
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _blocks(book: Book, history: History) -> Iterator[dict[str, object]]:
    """What each source block has changed."""
    files: dict[str, list[str]] = {}
    for page, path in enumerate(book.paths):
        lines = [block.fence.line for block in book.chapters[path].blocks]
        for step in book.steps(path):
            source = step.source
            after = text_of(step.snapshot[source.title], book.package).splitlines()
            yield {
                "page": page,
                "fence": name_of(lines.index(source.fence.line) + 1),
                "file": source.title,
                "edits": list(_edits(files.get(source.title, []), after)),
                "wrote": list(_wrote(history, step)),
            }
            files[source.title] = after


def _edits(before: list[str], after: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Which lines give way to which, from the last of a file to the first."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, first, last in reversed(matcher.get_opcodes()):
        if tag != "equal":
            yield start, end - start, after[first:last]


def _wrote(history: History, step: Step) -> Iterator[tuple[str, str, str | None]]:
    """Each definition by name: its anchor, and its text unless it was removed."""
    fence = step.source.fence
    items = (item for _, item in definitions(step.items))
    for version, item in zip(
        history.written(fence.path, fence.line), items, strict=True
    ):
        text = None if version.removed else textwrap.dedent(getattr(item, "text", ""))
        yield version.name, version.anchor, text
