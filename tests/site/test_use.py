"""What a reader does on a page: copy, search, read on, choose colors, take steps."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache

import pytest
from built import CHAPTERS, text_of
from playwright.sync_api import Browser, Locator, Page, expect
from visiting import FADED, LAID_OUT, UNFOLD, WIDE, Opener, faults, open_page

pytestmark = pytest.mark.browser

VISIBLE = """steps => [...steps.querySelectorAll(':scope > .literate-frame')]
  .flatMap((each, i) => getComputedStyle(each).visibility === 'visible' ? [i] : [])"""


HEIGHTS = """steps => [...steps.querySelectorAll('.literate-frame')].map(() => {
  const height = steps.offsetHeight;
  steps.querySelector('.literate-bar button:last-of-type').click();
  return height;
})"""


def search(page: Page, words: str) -> Locator:
    """Ask for words at once, not letter by letter, and return what is found first."""
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.insert_text(words)
    page.keyboard.press("End")  # the theme listens to keys
    return page.locator(".md-search-result__item").first


@pytest.mark.parametrize(
    ("words", "path"),
    [("Value.__add__", "/03-value/"), ("chain rule", "/02-chain-rule/")],
)
def test_search_finds_the_right_chapter_first(
    visit: Opener, words: str, path: str
) -> None:
    first = search(visit("").page, words).locator("a").first
    expect(first).to_have_attribute("href", re.compile(f"{path}([?#]|$)"))


@pytest.mark.parametrize("word", ["overfitting", "derivatives", "download", "notebook"])
def test_search_finds_a_word_in_another_form(visit: Opener, word: str) -> None:
    page = visit("").page
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.type(word)
    page.locator(".md-search-result__item a").first.wait_for()


def test_the_index_waits_for_somebody_to_search(visit: Opener) -> None:
    seen = visit(CHAPTERS[0], idle=True)
    assert not [each for each in seen.asked if "search_index" in each]
    with seen.page.expect_response("**/search_index.json"):
        seen.page.get_by_role("textbox", name="Search").click()
    asked = visit("?q=gradient", idle=True).asked
    assert [each for each in asked if "search_index" in each]


def test_all_chapters_stand_in_the_drawer_of_a_phone(visit: Opener) -> None:
    page = visit(CHAPTERS[0], viewport={"width": 390, "height": 844}).page
    page.locator("label.md-header__button[for=__drawer]").click()
    for number in (1, 8, 20):
        link = page.locator(".md-nav--primary").get_by_text(f"{number}. ").first
        expect(link).to_be_visible()


@pytest.mark.parametrize("name", ["Compare versions", "micrograd/engine.py"])
def test_what_was_before_can_be_read_in_both_schemes(visit: Opener, name: str) -> None:
    page = visit("05-backward/").page
    page.get_by_role("button", name=name).last.click()
    page.locator(".literate-dialog pre code *").first.wait_for()
    assert faults(page) == []


def test_a_copy_button_copies_the_code(visit: Opener) -> None:
    page = visit(CHAPTERS[0], permissions=["clipboard-read", "clipboard-write"]).page
    block = page.locator(".literate-cell").first
    block.get_by_role("button", name="Copy").click()
    expect(block.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("code").inner_text().strip()


def test_code_that_cannot_be_run_is_copied_as_well(visit: Opener) -> None:
    page = visit(
        "appendix-own/", permissions=["clipboard-read", "clipboard-write"]
    ).page
    block = page.locator(".highlight:has(> .literate-copy)").first
    block.hover()
    block.get_by_role("button", name="Copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == block.locator("code").inner_text().strip()


def test_no_button_lies_on_code_on_a_phone(visit: Opener) -> None:
    page = visit(
        CHAPTERS[2], viewport={"width": 360, "height": 740}, has_touch=True
    ).page
    code = page.locator("pre > code")
    assert code.count() > 20
    assert (
        page.evaluate("""[...document.querySelectorAll("pre")].flatMap(pre => {
      const over = pre.getBoundingClientRect();
      return [...pre.parentElement.querySelectorAll("button")].filter(button => {
        const { top, bottom, height } = button.getBoundingClientRect();
        return height && top < over.bottom - 2 && bottom > over.top + 2;
      }).map(button => button.textContent);
    })""")
        == []
    )


def test_a_reader_reads_on_and_back(visit: Opener) -> None:
    page = visit(CHAPTERS[0]).page
    page.locator(".md-footer__link--next").click()
    page.wait_for_url(f"**/{CHAPTERS[1]}")
    page.locator(".md-footer__link--prev").click()
    page.wait_for_url(f"**/{CHAPTERS[0]}")


def test_the_switch_changes_the_colors_and_every_page_remembers(visit: Opener) -> None:
    page = visit(CHAPTERS[0], color_scheme="light").page
    switch = page.locator(".md-header__option label:visible")
    switch.click()  # from the system's choice to light
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")
    switch.click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(24, 26, 31)"
    page.locator(".md-footer__link--next").click()
    page.wait_for_url(f"**/{CHAPTERS[1]}")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    assert page.evaluate(paper) == "rgb(24, 26, 31)"


FORBIDDEN = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("It is forbidden.", "SecurityError"); },
})"""


def test_the_switch_works_where_a_page_may_keep_nothing(
    browser: Browser, root: str
) -> None:
    with closing(browser.new_context(viewport=WIDE)) as context:
        context.add_init_script(FORBIDDEN)
        page, _, said = open_page(context, root + CHAPTERS[0], idle=False)
        for scheme in ("default", "slate"):
            page.locator(".md-header__option label:visible").click()
            expect(
                page.locator(f"body[data-md-color-scheme={scheme}]")
            ).to_be_attached()
        assert said == []


COLORS = """[...document.querySelectorAll("article *")]
  .map((each) => getComputedStyle(each)).map(({ color, backgroundColor, fill }) =>
    [color, backgroundColor, fill]).join()"""


def test_what_is_printed_is_light_in_the_dark_as_well(visit: Opener) -> None:
    page = visit("05-backward/", color_scheme="light").page
    page.emulate_media(media="print", color_scheme="light")
    page.evaluate(FADED)
    light = page.evaluate(COLORS)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator("body[data-md-color-scheme=slate]")).to_be_attached()
    page.wait_for_function(f"(light) => {COLORS} === light", arg=light)


def test_the_colors_follow_the_system(visit: Opener) -> None:
    page = visit(CHAPTERS[0], color_scheme="light").page
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "default")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


@pytest.fixture(scope="module")
def stepped() -> list[str]:
    """The chapters that have figures with steps."""
    pages = [page for page in CHAPTERS if "literate-steps" in text_of(page)]
    assert {"05-backward/", "06-accumulation/", "07-operations/"} <= set(pages)
    return pages


@pytest.fixture(scope="module")
def once(browser: Browser, root: str) -> Iterator[Callable[[str], Page]]:
    """Opens a page once, for all tests of its steps, with all of it in sight."""
    with closing(browser.new_context(viewport=WIDE)) as context:

        @cache
        def opened(path: str) -> Page:
            page = open_page(context, root + path, idle=False).page
            page.evaluate(UNFOLD)
            page.evaluate("""document.querySelectorAll(".literate-guess > button")
              .forEach(each => each.textContent.endsWith("show it") && each.click())""")
            return page

        def once(path: str) -> Page:
            page = opened(path)
            page.bring_to_front()  # one behind another is painted once a second
            return page

        yield once


def figures(page: Page) -> list[tuple[Locator, int]]:
    """The figures with steps, each at its first, and their numbers of frames."""
    found = page.locator(".literate-steps").all()
    for each in found:
        each.press("Home")
    return [(each, each.locator("> .literate-frame").count()) for each in found]


def come_to(steps: Locator) -> None:
    """Scroll to a figure, and wait until it is laid out: far away it is not."""
    steps.scroll_into_view_if_needed()
    steps.page.wait_for_function(
        "([first]) => first.checkVisibility({ contentVisibilityAuto: true })",
        arg=[steps.locator("> *").first.element_handle()],
    )


def test_steps_by_mouse(once: Callable[[str], Page], stepped: list[str]) -> None:
    for path in stepped:
        for steps, count in figures(once(path)):
            back = steps.get_by_role("button", name="Back")
            forward = steps.get_by_role("button", name="Next")
            place = steps.locator("output")
            come_to(steps)
            assert steps.evaluate(VISIBLE) == [0]
            expect(back).to_be_disabled()
            for number in range(1, count):
                forward.click()
                assert steps.evaluate(VISIBLE) == [number]
                expect(place).to_have_text(f"Step {number + 1} of {count}")
            expect(forward).to_be_disabled()
            back.click()
            assert steps.evaluate(VISIBLE) == [count - 2]


def test_steps_by_keyboard(once: Callable[[str], Page], stepped: list[str]) -> None:
    for path in stepped:
        page = once(path)
        for steps, count in figures(page):
            steps.focus()
            for key, number in [
                ("ArrowLeft", 0),
                ("ArrowRight", 1),
                ("End", count - 1),
                ("ArrowRight", count - 1),
                ("ArrowLeft", count - 2),
                ("Home", 0),
            ]:
                page.keyboard.press(key)
                assert steps.evaluate(VISIBLE) == [number], (path, key)


def test_steps_never_move_the_page(
    once: Callable[[str], Page], stepped: list[str]
) -> None:
    for path in stepped:
        for steps, count in figures(once(path)):
            come_to(steps)
            heights = steps.evaluate(HEIGHTS)
            assert len(heights) == count
            assert len(set(heights)) == 1, path


def follow(page: Page) -> int:
    """Count the figures whose frames stand below one another, as all must."""
    shown = [
        each for each in page.locator(".literate-steps").all() if each.is_visible()
    ]
    for steps in shown:  # the others are in solutions that are folded away
        boxes = [e.bounding_box() for e in steps.locator("> .literate-frame").all()]
        tops = [box["y"] for box in boxes if box]
        assert len(tops) == len(boxes) > 1, page.url
        assert tops == sorted(set(tops)), page.url
    return len(shown)


def test_steps_follow_one_another_without_a_script(
    visit: Opener, stepped: list[str]
) -> None:
    for path in stepped:
        follow(visit(path, java_script_enabled=False).page)


def test_steps_follow_one_another_in_print(
    once: Callable[[str], Page], stepped: list[str]
) -> None:
    for path in stepped:
        page = once(path)
        page.emulate_media(media="print")
        assert follow(page) == page.locator(".literate-steps").count()
        page.emulate_media(media="screen")


FAR = """() => {
  const code = [...document.querySelectorAll(".highlight > pre > code")];
  const laidOut = (each) =>
    (each.firstElementChild ?? each).checkVisibility({ contentVisibilityAuto: true });
  return code.filter((each) => !laidOut(each)).length / code.length;
}"""
HEIGHTS_OF_CODE = """[...document.querySelectorAll(".highlight > pre > code")]
  .map((each) => each.getBoundingClientRect().height)"""


def test_what_is_far_away_is_laid_out_when_it_is_wanted(visit: Opener) -> None:
    page = visit("12-second-design/").page
    assert page.evaluate(FAR) > 0.5
    before = page.evaluate(HEIGHTS_OF_CODE)
    page.emulate_media(media="print")
    assert page.evaluate(FAR) == 0
    page.emulate_media(media="screen")
    # It had its height before, so an address leads to its place.
    last = page.locator("article h3[id]").last
    page.goto(f"{page.url}#{last.get_attribute('id')}")
    page.wait_for_function(
        "each => Math.abs(each.getBoundingClientRect().top - 100) <= 100",
        arg=last.element_handle(),
    )
    page.add_style_tag(content="code { content-visibility: visible !important }")
    after = page.evaluate(HEIGHTS_OF_CODE)
    assert all(abs(one - other) <= 1 for one, other in zip(before, after, strict=True))


HEIGHTS_OF_FIGURES = """[...document.querySelectorAll(".literate-figure")]
  .map((each) => each.getBoundingClientRect().height)"""


def test_figures_far_away_have_the_height_that_they_will_have(visit: Opener) -> None:
    off = []
    for path in ("01-derivatives/", "05-backward/", "09-descent/"):
        page = visit(path).page
        page.evaluate(UNFOLD)
        before = page.evaluate(HEIGHTS_OF_FIGURES)
        page.add_style_tag(content=LAID_OUT)
        page.evaluate("document.body.offsetHeight; document.fonts.ready.then(() => 0)")
        after = page.evaluate(HEIGHTS_OF_FIGURES)
        off += [abs(one - other) for one, other in zip(before, after, strict=True)]
    assert max(off) < 24  # a caption's last word may need a line, or none
    assert sum(each > 2 for each in off) <= len(off) / 5
    assert len(off) > 20


@pytest.mark.parametrize("word", ["notebook", "download"])
def test_search_leads_to_what_can_be_taken_along(visit: Opener, word: str) -> None:
    first = search(visit("").page, word)
    expect(first.locator("a[href*='#notebooks-and-downloads']")).to_be_attached()


def test_the_first_page_says_how_long_each_chapter_takes(visit: Opener) -> None:
    told = visit("").page.locator(".book-map .literate-minutes").all_inner_texts()
    assert len(told) == len(CHAPTERS)
    assert all(each.endswith(" min") for each in told)
