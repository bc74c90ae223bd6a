"""Files: the one place that writes. A killed process leaves each file old or new.

All targets are checked before the first one changes. Every file is written beside its
place under a name of its own, and renamed: whoever reads it sees the old text or the
new one. Several files are noted in a journal before: where a kill leaves some of them
old and some new, the next command completes what it finds there.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock

Changes = Mapping[Path, str | None]
BESIDE = ".literate-new"
"""How the name of a file ends that is not in its place yet."""
JOURNAL = ".literate-journal"
"""Where several changes are noted while they are made."""


def write_all(changes: Changes, root: Path) -> None:
    """Write and remove several files, in the order in which they are named.

    File modes are kept.

    Args:
        changes: The new text of each file; None removes the file.
        root: A folder above all of them.

    Raises:
        OSError: Where a file cannot be written; where that can be known beforehand, no
            target has changed.
    """
    for path in changes:
        _check_writable(path, root)
    if not changes:
        return
    root.mkdir(parents=True, exist_ok=True)
    with _lock():
        if len(changes) > 1:
            names = {
                path.relative_to(root).as_posix(): changes[path] for path in changes
            }
            _write(root / JOURNAL, json.dumps(names))
        _apply(changes, root)


def complete(root: Path) -> None:
    """Complete what a killed command has begun, before anything is read.

    Args:
        root: The folder that was given to `write_all`.
    """
    journal = root / JOURNAL
    if journal.is_file():
        with _lock():
            names = json.loads(journal.read_text("utf-8"))
            _apply({root / name: text for name, text in names.items()}, root)


def _apply(changes: Changes, root: Path) -> None:
    """Make changes, and forget the journal."""
    for path, text in changes.items():
        _write(path, text)
    (root / JOURNAL).unlink(missing_ok=True)


def _lock() -> FileLock:
    """Keep other commands away; the system drops the lock of a process that dies.

    It lies outside of the project, which gets no file that nobody asked for, and all
    projects of a person share it: a lock for each of them would stay behind.
    """
    from filelock import FileLock  # here, because most commands write nothing

    # Windows has a temporary folder for each of them.
    user = os.getuid() if sys.platform != "win32" else "user"
    return FileLock(Path(tempfile.gettempdir(), f"literate-{user}.lock"))


def _check_writable(path: Path, root: Path) -> None:
    """Refuse a target that may not, or cannot, be replaced."""
    for each in (path, *path.parents):
        if each == root:
            break
        if each.is_symlink():
            number, reason = errno.ELOOP, "a symbolic link stands there, remove it"
            raise OSError(number, reason, str(each))
    if path.is_dir():
        raise _error(errno.EISDIR, path)
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        raise _error(errno.ENOTDIR, folder)
    for each in (path, folder):
        # The mode counts for root as well, whom the system would let write anywhere.
        allowed = each.exists() and each.stat().st_mode & 0o222
        if each.exists() and not (allowed and os.access(each, os.W_OK)):
            raise _error(errno.EACCES, each)


def _error(number: int, path: Path) -> OSError:
    return OSError(number, os.strerror(number), str(path))


def _write(path: Path, text: str | None) -> None:
    """Let a new file stand in the place of the old one, or remove that."""
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}{BESIDE}")
        try:
            with new.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if path.exists():
                new.chmod(path.stat().st_mode & 0o7777)
            new.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
