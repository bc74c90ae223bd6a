"""The page that is being rendered, and the book that it belongs to.

A site builder renders one page after the other; what all of them need, such as the book
and its chapters that have run, is made once for each state of the book.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TypeVar

import click
from markdown import Markdown

from literate.book.book import Book, Chapter
from literate.book.config import find_config
from literate.book.history import History
from literate.errors import BookError
from literate.running.run import FEW, ChapterRun
from literate.tangling.plan import plan
from literate.weaving.fragments import failure
from literate.weaving.pages import place
from literate.weaving.runs import Runs

WATCHING = "LITERATE_WATCH"
"""The variable that `literate serve` sets: an error is shown, and ends nothing."""


class Current:
    """The page that is being rendered, and the names of the fences it must show."""

    def __init__(self, md: Markdown) -> None:
        self.md = md
        self.names: list[str] = []
        self.path = ""
        self.is_whole = False
        self.has_failed = False
        self.style = ""

    def fail(self, error: BookError) -> str:
        """End the build; while an author watches, return what the page says instead."""
        if WATCHING not in os.environ:
            raise click.ClickException(str(error)) from None
        self.has_failed = True
        _tell(error)
        return failure(error)

    def ran(self, book: Book, chapter: Chapter) -> ChapterRun:
        """The chapter that has run; while an author watches, it may be about to.

        Raises:
            BookError: Where it is wrong. Unless an author watches, the first page that
                is asked for tells what is wrong on all of them.
        """
        runs = runs_of(book)
        here = runs.errors.get(chapter.path, [])
        if WATCHING not in os.environ:
            here = list(dict.fromkeys(chain.from_iterable(runs.errors.values())))
        if here:
            first, *others = here
            message = "\n".join([first.message, *map(str, others)])
            raise BookError(first.path, first.line, message)
        return runs.of(chapter.path)

    def find(self) -> tuple[Book, Chapter] | None:
        """The chapter that is being rendered; None for a text of another origin."""
        here = place(self.md)
        if here is None:
            return None
        file = here.source.resolve()
        config = here.config or find_config(file.parent)
        if config is None:
            return None
        book = book_of(config.resolve())
        if not file.is_relative_to(book.root):
            return None
        path = file.relative_to(book.root).as_posix()
        return (book, book.chapters[path]) if path in book.paths else None


@lru_cache(maxsize=1)
def _tell(error: BookError) -> None:
    """Say once what is wrong, though every page fails by it."""
    click.echo(error, err=True)


Made = TypeVar("Made")


def _once(make: Callable[[Path, Hashable], Made]) -> Callable[[Path, Hashable], Made]:
    """As `lru_cache`, which forgets errors; here, too, one is made and raised again."""

    @lru_cache(maxsize=1)
    def tried(config: Path, stamp: Hashable) -> Made | BookError:
        try:
            return make(config, stamp)
        except BookError as error:
            return error

    def made(config: Path, stamp: Hashable) -> Made:
        result = tried(config, stamp)
        if isinstance(result, BookError):
            raise result
        return result

    return made


def book_of(config: Path) -> Book:
    """The book of a configuration, read once for all pages of one state of it.

    Raises:
        BookError: Where it cannot be read.
    """
    stamp = config.stat().st_mtime_ns
    files = [config.parent / path for path in _paths(config, stamp)]
    return _read_once(config, (stamp, *(file.stat().st_mtime_ns for file in files)))


@_once
def _paths(config: Path, stamp: Hashable) -> list[str]:
    """The chapters that one state of the configuration names, and the data files."""
    book = Book(config.parent, config)
    return [*book.paths, *(f"{book.data_folder}/{name}" for name in book.data)]


@_once
def _read_once(config: Path, stamps: Hashable) -> Book:
    """The book in one state. While an author watches, the package on disk follows."""
    book = Book(config.parent, config)
    if WATCHING in os.environ:
        plan(book, book.last, book.root).write()
    return book


@lru_cache(maxsize=1)
def runs_of(book: Book) -> Runs:
    """The runs of the book's chapters: all of them, but that nobody waits for many.

    `literate serve` shows the pages first, and runs what is left meanwhile.
    """
    runs = Runs(book)
    if WATCHING not in os.environ or len(runs.left) <= FEW:
        runs.finish()
    return runs


@lru_cache(maxsize=1)
def history_of(book: Book) -> History:
    """The history of the book, made once for all pages."""
    return History(book)
