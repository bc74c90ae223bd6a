"""The commands that make something to take along: `notebook`, `epub` and `pdf`."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from literate.book.book import Book
from literate.cli.commands import Commands, site_of
from literate.errors import BookError
from literate.exporting.finishing import finish, megabytes
from literate.exporting.notebook import notebook
from literate.running.cache import run_cached


def add(commands: Commands) -> None:
    """Add the commands."""
    command = commands.add_parser("notebook", help="write a chapter as a notebook")
    command.set_defaults(command=_notebook)
    command.add_argument("chapter", help="such as docs/01-derivatives.md")
    command.add_argument(
        "--into", type=Path, default=Path(), metavar="DIR", help="write it there"
    )
    last = commands.add_parser(
        "finish", help="put into the built site what is made of the whole of it"
    )
    last.set_defaults(command=_finish)
    _add_site(last)
    for kind, told in (
        ("epub", "make an EPUB of the built site"),
        ("pdf", "print the built site as one PDF"),
    ):
        made = commands.add_parser(kind, help=told)
        made.set_defaults(command=_make, kind=kind)
        _add_site(made)
        made.add_argument("file", type=Path, nargs="?", help=f"book.{kind} by default")
        made.add_argument(
            "--offer",
            action="store_true",
            help="put it into the site, and link it",
        )


def _add_site(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "site", type=Path, nargs="?", help="the built site; site/ by default"
    )


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


def _finish(options: argparse.Namespace) -> int:
    """Put into the site what needs the whole of it."""
    book = Book.find(Path.cwd())
    site = site_of(book, options.site)
    if not any(site.glob("**/*.html")):
        raise BookError(str(site), None, "is no built site: build it first")
    finish(book, site)
    return 0


def _make(options: argparse.Namespace) -> int:
    """Make one file of the whole book."""
    book = Book.find(Path.cwd())
    site = site_of(book, options.site)
    file = options.file or book.root / f"book.{options.kind}"
    try:
        made = _made(options.kind, book, site)
    except ModuleNotFoundError as error:
        cure = f"python -m pip install 'literate-book[{options.kind}]'"
        print(f"{error.name} is not installed: {cure}", file=sys.stderr)
        return 1
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(made)
    print(f"wrote {file}, {megabytes(len(made))}")
    if options.offer:
        (site / f"{book.package}.{options.kind}").write_bytes(made)
        finish(book, site)
    return 0


def _made(kind: str, book: Book, site: Path) -> bytes:
    """The book in one of its forms, whose libraries are asked for only here."""
    if kind == "pdf":
        from literate.exporting.volumes.pdf import pdf

        return pdf(book, site)
    from literate.exporting.volumes.epub import epub

    return epub(book, site)
