"""The built site: where it is, and which pages it must have."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from literate.book.book import Book
from lxml import html

ROOT = Path(__file__).parents[2]
# Another build can be looked at: SITE=build/site pytest tests/site -m browser
SITE = Path(os.environ.get("SITE", ROOT / "site")).resolve()


def _folder(path: str) -> str:
    """The folder of the site that shows a Markdown file."""
    name = Path(path).stem
    return "" if name == "index" else f"{name}/"


BOOK = Book.find(ROOT)
PAGES = [_folder(path) for path in BOOK.paths]
WITH_FIGURES = [
    _folder(path)
    for path in BOOK.paths
    if any(c.figure for c in BOOK.chapters[path].cells)
]
CHAPTERS = [page for page in PAGES if page[:1].isdigit()]
MOVED = {
    "08-pytorch/": "11-pytorch/",
    "09-networks/": "08-networks/",
    "10-descent/": "09-descent/",
    "11-zero-grad/": "10-zero-grad/",
}
"""Where pages stood once, and where they stand now."""


def file_of(page: str) -> Path:
    """The file of a page, or of anything else that the site serves."""
    file = SITE / page
    return file / "index.html" if page.endswith("/") or not page else file


@cache
def text_of(page: str) -> str:
    """The HTML of a page."""
    return file_of(page).read_text("utf-8")


@cache
def tree_of(page: str) -> html.HtmlElement:
    """The elements of a page."""
    return html.document_fromstring(text_of(page))
