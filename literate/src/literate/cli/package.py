"""The commands that write the package: `tangle`, `stitch` and `rename`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from literate.book.book import Book
from literate.book.checking import problems
from literate.cli.commands import Commands
from literate.tangling.effects import effects, losses
from literate.tangling.plan import Plan, plan
from literate.tangling.rename import rename
from literate.tangling.stitch import stitch


def add(commands: Commands) -> None:
    """Add the commands."""
    checking = argparse.ArgumentParser(add_help=False)
    checking.add_argument(
        "--check",
        action="store_true",
        help="write nothing: print a diff and fail where there is something to write",
    )
    _add_tangle(commands, checking)
    _add_stitch(commands, checking)
    renaming = commands.add_parser(
        "rename", parents=[checking], help="give a definition another name everywhere"
    )
    renaming.set_defaults(command=_rename)
    renaming.add_argument("old", help="such as thing.core.Box.open, Box.open or open")
    renaming.add_argument("new", help="the new name, alone")


def _add_tangle(commands: Commands, checking: argparse.ArgumentParser) -> None:
    """The command `tangle`."""
    command = commands.add_parser(
        "tangle", parents=[checking], help="write the package from the chapters"
    )
    command.set_defaults(command=_tangle)
    command.add_argument(
        "--until",
        type=_place,
        metavar="CHAPTER[:LINE]",
        help="the package as it stands there, instead of at the end of the book",
    )
    command.add_argument(
        "--into", type=Path, metavar="DIR", help="write below this folder, not the root"
    )
    for option, help_text in (
        ("--force", "replace files that were edited by hand"),
        ("--drop", "remove the files that no chapter makes any more"),
        ("--explain", "write nothing: say what each source block does"),
    ):
        command.add_argument(option, action="store_true", help=help_text)


def _add_stitch(commands: Commands, checking: argparse.ArgumentParser) -> None:
    """The command `stitch`."""
    command = commands.add_parser(
        "stitch", parents=[checking], help="carry hand edits into the chapters"
    )
    command.set_defaults(command=_stitch)
    command.add_argument(
        "--after",
        metavar="NAME",
        help="put what is new below this definition (Value.__add__) or into this class",
    )
    command.add_argument(
        "--chapter",
        metavar="FILE",
        help="put what is new at the end of this chapter, and remove there what is "
        "gone and cannot be cut out of the block that wrote it",
    )


def _place(text: str) -> tuple[str, int | None]:
    """Read `CHAPTER[:LINE]`."""
    path, _, line = text.rpartition(":")
    if path and line.isdecimal():
        return path, int(line)
    return text, None


def _tangle(options: argparse.Namespace) -> int:
    """Write the package, or compare it with the book."""
    book = Book.find(Path.cwd())
    wrong = problems(book) or ([] if options.drop else losses(book))
    for error in wrong:
        print(error, file=sys.stderr)
    if wrong:
        return 1
    if options.explain:
        print(*effects(book), sep="\n")
        return 0
    snapshot = book.last
    if options.until is not None:
        path, line = options.until
        snapshot = book.snapshot(book.path_of(path), line)
    into = (options.into or book.root).resolve()
    force = options.force or options.check
    drop = options.drop or options.check
    return _do(plan(book, snapshot, into, force, drop), options.check)


def _stitch(options: argparse.Namespace) -> int:
    """Carry hand edits into the chapters."""
    book = Book.find(Path.cwd())
    chapter = options.chapter and book.path_of(options.chapter)
    return _do(stitch(book, options.after, chapter), options.check)


def _rename(options: argparse.Namespace) -> int:
    """Give a definition another name, and say where it was changed."""
    done = rename(Book.find(Path.cwd()), options.old, options.new)
    status = _do(done.plan, options.check)
    if options.check:
        return status
    print(*done.lines, sep="\n")
    if len(done.together) > 1:
        print(f"renamed together: {', '.join(done.together)}")
    for place in done.outputs:
        print(f"{place}: this output says the old name: see `run --update-outputs`")
    return status


def _do(work: Plan, only_check: bool) -> int:
    """Write what changed and say so; or print it, with 1 where there is something."""
    if only_check:
        print(work.diff(), end="")
        return 1 if work.changes else 0
    work.write()
    for path, text in work.changes.items():
        print(f"{'removed' if text is None else 'wrote'} {work.name(path)}")
    return 0
