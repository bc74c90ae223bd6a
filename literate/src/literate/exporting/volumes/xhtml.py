"""XHTML: a page of the built site as a chapter of an EPUB, which has to be XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from literate.exporting.volumes.volume import Page

SPACES = {
    "math": "http://www.w3.org/1998/Math/MathML",
    "svg": "http://www.w3.org/2000/svg",
}
"""The namespace that each of these elements has to name in XML."""
NAMING = ("id", "name", "for", "aria-labelledby", "aria-describedby", "headers")
"""The attributes that hold names of elements."""
# HTML takes `viewBox` for `viewbox`, and XML does not.
CAPITALS = re.compile(r"(?<=[\s<])[a-z]+[A-Z]\w*(?=[\s=>/])")
REFERENCE = re.compile(r"(url\(['\"]?#)([^)'\"]+)")
# Styles of a picture stand nested below its name, which few readers understand.
NESTED = re.compile(r"^\s*(#[\w-]+)\{(.*)\}\s*$", re.DOTALL)
RULE = re.compile(r"([^{}]+)(\{[^{}]*\})")
DEAD = ("script", "link", "input", "button", "template", "form", "noscript")
"""Elements that do nothing in a book."""


class Target(NamedTuple):
    """A page that links may lead to: its file, and the names of its elements."""

    file: str
    names: frozenset[str]


Targets = Mapping[str, Target]
"""The pages, by their addresses."""


def target_of(page: Page) -> Target:
    """A page as links lead to it."""
    names = page.article.xpath(".//@id | .//*/@name")
    return Target(f"{page.name.replace('/', '-')}.xhtml", frozenset(names))


def xml_name(name: str) -> str:
    """A name as XML allows it.

    Example:
        >>> xml_name("fn:1"), xml_name("2-more")
        ('fn_1', 'n2-more')
    """
    name = re.sub(r"[^\w.-]", "_", name)
    return name if re.match(r"[^\W\d]", name) else f"n{name}"


def converted(page: Page, targets: Targets, source: str) -> tuple[str, str]:
    """A page as a section of an EPUB; the page itself is used up.

    Args:
        page: The page.
        targets: Where links may lead.
        source: The HTML that the page was read from.

    Returns:
        The section, and what an EPUB has to say of it: `mathml`, `svg`.
    """
    article = page.article
    for element in [*article.iter(*DEAD), *article.iter(etree.Comment)]:
        element.drop_tree()
    for element in article.iter(etree.Element):
        _settle(element, page, targets)
    kinds = [kind for kind in SPACES if article.find(f".//{kind}") is not None]
    article.tag, article.tail = "section", None
    article.attrib.clear()
    body = etree.tostring(article, encoding="unicode")
    capitals = {each.lower(): each for each in CAPITALS.findall(source)}
    properties = " ".join("mathml" if kind == "math" else kind for kind in kinds)
    return _with_capitals(body, capitals), properties


def _with_capitals(text: str, capitals: Mapping[str, str]) -> str:
    """Text whose tags and attributes have the capitals of the page again."""
    if not capitals:
        return text
    words = "|".join(map(re.escape, capitals))
    name = re.compile(rf"(?<=[\s</])(?:{words})(?=[\s=>/])")

    def named(tag: re.Match[str]) -> str:
        return name.sub(lambda match: capitals[match[0]], tag[0])

    return re.sub(r"<[^<>]*>", named, text)


def _settle(element: Any, page: Page, targets: Targets) -> None:
    """Make an element of a page one of the EPUB."""
    if element.tag in SPACES:
        element.set("xmlns", SPACES[element.tag])
    elif element.tag == "style" and (nested := NESTED.match(element.text or "")):
        rules = RULE.findall(nested[2])
        element.text = "".join(
            f"{nested[1]} {rule.strip()}{told}" for rule, told in rules
        )
    elif element.tag == "details":
        element.tag = "div"
        element.set("class", "folded")
        element.attrib.pop("open", None)
    elif element.tag == "summary":
        element.tag = "p"
        element.set("class", "fold")
    for key, value in element.attrib.items():
        if key in NAMING:
            element.set(key, " ".join(map(xml_name, value.split())))
        elif key == "href" and element.tag == "use":
            element.set(key, f"#{xml_name(unquote(value[1:]))}")
        elif "url(" in value:
            told = REFERENCE.sub(lambda match: match[1] + xml_name(match[2]), value)
            element.set(key, told)
    if element.tag == "a":
        _lead(element, page, targets)


def _lead(link: Any, page: Page, targets: Targets) -> None:
    """Let a link lead to where its page is in the book; else it is plain words."""
    address = link.get("href", "")
    for key in ("download", "target", "rel"):
        link.attrib.pop(key, None)
    parts = urlsplit(urljoin(f"/{page.address}", address))
    if parts.scheme:
        return
    target, place = targets.get(parts.path), unquote(parts.fragment)
    is_here = parts.path == f"/{page.address}"
    is_there = target is not None and place in target.names
    if target and (is_there or not is_here):
        name = f"#{xml_name(place)}" if is_there else ""
        link.set("href", ("" if is_here else target.file) + name)
    else:
        link.tag = "span"
        link.attrib.pop("href", None)
