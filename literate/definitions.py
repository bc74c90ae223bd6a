"""Definitions: the nouns in which source blocks and modules are told.

A source block says something about names: it defines, imports or removes them. A class
is either defined whole or re-opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["docstring", "function", "class", "assignment"]
DOCSTRING = "__doc__"


class Origin(NamedTuple):
    """The chapter line on which a text starts."""

    path: str
    line: int


@dataclass(frozen=True)
class Definition:
    """The text of a function, an assignment, a docstring, or the header of a class.

    `tight` says that it stands right below the statement above it, with no blank line.
    """

    name: str
    kind: Kind
    text: str
    origin: Origin
    tight: bool = False


@dataclass(frozen=True)
class ClassBlock:
    """What a source block says about a class: all of it, or (re-opened) a part.

    `bare` says that the header is `class Name:` and nothing else.
    """

    header: Definition
    bare: bool
    reopens: bool
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """The name of the class."""
        return self.header.name

    @property
    def origin(self) -> Origin:
        """Where the header was written."""
        return self.header.origin


@dataclass(frozen=True)
class Import:
    """One imported name: `from module import original as name`, or `import module`."""

    name: str
    module: str
    original: str | None
    guarded: bool
    origin: Origin


@dataclass(frozen=True)
class Removal:
    """`del name`: the definition goes, and leaves no text."""

    name: str
    origin: Origin


Item = Definition | ClassBlock | Import | Removal
