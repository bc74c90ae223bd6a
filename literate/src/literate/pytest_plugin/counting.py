"""Counting: coverage of the tangled files, by whatever chapter has run their lines.

A chapter runs the package from folders of its own, as it stood at each line. A line of
these counts for the line of the tangled file that the same chapter line has written: so
what a later chapter has replaced counts for nothing.
"""

from __future__ import annotations

import contextlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from literate.book.book import Book
from literate.kernel.installing import Installed
from literate.kernel.source.definitions import Origin
from literate.kernel.source.rendering import render

Lines = Callable[[int], list[int]]
"""The lines of a tangled file for a line that was run."""


def measuring() -> Any | None:
    """The coverage that measures this process, if one does."""
    coverage = sys.modules.get("coverage")
    return coverage.Coverage.current() if coverage else None


@contextlib.contextmanager
def counted(book: Book, installed: Installed) -> Iterator[None]:
    """Count what runs in here for the tangled files."""
    outer = measuring()
    if outer is None:
        yield
        return
    branch = bool(outer.get_option("run:branch"))
    inner = sys.modules["coverage"].Coverage(
        data_file=None,
        branch=branch,
        include=[f"{installed.folder.resolve()}/*", f"{installed.folder}/*"],
        config_file=False,
    )
    inner.set_option("run:disable_warnings", ["no-data-collected"])
    inner.start()
    try:
        yield
    finally:
        inner.stop()
        _add(outer.get_data(), inner.get_data(), book, installed, branch)


def _add(
    outer: Any, inner: Any, book: Book, installed: Installed, branch: bool
) -> None:
    """Add what one coverage has seen to another."""
    for file in inner.measured_files():
        located = installed.locate(file, 1)
        if located is None or located[0] not in book.last:
            continue
        title = located[0]
        target, lines = str(book.root / title), _lines(book, installed, file, title)
        if branch:
            arcs = {
                (start, end)
                for first, last in inner.arcs(file) or ()
                for start in lines(first)
                for end in lines(last)
            }
            outer.add_arcs({target: arcs})
        else:
            run = {new for line in inner.lines(file) or () for new in lines(line)}
            outer.add_lines({target: run})


def _lines(book: Book, installed: Installed, file: str, title: str) -> Lines:
    """Where the lines of a file that has run stand in the tangled one."""
    found: dict[Origin, list[int]] = defaultdict(list)
    # The first line of a tangled file is that of `tangle`.
    for number, line in enumerate(render(book.last[title], book.package), 2):
        if line.origin:
            found[line.origin].append(number)

    def lines(number: int) -> list[int]:
        located = installed.locate(file, abs(number))
        origin = located[1] if located else None
        new = found.get(origin, []) if origin else []
        return [-line for line in new] if number < 0 else new

    return lines
