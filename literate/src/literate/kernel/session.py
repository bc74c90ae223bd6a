"""The session: one page, run from top to bottom against the package as it stands.

What goes in are pieces of code, and what comes out is a result for each.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
import tempfile
import threading
import types
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Self

from literate.errors import BookError
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
from literate.kernel.source.definitions import Module, Origin
from literate.kernel.source.merging import merge
from literate.kernel.source.reading import read
from literate.kernel.tracebacks import exception_text, reason, trace

# Python's own, which a reader has; site generators raise it.
RECURSION_LIMIT = 1000
# A browser's stack ends at fewer calls than that, and all of Python ends with it.
BROWSER_LIMIT = 200
# What Python itself is silent about: none of it is for the reader of a page.
QUIET = (
    DeprecationWarning,
    PendingDeprecationWarning,
    ImportWarning,
    ResourceWarning,
)


class Session:
    """Runs the pieces of one page. A context manager: it puts back what it moves.

    Args:
        page: The page.
        snapshot: Gives the package at the end of a chapter, for `literate.snapshot`.
        screen: Where what is written goes; by default, into memory.
        through: Exceptions that end the session, not a cell.
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
        self.screen = screen
        self.modules = dict(page.above)
        self.error: BaseException | None = None
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
            stack.enter_context(_global_state())
            stack.enter_context(_warnings_are_shown())
            stack.enter_context(self._asides_are_shown())
            if self.screen is None:
                screen = self.screen = MemoryScreen()
                stack.enter_context(contextlib.redirect_stdout(screen))
                stack.enter_context(contextlib.redirect_stderr(screen))
            stack.callback(close_figures)
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
            main = sys.modules["__main__"] = types.ModuleType("__main__")
            self.namespace = main.__dict__
            self.carrier = Carrier(self.namespace)
            stack.callback(setattr, Session, "current", Session.current)
            Session.current = self
            gc.freeze()  # to look for references among the objects of the run is enough
            stack.callback(gc.unfreeze)
            stack.callback(self.interpreter.close)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run_all(self, codes: Iterable[Code]) -> Iterator[Result]:
        """Run pieces one after the other.

        Only an exception that the page does not show keeps those below from running.
        """
        stopped: Result | None = None
        for code in codes:
            result = stopped or self.run(code)
            fails = result.status in ("raised", "missing") and code.kind != "trial"
            if stopped is None and fails and not code.may_raise:
                stopped = below(code, result)
            yield result

    def run(self, code: Code) -> Result:
        """Run one piece.

        Returns:
            What it displayed, or the exception that ended it.
        """
        self.error = None
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
            if isinstance(error, self._through):
                raise
            close_figures()
            return self._raised(error)
        text = self._written() + shown.text
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
        for text, line in ((code.code, code.line), (code.check, code.check_line)):
            tree = self.interpreter.parse(text, line)
            self.interpreter.execute(tree, namespace)

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

    @contextlib.contextmanager
    def _asides_are_shown(self) -> Iterator[None]:
        """Show what is raised in a thread, or where nobody can catch it.

        Its frames are for the page's author, like those of any exception.
        """

        def show(where: str, error: BaseException | None) -> None:
            if error is not None:
                self._asides.append(self._trace(error))
                print(f"{where}:\n{exception_text(error)}", end="", file=sys.stderr)

        def of_thread(told: threading.ExceptHookArgs) -> None:
            name = told.thread.name if told.thread else "that has ended"
            if told.exc_type is not SystemExit:  # which ends a thread in silence
                show(f"Exception in thread {name}", told.exc_value)

        def of_nobody(told: sys.UnraisableHookArgs) -> None:
            name = getattr(told.object, "__qualname__", type(told.object).__name__)
            show(f"{told.err_msg or 'Exception ignored in'} {name}", told.exc_value)

        before = threading.excepthook, sys.unraisablehook
        threading.excepthook, sys.unraisablehook = of_thread, of_nobody
        try:
            yield
        finally:
            threading.excepthook, sys.unraisablehook = before

    def _written(self) -> str:
        """What was written since it was last asked for."""
        assert self.screen is not None  # __enter__ has seen to it
        return self.screen.take()

    def _raised(self, error: BaseException) -> Result:
        """The result of a piece that an exception ended."""
        self.error = error
        self._asides.clear()
        text = self._written() + exception_text(error)
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


def below(code: Code, result: Result) -> Result:
    """The result of the pieces below one that keeps them from running."""
    cause = result.because
    if result.status == "raised":
        cause = result.text.rstrip().rpartition("\n")[2]
    status: Status = "missing" if result.status == "missing" else "not run"
    return Result(status, because=f"{code.place} ({cause})")


@contextlib.contextmanager
def _warnings_are_shown() -> Iterator[None]:
    """Show a warning as a line of text: a page that does not have it fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        for category in QUIET:
            warnings.filterwarnings("ignore", category=category)
        warnings.filterwarnings(
            "default", category=DeprecationWarning, module="__main__"
        )
        warnings.showwarning = _show
        yield


def _show(
    message: Warning | str, category: type[Warning], *_: object, **__: object
) -> None:
    """Write a warning without the file and line, which are nothing to a reader."""
    print(f"{category.__name__}: {message}", file=sys.stderr)


@contextlib.contextmanager
def _global_state() -> Iterator[None]:
    """Put back what a session itself sets; what cells change ends with the process."""
    main, environment = sys.modules["__main__"], dict(os.environ)
    path, folder = list(sys.path), Path.cwd()
    os.environ["MPLBACKEND"] = "agg"
    depth = sys.getrecursionlimit()
    is_browser = sys.platform == "emscripten"
    sys.setrecursionlimit(BROWSER_LIMIT if is_browser else RECURSION_LIMIT)
    try:
        yield
    finally:
        sys.setrecursionlimit(depth)
        sys.modules["__main__"] = main
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
