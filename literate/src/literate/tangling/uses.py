"""Uses: the blocks that need a name, though the package at the book's end does not."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import NamedTuple

from literate.book.blocks import Source
from literate.book.book import Book
from literate.kernel.names import parse
from literate.kernel.source.definitions import DOCSTRING, Import
from literate.tangling.edits import Edit


def first_use(book: Book, gone: Edit) -> str | None:
    """Find a block that uses what nothing defines any more at the end of the book.

    Returns:
        The place of the first such block; None where there is none.
    """
    *scope, name = gone.names
    if name == DOCSTRING:
        return None
    is_import = isinstance(gone.old, Import)
    for path in book.paths:
        for block in book.chapters[path].blocks:
            is_there = isinstance(block, Source) and block.title == gone.title
            words = _words(block.code)
            used = words.of_objects if scope else words.all
            if name.partition(".")[0] in used and (is_there or not is_import):
                return block.fence.place
    return None


class _Words(NamedTuple):
    """The names that a code uses; `of_objects` are those that a class may give."""

    all: frozenset[str]
    of_objects: frozenset[str]


@lru_cache(maxsize=4096)
def _words(code: str) -> _Words:
    """The names that a code uses; one that shows a syntax error uses none."""
    nodes = list(ast.walk(parse(code)))
    members = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ClassDef):
            members |= _in_body(node)
    return _Words(frozenset(names | members), frozenset(members))


def _in_body(node: ast.ClassDef) -> set[str]:
    """The names that the body of a class uses itself, outside its methods."""
    parts: list[ast.AST] = []
    for each in node.body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            parts += each.decorator_list
        else:
            parts.append(each)
    names = (name for part in parts for name in ast.walk(part))
    return {
        name.id
        for name in names
        if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Load)
    }
