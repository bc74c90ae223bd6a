"""Where a reader is, what was there before, and what a word means: in a new book."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from visiting import address, serving

pytestmark = pytest.mark.browser

FIRST = """# The first

A slope is told here.

```python title="small/shapes.py"
class Shape:
    def area(self) -> float:
        return 0.0
```

```python title="small/shapes.py"
class Shape:
    ...

    def area(self) -> float:
        return 1.0
```
"""
SECOND = (
    """# The second

Every **Predict.** has an answer, and every slope a number.

```python title="small/shapes.py"
class Shape:
    ...

    def area(self) -> float:
        size = 2.0
        return size
```

```python title="small/lines.py"
def line() -> str:
    return "-"
```
"""
    + "\nAnd so on.\n" * 60
)
THIRD = """# The third

```python title="small/dots.py"
class Dot:
    def one(self) -> str:
        return "."

    def two(self) -> str:
        return "."
```

Whole, once more:

```python title="small/dots.py"
class Dot:
    def one(self) -> str:
        return "."

    def two(self) -> str:
        return ".."
```
"""
WORDS = """# Words

- **Slope**: how steep it is ([The first](91-first.md)).
"""
COLORS = {"color-contrast": {"enabled": False}}
NEW = {"91-first": FIRST, "92-second": SECOND, "93-third": THIRD, "words": WORDS}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a new book with two chapters more, and a glossary."""
    folder = tmp_path_factory.mktemp("books") / "small"
    command = [sys.executable, "-m", "literate", "new", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    settings = folder / "mkdocs.yml"
    text = settings.read_text("utf-8")
    last = "  - 02-second.md\n"
    assert last in text
    text = text.replace(last, last + "".join(f"  - {each}.md\n" for each in NEW))
    text = text.replace(
        "package: small", "package: small\n      glossary: docs/words.md"
    )
    settings.write_text(text)
    for name, page in NEW.items():
        (folder / f"docs/{name}.md").write_text(page, "utf-8")
    command = [sys.executable, "-m", "literate", "build"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with serving(folder / "site") as server:
        yield address(server)


@pytest.fixture
def opened(context: BrowserContext, small: str) -> Callable[[str], Page]:
    """Opens a page, in a tab of its own."""

    def opened(path: str) -> Page:
        page = context.new_page()
        page.goto(small + path)
        page.locator("[data-state]").first.wait_for()
        return page

    return opened


Opened = Callable[[str], Page]


def label(page: Page, number: int) -> Locator:
    """The line above a source block of a page."""
    return page.locator(".literate-label").nth(number - 1)


def code(page: Page) -> str:
    """The code that a dialog shows."""
    return page.locator(".literate-dialog").locator("pre").inner_text().strip("\n")


def broken(page: Page, place: str) -> list[tuple[str, str]]:
    """What axe finds in a part of a page; the colors are those of the book's theme."""
    options = {"resultTypes": ["violations"], "rules": COLORS}
    found = Axe().run(page, place, options).response
    return [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]


def test_versions_are_compared(opened: Opened) -> None:
    page = opened("92-second/")
    label(page, 1).get_by_role("button", name="Compare versions").click()
    dialog = page.get_by_role("dialog", name="3 versions of small.shapes.Shape.area")
    dialog.wait_for()
    assert code(page).split("\n") == [
        "  def area(self) -> float:",
        "-     return 1.0",
        "+     size = 2.0",
        "+     return size",
    ]
    dialog.get_by_label("From version").select_option("1: 91. The first")
    assert "-     return 0.0" in code(page)
    dialog.get_by_label("To version").select_option("2: 91. The first")
    assert code(page).split("\n")[1:] == ["-     return 0.0", "+     return 1.0"]
    dialog.get_by_label("From version").select_option("nothing")
    assert code(page).split("\n")[0] == "+ def area(self) -> float:"
    dialog.get_by_role("listitem").nth(1).get_by_role("link").click()
    page.wait_for_url("**/91-first/#small.shapes.Shape.area-2")


def test_what_is_written_once_more_is_no_version(opened: Opened) -> None:
    page = opened("93-third/")
    label(page, 1).get_by_role("button", name="Compare versions").click()
    dialog = page.get_by_role("dialog", name="1 version of small.dots.Dot")
    dialog.wait_for()
    assert code(page) == "+ class Dot:"
    dialog.get_by_label("Definition").select_option("Dot.two")
    assert code(page).split("\n")[1:] == ['-     return "."', '+     return ".."']


def test_what_has_one_version_has_none_to_compare(opened: Opened) -> None:
    page = opened("92-second/")
    expect(label(page, 2).get_by_role("button")).to_have_count(1)


def test_the_package_is_shown_as_it_is_at_a_block(opened: Opened) -> None:
    page = opened("91-first/")
    label(page, 2).get_by_role("button", name="small/shapes.py").click()
    dialog = page.get_by_role("dialog", name="The package at this block")
    dialog.wait_for()
    assert "return 1.0" in code(page)
    assert "line" not in dialog.get_by_role("navigation").inner_text()
    marked = dialog.locator(".hll").all_inner_texts()
    assert [each.strip() for each in marked] == ["return 1.0"]
    dialog.get_by_role("button", name="Block after").click()
    assert "return size" in code(page)
    dialog.get_by_role("button", name="Block after").click()
    assert 'return "-"' in code(page)
    dialog.get_by_role("button", name="small/shapes.py").click()
    assert "return size" in code(page)
    dialog.get_by_role("link", name="← 92").last.click()
    page.wait_for_url("**/92-second/#small.shapes.Shape.area")


def test_the_package_is_shown_at_the_end(opened: Opened) -> None:
    page = opened("91-first/")
    page.locator(".literate-package").get_by_role("button", name="shapes.py").click()
    page.get_by_role("dialog", name="The package at this chapter's end").wait_for()
    assert "return 1.0" in code(page)


def test_a_dialog_by_keyboard(opened: Opened) -> None:
    page = opened("91-first/")
    button = label(page, 2).get_by_role("button", name="Compare versions")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.locator(".literate-dialog")
    dialog.wait_for()
    for _ in range(8):  # the focus stays inside
        page.keyboard.press("Tab")
        assert not page.evaluate("document.activeElement.matches('.md-container *')")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()


@pytest.mark.parametrize("button", ["Compare versions", "small/shapes.py"])
def test_a_dialog_is_accessible_and_fits_a_phone(opened: Opened, button: str) -> None:
    page = opened("92-second/")
    page.set_viewport_size({"width": 390, "height": 800})
    label(page, 1).get_by_role("button", name=button).click()
    page.locator(".literate-dialog").locator("pre").wait_for()
    assert broken(page, ".literate-dialog") == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_a_term_is_explained_where_it_is_pointed_at(opened: Opened) -> None:
    page = opened("92-second/")
    [term] = page.locator(".literate-term").all()
    tip = page.get_by_role("tooltip")
    term.hover()
    expect(tip).to_have_text("how steep it is.")
    tip.hover()
    page.wait_for_timeout(400)
    expect(tip).to_be_visible()
    page.mouse.move(5, 600)
    expect(tip).to_be_hidden()
    term.focus()
    expect(tip).to_be_visible()
    expect(term).to_have_accessible_description("how steep it is.")
    assert broken(page, ".literate-tip") == []
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/words/#term-slope")


def test_a_finger_is_answered_first_and_led_on_then(
    browser: Browser, small: str
) -> None:
    context = browser.new_context(
        has_touch=True, viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{small}92-second/")
    page.locator("[data-state]").first.wait_for()
    page.locator(".literate-term").tap()
    expect(page.get_by_role("tooltip")).to_have_text("how steep it is.")
    assert page.url == f"{small}92-second/"
    page.locator(".literate-term").tap()
    page.wait_for_url("**/words/#term-slope")
    context.close()


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("Shape.area", "91-first/#small.shapes.Shape.area"),
        ("small.lines.line", "92-second/#small.lines.line"),
        ("area()", "91-first/#small.shapes.Shape.area"),
        ("slopes", "words/#term-slope"),
    ],
)
def test_search_leads_to_what_is_called_so(
    opened: Opened, small: str, words: str, address: str
) -> None:
    page = opened("91-first/")
    page.get_by_role("textbox", name="Search").click()
    page.keyboard.type(words)
    first = page.locator(".literate-answers a").first
    expect(first).to_have_attribute("href", small + address)
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(small + address)


def test_what_was_read_is_marked(opened: Opened, small: str) -> None:
    page = opened("92-second/")
    mark = page.locator(".md-nav--primary .literate-progress")
    expect(mark).to_have_count(0)
    page.mouse.wheel(0, 100_000)
    expect(mark).to_have_text("✓")
    expect(mark).to_have_accessible_name("read")
    page.goto(small)
    expect(mark.locator("xpath=..")).to_contain_text("92. The second")


def test_nothing_is_asked_for_before_a_click(
    context: BrowserContext, small: str
) -> None:
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{small}92-second/")
    page.wait_for_load_state("networkidle")
    late = ("record", "versions", "source-", "terms", "answers")
    assert [each for each in asked for name in late if name in each] == []
    assert all(each.startswith(small) for each in asked)
