"""What is put into a built site at its end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from literate.book.book import Book
from literate.exporting.finishing import finish, megabytes
from making import files_below, make_book

PAGE = """<html><head><meta name="description" content="It's one.">{}</head><body>
<h1>1. One &amp; all<a class="headerlink" href="#one">¶</a></h1>
<span class="literate-forms"></span>
<div class="literate-volumes"></div></body></html>"""
ADDRESS = '<link rel="canonical" href="https://example.org/book/{}">'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_book(tmp_path, one="# One\n")
    (root / "site/one").mkdir(parents=True)
    (root / "site/literate/abc").mkdir(parents=True)
    (root / "site/index.html").write_text(PAGE.format(""))
    (root / "site/one/index.html").write_text(PAGE.format(""))
    for name in (
        "one/one.ipynb",
        "one/one.literate.json",
        "literate/abc/page.js",
        "literate/abc/snapshot.bin",
        "assets.css",
    ):
        (root / "site" / name).write_bytes(b"12")
    return root


def test_the_list_has_what_reading_needs_and_what_running_needs(root: Path) -> None:
    finish(Book(root), root / "site")
    told = json.loads((root / "site/offline.json").read_text())
    reading = [name for name, _ in told["reading"]]
    assert reading == ["assets.css", "", "literate/abc/page.js", "one/"]
    running = [["literate/abc/snapshot.bin", 2], ["one/one.literate.json", 2]]
    assert told["running"] == running
    size = (root / "site/one/index.html").stat().st_size
    assert ["one/", size] in told["reading"]
    assert (root / "site/offline.js").is_file()


def test_pages_offer_the_forms_that_were_made(root: Path) -> None:
    finish(Book(root), root / "site")
    page = root / "site/one/index.html"
    assert "The whole book" not in page.read_text()
    (root / "site/thing.epub").write_bytes(b"1" * 1_200_000)
    finish(Book(root), root / "site")
    link = '<a href="../thing.epub" download>EPUB, 1.2 MB</a>'
    assert f"The whole book: {link}." in page.read_text()
    assert f'"literate-forms">The whole book: {link}</span>' in page.read_text()
    assert '<a href="thing.epub"' in (root / "site/index.html").read_text()
    once = files_below(root)
    finish(Book(root), root / "site")
    assert files_below(root) == once


def test_a_site_without_an_address_has_no_cards(root: Path) -> None:
    finish(Book(root), root / "site")
    assert "og:" not in (root / "site/one/index.html").read_text()
    assert not (root / "site/cards").exists()


def test_a_site_with_an_address_has_a_card_for_each_page(root: Path) -> None:
    pytest.importorskip("matplotlib")
    page = root / "site/one/index.html"
    page.write_text(PAGE.format(ADDRESS.format("one/")))
    for _ in range(2):  # once more changes nothing
        finish(Book(root), root / "site")
        text = page.read_text()
        assert text.count('property="og:title" content="1. One &amp; all"') == 1
        assert 'property="og:description" content="It&#x27;s one."' in text
        assert 'content="https://example.org/book/cards/one.png"' in text
    assert (root / "site/cards/one.png").read_bytes().startswith(b"\x89PNG")
    assert "cards/" not in (root / "site/offline.json").read_text()


def test_small_files_have_a_size_as_well() -> None:
    assert megabytes(10) == "0.1 MB"
