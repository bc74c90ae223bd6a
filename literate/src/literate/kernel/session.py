"""The session: one chapter, run from top to bottom against the package as it stands.

A session owns what is global while it runs (`sys.path`, `sys.modules`, the environment,
the random numbers) and gives all of it back.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import random
import sys
import tempfile
import tokenize
import types
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from literate.book.blocks import Cell
from literate.book.book import Book, Snapshot, Step
from literate.kernel.display import close_figures, display, open_figures
from literate.kernel.installing import Installed
from literate.kernel.tracebacks import exception_text, trace

# Python's own, which a reader has; site generators raise it.
RECURSION_LIMIT = 1000
Status = Literal["ran", "raised", "missing", "not run"]
NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


@dataclass(frozen=True)
class Result:
    """What became of a source block or a cell.

    Attributes:
        status: `ran`; `raised`, where an exception ended it; `missing`, where a library
            that the book calls optional is not installed; `not run`, because of another
            block.
        text: What was displayed; an exception is displayed as an output block shows it.
        pictures: The displayed pictures as SVG.
        trace: The traceback of an exception, from the chapter's code on.
        because: The `path:line` and reason that kept it from running.
    """

    status: Status
    text: str = ""
    pictures: tuple[str, ...] = ()
    trace: str = ""
    because: str = ""


class Session:
    """Runs the blocks of one page. A context manager: leaving it leaves no trace.

    Args:
        book: The book.
        path: The page below the book's root.
        snapshot: The package above its first line.
    """

    def __init__(self, book: Book, path: str, snapshot: Snapshot) -> None:
        self.book = book
        self.page = book.root / path
        self.snapshot = snapshot

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(
                    prefix="literate-", ignore_cleanup_errors=True
                )
            )
            stack.enter_context(_global_state())
            stack.callback(close_figures)
            packages, work = Path(folder, "packages"), Path(folder, "work")
            packages.mkdir()
            work.mkdir()
            os.chdir(work)  # not the book's root, which holds the package on disk
            self.installed = Installed(self.book.package, packages)
            stack.enter_context(self.installed)
            self.installed.install(self.snapshot)
            main = sys.modules["__main__"] = types.ModuleType("__main__")
            self.namespace = main.__dict__
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run_source(self, step: Step) -> Result:
        """Put a source block into the package, and import the package afresh.

        Args:
            step: The block, with the package after it.

        Returns:
            Whether the new package imports.
        """
        self.snapshot = step.snapshot
        try:
            with _warnings_are_errors():
                self.installed.install(step.snapshot)
                self.installed.import_all()
                self.installed.carry_over(self.namespace)
        except (Exception, SystemExit) as error:
            return self._raised(error, "")
        return Result("ran")

    def run_cell(self, cell: Cell) -> Result:
        """Run a cell.

        Args:
            cell: The cell.

        Returns:
            What it displayed, or the exception that ended it.
        """
        stream = io.StringIO()
        try:
            with contextlib.redirect_stdout(stream), _warnings_are_errors():
                shown = display(self._execute(cell))
                pictures = shown.pictures + open_figures()
        except (Exception, SystemExit) as error:
            close_figures()
            return self._raised(error, stream.getvalue())
        return Result("ran", stream.getvalue() + shown.text, pictures)

    def _execute(self, cell: Cell) -> object:
        """Run a cell's statements, and return the value of a last expression.

        The code is compiled at its lines of the page, where tracebacks and
        `inspect.getsource` find it. An expression with a `;` behind it returns None.
        """
        filename = str(self.page)
        tree = ast.parse("\n" * cell.fence.line + cell.code, filename)
        value = None
        match tree.body:
            case [*_, ast.Expr(expression)] if not _ends_with_semicolon(cell.code):
                tree.body.pop()
                value = ast.Expression(expression)
        # dont_inherit: a cell has its own `__future__` imports, not those of this file
        exec(compile(tree, filename, "exec", dont_inherit=True), self.namespace)
        if value is None:
            return None
        return eval(compile(value, filename, "eval", dont_inherit=True), self.namespace)

    def _raised(self, error: BaseException, printed: str) -> Result:
        text = printed + exception_text(error)
        frames = trace(error, self.page, self.book.root, self.installed.locate)
        if isinstance(error, ModuleNotFoundError):
            library, _, _ = (error.name or "").partition(".")
            if library in self.book.optional:
                return Result("missing", text, (), frames, str(error))
        return Result("raised", text, (), frames)


def _ends_with_semicolon(code: str) -> bool:
    """Whether the last thing in a cell, comments aside, is a `;`."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    words = [each.string for each in tokens if each.type not in NOT_CODE]
    return words[-1] == ";"


@contextlib.contextmanager
def _warnings_are_errors() -> Iterator[None]:
    """Let no warning pass unseen, but for those to the authors of libraries."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning):
            warnings.filterwarnings("ignore", category=category)
        warnings.filterwarnings("error", category=DeprecationWarning, module="__main__")
        yield


@contextlib.contextmanager
def _global_state() -> Iterator[None]:
    """Restore what a chapter may change outside its own namespace."""
    main, environment = sys.modules["__main__"], dict(os.environ)
    path, folder, numbers = list(sys.path), Path.cwd(), random.getstate()
    numpy = sys.modules.get("numpy")
    numpy_numbers = numpy.random.get_state() if numpy else None
    os.environ["MPLBACKEND"] = "agg"
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(RECURSION_LIMIT)
    try:
        yield
    finally:
        sys.setrecursionlimit(depth)
        sys.modules["__main__"] = main
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        random.setstate(numbers)
        if numpy:
            numpy.random.set_state(numpy_numbers)
        elif numpy := sys.modules.get("numpy"):
            numpy.random.seed()
        if matplotlib := sys.modules.get("matplotlib"):
            matplotlib.rcdefaults()
