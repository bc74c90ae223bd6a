"""The PDF: the volume, printed by Chromium."""

from __future__ import annotations

import os
import shutil
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, Playwright, Route, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from literate.book.book import Book
from literate.exporting.volumes.volume import volume

ADDRESS = "http://book.invalid/"
CURE = "install Chromium, or name it: CHROMIUM=/path/to/chromium literate pdf"
# A page that is printed has to wait for its fonts; one on a screen rather goes without.
# A face that is `local` may not be on this machine: that is what the next one is for.
FONTS = """Promise.allSettled([...document.fonts].map(font => {
  font.display = "block";
  return font.load();
}))"""
# The contents have a number on every line from the start, so that both prints of them
# are made of the same pieces.
NUMBER = """numbers => {
  for (const place of document.querySelectorAll(".book-page")) {
    const name = place.parentElement.getAttribute("href").slice(1);
    place.textContent = numbers[name] ?? 0;
  }
}"""
ALONE = """() => {
  for (const part of document.querySelectorAll(".book-volume > section")) part.remove();
}"""


def pdf(book: Book, site: Path) -> bytes:
    """Print the book.

    Raises:
        BookError: Where a page was not built.
        RuntimeError: Where there is no Chromium, or where it does not start.
    """
    text = volume(book, site)
    with sync_playwright() as playwright:
        browser = _chromium(playwright)
        page = browser.new_page(color_scheme="light")
        page.route("**/*", lambda route: _answer(route, text, site))
        page.goto(ADDRESS, timeout=300_000)  # ms: a large page and a slow machine
        page.evaluate(FONTS)
        page.evaluate(NUMBER, {})
        printed = _print(page)
        # The numbers have a place of a fixed width: they move nothing. So only the
        # contents are printed again.
        page.evaluate(NUMBER, _numbers(printed))
        page.evaluate(ALONE)
        contents = _print(page)
        browser.close()
    return _with_contents(printed, contents)


def _with_contents(printed: bytes, contents: bytes) -> bytes:
    """The book with other text on its first pages, whose links stay as they are."""
    book = PdfWriter(BytesIO(printed), incremental=True)
    for old, new in zip(book.pages, PdfReader(BytesIO(contents)).pages, strict=False):
        for key in ("/Contents", "/Resources"):
            copy = new[key].clone(book)
            old[NameObject(key)] = getattr(copy, "indirect_reference", None) or copy
    target = BytesIO()
    book.write(target)
    return target.getvalue()


def _chromium(playwright: Playwright) -> Browser:
    """Start Chromium."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        raise RuntimeError(f"there is no chromium on the path: {CURE}")
    try:
        return playwright.chromium.launch(executable_path=program)
    except Error:
        raise RuntimeError(f"{program} does not start: {CURE}") from None


def _answer(route: Route, text: str, site: Path) -> None:
    """Answer what the browser asks for: the volume, or a file of the site."""
    file = site / urlsplit(route.request.url).path.lstrip("/")
    if route.request.url == ADDRESS:
        route.fulfill(body=text, content_type="text/html")
    elif file.is_file():
        route.fulfill(path=file)
    else:
        route.abort()


def _print(page: Page) -> bytes:
    """Print what the browser shows."""
    return page.pdf(
        outline=True, prefer_css_page_size=True, print_background=True, tagged=True
    )


def _numbers(printed: bytes) -> dict[str, int]:
    """The page on which each name stands that a link leads to."""
    reader = PdfReader(BytesIO(printed))
    places = reader.named_destinations.items()
    return {
        name.removeprefix("/"): number + 1
        for name, place in places
        if (number := reader.get_destination_page_number(place)) is not None
    }
