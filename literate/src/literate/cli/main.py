"""The command line: which commands there are, and the small ones themselves."""

from __future__ import annotations

import argparse
import io
import logging
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from literate.book.book import Book
from literate.book.checking import problems
from literate.book.config import find_config
from literate.cli import doctor, new, site, volumes
from literate.cli.commands import Commands
from literate.errors import BookError
from literate.exporting.notebook import notebook
from literate.files import complete
from literate.running.cache import run_cached
from literate.tangling.effects import effects, losses
from literate.tangling.plan import Plan, plan
from literate.tangling.rename import rename
from literate.tangling.stitch import stitch

DESCRIPTION = "Books whose chapters are the only source of a package."


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The command's words; those of the process by default.

    Returns:
        The exit status: 1 where something is wrong with the book or the package.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may not know a sign
            stream.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if arguments is None else arguments
    parser = _parser()
    if not words:
        parser.print_help(sys.stderr)
        return 2
    options, others = parser.parse_known_args(words)
    options.words = words[1:]
    if others and options.command is not site.run:
        parser.error(f"unknown option: {' '.join(others)}")
    try:
        if file := find_config(Path.cwd()):
            complete(file.parent)
        return int(options.command(options))
    except BookError as error:
        print(getattr(error, "diff", ""), end="")
        print(error, file=sys.stderr)
    except OSError as error:  # a folder that cannot be written, a disk that is full
        print(f"{error.filename or '.'}: {error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130  # as shells call it
    return 1


class _Commands(argparse._SubParsersAction):  # type: ignore[type-arg]  # of parsers
    """Commands whose own `--help` begins with what the list says of them."""

    def add_parser(self, name: str, **words: Any) -> Any:
        """Add a command."""
        return super().add_parser(name, description=words["help"], **words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="literate", description=DESCRIPTION)
    made = version("literate-book")
    parser.add_argument("--version", action="version", version=f"literate-book {made}")
    commands = parser.add_subparsers(action=_Commands, required=True, metavar="command")
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
    _add_notebook(commands)
    for module in (volumes, new, site, doctor):
        module.add(commands)
    return parser


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


def _add_notebook(commands: Commands) -> None:
    """The command `notebook`."""
    command = commands.add_parser("notebook", help="write a chapter as a notebook")
    command.set_defaults(command=_notebook)
    command.add_argument("chapter", help="such as docs/01-derivatives.md")
    command.add_argument(
        "--into", type=Path, default=Path(), metavar="DIR", help="write it there"
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
    path, line = options.until or ("", None)
    snapshot = book.snapshot(book.path_of(path), line) if path else book.last
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


def _notebook(options: argparse.Namespace) -> int:
    """Run a chapter, and write it as a notebook."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    book = Book.find(Path.cwd())
    path = book.path_of(options.chapter)
    book.snapshot(path)  # says so where there is no such chapter
    text = notebook(run_cached(book, [path])[path])
    file = options.into / f"{Path(path).stem}.ipynb"
    options.into.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    print(f"wrote {file}")
    return 0


def _do(work: Plan, only_check: bool) -> int:
    """Write what changed and say so; or print it, with 1 where there is something."""
    if only_check:
        print(work.diff(), end="")
        return 1 if work.changes else 0
    work.write()
    for path, text in work.changes.items():
        print(f"{'removed' if text is None else 'wrote'} {work.name(path)}")
    return 0
