"""The names that pytest gives to the blocks of the book."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from literate.book.blocks import Block
from literate.book.book import Chapter

ROOT = Path(__file__).parents[2]


def named(chapter: Chapter) -> Iterator[tuple[str, Block]]:
    """Yield each block of a chapter with its name: its section, and its place there."""
    seen: Counter[str] = Counter()
    for block in chapter.blocks:
        section = slug(block.fence.section) or "top"
        seen[section] += 1
        yield f"{section}-{seen[section]}", block


def slug(heading: str) -> str:
    """The heading as an anchor."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def headings(text: str) -> dict[str, int]:
    """The headings of a page, outside its fences, with their lines."""
    found: dict[str, int] = {}
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        marks = re.match(r" *(`{3,}|~{3,})", line)
        if fence:
            if marks and marks[1].startswith(fence):
                fence = ""
        elif marks:
            fence = marks[1]
        elif match := re.match(r"(#+) +(.+?)\s*(?:\{.*\})?$", line):
            found.setdefault(match[2], number)
    return found


def heading_line(chapter: Chapter, heading: str) -> int:
    """The line of a heading.

    Raises:
        KeyError: Where the chapter has no such heading.
    """
    return headings(chapter.text)[heading]
