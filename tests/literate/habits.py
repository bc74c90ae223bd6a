"""A book, and what its author does to the package by hand."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from literate.book.book import Book
from literate.tangling.plan import plan, with_first_line
from making import cell, files_below, literate, make_book, source

CORE, MORE = "thing/core.py", "thing/more.py"


def indented(text: str, by: int) -> str:
    """A block inside of a box, a tab or an item of a list."""
    return "".join(
        f"{' ' * by}{line}\n" if line else "\n" for line in text.split("\n")[:-1]
    )


ONE = "# One\n" + source(
    '''"""Boxes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike


class Box:
    """A box."""

    size: int = 1
    """How large."""

    def __init__(self, x):
        self.x = x

    @property
    def half(self):
        return self.x / 2

    @half.setter
    def half(self, value):
        self.x = 2 * value

    def open(self):
        return self.x


def pack(x):
    """Pack x."""
    return Box(math.floor(x))
'''
)
TWO = (
    "# Two\n\n"
    '=== "Tab"\n\n    !!! note\n'
    + indented(
        source(
            "class Box:\n    ...\n\n"
            "    def open(self):\n        return abs(self.x)\n\n"
            "    def shut(self):\n        return None\n"
        ),
        8,
    )
    + source('class Empty(Exception): ...\n\n\n__all__ = ["Box"]\n')
    + source(
        "try:\n    import numpy\nexcept ImportError:\n    numpy = None\n\n\n"
        "class Shelf:\n    class Board:\n        width = 1\n\n    rows = 2\n",
        MORE,
    )
)
THREE = (
    "# Three\n\n- An item\n"
    + indented(
        source("class Box:\n    ...\n\n    def open(self):\n        return -self.x\n"),
        4,
    )
    + source(
        'def unpack(box: "Box") -> Any:\n    """Unpack."""\n    return box.x\n\n\n'
        '__all__ += ["unpack"]\n',
        marks="````",
    )
    + cell("1 + 1\n", "2\n")
)


def boxes(root: Path) -> Path:
    """The book, tangled."""
    make_book(root, one=ONE, two=TWO, three=THREE)
    assert literate(root, "tangle").returncode == 0
    return root


class Edit(NamedTuple):
    """Text to put in the place of other text, once, in a file of the package."""

    old: str
    new: str
    file: str = CORE


def make(root: Path, edits: list[Edit]) -> None:
    for old, new, file in edits:
        path = root / file
        text = path.read_bytes().decode()
        assert text.count(old) == 1, old
        path.write_bytes(text.replace(old, new).encode())


def chapters(root: Path) -> dict[str, str]:
    return {path.stem: path.read_text() for path in (root / "docs").glob("*.md")}


def carried(root: Path, *options: str) -> dict[str, str]:
    """Stitch, see that tangling gives the edited files, and return the chapters."""
    before = {
        path: path.read_bytes().decode().split("\n", 1)[1]
        for path in (root / "thing").glob("*.py")
    }
    run = literate(root, "stitch", *options)
    assert (run.returncode, run.stderr) == (0, "")
    for path, body in before.items():
        assert path.read_bytes().decode() == with_first_line(body)
    assert plan(Book(root), Book(root).last, root).changes == {}
    assert literate(root, "stitch").stdout == ""
    return chapters(root)


def refused(root: Path, *options: str) -> str:
    """Stitch, see that nothing was written, and return the message."""
    before = files_below(root)
    run = literate(root, "stitch", *options)
    assert run.returncode == 1
    assert files_below(root) == before
    return run.stderr


OPEN = "    def open(self):\n        return -self.x\n"
SHUT = "    def shut(self):\n        return None\n"
PACK = 'def pack(x):\n    """Pack x."""\n    return Box(math.floor(x))\n'
UNPACK = 'def unpack(box: "Box") -> Any:\n    """Unpack."""\n    return box.x\n'
