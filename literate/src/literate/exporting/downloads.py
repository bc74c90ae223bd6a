"""Downloads: what a reader can take along from a chapter's page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from literate.exporting.notebook import notebook
from literate.exporting.wheel import difference, wheel
from literate.running.run import ChapterRun


class Download(NamedTuple):
    """A file, and what the link to it says."""

    name: str
    content: bytes
    text: str


def downloads(it: ChapterRun) -> Iterator[Download]:
    """A notebook, the package so far if there is one, and what has changed in it."""
    stem, book, path = Path(it.path).stem, it.book, it.path
    text = "this chapter as a notebook"
    yield Download(f"{stem}.ipynb", notebook(it).encode(), text)
    if it.below:
        yield Download(*wheel(book, path), "the package so far")
    if changed := difference(it):
        text = "what this chapter changed in the package"
        yield Download(f"{stem}.diff", changed.encode(), text)
