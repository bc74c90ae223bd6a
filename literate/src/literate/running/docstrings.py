"""Docstrings: the `>>>` examples of a module, read as cells."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator

from literate.book.blocks import Cell, Fence
from literate.kernel.tracebacks import HEADER


def examples(path: str, text: str) -> Iterator[Cell]:
    r"""Read the examples of a module's docstrings.

    Yields:
        A cell for each example, the expected text as its output.

    Example:
        >>> [cell] = examples("a.py", "'''Add.\n\n>>> 1 + 1\n2\n'''")
        >>> cell.code, cell.output.text
        ('1 + 1\n', '2\n')
    """
    parser = doctest.DocTestParser()
    tree = ast.parse(text)
    for name, node in _documented(tree, ""):
        docstring = ast.get_docstring(node, clean=False)
        if not docstring:
            continue
        first = node.body[0].lineno
        for example in parser.get_examples(docstring):
            line = first + example.lineno
            if not example.options.get(doctest.SKIP):
                yield _cell(path, name, line, example)


def _cell(path: str, name: str, line: int, example: doctest.Example) -> Cell:
    """An example as a cell, whose fence stands at the example's own line."""
    end = line + example.source.count("\n") - 1
    fence = Fence(path, line, end, 0, "python", (), example.source, name)
    if not example.want:
        return Cell(fence, example=example)
    want = re.sub(r"^<BLANKLINE>$", "", example.want, flags=re.MULTILINE)
    if example.exc_msg is not None:  # frames may stand between these two
        want = f"{HEADER}\n{example.exc_msg}"
    output = Fence(path, end, end, 0, "output", (), want, name)
    return Cell(fence, output, example=example)


Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _documented(node: Documented, name: str) -> Iterator[tuple[str, Documented]]:
    """Whatever can have a docstring, with its name inside the module."""
    yield name or "module", node
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _documented(child, f"{name}.{child.name}".lstrip("."))
