"""The EPUB is what its readers ask for: XML, whose links lead somewhere."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from literate.book.book import Book
from literate.errors import BookError
from literate.exporting.volumes.epub import epub
from lxml import etree
from making import make_book

PAGE = """<!doctype html><html lang="en"><head><title>x</title></head><body>
<nav><a href="elsewhere/">not of the page</a></nav><article class="md-content__inner">
{}</article></body></html>"""
FIRST = """<h1 id="first">First<a class="headerlink" href="#first">¶</a></h1>
<p>A &amp; b<br>c. <a href="../two/#2-more">there</a> <a href="#fn:1">note</a>
<a href="../one/#gone">gone</a> <a href="../one.ipynb" download>notebook</a>
<a href="https://example.org/">web</a></p><h2 id="fn:1">Section</h2>
<math display="inline"><mi>x</mi></math>
<figure><svg role="img" viewBox="0 0 1 1" id="f"><style>#f{*{fill: red}}</style>
<defs><linearGradient id="f-a"/></defs><rect fill="url(#f-a)"/></svg>
<figcaption>A box.</figcaption></figure>
<details><summary>Solution</summary><p>42</p></details>
<div class="literate-take">Take along</div><script>alert(1)</script>
<img src="../dot.png" alt="a dot">"""
SECOND = '<h1>Second</h1><h2 id="2-more">More</h2><p><a href="../one/">back</a></p>'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A book whose site is built."""
    root = make_book(tmp_path, one="# First\n", two="# Second\n")
    for name, text in (("one", FIRST), ("two", SECOND)):
        (root / "site" / name).mkdir(parents=True)
        (root / "site" / name / "index.html").write_text(PAGE.format(text))
    (root / "site/index.html").write_text("")
    (root / "site/dot.png").write_bytes(b"png")
    return root


def files(root: Path) -> dict[str, bytes]:
    """The files of the EPUB."""
    with zipfile.ZipFile(io.BytesIO(epub(Book(root), root / "site"))) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_file_is_xml_and_named_in_the_package(root: Path) -> None:
    made = files(root)
    package = etree.fromstring(made["book/package.opf"])
    named = package.xpath("//*[local-name()='item']/@href")
    assert {f"book/{name}" for name in named} == {
        name for name in made if name.startswith("book/") and "opf" not in name
    }
    for name, content in made.items():
        if name.endswith((".xhtml", ".opf", ".xml")):
            etree.fromstring(content)
    read = package.xpath("//*[local-name()='itemref']")
    assert len(read) == 4  # the title, the contents, and both pages
    assert made["book/dot.png"] == b"png"
    assert 'properties="mathml svg"' in made["book/package.opf"].decode()


def test_every_link_leads_somewhere(root: Path) -> None:
    made = files(root)
    pages = {n: etree.fromstring(c) for n, c in made.items() if n.endswith(".xhtml")}
    seen = 0
    for name, page in pages.items():
        for link in page.xpath("//*[local-name()='a']/@href"):
            if link.startswith("https:"):
                continue
            target, place = urldefrag(link)
            there = pages[f"book/{target}" if target else name]
            assert not place or there.xpath(f"//*[@id='{place}']"), link
            seen += 1
    assert seen >= 6


def test_a_page_keeps_what_it_says_and_loses_what_does_nothing(root: Path) -> None:
    text = files(root)["book/one.xhtml"].decode()
    assert "A &amp; b<br/>c." in text
    assert 'xmlns="http://www.w3.org/1998/Math/MathML"' in text
    assert 'viewBox="0 0 1 1"' in text
    assert "<linearGradient" in text
    assert "#f *{fill: red}" in text
    assert '<p class="fold">Solution</p><p>42</p>' in text
    assert "<span>notebook</span>" in text
    for gone in ("¶", "alert", "Take along", "not of the page", "<details"):
        assert gone not in text


def test_the_same_site_gives_the_same_file(root: Path) -> None:
    assert epub(Book(root), root / "site") == epub(Book(root), root / "site")


def test_a_page_that_was_not_built_is_named(root: Path) -> None:
    (root / "site/two/index.html").unlink()
    with pytest.raises(BookError, match="this page is missing: build the site first"):
        epub(Book(root), root / "site")


@pytest.mark.parametrize("entry", ["https://example.org/", "notes.pdf"])
def test_a_link_in_the_nav_is_no_page(root: Path, entry: str) -> None:
    config = root / "mkdocs.yml"
    text = config.read_text()
    link = f"  - More: {entry}\n"
    config.write_text(text.replace("  - two.md\n", f"{link}  - two.md\n"))
    assert "book/two.xhtml" in files(root)


@pytest.mark.parametrize("nav", ["", "nav: []\n", "nav:\n"])
def test_a_book_without_pages_is_an_error(root: Path, nav: str) -> None:
    config = root / "mkdocs.yml"
    text = re.sub(r"^nav:\n(?:  - .*\n)+", nav, config.read_text(), flags=re.MULTILINE)
    config.write_text(f"{text}not_in_nav: '*'\n")
    with pytest.raises(BookError, match="the nav of the book names no page"):
        epub(Book(root), root / "site")
