"""Every page, as a reader meets it: the built site in Chromium."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import urlsplit

import pytest
from built import PAGES, file_of, tree_of
from looking import Look

pytestmark = pytest.mark.browser

Looker = Callable[[str], Look]
NARROW = 0.1
"""How much of the book's code may scroll on a phone."""
CODE = "//pre/code[not(ancestor::*[contains(@class, 'language-text')])]"


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


@pytest.mark.parametrize("path", PAGES)
def test_broken_lines_of_code_do_not_look_like_others(look: Looker, path: str) -> None:
    assert look(path).misleading_on_phone == []


@pytest.mark.parametrize("path", PAGES)
def test_nine_blocks_of_ten_fit_on_a_phone(
    look: Looker, path: str, together: Callable[[str, Iterable[str]], list[str]]
) -> None:
    # Code goes on below; what is printed keeps its columns, and may scroll.
    fits = enumerate(look(path).fits_on_phone)
    narrow = together("narrow", [f"{path}#{at}" for at, does in fits if not does])
    assert len(narrow) <= NARROW * sum(len(tree_of(page).xpath(CODE)) for page in PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_page_is_small(look: Looker, path: str) -> None:
    # What is transferred before a click: fonts are packed already.
    names = {urlsplit(address).path.lstrip("/") for address in look(path).asked}
    sizes = {name: _packed(name) for name in names}
    assert sum(sizes.values()) <= 350 * 1024, sizes
    fonts = [size for name, size in sizes.items() if "fonts" in name]
    assert sum(fonts) <= 110 * 1024, sizes


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_the_paper(look: Looker, path: str) -> None:
    assert look(path).beyond_paper == []


@cache
def _packed(name: str) -> int:
    data = file_of(name).read_bytes()
    return len(data if name.endswith(".woff2") else gzip.compress(data))
