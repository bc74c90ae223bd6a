"""Pieces: the blocks of a page as its readers run them, packed for the way there."""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from literate.kernel.blocks import Code, Snapshot


@dataclass(frozen=True)
class Piece:
    """A block of a page, as a reader runs it.

    Attributes:
        code: What the kernel runs.
        output: What the page says that it displays.
        draws: Whether the page shows a figure for it.
        lacks: The libraries that it needs and a browser does not have.
        rest: The code without the statements that need them.
    """

    code: Code
    output: str = ""
    draws: bool = False
    lacks: tuple[str, ...] = ()
    rest: str = ""


@dataclass(frozen=True)
class Lesson:
    """All that a browser needs to run a page.

    Attributes:
        package: The name of the book's package.
        path: The page.
        above: The package above its first line.
        left_out: The titles among them that a browser cannot import.
        pieces: The blocks.
        optional: Libraries that lack.
        data: The files that lie beside the cells.
        snapshots: The package at the end of other chapters, which cells ask for.
    """

    package: str
    path: str
    above: Snapshot
    left_out: tuple[str, ...]
    pieces: tuple[Piece, ...]
    optional: tuple[str, ...]
    data: Mapping[str, bytes]
    snapshots: Mapping[str, Snapshot]

    def packed(self) -> bytes:
        """The lesson for the way to the browser."""
        target = io.BytesIO()
        pickler = pickle.Pickler(target, protocol=4)
        pickler.fast = True  # the same bytes, whichever of its parts are one object
        pickler.dump(self)
        return zlib.compress(target.getvalue(), 9)
