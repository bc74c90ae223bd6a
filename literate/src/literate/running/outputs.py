"""Outputs: writing what cells display into their chapters, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from literate.book.blocks import Block, Cell
from literate.book.book import Chapter
from literate.errors import BookError
from literate.files import write_all
from literate.kernel.blocks import Result
from literate.kernel.comparing import difference, matches
from literate.running.verdict import is_writable, shows_exception

ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+>")
"""Where an object lies in the memory of one run: the next run has another place."""


class Edit(NamedTuple):
    """Lines of a chapter, counted from 0, and what to put in their place."""

    start: int
    end: int
    lines: tuple[str, ...]


def edit(cell: Cell, result: Result) -> Edit | None:
    """What has to change below a cell for its page to be right.

    Returns:
        The edit; None where the output matches, where the cell raised an exception
        that its page does not show, or where it displays what no output can hold.
    """
    output = cell.output
    expected = result.status == "raised" and shows_exception(cell)
    if (result.status != "ran" and not expected) or not is_writable(result.text):
        return None
    if output is None and result.text:
        return Edit(cell.fence.end, cell.fence.end, ("", *_block(cell, result.text)))
    if output is not None and not result.text:
        # the blank lines above the block go with it
        return Edit(cell.fence.end, output.end, ())
    if output is not None and not matches(result.text, output.text):
        return Edit(output.line - 1, output.end, _block(cell, result.text))
    return None


def is_settled(block: Block, once: Result, again: Result) -> None:
    """Refuse to write what a cell displays only now.

    Raises:
        BookError: Where these are different.
    """
    if not matches(again.text, ADDRESS.sub(" at ...>", once.text)):
        message = (
            "this cell displays something else each time it runs: seed its random "
            "numbers, sort its sets, or do not display times and addresses; nothing "
            "was written\n"
            f"{difference(again.text, once.text)}"
        )
        raise BookError(block.fence.path, block.fence.line, message)


def rewrite(root: Path, page: Chapter, edits: list[Edit]) -> None:
    """Apply edits that do not overlap to a page.

    Raises:
        BookError: Where somebody has changed the file since.
    """
    path = root / page.path
    with path.open(encoding="utf-8", newline="") as file:
        if file.read() != page.text:
            message = "changed while its cells ran: no output was written, run again"
            raise BookError(page.path, 1, message)
    lines = page.text.split("\n")
    for start, end, new in sorted(edits, reverse=True):
        lines[start:end] = new
    write_all({path: "\n".join(lines)}, root)


def _block(cell: Cell, text: str) -> tuple[str, ...]:
    """An output block, with a fence longer than any in the text."""
    longest = max((len(marks) for marks in re.findall(r"`{3,}", text)), default=2)
    marks = "`" * (longest + 1)
    indent = " " * cell.fence.indent
    content = ADDRESS.sub(" at ...>", text).rstrip().split("\n")
    lines = [f"{marks}output", *(line.rstrip() for line in content), marks]
    return tuple(f"{indent}{line}".rstrip() for line in lines)
