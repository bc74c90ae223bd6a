"""Processes that die at a chosen write.

Python announces every call that changes a file system before it happens (an audit
event), whatever function makes it. A child process dies at the n-th of them, as if it
were killed.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

Write = Callable[..., None]
DIED = 77
WRITES = {
    *("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink"),
    *("os.chmod", "os.truncate"),
}


def killed_at_each_write(
    folder: Path, prepare: Callable[[Path], object], work: Callable[[Path], object]
) -> Iterator[Path]:
    """Do some work anew in folders of their own, killed at its first write, its second…

    In the last one it ends undisturbed.
    """
    for number in count(1):
        root = folder / str(number)
        root.mkdir()
        prepare(root)
        died = _dies_at(number, lambda there=root: work(there))
        yield root
        if not died:
            return


def _dies_at(number: int, work: Callable[[], object]) -> bool:
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

    def counted(
        do: Callable[..., None], half: Callable[..., None]
    ) -> Callable[..., None]:
        def instead(*arguments: object) -> None:
            nonlocal count
            count += 1
            if count == number:
                half(*arguments)
                os._exit(DIED)
            do(*arguments)

        return instead

    os.fsync = counted(os.fsync, _half_write)
    sys.addaudithook(check)


def _half_write(descriptor: int) -> None:
    """Leave a file as if only its beginning were on the disk."""
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.ftruncate(descriptor, 10)
