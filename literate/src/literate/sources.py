"""Sources: this program's own text, for whoever brings it along or depends on it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parent
KERNEL = ("__init__.py", "errors.py", "kernel")
"""What runs a chapter: it needs the standard library only."""


def sources(*names: str) -> dict[str, str]:
    """The text of modules of this program.

    Args:
        names: Files and folders below the program's own; `.` is all of it.

    Returns:
        The texts by their path, as in `literate/kernel/session.py`.

    Example:
        >>> list(sources("errors.py"))
        ['literate/errors.py']
    """
    found = [ROOT / name for name in names]
    files = [file for each in found for file in sorted(each.rglob("*.py"))]
    files += [each for each in found if each.is_file()]
    return {
        f"{ROOT.name}/{file.relative_to(ROOT).as_posix()}": file.read_text("utf-8")
        for file in files
    }
