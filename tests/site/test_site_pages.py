"""Every page, as a reader meets it: the built site in Chromium."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import closing
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from built import PAGES, file_of
from playwright.sync_api import Browser, ViewportSize
from visiting import UNFOLD, WIDE, faults, open_page, shift

pytestmark = pytest.mark.browser

# An element that is wider than its place, and that no ancestor lets scroll.
STICKS_OUT = """(() => {
  const page = document.querySelector('.md-content').getBoundingClientRect();
  return [...document.querySelectorAll('article *')].filter(each => {
    if (each.getBoundingClientRect().right <= page.right + 1) return false;
    for (let up = each; up.matches('article, article *'); up = up.parentElement)
      if (getComputedStyle(up).overflowX !== 'visible') return false;
    return true;
  }).map(each => each.outerHTML.slice(0, 100));
})()"""
SCROLLING_CODE = """[...document.querySelectorAll('pre > code')]
  .filter(each => each.scrollWidth > each.clientWidth + 1)
  .map(each => each.textContent)"""
# Not a diagram of letters: it is no code, and wrapped it would be none either.
FITS = """[...document.querySelectorAll('pre > code')]
  .filter(each => each.clientWidth && !each.closest('.language-text'))
  .map(each => each.scrollWidth <= each.clientWidth + 1)"""
PHONE: ViewportSize = {"width": 360, "height": 740}


class Look(NamedTuple):
    """What is seen on one visit to a page."""

    asked: list[str]
    said: list[str]
    shift: float
    shift_on_phone: float
    faults: list[tuple[str, str, str]]
    sticking_out: list[str]
    scrolling_code: list[str]
    sticking_out_of_phone: list[str]
    width_on_phone: int


Looker = Callable[[str], Look]


@pytest.fixture(scope="session")
def look(browser: Browser, root: str) -> Looker:
    """Visits a page once, for all tests."""

    @cache
    def look(path: str) -> Look:
        moved = {}
        for size in (WIDE, PHONE):
            with closing(browser.new_context(viewport=size)) as context:
                moved[size["width"]] = shift(context, root + path)
        context = browser.new_context(viewport=WIDE, color_scheme="light")
        page, asked, said = open_page(context, root + path)
        page.evaluate(UNFOLD)
        wide = page.evaluate(STICKS_OUT), page.evaluate(SCROLLING_CODE)
        page.set_viewport_size(PHONE)
        narrow = (
            page.evaluate(STICKS_OUT),
            page.evaluate("document.documentElement.scrollWidth"),
        )
        page.set_viewport_size(WIDE)
        found = faults(page)
        context.close()
        return Look(asked, said, moved[1280], moved[360], found, *wide, *narrow)

    return look


@pytest.mark.parametrize("path", PAGES)
def test_page_is_accessible_in_both_schemes(look: Looker, path: str) -> None:
    assert look(path).faults == []


@pytest.mark.parametrize("path", PAGES)
def test_page_asks_no_other_host(look: Looker, root: str, path: str) -> None:
    asked = look(path).asked
    assert root + path in asked
    assert [each for each in asked if not each.startswith((root, "data:"))] == []


@pytest.mark.parametrize("path", PAGES)
def test_page_says_nothing_on_the_console(look: Looker, path: str) -> None:
    assert look(path).said == []


@pytest.mark.parametrize("path", PAGES)
def test_page_stands_still(look: Looker, path: str) -> None:
    # Fonts that come late take the places of others of their widths.
    assert look(path).shift <= 0.01
    assert look(path).shift_on_phone <= 0.01


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_its_place(look: Looker, path: str) -> None:
    assert look(path).sticking_out == []


@pytest.mark.parametrize("path", PAGES)
def test_code_fits_beside_both_sidebars(look: Looker, path: str) -> None:
    assert look(path).scrolling_code == []


@pytest.mark.parametrize("path", PAGES)
def test_page_never_scrolls_sideways_on_a_phone(look: Looker, path: str) -> None:
    assert look(path).sticking_out_of_phone == []
    assert look(path).width_on_phone == 360


def test_nine_blocks_of_ten_fit_on_a_phone(browser: Browser, root: str) -> None:
    # Code goes on below; what is printed keeps its columns, and may scroll.
    fits: list[bool] = []
    with closing(browser.new_context(viewport=PHONE)) as context:
        page = context.new_page()
        for path in PAGES:
            page.goto(root + path, wait_until="domcontentloaded")
            page.evaluate(UNFOLD)
            fits += page.evaluate(FITS)
    assert fits.count(True) >= 0.9 * len(fits)


@pytest.mark.parametrize("path", PAGES)
def test_page_is_small(look: Looker, path: str) -> None:
    # What is transferred before a click: fonts are packed already.
    names = {urlsplit(address).path.lstrip("/") for address in look(path).asked}
    sizes = {name: _packed(name) for name in names}
    assert sum(sizes.values()) <= 350 * 1024, sizes
    fonts = [size for name, size in sizes.items() if "fonts" in name]
    assert sum(fonts) <= 110 * 1024, sizes


@cache
def _packed(name: str) -> int:
    data = file_of(name).read_bytes()
    return len(data if name.endswith(".woff2") else gzip.compress(data))
