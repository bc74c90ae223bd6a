"""The page that is being rendered, and the book that it belongs to.

A site builder renders one page after the other; what all of them need, such as the book
and its history, is made once for each state of the book.
"""

from __future__ import annotations

import os
from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import click
from markdown import Markdown

from literate.book.book import Book, Chapter
from literate.book.config import find_config
from literate.book.history import History
from literate.errors import BookError
from literate.tangling.plan import plan
from literate.weaving.fragments import failure
from literate.weaving.place import Place, place
from literate.weaving.runs import WATCHING


class Here(NamedTuple):
    """The chapter that is being rendered, its book, and its place on the site."""

    book: Book
    chapter: Chapter
    place: Place

    @property
    def history(self) -> History:
        """The history of the book."""
        return history_of(self.book)


class Current:
    """The page that is being rendered.

    Attributes:
        here: The chapter that it is, if it is one.
        names: The names of the fences that it must show.
        style: What its style sheets are loaded by.
        is_whole: Whether what comes next is the page, and not one of its headings.
        has_failed: Whether it shows an error.
    """

    def __init__(self, md: Markdown) -> None:
        self.md = md
        self.begin()

    def begin(self) -> None:
        """Forget the page before this one."""
        self.here: Here | None = None
        self.names: list[str] = []
        self.style = ""
        self.is_whole = self.has_failed = False

    def fail(self, error: BookError) -> str:
        """End the build; while an author watches, return what the page says instead."""
        if WATCHING not in os.environ:
            raise click.ClickException(str(error)) from None
        self.has_failed = True
        _tell(error)
        return failure(error)


@lru_cache(maxsize=1)
def _tell(error: BookError) -> None:
    """Say once what is wrong, though every page fails by it."""
    click.echo(error, err=True)


def find(md: Markdown) -> Here | None:
    """The chapter that some Markdown renders; None for a text of another origin.

    Raises:
        BookError: Where its book cannot be read.
    """
    there = place(md)
    if there is None:
        return None
    file = there.source.resolve()
    config = there.config or find_config(file.parent)
    if config is None:
        return None
    book = book_of(config.resolve())
    if not file.is_relative_to(book.root):
        return None
    path = file.relative_to(book.root).as_posix()
    return Here(book, book.chapters[path], there) if path in book.paths else None


def book_of(config: Path) -> Book:
    """The book of a configuration, read once for all pages of one state of it.

    Raises:
        BookError: Where it cannot be read.
    """
    stamp = config.stat().st_mtime_ns
    files = _files(config, stamp)
    found = _read(config, (stamp, *(file.stat().st_mtime_ns for file in files)))
    if isinstance(found, BookError):
        raise found
    return found


@lru_cache(maxsize=1)
def _files(config: Path, stamp: int) -> list[Path]:
    """The chapters that one state of the configuration names, and the data files."""
    try:
        book = Book(config.parent, config)
    except BookError:
        return []  # who reads the book is told
    data = [f"{book.options.data}/{name}" for name in book.data]
    return [book.root / path for path in (*book.paths, *data)]


@lru_cache(maxsize=1)
def _read(config: Path, stamps: Hashable) -> Book | BookError:
    """The book in one state, or what is wrong with it.

    While an author watches, the package on disk follows.
    """
    try:
        book = Book(config.parent, config)
        if WATCHING in os.environ:
            plan(book, book.last, book.root).write()
    except BookError as error:
        return error
    return book


@lru_cache(maxsize=1)
def history_of(book: Book) -> History:
    """The history of the book, made once for all pages."""
    return History(book)
