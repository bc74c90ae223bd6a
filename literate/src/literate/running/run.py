"""Running a page: the one execution that the test, the page and the notebook read."""

from __future__ import annotations

import atexit
import contextlib
import logging
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType

from literate.book.blocks import Block, Cell, Exercise, Source
from literate.book.book import Book, Chapter, Step
from literate.book.libraries import imported
from literate.book.texts import texts, texts_above
from literate.errors import BookError
from literate.kernel.blocks import Code, Kind, Page, Result
from literate.kernel.installing import Installed
from literate.kernel.source.rendering import text_of
from literate.running.pool import Pool, Running
from literate.running.verdict import shows_exception, verdict

LOG = logging.getLogger("mkdocs.literate")  # what MkDocs shows while it builds
FEW = 3
"""The chapters that run while nobody asks how far they are, or looks elsewhere."""


@dataclass(frozen=True)
class ChapterRun:
    """A chapter that has run: its blocks, what came of them, and the package around it.

    Attributes:
        book: The book.
        chapter: The chapter.
        results: The result of each block, in the order of the page.
        local: The files of the project, its package aside, that it has imported.
    """

    book: Book
    chapter: Chapter
    results: tuple[Result, ...]
    local: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[tuple[Block, Result]]:
        return iter(zip(self.chapter.blocks, self.results, strict=True))

    @property
    def path(self) -> str:
        """The chapter's path below the root of the book."""
        return self.chapter.path

    @property
    def errors(self) -> list[BookError]:
        """What is wrong on the page, block by block."""
        told = ((block.fence.line, verdict(block, result)) for block, result in self)
        return [
            BookError(self.path, line, message)
            for line, (kind, message) in told
            if kind == "wrong"
        ]

    @property
    def steps(self) -> Sequence[Step]:
        """What the source blocks of the chapter do."""
        return self.book.steps(self.path)

    @cached_property
    def above(self) -> Mapping[str, str]:
        """The files of the package above the chapter, by title."""
        return texts_above(self.book, self.path)

    @cached_property
    def below(self) -> Mapping[str, str]:
        """The files of the package at the chapter's end, by title."""
        return texts(self.book, self.path)


def page_of(book: Book, path: str, names_of: str = "") -> Page:
    """A page with what surrounds it."""
    above = book.snapshot_above(path)
    package, root, optional = book.package, book.root, book.options.optional
    config = book.config.name
    return Page(package, path, root, above, optional, book.data, names_of, config)


def codes(blocks: Sequence[Block]) -> list[tuple[int, Code]]:
    """The pieces that the kernel is to run for some blocks.

    An exercise is held from all sides: as it is printed and with each wrong answer
    above its solution, and with its check below that.

    Returns:
        Each piece, behind the index of its block.
    """
    found: list[tuple[int, Code]] = []
    held: tuple[int, Exercise] | None = None
    for index, block in enumerate(blocks):
        if isinstance(block, Exercise):
            answers = [block.fence, *block.wrong]
            found += [(index, _trial(block, each.text, each.line)) for each in answers]
            held = index, block
            continue
        found.append((index, code_of(block)))
        if held and isinstance(block, Cell):
            found.append((held[0], _trial(held[1], "", block.fence.line)))
            held = None
    return found


def code_of(block: Block) -> Code:
    """The piece of a block; of an exercise, as it is printed."""
    path, line = block.fence.path, block.fence.line
    match block:
        case Source(title=title):
            return Code("source", block.code, path, line, title)
        case Exercise():
            return _trial(block, block.code, line)
        case Cell(example=example):
            kind: Kind = "cell" if example is None else "example"
            above = line - 1 if example else line
            return Code(kind, block.code, path, above, may_raise=shows_exception(block))


def _trial(exercise: Exercise, answer: str, line: int) -> Code:
    """An answer to an exercise."""
    check, path = exercise.check, exercise.fence.path
    return Code("trial", answer, path, line, check=check.text, check_line=check.line)


class PageRun:
    """A page that runs in a pool, from its top to the last block that is wanted."""

    def __init__(
        self, pool: Pool, page: Page, blocks: Sequence[Block], limit: float
    ) -> None:
        self._pool = pool
        self._codes = codes(blocks)
        pieces = [code for _, code in self._codes]
        self._running: Running = pool.submit(page, pieces, limit)

    @property
    def local(self) -> tuple[str, ...]:
        """The local modules that the page has imported so far."""
        progress = self._running.progress
        return progress.local if progress else ()

    @property
    def is_done(self) -> bool:
        """Whether every block has its result."""
        return self._running.is_done

    def result(self, index: int) -> Result:
        """Wait for the result of a block."""
        mine = pieces_of(self._codes, index)
        results = self._pool.results(self._running, mine[-1] + 1)
        return gathered([results[n] for n in mine])


def pieces_of(codes: Sequence[tuple[int, Code]], index: int) -> list[int]:
    """Where the pieces of a block stand among all."""
    return [n for n, (owner, _) in enumerate(codes) if owner == index]


def gathered(results: Sequence[Result]) -> Result:
    """The result of a block, from those of its pieces.

    Args:
        results: One for a source block or a cell; for an exercise one for each trial.
    """
    if len(results) == 1:
        return results[0]
    bad = [each for each in results if each.status in ("missing", "ended", "not run")]
    if bad:
        return replace(bad[0], trials=tuple(results))
    return Result("ran", trials=tuple(results))


def run(book: Book, paths: Iterable[str], pool: Pool | None = None) -> list[ChapterRun]:
    """Run chapters, side by side; by default in a pool of their own.

    Raises:
        BookError: Where a source block of one of them, or above it, is wrong.
    """
    chapters = [book.chapters[path] for path in paths]
    for chapter in chapters:
        book.steps(chapter.path)
    lent = contextlib.nullcontext(pool) if pool else None
    with lent or Pool(libraries=libraries(book, chapters)) as running:
        runs = [
            PageRun(running, page_of(book, each.path), each.blocks, book.options.limit)
            for each in chapters
        ]
        done: list[ChapterRun] = []
        for chapter, each in zip(chapters, runs, strict=True):
            results = tuple(map(each.result, range(len(chapter.blocks))))
            done.append(ChapterRun(book, chapter, results, each.local))
            if len(runs) > FEW:
                LOG.info("%d of %d chapters have run", len(done), len(runs))
        return done


def snapshot_here(path: str) -> ModuleType:
    """The package at the end of a chapter of the book whose folder we are in."""
    book = Book.find(Path.cwd())
    folder = tempfile.mkdtemp(prefix="literate-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with Installed(book.package, Path(folder)) as installed:
        return installed.beside(book.snapshot(path))


def libraries(book: Book, chapters: Sequence[Chapter]) -> list[str]:
    """What some chapters import, to have it ready for them."""
    codes = [block.code for chapter in chapters for block in chapter.blocks]
    for chapter in chapters:
        above = book.snapshot_above(chapter.path).values()
        codes += [text_of(module, book.package) for module in above]
    return foreign(book, codes)


def foreign(book: Book, codes: Iterable[str]) -> list[str]:
    """What some code imports from elsewhere than its book."""
    found = dict.fromkeys(name for code in codes for name in imported(code))
    own = (book.package, "literate")
    return [name for name in found if name.partition(".")[0] not in own]
