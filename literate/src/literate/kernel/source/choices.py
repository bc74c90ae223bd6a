"""Choices: statements that bind names in one way or another.

A `try: import … except ImportError:` and an `if sys.version_info …:` are one definition
of all the names that they bind. Their address is the first of these.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from literate.kernel.source.statements import is_mark, name_of

FAILURES = ("ImportError", "ModuleNotFoundError")
CONDITIONS = ("sys.version_info", "sys.platform", "os.name", "sys.implementation")


def is_choice(node: ast.stmt) -> bool:
    """Whether a statement is a choice that a source block can hold."""
    match node:
        case ast.Try(finalbody=[]):
            caught = [handler.type for handler in node.handlers]
            return all(each and _is_failure(each) for each in caught)
        case ast.If(test=test):
            return any(condition in ast.unparse(test) for condition in CONDITIONS)
    return False


def _is_failure(caught: ast.expr) -> bool:
    parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return all(ast.unparse(part) in FAILURES for part in parts)


def statements(node: ast.AST) -> Iterator[ast.stmt]:
    """The statements in the branches of a choice, those of choices inside included."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ExceptHandler):
            yield from statements(child)
        elif isinstance(child, ast.stmt):
            if is_choice(child):
                yield from statements(child)
            else:
                yield child


def bound(node: ast.stmt) -> tuple[str, ...] | None:
    """The names that a statement in a choice binds; None where it may not be there."""
    match node:
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            if aliases[0].name != "*":
                return tuple(each.asname or each.name for each in aliases)
        case ast.ClassDef(name=name):
            return (name,)
        case ast.Raise():  # who lacks something is told what to install
            return ()
        case _ if is_mark(node):
            return ()
    single = name_of(node)
    return (single,) if single else None


def is_of_imports(node: ast.stmt) -> bool:
    """Whether a choice stands at the top of its file: it imports, without defining."""
    definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    inside = list(statements(node))
    return not any(isinstance(each, definitions) for each in inside) and any(
        isinstance(each, ast.Import | ast.ImportFrom) for each in inside
    )
