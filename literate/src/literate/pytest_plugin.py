"""The pytest plugin: `pytest --markdown-docs` runs books, a test for each block.

The option, and the collecting of Markdown that belongs to no book, are
pytest-markdown-docs's own. The pages of a book and the modules of its package are
collected here instead, because the cells of a page share a session, and because what
they display is compared.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from functools import cached_property
from pathlib import Path

import pytest

from literate.book.blocks import Block, Cell
from literate.book.book import Book, Chapter
from literate.book.config import find_config
from literate.errors import BookError
from literate.kernel.blocks import Result
from literate.running.docstrings import examples
from literate.running.here import HereRun
from literate.running.outputs import Edit, edit, is_settled, rewrite
from literate.running.pool import Pool
from literate.running.run import PageRun, libraries, page_of
from literate.running.verdict import verdict
from literate.tangling.plan import file_text

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
    """Prepare to run books; where no path is given, the one that is here, whole."""
    if config.option.update_outputs:
        if not _is_on(config):
            raise pytest.UsageError("--update-outputs goes with --markdown-docs")
        if getattr(config.option, "numprocesses", None):
            raise pytest.UsageError("--update-outputs writes files: run it without -n")
    if not _is_on(config):
        return
    books = Books(config)
    config.pluginmanager.register(books, "literate-books")
    if config.args_source != pytest.Config.ArgsSource.ARGS:
        book = books.of(config.invocation_params.dir / README)
        if book:
            parts = [book.root / part for part in (README, *book.paths, book.package)]
            config.args = [str(part) for part in parts if part.exists()]


def _is_on(config: pytest.Config) -> bool:
    """Whether this run is one of `--markdown-docs`."""
    return bool(getattr(config.option, "markdowndocs", False))


class Books:
    """The books whose pages are collected, and the pool in which these run."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self._books: dict[Path, Book] = {}
        self._pool: Pool | None = None

    def of(self, file: Path) -> Book | None:
        """The book to which a file belongs; None where there is none.

        Raises:
            UsageError: Where there is one, and it cannot be read.
        """
        config = find_config(file.resolve().parent)
        if config is None:
            return None
        if config not in self._books:
            try:
                self._books[config] = Book(config.parent)
            except BookError as error:
                raise pytest.UsageError(str(error)) from None
        return self._books[config]

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Collect what belongs to a book in place of pytest-markdown-docs."""
        collectors = yield
        if file_path.suffix not in (".md", ".py") or not (book := self.of(file_path)):
            return collectors
        path = file_path.resolve().relative_to(book.root).as_posix()
        if path == README or (path.startswith(f"{book.docs}/") and path.endswith("md")):
            return [Page.of(parent, file_path, self, book, path)]
        if path.startswith(f"{book.package}/") and path.endswith(".py"):
            return [Docstrings.of(parent, file_path, self, book, path)]
        return collectors

    def run(self, page: Page, names_of: str, blocks: list[Block]) -> PageRun | HereRun:
        """Run a page: in a process of its own, or here where somebody looks inside."""
        described = page_of(page.book, page.place, names_of)
        if self.is_inside:
            return HereRun(described, page.book.snapshot, blocks)
        if self._pool is None:
            self._pool = self._open(page.session)
        return PageRun(self._pool, described, blocks, page.book.limit)

    @property
    def is_inside(self) -> bool:
        """Whether a debugger or coverage looks at what runs: then it runs here."""
        option = self.config.option
        counts = bool(getattr(option, "cov_source", None))
        return bool(option.usepdb or getattr(option, "trace", False) or counts)

    @property
    def is_worker(self) -> bool:
        """Whether this process is one of several that pytest-xdist has started."""
        return hasattr(self.config, "workerinput")

    def _open(self, session: pytest.Session) -> Pool:
        """A pool that is warm for all selected pages."""
        wanted: dict[str, None] = {}
        for page in selected_pages(session):
            chapters = [page.chapter] if not isinstance(page, Docstrings) else []
            wanted |= dict.fromkeys(libraries(page.book, chapters))
        return Pool(1 if self.is_worker else None, wanted)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Let all selected pages begin, side by side."""
        if self.is_inside or self.is_worker or session.config.option.collectonly:
            return
        for page in selected_pages(session):
            page.begin()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the outputs that `--update-outputs` asks for."""
        if not self.config.option.update_outputs:
            return
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        for page in selected_pages(session):
            try:
                count = page.update()
            except BookError as error:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
                line = str(error)
            else:
                line = f"{page.place}: {count} outputs written" if count else ""
            if line and reporter:
                reporter.write_line(f"\n{line}")

    def pytest_unconfigure(self) -> None:
        """End whatever still runs."""
        if self._pool:
            self._pool.close()
            self._pool = None


def selected_pages(session: pytest.Session) -> list[Page]:
    """The pages of the selected tests, in their order."""
    items = [item for item in session.items if isinstance(item, BlockItem)]
    return list(dict.fromkeys(item.page for item in items))


class Page(pytest.File):
    """A page of a book: its blocks are its tests."""

    books: Books
    book: Book
    place: str
    _runs: dict[int, tuple[PageRun | HereRun, int]]

    @classmethod
    def of(
        cls, parent: pytest.Collector, file: Path, books: Books, book: Book, place: str
    ) -> Page:
        """The page of a file.

        Args:
            parent: What has collected it.
            file: The file, as pytest was told of it.
            books: The books of this run.
            book: Its book.
            place: Its path below the root of the book.
        """
        page: Page = cls.from_parent(parent, path=file)
        page.books, page.book, page.place = books, book, place
        page._runs = {}
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
        try:
            blocks = self.blocks
        except BookError as error:
            raise self.CollectError(str(error)) from None
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

    def begin(self) -> dict[int, tuple[PageRun | HereRun, int]]:
        """Let the page run, if it does not yet.

        Returns:
            The run of each block, and the block's place in there.
        """
        if not self._runs:
            self._runs = self._begin()
        return self._runs

    def _begin(self) -> dict[int, tuple[PageRun | HereRun, int]]:
        """Run the page from its top to its last selected test, in one go."""
        last = max(item.index for item in self.selected())
        run = self.books.run(self, "", self.blocks[: last + 1])
        return {index: (run, index) for index in range(last + 1)}

    def result(self, index: int) -> Result:
        """Wait for the result of a block."""
        run, place = self.begin()[index]
        return run.result(place)

    def selected(self) -> list[BlockItem]:
        """The selected tests of this page."""
        items = self.session.items
        return [
            item
            for item in items
            if isinstance(item, BlockItem) and item.parent is self
        ]

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
            again = self.books.run(self, "", self.blocks[: max(edits) + 1])
            for index in edits:
                is_settled(self.blocks[index], self.result(index), again.result(index))
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
        return list(examples(self.place, text))

    def _begin(self) -> dict[int, tuple[PageRun | HereRun, int]]:
        """Run the docstrings that are selected, each in a run of its own."""
        result: dict[int, tuple[PageRun | HereRun, int]] = {}
        name = self.place.removesuffix(".py").removesuffix("/__init__")
        module = name.replace("/", ".")
        for section in {item.block.fence.section for item in self.selected()}:
            own = [
                (index, block)
                for index, block in enumerate(self.blocks)
                if block.fence.section == section
            ]
            run = self.books.run(self, module, [block for _, block in own])
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
        if kind != "right":
            run, index = self.page.begin()[self.index]
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

    def _is_told_elsewhere(self) -> bool:
        """Whether the block that kept this one from running is a selected test too."""
        result = self.page.result(self.index)
        places = [f"{item.block.fence.place} " for item in self.page.selected()]
        return result.because.startswith(tuple(places))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]  # a text is a representation too
        """The message for the author, and nothing of the machine."""
        if self.message or isinstance(excinfo.value, BlockError):
            return f"{self.block.fence.place}: {self.message or excinfo.value}"
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """File, line and name, as pytest shows them."""
        return self.path, self.block.fence.line - 1, self.name


class BlockError(Exception):
    """A block and its page do not agree."""


def _slug(heading: str) -> str:
    """A heading as a part of a test's name."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
