"""Processes that die at a chosen write.

Python announces every call that changes a file system before it happens (an audit
event), whatever function makes it. A child process dies at the n-th of them, as if it
were killed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

DIED = 77
WRITES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate"}


def dies_at(number: int, work: Callable[[], object]) -> bool:
    """Do some work in a child that dies at its n-th write; whether it died there."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in (0, DIED), code
        return code == DIED
    try:
        _die_at(number)
        work()
    except BaseException:
        os._exit(1)
    os._exit(0)


def _die_at(number: int) -> None:
    """Let this process die at its n-th write."""
    count = 0

    def check(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        writes = event in WRITES
        if event == "open":
            writes = bool(int(str(arguments[2] or 0)) & (os.O_WRONLY | os.O_RDWR))
        count += writes
        if writes and count == number:
            os._exit(DIED)

    sync = os.fsync

    def half_written(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count == number:
            os.ftruncate(descriptor, 10)
            os._exit(DIED)
        sync(descriptor)

    os.fsync = half_written
    sys.addaudithook(check)
