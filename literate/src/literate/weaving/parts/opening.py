"""The opening of a chapter: its number, and below its title what is in it.

All of it is told from the chapter's file and from the history of the package.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from literate.book.blocks import Cell, Exercise
from literate.book.book import Book, Chapter
from literate.book.history import History, Version
from literate.book.texts import texts

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


def number_of(path: str) -> int | None:
    """The number of a chapter, which its file's name starts with.

    Example:
        >>> number_of("docs/03-value.md"), number_of("docs/index.md")
        (3, None)
    """
    match = re.match(r"(\d+)-", PurePosixPath(path).name)
    return int(match[1]) if match else None


def opened(
    lines: Sequence[str], book: Book, history: History, chapter: Chapter
) -> list[str]:
    """The lines of a page, with its number in the title and what is in it below.

    Args:
        lines: The lines above the first block of a page that has a number.
        book: The book.
        history: The history of its definitions.
        chapter: The page.
    """
    number = number_of(chapter.path)
    at = next((i for i, line in enumerate(lines) if line.startswith("# ")), None)
    if number is None or at is None:
        return list(lines)
    about = " ".join(_about(book, history, chapter))
    title = f"# {number}. {lines[at].removeprefix('# ').lstrip()}"
    return [*lines[:at], title, "", about, ABOUT, "", *lines[at + 1 :]]


def timed(lines: Sequence[str], book: Book, chapter: Chapter) -> list[str]:
    """The lines of a page, where numbered lists of chapters say how long each takes.

    Args:
        lines: The lines of a page that has no number itself.
        book: The book.
        chapter: The page.
    """

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
    here = _versions(history, chapter)
    new = [each for each in here if not each.removed and not history.before(each)]
    classes = {each.name for each in new}
    members = (each for each in new if each.name.rpartition(".")[0] not in classes)
    names = [each for each in members if PUBLIC.match(each.address.split(".")[-1])]
    if names:
        told = [f"[`{each.address}`](#{each.anchor})" for each in names[:MANY]]
        more = f" and {len(names) - MANY} more" if len(names) > MANY else ""
        yield f"Defines {', '.join(told)}{more}."
    if used := _used(history, chapter, here):
        links = (_link(book, chapter, path) for path in book.paths if path in used)
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


def _versions(history: History, chapter: Chapter) -> list[Version]:
    """All that a chapter writes or removes."""
    lines = [block.fence.line for block in chapter.blocks]
    return [each for line in lines for each in history.written(chapter.path, line)]


def _used(history: History, chapter: Chapter, here: Sequence[Version]) -> set[str]:
    """The chapters that wrote what a chapter replaces or imports."""
    before = (history.before(version) for version in here)
    used = {version.path for version in before if version}
    first = {version.name for version in here if not history.before(version)}
    for block in chapter.blocks:
        for name in _imported(block.code) if isinstance(block, Cell) else ():
            versions = history.versions(name)
            if versions and name not in first:
                used.add(versions[0].path)
    return used - {chapter.path}


def _imported(code: str) -> Iterator[str]:
    """The full names that some code imports from modules."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _link(book: Book, chapter: Chapter, path: str) -> str:
    """A link from one chapter to another."""
    page = posixpath.relpath(path, posixpath.dirname(chapter.path))
    return f"[{called(book, path)}]({page})"


def called(book: Book, path: str) -> str:
    """What a chapter is called: its number, if it has one, and its title."""
    number = number_of(path)
    title = book.chapters[path].title
    return f"{number}. {title}" if number else title
