"""The EPUB: the pages of the built site as one file, for a reader of books."""

from __future__ import annotations

import mimetypes
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

from literate.book.book import Book
from literate.exporting.archive import packed
from literate.exporting.volumes.pages import Page, read_pages
from literate.exporting.volumes.xhtml import Targets, converted, target_of, xml_name

STYLE = Path(__file__).with_name("epub.css")
CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" \
media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
XHTML = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" \
lang="{language}" xml:lang="{language}">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="book.css"/>\
</head>
<body>{body}</body>
</html>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" \
xml:lang="{language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
{metadata}
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine>
</package>
"""
ACCESS = {
    "schema:accessMode": ("textual", "visual"),
    "schema:accessModeSufficient": ("textual,visual",),
    "schema:accessibilityFeature": (
        "tableOfContents", "readingOrder", "alternativeText", "MathML",
    ),
    "schema:accessibilityHazard": ("none",),
}  # fmt: skip
"""What a reader of the book may count on."""


class Part(NamedTuple):
    """A file of the EPUB, and what its package says of it."""

    name: str
    content: bytes
    properties: str = ""

    @property
    def type(self) -> str:
        """Its media type."""
        if self.name.endswith(".xhtml"):
            return "application/xhtml+xml"
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


def epub(book: Book, site: Path) -> bytes:
    """Make the EPUB of a book.

    Returns:
        The EPUB's file: the same for the same site and the same `SOURCE_DATE_EPOCH`,
        which is the time of the site's first page by default.

    Raises:
        BookError: Where a page was not built.
    """
    settings = book.settings
    pages = read_pages(settings, site)
    language = pages[0].tree.get("lang") or "en"
    targets = {f"/{page.address}": target_of(page) for page in pages}
    parts = [_title_page(settings, language), _contents(pages, targets, language)]
    found: dict[str, Part] = {}
    for page in pages:
        found |= {each.name: each for each in _pictures(page, site)}
        name, title = targets[f"/{page.address}"].file, escape(page.title)
        source = (site / page.address / "index.html").read_text("utf-8")
        body, properties = converted(page, targets, source)
        parts.append(_document(name, title, body, language, properties))
    parts += [Part("book.css", STYLE.read_bytes()), *found.values()]
    stamp = os.environ.get("SOURCE_DATE_EPOCH") or (site / "index.html").stat().st_mtime
    made = datetime.fromtimestamp(int(float(stamp)), UTC)
    return _packed(parts, _package(settings, language, parts, made))


def _pictures(page: Page, site: Path) -> Iterator[Part]:
    """The pictures of a page that are files of the site."""
    for image in page.article.iter("img"):
        address = image.get("src", "")
        path = unquote(urlsplit(urljoin(f"/{page.address}", address)).path).lstrip("/")
        if not urlsplit(address).scheme and (site / path).is_file():
            name = path.replace("/", "-")
            image.set("src", name)
            yield Part(name, (site / path).read_bytes())


def _title_page(settings: dict[str, Any], language: str) -> Part:
    name = escape(str(settings["site_name"]))
    rights = html.fragment_fromstring(str(settings.get("copyright") or ""), "p")
    body = (
        f'<section><h1 class="title">{name}</h1>'
        f"<p>{escape(str(settings.get('site_description') or ''))}</p>"
        f"{etree.tostring(rights, encoding='unicode')}</section>"
    )
    return _document("title.xhtml", name, body, language)


def _document(
    name: str, title: str, body: str, language: str, properties: str = ""
) -> Part:
    """A part that is read; its title is HTML."""
    text = XHTML.format(language=language, title=title, body=body)
    return Part(name, text.encode(), properties)


def _contents(pages: Iterable[Page], targets: Targets, language: str) -> Part:
    """The table of contents, which a reader's program reads as well."""
    lines: list[str] = []
    for part, inside in groupby(pages, lambda page: page.part):
        lines.append(f"<li><span>{escape(part)}</span><ol>" * bool(part))
        for page in inside:
            file = targets[f"/{page.address}"].file
            sections = "".join(
                f'<li><a href="{file}#{xml_name(name)}">{escape(title)}</a></li>'
                for name, title in page.sections
            )
            below = f"<ol>{sections}</ol>" if sections else ""
            lines.append(f'<li><a href="{file}">{escape(page.title)}</a>{below}</li>')
        lines.append("</ol></li>" * bool(part))
    told = f"<h1>Contents</h1><ol>{''.join(lines)}</ol>"
    body = f'<nav epub:type="toc" id="toc">{told}</nav>'
    return _document("contents.xhtml", "Contents", body, language, "nav")


def _package(
    settings: dict[str, Any], language: str, parts: Iterable[Part], made: datetime
) -> str:
    """What the EPUB is made of, and what it says of itself."""
    name = str(settings["site_name"])
    rights = re.sub(r"<[^>]+>", "", str(settings.get("copyright") or ""))
    told = {
        "title": name,
        "language": language,
        "description": settings.get("site_description"),
        "creator": settings.get("site_author"),
        "rights": rights,
    }
    identity = uuid.uuid5(uuid.NAMESPACE_URL, name).urn
    metadata = [f'<dc:identifier id="id">{identity}</dc:identifier>']
    for key, value in told.items():
        if value:
            metadata.append(f"<dc:{key}>{escape(str(value))}</dc:{key}>")
    facts = {"dcterms:modified": [f"{made:%Y-%m-%dT%H:%M:%SZ}"], **ACCESS}
    for key, values in facts.items():
        metadata += [f'<meta property="{key}">{value}</meta>' for value in values]
    manifest, spine = [], []
    for number, part in enumerate(parts):
        properties = f' properties="{part.properties}"' if part.properties else ""
        manifest.append(
            f'<item id="part-{number}" href="{escape(part.name)}" '
            f'media-type="{part.type}"{properties}/>'
        )
        if part.name.endswith(".xhtml"):
            spine.append(f'<itemref idref="part-{number}"/>')
    return PACKAGE.format(
        language=language,
        metadata="\n".join(metadata),
        manifest="\n".join(manifest),
        spine="\n".join(spine),
    )


def _packed(parts: Iterable[Part], package: str) -> bytes:
    """The file: what it is comes first, as its readers ask."""
    files = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER}
    content = {f"book/{part.name}": part.content for part in parts}
    return packed({**files, "book/package.opf": package, **content})
