"""Rendering: the lines of a module's file, each with the chapter line that wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from literate.kernel.source.definitions import (
    Class,
    ClassBlock,
    Definition,
    Entry,
    Module,
    Origin,
)
from literate.kernel.source.imports import render_imports


class Line(NamedTuple):
    """A line of a rendered module, and the chapter line that wrote it."""

    text: str
    origin: Origin | None


def render(module: Module, package: str) -> list[Line]:
    """The lines of a module's file, each with the chapter line that wrote it.

    Returns:
        The lines. The space between definitions is the formatter's.
    """
    groups: list[tuple[str, list[Line]]] = []
    if module.docstring:
        groups.append(("docstring", list(_own_lines(module.docstring))))
    if module.imports:
        rendered = render_imports(module.imports.values(), package)
        lines = [Line(text, origin) for text, origin in rendered]
        groups.append(("import", lines))
    groups += [_group(entry) for entry in module.entries.values()]
    result: list[Line] = []
    for index, (kind, lines) in enumerate(groups):
        if index:
            blank = blank_lines(groups[index - 1][0], kind, 2)
            result += [Line("", None)] * blank
        result += lines
    return result


def text_of(module: Module, package: str) -> str:
    """The text of a module's file; the arguments are those of `render`."""
    return "".join(f"{line.text}\n" for line in render(module, package))


def _group(entry: Entry) -> tuple[str, list[Line]]:
    """How much space an entry wants, and its lines."""
    lines = _class_lines(entry) if isinstance(entry, Class) else _own_lines(entry)
    return spacing(entry), list(lines)


def spacing(entry: Entry | ClassBlock) -> str:
    """An entry's kind, as far as the space around it goes."""
    if not isinstance(entry, Definition):
        return "class"
    if entry.kind == "assignment" and entry.tight:
        return "tight"
    # A choice of functions or classes wants as much space as these.
    return "function" if entry.kind == "choice" else entry.kind


def _class_lines(entry: Class) -> Iterator[Line]:
    """The lines of a class."""
    yield from _own_lines(entry.header)
    above = None
    for member in entry.members.values():
        kind, lines = _group(member)
        if above:
            yield from [Line("", None)] * blank_lines(above, kind, 1)
        yield from lines
        above = kind
    if not entry.members:
        indent = len(entry.header.text) - len(entry.header.text.lstrip()) + 4
        yield Line(" " * indent + "pass", entry.origin)


def _own_lines(definition: Definition) -> Iterator[Line]:
    """The lines of a text that stands to the letter."""
    path, first = definition.origin
    for offset, text in enumerate(definition.text.split("\n")[:-1]):
        yield Line(text, Origin(path, first + offset))


def blank_lines(above: str, below: str, wide: int) -> int:
    """How many blank lines the formatter wants between two definitions.

    Args:
        above: The kind of the upper one; `tight` for an assignment right below another.
        below: The kind of the lower one.
        wide: The lines around a function: 2 in a module, 1 in a class.
    """
    if above in ("function", "class") or below in ("function", "class"):
        return wide
    return 0 if below == "tight" and above in ("assignment", "tight") else 1
