"""The reference: each object of the package, with links to the blocks that wrote it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from literate.book.book import Book
from literate.book.history import History

HEADING = re.compile(
    r'<(h[1-6]) id="(?P<name>[^"]+)" class="doc doc-heading".*?</\1>', re.DOTALL
)


def with_origins(
    text: str, book: Book, history: History, url: Callable[[str], str]
) -> str:
    """Put the links below the headings that mkdocstrings makes.

    Args:
        text: The HTML of the page.
        book: The book.
        history: The history of its definitions.
        url: Gives the address of a chapter's page, by its path below the book's folder.

    Returns:
        The HTML with a paragraph below each heading of an object that the book writes.
    """
    docs = f"{book.docs}/"

    def below(match: re.Match[str]) -> str:
        versions = [v for v in history.versions(match["name"]) if not v.removed]
        anchors = {version.path: version.anchor for version in versions}
        links = ", ".join(
            f'<a href="{url(path.removeprefix(docs))}#{anchor}">'
            f"{html.escape(book.chapters[path].title)}</a>"
            for path, anchor in anchors.items()
        )
        written = f'<p class="literate-written">Written in {links}.</p>'
        return match[0] + (written if links else "")

    return HEADING.sub(below, text)
