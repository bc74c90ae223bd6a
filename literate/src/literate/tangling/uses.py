"""Uses: the blocks that need a name, though the package at the book's end does not."""

from __future__ import annotations

import ast
from functools import lru_cache

from literate.book.blocks import Source
from literate.book.book import Book
from literate.kernel.source.definitions import DOCSTRING, Import
from literate.kernel.source.names import parse
from literate.tangling.edits import Edit
from literate.tangling.mentions import fences_of


def first_use(book: Book, edited: Book, gone: Edit) -> str | None:
    """Find a block that uses what nothing defines any more at the end of the book.

    Args:
        book: The book, which tells the place.
        edited: The same with the edit carried into it.
        gone: What is gone.

    Returns:
        The place of the first such block; None where there is none.
    """
    name = gone.names[-1].partition(".")[0]
    is_import = isinstance(gone.old, Import)
    for path in book.paths if name != DOCSTRING else ():
        both = book.chapters[path].blocks, edited.chapters[path].blocks
        for block, now in zip(*both, strict=False):  # some may be new at the end
            is_there = isinstance(block, Source) and block.title == gone.title
            fences = zip(fences_of(block), fences_of(now), strict=True)
            for fence, changed in fences if is_there or not is_import else ():
                if name in _used(changed.text, bool(gone.scope)):
                    return fence.place
    return None


@lru_cache(maxsize=4096)
def _used(code: str, of_objects: bool) -> frozenset[str]:
    """The names that a code uses, or those alone that an object of a class may give."""
    found: set[str] = set()
    for node in ast.walk(parse(code)):
        match node:
            case ast.Attribute(attr=name):
                found.add(name)
            case ast.ClassDef() if of_objects:
                found |= _in_body(node)
            case ast.Name(id=name, ctx=ast.Load()) if not of_objects:
                found.add(name)
            case ast.ImportFrom(names=aliases) if not of_objects:
                found |= {alias.name for alias in aliases}
    return frozenset(found)


def _in_body(node: ast.ClassDef) -> set[str]:
    """The names that the body of a class reads itself, outside its methods."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    inside = [n for each in node.body if isinstance(each, functions) for n in each.body]
    hidden = {name for each in inside for name in ast.walk(each)}
    names = (n for n in ast.walk(node) if isinstance(n, ast.Name) and n not in hidden)
    return {name.id for name in names if isinstance(name.ctx, ast.Load)}
