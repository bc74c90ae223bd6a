"""The volume: the pages of the built site as one page, to be printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from lxml import html

from literate.book.book import Book
from literate.exporting.volumes.pages import Page, read_pages


def volume(book: Book, site: Path) -> str:
    """Bind the pages of a site.

    Returns:
        A page with the title of the book, its contents, and the pages in the order of
        the nav. The contents have no page numbers yet: each is to be put into the
        element of class `book-page` of its link.
    """
    settings = book.settings
    pages = read_pages(settings, site)
    names = {page.address: page.name for page in pages}
    for page in pages:
        _bind(page, names)
    body = pages[0].tree.find("body")
    attributes = "".join(f' {k}="{escape(v)}"' for k, v in body.attrib.items())
    return f"""<!doctype html>
<html lang="{pages[0].tree.get("lang")}">
<meta charset="utf-8">
<title>{escape(settings["site_name"])}</title>
{_styles(pages)}
<body{attributes}><main class="md-typeset book-volume">
{_cover(settings)}
{_contents(pages)}
{"".join(_bound(n, page) for n, page in enumerate(pages))}
</main></body></html>"""


def _bind(page: Page, names: Mapping[str, str]) -> None:
    """Let the names of a page, and what refers to names, be those of the volume."""

    def address(path: str, place: str) -> str | None:
        name = names.get(path.lstrip("/"))  # what stands beside the pages has none
        return name and (f"#{name}:{place}" if place else f"#{name}")

    page.rename(lambda name: f"{page.name}:{name}")
    page.lead(address)


def _styles(pages: list[Page]) -> str:
    """The styles of the site, and the title of each page above the paper's text."""
    links = {
        urljoin(f"/{page.address}", link.get("href")): None
        for page in pages
        for link in page.tree.iterfind(".//link[@rel='stylesheet']")
    }
    heads = (
        f"@page page-{n} {{ @top-right {{ content: {json.dumps(page.title)}; }} }}"
        for n, page in enumerate(pages)
    )
    sheets = "".join(f'<link rel="stylesheet" href="{href}">\n' for href in links)
    heading = "\n".join(heads)
    return f"{sheets}<style>\n@page {{ size: A4; }}\n{heading}\n</style>"


def _cover(settings: dict[str, Any]) -> str:
    """The first page of the volume."""
    return f"""<header class="book-cover">
<p class="book-name">{escape(settings["site_name"])}</p>
<p>{escape(settings.get("site_description", ""))}</p>
<p>{settings.get("copyright", "")}</p>
</header>"""


def _contents(pages: list[Page]) -> str:
    """The titles of the pages, and below each those of its sections."""
    lines = ["<h1>Contents</h1>"]
    for n, (part, inside) in enumerate(groupby(pages, lambda page: page.part)):
        if n or part:  # what belongs to no part stands apart as well
            lines.append(f'<p class="book-part">{escape(part)}</p>')
        for page in inside:
            lines.append(f"<p>{_line(page.name, page.title)}</p>")
            items = (f"<li>{_line(*section)}</li>" for section in page.sections)
            lines.append(f"<ul>{''.join(items)}</ul>")
    return f'<nav class="book-contents">{"".join(lines)}</nav>'


def _line(name: str, text: str) -> str:
    """A line of the contents."""
    return f'<a href="#{name}">{escape(text)}<span class="book-page"></span></a>'


def _bound(n: int, page: Page) -> str:
    """A page of the site as a part of the volume."""
    text = html.tostring(page.article, encoding="unicode", with_tail=False)
    return f'<section id="{page.name}" style="page: page-{n}">{text}</section>'
