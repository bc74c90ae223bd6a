"""Needs: what the blocks of a page need that a browser does not have.

A browser has Python's standard library, without what starts processes, and the
libraries that are written in Python alone, which the site brings along.
"""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from literate.book.blocks import Block, Cell, Exercise, Source
from literate.kernel.installing import module_name
from literate.kernel.source.definitions import Module
from literate.kernel.source.rendering import text_of

PROCESSES = {
    "concurrent",
    "multiprocessing",
    "socket",
    "subprocess",
    "threading.Thread",
}
"""What of the standard library a browser's Python cannot do with. It has `threading`,
and no second thread."""
CHANGING = {"append", "extend", "add", "update", "insert", "pop", "setdefault", "clear"}
"""Methods that change what they are called on."""
KERNEL = {"", "kernel", "errors"}
"""What the browser has of this program."""


class Need(NamedTuple):
    """What a block needs that a browser does not have.

    Attributes:
        lacks: The names of libraries.
        rest: The code without the statements that need them: the cells below may use
            what it defines.
    """

    lacks: tuple[str, ...]
    rest: str


class Needs:
    """Follows a page from its top, with all that a browser lacks on the way.

    A statement lacks what it imports, and what those lack that define the names it
    uses. An import inside a function counts where it is called: there Python tells.

    Args:
        package: The name of the book's package.
        above: The package above the page's first line.
    """

    def __init__(self, package: str, above: Mapping[str, Module]) -> None:
        self.package = package
        self.modules: dict[str, set[str]] = {}
        self.names: dict[str, set[str]] = {}
        for title, module in above.items():
            tree = _parse(text_of(module, package))
            self.modules[module_name(title)] = self._imported(tree)
        for _ in self.modules:  # along chains of modules, in whatever order they stand
            for title, module in above.items():
                tree = _parse(text_of(module, package))
                self.modules[module_name(title)] |= self._imported(tree)

    def of(self, block: Block) -> Need:
        """What a block lacks; those below build on it.

        Args:
            block: The next block of the page.
        """
        match block:
            case Source(title=title):
                name = module_name(title)
                lacks = self._imported(_parse(block.code))
                self.modules[name] = lacks = lacks | self.modules.get(name, set())
                return Need(tuple(sorted(lacks)), "")
            case Exercise(check=check, wrong=wrong):
                lacks, own = set(), _bound(_parse(block.code))
                for each in (block.code, check.text, *(text.text for text in wrong)):
                    for statement in _parse(each).body:
                        lacks |= self._of_statement(statement, own)
                return Need(tuple(sorted(lacks)), "")
            case Cell():
                return self._of_cell(block.code)

    def _of_cell(self, code: str) -> Need:
        lines, lacks = code.split("\n"), set[str]()
        for statement in _parse(code).body:
            missing = self._of_statement(statement)
            lacks |= missing
            bound = _bound(statement) | (_changed(statement) if missing else set())
            self.names |= {name: missing for name in bound}
            if missing:
                last = statement.end_lineno or statement.lineno
                first = min([statement.lineno, *map(_line, _decorators(statement))])
                lines[first - 1 : last] = [""] * (last - first + 1)
        return Need(tuple(sorted(lacks)), "\n".join(lines))

    def _of_statement(self, statement: ast.AST, own: Iterable[str] = ()) -> set[str]:
        tree = ast.Module([statement], [])  # type: ignore[list-item]  # it is one
        lacks, used = self._imported(tree), _used(tree).difference(own)
        return lacks.union(*(self.names.get(name, set()) for name in used))

    def _imported(self, tree: ast.AST) -> set[str]:
        """What some code lacks, by what it imports at once."""
        missing: set[str] = set()
        for name in _imports(tree):
            root, _, rest = name.partition(".")
            if root == self.package:
                missing |= self.modules.get(name, set())
            elif root == "literate":
                known = rest.partition(".")[0] in KERNEL or rest == "snapshot"
                missing |= set() if known else {"literate"}
            elif {root, name} & PROCESSES:
                missing.add("processes")
            elif root not in sys.stdlib_module_names and _pure(root) is None:
                missing.add(root)
        return missing


def without_lacking(package: str, above: Mapping[str, Module]) -> dict[str, Module]:
    """A package without the modules that a browser cannot import.

    Args:
        package: Its name.
        above: The package.
    """
    modules = Needs(package, above).modules
    return {
        title: module
        for title, module in above.items()
        if not modules[module_name(title)]
    }


def brought(package: str, codes: Iterable[str]) -> list[str]:
    """The distributions that the site brings along for some code.

    Args:
        package: The name of the book's package.
        codes: The code.

    Returns:
        Their names.
    """
    roots = {root for code in codes for root in _imports(_parse(code), deep=True)}
    found: dict[str, None] = {}
    for root in sorted(root.partition(".")[0] for root in roots - {package}):
        if root not in sys.stdlib_module_names and root != "literate":
            found |= dict.fromkeys(_pure(root) or ())
    return list(found)


def files(distribution: str) -> dict[str, Path]:
    """The modules of a distribution, by their place among the installed ones.

    Args:
        distribution: Its name.
    """
    every = importlib.metadata.distribution(distribution).files or []
    return {
        file.as_posix(): Path(str(file.locate()))
        for file in every
        if file.suffix in (".py", ".pyi", ".typed") and ".." not in file.parts
    }


def _parse(code: str) -> ast.Module:
    """The tree of a code; a code that shows a syntax error has none."""
    try:
        return ast.parse(code)
    except SyntaxError:
        return ast.Module([], [])


def _imports(tree: ast.AST, deep: bool = False) -> set[str]:
    """The modules that are imported; those inside functions only where asked for."""
    names: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Import(names=aliases):
                names |= {alias.name for alias in aliases}
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                names |= {module, *(f"{module}.{alias.name}" for alias in aliases)}
            case ast.Attribute(value=ast.Name(id="threading"), attr="Thread"):
                names.add("threading.Thread")
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() if not deep:
                pass
            case ast.If(test=ast.Name(id="TYPE_CHECKING")) if not deep:
                pass
            case _:
                names |= _imports(node, deep)
    return names


def _used(tree: ast.AST) -> set[str]:
    """The names that some code reads, those aside that it has bound itself."""
    names = set().union(*map(_used, ast.iter_child_nodes(tree)))
    match tree:
        case ast.Name(id=name, ctx=ast.Load()):
            return {name}
        case ast.For(target=target, iter=source):
            return names - _bound(target) | _used(source)
        case ast.With(items=items):
            contexts = (each.context_expr for each in items)
            return (names - set().union(*map(_bound, items))).union(
                *map(_used, contexts)
            )
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            first, *others = tree.generators
            targets = (each.target for each in (first, *others))
            return names - set().union(*map(_bound, targets)) | _used(first.iter)
        case ast.FunctionDef(body=body):
            return names - _arguments(tree.args).union(*map(_bound, body))
        case ast.Lambda(args=arguments):
            return names - _arguments(arguments)
    return names


def _arguments(arguments: ast.arguments) -> set[str]:
    """The names that a function takes."""
    return {each.arg for each in ast.walk(arguments) if isinstance(each, ast.arg)}


def _changed(tree: ast.AST) -> set[str]:
    """The names whose objects some code changes, as far as can be seen."""
    names = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()):
                names.add(name)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                names.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
                names |= {name} if method in CHANGING else set()
    return names


def _decorators(statement: ast.AST) -> list[ast.expr]:
    found: list[ast.expr] = getattr(statement, "decorator_list", [])
    return found


def _line(node: ast.expr) -> int:
    return node.lineno


def _bound(tree: ast.AST) -> set[str]:
    """The names that some code binds, those inside functions and classes aside."""
    names: set[str] = set()
    match tree:
        case ast.Name(id=name, ctx=ast.Store()):
            names.add(name)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp():
            return names
        case ast.GeneratorExp():
            return names
        case ast.alias(name=name, asname=other):
            names.add(other or name.partition(".")[0])
    return names.union(*map(_bound, ast.iter_child_nodes(tree)))


@cache
def _pure(name: str) -> tuple[str, ...] | None:
    """The distributions that a library is made of, if all are Python alone."""
    top = importlib.metadata.packages_distributions().get(name)
    found: dict[str, None] = {}
    left = list(top or ())
    while left:
        each = left.pop()
        if each in found:
            continue
        try:
            distribution = importlib.metadata.distribution(each)
        except importlib.metadata.PackageNotFoundError:
            return None
        kinds = {file.suffix for file in distribution.files or ()}
        if kinds & {".so", ".pyd", ".dylib"}:
            return None
        found[each] = None
        required = distribution.requires or ()
        plain = [each for each in required if "extra ==" not in each]
        left += [re.split(r"[^\w.-]", each)[0] for each in plain]
    return tuple(found) or None
