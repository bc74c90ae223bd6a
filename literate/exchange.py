"""Exchange: two folders change places, in one step of the operating system."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

HERE = -100  # AT_FDCWD: paths start in the present folder
EXCHANGE = 2  # RENAME_EXCHANGE on Linux, RENAME_SWAP on macOS
UNABLE = {
    errno.EBUSY,
    errno.EINVAL,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.EXDEV,
}
"""What a system answers that cannot exchange these folders, or none at all."""


def exchange(one: Path, other: Path) -> None:
    """Let two folders change places: at no time is either of them missing.

    Args:
        one: A folder.
        other: Another one, on the same disk.

    Raises:
        OSError: With a number among `UNABLE` where the system cannot do this.
    """
    paths = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        failed = _library().renamex_np(*paths, EXCHANGE)
    elif sys.platform == "linux" and hasattr(_library(), "renameat2"):
        failed = _library().renameat2(HERE, paths[0], HERE, paths[1], EXCHANGE)
    else:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), str(other))
    if failed:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))


def _library() -> ctypes.CDLL:
    """The C library, which is part of every process."""
    return ctypes.CDLL(None, use_errno=True)
