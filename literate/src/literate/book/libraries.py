"""Libraries: what a code imports, and which distribution brings it."""

from __future__ import annotations

import ast
import importlib.metadata
import sys
from collections.abc import Iterable
from functools import cache, lru_cache

from literate.kernel.source.names import parse


@lru_cache(maxsize=4096)
def imported(code: str) -> tuple[str, ...]:
    r"""The full names of the modules that a code imports, at its top or inside.

    One that shows a syntax error imports none.

    Example:
        >>> imported("import os.path\nfrom matplotlib import pyplot")
        ('os.path', 'matplotlib')
    """
    if "import" not in code:
        return ()
    names: list[str] = []
    for node in ast.walk(parse(code)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return tuple(names)


def libraries_of(package: str, codes: Iterable[str]) -> set[str]:
    """The libraries that codes import: neither Python's, nor the book's, nor ours."""
    names = {name.partition(".")[0] for code in codes for name in imported(code)}
    return names - {package, "literate", *sys.stdlib_module_names}


@cache
def distribution_of(name: str) -> str:
    """The distribution that brings a library; the library's name where none does.

    `importlib.metadata.packages_distributions` takes ten times as long, since it reads
    every name in every distribution.
    """
    files = (f"\n{name}/__init__.py,", f"\n{name}.py,")
    brings = (each for each, record in _records() if any(f in record for f in files))
    return next(brings, name)


@cache
def _records() -> list[tuple[str, str]]:
    """The name of each distribution, and what it says of its files."""
    return [
        (each.name, "\n" + (each.read_text("RECORD") or ""))
        for each in importlib.metadata.distributions()
    ]
