"""What pages offer to take along, and what they say of themselves."""

from __future__ import annotations

from pathlib import Path

import lxml.html
import pytest
from literate.exporting.downloads import Download
from literate.weaving.parts.describing import LONGEST, description
from literate.weaving.parts.taking import bar, foot
from making import BOX, cell, site, source
from processes import build

FILES = [
    Download("01-a.ipynb", b"", "this chapter as a notebook"),
    Download("thing-0+01.a-py3-none-any.whl", b"", "the package so far"),
    Download("01-a.diff", b"", "what this chapter changed"),
]


def test_the_bar_has_a_link_to_each_file_and_the_line_that_installs() -> None:
    shown = lxml.html.fromstring(bar(FILES, "there/"))
    links = shown.xpath(".//a[@download]/@href")
    assert links == [f"there/{file.name}" for file in FILES]
    line = "python -m pip install ./thing-0+01.a-py3-none-any.whl"
    assert shown.findtext("code") == line


def test_without_a_package_there_is_nothing_to_install() -> None:
    assert "pip" not in bar(FILES[:1], "")
    assert "pip" not in foot(FILES[:1], "")


def test_the_bar_has_a_place_for_the_whole_book() -> None:
    assert '<span class="literate-forms"></span>' in bar(FILES, "")


def test_every_foot_has_a_place_for_the_whole_book() -> None:
    empty = '<div class="literate-volumes"></div>'
    assert foot([], "") == empty
    assert foot(FILES, "").endswith(empty)


def test_a_chapter_has_its_bar_above_its_text(tmp_path: Path) -> None:
    text = "# A\n\nThe *first* words.\n" + source(BOX)
    site(tmp_path, **{"01-a": text, "notes": "# N\n" + cell("1;\n")})
    config = (tmp_path / "mkdocs.yml").read_text()
    (tmp_path / "mkdocs.yml").write_text(config + "theme: material\n")
    done = build(tmp_path)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "site/01-a.html").read_text()
    parts = [page.index(each) for each in ("literate-about", "-take", "The <em>first")]
    assert parts == sorted(parts)
    assert '<meta name="description" content="The first words.">' in page
    assert "literate-take" not in (tmp_path / "site/notes.html").read_text()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# A\n\n!!! note\n\n- a list\n\nA **bold** `a_b` step.\n", "A bold a_b step."),
        ("One [link](b.md) {.x}\n{ .book-lead }\n", "One link"),
        ('Say "x" & \\(y\\).\n', "Say 'x' &amp; y."),
        ("# Only a heading\n", ""),
        ("```python\ncode\n```\n\nWords.\n", "Words."),
    ],
)
def test_a_description_is_the_first_words_without_marks(text: str, told: str) -> None:
    assert description(text) == told


def test_a_description_ends_with_a_sentence() -> None:
    told = description("One is short. " + "This one is longer. " * 20)
    assert told.endswith("longer.")
    assert len(told) <= LONGEST
