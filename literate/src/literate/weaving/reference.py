"""The reference: each object of the package, with the blocks that wrote it.

Below the heading of an object stands a link to the block that wrote it. All versions,
and what each of them changed, are folded away.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from difflib import unified_diff
from itertools import pairwise

from literate.book.book import Book
from literate.book.history import History, Version, definitions
from literate.weaving.opening import called

HEADING = re.compile(
    r'<(h[1-6]) id="(?P<name>[^"]+)" class="doc doc-heading".*?</\1>', re.DOTALL
)


def with_origins(
    text: str, book: Book, history: History, url: Callable[[str], str]
) -> str:
    """Put the versions of each object below the headings that mkdocstrings makes.

    Args:
        text: The HTML of the page.
        book: The book.
        history: The history of its definitions.
        url: Gives the address of a chapter's page, by its path below the book's folder.

    Returns:
        The HTML with links and changes below each heading of an object that the book
        writes.
    """
    texts = _texts(book, history)

    def link(version: Version) -> str:
        page = url(version.path.removeprefix(f"{book.docs}/"))
        title = html.escape(called(book, version.path))
        return f'<a href="{page}#{version.anchor}">{title}</a>'

    def below(match: re.Match[str]) -> str:
        versions = history.versions(match["name"])
        if not versions:
            return match[0]
        last = versions[-1]
        written = f'<p class="literate-written">Written in {link(last)}.</p>'
        if len(versions) == 1:
            return match[0] + written
        told = [f"<p>{link(versions[0])} defines it.</p>"]
        for before, after in pairwise(versions):
            if after.removed:
                told.append(f"<p>{link(after)} removes it.</p>")
                continue
            verb = "defines it again" if before.removed else "changes it"
            lines = "\n".join(_changed(texts[before], texts[after]))
            told.append(f"<p>{link(after)} {verb}:</p><pre><code>{lines}</code></pre>")
        name = html.escape(last.address)
        summary = f"<summary>The {len(versions)} versions of {name}</summary>"
        kind = '<details class="literate-history" data-search-exclude="">'
        return f"{match[0]}{written}{kind}{summary}{''.join(told)}</details>"

    return HEADING.sub(below, text)


def _texts(book: Book, history: History) -> dict[Version, str]:
    """The text of each version of each definition."""
    texts = {}
    for path in book.paths:
        for step in book.steps(path):
            line = step.source.fence.line
            written = history.written(path, line)
            items = (item for _, item in definitions(step.items))
            for version, item in zip(written, items, strict=True):
                texts[version] = getattr(item, "text", "")
    return texts


def _changed(before: str, after: str) -> Iterator[str]:
    """The lines that differ between two versions, as HTML."""
    lines = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    for line in list(lines)[2:]:
        told = html.escape(line, quote=False)
        match line[:1]:
            case "+":
                yield f"<ins>{told}</ins>"
            case "-":
                yield f"<del>{told}</del>"
            case "@":
                yield "⋯"
            case _:
                yield told
