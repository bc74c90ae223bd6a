"""Names: what some code imports, reads, binds and changes, as far as can be seen."""

from __future__ import annotations

import ast
from functools import lru_cache

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
CHANGING = {"append", "extend", "add", "update", "insert", "pop", "setdefault", "clear"}
"""Methods that change what they are called on."""


def parse(code: str) -> ast.Module:
    """The tree of a code; a code that shows a syntax error has none."""
    try:
        return ast.parse(code)
    except SyntaxError:
        return ast.Module([], [])


@lru_cache(maxsize=4096)
def imports_of(code: str) -> frozenset[str]:
    """The modules that some code imports at once."""
    return frozenset(imports(parse(code)))


def imports(tree: ast.AST) -> set[str]:
    """The modules that are imported at once, and not by a function that is called."""
    names: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Import(names=aliases):
                names |= {alias.name for alias in aliases}
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                names |= {module, *(f"{module}.{alias.name}" for alias in aliases)}
            case ast.Attribute(
                value=ast.Name(id="threading" | "literate" as name),
                attr="Thread" | "__file__" as attribute,
            ):  # as good as an import: of second threads, of all of this program
                names.add(f"{name}.{attribute}")
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                pass
            case ast.If(test=test) if "TYPE_CHECKING" in ast.unparse(test):
                names |= imports(ast.Module(node.orelse, []))
            case _:
                names |= imports(node)
    return names


def used(tree: ast.AST) -> set[str]:
    """The names that some code reads, those aside that it has bound itself."""
    names = set().union(*map(used, ast.iter_child_nodes(tree)))
    match tree:
        case ast.Name(id=name, ctx=ast.Load() | ast.Del()):
            return {name}
        case ast.AugAssign(target=ast.Name(id=name)):
            return names | {name}
        case (
            ast.For(target=target, iter=source)
            | ast.AsyncFor(target=target, iter=source)
        ):
            return names - bound(target) | used(source)
        case ast.With(items=items) | ast.AsyncWith(items=items):
            contexts = (each.context_expr for each in items)
            return (names - set().union(*map(bound, items))).union(*map(used, contexts))
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            first, *others = tree.generators
            targets = (each.target for each in (first, *others))
            return names - set().union(*map(bound, targets)) | used(first.iter)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            return _used_by_function(tree)
    return names


def _used_by_function(tree: _Function) -> set[str]:
    """The names that a function reads: now its defaults, and when it is called."""
    inside = tree.body if isinstance(tree.body, list) else [tree.body]
    names = set().union(*map(used, inside)) - set().union(*map(bound, inside))
    arguments = (each for each in ast.walk(tree.args) if isinstance(each, ast.arg))
    names -= {each.arg for each in arguments}
    now = [
        tree.args,
        *decorators(tree),
        *filter(None, [getattr(tree, "returns", None)]),
    ]
    return names.union(*map(used, now))


def changed(tree: ast.AST) -> set[str]:
    """The names whose objects some code changes, as far as can be seen."""
    names = set()
    for node in ast.walk(tree):
        match node:
            case (
                ast.Attribute(value=owner, ctx=ast.Store() | ast.Del())
                | ast.Subscript(value=owner, ctx=ast.Store() | ast.Del())
            ):
                names.add(_root(owner))
            case ast.Call(func=ast.Attribute(value=owner, attr=method)):
                names |= {_root(owner)} if method in CHANGING else set()
    return names - {""}


def _root(node: ast.AST) -> str:
    """The name that leads to a value, such as `a` to `a.b[0]`; else nothing."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def told(tree: ast.AST) -> set[str]:
    """The names that some code tells to do something, and asks for nothing."""
    names = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(ast.Call(func=ast.Attribute(value=ast.Name(id=name)))):
                names.add(name)
    return names


def decorators(statement: ast.AST) -> list[ast.expr]:
    """The decorators of a function or a class, which stand above its first line."""
    found: list[ast.expr] = getattr(statement, "decorator_list", [])
    return found


def bound(tree: ast.AST) -> set[str]:
    """The names that some code binds, those inside functions and classes aside."""
    names: set[str] = set()
    match tree:
        case ast.Name(id=name, ctx=ast.Store()):
            names.add(name)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {tree.name}
        case ast.Lambda():
            return names
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            walrus = (
                each for each in ast.walk(tree) if isinstance(each, ast.NamedExpr)
            )
            return {each.target.id for each in walrus}
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            names.add(name)
        case ast.MatchMapping(rest=str(name)):
            names.add(name)
        case ast.alias(name=name, asname=other):
            names.add(other or name.partition(".")[0])
    return names.union(*map(bound, ast.iter_child_nodes(tree)))
