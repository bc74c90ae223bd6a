"""Starting: where the processes of pages come from, and what they do not take along."""

from __future__ import annotations

import contextlib
import importlib.util
import multiprocessing
import os
import re
import signal
import sys
import threading
import types
from collections.abc import Iterable, Iterator
from typing import Any

INSTALLED = re.compile(r"[/\\](?:site|dist)-packages[/\\]")
"""What the path of a file has that some distribution has brought."""


def context_of(libraries: Iterable[str], is_forking: bool) -> Any:
    """Where processes come from."""
    methods = multiprocessing.get_all_start_methods()
    if not is_forking or "forkserver" not in methods:
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver, resource_tracker  # not everywhere

    context = multiprocessing.get_context("forkserver")
    # What is not there is passed over. To ask first would be slower than the rest:
    # whether `torch.nn` is there, Python says only after it has imported `torch`.
    installed = filter(_is_installed, libraries)
    context.set_forkserver_preload(["literate.running.process", *installed])
    resource_tracker.ensure_running()  # after it, interrupts are let through again
    with uninterrupted(), plain_main():
        forkserver.ensure_running()
    return context


def _is_installed(name: str) -> bool:
    """Whether some distribution has brought a module.

    What others do while they are imported, such as `this`, is for a page to show, and
    to be felt on that page alone.
    """
    try:
        found = importlib.util.find_spec(name.partition(".")[0])
    except ValueError:  # something in `sys.modules` that is no module
        return False
    return bool(found and found.origin and INSTALLED.search(found.origin))


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let a Ctrl-C wait, and keep it from a process that begins.

    Blocked in this thread alone, it is received by one of a library, and interrupts
    this one all the same.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # where Python never raises it
        return
    waiting: list[tuple[int, types.FrameType | None]] = []
    before = signal.signal(signal.SIGINT, lambda *told: waiting.append(told))
    has_mask = hasattr(signal, "pthread_sigmask")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if has_mask else ()
    try:
        yield
    finally:
        if has_mask:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, before)
    if waiting and callable(before):
        before(*waiting[0])


@contextlib.contextmanager
def plain_main() -> Iterator[None]:
    """Keep a new process from running the script that this one was started with."""
    main_module = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    backend = os.environ.get("MPLBACKEND")
    os.environ["MPLBACKEND"] = "agg"  # the fork server may import pyplot
    try:
        yield
    finally:
        sys.modules["__main__"] = main_module
        if backend is None:
            del os.environ["MPLBACKEND"]
        else:
            os.environ["MPLBACKEND"] = backend
