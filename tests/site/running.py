"""Running code on a page, as readers do it: by the buttons of its blocks."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

BLOCKS = "[id^=fence-][data-state]"
LONG = 180_000
"""Milliseconds that a page may take with an answer, on a busy machine."""


def fence(page: Page, number: int) -> Locator:
    """A block of a page, by its number."""
    return page.locator(f"#fence-{number}")


def press(block: Locator, name: str) -> None:
    """Press a button of a block."""
    block.get_by_role("button", name=name, exact=True).click()


# The page looks itself: who asks from outside waits longer from look to look.
SETTLED = """(block, limit) => new Promise((done) => {
  const end = performance.now() + limit;
  const look = () => {
    const { state } = block.dataset;
    if (state !== "running" || performance.now() > end) done(state);
    else setTimeout(look, 10);
  };
  look();
})"""


def settle(block: Locator) -> str:
    """Wait until a block has run, and return what it says of itself."""
    state = block.evaluate(SETTLED, LONG)
    assert state != "running", f"it runs for more than {LONG} ms"
    return str(state)


def run(block: Locator, button: str = "Run") -> str:
    """Run a block, and return what became of it."""
    press(block, button)
    return settle(block)


def write(block: Locator, code: str) -> None:
    """Write into a block, over all that it holds."""
    if not block.locator(".cm-content").count():
        press(block, "Edit")
    block.locator(".cm-content").click()
    block.page.keyboard.press("Control+a")
    block.page.keyboard.insert_text(code.rstrip("\n"))


def told(block: Locator) -> str:
    """All that a block tells its reader about what it did."""
    block.scroll_into_view_if_needed()
    outcome = block.locator(".literate-outcome")
    shown = outcome.inner_text() if outcome.is_visible() else ""
    # What is far away is not laid out, and so has no inner text.
    return f"{block.locator('.literate-tools .literate-told').text_content()}\n{shown}"
