"""The pages of the built site, in the order of the nav, as a volume is made of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree, html

from literate.book.config import is_page
from literate.errors import BookError

UNPRINTED = (
    "headerlink",
    "literate-downloads",
    "literate-forms",
    "literate-take",
    "literate-volumes",
)
"""What makes no sense on paper, by its class."""
NAMING = ("id", "name", "for", "aria-labelledby", "aria-describedby", "headers")
"""The attributes that hold names of elements."""
REFERENCE = re.compile(r"(url\(['\"]?#)([^)'\"]+)")


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

    def rename(self, name: Callable[[str], str]) -> None:
        """Give its elements other names, which all that refers to them follows."""
        for element in self.article.iter(etree.Element):
            for key, value in element.attrib.items():
                if key in NAMING:
                    element.set(key, " ".join(map(name, value.split())))
                elif key == "href" and element.tag == "use":
                    element.set(key, f"#{name(unquote(value[1:]))}")
                elif "url(" in value:
                    told = REFERENCE.sub(lambda match: match[1] + name(match[2]), value)
                    element.set(key, told)

    def lead(self, address: Callable[[str, str], str | None]) -> None:
        """Let its links lead elsewhere.

        Args:
            address: Gives a new address for a path of the site and the place there;
                None for a link that is to be plain words.
        """
        for link in self.article.iter("a"):
            parts = urlsplit(urljoin(f"/{self.address}", link.get("href", "")))
            if parts.scheme:
                continue
            led = address(parts.path, unquote(parts.fragment))
            if led is None:
                link.tag = "span"
                link.attrib.pop("href", None)
            else:
                link.set("href", led)


def read_pages(settings: dict[str, Any], site: Path) -> list[Page]:
    """The pages of a site, in the order of the nav.

    Raises:
        BookError: Where a page was not built, or there is none.
    """
    pages = [_read(site, *entry) for entry in _entries(settings.get("nav") or [])]
    if not pages:
        raise BookError(str(site), None, "the nav of the book names no page")
    return pages


def _entries(nav: list[Any], part: str = "") -> Iterator[tuple[str, str, str]]:
    """The part, the title that the nav gives it, and the file of each page."""
    for entry in nav:
        [(title, value)] = entry.items() if isinstance(entry, dict) else [("", entry)]
        if isinstance(value, list):
            yield from _entries(value, title)
        elif is_page(value):
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


def _words(element: Any) -> str:
    """The words of an element."""
    return re.sub(r"\s+", " ", element.text_content()).strip()
