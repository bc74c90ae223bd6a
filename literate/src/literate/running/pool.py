"""The pool: pages that run side by side, each in a process of its own.

Processes come from the standard library's fork server, which has imported beforehand
the libraries of the pages: so a process begins in milliseconds. Where the system cannot
fork, each one starts afresh.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from literate.kernel.blocks import Code, Page, Result
from literate.kernel.session import below
from literate.running.process import Job, Progress, end_below, main, written
from literate.running.starting import context_of, plain_main, uninterrupted

STARTING = 120.0
"""Seconds that a process may take to begin: it may have to import large libraries."""
CHANGED = """\
does the cell change what Python itself needs, such as builtins, `sys.modules` or open \
files that are not its own?"""
FLOOD = 100_000_000
"""Bytes that one cell may write: beyond that it fills somebody's disk."""


class Running:
    """A page that waits for its process, runs in it, or has run."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.results: list[Result] = []
        self.progress: Progress | None = None
        self.process: BaseProcess | None = None
        self.connection: Connection | None = None
        self.deadline = 0.0

    @property
    def is_done(self) -> bool:
        """Whether every piece has its result."""
        return len(self.results) == len(self.job.codes)

    def start(self, context: Any) -> None:
        """Begin in a process of its own."""
        self.connection, child = context.Pipe(duplex=False)
        process = context.Process(target=main, args=(self.job, child))
        with plain_main():
            process.start()
        self.process = process
        child.close()
        self.deadline = time.monotonic() + STARTING

    def receive(self) -> None:
        """Take what the process has sent; or that it has ended."""
        assert self.connection is not None  # only running pages receive
        try:
            told = self.connection.recv()
        except (EOFError, OSError):
            self._end(self._how_it_ended())
            return
        match told:
            case Result():
                self.results.append(told)
            case Progress():
                self.progress = told
            case _:
                self._end(f"{told}{CHANGED}" if self.progress else str(told))
        self.deadline = time.monotonic() + self.job.limit
        if self.is_done:
            self.stop()

    def check(self) -> None:
        """End it where it has taken too long, or writes without an end."""
        if self.deadline <= time.monotonic():
            self._end(
                f"it took longer than {self.job.limit:g} s and was ended: let it do "
                "less, or set `limit` among the options of literate.weave"
                if self.progress
                else f"Python did not begin to run it within {STARTING:g} s: does an "
                "import of this chapter take so long?"
            )
        elif self.progress:
            with contextlib.suppress(OSError):
                size = os.path.getsize(self.job.screen)
                if size - self.progress.written > FLOOD:
                    self._end(f"it wrote more than {FLOOD:,} bytes and was ended")

    def stop(self) -> None:
        """End the process, and whatever it has started."""
        if self.connection:
            self.connection.close()
            self.connection = None
        if self.process:
            _kill(self.process)
            self.process = None

    def _end(self, reason: str) -> None:
        """Note how the piece that runs has ended, and that those below did not run."""
        self.stop()
        code = self.job.codes[len(self.results)]
        text = ""
        with contextlib.suppress(OSError):
            text = written(
                self.job.screen, self.progress.written if self.progress else 0
            )
        result = Result("ended", text, because=reason)
        self.results.append(result)
        left = len(self.job.codes) - len(self.results)
        self.results += [below(code, result)] * left

    def _how_it_ended(self) -> str:
        assert self.process is not None  # as long as there is a connection
        self.process.join(10)
        status = self.process.exitcode
        if status is not None and status < 0:
            with contextlib.suppress(ValueError):
                return f"it crashed Python ({signal.Signals(-status).name})"
        return f"it ended the process of its chapter (exit status {status})"


class Cancelled(Exception):
    """Somebody has ended what somebody else waits for."""


class Pool:
    """Runs pages on some processors. A context manager: leaving it ends them all.

    Args:
        processors: How many pages run at a time; all processors by default.
        libraries: What the pages import.
        is_forking: Whether pages share what Python draws by lot when it starts: the
            order of sets, and the addresses of objects.
    """

    def __init__(
        self,
        processors: int | None = None,
        libraries: Iterable[str] = (),
        is_forking: bool = True,
    ) -> None:
        self._processors = processors or _processors()
        self._context = context_of(libraries, is_forking)
        self._folder = tempfile.TemporaryDirectory(
            prefix="literate-", ignore_cleanup_errors=True
        )
        self._screens = itertools.count()
        self._waiting: deque[Running] = deque()
        self._active: list[Running] = []
        self._is_cancelled = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all pages."""
        for running in self._active:
            running.stop()
        self._active.clear()
        self._waiting.clear()
        self._folder.cleanup()

    def cancel(self) -> None:
        """Let another thread that waits for results end all pages instead."""
        self._is_cancelled = True

    def submit(self, page: Page, codes: Sequence[Code], limit: float) -> Running:
        """Let a page run as soon as there is a processor for it."""
        environment, folder = dict(os.environ), self._folder.name
        screen = os.path.join(folder, f"screen-{next(self._screens)}")
        running = Running(Job(page, tuple(codes), limit, environment, folder, screen))
        if not running.is_done:
            self._waiting.append(running)
            self._fill()
        return running

    def results(self, running: Running, count: int) -> list[Result]:
        """Wait for the first results of a submitted page.

        Raises:
            Cancelled: Where another thread has cancelled it.
        """
        if running in self._waiting:  # it is the one that somebody waits for
            self._waiting.remove(running)
            self._waiting.appendleft(running)
        try:
            while len(running.results) < count:
                self._step()
        except BaseException:  # Ctrl-C above all: nothing goes on
            self.close()
            raise
        return running.results[:count]

    def _fill(self) -> None:
        """Start pages while there is room."""
        while self._waiting and len(self._active) < self._processors:
            with uninterrupted():  # or a process could begin that nobody knows
                self._active.append(self._waiting.popleft())
                self._active[-1].start(self._context)

    def _step(self) -> None:
        """Wait until something happens to one of the pages."""
        self._fill()
        now = time.monotonic()
        nearest = min(running.deadline for running in self._active)
        connections = [each.connection for each in self._active if each.connection]
        ready = wait(connections, min(1.0, max(0.0, nearest - now)))
        if self._is_cancelled:
            raise Cancelled
        for running in list(self._active):
            if running.connection in ready:
                running.receive()
            else:
                running.check()
            if running.is_done:
                self._active.remove(running)


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _kill(process: BaseProcess) -> None:
    """End a process with its children, and wait until it is gone."""
    if process.pid is not None and sys.platform != "win32":
        if process.is_alive():
            end_below(process.pid)
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        process.kill()
    process.join(10)
    with contextlib.suppress(ValueError):
        process.close()
