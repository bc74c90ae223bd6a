"""Every block of the book, run by its button, is as the book says."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from contextlib import closing
from functools import cache

import pytest
from built import PAGES, ROOT, file_of, tree_of
from literate.book.blocks import Exercise
from literate.book.book import Book
from looking import Look
from playwright.sync_api import BrowserContext, Page, expect
from running import BLOCKS, LONG, fence, press, run, told, write
from visiting import UNFOLD, Opener, faults

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


# The page presses the buttons itself, and pastes what is written: to ask for that from
# outside takes longer than a block. At an exercise all answers are tried in turn, and
# the page goes on from there, as a reader does who goes from its top to its bottom.
WALK = """async ([answers, limit]) => {
  const found = {};
  const moment = () => new Promise((go) => setTimeout(go, 5));
  const until = async (isSo) => {
    const end = performance.now() + limit;
    while (!isSo() && performance.now() < end) await moment();
  };
  const tell = (block) => {
    const told = [".literate-tools .literate-told", ".literate-outcome"];
    const words = told.map((name) => block.querySelector(name).textContent);
    return [block.dataset.state, words.join("\\n")];
  };
  const press = (block, name) => {
    const buttons = [...block.querySelectorAll("button")];
    buttons.find((each) => each.textContent === name && !each.hidden).click();
  };
  const ask = async (block, name) => {
    press(block, name);
    await until(() => block.dataset.state !== "running");
    return tell(block);
  };
  const write = async (block, code) => {
    const place = () => block.querySelector(".cm-content");
    if (!place()) press(block, "Edit");
    await until(place);
    const all = { key: "a", keyCode: 65, ctrlKey: true, cancelable: true };
    place().dispatchEvent(new KeyboardEvent("keydown", all));
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", code);
    const paste = { clipboardData, cancelable: true };
    place().dispatchEvent(new ClipboardEvent("paste", paste));
  };
  for (const block of document.querySelectorAll("[id^=fence-][data-state]")) {
    if (block.dataset.state === "open") {
      found[block.id] = [tell(block), await ask(block, "Check")];
      for (const answer of answers[block.id]) {
        await write(block, answer);
        found[block.id].push(await ask(block, "Check"));
      }
    } else if (block.dataset.state === "unavailable") found[block.id] = [tell(block)];
    else found[block.id] = [await ask(block, "Run")];
  }
  return found;
}"""
Told = dict[str, list[tuple[str, str]]]
"""What each block says of itself: once, or after each try of an exercise."""


def opened(visit: Opener, path: str) -> Page:
    page = visit(path).page
    page.evaluate(UNFOLD)
    return page


def answers(path: str) -> dict[str, list[str]]:
    """What is written into the exercises of a page: wrong answers, and the solution."""
    blocks = BOOK.chapters[PATHS[path]].blocks
    return {
        f"fence-{number}": [
            *(wrong.text.rstrip("\n") for wrong in block.wrong),
            blocks[number].code.rstrip("\n"),
        ]
        for number, block in enumerate(blocks, 1)
        if isinstance(block, Exercise)
    }


@pytest.fixture(scope="session")
def walk(returning: BrowserContext, root: str) -> Callable[[str], Told]:
    """Walks through a page once, for all tests: runs its blocks, tries its answers."""

    @cache
    def walk(path: str) -> Told:
        with closing(returning.new_page()) as page:
            page.goto(root + path)
            page.evaluate(UNFOLD)
            told: Told = page.evaluate(WALK, [answers(path), LONG])
        return told

    return walk


@pytest.mark.parametrize("path", RUNNABLE)
def test_every_block_that_can_run_is_as_in_the_book(
    walk: Callable[[str], Told],
    path: str,
    together: Callable[[str, list[str]], list[str]],
) -> None:
    told = walk(path)
    assert len(told) == len(BOOK.chapters[PATHS[path]].blocks)
    found, deep = {}, []
    for block, [(state, words), *_] in told.items():
        name = f"{path}#{block}"
        if state in ("same", "done", "open"):
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
    walk: Callable[[str], Told], path: str
) -> None:
    told = walk(path)
    for number, block in enumerate(BOOK.chapters[PATHS[path]].blocks, 1):
        if not isinstance(block, Exercise):
            continue
        (state, words), *tries = told[f"fence-{number}"]
        if state == "unavailable":
            assert words.startswith("Needs ")
            continue
        assert state == "open"
        stub, *wrongs, solution = tries
        assert stub[0] == "refused", number
        for wrong, (state, words) in zip(block.wrong, wrongs, strict=True):
            assert state == "refused", wrong.place
            assert (wrong.option("hint") or "") in words, wrong.place
        assert solution[0] == "passed", (number, solution)


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
def test_a_page_that_nobody_clicks_is_light(
    look: Callable[[str], Look], path: str
) -> None:
    asked = look(path).asked
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


SPACED = "* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
"""What a reader may ask of a browser (WCAG 1.4.12)."""


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
    place.get_by_role("textbox").fill("a ** 9 ** 9 ** 9")
    place.get_by_role("button", name="Draw").click()
    place.get_by_role("button", name="Stop").click()
    expect(place.get_by_role("status").first).to_have_text("Stopped.")
    shared = visit(f"playground/{address.partition('/playground/')[2]}").page
    again = shared.locator(".literate-playground")
    assert again.get_by_role("textbox").input_value() == "a * b + a"
    again.get_by_role("button", name="Draw").click()
    expect(again.get_by_role("slider", name="a")).to_have_value("4", timeout=LONG)
    broken = visit("playground/#text=a*b&numbers=%7Bno").page
    expect(broken.locator(".literate-playground input")).to_have_value("a*b")
    broken.goto(f"{broken.url.partition('#')[0]}#text=c*d")
    expect(broken.locator(".literate-playground input")).to_have_value("c*d")
    broken.set_viewport_size({"width": 320, "height": 600})
    broken.add_style_tag(content=SPACED)
    page_width = "document.documentElement.scrollWidth"
    assert broken.evaluate(page_width) == 320
