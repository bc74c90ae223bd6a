"""The volume: the pages of the built site as one page, to be printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

from literate.book.config import settings_of
from literate.errors import BookError

UNPRINTED = (
    "headerlink",
    "literate-downloads",
    "literate-forms",
    "literate-take",
    "literate-volumes",
)
"""What makes no sense on paper, by its class."""


class Page(NamedTuple):
    """A page of the site, and its place in the book."""

    part: str
    address: str
    tree: Any  # lxml has no types

    @property
    def name(self) -> str:
        """What its names begin with in the volume, where each may stand only once."""
        return self.address.rstrip("/") or "index"

    @property
    def article(self) -> Any:
        """What the page says, without the theme around it."""
        return self.tree.find(".//article")

    @property
    def title(self) -> str:
        """Its first heading."""
        return _words(self.article.find(".//h1"))

    @property
    def sections(self) -> Iterator[tuple[str, str]]:
        """The name and the title of each of its sections."""
        for heading in self.article.iterfind(".//h2[@id]"):
            yield heading.get("id"), _words(heading)


def volume(root: Path, site: Path) -> str:
    """Bind the pages of a site.

    Returns:
        A page with the title of the book, its contents, and the pages in the order of
        the nav. The contents have no page numbers yet: each is to be put into the
        element of class `book-page` of its link.

    Raises:
        BookError: Where a page was not built.
    """
    settings = settings_of(root)
    pages = read_pages(settings, site)
    names = {page.address: page.name for page in pages}
    for page in pages:
        _rename(page, names)
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


def read_pages(settings: dict[str, Any], site: Path) -> list[Page]:
    """The pages of a site, in the order of the nav.

    Raises:
        BookError: Where a page was not built.
    """
    return [_read(site, *entry) for entry in _entries(settings["nav"])]


def _entries(nav: list[Any], part: str = "") -> Iterator[tuple[str, str, str]]:
    """The part, the title that the nav gives it, and the file of each page."""
    for entry in nav:
        [(title, value)] = entry.items() if isinstance(entry, dict) else [("", entry)]
        if isinstance(value, list):
            yield from _entries(value, title)
        else:
            yield part, title, value


def _read(site: Path, part: str, title: str, file: str) -> Page:
    """Read a page, without what makes no sense on paper."""
    path = PurePosixPath(file)
    folder = path.parent if path.stem == "index" else path.with_suffix("")
    built = site / folder / "index.html"
    if not built.is_file():
        raise BookError(str(built), None, "this page is missing: build the site first")
    tree = html.fromstring(built.read_text("utf-8"))
    page = Page(part, "" if folder == PurePosixPath() else f"{folder}/", tree)
    for kind in UNPRINTED:
        for element in page.article.find_class(kind):
            element.drop_tree()
    for element in page.article.iter("details"):
        element.set("open", "")
    if title:
        heading = page.article.find(".//h1")
        heading.clear(keep_tail=True)
        heading.text = title
    return page


def _rename(page: Page, names: dict[str, str]) -> None:
    """Let the names of a page, and what refers to names, be those of the volume."""
    for element in page.article.iter(etree.Element):
        for key, value in element.attrib.items():
            if key in ("id", "name"):
                element.set(key, f"{page.name}:{value}")
            elif key == "href" and element.tag == "use":
                element.set(key, value.replace("#", f"#{page.name}:"))
            else:
                element.set(key, value.replace("url(#", f"url(#{page.name}:"))
    for link in page.article.iter("a"):
        parts = urlsplit(urljoin(f"/{page.address}", link.get("href", "")))
        target = names.get(parts.path.lstrip("/"))
        if parts.netloc:
            continue
        if target:
            place = f":{unquote(parts.fragment)}" if parts.fragment else ""
            link.set("href", f"#{target}{place}")
        else:  # what the site offers beside its pages is not in the volume
            link.tag = "span"
            link.attrib.pop("href", None)


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
    for part, inside in groupby(pages, lambda page: page.part):
        lines.append(f'<p class="book-part">{escape(part)}</p>' * bool(part))
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


def _words(element: Any) -> str:
    """The words of an element."""
    return re.sub(r"\s+", " ", element.text_content()).strip()
