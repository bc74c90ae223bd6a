"""Running here: a page in this very process, for debuggers and for coverage."""

from __future__ import annotations

import bdb
import contextlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property

from literate.book.blocks import Block
from literate.kernel.blocks import Page, Result, Snapshot
from literate.kernel.installing import Installed
from literate.kernel.session import Session
from literate.running.run import codes, gathered

THROUGH = (KeyboardInterrupt, bdb.BdbQuit)
"""What ends the whole run, though a cell was running."""
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
        return gathered([result for result, _ in self._of(index)])

    def error(self, index: int) -> BaseException | None:
        """The exception that ended a block, with its frames."""
        return next((error for _, error in self._of(index) if error), None)

    def _of(self, index: int) -> list[tuple[Result, BaseException | None]]:
        """What became of the pieces of a block."""
        owners = [owner for owner, _ in self._codes]
        pairs = zip(owners, self._all, strict=True)
        return [pair for owner, pair in pairs if owner == index]

    @cached_property
    def _all(self) -> list[tuple[Result, BaseException | None]]:
        """What became of all pieces, each with its exception."""
        pieces = [code for _, code in self._codes]
        with (
            Session(self._page, self._snapshot, through=THROUGH) as session,
            self._around(session.installed),
        ):
            return [(each, session.error) for each in session.run_all(pieces)]
