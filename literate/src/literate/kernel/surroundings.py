"""Surroundings: what a session changes around its cells, and puts back."""

from __future__ import annotations

import builtins
import contextlib
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from literate.kernel.tracebacks import exception_text

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


@contextlib.contextmanager
def global_state() -> Iterator[None]:
    """Put back what a session itself sets; what cells change ends with the process.

    A browser has one process for all sessions, so builtins are put back as well.
    """
    known = dict(vars(builtins))
    main, environment = sys.modules["__main__"], dict(os.environ)
    path, folder, words = list(sys.path), Path.cwd(), sys.argv
    os.environ["MPLBACKEND"] = "agg"
    sys.argv = [""]  # as at Python's prompt: a page is not what this program was told
    depth = sys.getrecursionlimit()
    is_browser = sys.platform == "emscripten"
    sys.setrecursionlimit(BROWSER_LIMIT if is_browser else RECURSION_LIMIT)
    try:
        yield
    finally:
        vars(builtins).update(known)
        sys.setrecursionlimit(depth)
        sys.argv = words
        sys.modules["__main__"] = main
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)


@contextlib.contextmanager
def warnings_are_shown() -> Iterator[None]:
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
def asides_are_shown(note: Callable[[BaseException], None]) -> Iterator[None]:
    """Show, and note, what is raised in a thread or where nobody can catch it."""

    def show(where: str, error: BaseException | None) -> None:
        if error is not None:
            note(error)
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
