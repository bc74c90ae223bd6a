"""Differences: what somebody changed in a tangled file, told by names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from literate.errors import BookError
from literate.kernel.source.definitions import (
    DOCSTRING,
    Class,
    Definition,
    Entry,
    Import,
    Module,
)


@dataclass(frozen=True)
class Changed:
    """A definition, or the header of a class, that has another text now.

    `respaced` says that it is closer to the definition above it now, or farther off.
    """

    address: str
    old: Definition
    new: Definition
    respaced: bool


@dataclass(frozen=True)
class Added:
    """A definition that no block writes.

    `scope` is the class around it, or empty; `above` is the address of the definition
    above it in the file, or empty.
    """

    scope: str
    name: str
    entry: Entry
    above: str

    @property
    def address(self) -> str:
        """The name with its scope."""
        return f"{self.scope}.{self.name}" if self.scope else self.name


@dataclass(frozen=True)
class Moved:
    """Definitions that stand elsewhere in their class or module now, one after another.

    `above` and `below` are the addresses of the nearest definitions around them that
    did not move, or empty; `follower` is the lower one of these in the file.
    """

    definitions: list[Added]
    above: str
    below: str
    follower: Entry | None


@dataclass(frozen=True)
class Removed:
    """A definition, or an import, that the book has and the file has no more."""

    address: str
    entry: Entry | Import


@dataclass
class Differences:
    """Everything that is different, in the order of the file."""

    changed: list[Changed] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    imports_changed: list[tuple[Import, Import]] = field(default_factory=list)
    imports_added: list[Import] = field(default_factory=list)


def differences(old: Module, new: Module, title: str) -> Differences:
    """Compare a module of the book with the same module on disk.

    Raises:
        BookError: Where something is another kind of thing now.
    """
    found = Differences()
    _compare_imports(old.imports, new.imports, found)
    old_docstring = {DOCSTRING: old.docstring} if old.docstring else {}
    new_docstring = {DOCSTRING: new.docstring} if new.docstring else {}
    _compare(
        {**old_docstring, **old.entries},
        {**new_docstring, **new.entries},
        "",
        title,
        found,
    )
    return found


def _compare_imports(
    old: Mapping[str, Import], new: Mapping[str, Import], found: Differences
) -> None:
    for name, before in old.items():
        if name not in new:
            found.removed.append(Removed(name, before))
        elif _meaning(before) != _meaning(new[name]):
            found.imports_changed.append((before, new[name]))
    found.imports_added += [each for name, each in new.items() if name not in old]


def _meaning(each: Import) -> tuple[object, ...]:
    return each.module, each.original, each.guarded, each.above, each.beside


def _compare(
    old: Mapping[str, Entry],
    new: Mapping[str, Entry],
    scope: str,
    title: str,
    found: Differences,
) -> None:
    """Compare the entries of a module, or the members of a class."""
    prefix = f"{scope}." if scope else ""
    gone = [name for name in old if name not in new]
    found.removed += [Removed(prefix + name, old[name]) for name in gone]
    moved = _moved(old, new)
    found.moved += _places(new, moved, scope)
    for name, after in new.items():
        address = prefix + name
        if name in moved:
            continue
        if name not in old:
            found.added.append(_added(new, name, scope))
            continue
        before = old[name]
        if isinstance(before, Class) and isinstance(after, Class):
            if before.header.text != after.header.text:
                change = Changed(address, before.header, after.header, respaced=False)
                found.changed.append(change)
            _compare(before.members, after.members, address, title, found)
        elif isinstance(before, Definition) and isinstance(after, Definition):
            respaced = _is_tight(old, name) != _is_tight(new, name)
            respaced = respaced and _above(old, name) == _above(new, name)
            if before.text != after.text or respaced:
                found.changed.append(Changed(address, before, after, respaced))
        else:
            message = f"`{address}` is a class on one side only: edit its chapter"
            raise BookError(title, after.origin.line, message)


def _is_tight(entries: Mapping[str, Entry], name: str) -> bool:
    """Whether an assignment stands right below another one."""
    pair = [entries.get(_above(entries, name) or ""), entries[name]]
    both = all(
        isinstance(each, Definition) and each.kind == "assignment" for each in pair
    )
    below = entries[name]
    return both and isinstance(below, Definition) and below.tight


def _above(entries: Mapping[str, Entry], name: str) -> str | None:
    """The name above another one."""
    names = list(entries)
    position = names.index(name)
    return names[position - 1] if position else None


def _moved(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> list[str]:
    """The names that stand in another order, in their new one."""
    before = [name for name in old if name in new]
    after = [name for name in new if name in old]
    kept = {
        after[match.b + offset]
        for match in SequenceMatcher(None, before, after, False).get_matching_blocks()
        for offset in range(match.size)
    }
    return [name for name in after if name not in kept]


def _places(new: Mapping[str, Entry], moved: list[str], scope: str) -> list[Moved]:
    """Where moved definitions stand now; those that stand together come together."""
    prefix = f"{scope}." if scope else ""
    result: list[Moved] = []
    above = ""
    names = list(new)
    for index, name in enumerate(names):
        if name not in moved:
            above = prefix + name
            continue
        if index and names[index - 1] in moved:
            result[-1].definitions.append(_added(new, name, scope))
            continue
        below = next((each for each in names[index:] if each not in moved), "")
        follower = new[below] if below else None
        below = prefix + below if below else ""
        result.append(Moved([_added(new, name, scope)], above, below, follower))
    return result


def _added(new: Mapping[str, Entry], name: str, scope: str) -> Added:
    """A definition of a file, with the one above it."""
    above = _above(new, name) or ""
    return Added(
        scope, name, new[name], f"{scope}.{above}" if scope and above else above
    )
