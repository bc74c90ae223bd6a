"""Blocks: what goes into the kernel, and what comes out of it.

All of it is plain values: they cross the border of a process, and that of a browser.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from literate.kernel.source.definitions import Module

Kind = Literal["source", "cell", "example", "trial"]
Status = Literal["ran", "raised", "missing", "ended", "not run"]
Snapshot = Mapping[str, Module]
"""The package at one line of the book: its modules by title."""


@dataclass(frozen=True)
class Code:
    """A piece of a page that a session is to run.

    Attributes:
        kind: `source` goes into the package; a `cell` runs in the page's names, and so
            does an `example` of a docstring, where every expression displays its value;
            a `trial` runs in a copy of the names, with its `check` after it, and what
            it changes is undone.
        code: The text.
        path: The page.
        line: The line above the text: the fence's first one.
        title: The file that a source block goes into.
        check: The statements that a trial is held against.
        check_line: The line above them.
        may_raise: Whether the page says that this cell ends in an exception: the blocks
            below run in any case.
    """

    kind: Kind
    code: str
    path: str
    line: int
    title: str = ""
    check: str = ""
    check_line: int = 0
    may_raise: bool = False

    @property
    def place(self) -> str:
        """Where it stands, as messages show it."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Result:
    """What became of a piece of a page.

    Attributes:
        status: `ran`; `raised`, where an exception ended it; `missing`, where a library
            that the book calls optional is not installed; `ended`, where the process
            ended with it, by itself or since it took too long; `not run`, because of
            another block.
        text: What was written and displayed, in that order; an exception is displayed
            as an output block shows it.
        pictures: The displayed pictures: SVG, another picture as an `<img>`, or the DOT
            source of a graph that only the reader's browser can lay out.
        keys: What each picture belongs to, where a mapping was displayed.
        html: What a value wants a page to show in the place of its text.
        trace: The traceback of an exception, from the page's code on.
        because: What kept it from running, or ended it; the hint that refused a trial.
        trials: What became of the trials of an exercise.
    """

    status: Status
    text: str = ""
    pictures: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    html: str = ""
    trace: str = ""
    because: str = ""
    trials: tuple[Result, ...] = ()


class Screen(Protocol):
    """Where all that a page writes goes, in the order in which it is written."""

    def take(self) -> str:
        """What was written since it was last asked for."""


class MemoryScreen(io.StringIO):
    """A screen for what Python itself writes in this process."""

    def take(self) -> str:
        """What was written since it was last asked for."""
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


@dataclass(frozen=True)
class Page:
    """The page that a session runs, and what surrounds it.

    Attributes:
        package: The name of the book's package.
        path: The page, below the root.
        root: The folder of the book.
        above: The package above the page's first line.
        optional: Libraries that may lack.
        data: The files that lie beside the cells.
        names_of: A module whose names the page starts with, as the examples in its
            docstrings do.
        config: The name of the book's configuration, for who asks for other chapters.
    """

    package: str
    path: str
    root: Path
    above: Snapshot
    optional: tuple[str, ...] = ()
    data: Mapping[str, bytes] = field(default_factory=dict)
    names_of: str = ""
    config: str = ""
