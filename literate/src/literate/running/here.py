"""Running here: a page in this very process, for debuggers and for coverage."""

from __future__ import annotations

import bdb
import contextlib
import io
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import Any, NoReturn, TextIO

from literate.book.blocks import Block
from literate.kernel.blocks import Page, Result, Snapshot
from literate.kernel.installing import Installed
from literate.kernel.session import Session
from literate.running.run import codes, gathered, pieces_of

THROUGH = (KeyboardInterrupt, bdb.BdbQuit)
"""What ends the whole run, though a cell was running."""
ANNOUNCED = re.compile(r"\n>+ PDB .* >+\n\Z")
"""What pytest says of a debugger, by `-s` as if the cell had said it."""
Around = Callable[[Installed], AbstractContextManager[None]]


class HereRun:
    """A page that runs in this process, once somebody asks for a result.

    Args:
        page: The page.
        snapshot: Gives the package at the end of a chapter.
        blocks: The page's blocks, from the top to the last one that is wanted.
        around: What surrounds the run of the pieces.
    """

    def __init__(
        self,
        page: Page,
        snapshot: Callable[[str], Snapshot],
        blocks: Sequence[Block],
        around: Around = lambda _: contextlib.nullcontext(),
    ) -> None:
        self._page = page
        self._snapshot = snapshot
        self._codes = codes(blocks)
        self._around = around

    def result(self, index: int) -> Result:
        """The result of a block."""
        return gathered([self._all[n][0] for n in pieces_of(self._codes, index)])

    def error(self, index: int) -> BaseException | None:
        """The exception that ended a block, with its frames."""
        errors = [self._all[n][1] for n in pieces_of(self._codes, index)]
        return next(filter(None, errors), None)

    @cached_property
    def _all(self) -> list[tuple[Result, BaseException | None]]:
        """What became of all pieces, each with its exception."""
        pieces = [code for _, code in self._codes]
        with (
            _staying(),
            _unheard(),
            Session(self._page, self._snapshot, through=THROUGH) as session,
            self._around(session.installed),
        ):
            return [(each, session.error) for each in session.run_all(pieces)]


@contextlib.contextmanager
def _staying() -> Iterator[None]:
    """Keep a cell from ending this process, green and without a word, as its own."""
    leave, own = os._exit, os.getpid()

    def leave_cell(status: int) -> NoReturn:
        if os.getpid() != own:  # a child that the cell has made
            leave(status)
        raise SystemExit(f"os._exit({status})")

    os._exit = leave_cell
    try:
        yield
    finally:
        os._exit = leave


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Keep whoever listens to logging here from hearing, in its page's place, a cell.

    Pytest does; with its handlers there, logging writes nothing of its own accord.
    """
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    root.handlers = []
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)


class _Both(io.TextIOBase):
    """A stream into two: the page's screen, and what somebody looks at."""

    def __init__(self, *streams: TextIO) -> None:
        self._streams = streams

    def write(self, text: str) -> int:
        for stream in self._streams:
            stream.write(text)
        return len(text)


def lend_terminal(debugger: Any) -> None:
    """Let a debugger ask at the terminal, and the cell in which it stops write on.

    Pytest puts streams of its own in the place of the page's when a debugger stops, and
    others when it goes on.

    Args:
        debugger: One that has stopped, such as `pdb.Pdb`.
    """
    session, before = Session.current, debugger.preloop
    if session is None:
        return  # it looks at a cell that has ended
    screen: Any = session.screen

    def stops() -> None:
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        before()

    def goes_on() -> None:
        sys.stdout, sys.stderr = _Both(screen, sys.stdout), _Both(screen, sys.stderr)

    screen.write(ANNOUNCED.sub("", screen.take()))
    debugger.stdout, debugger.skip = sys.__stdout__, {__name__}
    debugger.preloop, debugger.postloop = stops, goes_on
