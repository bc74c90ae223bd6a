"""Imports: one block at the top of a module, sorted as the linter wants it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby

from literate.kernel.source.definitions import Import, Origin

LINE_LENGTH = 88
Rendered = tuple[str, Origin | None]


def render_imports(imports: Iterable[Import], package: str) -> Iterator[Rendered]:
    """The lines of a module's imports, each with where it was written.

    Args:
        imports: The imported names.
        package: The package's own name; its modules are imported last.

    Yields:
        Text and origin, line by line; `if TYPE_CHECKING:` last.
    """
    every = list(imports)
    plain = [each for each in every if not each.guarded]
    guarded = [each for each in every if each.guarded]
    yield from _sections(plain, package, "")
    if guarded:
        if plain:
            yield "", None
        yield "if TYPE_CHECKING:", guarded[0].origin
        yield from _sections(guarded, package, "    ")


def _sections(imports: list[Import], package: str, indent: str) -> Iterator[Rendered]:
    """Future, standard library, third party, the package; a blank line between."""

    def section(each: Import) -> int:
        return _section(each, package)

    for index, (_, group) in enumerate(groupby(sorted(imports, key=section), section)):
        if index:
            yield "", None
        is_comment = False
        for number, line in enumerate(_statements(list(group), indent)):
            if number and line[0].lstrip().startswith("#") and not is_comment:
                yield "", None  # as the formatter wants it above a comment
            is_comment = line[0].lstrip().startswith("#")
            yield line


def _section(each: Import, package: str) -> int:
    root = each.module.split(".")[0]
    if root == "__future__":
        return 0
    if root in sys.stdlib_module_names:
        return 1
    if each.module.startswith("."):
        return 4
    return 3 if root == package else 2


def _statements(imports: list[Import], indent: str) -> Iterator[Rendered]:
    """`import a` before `from a import b`, each sorted."""
    whole = [each for each in imports if each.original is None]
    for each in sorted(whole, key=lambda it: (_natural(it.module), it.alias or "")):
        yield from _comments(each, indent)
        yield f"{indent}import {_clause(each)}{each.beside}", each.origin

    parts = (each for each in imports if each.original is not None)
    for names in sorted(_grouped(parts), key=lambda names: _order(names[0])):
        yield from _statement(names, indent)


def _grouped(parts: Iterable[Import]) -> Iterable[list[Import]]:
    """The names of each statement: one for each module, and for each `as`."""
    groups: dict[tuple[str, str | None], list[Import]] = {}
    for each in sorted(parts, key=_order):
        groups.setdefault((each.module, each.alias), []).append(each)
    return groups.values()


def _statement(names: list[Import], indent: str) -> Iterator[Rendered]:
    """`from module import names`, on one line where it fits."""
    module = names[0].module
    for each in names:
        yield from _comments(each, indent)
    line = f"{indent}from {module} import {', '.join(map(_clause, names))}"
    is_plain = len(names) == 1 or not any(each.beside for each in names)
    if is_plain and len(line) <= LINE_LENGTH:
        yield f"{line}{names[0].beside}", names[0].origin
        return
    yield f"{indent}from {module} import (", names[0].origin
    for each in names:
        yield f"{indent}    {_clause(each)},{each.beside}", each.origin
    yield f"{indent})", names[-1].origin


def _comments(each: Import, indent: str) -> Iterator[Rendered]:
    """The comments above an import."""
    first = each.origin.line - len(each.above)
    for number, comment in enumerate(each.above, first):
        yield f"{indent}{comment}", Origin(each.origin.path, number)


def _clause(each: Import) -> str:
    """What stands behind `import` for one name."""
    imported = each.original or each.module
    return f"{imported} as {each.alias}" if each.alias else imported


def _order(each: Import) -> tuple[object, ...]:
    """By module, distant relatives first; then constants, classes and the rest."""
    name = each.original or ""
    kind = 1 if name[:1].isupper() else 2
    if name.isupper() and len(name) > 1:
        kind = 0
    path = each.module.lstrip(".")
    level = len(each.module) - len(path)
    return -level, _natural(path), kind, _natural(name), name, each.name


def _natural(name: str) -> list[tuple[bool, int, str]]:
    """A key by which `a2` comes before `a10`, and case counts for nothing."""
    parts = re.findall(r"\d+|\D+", name.lower())
    return [
        (not part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts
    ]
