"""The page that runs, in Firefox."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from built import ROOT
from literate.book.book import Book
from marionette import Firefox, firefox

pytestmark = pytest.mark.browser

BOOK = Book.find(ROOT)
RUN_ALL = """
const found = {};
const moment = () => new Promise((go) => setTimeout(go, 50));
for (const block of document.querySelectorAll("[id^=fence-][data-state]")) {
  const named = (name) => [...block.querySelectorAll("button")]
    .find((button) => button.textContent === name && !button.disabled);
  if (block.dataset.state === "idle" || block.dataset.state === "same") {
    named("Run")?.click();
    while (block.dataset.state === "running") await moment();
  }
  found[block.id] = block.dataset.state;
}
return found;
"""


@pytest.fixture(scope="module")
def browser_of_mozilla() -> Iterator[Firefox]:
    program = os.environ.get("FIREFOX") or shutil.which("firefox-esr")
    assert program, "no firefox-esr on the path: install it, or set FIREFOX"
    with firefox(program) as browser:
        yield browser


@pytest.mark.parametrize("stem", ["03-value", "06-accumulation"])
def test_a_chapter_in_firefox(
    browser_of_mozilla: Firefox, root: str, stem: str
) -> None:
    browser_of_mozilla.go(f"{root}{stem}/")
    states = browser_of_mozilla.wait_for(RUN_ALL)
    assert len(states) == len(BOOK.chapters[f"docs/{stem}.md"].blocks)
    ran = [state for state in states.values() if state in ("same", "done")]
    quiet = [state for state in states.values() if state in ("open", "unavailable")]
    assert len(ran) + len(quiet) == len(states), states
    assert len(ran) > len(quiet)
