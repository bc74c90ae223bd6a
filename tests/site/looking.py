"""A look at a page: all that is measured on one visit, for every test of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, ViewportSize
from visiting import UNFOLD, WIDE, faults, listen, shift

PHONE: ViewportSize = {"width": 360, "height": 740}
PAPER: ViewportSize = {"width": 657, "height": 957}
"""What the margins leave of A4, in pixels."""
FIGURES = Path(__file__).with_name("figures.js").read_text("utf-8")
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
# A broken line of code starts where its white space ends, and goes on right of that.
MISLEADING = """[...document.querySelectorAll('.literate-long')].filter(each => {
  const code = each.closest('code'), style = getComputedStyle(code);
  const range = document.createRange();
  range.selectNodeContents(each);
  const [first, ...rest] = range.getClientRects();
  if (!first || !code.clientWidth) return false;
  const left = code.getBoundingClientRect().left + parseFloat(style.paddingLeft);
  const letter = 0.6 * parseFloat(style.fontSize);
  const wide = letter * each.style.getPropertyValue('--indent');
  return Math.abs(first.left - left - wide) > 1
    || rest.some(rect => rect.top > first.top + 8 && rect.left < first.left + 8);
}).map(each => each.textContent)"""
BEYOND_PAPER = """[...document.querySelectorAll(
    'article :is(pre > code, table, svg, math)')]
  .filter(each => each.scrollWidth > each.clientWidth + 1
    && getComputedStyle(each).display !== 'inline'
    || each.getBoundingClientRect().right > innerWidth + 1)
  .map(each => each.outerHTML.slice(0, 100))"""


class Look(NamedTuple):
    """What is seen on one visit to a page."""

    asked: list[str]
    said: list[str]
    shift: float
    shift_on_phone: float
    sticking_out: list[str]
    scrolling_code: list[str]
    sticking_out_of_phone: list[str]
    width_on_phone: int
    fits_on_phone: list[bool]
    misleading_on_phone: list[str]
    beyond_paper: list[str]
    figures: list[str]
    faults: list[tuple[str, str, str]]


def look_at(browser: Browser, address: str) -> Look:
    """Visit a page, and measure it: moving, on a phone, on paper, in both schemes."""
    with closing(browser.new_context(viewport=PHONE, color_scheme="light")) as context:
        page = context.new_page()
        moved_on_phone = shift(page, address)
        page.set_viewport_size(WIDE)
        _, asked, said = listen(page)
        moved = shift(page, address)
        page.wait_for_load_state("networkidle")
        page.evaluate(UNFOLD)
        wide = page.evaluate(STICKS_OUT), page.evaluate(SCROLLING_CODE)
        narrow = _narrow(page)
        figures = page.evaluate(FIGURES)
        found = faults(page)
        figures += page.evaluate(FIGURES)  # in the dark
    return Look(asked, said, moved, moved_on_phone, *wide, *narrow, figures, found)


def _narrow(page: Page) -> tuple[list[str], int, list[bool], list[str], list[str]]:
    """What is measured where there is less room; the page is wide again then."""
    page.set_viewport_size(PHONE)
    sticking_out = page.evaluate(STICKS_OUT)
    width = page.evaluate("document.documentElement.scrollWidth")
    fits = page.evaluate(FITS)
    misleading = page.evaluate(MISLEADING)
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    beyond = page.evaluate(BEYOND_PAPER)
    page.emulate_media(media="screen")
    page.set_viewport_size(WIDE)
    return sticking_out, width, fits, misleading, beyond
