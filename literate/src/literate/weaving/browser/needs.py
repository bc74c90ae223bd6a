"""Needs: what the blocks of a page need that a browser does not have.

A browser has Python's standard library, without what starts processes, and the
libraries that are written in Python alone, which the site brings along.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from literate.book.blocks import Block, Cell, Exercise, Source
from literate.kernel.installing import module_name
from literate.kernel.source import names
from literate.kernel.source.definitions import Module
from literate.kernel.source.rendering import text_of
from literate.weaving.browser.libraries import distributions

PROCESSES = {
    "concurrent",
    "multiprocessing",
    "socket",
    "subprocess",
    "threading.Thread",
}
"""What of the standard library a browser's Python cannot do with. It has `threading`,
and no second thread."""
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

    Attributes:
        left_out: The files of that package which a browser cannot import.
    """

    def __init__(self, package: str, above: Mapping[str, Module]) -> None:
        self.package = package
        self.modules: dict[str, set[str]] = {}
        self.lacking: dict[str, set[str]] = {}
        self._made_of: dict[str, set[str]] = {}
        self._objects: set[str] = set()
        imports = {
            module_name(title): names.imports_of(text_of(module, package))
            for title, module in above.items()
        }
        self.modules |= {name: set() for name in imports}
        for _ in range(len(imports) + 1):  # along chains, in whatever order they stand
            for name, imported in imports.items():
                self.modules[name] |= self._lacking_of(imported)
        self.left_out = frozenset(
            title for title in above if self.modules[module_name(title)]
        )

    def of(self, block: Block) -> Need:
        """What the next block of the page lacks; those below build on it."""
        match block:
            case Source(title=title):
                name = module_name(title)
                lacks = self._lacking_of(names.imports_of(block.code))
                self.modules[name] = lacks = lacks | self.modules.get(name, set())
                return Need(tuple(sorted(lacks)), "")
            case Exercise(check=check, wrong=wrong):
                texts = (block.code, check.text, *(each.text for each in wrong))
                trees = list(map(names.parse, texts))
                own = set().union(*map(names.bound, trees))
                statements = [each for tree in trees for each in tree.body]
                lacks = set().union(*(self._of_statement(s, own) for s in statements))
                return Need(tuple(sorted(lacks)), "")
            case Cell():
                return self._of_cell(block.code)

    def _of_cell(self, code: str) -> Need:
        lines, lacks = code.split("\n"), set[str]()
        for statement in names.parse(code).body:
            missing = self._of_statement(statement)
            lacks |= missing
            bound = names.bound(statement)
            if isinstance(statement, ast.Assign | ast.FunctionDef):
                self._made_of |= dict.fromkeys(bound, names.used(statement))
            if isinstance(statement, ast.Assign) and isinstance(
                statement.value, ast.Call
            ):
                self._objects |= bound
            if missing:
                bound |= names.changed(statement) | self._trained(names.told(statement))
            self.lacking |= {name: missing for name in bound}
            if missing:
                last = statement.end_lineno or statement.lineno
                decorators = [each.lineno for each in names.decorators(statement)]
                first = min([statement.lineno, *decorators])
                lines[first - 1 : last] = [""] * (last - first + 1)
        return Need(tuple(sorted(lacks)), "\n".join(lines))

    def _of_statement(self, statement: ast.AST, own: Iterable[str] = ()) -> set[str]:
        tree = ast.Module([statement], [])  # type: ignore[list-item]  # it is one
        lacks = self._lacking_of(names.imports(tree))
        used = names.used(tree).difference(own)
        return lacks.union(*(self.lacking.get(name, set()) for name in used))

    def _trained(self, told: set[str]) -> set[str]:
        """What changes when some names are told to do something.

        A program that was traced from a network's loss trains the network: that is the
        objects from which it was made, and whatever else is made from those.
        """
        found, left = set[str](), list(told)
        while left:
            inside = self._made_of.get(left.pop(), set()) - found
            found |= inside
            left += inside
        found &= self._objects
        for name, parts in self._made_of.items():  # in the order of the page
            found |= {name} if parts & found else set()
        return found

    def _lacking_of(self, imported: Iterable[str]) -> set[str]:
        """What some code lacks, by what it imports at once."""
        missing: set[str] = set()
        for name in imported:
            root, _, rest = name.partition(".")
            if root == self.package:
                missing |= self.modules.get(name, set())
            elif root == "literate":
                known = rest.partition(".")[0] in KERNEL or rest == "snapshot"
                missing |= set() if known else {"literate"}
            elif {root, name} & PROCESSES:
                missing.add("processes")
            elif root not in sys.stdlib_module_names and distributions(root) is None:
                missing.add(root)
        return missing


def without_lacking(package: str, above: Mapping[str, Module]) -> dict[str, Module]:
    """A package without the modules that a browser cannot import."""
    left_out = Needs(package, above).left_out
    return {title: each for title, each in above.items() if title not in left_out}
