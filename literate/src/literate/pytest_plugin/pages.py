"""The pages of a book as collections of tests, and a block as a test."""

from __future__ import annotations

import bdb
import contextlib
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from literate.book.blocks import Block, Cell, Source
from literate.book.book import Book, Chapter
from literate.errors import BookError
from literate.kernel.blocks import Result
from literate.kernel.installing import module_name
from literate.running.cache import keep
from literate.running.here import HereRun
from literate.running.outputs import Edit, edit, is_settled, rewrite
from literate.running.pool import Pool
from literate.running.run import ChapterRun, PageRun
from literate.running.verdict import verdict
from literate.tangling.effects import loss
from literate.tangling.plan import file_text

if TYPE_CHECKING:
    from literate.pytest_plugin.books import Books


Runs: TypeAlias = "dict[int, tuple[PageRun | HereRun, int]]"
"""The run of each block, and the block's place in there."""


class Page(pytest.File):
    """A page of a book: its blocks are its tests."""

    books: Books
    book: Book
    place: str

    @classmethod
    def of(
        cls, parent: pytest.Collector, file: Path, books: Books, book: Book, place: str
    ) -> Page:
        """The page of a file."""
        page: Page = cls.from_parent(parent, path=file)
        page.books, page.book, page.place = books, book, place
        books.pages.append(page)
        return page

    @cached_property
    def chapter(self) -> Chapter:
        """The page as it was read."""
        if self.place in self.book.paths:
            return self.book.chapters[self.place]
        return self.book.page(self.place)

    def collect(self) -> Iterator[BlockItem]:
        """A test for each block, named by the section in which it stands.

        Raises:
            CollectError: Where the page or a source block above it is wrong.
        """
        self.books.prepare()
        try:
            blocks = self.blocks
        except BookError as error:
            self.books.refuse(self, str(error))
        seen: dict[str, int] = {}
        for index, block in enumerate(blocks):
            section = _slug(block.fence.section) or "top"
            seen[section] = seen.get(section, 0) + 1
            item = BlockItem.from_parent(self, name=f"{section}-{seen[section]}")
            item.block, item.index = block, index
            yield item

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks of the page, read and merged without being run."""
        if self.place in self.book.paths:
            self.book.steps(self.place)
        return list(self.chapter.blocks)

    @property
    def codes(self) -> list[str]:
        """Its code; what cannot be read is told when the page is collected."""
        with contextlib.suppress(BookError):
            return [block.code for block in self.chapter.blocks]
        return []

    @cached_property
    def runs(self) -> Runs:
        """Lets the page run, from its top to its last selected test, in one go."""
        last = max(item.index for item in self.selected())
        run = self.books.run(self, self.blocks[: last + 1])
        return {index: (run, index) for index in range(last + 1)}

    def result(self, index: int) -> Result:
        """Wait for the result of a block."""
        run, place = self.runs[index]
        return run.result(place)

    def selected(self) -> list[BlockItem]:
        """The selected tests of this page."""
        items = self.session.items
        return [
            item
            for item in items
            if isinstance(item, BlockItem) and item.parent is self
        ]

    def keep(self) -> None:
        """Keep what came of a chapter that has run whole: a build takes it."""
        runs: Runs = self.__dict__.get("runs", {})  # if it has begun to run
        run, _ = runs.get(0, (None, 0))
        is_whole = len(runs) == len(self.blocks) and self.place in self.book.paths
        if is_whole and isinstance(run, PageRun) and run.is_done:
            results = tuple(map(self.result, range(len(self.blocks))))
            keep(ChapterRun(self.book, self.chapter, results, run.local))

    def update(self) -> int:
        """Write the outputs of the selected cells that differ; return how many did.

        Raises:
            BookError: Where somebody has changed the page since it was read, or where
                the page displays something else each time it runs.
        """
        edits: dict[int, Edit] = {}
        for item in self.selected():
            change = isinstance(item.block, Cell) and item.change()
            if change:
                edits[item.index] = change
        if edits:
            with Pool(1, is_forking=False) as pool:
                again = self.books.run(self, self.blocks[: max(edits) + 1], pool=pool)
                for index in edits:
                    once, now = self.result(index), again.result(index)
                    is_settled(self.blocks[index], once, now)
            rewrite(self.book.root, self.chapter, list(edits.values()))
        return len(edits)


class Docstrings(Page):
    """A module of the package: the examples of its docstrings are its tests."""

    @cached_property
    def blocks(self) -> list[Block]:
        """The examples as cells.

        Raises:
            BookError: Where the file is not the one that the book makes.
        """
        text = self.path.read_text("utf-8")
        module = self.book.last.get(self.place)
        if module is None or text != file_text(module, self.book.package):
            message = "this file is not what the book makes: run `literate tangle`"
            raise BookError(self.place, 1, message)
        from literate.running.docstrings import examples  # it brings doctest

        return list(examples(self.place, text))

    @property
    def codes(self) -> list[str]:
        """The text of the module, with which its examples run."""
        return [self.path.read_text("utf-8", "replace")]

    @cached_property
    def runs(self) -> Runs:
        """Lets the docstrings that are selected run, each in a run of its own."""
        result: Runs = {}
        module = module_name(self.place)
        for section in {item.block.fence.section for item in self.selected()}:
            own = [
                (index, block)
                for index, block in enumerate(self.blocks)
                if block.fence.section == section
            ]
            run = self.books.run(self, [block for _, block in own], module)
            result |= {index: (run, n) for n, (index, _) in enumerate(own)}
        return result

    def update(self) -> int:
        """Write nothing: a docstring is written in its chapter."""
        return 0


class BlockItem(pytest.Item):
    """A source block, a cell, an exercise or an example."""

    block: Block
    index: int

    @property
    def page(self) -> Page:
        """The page on which it stands."""
        assert isinstance(self.parent, Page)
        return self.parent

    def runtest(self) -> None:
        """Wait for the block's result, and hold the page against it.

        Raises:
            BlockError: Where the page says something else than the run.
        """
        result = self.page.result(self.index)
        if self.change():
            return
        kind, message = verdict(self.block, result)
        if kind == "unverified" or (kind == "not run" and self._is_told_elsewhere()):
            pytest.skip(message)
        if kind == "right" and (lost := self._lost()):
            raise BlockError(lost)
        if kind != "right":
            run, index = self.page.runs[self.index]
            if isinstance(run, HereRun) and (error := run.error(index)):
                self.message = message
                raise error  # a debugger stops where it was raised
            raise BlockError(message)

    message = ""
    """What is told in the place of an exception that a cell has raised."""

    def change(self) -> Edit | None:
        """What `--update-outputs` will do to make the page right."""
        if not self.config.option.update_outputs or isinstance(self.page, Docstrings):
            return None
        if not isinstance(self.block, Cell):
            return None
        return edit(self.block, self.page.result(self.index))

    def _lost(self) -> str:
        """What `tangle` says of a source block that drops members without a word."""
        if not isinstance(self.block, Source):
            return ""
        lost = loss(self.page.book.step(self.block))
        return lost.message if lost else ""

    def _is_told_elsewhere(self) -> bool:
        """Whether the block that kept this one from running is a selected test too."""
        result = self.page.result(self.index)
        blocks = [item.block for item in self.page.selected()]
        lines = (n for each in blocks for n in range(each.fence.line, each.end + 1))
        places = [f"{self.page.place}:{line} " for line in lines]
        return result.because.startswith(tuple(places))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]  # a text is a representation too
        """The message for the author, and nothing of the machine."""
        if self.message or isinstance(excinfo.value, BlockError):
            return f"{self.block.fence.place}: {self.message or excinfo.value}"
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """File, line and name, as pytest shows them."""
        return self.path, self.block.fence.line - 1, self.name


class BlockError(bdb.BdbQuit):
    """A block and its page do not agree: there is nothing for a debugger to look at."""


def _slug(heading: str) -> str:
    """A heading as a part of a test's name."""
    return re.sub(r"[\W_]+", "-", heading.lower()).strip("-")
