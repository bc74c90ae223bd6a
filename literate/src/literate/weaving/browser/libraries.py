"""Libraries: what is installed here, and can go into a browser: Python alone."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable
from functools import cache

from packaging.requirements import Requirement

from literate.book.libraries import distribution_of, libraries_of

BROWSER = {"sys_platform": "emscripten", "platform_system": "Emscripten", "extra": ""}
"""Where a browser's Python differs, as the markers of requirements ask."""


def brought(package: str, codes: Iterable[str]) -> list[str]:
    """The names of the distributions that the site brings along for some code."""
    found: dict[str, None] = {}
    for name in sorted(libraries_of(package, codes)):
        found |= dict.fromkeys(distributions(name) or ())
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
        for needed in map(Requirement, distribution.requires or ()):
            if needed.marker is None or needed.marker.evaluate(BROWSER):
                left.append(needed.name)
    return tuple(found)
