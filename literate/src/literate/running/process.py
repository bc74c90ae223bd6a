"""A process: one page, run where it can leak, hang and crash without harm."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection

from literate.book.book import Book
from literate.kernel.blocks import Code, Page, Result, Snapshot
from literate.kernel.session import Session

READY = "ready"
"""What a process says first, when everything is there to run the first piece."""
GRACE = 10
"""Seconds beyond the limit after which a process ends itself: its parent is gone."""
LARGEST = 4_000_000
"""Bytes of what one cell writes that are looked at. No page can show as many."""

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
    """

    page: Page
    codes: tuple[Code, ...]
    limit: float
    environment: Mapping[str, str]
    folder: str


class FileScreen:
    """A screen for all that this process and its children write.

    Both standard streams lead into one file, so what was written by Python, by a
    library in C and by a child stands in the order in which it was written.
    """

    def __init__(self) -> None:
        file, name = tempfile.mkstemp()
        os.unlink(name)  # it goes with the last process that has it open
        for descriptor in (1, 2):
            os.dup2(file, descriptor)
        os.close(file)
        sys.stdout = _stream(1)
        sys.stderr = _stream(2)

    def take(self) -> str:
        """What was written since it was last asked for."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(ValueError, AttributeError):  # a cell closed it
                stream.flush()
        os.lseek(1, 0, os.SEEK_SET)
        data = os.read(1, LARGEST)
        os.ftruncate(1, 0)
        os.lseek(1, 0, os.SEEK_SET)
        data = NOISE.sub(b"", data)
        try:
            return data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return data.decode("utf-8", "replace")


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
    """Run a page, and send the result of each piece.

    Args:
        job: The page and its pieces.
        connection: Where the results go.
    """
    if sys.platform != "win32":
        os.setsid()  # what is ended is this process with all its children
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(job.environment)
    tempfile.tempdir = job.folder
    _close_input()
    screen = FileScreen()
    try:
        _run(job, screen, connection)
    except Exception:  # of this program: a cell's own are results
        connection.send(Result("raised", trace=traceback.format_exc()))
    connection.close()
    # A thread or a pool that a cell has left would keep Python from ending.
    os._exit(0)


def _run(job: Job, screen: FileScreen, connection: Connection) -> None:
    """Run the pieces of a page."""

    def snapshot(path: str) -> Snapshot:
        return Book(job.page.root).snapshot(path)

    with Session(job.page, snapshot, screen) as session:
        connection.send(READY)
        _limit(job.limit)
        for result in session.run_all(job.codes):
            connection.send(_local_modules(job.page))
            connection.send(result)
            _limit(job.limit)


def _local_modules(page: Page) -> list[str]:
    """The files of the project, its package aside, that the page has imported."""
    files = [getattr(each, "__file__", None) for each in list(sys.modules.values())]
    root, outside = str(page.root) + os.sep, f"{os.sep}site-packages{os.sep}"
    return sorted(
        file
        for file in files
        if isinstance(file, str) and file.startswith(root) and outside not in file
    )


def _close_input() -> None:
    """Let standard input be at its end: nobody sits there."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdin = io.TextIOWrapper(io.FileIO(0, "r", closefd=False), encoding="utf-8")


def _limit(seconds: float) -> None:
    """End this process by itself, in case nobody is left to end it."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)
