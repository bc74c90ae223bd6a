"""A new book, run in a browser: every limit that a reader can run into."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from running import LONG, fence, press, run, settle, told, write
from visiting import WIDE, address, serving

pytestmark = pytest.mark.browser

LIMITS = """# Limits

```python
n = 1
print(n)
```

```output
1
```

```python title="small/accumulation.py"
def add(total, more):
    total["sum"] += more
```

```python
from small.accumulation import add

total = {"sum": 0}
add(total, 1)
add(total, 1)
total["sum"]
```

```output
2
```

**Predict.** What will it be after one more?

```python
add(total, 1.5)
total["sum"]
```

```output
3.5
```

```python
import numpy as np

offset = 4
np.zeros(3)
```

```output
array([0., 0., 0.])
```

```python
offset + 1
```

```output
5
```

```python
class Picture:
    def __init__(self, size):
        self.size = size

    def _repr_mimebundle_(self, include=None, exclude=None):
        size = self.size
        shape = f"<circle r='{size}' cx='20' cy='20' fill='black'/>"
        svg = f"<svg width='40' height='40' xmlns='http://www.w3.org/2000/svg'>{shape}</svg>"
        return {"image/svg+xml": svg}


{size: Picture(size) for size in (5, 10, 15)}
```

```figure
A disc that grows.
```

```exercise
def double(x):
    return x
```

```check
assert double(3) == 6, "twice three is six"
assert double(-1) == -2, "a negative number has a double, too"
```

```wrong hint="negative number"
def double(x):
    return 2 * abs(x)
```

```wrong hint="twice three"
def double(x):
    return x * x
```

??? success "Solution"

    ```python
    def double(x):
        return 2 * x


    double(4)
    ```

    ```output
    8
    ```
"""
TYPED = {
    "3.5": "so it is",
    "4": "not so",
    "+ 3.50": "so it is",
    "– 3.5": "not so",
    "35e−1": "so it is",
}
GUESS = """
**Predict.** What will it be?

```python
3.5
```

```output
3.5
```
"""
ONE, SOURCE, TWO, PREDICTED, LACKING, REST, SLIDER, EXERCISE, SOLUTION = range(1, 10)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a new book with a chapter on limits."""
    folder = tmp_path_factory.mktemp("books") / "small"
    command = [sys.executable, "-m", "literate", "new", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    (folder / "docs/limits.md").write_text(LIMITS, "utf-8")
    page = "\n".join(["# Guesses", *[GUESS] * len(TYPED)])  # cells that are alike
    (folder / "docs/guesses.md").write_text(page, "utf-8")
    settings = folder / "mkdocs.yml"
    text = settings.read_text("utf-8")
    settings.write_text(
        text.replace(
            "  - 02-second.md\n",
            "  - 02-second.md\n  - limits.md\n  - guesses.md\n",
        )
    )
    command = [sys.executable, "-m", "literate", "build"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    with serving(folder / "site") as server:
        yield address(server)


@pytest.fixture
def context(returning: BrowserContext, small: str) -> Iterator[BrowserContext]:
    """A reader who has read other books: of this one nothing is kept."""
    page = returning.new_page()
    page.goto(f"{small}sitemap.xml")
    page.evaluate("localStorage.clear()")
    yield returning
    for each in returning.pages[1:]:  # without a page the browser would end
        each.close()


@pytest.fixture
def page(context: BrowserContext, small: str) -> Page:
    return opened(context, small)


def opened(context: BrowserContext, small: str) -> Page:
    """The chapter on limits, in a tab of its own, with its solution unfolded."""
    page = context.new_page()
    page.goto(f"{small}limits/")
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    return page


@pytest.fixture(scope="module")
def in_use(browser: Browser, small: str) -> Iterator[Page]:
    with closing(browser.new_context(viewport=WIDE)) as context:
        yield opened(context, small)


RESET = """async () => {
  for (const block of document.querySelectorAll("[id^=fence-][data-state]")) {
    const named = (name) => [...block.querySelectorAll("button")]
      .find((each) => each.textContent === name);
    if (block.dataset.state !== "unavailable") named("Reset").click();
    if (named("Edit").ariaPressed === "true") named("Edit").click();
  }
  await new Promise((done) => setTimeout(done, 50));
  localStorage.clear();
}"""


@pytest.fixture
def used(in_use: Page) -> Page:
    """The chapter on limits after other tests: all is reset, and Python goes on."""
    in_use.evaluate(RESET)
    calm = ("idle", "open", "unavailable")
    blocks = in_use.locator("[id^=fence-][data-state]").all()
    assert all(each.get_attribute("data-state") in calm for each in blocks)
    return in_use


def test_a_cell_that_runs_is_as_in_the_book(page: Page) -> None:
    assert run(fence(page, TWO)) == "same"
    assert fence(page, ONE).get_attribute("data-state") == "same"
    assert fence(page, SOURCE).get_attribute("data-state") == "done"


def test_a_page_is_called_by_its_heading(used: Page) -> None:
    assert used.title().startswith("Limits - ")


def test_a_prelude_runs_once(page: Page) -> None:
    write(
        fence(page, ONE),
        'import os\nos.environ["RUNS"] = os.environ.get("RUNS", "") + "x"',
    )
    assert run(fence(page, TWO)) == "same"
    write(fence(page, SLIDER), 'print(os.environ["RUNS"])')
    assert run(fence(page, SLIDER)) == "different"
    assert told(fence(page, SLIDER)).split()[-1] == "x"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        (
            "print('seen')\n1 / 0",
            "seen\nTraceback (most recent call last):\n  docs/lim",
        ),
        ("def f(:\n    pass", '\n  File "docs/limits.md", line 4\n'),
        ("input()", "EOFError: nobody can answer input() here"),
        ("import sys\nsys.exit(3)", "SystemExit"),
        ("def f():\n    f()\n\nf()", "times more\nRecursionError"),
        ("import os\nos._exit(0)", "ended Python"),
    ],
)
def test_what_ends_a_cell_is_told_below_it(used: Page, code: str, message: str) -> None:
    block = fence(used, ONE)
    write(block, code)
    assert run(block) == "failed"
    assert message in told(block)
    press(block, "Reset")
    assert run(block) == "same"


def test_an_error_names_the_line_of_the_chapter(used: Page) -> None:
    write(fence(used, SOURCE), "def add(total, more):\n    return 1 / 0")
    assert run(fence(used, TWO)) == "failed"
    line = LIMITS.split("\n").index('    total["sum"] += more') + 1
    assert f"written at docs/limits.md:{line}" in told(fence(used, TWO))


def test_a_block_that_did_not_run_leads_to_the_one_that_failed(used: Page) -> None:
    write(fence(used, ONE), "1 / 0")
    assert run(fence(used, TWO)) == "failed"
    assert "Not run: docs/limits.md:3" in told(fence(used, TWO))
    fence(used, TWO).get_by_role("link", name="Go there").click()
    used.wait_for_url(f"**#fence-{ONE}")


def test_an_exercise_says_what_above_it_has_failed(used: Page) -> None:
    write(fence(used, ONE), "1 / 0")
    press(fence(used, EXERCISE), "Check")
    assert settle(fence(used, EXERCISE)) == "refused"
    assert "Not run: docs/limits.md:3" in told(fence(used, EXERCISE))


def test_much_text_is_cut(used: Page) -> None:
    write(fence(used, ONE), 'print("x" * 10_000_000)')
    assert run(fence(used, ONE)) == "different"
    assert len(told(fence(used, ONE))) < 50_000
    assert "characters more" in told(fence(used, ONE))


def test_an_endless_loop_is_stopped(used: Page) -> None:
    block = fence(used, ONE)
    write(block, "while True:\n    pass")
    press(block, "Run")
    expect(block).to_have_attribute("data-state", "running")
    used.wait_for_timeout(500)
    press(block, "Stop")
    assert settle(block) == "idle"
    assert told(block).strip() == "Stopped."
    press(block, "Reset")
    assert run(block) == "same"


def test_what_is_reset_runs_no_longer(used: Page) -> None:
    block = fence(used, ONE)
    write(block, "while True:\n    pass")
    press(block, "Run")
    press(block, "Reset")
    assert settle(block) == "idle"
    assert run(block) == "same"


def test_what_ran_before_an_edit_says_nothing_of_it(page: Page) -> None:
    block, held = fence(page, ONE), []
    write(block, "print('before')")
    page.route("**/worker.js", lambda route: held.append(route))
    with page.expect_request("**/worker.js"):
        press(block, "Run")
    write(block, "print('after')")
    held[0].continue_()
    assert settle(block) == "idle"
    assert told(block).strip() == ""
    assert run(block) == "different"
    assert "after" in told(block)


def test_what_the_network_does_not_bring_is_said(browser: Browser, small: str) -> None:
    with closing(browser.new_context()) as context:
        page = opened(context, small)
        context.set_offline(True)
        failed = page.get_by_role("alert")
        for name in ("Edit", "small/accumulation.py"):
            button = page.get_by_role("button", name=name).first
            button.click()
            expect(button.locator("+ [role=alert]")).to_contain_text("network")
        assert run(fence(page, ONE)) == "failed"
        assert "That failed: the network" in fence(page, ONE).inner_text()
        context.set_offline(False)
        press(fence(page, ONE), "Edit")
        expect(fence(page, ONE).locator(".cm-content")).to_be_focused()
        expect(failed).to_have_count(1)
        assert run(fence(page, ONE)) == "same"


def test_a_picture_that_is_none_is_told_and_python_goes_on(used: Page) -> None:
    assert run(fence(used, ONE)) == "same"
    code = """class Picture:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/vnd.graphviz": "digraph {"}


Picture()"""
    write(fence(used, SLIDER), code)
    assert run(fence(used, SLIDER)) == "failed"
    assert "cannot be drawn: syntax error in line 1" in told(fence(used, SLIDER))
    assert "again" not in told(fence(used, SLIDER))
    assert run(fence(used, SOLUTION)) == "same"


def test_a_reload_in_the_middle_of_a_run(page: Page) -> None:
    block = fence(page, ONE)
    write(block, "while True:\n    pass")
    press(block, "Run")
    expect(block).to_have_attribute("data-state", "running")
    page.reload()
    expect(block).to_have_attribute("data-state", "idle")
    expect(block.locator(".literate-mine")).to_have_text("while True:\n    pass\n")
    press(block, "Reset")
    assert run(block) == "same"


def test_two_tabs_agree(context: BrowserContext, small: str) -> None:
    one, two = opened(context, small), opened(context, small)
    write(fence(one, ONE), "n = 5\nprint(n)")
    write(fence(two, SOLUTION), "4 + 4")
    assert run(fence(one, ONE)) == "different"
    assert run(fence(two, SOLUTION)) == "same"
    third = opened(context, small)
    expect(fence(third, ONE).locator(".literate-mine")).to_contain_text("n = 5")
    expect(fence(third, SOLUTION).locator(".literate-mine")).to_contain_text("4 + 4")


def test_an_edited_source_block_changes_the_cells_below(used: Page) -> None:
    write(fence(used, SOURCE), 'def add(total, more):\n    total["sum"] = more')
    assert run(fence(used, TWO)) == "different"
    assert "Not as in the book." in told(fence(used, TWO))
    mine, book = fence(used, TWO).locator(".literate-whose").all_inner_texts()
    assert (mine, book) == ("Yours:", "The book's:")
    assert fence(used, TWO).locator(".literate-text").inner_text().strip() == "1"
    write(fence(used, TWO), "1 / 0")
    assert run(fence(used, TWO)) == "failed"
    expect(fence(used, TWO).locator(".literate-whose")).to_have_text("The book's:")
    press(fence(used, TWO), "Reset")
    press(fence(used, SOURCE), "Reset")
    assert run(fence(used, TWO)) == "same"


def test_an_edit_takes_back_what_is_said_below_it(page: Page) -> None:
    assert run(fence(page, TWO)) == "same"
    write(fence(page, SOURCE), "def add(total, more):\n    pass")
    assert fence(page, TWO).get_attribute("data-state") == "idle"
    assert fence(page, ONE).get_attribute("data-state") == "same"


def test_what_a_browser_lacks_is_told_and_stops_nothing_else(used: Page) -> None:
    block = fence(used, LACKING)
    assert block.get_attribute("data-state") == "unavailable"
    expect(block.get_by_role("button", name="Run", exact=True)).to_be_disabled()
    assert "numpy" in told(block)
    link = block.get_by_role("link").get_attribute("href") or ""
    assert link.endswith("/limits.ipynb")
    assert run(fence(used, REST)) == "same"


def test_all_above_runs_without_the_cell(page: Page) -> None:
    write(fence(page, TWO), 'total = {"sum": 1 / 0}')
    press(fence(page, TWO), "Run all above")
    expect(fence(page, SOURCE)).to_have_attribute("data-state", "done", timeout=LONG)
    assert settle(fence(page, TWO)) == "idle"


def test_a_stub_is_refused_and_an_answer_passes(page: Page, small: str) -> None:
    block = fence(page, EXERCISE)
    assert block.get_attribute("data-state") == "open"
    assert run(block, "Check") == "refused"
    assert "twice three is six" in told(block)
    write(block, "def double(x):\n    return 2 * abs(x)")
    assert run(block, "Check") == "refused"
    assert "a negative number has a double, too" in told(block)
    write(block, "def double(x):\n    return x + x")
    assert run(block, "Check") == "passed"
    page.reload()
    assert block.get_attribute("data-state") == "passed"
    page.goto(small)
    expect(page.locator(".md-nav--primary .literate-progress")).to_have_text("✓ 1/1")
    page.get_by_role("button", name="Forget all of it").click()
    page.goto(f"{small}limits/")
    assert block.get_attribute("data-state") == "open"


def test_a_click_into_an_exercise_opens_it(page: Page) -> None:
    fence(page, EXERCISE).locator("pre > code").click()
    expect(fence(page, EXERCISE).locator(".cm-content")).to_be_focused()


def test_who_comes_back_is_led_to_where_they_stopped(page: Page, small: str) -> None:
    page.evaluate("document.querySelector('.literate-slider').scrollIntoView()")
    page.goto(small)
    page.get_by_role("link", name="Go on: Limits").click()
    page.wait_for_url("**/limits/#limits")


def test_what_is_forgotten_at_the_end_of_a_page_stays_forgotten(page: Page) -> None:
    write(fence(page, SOLUTION), "4 + 4")
    page.mouse.wheel(0, 20_000)
    line = page.locator(".literate-kept")
    line.get_by_role("button", name="Forget all of it").click()
    expect(fence(page, SOLUTION).locator(".cm-content")).to_have_count(0)
    page.wait_for_timeout(500)  # what comes into view is noted a little later
    expect(line).to_be_hidden()


def test_an_answer_is_checked_at_its_line(used: Page) -> None:
    assert run(fence(used, SOLUTION)) == "same"
    write(fence(used, EXERCISE), "pass")
    assert run(fence(used, EXERCISE), "Check") == "refused"
    assert "Keep double" in told(fence(used, EXERCISE))
    write(fence(used, EXERCISE), "def double(x):\n    print(x)\n    return y")
    assert run(fence(used, EXERCISE), "Check") == "refused"
    assert "3\nTraceback" in told(fence(used, EXERCISE))
    assert "in double\n    return y\nNameError" in told(fence(used, EXERCISE))
    assert "assert" not in told(fence(used, EXERCISE))


def test_a_prediction_is_compared(context: BrowserContext, small: str) -> None:
    page = context.new_page()
    page.goto(f"{small}guesses/")
    boxes = page.locator(".literate-prediction").all()
    for box, (typed, answer) in zip(boxes, TYPED.items(), strict=True):
        expect(box.locator(".literate-output")).to_be_hidden()
        box.get_by_role("textbox").fill(typed)
        box.get_by_role("button", name="Commit").click()
        expect(box.locator(".literate-output")).to_be_visible()
        expect(box.get_by_role("status")).to_contain_text(answer, timeout=LONG)
    page.reload()
    for box, answer in zip(boxes, TYPED.values(), strict=True):
        expect(box.locator(".literate-output")).to_be_visible()
        expect(box.get_by_role("status")).to_contain_text(answer)


@pytest.mark.parametrize("typed", ["", "banana", "7/2"])
def test_nonsense_is_no_prediction(page: Page, typed: str) -> None:
    box = page.locator(".literate-prediction")
    box.get_by_role("textbox").fill(typed)
    box.get_by_role("button", name="Commit").click()
    expect(box.get_by_role("status")).to_contain_text("Type a number")
    expect(box.get_by_role("textbox")).to_be_focused()
    expect(box.locator(".literate-output")).to_be_hidden()


def test_who_only_looks_keeps_their_place(page: Page) -> None:
    box = page.locator(".literate-prediction")
    box.get_by_role("button", name="Just show it").focus()
    page.keyboard.press("Enter")
    expect(box).to_be_focused()


def test_the_form_of_a_prediction_fits_on_a_phone(browser: Browser, small: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    box = opened(context, small).locator(".literate-prediction")
    right = "each => each.getBoundingClientRect().right"
    for part in box.locator("input, button").all():
        assert part.evaluate(right) <= box.evaluate(right)
    context.close()


def test_a_prediction_without_a_script_and_in_print(
    browser: Browser, small: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{small}limits/")
    expect(page.locator(".literate-prediction .literate-output")).to_be_visible()
    context.close()
    context = browser.new_context()
    page = opened(context, small)
    page.emulate_media(media="print")
    expect(page.locator(".literate-prediction .literate-output")).to_be_visible()
    expect(page.locator(".literate-tools").first).to_be_hidden()
    context.close()


def test_running_shows_what_is_predicted(page: Page) -> None:
    assert run(fence(page, PREDICTED)) == "same"
    expect(page.locator(".literate-prediction .literate-output")).to_be_visible()


def test_a_slider_by_the_keys(used: Page) -> None:
    figure = used.locator(".literate-slider").first
    frames = figure.locator(".literate-frame")
    expect(frames.nth(0)).to_be_visible()
    expect(frames.nth(1)).to_be_hidden()
    figure.get_by_role("slider").press("ArrowRight")
    expect(frames.nth(1)).to_be_visible()
    expect(figure.get_by_role("status")).to_have_text("10")
    assert run(fence(used, SLIDER)) == "done"
    drawn = fence(used, SLIDER).locator(".literate-outcome .literate-slider")
    expect(drawn.get_by_role("slider")).to_be_visible()


def test_by_keys_alone(used: Page) -> None:
    block = fence(used, ONE)
    block.get_by_role("button", name="Edit").focus()
    used.keyboard.press("Enter")
    expect(block.locator(".cm-content")).to_be_focused()
    used.keyboard.press("Control+a")
    used.keyboard.insert_text("print(2)")
    used.keyboard.press("Control+Enter")
    expect(block).to_have_attribute("data-state", "different", timeout=LONG)
    used.keyboard.press("Tab")
    expect(block.get_by_role("button", name="Run", exact=True)).to_be_focused()


def test_the_focus_stays_at_the_buttons_while_a_cell_runs(used: Page) -> None:
    block = fence(used, ONE)
    run_button = block.get_by_role("button", name="Run", exact=True)
    run_button.focus()
    used.keyboard.press("Enter")
    assert settle(block) == "same"
    expect(run_button).to_be_focused()
    write(block, "while True:\n    pass")
    run_button.focus()
    used.keyboard.press("Enter")
    expect(block.get_by_role("button", name="Stop")).to_be_focused()
    used.keyboard.press("Enter")
    assert settle(block) == "idle"
    expect(run_button).to_be_focused()


def test_nothing_is_loaded_before_a_click(context: BrowserContext, small: str) -> None:
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{small}limits/")
    loaded = [url.rpartition("/")[2] for url in asked if "/literate/" in url]
    assert not [name for name in loaded if name.startswith(("worker", "editor", "viz"))]
    assert not [name for name in loaded if "pyodide" in name or "snapshot" in name]
    assert not [url for url in asked if url.endswith(".literate.json")]
    run(fence(page, ONE))
    assert [url for url in asked if not url.startswith(small)] == []
