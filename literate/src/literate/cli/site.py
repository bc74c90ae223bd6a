"""The commands that run a book and show it: `run`, `build` and `serve`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from literate.book.book import Book
from literate.cli.commands import Commands, site_of
from literate.errors import BookError
from literate.exporting.finishing import finish
from literate.weaving.browser.bundle import is_built

ALONE = Path(__file__).parent / "pytest.ini"
PYTEST_NAMES = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
)
PYTEST_SECTIONS = ("[tool.pytest", "[pytest]", "[tool:pytest]")
LAST_PORT = 65535
SCRIPTLESS = (
    "note: literate-book is here without the scripts by which readers run a page: "
    "install it from a wheel, which `make dist` makes in a clone"
)
QUIET = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
"""Theme and plugins speak of their successors before each build: once is enough."""


def add(commands: Commands) -> None:
    """Add the commands."""
    tests = commands.add_parser(
        "run", help="run the cells of chapters, and hold the pages against them"
    )
    tests.set_defaults(command=run)
    tests.add_argument("pages", nargs="*", help="all of the book by default")
    tests.epilog = "Other options, such as -x, -k WORD or --pdb, are those of pytest."
    tests.add_argument(
        "--update-outputs",
        action="store_true",
        help="write what the cells display into their chapters",
    )
    build = commands.add_parser("build", help="build the site")
    build.set_defaults(command=_build)
    build.add_argument("--site-dir", type=Path, metavar="DIR", help="site/ by default")
    watch = commands.add_parser(
        "serve", help="serve the site; what is saved is shown, a broken page with why"
    )
    watch.set_defaults(command=_serve)
    watch.add_argument(
        "--address",
        type=_address,
        default="127.0.0.1:8000",
        metavar="[HOST:]PORT",
        help="127.0.0.1:8000 by default",
    )


def run(options: argparse.Namespace) -> int:
    """Run pytest on the book, and on nothing else."""
    named = (Path.cwd() / word.partition("::")[0] for word in options.words)
    pages = (file for file in named if file.suffix == ".md" and file.is_file())
    book = Book.find(next(pages, Path.cwd()))
    words = ["pytest", "--markdown-docs", "-p", "literate.pytest_plugin"]
    words += ["--continue-on-collection-errors"]  # what is right runs nevertheless
    if not any(_configures_pytest(book.root / name) for name in PYTEST_NAMES):
        words += ["-c", str(ALONE), "--rootdir", str(book.root)]
    return _python(book, [*words, *_of_pytest(book, options.words)])


def _of_pytest(book: Book, words: list[str]) -> Iterator[str]:
    """The words of `run`, where they stand, as pytest takes them in the book's folder.

    Raises:
        BookError: Where one is a page that is not there, or leaves the pages to others.
    """
    for before, word in pairwise(["", *words]):
        if word.endswith("no:literate.pytest_plugin"):
            raise BookError(word, None, "nobody else may run the pages of a book")
        file = Path.cwd() / word.partition("::")[0]
        if word.startswith("-") or before in ("-k", "-m", "--deselect"):
            yield word
        elif file.exists():
            yield str(Path.cwd() / word)
        elif file.suffix == ".md":
            raise BookError(word, None, book.unknown(word))
        else:
            yield word


def _configures_pytest(file: Path) -> bool:
    """Whether a file is a configuration of pytest's."""
    if not file.is_file():
        return False
    text = file.read_text("utf-8", "replace")
    return "pytest" in file.name or any(name in text for name in PYTEST_SECTIONS)


def _build(options: argparse.Namespace) -> int:
    """Build the site; what is wrong ends it."""
    book = Book.find(Path.cwd())
    site = site_of(book, options.site_dir).resolve()
    if site.exists() and not site.is_dir():
        message = "is no folder: name another one"
        raise BookError(str(options.site_dir or site), None, message)
    words = ["mkdocs", "build", "--strict"]
    words += ["--site-dir", str(site)] if options.site_dir else []
    if status := _python(book, words):
        return status
    if site.is_dir():  # MkDocs may have been told of another one by the environment
        finish(book, site)
    if not is_built():
        print(SCRIPTLESS, file=sys.stderr)
    return 0


def _python(book: Book, words: list[str]) -> int:
    """Run a module of Python's in the folder of the book; its exit status."""
    os.environ.update(QUIET | os.environ)
    command = [sys.executable, "-m", *words]
    # Ctrl-C ends what is run, and what that still has to say is waited for.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, cwd=book.root, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(options: argparse.Namespace) -> int:
    """Serve the site until somebody ends it."""
    os.environ.update(QUIET | os.environ)
    from literate.weaving.serving import serve  # MkDocs is slow to import

    book = Book.find(Path.cwd())
    # MkDocs warns of what is meant: only the page of a saved text is made anew.
    logging.getLogger("mkdocs.commands.build").addFilter(
        lambda record: "'dirty' build" not in record.getMessage()
    )
    told = logging.getLogger("mkdocs.literate")  # which chapters are run
    told.setLevel(logging.INFO)
    told.addHandler(logging.StreamHandler(sys.stdout))
    told.propagate = False
    print("building the site; what has to run follows on its pages", flush=True)
    try:
        serve(book.root, options.address)
    except OSError as error:
        print(
            f"{options.address}: {error.strerror}: try --address 9000", file=sys.stderr
        )
        return 1
    return 0


def _address(text: str) -> str:
    """Read `[HOST:]PORT`."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > LAST_PORT:
        message = f"{text!r} is no address: give one such as 127.0.0.1:9000, or 9000"
        raise argparse.ArgumentTypeError(message)
    return f"{host or '127.0.0.1'}:{port}"
