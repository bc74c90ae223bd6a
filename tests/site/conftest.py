"""A server for the built site, and Chromium to visit it with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from built import SITE, file_of
from looking import Look, look_at
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    expect,
    sync_playwright,
)
from visiting import QUIET, WIDE, Opener, Visit, address, open_page, serving
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

LONG = ("test_pdf", "test_small_book", "steps", "12-second", "epub", "test_running")
"""What takes longest, and so begins first: nobody waits for the other at the end."""


class Sharing(LoadScopeScheduling):
    """Keeps in one process what shares something dear: a visit, a book, the PDF."""

    def _split_scope(self, nodeid: str) -> str:
        place, _, page = nodeid.partition("[")
        file, _, name = place.rpartition("::")
        match Path(file).name:
            case "test_site_pages.py" | "test_figures.py" if page:
                return f"a look at {page}"
            case "test_running.py" if "light" in name:
                return f"a look at {page}"
            case "test_use.py" if name.startswith("test_steps"):
                return f"{file} steps"
            case "test_running.py" if page:
                return f"{file} {page}"
            case (
                "test_small_book.py"
                | "test_where.py"
                | "test_firefox.py"
                | "test_pdf.py"
                | "test_whole_epub.py"
            ):
                return file
        return nodeid

    def _assign_work_unit(self, node: WorkerController) -> None:
        waiting = list(self.workqueue)
        longest = (each for name in LONG for each in waiting if name in each)
        self.workqueue.move_to_end(next(longest, waiting[0]), last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share out tests by what they share, where they are not shared out by files."""
    return Sharing(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.fixture(scope="session")
def together(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str, Iterable[str]], list[str]]:
    """Collects what tests of all processes have found, and says all of it so far."""
    folder = tmp_path_factory.getbasetemp()
    folder = folder if worker_id == "master" else folder.parent

    def note(kind: str, found: Iterable[str]) -> list[str]:
        with (folder / kind).open("a") as file:
            file.writelines(f"{each}\n" for each in found)
        return (folder / kind).read_text().split()

    return note


@pytest.fixture(scope="session")
def root() -> Iterator[str]:
    """The address of the site."""
    assert file_of("").is_file(), f"no site in {SITE}: build it with `make build`"
    with serving(SITE) as server:
        yield address(server)


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserType]:
    # As all else waits: five seconds are short on a busy machine.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def program() -> str:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "no chromium on the path: install it, or set CHROMIUM"
    return program


@pytest.fixture(scope="session")
def browser(chromium: BrowserType, program: str) -> Iterator[Browser]:
    browser = chromium.launch(executable_path=program, args=QUIET)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def returning(
    chromium: BrowserType, program: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A reader who comes back: their browser has kept the Python that it compiled."""
    context = chromium.launch_persistent_context(
        tmp_path_factory.mktemp("reader"),
        executable_path=program,
        args=QUIET,
        viewport=WIDE,
    )
    yield context
    context.close()


@pytest.fixture(scope="session")
def look(browser: Browser, root: str) -> Callable[[str], Look]:
    """Visits a page once, for all tests."""

    @cache
    def look(path: str) -> Look:
        return look_at(browser, root + path)

    return look


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader who has never been here."""
    context = browser.new_context(viewport=WIDE)
    yield context
    context.close()


@pytest.fixture
def visit(browser: Browser, root: str) -> Iterator[Opener]:
    """Opens pages of the site, each with a browser's settings of its own."""
    contexts = []

    def visit(path: str, idle: bool = False, **options: Any) -> Visit:
        context = browser.new_context(**{"viewport": WIDE, **options})
        contexts.append(context)
        return open_page(context, root + path, idle)

    yield visit
    for context in contexts:
        context.close()
