"""The pictures of a page: can their letters be read, their lines be seen?"""

from __future__ import annotations

from pathlib import Path

import pytest
from built import CHAPTERS, WITH_FIGURES
from playwright.sync_api import expect
from visiting import UNFOLD, Opener

pytestmark = pytest.mark.browser

MEASURE = Path(__file__).with_name("figures.js").read_text("utf-8")


@pytest.mark.parametrize("path", WITH_FIGURES)
def test_letters_and_lines_can_be_told_in_both_schemes(
    visit: Opener, path: str
) -> None:
    page = visit(path, color_scheme="light").page
    page.evaluate(UNFOLD)
    page.evaluate("document.fonts.ready")
    found = page.evaluate(MEASURE)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.wait_for_timeout(300)  # colors fade
    found += page.evaluate(MEASURE)
    assert found == []


def test_a_measure_finds_what_is_wrong(visit: Opener) -> None:
    page = visit(CHAPTERS[0]).page
    page.evaluate("""document.querySelector(".md-content article").innerHTML = `
      <figure class="literate-figure"><svg id="s" width="200" height="100"
        viewBox="0 0 200 100"><g class="graph"><g class="edge">
        <path d="M0 50 L200 50" stroke="#ddd"/></g>
        <text x="20" y="20" style="font-size: 9px">small</text>
        <text x="60" y="55" style="font-size: 16px">struck</text>
        <text x="66" y="55" style="font-size: 16px; fill: rgb(136 136 136)">again</text>
        </g></svg><figcaption>Wrong</figcaption></figure>`""")
    told = "\n".join(page.evaluate(MEASURE))
    for fault in (
        "9.0 px: small",
        ":1 rgb(221, 221, 221) line",
        "label on line: struck",
        "label on label: struck / again",
        "text: again",
    ):
        assert fault in told
