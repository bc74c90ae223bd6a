"""Definitions: the nouns in which source blocks and modules are told.

A source block says something about names: it defines, imports or removes them. A class
is either defined whole or re-opened. A module is what such blocks make, one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["docstring", "function", "class", "assignment", "choice", "imports"]
DOCSTRING = "__doc__"


class Origin(NamedTuple):
    """The chapter line on which a text starts."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Definition:
    """The text of a function, an assignment, a docstring, or the header of a class.

    `tight` says that it stands right below the statement above it, with no blank line.
    A choice of definitions or of imports binds other names `also`. An addition to a
    list `adds` items to those that it has.
    """

    name: str
    kind: Kind
    text: str
    origin: Origin
    tight: bool = False
    also: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names that it binds."""
        return (self.name, *self.also)

    @property
    def last(self) -> int:
        """The chapter line on which the text ends."""
        return self.origin.line + self.text.count("\n") - 1


@dataclass(frozen=True)
class ClassBlock:
    """What a source block says about a class: all of it, or (re-opened) a part.

    `bare` says that the header is `class Name:` and nothing else; `last` is the chapter
    line on which the class ends. A `flat` one is `class Name(...): ...` on one line.
    """

    header: Definition
    bare: bool
    reopens: bool
    items: tuple[Item, ...]
    last: int
    flat: bool = False

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
    """One imported name: `from module import original as alias`, or `import module`.

    `above` are the comments above its statement, `beside` is the one at its name.
    """

    name: str
    module: str
    original: str | None
    guarded: bool
    origin: Origin
    alias: str | None = None
    above: tuple[str, ...] = ()
    beside: str = ""


@dataclass(frozen=True)
class Removal:
    """`del name`: the definition goes, and leaves no text."""

    name: str
    origin: Origin


Item = Definition | ClassBlock | Import | Removal


@dataclass(frozen=True)
class Class:
    """A class: its header and its members by name."""

    header: Definition
    members: dict[str, Entry]

    @property
    def origin(self) -> Origin:
        """Where the header was written."""
        return self.header.origin


Entry = Definition | Class


@dataclass(frozen=True)
class Module:
    """A file of the package, as the source blocks up to some line make it."""

    docstring: Definition | None = None
    imports: Mapping[str, Import] = field(default_factory=dict)
    entries: Mapping[str, Entry] = field(default_factory=dict)


class Change(NamedTuple):
    """What a source block did to one name.

    `after` is the name that a new definition was put behind; `before` is the entry that
    was there, if one was.
    """

    address: str
    action: Literal["added", "replaced", "removed"]
    before: Entry | Import | None = None
    after: str | None = None
