"""The pictures of a page: can their letters be read, their lines be seen?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from built import CHAPTERS, WITH_FIGURES
from looking import FIGURES, Look
from visiting import Opener

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", WITH_FIGURES)
def test_letters_and_lines_can_be_told_in_both_schemes(
    look: Callable[[str], Look], path: str
) -> None:
    assert look(path).figures == []


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
    told = "\n".join(page.evaluate(FIGURES))
    for fault in (
        "9.0 px: small",
        ":1 rgb(221, 221, 221) line",
        "label on line: struck",
        "label on label: struck / again",
        "text: again",
    ):
        assert fault in told
