"""Statements: what one defines, and what to write where a block cannot hold it."""

from __future__ import annotations

import ast

from literate.kernel.source.names import bound, decorators

ELSE = (
    "a source block holds imports, functions, classes, single-name assignments and a "
    "docstring: put anything else into a cell"
)


def advice(node: ast.stmt) -> str:
    """Why a statement is refused, and what to write in its place."""
    match node:
        case ast.ImportFrom(names=[ast.alias(name="*")]):
            return (
                "a star import binds no name: write `from ... import name, other` with "
                "the names that are used"
            )
        case ast.Assign(targets=[ast.Tuple() | ast.List()]):
            return "two names in one assignment: write a line for each name"
        case ast.Assign(targets=[_, _, *_]):
            return "one value for two names: write a line for each name"
        case ast.AugAssign(target=ast.Name(id=name)):
            return f"`{name}` is changed in place: write `{name} = ...`, whole"
        case ast.Try():
            return (
                "the only `try` in a source block is `try: import ...` with "
                "`except ImportError:`"
            )
        case ast.If(test=test) if "__name__" in ast.unparse(test):
            return (
                "`if __name__ == ...` has no name by which a later block could replace "
                "it: define `main()`, and name it in `project.scripts`, "
                "or call it in a cell"
            )
        case ast.If():
            return (
                "an `if` in a source block asks for `TYPE_CHECKING`, "
                "`sys.version_info` or `sys.platform`, and stands outside of classes"
            )
    return ELSE


def continues(above: ast.stmt, node: ast.stmt) -> bool:
    """Whether a statement belongs to the definition right above it.

    So does a function named `_` that is registered with it.
    """
    name = name_of(above)
    if name is None or is_text(node):
        return name is not None and not hasattr(above, "decorator_list")
    said = [ast.unparse(each) for each in decorators(node)]
    registered = any(each.startswith(f"{name}.register") for each in said)
    return name_of(node) == name or (name_of(node) == "_" and registered)


def is_text(node: ast.stmt) -> bool:
    """Whether a statement is a string alone."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
    return False


def changes_itself(node: ast.stmt) -> bool:
    """Whether a function is decorated by what stood under its name before."""
    before = (
        each.value for each in decorators(node) if isinstance(each, ast.Attribute)
    )
    return any(isinstance(b, ast.Name) and b.id == name_of(node) for b in before)


def is_guard(test: ast.expr) -> bool:
    """Whether a condition is `TYPE_CHECKING`."""
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def name_of(node: ast.stmt) -> str | None:
    """The single name that a function or an assignment defines, or None."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name
        case (
            ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
        ) if bound(node) == {name}:  # and none by `:=`
            return name
    alias = getattr(node, "name", None)  # of `type Name = …`, since Python 3.12
    return alias.id if isinstance(alias, ast.Name) else None


def first_line(node: ast.stmt) -> int:
    """The line on which a statement starts, its decorators included."""
    above = decorators(node)
    return above[0].lineno if above else node.lineno


def is_ellipsis(node: ast.stmt) -> bool:
    """Whether a statement is a bare `...`."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and node.value.value is ...
    )


def is_mark(node: ast.stmt) -> bool:
    """Whether a statement defines nothing: a bare `...` or `pass`."""
    return isinstance(node, ast.Pass) or is_ellipsis(node)


def names_in(value: ast.expr) -> tuple[str, ...] | None:
    """The texts of a list or a tuple that holds nothing else, or None."""
    if not isinstance(value, ast.List | ast.Tuple):
        return None
    texts = [each.value for each in value.elts if isinstance(each, ast.Constant)]
    names = tuple(each for each in texts if isinstance(each, str))
    return names if len(names) == len(value.elts) else None
