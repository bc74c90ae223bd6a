"""Modules: what the source blocks make of a file, merged by name.

A module never changes: merging a block gives a new one, so that every state of the book
can be kept. Definitions are addressed by name: a name that exists is replaced where it
stands, a new one goes after its nearest predecessor in the block.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from literate.errors import BookError
from literate.kernel.source.definitions import (
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
from literate.kernel.source.imports import LINE_LENGTH
from literate.kernel.source.reading import read
from literate.kernel.source.statements import names_in


def module_of(text: str, origin: Origin) -> Module:
    """The module with this text: one that has lost all its definitions has none."""
    return merge(Module(), read(text, origin) if text else ())[0]


def merge(module: Module, items: Sequence[Item]) -> tuple[Module, list[Change]]:
    """Merge what a source block says into a module.

    Returns:
        The module with the block merged, and what became of each name.

    Raises:
        BookError: Where the block re-opens or removes what does not exist, or defines a
            name in another way than before.
    """
    changes: list[Change] = []
    _check_bound_together(module, items)
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
    entries = _Merger(changes).entries(module.entries, rest, "")
    return Module(docstring, imports, entries), changes


def _check_bound_together(module: Module, items: Sequence[Item]) -> None:
    """Refuse to bind a name twice: by itself, and together with another one."""
    said = {item.name for item in items}
    for first, entry in module.entries.items():
        together = entry.also if isinstance(entry, Definition) else ()
        for item in items if first not in said else ():
            names = item.names if isinstance(item, Definition) else (item.name,)
            for name in (each for each in names if each in together):
                raise BookError(
                    *item.origin,
                    f"{name!r} is bound together with {first!r} since "
                    f"{entry.origin}: write both anew, or remove them first with "
                    f"`del {first}`",
                )
    for item in items:
        for name in item.also if isinstance(item, Definition) else ():
            before = module.imports.get(name) or module.entries.get(name)
            if before and name not in said:
                raise BookError(
                    *item.origin,
                    f"{name!r} is bound since {before.origin}: remove it first with "
                    f"`del {name}`",
                )


def _replacement(address: str, before: Entry | Import | None) -> Change:
    return Change(address, "replaced" if before else "added", before)


class _Merger(NamedTuple):
    """Merges entries into a copy of those there were, and notes the changes."""

    changes: list[Change]

    def entries(
        self, before: Mapping[str, Entry], items: Sequence[Item], scope: str
    ) -> dict[str, Entry]:
        """Merge definitions into the entries of a module or the members of a class."""
        result = dict(before)
        for index, item in enumerate(items):
            old = result.get(item.name)
            address = scope + item.name
            if isinstance(item, Removal):
                if old is None:
                    root, _, member = item.name.partition(".")
                    reason = (
                        f"there is no {address} to remove{_guess(item.name, result)}"
                    )
                    if isinstance(result.get(root), Class):
                        reason = f"write `del {member}` into `class {root}:`"
                    raise BookError(*item.origin, f"`del {item.name}`: {reason}")
                self.changes.append(Change(address, "removed", result.pop(item.name)))
                continue
            assert not isinstance(item, Import)  # a class body holds no imports
            _check_kind(item, old)
            entry = self.entry(item, result, scope)
            if old is not None:
                result[item.name] = entry
                self.changes.append(Change(address, "replaced", old))
            else:
                after = _place(result, item.name, items, index)
                if _is_of_imports(item):
                    after = _last_import(result)
                result = _insert(result, item.name, entry, after)
                self.changes.append(Change(address, "added", None, after))
        return result

    def entry(
        self, item: Definition | ClassBlock, entries: Mapping[str, Entry], scope: str
    ) -> Entry:
        """What stands in the module for a definition of a block."""
        if isinstance(item, Definition):
            return _extended(item, entries.get(item.name)) if item.adds else item
        inner = f"{scope}{item.name}."
        before = entries.get(item.name)
        if not item.reopens:
            return Class(item.header, _whole(item, before, inner))
        if not isinstance(before, Class):
            if not item.items and (not item.bare or item.flat):  # class E(Error): ...
                return Class(item.header, {})
            guess = _guess(item.name, entries)
            reason = f"is re-opened by `...`, but it does not exist here{guess}"
            raise BookError(*item.origin, f"class {item.name} {reason}")
        members = self.entries(before.members, item.items, inner)
        return Class(before.header if item.bare else item.header, members)


def _extended(item: Definition, before: Entry | None) -> Definition:
    """A list of names with those that `__all__ += [...]` adds."""
    names: tuple[str, ...] | None = ()
    if isinstance(before, Definition):
        match ast.parse(before.text).body:
            case [ast.Assign(value=value)] if "#" not in before.text:
                names = names_in(value)
            case _:
                names = None
    if names is None:
        message = (
            "`__all__` is no plain list of names here: write `__all__ = ...`, whole"
        )
        raise BookError(*item.origin, message)
    quoted = [f'"{name}"' for name in dict.fromkeys((*names, *item.adds))]
    text = f"__all__ = [{', '.join(quoted)}]\n"
    if len(text) > LINE_LENGTH + 1:
        text = "__all__ = [\n" + "".join(f"    {name},\n" for name in quoted) + "]\n"
    return replace(item, text=text, adds=())


def _whole(item: ClassBlock, before: Entry | None, scope: str) -> dict[str, Entry]:
    """The members of a class that is defined whole; `del` says which it loses."""
    known = before.members if isinstance(before, Class) else {}
    for each in item.items:
        if isinstance(each, Removal) and each.name not in known:
            message = f"`del {each.name}`: there is no {scope}{each.name} to remove"
            raise BookError(*each.origin, message)
    kept = [each for each in item.items if not isinstance(each, Removal)]
    return _Merger([]).entries({}, kept, scope)


def _guess(name: str, entries: Mapping[str, Entry]) -> str:
    """The name that its author may have meant, as the end of a message."""
    near = difflib.get_close_matches(name, entries, 1)
    return f": did you mean {near[0]}?" if near else ""


def _check_kind(item: Item, before: Entry | Import | None) -> None:
    """Refuse a name that was a class and becomes a function, and the like."""
    if before is None or isinstance(item, Removal):
        return
    old, new = _kind(before), _kind(item)
    # What was a choice of imports may be a value: that can stand at the top as well.
    if old != new and (old, new) != ("a choice of imports", "a function or value"):
        raise BookError(
            *item.origin,
            f"{item.name!r} is {old} since {before.origin} and {new} here: remove it "
            f"first with `del {item.name}`",
        )


def _kind(thing: Item | Entry) -> str:
    """What a name is, as far as a replacement must keep it."""
    if isinstance(thing, Import):
        return "an import"
    if isinstance(thing, Class | ClassBlock):
        return "a class"
    return "a choice of imports" if _is_of_imports(thing) else "a function or value"


def nearest(
    around: Sequence[str], index: int, known: Container[str]
) -> tuple[str | None, str | None]:
    """The known names that stand nearest above and below one; a docstring is none."""

    def first(names: Iterable[str]) -> str | None:
        return next((it for it in names if it in known and it != DOCSTRING), None)

    return first(reversed(around[:index])), first(around[index + 1 :])


def _place(
    entries: dict[str, Entry], name: str, items: Sequence[Item], index: int
) -> str | None:
    """The entry behind which a new name goes; None puts it first."""
    if name == DOCSTRING:
        return None
    above, below = nearest([item.name for item in items], index, entries)
    if above or not below:
        return above or next(reversed(entries), None)
    place = list(entries).index(below)
    return list(entries)[place - 1] if place else None


def _last_import(entries: Mapping[str, Entry]) -> str | None:
    """The last choice of imports at the top of the file: a new one goes behind it."""
    choices = [name for name, each in entries.items() if _is_of_imports(each)]
    return choices[-1] if choices else None


def _is_of_imports(entry: Entry | Item) -> bool:
    return isinstance(entry, Definition) and entry.kind == "imports"


def _insert(
    entries: dict[str, Entry], name: str, entry: Entry, after: str | None
) -> dict[str, Entry]:
    """Put a new entry behind another one, or first; most come last, which is quick."""
    if entries and after == next(reversed(entries)):
        entries[name] = entry
        return entries
    items = list(entries.items())
    place = 0 if after is None else list(entries).index(after) + 1
    items.insert(place, (name, entry))
    return dict(items)
