"""Naming: what the pages of a book are called, and how one leads to another."""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath

from literate.book.book import Book


def number_of(path: str) -> int | None:
    """The number of a chapter, which its file's name starts with.

    Example:
        >>> number_of("docs/03-value.md"), number_of("docs/index.md")
        (3, None)
    """
    match = re.match(r"(\d+)-", PurePosixPath(path).name)
    return int(match[1]) if match else None


def called(book: Book, path: str) -> str:
    """What a chapter is called: its number, if it has one, and its title."""
    number, title = number_of(path), book.chapters[path].title
    return f"{number}. {title}" if number else title


def link(
    book: Book, start: str, path: str, *, anchor: str = "", title: str = ""
) -> str:
    """A Markdown link from one chapter to another, which calls it by its title."""
    page = posixpath.relpath(path, posixpath.dirname(start))
    place = f"#{anchor}" if anchor else ""
    return f"[{title or called(book, path)}]({page}{place})"
