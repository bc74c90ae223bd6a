"""Headers: what stands behind the marks on the first line of a fence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from keyword import iskeyword
from pathlib import Path, PurePosixPath

from literate.errors import BookError

PYTHON_NAMES = {"python", "py", "python3", "py3", "pycon", "ipython", "pyi", "sage"}
OPTIONS = {
    "python": ("title", "hl_lines", "linenums"),
    "output": (),
    "figure": (),
    "exercise": (),
    "check": (),
    "wrong": ("hint",),
}
"""The fences that mean something, and the options that they take."""
MEANINGFUL = tuple(OPTIONS)
KNOWN = ("cython",)
"""Languages whose names are near to these."""
NUMBERS = re.compile(r"\d+(?:-\d+)?(?: \d+(?:-\d+)?)*")

LANGUAGE = re.compile(r"[\w#.+-]*(?=[ \t]|$)")
OPTION = re.compile(r"""[ \t]+(?P<name>\w+)=(?P<quote>["'])(?P<value>.*?)(?P=quote)""")


def header(path: str, line: int, info: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Split what stands behind the marks into a language and options.

    Raises:
        BookError: Where the page would show something else than the tests run.
    """
    info = info.strip()
    match = LANGUAGE.match(info)
    if match is None or "{" in info:
        message = 'a fence starts with a language and options such as title="…"'
        raise BookError(path, line, message)
    name = match[0]
    if name.lower().lstrip(".") in PYTHON_NAMES and name != "python":
        message = f"a fence named {name!r} is shown but not run: write ```python"
        raise BookError(path, line, message)
    if near := _meant(name):
        message = f"a fence named {name!r}: did you mean `{near}`?"
        raise BookError(path, line, message)
    return name, tuple(_options(path, line, name, info[match.end() :]))


@cache
def _meant(name: str) -> str:
    """What a name means that is nearly one which means something."""
    if name in MEANINGFUL or name in KNOWN:
        return ""
    return next(iter(get_close_matches(name.lower(), MEANINGFUL, 1, 0.75)), "")


def _options(path: str, line: int, language: str, rest: str) -> list[tuple[str, str]]:
    """Read `title="…" hl_lines="…" linenums="…"`; refuse everything else."""
    allowed = OPTIONS.get(language, ("title", "hl_lines", "linenums"))
    options: list[tuple[str, str]] = []
    position = 0
    while position < len(rest):
        match = OPTION.match(rest, position)
        if match is None or match["name"] not in allowed:
            word = match["name"] if match else rest[position:].strip()
            verb = "is" if len(allowed) == 1 else "are"
            choice = f"only {', '.join(allowed)} {verb} known" if allowed else "none is"
            message = f"unknown fence option {word!r}: {choice}"
            if (name := word.partition("=")[0].strip()) in allowed:
                message = f'the fence option {name!r} is written {name}="…"'
            raise BookError(path, line, message)
        name, value = match["name"], match["value"]
        if name in dict(options):
            message = f"the fence option {name!r} is given twice"
            raise BookError(path, line, message)
        if name in ("hl_lines", "linenums") and not NUMBERS.fullmatch(value):
            message = f'{name} takes line numbers such as "2 4-6", not {value!r}'
            raise BookError(path, line, message)
        options.append((name, value))
        position = match.end()
    return options


def fault_of_title(title: str, package: str, root: Path, others: Iterable[str]) -> str:
    """Why a title is none of a module of the package; nothing where it is one.

    Args:
        title: What the source block says.
        package: The package.
        root: The folder in which that lies.
        others: The titles of other modules.
    """
    path = PurePosixPath(title)
    names = [*path.parts[:-1], path.stem]
    if (
        path.suffix != ".py"
        or len(names) < 2
        or names[0] != package
        or path.as_posix() != title
        or any(not name.isidentifier() or iskeyword(name) for name in names)
    ):
        return f"is not a Python file inside {package}/"
    if any((root / part).is_symlink() for part in (path, *path.parents)):
        return "goes through a symbolic link"
    module = _module(title)
    for other in map(_module, others):
        if module.startswith(other) or other.startswith(module):
            return f"and {other[:-1]}.py would be one module, here or on other systems"
    return ""


def _module(title: str) -> str:
    """What two titles must not share: some systems do not tell A from a."""
    return f"{title.removesuffix('.py')}/".casefold()
