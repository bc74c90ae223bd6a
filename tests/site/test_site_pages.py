"""Every page, as a reader meets it: the built site in Chromium."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from built import CHAPTERS, PAGES, file_of
from playwright.sync_api import Browser
from visiting import WIDE, faults, open_page

pytestmark = pytest.mark.browser

# Solutions are folded away: what is wrong in them counts as well.
UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"
LAYOUT_SHIFT = """new Promise(resolve => {
  let total = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) total += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(total), 300);
})"""
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


class Look(NamedTuple):
    """What is seen on one visit to a page."""

    asked: list[str]
    said: list[str]
    shift: float
    shift_with_fonts: float
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
        context = browser.new_context(viewport=WIDE, color_scheme="light")
        page, asked, said = open_page(context, root + path)
        shift = page.evaluate(LAYOUT_SHIFT)
        page.reload()  # with fonts that are here already
        shift_with_fonts = page.evaluate(LAYOUT_SHIFT)
        page.evaluate(UNFOLD)
        found = faults(page)
        wide = page.evaluate(STICKS_OUT), page.evaluate(SCROLLING_CODE)
        page.set_viewport_size({"width": 360, "height": 740})
        narrow = (
            page.evaluate(STICKS_OUT),
            page.evaluate("document.documentElement.scrollWidth"),
        )
        context.close()
        return Look(asked, said, shift, shift_with_fonts, found, *wide, *narrow)

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
    # Fonts that come late take the places of others of nearly their widths.
    assert look(path).shift <= 0.1
    assert look(path).shift_with_fonts <= 0.01


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


@pytest.mark.parametrize("path", CHAPTERS)
def test_page_is_small(look: Looker, path: str) -> None:
    names = {urlsplit(address).path for address in look(path).asked}
    sizes = {
        name: len(gzip.compress(file_of(name.lstrip("/")).read_bytes()))
        for name in names
        if "/fonts/" not in name and "/search" not in name
    }
    assert sum(sizes.values()) <= 350 * 1024, sizes
