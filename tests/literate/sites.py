"""Looking at the pages of a built site."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin

import lxml.html
from literate.book.blocks import Block, Cell


def page(site: Path, path: str) -> lxml.html.HtmlElement:
    """The built page of a chapter."""
    file = site / address(path) / "index.html"
    return lxml.html.fromstring(file.read_text("utf-8"))


def address(path: str) -> str:
    """The address of a chapter's page below the site's."""
    stem = path.removeprefix("docs/").removesuffix(".md")
    return "" if stem == "index" else f"{stem}/"


def fences(html: lxml.html.HtmlElement) -> list[str]:
    """The Python code that a page shows."""
    python = "contains(concat(' ', @class, ' '), ' language-python ')"
    found = html.xpath(f"//div[{python}]")
    return [str(each.find(".//code").text_content()).rstrip() for each in found]


def outputs(html: lxml.html.HtmlElement) -> list[str]:
    """The outputs that a page shows."""
    found = html.find_class("literate-output")
    return [str(each.text_content()).rstrip() for each in found]


def figures(html: lxml.html.HtmlElement) -> list[str]:
    """The figures that a page shows, as HTML."""
    found = html.find_class("literate-figure")
    return [lxml.html.tostring(each, encoding="unicode") for each in found]


def links(html: lxml.html.HtmlElement, path: str) -> list[str]:
    """Where the links of a chapter's text lead."""
    told = html.xpath("//article//a/@href")
    return [urljoin(f"/{address(path)}", each) for each in told]


def words(html: lxml.html.HtmlElement) -> list[str]:
    """All that a page has to say."""
    [article] = html.xpath("//article")
    return str(article.text_content()).split()


def expected_fences(blocks: tuple[Block, ...]) -> list[str]:
    """The Python code that a chapter's page has to show."""
    return [block.fence.text.rstrip() for block in blocks]


def expected_outputs(blocks: tuple[Block, ...]) -> list[str]:
    """The outputs that it has to show."""
    cells = [block for block in blocks if isinstance(block, Cell)]
    return [cell.output.text.rstrip() for cell in cells if cell.output]


def expected_figures(blocks: tuple[Block, ...]) -> int:
    """How many figures it has to show."""
    return sum(isinstance(each, Cell) and each.figure is not None for each in blocks)
