"""Blocks: the fences of a chapter that mean something.

These do: the source block, the cell, the `output` and `figure` that belong to a cell,
and the `exercise` with its `check` and known `wrong` answers. Every other fence is
shown as it is. A paragraph that starts with `**Predict.**` belongs to the cell below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from literate.book.fences import Fence, fences
from literate.errors import BookError

if TYPE_CHECKING:
    import doctest

__all__ = ["Block", "Cell", "Exercise", "Fence", "Source", "parse"]

ANNOTATION = re.compile(r"[ \t]*# \(\d+\)!$", re.MULTILINE)
PREDICTION = re.compile(r" *\*\*Predict\.\*\*")
HOMES = {
    "output": (("python",), "an output without a cell", "its cell"),
    "figure": (("python", "output"), "a figure without a cell", "its cell or output"),
    "check": (("exercise",), "a check without an exercise", "its exercise"),
    "wrong": (("check", "wrong"), "a wrong answer without a check", "its check"),
}
"""What a fence may stand right below, and what is said of one that does not."""
NEARLY = re.compile(r" *(\*\*|__)Predict(ion)?[.:!?]?\1", re.IGNORECASE)


@dataclass(frozen=True)
class _Fenced:
    """A fence with code, whatever else belongs to it."""

    fence: Fence

    @property
    def code(self) -> str:
        """Its text, without the page's `# (1)!` markers."""
        return ANNOTATION.sub("", self.fence.text)

    @property
    def end(self) -> int:
        """Its last line."""
        return self.fence.end


@dataclass(frozen=True)
class Source(_Fenced):
    """A fence whose code goes into the package."""

    title: str


@dataclass(frozen=True)
class Cell(_Fenced):
    """A fence that is executed, with what the page says that it displays.

    `prediction` is the line that asks the reader what that will be. A cell that is an
    `example` stands in a docstring.
    """

    output: Fence | None = None
    figure: Fence | None = None
    prediction: int | None = None
    example: doctest.Example | None = None

    @property
    def end(self) -> int:
        """The last line of the cell, its output and its figure."""
        return (self.figure or self.output or self.fence).end


@dataclass(frozen=True)
class Exercise(_Fenced):
    """Code that the reader completes, what it is held against, and wrong answers.

    The cell below it is its solution.
    """

    check: Fence
    wrong: tuple[Fence, ...] = ()

    @property
    def end(self) -> int:
        """The last line of the exercise, its check and the wrong answers."""
        return (self.wrong[-1] if self.wrong else self.check).end


Block = Source | Cell | Exercise


@lru_cache(maxsize=512)
def parse(path: str, text: str) -> tuple[Block, ...]:
    r"""Read the source blocks, the cells and the exercises of a chapter.

    Raises:
        BookError: Where a fence is malformed, or would be shown but not run.

    Example:
        >>> chapter = "```python\n1 + 1\n```\n\n```output\n2\n```\n"
        >>> [cell] = parse("docs/a.md", chapter)
        >>> cell.code, cell.output.text
        ('1 + 1\n', '2\n')
    """
    every = list(fences(path, text))
    lines = text.split("\n")
    blocks = list(_blocks(every, lines))
    for exercise, below in pairwise([*blocks, None]):
        if isinstance(exercise, Exercise) and not isinstance(below, Cell):
            message = "an exercise without a solution: fold one into a cell below it"
            raise BookError(path, exercise.fence.line, message)
    return tuple(_with_predictions(path, blocks, every, lines))


def _blocks(every: Sequence[Fence], lines: list[str]) -> Iterator[Block]:
    """Put the fences together that belong together."""
    together: list[Fence] = []
    for fence in every:
        if not (together and _goes_on(together[-1], fence, lines)):
            yield from _block(*together)
            together = []
        together.append(fence)
    yield from _block(*together)


def _goes_on(above: Fence, fence: Fence, lines: list[str]) -> bool:
    """Whether a fence belongs to the block of the one that it stands right below."""
    if fence.language not in HOMES or above.language not in HOMES[fence.language][0]:
        return False
    is_near = not any(map(str.strip, lines[above.end : fence.line - 1]))
    return is_near and fence.indent == above.indent and above.option("title") is None


def _block(*together: Fence) -> Iterator[Block]:
    """The block of some fences; none where they mean nothing.

    Raises:
        BookError: Where one lacks that belongs to them.
    """
    if not together:
        return
    first, *below = together
    title = first.option("title")
    match first.language:
        case "python" if title is not None:
            yield Source(first, title)
        case "python":
            parts = {fence.language: fence for fence in below}
            yield Cell(first, parts.get("output"), parts.get("figure"))
        case "exercise" if below:
            yield Exercise(first, below[0], tuple(below[1:]))
        case "exercise":
            message = "an exercise without a check: it must stand right below it"
            raise BookError(first.path, first.line, message)
        case language if language in HOMES:
            _, lacks, home = HOMES[language]
            message = f"{lacks}: it must stand right below {home}"
            raise BookError(first.path, first.line, message)


def _with_predictions(
    path: str, blocks: Sequence[Block], every: Sequence[Fence], lines: list[str]
) -> Iterator[Block]:
    """Give each prediction to the cell below it."""
    inside = {n for fence in every for n in range(fence.line, fence.end + 1)}
    asked = []
    for number, line in enumerate(lines, 1):
        if number not in inside and NEARLY.match(line):
            if not PREDICTION.match(line):
                message = "a prediction begins with `**Predict.**`, by these very signs"
                raise BookError(path, number, message)
            asked.append(number)
    for block in blocks:
        here = [number for number in asked if number < block.fence.line]
        if here and isinstance(block, Cell):
            asked = asked[len(here) :]
            yield replace(block, prediction=here[-1])
        else:
            yield block
    if asked:
        raise BookError(path, asked[0], "a prediction without a cell below it")
