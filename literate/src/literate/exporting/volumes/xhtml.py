"""XHTML: a page of the built site as a chapter of an EPUB, which has to be XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from lxml import etree

from literate.exporting.volumes.pages import Page

SPACES = {
    "math": "http://www.w3.org/1998/Math/MathML",
    "svg": "http://www.w3.org/2000/svg",
}
"""The namespace that each of these elements has to name in XML."""
# HTML takes `viewBox` for `viewbox`, and XML does not.
CAPITALS = re.compile(r"(?<=[\s<])[a-z]+[A-Z]\w*(?=[\s=>/])")
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
    """A page as a section of an EPUB; the page itself, read from `source`, is used up.

    Returns:
        The section, and what an EPUB has to say of it: `mathml`, `svg`.
    """
    article = page.article
    for element in [*article.iter(*DEAD), *article.iter(etree.Comment)]:
        element.drop_tree()
    for element in article.iter(etree.Element):
        _settle(element)
    page.rename(xml_name)
    page.lead(partial(_address, f"/{page.address}", targets))
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


def _settle(element: Any) -> None:
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
    elif element.tag == "a":
        for key in ("download", "target", "rel"):
            element.attrib.pop(key, None)


def _address(here: str, targets: Targets, path: str, place: str) -> str | None:
    """Where a link of a page leads in the book; None where it leads nowhere."""
    target = targets.get(path)
    if target is None:
        return None
    name = f"#{xml_name(place)}" if place in target.names else ""
    if path == here:
        return name or None
    return target.file + name
