"""The reference: each object of the package, with the blocks that wrote it.

Below the heading of an object stand links to the blocks that wrote it, from the first
to the last.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from itertools import pairwise

from literate.book.book import Book
from literate.book.history import History, Version
from literate.weaving.parts.naming import called

HEADING = re.compile(
    r'<(h[1-6]) id="(?P<name>[^"]+)" class="doc doc-heading".*?</\1>', re.DOTALL
)


def with_origins(
    text: str, book: Book, history: History, url: Callable[[str], str]
) -> str:
    """Put the versions of each object below the headings that mkdocstrings makes.

    `url` gives the address of a chapter's page, by its path below the book's folder.
    """

    def link(version: Version, title: str = "") -> str:
        page = url(version.path.removeprefix(f"{book.docs}/"))
        told = html.escape(title or called(book, version.path))
        return f'<a href="{page}#{version.anchor}">{told}</a>'

    def below(match: re.Match[str]) -> str:
        versions = history.versions(match["name"])
        if not versions:
            return match[0]
        first, *others = versions
        told = f"Written in {link(first)}"
        for before, version in pairwise(versions):
            if version.path == before.path:
                told += f", {link(version, 'removed' if version.removed else 'again')}"
            else:
                verb = "removed" if version.removed else "then"
                told += f", {verb} in {link(version)}"
        name = html.escape(first.name)
        several = f' data-versions="{name}"' if others else ""
        return f'{match[0]}<p class="literate-written"{several}>{told}.</p>'

    return HEADING.sub(below, text)
