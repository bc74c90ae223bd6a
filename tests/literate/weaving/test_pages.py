"""The pages of the book: what they show is what is tested."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import lxml.html
import pytest
from literate.book.book import Book
from making import ROOT, chapters
from sites import (
    expected_fences,
    expected_figures,
    expected_outputs,
    fences,
    figures,
    outputs,
    page,
)

PATHS = Book(ROOT).paths
pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def collected() -> Counter[str]:
    """How many tests `pytest --markdown-docs` collects of each page."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--markdown-docs", "--collect-only", "-q"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout
    ids = [line for line in run.stdout.splitlines() if "::" in line]
    return Counter(line.partition("::")[0] for line in ids)


@pytest.mark.parametrize("path", PATHS)
def test_the_fences_of_a_page_are_its_tests(
    path: str, the_book: Book, the_site: Path, collected: Counter[str]
) -> None:
    blocks = the_book.chapters[path].blocks
    assert fences(page(the_site, path)) == expected_fences(blocks)
    assert collected[path] == len(blocks)


@pytest.mark.parametrize("path", chapters())
def test_a_page_shows_every_output_and_figure(
    path: str, the_book: Book, the_site: Path
) -> None:
    blocks, html = the_book.chapters[path].blocks, page(the_site, path)
    assert outputs(html) == expected_outputs(blocks)
    assert len(figures(html)) == expected_figures(blocks)
    for svg in figures(html):
        assert "<svg" in svg
        assert not re.search(r'(?:fill|stroke)[=:]\s*"?(?:black|#000000|#000\b)', svg)


def test_the_labels_of_source_blocks_lead_somewhere(the_site: Path) -> None:
    """Links that the machine makes, of which no author knows."""
    pages = {
        file.resolve(): lxml.html.fromstring(file.read_text("utf-8"))
        for file in the_site.rglob("index.html")
    }
    names = {file: set(html.xpath("//@id")) for file, html in pages.items()}
    count = 0
    for file, html in pages.items():
        made = (
            "contains(@class, 'literate-label') or contains(@class, 'literate-written')"
        )
        for link in html.xpath(f"//*[{made}]//a/@href"):
            target, _, name = link.partition("#")
            there = (file.parent / target / "index.html").resolve() if target else file
            assert name in names[there], f"{file}: {link}"
            count += 1
    assert count > 50


def test_the_reference_names_the_chapters_that_wrote_an_object(the_site: Path) -> None:
    html = page(the_site, "docs/reference.md")
    [heading] = html.xpath("//*[@id='micrograd.engine.Value']")
    written = heading.getnext()
    assert written.get("class") == "literate-written"
    assert "The Value class" in written.text_content()


def test_a_page_of_docstrings_has_cells_of_its_own(
    the_book: Book, the_site: Path
) -> None:
    path = "docs/reference.md"
    cells = page(the_site, path).xpath("//div[starts-with(@id, 'fence-')]")
    assert len(cells) == len(the_book.chapters[path].blocks) > 0


def test_downloads_stand_beside_their_page(the_book: Book, the_site: Path) -> None:
    for path in the_book.paths:
        if the_book.chapters[path].blocks:
            links = page(the_site, path).xpath(
                "//*[@class='literate-downloads']//a/@href"
            )
            stem = path.removeprefix("docs/").removesuffix(".md")
            folder = the_site if stem == "index" else the_site / stem
            assert f"{stem}.ipynb" in links
            assert all((folder / link).is_file() for link in links)
