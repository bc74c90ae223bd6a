"""Modules: what the source blocks make of a file, merged by name.

A module never changes: merging a block gives a new one, so that every state of the book
can be kept. Definitions are addressed by name: a name that exists is replaced where it
stands, a new one goes after its nearest predecessor in the block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from literate.errors import BookError
from literate.kernel.definitions import (
    DOCSTRING,
    Change,
    Class,
    ClassBlock,
    Definition,
    Entry,
    Import,
    Item,
    Module,
    Origin,
    Removal,
)
from literate.kernel.rendering import render_imports

__all__ = [
    "Change",
    "Class",
    "Entry",
    "Line",
    "Module",
    "blank_lines",
    "merge",
    "render",
    "render_entry",
    "text_of",
]


class Line(NamedTuple):
    """A line of a rendered module, and the chapter line that wrote it."""

    text: str
    origin: Origin | None


def merge(
    module: Module, items: Sequence[Item], owned: set[int] | None = None
) -> tuple[Module, list[Change]]:
    """Merge what a source block says into a module.

    Args:
        module: The module so far.
        items: The block's definitions, from `literate.reader.read`.
        owned: The same set for a row of blocks of which only the end counts: what one
            of them has copied, the next ones change in place.

    Returns:
        The module with the block merged, and what became of each name.

    Raises:
        BookError: Where the block re-opens or removes what does not exist, or defines a
            name in another way than before.
    """
    changes: list[Change] = []
    docstring, imports = module.docstring, dict(module.imports)
    rest: list[Item] = []
    for item in items:
        if isinstance(item, Import):
            _check_kind(item, module.entries.get(item.name))
            changes.append(_replacement(item.name, imports.get(item.name)))
            imports[item.name] = item
        elif isinstance(item, Removal) and item.name in imports:
            changes.append(Change(item.name, "removed", imports.pop(item.name)))
        elif isinstance(item, Removal) and item.name == DOCSTRING and docstring:
            changes.append(Change(DOCSTRING, "removed", docstring))
            docstring = None
        elif isinstance(item, Definition) and item.kind == "docstring":
            changes.append(_replacement(DOCSTRING, docstring))
            docstring = item
        else:
            if not isinstance(item, Removal):
                _check_kind(item, imports.get(item.name))
            rest.append(item)
    merger = _Merger(changes, set() if owned is None else owned)
    entries = merger.entries(module.entries, rest, "")
    return Module(docstring, imports, entries), changes


def _replacement(address: str, before: Entry | Import | None) -> Change:
    return Change(address, "replaced" if before else "added", before)


class _Merger(NamedTuple):
    """Merges entries, notes the changes, and copies each mapping before changing it."""

    changes: list[Change]
    owned: set[int]

    def entries(
        self, before: Mapping[str, Entry], items: Sequence[Item], scope: str
    ) -> dict[str, Entry]:
        """Merge definitions into the entries of a module or the members of a class."""
        result = self.own(before)
        for index, item in enumerate(items):
            old = result.get(item.name)
            address = scope + item.name
            if isinstance(item, Removal):
                if old is None:
                    message = f"`del {item.name}`: there is no {address} to remove"
                    raise BookError(*item.origin, message)
                self.changes.append(Change(address, "removed", result.pop(item.name)))
                continue
            assert not isinstance(item, Import)  # a class body holds no imports
            _check_kind(item, old)
            entry = self.entry(item, old, scope)
            if old is not None:
                result[item.name] = entry
                self.changes.append(Change(address, "replaced", old))
            else:
                after = _place(result, item.name, items, index)
                result = _insert(result, item.name, entry, after)
                self.owned.add(id(result))
                self.changes.append(Change(address, "added", None, after))
        return result

    def entry(
        self, item: Definition | ClassBlock, before: Entry | None, scope: str
    ) -> Entry:
        """What stands in the module for a definition of a block."""
        if isinstance(item, Definition):
            return item
        inner = f"{scope}{item.name}."
        if not item.reopens:
            whole = _Merger([], self.owned).entries({}, item.items, inner)
            return Class(item.header, whole)
        if not isinstance(before, Class):
            reason = "is re-opened by `...`, but it does not exist here"
            raise BookError(*item.origin, f"class {item.name} {reason}")
        members = self.entries(before.members, item.items, inner)
        return Class(before.header if item.bare else item.header, members)

    def own(self, entries: Mapping[str, Entry]) -> dict[str, Entry]:
        """A mapping that may be changed: a copy, or one that was copied before."""
        if id(entries) in self.owned and isinstance(entries, dict):
            return entries
        copy = dict(entries)
        self.owned.add(id(copy))
        return copy


def _check_kind(item: Item, before: Entry | Import | None) -> None:
    """Refuse a name that was a class and becomes a function, and the like."""
    if before is None or isinstance(item, Removal):
        return
    old, new = _kind(before), _kind(item)
    if old != new:
        raise BookError(
            *item.origin,
            f"{item.name!r} is {old} since {before.origin.path}:{before.origin.line} "
            f"and {new} here: remove it first with `del {item.name}`",
        )


def _kind(thing: Item | Entry) -> str:
    """What a name is, as far as a replacement must keep it."""
    if isinstance(thing, Import):
        return "an import"
    if isinstance(thing, Class | ClassBlock):
        return "a class"
    return "a function or value"


def _place(
    entries: dict[str, Entry], name: str, items: Sequence[Item], index: int
) -> str | None:
    """The entry behind which a new name goes; None puts it first."""
    if name == DOCSTRING:
        return None
    for item in reversed(items[:index]):
        if item.name in entries and item.name != DOCSTRING:
            return item.name
    for item in items[index + 1 :]:
        if item.name in entries and item.name != DOCSTRING:
            names = list(entries)
            position = names.index(item.name)
            return names[position - 1] if position else None
    return next(reversed(entries), None)


def _insert(
    entries: dict[str, Entry], name: str, entry: Entry, after: str | None
) -> dict[str, Entry]:
    """Put a new entry behind another one, or first."""
    if entries and after == next(reversed(entries)):
        entries[name] = entry
        return entries
    result: dict[str, Entry] = {} if after is not None else {name: entry}
    for other, value in entries.items():
        result[other] = value
        if other == after:
            result[name] = entry
    return result


def render(module: Module, package: str) -> list[Line]:
    """The lines of a module's file, each with the chapter line that wrote it.

    Args:
        module: The module.
        package: The package's name; its imports stand last.

    Returns:
        The lines. The space between definitions is the formatter's.
    """
    groups: list[tuple[str, list[Line]]] = []
    if module.docstring:
        groups.append(("docstring", list(_own_lines(module.docstring))))
    if module.imports:
        lines = [
            Line(text, origin)
            for text, origin in render_imports(module.imports.values(), package)
        ]
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


def render_entry(entry: Entry) -> list[Line]:
    """The lines of one definition or class."""
    return _group(entry)[1]


def _group(entry: Entry) -> tuple[str, list[Line]]:
    """An entry's kind, as far as the space around it goes, and its lines."""
    if isinstance(entry, Class):
        return "class", list(_class_lines(entry))
    kind = "tight" if entry.kind == "assignment" and entry.tight else entry.kind
    return kind, list(_own_lines(entry))


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

    Returns:
        The number.
    """
    if above in ("function", "class") or below in ("function", "class"):
        return wide
    return 0 if below == "tight" and above in ("assignment", "tight") else 1
