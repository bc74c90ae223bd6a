"""The built site without a browser: names, links, and traces of the machinery."""

from __future__ import annotations

from collections import Counter
from functools import cache
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from built import CHAPTERS, MOVED, PAGES, SITE, file_of, text_of, tree_of

pytestmark = pytest.mark.browser


def links(page: str, *where: str) -> list[str]:
    """The addresses that some elements of a page name."""
    return [address for path in where for address in tree_of(page).xpath(path)]


def is_there(page: str, link: str) -> bool:
    """Whether a link leads to something."""
    parts = urlsplit(urljoin(f"/{page}", link))
    target = unquote(parts.path).lstrip("/")
    if not file_of(target).is_file():
        return False
    if not parts.fragment or not file_of(target).name.endswith(".html"):
        return True
    anchor = unquote(parts.fragment)
    return anchor in anchors(target)


@cache
def anchors(page: str) -> set[str]:
    """The names of the elements of a page."""
    return {*tree_of(page).xpath("//@id"), *tree_of(page).xpath("//*/@name")}


def test_the_site_has_the_pages_of_the_nav_and_no_others() -> None:
    built = {file.relative_to(SITE).as_posix() for file in SITE.rglob("*.html")}
    assert built == {f"{page}index.html" for page in (*PAGES, *MOVED)} | {"404.html"}
    assert len(CHAPTERS) >= 15


@pytest.mark.parametrize(("old", "new"), MOVED.items())
def test_an_old_address_leads_to_the_chapter(old: str, new: str) -> None:
    [there] = links(old, "//link[@rel='canonical']/@href")
    assert urljoin(f"/{old}", urlsplit(there).path) == f"/{new}"


@pytest.mark.parametrize("page", [*PAGES, "404.html"])
def test_every_link_leads_somewhere(page: str) -> None:
    told = links(page, "//a/@href", "//link/@href", "//use/@href", "//*/@src")
    inside = [each for each in told if not urlsplit(each).scheme]
    assert len(inside) > 10
    assert [each for each in inside if not is_there(page, each)] == []


@pytest.mark.parametrize("page", [*PAGES, "404.html"])
def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    loaded = links(page, "//link/@href", "//*/@src", "//*/@srcset", "//object/@data")
    assert [each for each in loaded if urlsplit(each).netloc] == []


@pytest.mark.parametrize("page", PAGES)
def test_names_are_unique(page: str) -> None:
    names = Counter(tree_of(page).xpath("//@id"))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("page", PAGES)
def test_no_trace_of_the_machinery_shows(page: str) -> None:
    text = text_of(page)
    assert "wzxhzdk" not in text  # a mark of stashed HTML that was broken
    assert "<p><p" not in text  # a block that was taken for a line of text
    assert "\x02" not in text
    assert "\x03" not in text
    assert text.count("literate-downloads") <= 1
    [article] = tree_of(page).xpath("//article")
    prose = article.xpath(".//text()[not(ancestor::code)]")
    assert [text for text in prose if "```" in text] == []
    assert article.xpath(".//autoref") == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_shows_code_outputs_and_figures_with_words(page: str) -> None:
    [article] = tree_of(page).xpath("//article")
    assert article.xpath(".//*[contains(@class, 'literate-output')]")
    for figure in article.xpath(".//figure"):
        assert figure.findtext("figcaption") or figure.xpath("figcaption//text()")
        assert all(each.get("aria-label") for each in figure.iter("svg"))


def test_next_and_previous_lead_through_the_book() -> None:
    for way, pages in (("next", PAGES), ("prev", PAGES[::-1])):
        walked = [pages[0]]
        path = f"//a[contains(@class, 'md-footer__link--{way}')]/@href"
        while found := links(walked[-1], path):
            target = urlsplit(urljoin(f"/{walked[-1]}", found[0])).path
            walked.append(target.lstrip("/"))
        assert walked == pages
