"""Downloads: what a reader can take along from a chapter's page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from literate.book.book import Book
from literate.exporting.notebook import notebook
from literate.exporting.wheel import difference, wheel, wheel_name
from literate.kernel.session import Result


class Download(NamedTuple):
    """A file, and what the link to it says."""

    name: str
    content: bytes
    text: str


def downloads(
    book: Book, path: str, results: Mapping[int, Result]
) -> Iterator[Download]:
    """The files that belong to a chapter.

    Args:
        book: The book.
        path: The chapter.
        results: What its blocks displayed, by the line of their fences.

    Yields:
        A notebook; a wheel of the package so far where there is one; and what the
        chapter changed where it changed something.
    """
    stem = Path(path).stem
    made = notebook(book, path, results)
    yield Download(f"{stem}.ipynb", made.encode(), "this chapter as a notebook")
    if book.snapshot(path):
        yield Download(wheel_name(book, path), wheel(book, path), "the package so far")
    if changed := difference(book, path):
        text = "what this chapter changed in the package"
        yield Download(f"{stem}.diff", changed.encode(), text)
