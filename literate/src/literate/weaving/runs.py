"""Runs: what came of the chapters of a book, for all of its pages."""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import chain

from literate.book.blocks import Cell
from literate.book.book import Book
from literate.errors import BookError
from literate.kernel.blocks import Result
from literate.kernel.session import below
from literate.running.cache import kept, run_cached
from literate.running.pool import Pool
from literate.running.run import FEW, ChapterRun, code_of

WATCHING = "LITERATE_WATCH"
"""The variable that `literate serve` sets: an error is shown, and ends nothing."""
WAITS = Result("not run", because="the chapter is being run, and this page will follow")


class Runs:
    """The chapters of a book in one state: those that have run, and those that are to.

    Attributes:
        errors: What is wrong with each chapter, as far as it is known.
        left: The chapters that have not run yet.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.errors: dict[str, list[BookError]] = {}
        for path in book.paths:
            try:
                book.steps(path)
            except BookError as error:
                self.errors[path] = [error]
        readable = [path for path in book.paths if path not in self.errors]
        self._done = kept(book, readable)
        self.left = [path for path in readable if path not in self._done]

    def of(self, path: str) -> ChapterRun:
        """A chapter as it has run; until then, one of which nothing is known.

        Raises:
            BookError: Where it is wrong. Unless an author watches, the first page that
                is asked for tells what is wrong on all of them.
        """
        wrong = self.errors.get(path, [])
        if WATCHING not in os.environ:
            wrong = list(dict.fromkeys(chain.from_iterable(self.errors.values())))
        if wrong:
            first, *others = wrong
            message = "\n".join([first.message, *map(str, others)])
            raise BookError(first.path, first.line, message)
        if path not in self.left:
            return self._done[path]
        chapter = self.book.chapters[path]
        results = [below(code_of(block), WAITS) for block in chapter.blocks]
        cells = (n for n, it in enumerate(chapter.blocks) if isinstance(it, Cell))
        results[next(cells, 0)] = WAITS  # which says so once
        return ChapterRun(self.book, chapter, tuple(results))

    def finish(self, pool: Pool | None = None) -> None:
        """Run what is left, side by side; by default in a pool of their own."""
        done = run_cached(self.book, self.left, pool)
        self.errors |= {path: it.errors for path, it in done.items() if it.errors}
        self._done |= done
        self.left = []  # last: meanwhile another thread may make pages


@lru_cache(maxsize=1)
def runs_of(book: Book) -> Runs:
    """The runs of the book's chapters: all of them, but that nobody waits for many.

    `literate serve` shows the pages first, and runs what is left meanwhile.
    """
    runs = Runs(book)
    if WATCHING not in os.environ or len(runs.left) <= FEW:
        runs.finish()
    return runs
