"""The command `new`: a book that builds, tests and looks right at once."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from literate.book.options import fault_of_package
from literate.cli.commands import Commands
from literate.errors import BookError
from literate.files import write_all

TEMPLATE = Path(__file__).parent / "template"
PACKAGE = "PACKAGE"
"""What stands for the package's name in the files of the template."""
NEXT = """\
{folder} is a book whose package is `{package}`. In that folder,

    literate serve     shows it at http://127.0.0.1:8000 while you write
    literate run       runs its cells, and holds the pages against them
    literate tangle    writes {package}/ from its chapters
"""


def add(commands: Commands) -> None:
    """Add the command."""
    new = commands.add_parser("new", help="make a book that runs at once")
    new.set_defaults(command=_new)
    new.add_argument("folder", type=Path, help="where; it must be empty or not there")
    new.add_argument("--package", help="the package's name; that of the folder else")


def _new(options: argparse.Namespace) -> int:
    """Make a book."""
    folder: Path = options.folder
    package = options.package or re.sub(r"\W", "_", folder.resolve().name).lower()
    changes = files(folder, package)
    write_all(changes, folder)
    print(NEXT.format(folder=folder, package=package), end="")
    return 0


def files(folder: Path, package: str) -> dict[Path, str | None]:
    """The files of a new book.

    Returns:
        The text of each file.

    Raises:
        BookError: Where the folder holds something, or the name is none for a package.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BookError(str(folder), None, "is not an empty folder: name a new one")
    if fault := fault_of_package(package):
        message = f"`{package}` {fault}: name the package with --package"
        raise BookError(str(folder), None, message)
    return {
        folder / name(file): file.read_text("utf-8").replace(PACKAGE, package)
        for file in sorted(TEMPLATE.rglob("*"))
        if file.is_file()
    }


def name(file: Path) -> Path:
    """The place of a template's file in a new book.

    A `dot-` stands for the point of a hidden file, which wheels may leave out.
    """
    path = file.relative_to(TEMPLATE)
    return path.with_name(path.name.replace("dot-", "."))
