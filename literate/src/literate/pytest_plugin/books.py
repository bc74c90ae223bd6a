"""The books of a run of pytest, and the pool in which their pages run."""

from __future__ import annotations

from collections.abc import Generator
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from literate.book.blocks import Block
from literate.book.book import Book
from literate.book.config import find_config
from literate.errors import BookError
from literate.pytest_plugin.counting import counted, measuring
from literate.pytest_plugin.pages import BlockItem, Docstrings, Page
from literate.running.here import HereRun, lend_terminal
from literate.running.pool import Pool
from literate.running.run import PageRun, foreign, page_of

README = "README.md"


def is_on(config: pytest.Config) -> bool:
    """Whether this run is one of `--markdown-docs`."""
    return bool(getattr(config.option, "markdowndocs", False))


class Books:
    """The books whose pages are collected, and the pool in which these run."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.told: set[str] = set()
        self._books: dict[Path, Book] = {}
        self._find_config = cache(find_config)  # asked for each file of a folder
        self.pages: list[Page] = []

    def of(self, file: Path) -> Book | None:
        """The book to which a file belongs; None where there is none.

        Raises:
            BookError: Where there is one, and it cannot be read.
        """
        config = self._find_config(file.resolve().parent)
        if config is None:
            return None
        if config not in self._books:
            self._books[config] = Book(config.parent, config)
        return self._books[config]

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Collect what belongs to a book in place of pytest-markdown-docs."""
        collectors = yield
        # Pytest also looks at the neighbors of what was asked for, and of its folders.
        asked = map(parent.session.isinitpath, (file_path, *file_path.parents))
        if file_path.suffix not in (".md", ".py") or not any(asked):
            return collectors
        try:
            book = self.of(file_path)
        except BookError as error:
            raise parent.CollectError(str(error)) from None
        if book is None:
            return collectors
        path = file_path.resolve().relative_to(book.root).as_posix()
        if file_path.suffix == ".md":
            return [Page.of(parent, file_path, self, book, path)]
        if path.startswith(f"{book.package}/") and path.endswith(".py"):
            return [Docstrings.of(parent, file_path, self, book, path)]
        return collectors

    def refuse(self, page: Page, message: str) -> NoReturn:
        """Refuse a page; what is wrong in one chapter is told once, not for each page.

        Raises:
            CollectError: Where it was not told yet.
            Skipped: Else.
        """
        if message in self.told:
            place = ":".join(message.split(":", 2)[:2])
            pytest.skip(f"not read because of {place}", allow_module_level=True)
        self.told.add(message)
        raise page.CollectError(message)

    def run(
        self,
        page: Page,
        blocks: list[Block],
        names_of: str = "",
        pool: Pool | None = None,
    ) -> PageRun | HereRun:
        """Run a page: in a process of its own, or here where somebody looks inside."""
        described = page_of(page.book, page.place, names_of)
        if self.is_inside:
            around = partial(counted, page.book)
            return HereRun(described, page.book.snapshot, blocks, around)
        return PageRun(pool or self.pool, described, blocks, page.book.options.limit)

    def prepare(self) -> None:
        """Let what the pages import be imported while they are read."""
        if not (self.is_inside or self.config.option.collectonly):
            _ = self.pool

    @cached_property
    def pool(self) -> Pool:
        """A pool that is warm for the pages that were known when it was wanted."""
        codes = ((page.book, page.codes) for page in self.pages)
        wanted = [name for book, texts in codes for name in foreign(book, texts)]
        return Pool(1 if self.is_worker else None, dict.fromkeys(wanted))

    @property
    def is_inside(self) -> bool:
        """Whether a debugger or coverage looks at what runs: then it runs here."""
        option = self.config.option
        return bool(option.usepdb or getattr(option, "trace", False) or measuring())

    @property
    def is_worker(self) -> bool:
        """Whether this process is one of several that pytest-xdist has started."""
        return hasattr(self.config, "workerinput")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Leave Hypothesis out of a run of pages alone, which has no test of its own.

        It is imported whole at the end of every run, to tell what its tests have done.
        """
        plugin = self.config.pluginmanager.get_plugin("hypothesispytest")
        is_alone = all(isinstance(item, BlockItem) for item in session.items)
        if plugin and session.items and is_alone:
            self.config.pluginmanager.unregister(plugin)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Let all selected pages begin, side by side."""
        if self.is_inside or self.is_worker or session.config.option.collectonly:
            return
        for page in selected_pages(session):
            _ = page.runs

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Keep what is right, and write the outputs that are to be updated."""
        for page in selected_pages(session):
            page.keep()
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
                noun = "output" if count == 1 else "outputs"
                line = f"{page.place}: {count} {noun} written" if count else ""
            if line and reporter:
                reporter.write_line(f"\n{line}")

    def pytest_enter_pdb(self, pdb: Any) -> None:
        """Keep what a cell writes, also where a debugger has stopped in it."""
        lend_terminal(pdb)

    def pytest_unconfigure(self) -> None:
        """End whatever still runs."""
        if pool := self.__dict__.pop("pool", None):
            pool.close()


def selected_pages(session: pytest.Session) -> list[Page]:
    """The pages of the selected tests, in their order."""
    items = [item for item in session.items if isinstance(item, BlockItem)]
    return list(dict.fromkeys(item.page for item in items))
