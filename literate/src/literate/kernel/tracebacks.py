"""Traces: where an exception came from, in the reader's terms."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from itertools import dropwhile
from pathlib import Path
from textwrap import indent

from literate.kernel.source.definitions import Origin

HEADER = "Traceback (most recent call last):"
KERNEL = f"{Path(__file__).parent}{os.sep}"
CAUSE = "The above exception was the direct cause of the following exception:"
CONTEXT = "During handling of the above exception, another exception occurred:"
SHOWN = 10
"""Frames that are shown from either end of a long traceback, and its exceptions."""
Locate = Callable[[str, int], tuple[str, Origin | None] | None]
"""Gives the title and the chapter line of a line in a tangled file, or None."""


def exception_text(error: BaseException) -> str:
    """What a page shows of an exception: the header and what the exception says.

    Example:
        >>> print(exception_text(ValueError("no")), end="")
        Traceback (most recent call last):
        ValueError: no
    """
    own = traceback.TracebackException(type(error), error, None)
    own.__notes__ = None
    lines = list(own.format_exception_only())
    if isinstance(error, SyntaxError):  # the file and the line come first
        lines = lines[-1:]
    return f"{HEADER}\n{''.join(lines)}"


def reason(error: BaseException) -> str:
    """What an exception says of itself, if it can."""
    try:
        return str(error)
    except BaseException:
        return f"<{type(error).__name__} that cannot be shown>"


def trace(error: BaseException, page: Path, root: Path, locate: Locate) -> str:
    """The frames of an exception from the reader's code on.

    Args:
        error: The exception.
        page: The file of the chapter that was run.
        root: The folder of the book; paths are shown below it.
        locate: Where the lines of tangled files were written.

    Returns:
        A traceback with a line for each frame; a frame in tangled code names its title
        and the chapter line that wrote it. Above it stand those that have led to it.
    """
    text = ""
    for each, words in _chain(error):
        own = _told(each).replace(f'File "{root}{os.sep}', 'File "')
        text += "\n".join([HEADER, *_frames(each, page, root, locate), own]) + words
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _chain(error: BaseException) -> list[tuple[BaseException, str]]:
    """The exceptions that led to one, and itself; with each what leads to the next."""
    chain: list[tuple[BaseException, str]] = []
    words = ""
    left: BaseException | None = error
    while left and len(chain) < SHOWN:
        chain.append((left, words))
        words = f"\n{CAUSE}\n\n" if left.__cause__ else f"\n{CONTEXT}\n\n"
        context = None if left.__suppress_context__ else left.__context__
        left = left.__cause__ or context
    return chain[::-1]


def _told(error: BaseException) -> str:
    """What an exception says, with its notes, and with those that are grouped in it."""
    inside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    told = "".join(traceback.format_exception_only(error))
    return told + "".join(indent(_told(each), "  ") for each in inside)


def _frames(error: BaseException, page: Path, root: Path, locate: Locate) -> list[str]:
    """The frames of an exception, from the reader's code on."""
    frames = dropwhile(
        lambda frame: frame.filename != str(page) and not locate(frame.filename, 1),
        traceback.extract_tb(error.__traceback__),
    )
    lines = []
    for frame in frames:
        if frame.filename.startswith((KERNEL, "<frozen importlib")):
            continue  # how a module of the book is found is not the reader's matter
        number = frame.lineno or 0
        place = f"{_below(frame.filename, root)}:{number} in {frame.name}"
        if located := locate(frame.filename, number):
            title, origin = located
            place = f"{title}:{number} in {frame.name}"
            if origin:
                place += f", written at {origin}"
        lines.append(f"  {place}\n    {frame.line}".rstrip())
    if len(lines) > 2 * SHOWN:  # a recursion
        left = f"  … {len(lines) - 2 * SHOWN} more frames"
        lines = [*lines[:SHOWN], left, *lines[-SHOWN:]]
    return lines


def _below(filename: str, root: Path) -> str:
    path = Path(filename)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else filename
