"""Libraries: what is installed here, and can go into a browser: Python alone."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from literate.weaving.browser import names


def brought(package: str, codes: Iterable[str]) -> list[str]:
    """The distributions that the site brings along for some code.

    Args:
        package: The name of the book's package.
        codes: The code.

    Returns:
        Their names.
    """
    roots = {
        root for code in codes for root in names.imports(names.parse(code), deep=True)
    }
    found: dict[str, None] = {}
    for root in sorted(root.partition(".")[0] for root in roots - {package}):
        if root not in sys.stdlib_module_names and root != "literate":
            found |= dict.fromkeys(distributions(root) or ())
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


@cache
def distributions(name: str) -> tuple[str, ...] | None:
    """The distributions that a library is made of, if all are Python alone.

    Args:
        name: The name by which the library is imported.
    """
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
