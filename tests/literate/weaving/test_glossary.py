from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

import lxml.html
import markdown
import pytest
from literate.book.book import Book
from literate.errors import BookError
from literate.weaving.parts.glossary import link_terms, name_entries, terms
from making import BOX, literate, make_book, source
from markdown.treeprocessors import Treeprocessor

WORDS = """# Words

- **Slope**, also steepness: how `a * b`
  *rises* ([One](one.md), first in [Two](two.md)).
- **Slope field**: many slopes ([Three](three.md)).
- **SGD**, stochastic descent: down ([One](one.md)).
- **Box**: a class ([One](one.md)).
- **Root**: the last one ([One](one.md)).
- **Leaf**: the first one ([Three](three.md)).
"""


def glossary(root: Path, two: str, one: str = "") -> Book:
    """A book of three chapters and a glossary."""
    one = f"# One\n\n{one}\n{source(BOX)}"
    make_book(root, one=one, two=two, three="# Three\n", words=WORDS)
    config = root / "mkdocs.yml"
    options = "      glossary: docs/words.md\n      common: [root]\n"
    config.write_text(config.read_text() + options)
    return Book(root)


def linked(book: Book, path: str) -> list[tuple[str, str]]:
    """The terms that a page links, and where they lead."""
    html = rendered(book, path)
    found = html.xpath("//a[@class='literate-term']")
    return [(each.text, each.get("href")) for each in found]


def rendered(book: Book, path: str) -> lxml.html.HtmlElement:
    class Finish(Treeprocessor):
        def run(self, root: Element) -> None:
            link_terms(root, book, path, "words/")
            if path == book.options.glossary:
                name_entries(root, book)

    md = markdown.Markdown(extensions=["fenced_code", "admonition"])
    md.treeprocessors.register(Finish(md), "finish", -1)
    text = md.convert(book.chapters[path].text)
    return lxml.html.fromstring(f"<div>{text}</div>")


def test_an_entry_is_read_without_its_markup(tmp_path: Path) -> None:
    first = terms(glossary(tmp_path, "# Two\n"))[0]
    assert first.name == "Slope"
    assert first.others == ("steepness",)
    assert first.text == "how a * b rises."
    assert first.pages == ("docs/one.md", "docs/two.md")


def test_the_first_use_after_the_explanation_is_linked(tmp_path: Path) -> None:
    two = "# Slopes\n\nTwo *slopes* by SGD: the steepness, a slope and sgd.\n"
    book = glossary(tmp_path, two, one="The slope is told here.")
    assert linked(book, "docs/one.md") == []
    assert linked(book, "docs/two.md") == [
        ("slopes", "words/#term-slope"),
        ("SGD", "words/#term-sgd"),
    ]
    [link] = rendered(book, "docs/two.md").xpath("//em/a")
    assert link.get("data-told") == "how a * b rises."
    words = rendered(book, "docs/two.md").text_content().split()
    assert words == two.replace("#", "").replace("*", "").split()


@pytest.mark.parametrize(
    "text",
    [
        "`slope` and [slope](one.md)",
        "a.slope, slope-like, slopey",
        "## The slope",
        "```\nslope\n```",
        "!!! note \"The slope\"\n\n    And no more.",
        "**Slope** is told here as well. So slope is clear.",
        "A slope field is another thing.",
        "A leaf comes later, a box is a class, the root of 2 is a number.",
        "The book *On Slopes* by the brothers Slope.",
        '<div class="footnote"><p>R. Slope</p></div>',
    ],
)  # fmt: skip
def test_what_is_no_use_of_a_term(tmp_path: Path, text: str) -> None:
    book = glossary(tmp_path, f"# Two\n\n{text}\n")
    assert linked(book, "docs/two.md") == []


def test_the_entries_have_places(tmp_path: Path) -> None:
    book = glossary(tmp_path, "# Two\n")
    html = rendered(book, "docs/words.md")
    assert html.xpath("//li/@id")[:2] == ["term-slope", "term-slope-field"]
    assert linked(book, "docs/words.md") == []


@pytest.mark.parametrize(
    ("words", "line", "message"),
    [
        (WORDS.replace("Leaf**:", "Leaf** —"), 9, "this is no entry: write it as `- "),
        ("# Words\n\nSlope\n:   how it rises\n", 1, "the glossary has no entry"),
    ],
)
def test_a_glossary_that_cannot_be_read_is_refused(
    tmp_path: Path, words: str, line: int, message: str
) -> None:
    glossary(tmp_path, "# Two\n")
    (tmp_path / "docs/words.md").write_text(words)
    with pytest.raises(BookError) as error:
        terms(Book(tmp_path))
    assert str(error.value).startswith(f"docs/words.md:{line}: {message}")
    assert message in literate(tmp_path, "doctor").stdout


def test_a_glossary_that_is_no_page_is_refused(tmp_path: Path) -> None:
    glossary(tmp_path, "# Two\n")
    config = tmp_path / "mkdocs.yml"
    config.write_text(config.read_text().replace("docs/words.md", "words.md"))
    with pytest.raises(BookError, match=r"mkdocs.yml:10: the glossary words.md is no"):
        Book(tmp_path)
