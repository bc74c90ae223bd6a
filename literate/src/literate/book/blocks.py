"""Blocks: the fences of a chapter that mean something.

Four do: the source block, the cell, and the `output` and `figure` that belong to a
cell. Every other fence is shown as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from literate.book.fences import Fence, fences
from literate.errors import BookError

__all__ = ["Block", "Cell", "Fence", "Source", "parse"]

ANNOTATION = re.compile(r"[ \t]*# \(\d+\)!$", re.MULTILINE)


@dataclass(frozen=True)
class Source:
    """A fence whose code goes into the package."""

    fence: Fence
    title: str

    @property
    def code(self) -> str:
        """The text for the package: without the page's `# (1)!` markers."""
        return ANNOTATION.sub("", self.fence.text)


@dataclass(frozen=True)
class Cell:
    """A fence that is executed, with what the page says that it displays."""

    fence: Fence
    output: Fence | None = None
    figure: Fence | None = None

    @property
    def code(self) -> str:
        """The text to run: without the page's `# (1)!` markers."""
        return ANNOTATION.sub("", self.fence.text)

    @property
    def end(self) -> int:
        """The last line of the cell, its output and its figure."""
        return (self.figure or self.output or self.fence).end


Block = Source | Cell


@lru_cache(maxsize=512)
def parse(path: str, text: str) -> tuple[Block, ...]:
    r"""Read the source blocks and the cells of a chapter.

    Args:
        path: The chapter's path, as errors should show it.
        text: The chapter's text.

    Returns:
        The blocks in the order of the page.

    Raises:
        BookError: Where a fence is malformed, or would be shown but not run.

    Example:
        >>> chapter = "```python\n1 + 1\n```\n\n```output\n2\n```\n"
        >>> [cell] = parse("docs/a.md", chapter)
        >>> cell.code, cell.output.text
        ('1 + 1\n', '2\n')
    """
    lines = text.split("\n")
    blocks: list[Block] = []
    above: Fence | None = None
    for fence in fences(path, text):
        if fence.language == "python":
            title = fence.option("title")
            blocks.append(Cell(fence) if title is None else Source(fence, title))
        elif fence.language in ("output", "figure"):
            last = blocks[-1] if blocks else None
            if not isinstance(last, Cell) or not _belongs(fence, last, above, lines):
                raise _homeless(fence)
            blocks[-1] = replace(last, **{fence.language: fence})
        above = fence
    return tuple(blocks)


def _belongs(fence: Fence, cell: Cell, above: Fence | None, lines: list[str]) -> bool:
    """Whether an output or a figure stands right below its cell (or its output)."""
    if above not in (cell.fence, cell.output) or fence.indent != cell.fence.indent:
        return False
    assert above is not None
    between = lines[above.end : fence.line - 1]
    return above.language != fence.language and not any(map(str.strip, between))


def _homeless(fence: Fence) -> BookError:
    """The error for an output or a figure that belongs to no cell."""
    kind, place = "an output", "its cell"
    if fence.language == "figure":
        kind, place = "a figure", "its cell or output"
    message = f"{kind} without a cell: it must stand right below {place}"
    return BookError(fence.path, fence.line, message)
