"""Running a page: the one execution that the test, the page and the notebook read."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path
from types import ModuleType

from literate.book.blocks import Block, Cell
from literate.book.book import Book
from literate.kernel.installing import Installed
from literate.kernel.session import Result, Session, Status
from literate.running.verdict import shows_exception

_running: ContextVar[Session | None] = ContextVar("running", default=None)
_folders: list[tempfile.TemporaryDirectory[str]] = []
"""What `snapshot` writes outside of a session, removed when the process ends."""


def run(book: Book, path: str, blocks: Sequence[Block]) -> dict[int, Result]:
    """Run blocks of a page from the top, in one go.

    Only an exception that the page does not show keeps the blocks below from running.

    Args:
        book: The book.
        path: The page, below the book's root.
        blocks: The blocks, top to bottom.

    Returns:
        The result of each block, by the line of its fence.

    Raises:
        BookError: Where a source block of the page is wrong.
    """
    steps = {}
    if path in book.paths:
        steps = {step.source.fence.line: step for step in book.steps(path)}
    results: dict[int, Result] = {}
    stopped: Result | None = None
    with Session(book, path, book.snapshot_above(path)) as session:
        token = _running.set(session)
        gc.freeze()  # to look for garbage among the objects of the run is enough
        try:
            for block in blocks:
                line = block.fence.line
                if stopped:
                    results[line] = stopped
                elif isinstance(block, Cell):
                    results[line] = session.run_cell(block)
                else:
                    results[line] = session.run_source(steps[line])
                if not stopped and _stops(block, results[line]):
                    stopped = _stopped(f"{path}:{line}", results[line])
        finally:
            gc.unfreeze()
            _running.reset(token)
    return results


def _stops(block: Block, result: Result) -> bool:
    """Whether a result keeps the blocks below from running."""
    expected = isinstance(block, Cell) and shows_exception(block)
    return result.status != "ran" and not expected


def _stopped(place: str, result: Result) -> Result:
    """The result of the blocks below one that stops the run."""
    reason = result.text.rstrip().rpartition("\n")[2]
    status: Status = "missing" if result.status == "missing" else "not run"
    return Result(status, because=f"{place} ({reason})")


def snapshot(path: str) -> ModuleType:
    """What `literate.snapshot` returns."""
    session = _running.get()
    if session is not None:
        return session.installed.beside(session.book.snapshot(path))
    book = Book.find(Path.cwd())
    folder = tempfile.TemporaryDirectory(prefix="literate-")
    _folders.append(folder)
    return Installed(book.package, Path(folder.name)).beside(book.snapshot(path))
