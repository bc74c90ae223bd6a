"""The commands that run a book and show it: `run`, `build` and `serve`."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from literate.book.book import Book

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
Commands = argparse._SubParsersAction  # argparse has no public name for it


def add(commands: Commands[argparse.ArgumentParser]) -> None:
    """Add the commands.

    Args:
        commands: Where.
    """
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
    watch.add_argument("--address", default="127.0.0.1:8000", metavar="HOST:PORT")


def run(options: argparse.Namespace) -> int:
    """Run pytest on the book, and on nothing else."""
    book = Book.find(Path.cwd())
    pages = [str(Path(page).resolve()) for page in options.pages]
    words = ["pytest", "--markdown-docs", "-p", "literate.pytest_plugin", *pages]
    if not any(_configures_pytest(book.root / name) for name in PYTEST_NAMES):
        words += ["-c", str(ALONE), "--rootdir", str(book.root)]
    words += options.others
    words += ["--update-outputs"] if options.update_outputs else []
    return _python(book, words)


def _configures_pytest(file: Path) -> bool:
    """Whether a file is a configuration of pytest's."""
    if not file.is_file():
        return False
    text = file.read_text("utf-8", "replace")
    return "pytest" in file.name or any(name in text for name in PYTEST_SECTIONS)


def _build(options: argparse.Namespace) -> int:
    """Build the site; what is wrong ends it."""
    book = Book.find(Path.cwd())
    words = ["mkdocs", "build", "--strict"]
    if options.site_dir:
        words += ["--site-dir", str(options.site_dir.resolve())]
    return _python(book, words)


def _python(book: Book, words: list[str]) -> int:
    """Run a module of Python's in the folder of the book; its exit status."""
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=book.root, check=False).returncode


def _serve(options: argparse.Namespace) -> int:
    """Serve the site until somebody ends it."""
    from literate.weaving.serving import serve  # MkDocs is slow to import

    serve(Book.find(Path.cwd()).root, options.address)
    return 0
