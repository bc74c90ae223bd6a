"""Telling: what a page says of a piece that a reader has run."""

from __future__ import annotations

import json
import re

from literate.kernel.blocks import MemoryScreen, Result
from literate.kernel.comparing import matches
from literate.kernel.display import clean
from literate.weaving.browser.inside.pieces import Piece
from literate.weaving.figures import figure

LARGEST = 1_000_000
"""Characters that one piece may write; what comes after is only counted."""
LONGEST = 20_000
"""Characters of a text that a page shows."""
ROOT = "/book"
"""The folder of the book, as Python in the browser knows it."""
FOLDERS = re.compile(rf"{ROOT}/|/tmp/literate-\w+/packages/\w+/")
"""What stands before the names that a reader knows a file by."""
REPEATED = re.compile(r"((?:  \S.*\n    .*\n){1,3}?)\1{2,}")
"""The lines of a traceback that return, as in a recursion."""


class Screen(MemoryScreen):
    """A screen that stays small, whatever is written."""

    def __init__(self) -> None:
        super().__init__()
        self._left = LARGEST
        self._lost = 0

    def write(self, text: str) -> int:
        """Keep a text, or count what is too much of it."""
        kept = text[: self._left]
        self._left -= len(kept)
        self._lost += len(text) - len(kept)
        super().write(kept)
        return len(text)

    def take(self) -> str:
        """What was written since it was last asked for."""
        text = super().take()
        if self._lost:
            text += f"\n… and {self._lost:,} characters more\n"
        self._left, self._lost = LARGEST, 0
        return text


def state(piece: Piece, result: Result) -> str:
    """What a page says of a piece that a reader has run, in a word.

    Returns:
        `same` or `different`, where the page shows what it displays; `done`, where
        there is no text to compare; `failed` and `unavailable`.
    """
    if result.status == "missing":
        return "unavailable"
    if result.status != "ran" and not (piece.code.may_raise and result.text):
        return "failed"
    if piece.code.kind != "cell":
        return "done"
    is_same = matches(result.text, piece.output)
    if not is_same or bool(result.pictures) != piece.draws:
        return "different"
    return "same" if piece.output else "done"


def drawn(pictures: str, keys: str, index: int) -> str:
    """The figure of what a reader's code displays, of pictures and keys as JSON.

    Pictures are SVG or `<img>`, and `index` is the place of the piece on the page.
    """
    shown = tuple(
        clean(picture) if "<svg" in picture else picture
        for picture in json.loads(pictures)
    )
    result = Result("ran", pictures=shown, keys=tuple(json.loads(keys)))
    return figure(result, "What the code draws now.", f"drawn-{index}")


def short(text: str) -> str:
    """What a piece has displayed, or a traceback, as a page can show it."""
    text = REPEATED.sub(_folded, FOLDERS.sub("", text))
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n… and {len(text) - LONGEST:,} characters more\n"


def _folded(match: re.Match[str]) -> str:
    """Calls that are repeated, once and with their number."""
    times = len(match[0]) // len(match[1]) - 1
    return f"{match[1]}  … and {times:,} times more\n"
