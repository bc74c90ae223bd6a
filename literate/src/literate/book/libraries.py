"""Libraries: what a code imports."""

from __future__ import annotations

import ast
from functools import lru_cache


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
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return ()
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.append(node.module)
    return tuple(names)
