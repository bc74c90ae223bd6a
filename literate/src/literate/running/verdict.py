"""Checks: whether a cell displayed what its page says."""

from __future__ import annotations

from literate.book.blocks import Cell
from literate.kernel.comparing import difference, matches
from literate.kernel.session import Result
from literate.kernel.tracebacks import HEADER


def problem(cell: Cell, result: Result) -> str | None:
    """What is wrong with a cell that was run.

    Args:
        cell: The cell, as it is written.
        result: What became of it.

    Returns:
        A message for its author; None where the page says what the cell displays.
    """
    if result.status == "not run":
        return f"not run because of {result.because}"
    if result.status == "missing":
        return result.trace.rstrip() or f"not run because of {result.because}"
    if result.status == "raised" and not shows_exception(cell):
        return result.trace.rstrip()
    if cell.output is None and result.text:
        return (
            "the cell displays text, but no output block follows it: "
            f"run with --update-outputs\n{_indented(result.text)}"
        )
    if cell.output is not None and not result.text:
        return "the cell displays no text, but an output block follows it"
    if cell.output is not None and not matches(result.text, cell.output.text):
        diff = difference(result.text, cell.output.text)
        if result.status == "raised":
            diff += f"\n\n{result.trace.rstrip()}"
        return f"the cell displays something else than its output block\n{diff}"
    if cell.figure is None and result.pictures:
        return "the cell displays a picture: add a figure block with its caption"
    if cell.figure is not None and not result.pictures:
        return "the cell displays no picture, but a figure block follows it"
    if cell.figure is not None and not cell.figure.text.strip():
        return "the figure block is empty: write the picture's caption into it"
    return None


def shows_exception(cell: Cell) -> bool:
    """Whether a page says that a cell ends in an exception."""
    return cell.output is not None and HEADER in cell.output.text.split("\n")


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.rstrip().split("\n")).rstrip()
