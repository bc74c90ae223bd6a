"""Mutants: the book with a single mistake in one backward rule of its package.

A backward rule is either a line that adds to a gradient (`self.grad += …`), or the
local derivative that an operation stores beside each operand. In the modules of the
larger models every sum, difference, product and quotient is a rule as well. All are
found in the package as it stands at the end of a chapter; the mistake is made in the
line of the source block that wrote it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from literate.book.book import Book
from literate.kernel.source.definitions import Module, Origin
from literate.kernel.source.rendering import render

MODELS = ("losses.py", "attention.py", "optim.py")
OPPOSITES: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
}
GUARD = 1e-8  # against a division by 0: no larger than the digits of a page


class Mutant(NamedTuple):
    """One mistake: what stands in a line of a chapter, and what to put there."""

    rule: str
    path: str
    line: int
    start: int
    end: int
    new: str

    def __str__(self) -> str:
        """A name for the test, without line numbers."""
        return f"{self.path.removeprefix('docs/')}: {self.rule}"


class Edit(NamedTuple):
    """A mistake in a module's text: `end` is the column behind the mutated text."""

    rule: str
    line: int
    start: int
    end: int
    new: str


def mutated(book: Book, mutant: Mutant) -> Book:
    """The book with the mistake in one of its chapters."""
    chapter = book.chapters[mutant.path]
    lines = chapter.text.split("\n")
    line = lines[mutant.line - 1]
    [indent] = [
        source.fence.indent
        for source in chapter.sources
        if source.fence.line < mutant.line <= source.fence.end
    ]
    start, end = mutant.start + indent, mutant.end + indent
    lines[mutant.line - 1] = line[:start] + mutant.new + line[end:]
    return book.edited({mutant.path: "\n".join(lines)})


def mutants(book: Book, paths: list[str]) -> list[Mutant]:
    """List the mistakes that can be made in the package.

    Args:
        book: The book.
        paths: The chapters at whose end the package is taken.

    Returns:
        Each mistake once, in the order of the chapters.
    """
    found: dict[Mutant, None] = {}
    for path in paths:
        for title, module in book.snapshot(path).items():
            for edit, origin in edits(title, module):
                rule = f"{title.removeprefix('micrograd/')} {edit.rule}"
                place = (edit.start, edit.end, edit.new)
                found[Mutant(rule, origin.path, origin.line, *place)] = None
    return list(found)


def edits(title: str, module: Module) -> Iterator[tuple[Edit, Origin]]:
    """Yield the mistakes that can be made in a module, each with its line's origin."""
    lines = render(module, "micrograd")
    text = "".join(f"{line.text}\n" for line in lines)
    for function in functions(ast.parse(text)):
        found = [*additions(function, text), *derivatives(function, text)]
        if title.endswith(MODELS) or function.name == "scale":
            found += arithmetic(function, text)
        for edit in found:
            origin = lines[edit.line - 1].origin
            assert origin is not None, edit
            yield edit, origin


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a module and the methods of its classes."""
    for entry in tree.body:
        for node in entry.body if isinstance(entry, ast.ClassDef) else [entry]:
            if isinstance(node, ast.FunctionDef):
                yield node


def additions(function: ast.FunctionDef, text: str) -> Iterator[Edit]:
    """Turn each `+=` to a gradient into `=` and into `-=`."""
    for node in ast.walk(function):
        match node:
            case ast.AugAssign(target=ast.Attribute(attr="grad") as target):
                end = target.end_col_offset
                assert end is not None
                line = text.split("\n")[node.lineno - 1]
                start = line.index("+=", end)
                for new in ("=", "-="):
                    rule = f"{function.name}: {line.strip()} with {new}"
                    yield Edit(rule, node.lineno, start, start + 2, new)


def derivatives(function: ast.FunctionDef, text: str) -> Iterator[Edit]:
    """Flip the sign of each local derivative that an operation stores."""
    for node in ast.walk(function):
        if not is_slopes(node, function):
            continue
        parts = node.elts if isinstance(node, ast.Tuple) else [node.elt]  # type: ignore[attr-defined]
        shown = ast.get_source_segment(text, node)
        for number, slope in enumerate(parts, 1):
            starred = isinstance(slope, ast.Starred)
            assert slope.end_lineno == slope.lineno, "a derivative over two lines"
            assert slope.end_col_offset is not None
            old = ast.get_source_segment(text, slope)
            assert old is not None
            rule = f"{function.name}: {shown} with slope {number} negated"
            start, end = slope.col_offset, slope.end_col_offset
            new = f"*[-slope for slope in {old[1:]}]" if starred else f"-({old})"
            yield Edit(rule, slope.lineno, start, end, new)


def arithmetic(function: ast.FunctionDef, text: str) -> Iterator[Edit]:
    """Turn each sum into a difference, each product into a quotient, and back."""
    lines = text.split("\n")
    for node in ast.walk(function):
        match node:
            case ast.BinOp(right=ast.Constant(value=value)) if value == GUARD:
                continue
            case ast.BinOp(left=ast.expr() as left) if type(node.op) in OPPOSITES:
                assert left.end_lineno is not None and left.end_col_offset is not None
                number, start = left.end_lineno, left.end_col_offset
            case ast.AugAssign(target=ast.expr() as left) if type(node.op) in OPPOSITES:
                assert left.end_lineno is not None and left.end_col_offset is not None
                number, start = left.end_lineno, left.end_col_offset
            case _:
                continue
        old, new = OPPOSITES[type(node.op)]
        line = lines[number - 1]
        start = line.index(old, start)
        rule = f"{function.name}: {line.strip()} with {new} for {old} at {start}"
        yield Edit(rule, number, start, start + 1, new)


def is_slopes(node: ast.AST, function: ast.FunctionDef) -> bool:
    """Whether this is the tuple of an operation's local derivatives."""
    for parent in ast.walk(function):
        match parent:
            case ast.Call(func=ast.Name(id="computed"), args=[_, _, _, fourth, *_]):
                if fourth is node and isinstance(node, ast.Tuple):
                    return True
            case ast.Assign(
                targets=[ast.Tuple(elts=[*_, ast.Name(id="slopes")])],
                value=ast.Tuple(elts=[*_, value]),
            ) if function.name == "weighted_sum":
                if value is node:
                    return True
            case ast.Assign(
                targets=[ast.Name(id="slopes")],
                value=ast.Call(args=[ast.ListComp() as value]),
            ):
                if value is node:
                    return True
    return False
