"""Options: what a book says below `literate.weave` in its configuration."""

from __future__ import annotations

import difflib
import keyword
import math
import sys
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from literate.errors import BookError

EXTENSION = "literate.weave"
LIMIT = 60.0
"""The seconds that a cell may take where the book says nothing else."""


class Options(NamedTuple):
    """The options of the extension.

    Attributes:
        package: The package that the chapters write.
        optional: Libraries whose cells may be left out where they lack.
        data: The folder whose files lie beside the cells, or nothing.
        limit: The seconds that a cell may take.
        glossary: The page whose terms are explained on the others, or nothing.
        common: Its terms that mean other things as well, and are not explained.
    """

    package: str
    optional: tuple[str, ...]
    data: str
    limit: float
    glossary: str
    common: tuple[str, ...]


def read_options(file: Path, settings: dict[str, Any], paths: list[str]) -> Options:
    """Read the options.

    Args:
        file: The configuration.
        settings: What it says.
        paths: The chapters.

    Raises:
        BookError: Where one is wrong, or the package lacks.
    """
    told = extensions_of(settings).get(EXTENSION)
    entries = told.items() if isinstance(told, dict) else ()
    said = {name: value for name, value in entries if value is not None}
    for name, value in said.items():
        if message := _fault(file.parent, paths, name, value):
            raise BookError(file.name, line_of(file, f"{name}:"), message)
    if not said.get("package"):
        message = f"name the package: `{EXTENSION}: {{package: …}}` as an extension"
        raise BookError(file.name, line_of(file, "literate"), message)
    return Options(
        said["package"],
        _words(said.get("optional")),
        str(said.get("data") or ""),
        float(said.get("limit", LIMIT)),
        said.get("glossary") or "",
        _words(said.get("common")),
    )


def extensions_of(settings: dict[str, Any]) -> dict[str, Any]:
    """The Markdown extensions of a site, each with what the site says of it."""
    found: dict[str, Any] = {}
    told = settings.get("markdown_extensions")
    for entry in told if isinstance(told, list) else [told]:
        found |= entry if isinstance(entry, dict) else {str(entry): None}
    return found


def fault_of_package(name: object) -> str:
    """Why a name is none for a package; nothing where it is one."""
    if not (isinstance(name, str) and name.isidentifier()) or keyword.iskeyword(name):
        return "cannot be imported"
    is_taken = name in sys.stdlib_module_names or name == "literate"
    return "is a module already" if is_taken else ""


def line_of(file: Path, name: str) -> int:
    """The line of a configuration that names something."""
    lines = file.read_text("utf-8", "replace").splitlines()
    return next((n for n, line in enumerate(lines, 1) if name in line), 1)


def _fault(root: Path, paths: list[str], name: str, value: Any) -> str:
    """What is wrong with an option; nothing where it is right."""
    match name:
        case "package" if value and (fault := fault_of_package(value)):
            return f"the package `{value}` {fault}: give it another name"
        case "optional" | "common" if not all(
            isinstance(w, str) for w in _words(value)
        ):
            return f"{name} takes a list of words, not {value!r}"
        case "data" if fault := _fault_of_data(root, str(value)):
            return fault
        case "limit" if not _is_limit(value):
            return f"limit takes the seconds of a cell, such as 60, not {value!r}"
        case "glossary" if value and value not in paths:
            return f"the glossary {value} is no page of the nav"
        case _ if name not in Options._fields:
            near = difflib.get_close_matches(str(name), Options._fields, 1)
            known = f"it has {', '.join(Options._fields)}"
            guess = f"did you mean `{near[0]}`?" if near else known
            return f"{EXTENSION} has no option `{name}`: {guess}"
    return ""


def _words(value: Any) -> tuple[Any, ...]:
    """A list of words, of which there may be a single one."""
    if isinstance(value, list):
        return tuple(value)
    return () if value is None else (value,)


def _fault_of_data(root: Path, data: str) -> str:
    """What is wrong with the folder whose files lie beside the cells."""
    folder = PurePath(data)
    if data and (folder.is_absolute() or ".." in folder.parts or not folder.parts):
        return f"the data folder {data} is no folder below that of the book"
    if not (root / data).is_dir():
        return f"the data folder {data} is not there: make it, or drop this option"
    return ""


def _is_limit(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 < value < math.inf
