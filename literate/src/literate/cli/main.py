"""The command line: which commands there are, and how they end."""

from __future__ import annotations

import argparse
import io
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from literate.book.config import find_config
from literate.cli import doctor, new, package, site, volumes
from literate.errors import BookError
from literate.files import complete

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
    for module in (package, volumes, new, site, doctor):
        module.add(commands)
    return parser
