"""Every chapter has the parts that a reader may count on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from literate.book.blocks import Cell
from literate.book.book import Book, Chapter
from names import ROOT, headings

BOOK = Book(ROOT)
PAGES = list(BOOK.chapters.values())
CHAPTERS = [page for page in PAGES if re.match(r"docs/\d", page.path)]
SOLUTION = '??? success "Solution"'
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def ids(page: Chapter) -> str:
    return page.path


def sections(page: Chapter, marks: str) -> dict[str, range]:
    """The sections of a level with their lines, up to the next one or a higher one."""
    lines = page.text.split("\n")
    found: dict[str, range] = {}
    places = headings(page.text)
    for heading, line in places.items():
        if lines[line - 1].startswith(f"{marks} "):
            ends = [
                other
                for other in places.values()
                if other > line and not lines[other - 1].startswith(f"{marks}#")
            ]
            found[heading] = range(line, min(ends, default=len(lines) + 1))
    return found


def text_of(page: Chapter, lines: range) -> str:
    """The lines of a section below its heading."""
    return "\n".join(page.text.split("\n")[lines.start : lines.stop - 1])


def cells_in(page: Chapter, lines: range) -> list[Cell]:
    """The cells of a section."""
    return [cell for cell in page.cells if cell.fence.line in lines]


@pytest.mark.parametrize("page", CHAPTERS, ids=ids)
def test_a_chapter_opens_with_prose(page: Chapter) -> None:
    first, second, *_ = headings(page.text).values()
    opening = text_of(page, range(first, second)).split("```")[0].strip()
    assert first == 1
    assert opening.count("\n") >= 1, "at least two sentences, one a line"


@pytest.mark.parametrize("page", CHAPTERS, ids=ids)
def test_a_chapter_ends_with_its_summary_challenges_and_package(page: Chapter) -> None:
    parts = sections(page, "##")
    assert list(parts)[-3:] == ["Summary", "Challenges", "The package so far"]
    points = re.findall(r"^[-*] ", text_of(page, parts["Summary"]), re.MULTILINE)
    assert 4 <= len(points) <= 8
    assert text_of(page, parts["The package so far"]).strip()


@pytest.mark.parametrize("page", CHAPTERS, ids=ids)
def test_each_challenge_has_a_folded_solution_that_runs(page: Chapter) -> None:
    all_challenges = sections(page, "##")["Challenges"]
    challenges = {
        heading: lines
        for heading, lines in sections(page, "###").items()
        if lines.start in all_challenges
    }
    assert 3 <= len(challenges) <= 6
    for heading, lines in challenges.items():
        question, _, solution = text_of(page, lines).partition(SOLUTION)
        assert question.strip() and solution.strip(), heading
        inside = [cell for cell in cells_in(page, lines) if cell.fence.indent >= 4]
        assert inside, f"the solution of {heading!r} runs nothing"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_internal_links_resolve(page: Chapter) -> None:
    broken = [
        target
        for target in LINK.findall(prose(page.text))
        if "://" not in target and not resolves(page, target)
    ]
    assert not broken


def prose(text: str) -> str:
    """A page without its fences and without code in its lines."""
    text = re.sub(r"^( *)(```+).*?^ *\2$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def resolves(page: Chapter, target: str) -> bool:
    """Whether the file of a link is there, and its heading in it."""
    name, _, anchor = target.partition("#")
    path = ROOT / page.path if not name else (ROOT / page.path).parent / name
    if not path.is_file():
        return False
    return not anchor or path.name == "reference.md" or anchor in anchors(path)


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, and those it sets itself."""
    text = path.read_text(encoding="utf-8")
    slugs = {slug(heading) for heading in headings(text)}
    return slugs | set(re.findall(r'(?:id="|\{ ?#)([\w.-]+)', text))


def slug(heading: str) -> str:
    """The anchor that Python-Markdown gives to a heading."""
    kept = re.sub(r"[^\w\s-]", "", heading).strip().lower()
    return re.sub(r"[-\s]+", "-", kept)
