"""Libraries: what is installed here, and can go into a browser: Python alone."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from collections.abc import Iterable
from functools import cache

from literate.book.libraries import distribution_of, imported


def brought(package: str, codes: Iterable[str]) -> list[str]:
    """The names of the distributions that the site brings along for some code."""
    roots = {name.partition(".")[0] for code in codes for name in imported(code)}
    found: dict[str, None] = {}
    for root in sorted(roots - {package, "literate", *sys.stdlib_module_names}):
        found |= dict.fromkeys(distributions(root) or ())
    return list(found)


def texts(distribution: str) -> dict[str, str]:
    """The modules of a distribution, by their place among the installed ones."""
    every = importlib.metadata.distribution(distribution).files or []
    return {
        file.as_posix(): file.read_text("utf-8")
        for file in sorted(every)
        if file.suffix in (".py", ".pyi", ".typed") and ".." not in file.parts
    }


@cache
def distributions(name: str) -> tuple[str, ...] | None:
    """The distributions that an imported library is of, if all are Python alone."""
    found: dict[str, None] = {}
    left = [distribution_of(name)]
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
    return tuple(found)
