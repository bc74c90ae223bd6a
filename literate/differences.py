"""Differences: what somebody changed in a tangled file, told by names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from literate.definitions import DOCSTRING, Definition, Import, Origin
from literate.errors import BookError
from literate.modules import Class, Entry, Module


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


@dataclass
class Differences:
    """Everything that is different, in the order of the file."""

    changed: list[Changed] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    imports_changed: list[tuple[Import, Import]] = field(default_factory=list)
    imports_added: list[Import] = field(default_factory=list)


def differences(old: Module, new: Module, title: str) -> Differences:
    """Compare a module of the book with the same module on disk.

    Args:
        old: The module that the book makes.
        new: The module that was read from the disk.
        title: The module's file.

    Returns:
        The differences that may be carried back.

    Raises:
        BookError: Where something is gone, was moved, or is another kind of thing now.
    """
    found = Differences()
    _compare_imports(old.imports, new.imports, title, found)
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
    old: Mapping[str, Import], new: Mapping[str, Import], title: str, found: Differences
) -> None:
    for name, before in old.items():
        if name not in new:
            raise _gone(f"the import of `{name}`", name, before.origin, title)
        if _meaning(before) != _meaning(new[name]):
            found.imports_changed.append((before, new[name]))
    found.imports_added += [each for name, each in new.items() if name not in old]


def _meaning(each: Import) -> tuple[object, ...]:
    return each.module, each.original, each.guarded


def _compare(
    old: Mapping[str, Entry],
    new: Mapping[str, Entry],
    scope: str,
    title: str,
    found: Differences,
) -> None:
    """Compare the entries of a module, or the members of a class."""
    for name, before in old.items():
        if name not in new:
            address = f"{scope}.{name}" if scope else name
            raise _gone(f"`{address}`", name, before.origin, title)
    _check_order(old, new, title)
    for name, after in new.items():
        address = f"{scope}.{name}" if scope else name
        if name not in old:
            above = _above(new, name)
            above = f"{scope}.{above}" if scope and above else above
            found.added.append(Added(scope, name, after, above or ""))
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


def _check_order(
    old: Mapping[str, Entry], new: Mapping[str, Entry], title: str
) -> None:
    """Refuse definitions in another order."""
    before = [name for name in old if name in new]
    after = [name for name in new if name in old]
    for was, name in zip(before, after, strict=True):
        if was != name:
            message = (
                f"`{name}` was moved: its place comes from its neighbors in the "
                f"chapters, here from {old[name].origin.path}:{old[name].origin.line}"
            )
            raise BookError(title, new[name].origin.line, message)


def _gone(what: str, name: str, origin: Origin, title: str) -> BookError:
    message = f"{what} is gone from {title}: write `del {name}` into a source block"
    return BookError(*origin, message)
