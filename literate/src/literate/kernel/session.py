"""The session: one page, run from top to bottom against the package as it stands.

What goes in are pieces of code, and what comes out is a result for each.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import tempfile
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Self

from literate.errors import BookError
from literate.kernel import surroundings
from literate.kernel.blocks import (
    Code,
    MemoryScreen,
    Page,
    Result,
    Screen,
    Snapshot,
    Status,
)
from literate.kernel.carrying import Carrier
from literate.kernel.display import Display, close_figures, display, open_figures
from literate.kernel.executing import Interpreter
from literate.kernel.installing import Installed
from literate.kernel.source import names
from literate.kernel.source.definitions import Module, Origin
from literate.kernel.source.merging import merge
from literate.kernel.source.reading import read
from literate.kernel.tracebacks import HEADER, exception_text, reason, trace
from literate.kernel.undoing import Before


class Session:
    """Runs the pieces of one page. A context manager: it puts back what it moves.

    Args:
        page: The page.
        snapshot: Gives the package at the end of a chapter, for `literate.snapshot`.
        screen: Where what is written goes; by default, into memory.
        through: Exceptions that end the session, not a cell.

    Attributes:
        error: The exception that has ended the latest piece.
        touched: The names of the page whose objects the latest trial has changed: that
            is undone.
    """

    current: Session | None = None
    """The session that runs in this process."""

    def __init__(
        self,
        page: Page,
        snapshot: Callable[[str], Snapshot],
        screen: Screen | None = None,
        through: tuple[type[BaseException], ...] = (),
    ) -> None:
        self.page = page
        self.screen = screen or MemoryScreen()
        self.modules = dict(page.above)
        self.error: BaseException | None = None
        self.touched: set[str] = set()
        self._before: Before | None = None
        self._snapshot = snapshot
        self._through = through
        self.interpreter = Interpreter(str(page.root / page.path))
        self._process = os.getpid()
        self._asides: list[str] = []

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(
                    prefix="literate-", ignore_cleanup_errors=True
                )
            )
            stack.enter_context(surroundings.global_state())
            stack.enter_context(surroundings.warnings_are_shown())
            stack.enter_context(surroundings.asides_are_shown(self._note_aside))
            if isinstance(self.screen, MemoryScreen):
                stack.enter_context(contextlib.redirect_stdout(self.screen))
                stack.enter_context(contextlib.redirect_stderr(self.screen))
            packages, work = Path(folder, "packages"), Path(folder, "work")
            packages.mkdir()
            work.mkdir()
            for name, content in self.page.data.items():
                (work / name).parent.mkdir(parents=True, exist_ok=True)
                (work / name).write_bytes(content)
            os.chdir(work)  # not the book's root, which holds the package on disk
            self.installed = Installed(self.page.package, packages)
            stack.enter_context(self.installed)
            self.installed.install(self.modules)
            # References are looked for among what comes after this: the page's names.
            gc.freeze()
            stack.callback(gc.unfreeze)
            main = sys.modules["__main__"] = types.ModuleType("__main__")
            self.namespace = main.__dict__
            self.carrier = Carrier(self.namespace)
            stack.callback(setattr, Session, "current", Session.current)
            Session.current = self
            stack.callback(self.interpreter.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run_all(self, codes: Iterable[Code]) -> Iterator[Result]:
        """Run pieces one after the other.

        An exception that the page does not show keeps all below from running. A cell
        for which a library lacks keeps those from it that use what it would have made.
        """
        stopped: Result | None = None
        lost: dict[str, Result] = {}
        for code in codes:
            result = stopped or _unmade(code, lost) or self.run(code)
            if stopped is None and code.kind != "trial":
                stopped = _stops(code, result, lost)
            yield result

    def run(self, code: Code) -> Result:
        """Run one piece.

        Returns:
            What it displayed, or the exception that ended it.
        """
        self.error = None
        if code.kind != "trial":
            self._before = None
        shown = Display()
        try:
            match code.kind:
                case "source":
                    self._run_source(code)
                case "cell":
                    shown = self._run_cell(code)
                case "example":
                    self._run_example(code)
                case "trial":
                    self._run_trial(code)
            pictures = shown.pictures + open_figures()
            self._end_fork(None)
        except BaseException as error:
            self._end_fork(error)
            close_figures()
            if isinstance(error, self._through):
                raise
            return self._raised(error)
        text = self.screen.take() + shown.text
        asides = "\n".join(self._asides)
        self._asides.clear()
        return Result("ran", text, pictures, shown.keys, shown.html, asides)

    def snapshot(self, path: str) -> types.ModuleType:
        """The package at the end of a chapter, beside the present one."""
        return self.installed.beside(self._snapshot(path))

    def _run_source(self, code: Code) -> None:
        """Put a source block into the package, and import the package afresh."""
        items = read(code.code, Origin(code.path, code.line + 1))
        before = self.modules.get(code.title, Module())
        self.modules[code.title] = merge(before, items)[0]
        self.installed.install(self.modules)
        self.installed.import_all()
        self.carrier.carry_over(self.installed.replaced)

    def _run_cell(self, code: Code) -> Display:
        """Run a cell, and display the value of its last expression."""
        tree = self.interpreter.parse(code.code, code.line)
        self.carrier.note_imports(tree)
        return display(self.interpreter.execute(tree, self.namespace))

    def _run_example(self, code: Code) -> None:
        """Run an example with the names of its module, as doctest does."""
        if self.page.names_of and "__file__" not in self.namespace:
            self.installed.import_all()
            names = vars(sys.modules[self.page.names_of])
            self.namespace.update({**names, "__name__": "__main__"})
        self.interpreter.prompt(code.code, code.line, self.namespace)

    def _run_trial(self, code: Code) -> None:
        """Run an answer to an exercise, and the check that it is held against."""
        namespace = dict(self.namespace)
        before = self._before or Before(self.namespace, self.page.package)
        self._before = before  # for the next trial as well, since this one is undone
        try:
            for text, line in ((code.code, code.line), (code.check, code.check_line)):
                tree = self.interpreter.parse(text, line)
                self.interpreter.execute(tree, namespace)
        finally:
            self.touched = before.put_back()

    def _end_fork(self, error: BaseException | None) -> None:
        """End a child that a cell has forked and that came back, as Python ends it."""
        if os.getpid() == self._process:
            return
        status: object = int(error is not None)
        if isinstance(error, SystemExit):
            status = error.code or 0
        elif error:
            print(exception_text(error), end="", file=sys.stderr, flush=True)
        os._exit(status if isinstance(status, int) else 1)

    def _note_aside(self, error: BaseException) -> None:
        """Keep the frames for the page's author, like those of any exception."""
        self._asides.append(self._trace(error))

    def _raised(self, error: BaseException) -> Result:
        """The result of a piece that an exception ended."""
        self.error = error
        self._asides.clear()
        text = self.screen.take()
        if text and not text.endswith("\n"):
            text += "\n"  # a page shows an exception by lines of its own
        text += exception_text(error)
        frames = self._trace(error)
        if isinstance(error, BookError):
            return Result("raised", text, trace=str(error), because=str(error))
        if isinstance(error, ModuleNotFoundError):
            library, _, _ = (error.name or "").partition(".")
            if library in self.page.optional:
                return Result("missing", text, trace=frames, because=reason(error))
        return Result("raised", text, trace=frames, because=reason(error))

    def _trace(self, error: BaseException) -> str:
        """The frames of an exception, for the page's author."""
        file, locate = Path(self.interpreter.file), self.installed.locate
        return trace(error, file, self.page.root, locate)


def _unmade(code: Code, lost: Mapping[str, Result]) -> Result | None:
    """The result of a piece that uses a lost name; None where it can run."""
    if not lost or code.kind == "source":
        return None
    tree = names.parse(f"{code.code}\n{code.check}")
    own = names.bound(tree) if code.kind == "trial" else set()
    used = sorted(names.used(tree) - own)
    return next((lost[name] for name in used if name in lost), None)


def _stops(code: Code, result: Result, lost: dict[str, Result]) -> Result | None:
    """The result of all pieces below, where this one keeps them from running.

    Args:
        code: The piece.
        result: What became of it.
        lost: The names that no cell has made, since a library lacks, with the result of
            pieces that use them; it follows what this one does.
    """
    made = names.parse(code.code) if code.kind == "cell" else None
    if made and result.status == "missing":
        cause = result if result in lost.values() else below(code, result)
        lost |= dict.fromkeys(names.bound(made) | names.changed(made), cause)
        return None
    if made and lost:
        for name in names.bound(made):
            lost.pop(name, None)
    fails = result.status in ("raised", "missing") and not code.may_raise
    return below(code, result) if fails else None


def below(code: Code, result: Result) -> Result:
    """The result of the pieces below one that keeps them from running."""
    cause = result.because
    if result.status == "raised":
        cause = result.text.rpartition(f"{HEADER}\n")[2]
    status: Status = "missing" if result.status == "missing" else "not run"
    cause = cause.rstrip().partition("\n")[0]
    return Result(status, because=f"{code.place} ({cause})")
