"""A process: one page, run where it can leak, hang and crash without harm."""

from __future__ import annotations

import contextlib
import ctypes
import io
import multiprocessing
import os
import re
import signal
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from literate.kernel.blocks import Code, Page, Snapshot
from literate.kernel.session import Session
from literate.running.starting import INSTALLED

SUBREAPER = 36
"""The option of Linux by which a process becomes the parent of orphans below it."""
LARGEST = 400_000
"""Bytes of what one cell writes that are looked at. No page can show as many."""
WHOLE = b"\n... and more\n"
"""What follows where there were more."""
NOISE = re.compile(rb"^Fontconfig (?:warning|error): .*\n", re.MULTILINE)
"""What a library writes about the machine's own settings: nothing that a page does."""


@dataclass(frozen=True)
class Job:
    """What a process needs to run a page: plain values.

    Attributes:
        page: The page, and what surrounds it.
        codes: Its pieces.
        limit: The seconds that each of them may take.
        environment: The environment of the process that asks for it.
        folder: Where what it writes is removed, however it ends.
        screen: The file that its standard streams lead to.
    """

    page: Page
    codes: tuple[Code, ...]
    limit: float
    environment: Mapping[str, str]
    folder: str
    screen: str


class Progress(NamedTuple):
    """What a process says when it can run the next piece.

    Attributes:
        local: The files of the project, its package aside, that were imported so far.
        written: The bytes that the pieces so far have written.
    """

    local: tuple[str, ...]
    written: int


class FileScreen:
    """A screen for all that this process and its children write.

    Both standard streams lead to the end of one file, so what was written by Python,
    by a library in C and by a child stands in the order in which it was written. The
    file only grows: nothing is lost that a thread writes while it is read, and whoever
    ends this process still finds what it had to say.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.read = 0
        self._file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        self._lead()
        sys.stdout = _stream(1)
        sys.stderr = _stream(2)

    def take(self) -> str:
        """What was written since it was last asked for."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # a cell closed or replaced it
                stream.flush()
        with contextlib.suppress(AttributeError, OSError, TypeError):
            ctypes.CDLL(None).fflush(None)  # what a library in C has kept back
        self._lead()
        start, self.read = self.read, os.fstat(self._file).st_size
        return written(self.name, start, self.read)

    def _lead(self) -> None:
        """Let both streams lead here, whatever a cell has done to them."""
        for descriptor in (1, 2):
            os.dup2(self._file, descriptor)


def written(name: str, start: int, end: int | None = None) -> str:
    """A part of what was written into a file.

    Args:
        name: The file.
        start: The bytes in front of it.
        end: The bytes in front of what follows; none by default.
    """
    with open(name, "rb") as file:
        file.seek(start)
        size = LARGEST if end is None else min(end - start, LARGEST)
        data = file.read(size)
        if end is not None and end - start > LARGEST:
            data += WHOLE
    data = NOISE.sub(b"", data)
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "surrogateescape")  # which no output can hold


def _stream(descriptor: int) -> io.TextIOWrapper:
    """A text stream without a buffer: children write in between."""
    return io.TextIOWrapper(
        io.FileIO(descriptor, "w", closefd=False),
        encoding="utf-8",
        errors="surrogatepass",
        newline="",
        write_through=True,
    )


def main(job: Job, connection: Connection) -> None:
    """Run a page, and send the result of each piece."""
    if sys.platform != "win32":
        os.setsid()  # what is ended is this process with all its children
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SUBREAPER, 1)
    os.environ.clear()
    os.environ.update(job.environment)
    tempfile.tempdir = job.folder
    multiprocessing.set_start_method(None, force=True)  # the reader's, not this one's
    screen = FileScreen(job.screen)
    try:
        _run(job, screen, connection)
    except Exception:  # of this program: a cell's own are results
        with contextlib.suppress(OSError):  # whoever has asked for it is gone
            connection.send(f"literate failed: {traceback.format_exc()}")
    end_below(os.getpid())
    # A thread or a pool that a cell has left would keep Python from ending.
    os._exit(0)


def end_below(pid: int) -> None:
    """End all that a process has started, also what is no more of its group.

    What has lost its parent is then a child of the page's process (`SUBREAPER`).
    Where the system does not tell who has started whom, nothing is ended.
    """
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it has ended in between
            for child in map(int, file.read_text().split()):
                end_below(child)
                os.kill(child, signal.SIGKILL)


def _run(job: Job, screen: FileScreen, connection: Connection) -> None:
    """Run the pieces of a page."""

    def snapshot(path: str) -> Snapshot:
        from literate.book.book import Book  # few pages ask, and it is slow to import

        root = job.page.root
        return Book(root, root / job.page.config).snapshot(path)

    with Session(job.page, snapshot, screen) as session:
        connection.send(Progress((), 0))
        _limit(job.limit)
        for result in session.run_all(job.codes):
            connection.send(Progress(_local_modules(job.page), screen.read))
            connection.send(result)
            _limit(job.limit)


def _local_modules(page: Page) -> tuple[str, ...]:
    """The files of the project, its package aside, that the page has imported."""
    files = [getattr(each, "__file__", None) for each in list(sys.modules.values())]
    root = str(page.root) + os.sep
    local = (
        file
        for file in files
        if isinstance(file, str)
        and file.startswith(root)
        and not INSTALLED.search(file)
    )
    return tuple(sorted(local))


def _limit(seconds: float) -> None:
    """End this process by itself where nobody is left to end it at the limit."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds + 1)
