"""Homes: the source block, and the line in it, where something new goes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from literate.book.blocks import Source
from literate.book.book import Book
from literate.book.history import look_up
from literate.errors import BookError
from literate.kernel.source.definitions import (
    DOCSTRING,
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
from literate.kernel.source.imports import render_imports
from literate.kernel.source.rendering import blank_lines, render_entry, spacing, text_of
from literate.tangling.differences import Added, Removed
from literate.tangling.patches import Patch

Found = tuple[Source, Definition | ClassBlock]


def find(book: Book, title: str, address: str) -> Found | None:
    """Find what a block last said about a name.

    Returns:
        The block and the definition, or the class that it wrote or re-opened last; None
        where there is none, or none any more.
    """
    for source, item in writers(book, title, address.split(".")):
        return (source, item) if isinstance(item, Definition | ClassBlock) else None
    return None


def writers(
    book: Book, title: str, names: Sequence[str]
) -> Iterator[tuple[Source, Item]]:
    """Everything that blocks said about a name since it was last removed.

    Yields:
        The block and what it says, the last one first.
    """
    for path in reversed(book.paths):
        for step in reversed(book.steps(path)):
            if step.source.title == title:
                item = look_up(step.items, names)
                if isinstance(item, Removal):
                    return
                if item is not None:
                    yield step.source, item


def block_at(book: Book, origin: Origin) -> Source:
    """The source block that holds a chapter's line."""
    return next(
        source
        for source in book.chapters[origin.path].sources
        if source.fence.line <= origin.line <= source.fence.end
    )


def below(found: Found, added: Sequence[Added]) -> Patch:
    """Put new definitions below one that a block has."""
    source, item = found
    wide = 1 if added[0].scope else 2
    above = spacing(item)
    lines: list[str] = []
    for each in added:
        kind = spacing(each.entry)
        lines += [""] * blank_lines(above, kind, wide)
        lines += [line.text for line in render_entry(each.entry)]
        above = kind
    if item.last + 1 < source.fence.end and above in ("function", "class"):
        text = source.fence.text.split("\n")[item.last - source.fence.line]
        lines += [""] * wide if text.strip() else []
    return Patch(source, item.last, item.last, tuple(lines))


def above(found: Found, added: Sequence[Added], follower: Entry) -> Patch:
    """Put definitions above one that a block has."""
    source, item = found
    wide = 1 if added[0].scope else 2
    kinds = [spacing(entry) for entry in (*(each.entry for each in added), follower)]
    lines: list[str] = []
    for each, (kind, lower) in zip(added, pairwise(kinds), strict=True):
        lines += [line.text for line in render_entry(each.entry)]
        lines += [""] * blank_lines(kind, lower, wide)
    line = item.origin.line - 1
    return Patch(source, line, line, tuple(lines))


def imports_into(source: Source, added: Sequence[Import], package: str) -> Patch:
    """Put new imports into a block: below those that it has, or at its top."""
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
    """Write an import statement anew, where the first of its imports stood."""
    _, old = _statement(source, imports[0].origin)
    lines = [text for text, _ in render_imports(imports, package) if text]
    plain = [
        line.removeprefix("    ") for line in lines if "TYPE_CHECKING:" not in line
    ]
    if imports[0].guarded:
        lines = [" " * old.col_offset + line for line in plain]
    start, end = old.lineno - 1, old.end_lineno or old.lineno
    first = source.fence.line
    return Patch(source, first + start, first + end, tuple(lines))


def import_span(source: Source, origin: Origin) -> tuple[int, int]:
    """The first and last line of an import, with an `if` that holds nothing else."""
    whole, old = _statement(source, origin)
    if isinstance(whole, ast.If) and len(whole.body) > 1:
        whole = old
    first = source.fence.line
    return first + whole.lineno, first + (whole.end_lineno or whole.lineno)


def _statement(source: Source, origin: Origin) -> tuple[ast.stmt, ast.stmt]:
    """The import at a line, behind the statement at the top level that holds it."""
    return next(
        (whole, statement)
        for whole in ast.parse(source.code).body
        for statement in (whole.body if isinstance(whole, ast.If) else [whole])
        if source.fence.line + statement.lineno == origin.line
    )


def new_blocks(
    title: str, imports: Sequence[Import], added: Sequence[Added], package: str
) -> str:
    """Source blocks of their own: one for the module, and one for each class.

    In a common block the class would be the neighbor from which a new function has its
    place.

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
        code = text_of(module, package)
        text += f'\n```python title="{title}"\n{code}```\n'
        imports = []
    return text


def _reopened(name: str, members: Mapping[str, Entry]) -> Class:
    """A class of which a block says only some members."""
    nowhere = Origin("", 0)
    mark = Definition("...", "docstring", "    ...\n", nowhere)
    header = Definition(name, "class", f"class {name}:\n", nowhere)
    return Class(header, {"...": mark, **members})


def homeless(
    title: str,
    added: Sequence[Added],
    imports: Sequence[Import],
    removed: Sequence[Removed],
) -> BookError:
    """The error for what no block writes; it may be another name of what is gone."""
    names = [f"`{each.address}`" for each in added]
    names += [f"the import of `{each.name}`" for each in imports]
    first = [each.entry.origin.line for each in added]
    first += [each.origin.line for each in imports]
    message = "no block writes {}: say where with --after NAME or --chapter FILE"
    if len(added) == len(removed) == 1:
        old, new = removed[0].address, added[0].name
        message += f"; if it is another name, undo it and `literate rename {old} {new}`"
    return BookError(title, min(first), message.format(", ".join(names)))
