"""The book shows the canon: its numbers, its corrections and its answers."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from answers import CORRECTIONS, CORRECTIONS_PAGE, MET, QUESTIONS, QUESTIONS_PAGE
from canon import CONCEPTS, Section, Shown
from literate.book.blocks import Cell
from literate.book.book import Book, Chapter
from matching import cells_showing, digits, is_rounded, literals
from names import ROOT, heading_line, headings, slug

BOOK = Book(ROOT)
SHOWN = [
    pytest.param(entry, id=f"{number} {entry.numbers}")
    for number, _, entries in CONCEPTS
    for entry in entries
    if isinstance(entry, Shown)
]
SECTIONS = [
    pytest.param(entry, id=f"{number} {entry.heading}")
    for number, _, entries in CONCEPTS
    for entry in entries
    if isinstance(entry, Section)
]
# Inputs by the canon itself: the neuron's bias, and the point where tanh is 0.7071.
INPUTS = {"6.8813735870195432", "0.8814"}


def chapter(name: str) -> Chapter:
    return BOOK.chapters[f"docs/{name}.md"]


def cells_below(page: Chapter, heading: str) -> list[Cell]:
    """The cells between a heading and the next one."""
    start = heading_line(page, heading)
    later = [line for line in headings(page.text).values() if line > start]
    end = min(later, default=page.text.count("\n") + 1)
    return [cell for cell in page.cells if start < cell.fence.line < end]


@pytest.mark.parametrize("shown", SHOWN)
def test_a_verified_output_shows_the_numbers(shown: Shown) -> None:
    assert list(cells_showing(chapter(shown.chapter), shown))


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_explains_the_concept(section: Section) -> None:
    assert section.heading in headings(chapter(section.chapter).text)


def test_no_cell_has_a_result_as_a_literal() -> None:
    """The numbers of four digits and more cannot stand in a cell by chance."""
    results = {
        number.lstrip("-")
        for _, _, entries in CONCEPTS
        for entry in entries
        if isinstance(entry, Shown)
        for number in entry.numbers.split()
        if digits(Decimal(number)) >= 4
    }
    found = [
        f"{path}:{cell.fence.line}: {number}"
        for path, page in BOOK.chapters.items()
        for cell in page.cells
        for number in sorted(results - INPUTS)
        if any(is_rounded(str(literal), number) for literal in literals(cell))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("heading", [heading for _, _, heading in CORRECTIONS])
def test_a_run_shows_each_correction(heading: str) -> None:
    assert cells_below(chapter(CORRECTIONS_PAGE), heading)


@pytest.mark.parametrize(("written", "link"), [(*row[2:],) for row in MET])
def test_a_row_links_to_the_run_that_shows_it(written: str, link: str) -> None:
    lines = chapter(CORRECTIONS_PAGE).text.splitlines()
    [row] = [line for line in lines if line.startswith(f"| {written}")]
    assert f"]({link})" in row
    name, anchor = link.split(".md#")
    [heading] = [each for each in headings(chapter(name).text) if slug(each) == anchor]
    assert any(cell.output for cell in cells_below(chapter(name), heading))


@pytest.mark.parametrize(
    ("threads", "heading"), [(threads, heading) for _, threads, heading in QUESTIONS]
)
def test_each_question_is_answered(threads: str, heading: str) -> None:
    text = chapter(QUESTIONS_PAGE).text.split(f"### {heading}\n")[1]
    answer = re.split(r"^##", text, flags=re.MULTILINE)[0]
    assert set(threads.split()) <= set(re.findall(r"#(\d+)", answer))
