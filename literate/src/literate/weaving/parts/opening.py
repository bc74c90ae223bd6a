"""The opening of a chapter: its number, and below its title what is in it.

All of it is told from the chapter's file and from the history of the package.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from literate.book.blocks import Exercise
from literate.book.book import Book, Chapter
from literate.book.history import History, Version
from literate.book.texts import texts
from literate.kernel.source.names import imports_of
from literate.weaving.parts.naming import link, number_of

WORDS = 200
"""The words of prose that are read in a minute."""
BLOCKS = 2
"""The blocks of code that are read in a minute."""
FENCE = re.compile(r"^ *(`{3,}|~{3,}).*?^ *\1`*$", re.DOTALL | re.MULTILINE)
ENTRY = re.compile(r" *(?P<number>\d+)\. \[[^]]*\]\((?P<file>[^)#]+)\)")
"""A chapter in a list of them, by its number."""
TIME = '<span class="literate-minutes">{} min</span>'
ABOUT = "{: .literate-about }"
"""The line that ends the opening."""
PUBLIC = re.compile(r"__|[A-Za-z]\w*[a-z]")
"""What the opening names: neither constants nor what is private."""
MANY = 8
"""The names that are told of a chapter that defines more."""


def opened(
    lines: Sequence[str],
    book: Book,
    history: History,
    chapter: Chapter,
    below: Sequence[str] = (),
) -> list[str]:
    """The lines above a page's first block, opened by its number, if it has one.

    That stands in its title; below are what the page holds, and some lines more.
    """
    number = number_of(chapter.path)
    at = next((i for i, line in enumerate(lines) if line.startswith("# ")), None)
    if number is None or at is None:
        return list(lines)
    about = " ".join(_about(book, history, chapter))
    title = f"# {number}. {lines[at].removeprefix('# ').lstrip()}"
    return [*lines[:at], title, "", about, ABOUT, *below, "", *lines[at + 1 :]]


def timed(lines: Sequence[str], book: Book, chapter: Chapter) -> list[str]:
    """The lines of a page, where numbered lists of chapters say how long each takes."""

    def told(line: str) -> str:
        match = ENTRY.fullmatch(line)
        if match is None:
            return line
        path = posixpath.join(posixpath.dirname(chapter.path), match["file"])
        if path not in book.chapters or number_of(path) != int(match["number"]):
            return line
        return f"{line} {TIME.format(minutes(book.chapters[path]))}"

    return [told(line) for line in lines]


def minutes(chapter: Chapter) -> int:
    """The minutes that a chapter takes to read, by its words and blocks."""
    prose = len(FENCE.sub("", chapter.text).split())
    exact = prose / WORDS + len(chapter.blocks) / BLOCKS
    return max(5, round(exact / 5) * 5)


def _about(book: Book, history: History, chapter: Chapter) -> Iterator[str]:
    exercises = sum(isinstance(block, Exercise) for block in chapter.blocks)
    count = f", {exercises} exercise{'s' if exercises > 1 else ''} to check"
    yield f"About {minutes(chapter)} minutes{count * bool(exercises)}."
    lines = [block.fence.line for block in chapter.blocks]
    here = [each for line in lines for each in history.written(chapter.path, line)]
    new = [each for each in here if not each.removed and not history.before(each)]
    classes = {each.name for each in new}
    members = (each for each in new if each.name.rpartition(".")[0] not in classes)
    names = [each for each in members if PUBLIC.match(each.address.split(".")[-1])]
    if names:
        told = [f"[`{each.address}`](#{each.anchor})" for each in names[:MANY]]
        more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
        yield f"Defines {', '.join(told)}{more}."
    if used := _used(history, chapter, here):
        links = (link(book, chapter.path, each) for each in book.paths if each in used)
        yield f"Builds on {', '.join(links)}."
    if ends := list(_ends(book, chapter)):
        yield f'Ends with <a href="#package">{", ".join(ends)}</a>.'


def _ends(book: Book, chapter: Chapter) -> Iterator[str]:
    """The files that a chapter has written to, with their lengths at its end."""
    files = texts(book, chapter.path)
    for title in dict.fromkeys(source.title for source in chapter.sources):
        name = PurePosixPath(title).name
        length = files[title].count("\n")
        yield f"`{name}` of {length} line{'s' * (length != 1)}"


def _used(history: History, chapter: Chapter, here: Sequence[Version]) -> set[str]:
    """The chapters that wrote what a chapter replaces or imports."""
    before = [history.before(version) for version in here]
    for name in set().union(*(imports_of(cell.code) for cell in chapter.cells)):
        before += history.versions(name)[:1]
    return {version.path for version in before if version} - {chapter.path}
