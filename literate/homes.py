"""Homes: the source block, and the line in it, where something new goes."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from literate.blocks import Source
from literate.book import Book
from literate.definitions import (
    DOCSTRING,
    ClassBlock,
    Definition,
    Import,
    Item,
    Origin,
    Removal,
)
from literate.differences import Added
from literate.imports import render_imports
from literate.modules import Class, Entry, Module, blank_lines, render, render_entry
from literate.patches import Patch

Found = tuple[Source, Definition | ClassBlock]


def find(book: Book, title: str, address: str) -> Found | None:
    """Find what a block last said about a name.

    Args:
        book: The book.
        title: The module's file.
        address: The name, members as `Class.member`.

    Returns:
        The block and the definition, or the class that it wrote or re-opened last; None
        where there is none, or none any more.
    """
    for path in reversed(book.paths):
        for step in reversed(book.steps(path)):
            if step.source.title == title:
                item = _look_up(step.items, address.split("."))
                if isinstance(item, Removal):
                    return None
                if item is not None:
                    return step.source, item
    return None


def _look_up(
    items: Sequence[Item], names: list[str]
) -> Definition | ClassBlock | Removal | None:
    for item in reversed(items):
        if isinstance(item, Import) or item.name != names[0]:
            continue
        if len(names) == 1:
            return item
        if isinstance(item, ClassBlock):
            return _look_up(item.items, names[1:])
    return None


def block_at(book: Book, origin: Origin) -> Source:
    """The source block that holds a chapter's line."""
    return next(
        source
        for source in book.chapters[origin.path].sources
        if source.fence.line <= origin.line <= source.fence.end
    )


def below(found: Found, added: Sequence[Added]) -> Patch:
    """Put new definitions below one that a block has.

    Args:
        found: The block, and the definition or class.
        added: The new ones, in their order.

    Returns:
        The patch.
    """
    source, item = found
    wide = 1 if added[0].scope else 2
    above = _kind(item)
    lines: list[str] = []
    for each in added:
        kind = _kind(each.entry)
        lines += [""] * blank_lines(above, kind, wide)
        lines += [line.text for line in render_entry(each.entry)]
        above = kind
    if item.last + 1 < source.fence.end and above in ("function", "class"):
        text = source.fence.text.split("\n")[item.last - source.fence.line]
        lines += [""] * wide if text.strip() else []
    return Patch(source, item.last, item.last, tuple(lines))


def _kind(entry: Entry | ClassBlock) -> str:
    """A definition's kind, as far as the space around it goes."""
    if not isinstance(entry, Definition):
        return "class"
    return "tight" if entry.kind == "assignment" and entry.tight else entry.kind


def imports_into(source: Source, added: Sequence[Import], package: str) -> Patch:
    """Put new imports into a block: below those that it has, or at its top.

    Args:
        source: The block.
        added: The new imports.
        package: The package's name.

    Returns:
        The patch.
    """
    lines = [text for text, _ in render_imports(added, package)]
    body = ast.parse(source.code).body
    above = [
        node
        for index, node in enumerate(body)
        if isinstance(node, ast.Import | ast.ImportFrom | ast.If)
        or (index == 0 and isinstance(node, ast.Expr))
    ]
    line = source.fence.line + (above[-1].end_lineno or 0 if above else 0)
    if not above:
        wide = isinstance(body[0], ast.FunctionDef | ast.ClassDef)
        lines += ["", ""] if wide else [""]
    elif len(above) == 1 and isinstance(above[0], ast.Expr):
        lines.insert(0, "")
    return Patch(source, line, line, tuple(lines))


def imports_anew(source: Source, imports: Sequence[Import], package: str) -> Patch:
    """Write an import statement anew.

    Args:
        source: The block that holds it.
        imports: What it is to import; the first one stands where the statement does.
        package: The package's name.

    Returns:
        The patch.
    """
    nodes = ast.walk(ast.parse(source.code))
    [old] = [
        node
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        and source.fence.line + node.lineno == imports[0].origin.line
    ]
    lines = [text for text, _ in render_imports(imports, package) if text]
    plain = [
        line.removeprefix("    ") for line in lines if "TYPE_CHECKING:" not in line
    ]
    if imports[0].guarded:
        lines = [" " * old.col_offset + line for line in plain]
    start, end = old.lineno - 1, old.end_lineno or old.lineno
    first = source.fence.line
    return Patch(source, first + start, first + end, tuple(lines))


def new_blocks(
    title: str, imports: Sequence[Import], added: Sequence[Added], package: str
) -> str:
    """Source blocks of their own: one for the module, and one for each class.

    In a common block the class would be the neighbor from which a new function has its
    place.

    Args:
        title: The module's file.
        imports: New imports.
        added: New definitions.
        package: The package's name.

    Returns:
        The text to put at the end of a chapter.
    """
    scopes = dict.fromkeys(each.scope for each in added) or {"": None}
    text = ""
    for scope in sorted(scopes, key=bool):
        entries = {each.name: each.entry for each in added if each.scope == scope}
        docstring = None if scope else entries.pop(DOCSTRING, None)
        assert not isinstance(docstring, Class)
        if scope:
            entries = {scope: _reopened(scope, entries)}
        module = Module(docstring, {each.name: each for each in imports}, entries)
        code = "".join(f"{line.text}\n" for line in render(module, package))
        text += f'\n```python title="{title}"\n{code}```\n'
        imports = []
    return text


def _reopened(name: str, members: Mapping[str, Entry]) -> Class:
    """A class of which a block says only some members."""
    nowhere = Origin("", 0)
    mark = Definition("...", "docstring", "    ...\n", nowhere)
    header = Definition(name, "class", f"class {name}:\n", nowhere)
    return Class(header, {"...": mark, **members})
