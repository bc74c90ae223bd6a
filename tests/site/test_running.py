"""Every block of the book, run by its button, is as the book says."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterator

import pytest
from built import PAGES, ROOT, file_of, tree_of
from literate.book.blocks import Exercise
from literate.book.book import Book
from playwright.sync_api import Browser, Page, expect
from running import BLOCKS, LONG, UNFOLD, fence, press, run, told, write
from visiting import WIDE, Opener, faults

pytestmark = pytest.mark.browser

BOOK = Book.find(ROOT)
PATHS = {page: path for page, path in zip(PAGES, BOOK.paths, strict=True)}
RUNNABLE = [page for page in PAGES if BOOK.chapters[PATHS[page]].blocks]
WITH_EXERCISES = [
    page
    for page in RUNNABLE
    if any(isinstance(each, Exercise) for each in BOOK.chapters[PATHS[page]].blocks)
]
DEEP = re.compile("deeper than a browser allows|more calls or memory")
"""What is said of a block whose calls go deeper than the stack of a browser."""
DEEPEST = 7
"""The blocks of the whole book that do so: it copies and walks chains of 100,000."""
LIGHT = 12 * 1024
"""Bytes that a page may load since it runs before anybody has clicked: its script and
its style as a server sends them, compressed, and what the page says about itself."""


# The page presses the buttons itself: to ask it from outside takes longer than a block.
RUN_ALL = """async (limit) => {
  const found = {};
  const moment = () => new Promise((go) => setTimeout(go, 5));
  for (const block of document.querySelectorAll("[id^=fence-][data-state]")) {
    const end = performance.now() + limit;
    const buttons = [...block.querySelectorAll("button")];
    const run = buttons.find((each) => each.textContent === "Run");
    if (["idle", "same", "done"].includes(block.dataset.state)) {
      run.click();
      while (block.dataset.state === "running") {
        if (performance.now() > end) break;
        await moment();
      }
    }
    const told = [".literate-tools .literate-told", ".literate-outcome"];
    const words = told.map((name) => block.querySelector(name).textContent);
    found[block.id] = [block.dataset.state, words.join("\\n")];
  }
  return found;
}"""


def opened(visit: Opener, path: str) -> Page:
    page = visit(path).page
    page.evaluate(UNFOLD)
    return page


@pytest.fixture(scope="session")
def warm(browser: Browser, root: str) -> Iterator[Callable[[str], Page]]:
    """Opens a page that the tests of it share, with the Python that they start."""
    pages: dict[str, Page] = {}

    def close() -> None:
        for page in pages.values():
            page.context.close()
        pages.clear()

    def warm(path: str) -> Page:
        if path not in pages:
            close()
            pages[path] = browser.new_context(viewport=WIDE).new_page()
            pages[path].goto(root + path)
            pages[path].evaluate(UNFOLD)
        return pages[path]

    yield warm
    close()


@pytest.mark.parametrize("path", RUNNABLE)
def test_every_block_that_can_run_is_as_in_the_book(
    warm: Callable[[str], Page],
    path: str,
    together: Callable[[str, list[str]], list[str]],
) -> None:
    told = warm(path).evaluate(RUN_ALL, LONG)
    assert len(told) == len(BOOK.chapters[PATHS[path]].blocks)
    found, deep = {}, []
    for block, (state, words) in told.items():
        name = f"{path}#{block}"
        if state in ("same", "done", "open", "passed"):
            continue
        if DEEP.search(words):
            deep.append(name)
        elif state != "unavailable" or not words.startswith("Needs "):
            found[name] = state, words
    assert found == {}
    deep = together("deep", deep)
    assert len(deep) <= DEEPEST, deep


@pytest.mark.parametrize("path", WITH_EXERCISES)
def test_exercises_are_held_from_all_sides(
    warm: Callable[[str], Page], path: str
) -> None:
    page = warm(path)
    blocks = BOOK.chapters[PATHS[path]].blocks
    for number, block in enumerate(blocks, 1):
        place = fence(page, number)
        if not isinstance(block, Exercise):
            continue
        if place.get_attribute("data-state") == "unavailable":
            continue
        assert place.get_attribute("data-state") == "open"
        assert run(place, "Check") == "refused", number
        for wrong in block.wrong:
            write(place, wrong.text)
            assert run(place, "Check") == "refused", wrong.place
            assert (wrong.option("hint") or "") in told(place), wrong.place
        write(place, blocks[number].code)
        assert run(place, "Check") == "passed", (number, told(place))


def test_an_edit_of_the_accumulation_shows_and_is_reset(visit: Opener) -> None:
    page = opened(visit, "06-accumulation/")
    blocks = BOOK.chapters["docs/06-accumulation.md"].blocks
    number, source = next(
        (number, block.code)
        for number, block in enumerate(blocks, 1)
        if "def __add__" in block.code and "self.grad +=" in block.code
    )
    below = [
        place
        for place in range(number + 1, len(blocks) + 1)
        if fence(page, place).get_attribute("data-state") == "idle"
    ]
    write(fence(page, number), re.sub(r"\.grad \+=", ".grad =", source))
    states = {place: run(fence(page, place)) for place in below[:8]}
    assert "different" in states.values(), states
    place = next(place for place, state in states.items() if state == "different")
    assert "Not as in the book." in told(fence(page, place))
    press(fence(page, number), "Reset")
    assert run(fence(page, place)) == "same"


def test_no_state_offends_axe(visit: Opener) -> None:
    page = opened(visit, "01-derivatives/")
    blocks = [each for each in page.locator(BLOCKS).all()]
    calm = [each for each in blocks if each.get_attribute("data-state") == "idle"]
    write(calm[0], "1 + 'a'")
    assert run(calm[0]) == "failed"
    press(calm[0], "Reset")
    assert run(calm[1]) in ("same", "done")
    write(calm[2], "print('else')")
    assert run(calm[2]) == "different"
    press(calm[2], "Edit")
    assert faults(page) == []


@pytest.mark.parametrize("path", RUNNABLE[:8])
def test_a_page_that_nobody_clicks_is_light(visit: Opener, path: str) -> None:
    asked = visit(path, idle=True).asked
    ours = [url.partition("/literate/")[2] for url in asked if "/literate/" in url]
    names = {name.partition("/")[2] for name in ours}
    assert "page.js" in names
    early = re.compile(r"(page|chunk-\w+)\.(js|css)")
    assert [name for name in names if not early.fullmatch(name)] == []
    files = [file_of(f"literate/{name}").read_bytes() for name in set(ours)]
    weight = sum(len(gzip.compress(content)) for content in files)
    [about] = tree_of(path).xpath("//script[@class='literate-page']")
    assert json.loads(about.text)["chapter"] == PATHS[path]
    assert weight + len(about.text) <= LIGHT


def test_a_graph_is_drawn_by_the_page(visit: Opener) -> None:
    page = opened(visit, "03-value/")
    blocks = BOOK.chapters["docs/03-value.md"].blocks
    number = next(
        number
        for number, block in enumerate(blocks, 1)
        if block.code.rstrip().endswith("draw_dot(L)")
    )
    assert run(fence(page, number)) in ("same", "done")
    drawn = fence(page, number).locator(".literate-outcome svg")
    expect(drawn).to_have_count(1, timeout=LONG)
    book = page.locator(f"#fence-{number} + figure svg, #fence-{number}-1")
    labels = [svg.locator("text").all_inner_texts() for svg in (drawn, book.first)]
    assert labels[0] == labels[1] != []


def test_the_playground(visit: Opener) -> None:
    seen = visit("playground/")
    page, place = seen.page, seen.page.locator(".literate-playground")
    place.get_by_role("textbox").fill("a * b + a")
    place.get_by_role("button", name="Draw").click()
    expect(place).to_have_attribute("data-state", "done", timeout=LONG)
    expect(place.locator(".literate-frame")).to_have_count(3)
    place.get_by_role("button", name="Next").click()
    place.get_by_role("slider", name="a").fill("4")
    shown = place.locator(".literate-frame.literate-current")
    expect(shown).to_contain_text("data 4.0000", timeout=LONG)
    expect(place.locator(".literate-bar output")).to_have_text("Step 2 of 3")
    address = page.url
    place.get_by_role("textbox").fill("__import__('os')")
    place.get_by_role("button", name="Draw").click()
    expect(place).to_have_attribute("data-state", "failed", timeout=LONG)
    expect(place.get_by_role("status").first).to_contain_text("only numbers")
    place.get_by_role("textbox").fill("a +")
    place.get_by_role("button", name="Draw").click()
    expect(place.get_by_role("status").first).to_have_text(
        "SyntaxError: invalid syntax"
    )
    shared = visit(f"playground/{address.partition('/playground/')[2]}").page
    again = shared.locator(".literate-playground")
    assert again.get_by_role("textbox").input_value() == "a * b + a"
    again.get_by_role("button", name="Draw").click()
    expect(again.get_by_role("slider", name="a")).to_have_value("4", timeout=LONG)
    broken = visit("playground/#text=a*b&numbers=%7Bno").page
    expect(broken.locator(".literate-playground input")).to_have_value("a*b")
