"""The pytest plugin: `pytest --markdown-docs` runs the book, a test for each fence.

The option and the collecting of other Markdown files are pytest-markdown-docs's own.
The pages of the book and the modules of its package are collected here instead, because
their cells share a session, and because what they display is compared.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterable, Iterator
from functools import cached_property
from pathlib import Path

import pytest

from literate.book.blocks import Block, Cell
from literate.book.book import CONFIG, Book, Chapter
from literate.errors import BookError
from literate.kernel.session import Result
from literate.running.docstrings import examples
from literate.running.outputs import Edit, edit, rewrite
from literate.running.run import run
from literate.running.verdict import problem
from literate.tangling.plan import file_text

BOOK = pytest.StashKey[Book]()
README = "README.md"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-outputs`."""
    parser.addoption(
        "--update-outputs",
        action="store_true",
        help="with --markdown-docs: write what the cells display into their chapters",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Give each xdist worker whole chapters: a chapter is one run."""
    option = config.option
    if _is_on(config) and getattr(option, "numprocesses", None) and option.dist == "no":
        option.dist = "loadfile"


def pytest_configure(config: pytest.Config) -> None:
    """Open the book, and run all of it where no path is given."""
    if config.option.update_outputs:
        if not _is_on(config):
            raise pytest.UsageError("--update-outputs goes with --markdown-docs")
        if getattr(config.option, "numprocesses", None):
            raise pytest.UsageError("--update-outputs writes files: run it without -n")
    if not _is_on(config):
        return
    try:
        book = config.stash[BOOK] = Book(config.rootpath)
    except BookError as error:
        raise pytest.UsageError(str(error)) from None
    if config.args_source != pytest.Config.ArgsSource.ARGS:
        parts = [README, *book.paths, book.package]
        config.args = [
            str(book.root / part) for part in parts if (book.root / part).exists()
        ]


def _is_on(config: pytest.Config) -> bool:
    """Whether this run is one of `--markdown-docs` in a project that is a book."""
    wanted = getattr(config.option, "markdowndocs", False)
    return bool(wanted) and (config.rootpath / CONFIG).is_file()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect the pages of the book in place of pytest-markdown-docs."""
    collectors = yield
    book = parent.config.stash.get(BOOK, None)
    if book is None or not file_path.is_relative_to(book.root):
        return collectors
    path = file_path.relative_to(book.root).as_posix()
    if path == README or (path.startswith(f"{book.docs}/") and path.endswith(".md")):
        return [Page.from_parent(parent, path=file_path)]
    if path.startswith(f"{book.package}/") and path.endswith(".py"):
        return [Docstrings.from_parent(parent, path=file_path)]
    return collectors


class Page(pytest.File):
    """A page of the book: its blocks are its tests."""

    _results: dict[int, Result] | None = None

    @property
    def book(self) -> Book:
        """The book."""
        return self.config.stash[BOOK]

    @property
    def place(self) -> str:
        """The page's path below the root of the book."""
        return self.path.relative_to(self.book.root).as_posix()

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
        try:
            blocks = self.blocks()
        except BookError as error:
            raise self.CollectError(str(error)) from None
        seen: dict[str, int] = {}
        for block in blocks:
            section = _slug(block.fence.section) or "top"
            seen[section] = seen.get(section, 0) + 1
            item = BlockItem.from_parent(self, name=f"{section}-{seen[section]}")
            item.block = block
            yield item

    def blocks(self) -> list[Block]:
        """The blocks of the page, read and merged without being run."""
        if self.place in self.book.paths:
            self.book.steps(self.place)
        return list(self.chapter.blocks)

    def result(self, block: Block) -> Result:
        """The result of a block. The first one asked for runs the page."""
        if self._results is None:
            self._results = self.run_selected()
        return self._results[block.fence.line]

    def run_selected(self) -> dict[int, Result]:
        """Run the page from its top to its last selected test, in one go."""
        last = max(block.fence.line for block in self.selected())
        blocks = [block for block in self.blocks() if block.fence.line <= last]
        return run(self.book, self.place, blocks)

    def selected(self) -> list[Block]:
        """The blocks of this page that are among the selected tests."""
        items = self.session.items
        return [
            item.block
            for item in items
            if isinstance(item, BlockItem) and item.parent is self
        ]

    def update(self) -> int:
        """Write the outputs of the selected cells that differ; return how many did.

        Raises:
            BookError: Where somebody has changed the page since it was read.
        """
        results = self._results or {}
        edits: list[Edit] = []
        for block in self.selected():
            result = results.get(block.fence.line)
            change = edit(block, result) if isinstance(block, Cell) and result else None
            edits += [change] if change else []
        if edits:
            rewrite(self.book.root, self.chapter, edits)
        return len(edits)


class Docstrings(Page):
    """A module of the package: the examples of its docstrings are its tests."""

    def blocks(self) -> list[Block]:
        """The examples as cells.

        Raises:
            BookError: Where the file is not the one that the book makes.
        """
        text = self.path.read_text("utf-8")
        module = self.book.last.get(self.place)
        if module is None or text != file_text(module, self.book.package):
            message = "this file is not what the book makes: run `make tangle`"
            raise BookError(self.place, 1, message)
        return list(examples(self.place, text))

    def run_selected(self) -> dict[int, Result]:
        """Run the docstrings that are selected, each in a session of its own."""
        results: dict[int, Result] = {}
        blocks = self.blocks()
        for name in {block.fence.section for block in self.selected()}:
            own = [block for block in blocks if block.fence.section == name]
            results |= run(self.book, self.place, own)
        return results

    def update(self) -> int:
        """Write nothing: a docstring is written in its chapter."""
        return 0


class BlockItem(pytest.Item):
    """A source block, a cell or an example."""

    block: Block

    @property
    def page(self) -> Page:
        """The page on which it stands."""
        assert isinstance(self.parent, Page)
        return self.parent

    def runtest(self) -> None:
        """Run the page, if it was not yet, and hold the page against what came of it.

        Raises:
            BlockError: Where the page says something else than the run.
        """
        result = self.page.result(self.block)
        if result.status == "missing" and "CI" not in os.environ:
            pytest.skip(result.because)
        if result.status == "not run" and self._is_told_elsewhere(result):
            pytest.skip(f"not run because of {result.because}")
        message: str | None = result.trace or result.because
        if isinstance(self.block, Cell):
            if self._is_updated(self.block, result):
                return
            message = problem(self.block, result)
        if message:
            raise BlockError(message)

    def _is_updated(self, cell: Cell, result: Result) -> bool:
        """Whether `--update-outputs` will make the page right."""
        if isinstance(self.page, Docstrings):
            return False
        return bool(self.config.option.update_outputs and edit(cell, result))

    def _is_told_elsewhere(self, result: Result) -> bool:
        """Whether the block that kept this one from running is a selected test too."""
        selected = self.page.selected()
        places = [f"{block.fence.place} " for block in selected]
        return result.because.startswith(tuple(places))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]  # a text is a representation too
        """The message for the author, and nothing of the machine."""
        if isinstance(excinfo.value, BlockError):
            return f"{self.block.fence.place}: {excinfo.value}"
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """File, line and name, as pytest shows them."""
        return self.path, self.block.fence.line - 1, self.name


class BlockError(Exception):
    """A block and its page do not agree."""


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the outputs that `--update-outputs` asks for."""
    if not session.config.option.update_outputs:
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    for page in _pages(session.items):
        try:
            count = page.update()
        except BookError as error:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            line = str(error)
        else:
            line = f"{page.place}: {count} outputs written" if count else ""
        if line and reporter:
            reporter.write_line(f"\n{line}")


def _pages(items: Iterable[pytest.Item]) -> list[Page]:
    """The pages of some tests, by path."""
    pages = {item.page for item in items if isinstance(item, BlockItem)}
    return sorted(pages, key=lambda page: page.path)


def _slug(heading: str) -> str:
    """A heading as a part of a test's name."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
