"""The printed book: its contents, its bookmarks, its links, and what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from bisect import bisect_left
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from built import PAGES, ROOT, SITE, tree_of
from pypdf import PdfReader
from pypdfium2 import PdfDocument

pytestmark = pytest.mark.browser

NOT_FOR_PAPER = {"literate-downloads", "literate-volumes", "book-begin"}


def make(into: Path, site: Path = SITE, **environment: str) -> Any:
    """Run the command that prints a site."""
    command = [sys.executable, "-m", "literate", "pdf", str(site), str(into)]
    return subprocess.run(
        command, cwd=ROOT, env=environment or None, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("pdf") / "book.pdf"
    done = make(file)
    assert done.returncode == 0, done.stderr
    return file.read_bytes()


@pytest.fixture(scope="module")
def pdf(file: bytes) -> PdfReader:
    return PdfReader(BytesIO(file))


@pytest.fixture(scope="module")
def texts(file: bytes) -> list[str]:
    """The text of each page, by a library in C: it reads 600 pages in two seconds."""
    with PdfDocument(file) as document:
        found = [page.get_textpage().get_text_range() for page in document]
    # It marks a hyphen at the end of a line.
    return [text.replace("\r\n", "\n").replace("\ufffe", "-") for text in found]


@pytest.fixture(scope="module")
def printed(texts: list[str]) -> str:
    """All that is printed, without white space and without the heads of the pages."""
    return squeezed("".join(re.sub(r"^.*\n\d+\n", "", text) for text in texts))


def title(page: str) -> str:
    """What the volume calls a page of the site."""
    [heading] = tree_of(page).xpath("//article//h1")
    return heading.text if page else "Start here"


def places(pdf: PdfReader) -> Iterator[Any]:
    """The links of all pages."""
    for page in pdf.pages:
        for link in page.get("/Annots", []):
            yield link.get_object()


def classes(element: Any) -> set[str]:
    """The classes of an element, and of that which it stands in."""
    both = (element, element.getparent())
    return {name for each in both for name in each.get("class", "").split()}


def squeezed(text: str) -> str:
    """The text without white space."""
    return re.sub(r"\s+", "", text)


def is_in(text: str, line: str) -> bool:
    """Whether a line is in the text: whole or, where a page ends in it, in two."""
    if line in text:
        return True
    # What is shorter is there as well, so halving finds the longest start and end.
    sizes = range(1, len(line) + 1)
    start = bisect_left(sizes, True, key=lambda size: line[:size] not in text)
    end = bisect_left(sizes, True, key=lambda size: line[-size:] not in text)
    return start + end >= len(line)


def test_every_page_is_a_bookmark_in_the_order_of_the_nav(pdf: PdfReader) -> None:
    told = [each.title for each in pdf.outline if not isinstance(each, list)]
    assert told == ["Contents", *map(title, PAGES)]


def test_sections_are_bookmarks_below_their_page(pdf: PdfReader) -> None:
    outline = pdf.outline
    name = title("05-backward/")
    at = [getattr(each, "title", "") for each in outline].index(name)
    told = [each.title for each in outline[at + 1] if not isinstance(each, list)]
    sections = tree_of("05-backward/").xpath("//article//h2/text()[1]")
    assert told == sections != []


def test_the_contents_name_the_pages_where_the_titles_stand(
    pdf: PdfReader, texts: list[str]
) -> None:
    heads = [text.split("\n")[0] for text in texts]
    # Of its two columns the library in C makes lines of single letters.
    pages = pdf.pages[1 : heads.index("Start here")]
    contents = "\n".join(page.extract_text() for page in pages).split("\n")
    lines = [f"{each} {heads.index(each) + 1}" for each in map(title, PAGES)]
    assert [line for line in contents if line in lines] == lines


def test_every_page_has_its_number(texts: list[str]) -> None:
    assert len(texts) > 100
    for number, text in enumerate(texts, 1):
        # Of some pages with a plot the text comes letter by letter.
        assert str(number) in "".join(text.split())[:80]


def test_links_lead_to_places_in_the_book_or_to_the_web(pdf: PdfReader) -> None:
    links = list(places(pdf))
    inside = [link["/Dest"] for link in links if "/Dest" in link]
    outside = [link["/A"]["/URI"] for link in links if "/Dest" not in link]
    assert len(inside) > 500
    assert [each for each in inside if each not in pdf.named_destinations] == []
    web = ("https://", "http://neuralnetworksanddeeplearning.com/")  # it has no https
    assert [each for each in outside if not each.startswith(web)] == []
    assert [each for each in outside if "book.invalid" in each] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_sentence_of_a_page_is_printed(printed: str, page: str) -> None:
    links = "span[@class='literate-forms']"  # to this PDF, among others
    said = tree_of(page).xpath(f"//article//p[not(.//math) and not({links})]")
    said = [e for e in said if NOT_FOR_PAPER.isdisjoint(classes(e))]
    words = (e.text_content().removesuffix("↩") for e in said)  # up from a footnote
    lines = [squeezed(line) for text in words for line in text.split("\n")]
    assert [line for line in lines if not is_in(printed, line)] == []
    assert "\ufffd" not in printed  # what stands for a letter that no font has


@pytest.mark.parametrize(
    ("line", "there"),
    [("one two", True), ("two four", False), ("one three", True), ("five", False)],
)
def test_a_line_may_be_broken_once(line: str, there: bool) -> None:
    assert is_in("onetwo-three", squeezed(line)) == there


def test_a_missing_chromium_is_named_in_a_line(tmp_path: Path) -> None:
    done = make(tmp_path / "book.pdf", CHROMIUM=str(tmp_path / "chromium"))
    assert done.returncode == 1
    cure = "install Chromium, or name it: CHROMIUM=/path/to/chromium literate pdf"
    assert done.stderr == f"{tmp_path}/chromium does not start: {cure}\n"


def test_a_site_that_was_not_built_is_named_in_a_line(tmp_path: Path) -> None:
    done = make(tmp_path / "book.pdf", site=tmp_path)
    assert done.returncode == 1
    cure = "this page is missing: build the site first"
    assert done.stderr == f"{tmp_path}/index.html: {cure}\n"
