"""Files: the one place that writes. Everything is written, or nothing is.

Several files cannot be replaced in one step. So the new ones are first written aside,
into one folder below the root, with a list of where they go. The list is put there last
and in one step: without it the folder is thrown away, with it the files are moved to
their places. What a killed process left undone, the next command finishes (`recover`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

if sys.platform != "win32":
    import fcntl

ASIDE = ".literate"
LIST = "list.json"


def write_all(changes: Mapping[Path, str | None], root: Path | None = None) -> None:
    """Write and remove several files.

    File modes are kept. A killed process leaves no file half-written, and the next
    `recover` makes its work whole, or undoes it.

    Args:
        changes: The new text of each file; None removes the file.
        root: A folder above all of them; the folder of a single file by default.

    Raises:
        OSError: Where a file cannot be written; then no target has changed.
    """
    if not changes:
        return
    root = root or next(iter(changes)).parent
    for path in changes:
        _check_writable(path)
    root.mkdir(parents=True, exist_ok=True)
    with _locked(root):
        _finish(root / ASIDE)
        try:
            _stage(root, changes)
        except OSError:
            shutil.rmtree(root / ASIDE, ignore_errors=True)
            raise
        _finish(root / ASIDE)


def recover(root: Path) -> None:
    """Finish, or undo, what a killed process left behind.

    Args:
        root: The folder that was given to `write_all`.
    """
    if (root / ASIDE).is_dir():
        with _locked(root):
            _finish(root / ASIDE)


def _check_writable(path: Path) -> None:
    """Refuse a target that may not, or cannot, be replaced."""
    if path.is_dir():
        raise IsADirectoryError(21, os.strerror(21), str(path))
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        raise NotADirectoryError(20, os.strerror(20), str(folder))
    for each in (path, folder):
        # The mode counts for root as well, whom the system would let write anywhere.
        allowed = each.exists() and each.stat().st_mode & 0o222
        if each.exists() and not (allowed and os.access(each, os.W_OK)):
            raise PermissionError(13, os.strerror(13), str(each))


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Keep other commands away; the system drops the lock of a process that dies."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _stage(root: Path, changes: Mapping[Path, str | None]) -> None:
    """Write the new files aside, and last the list of where they go."""
    aside = root / ASIDE
    aside.mkdir()
    places: list[tuple[str, str | None, str | None]] = []
    for number, (path, text) in enumerate(changes.items()):
        staged = aside / str(number)
        if text is not None:
            _write(staged, text)
            mode = path.stat().st_mode if path.exists() else 0o666 & ~_umask()
            staged.chmod(mode & 0o7777)
        name = None if text is None else staged.name
        places.append((os.path.relpath(path, root), name, _digest(path)))
    _write(aside / "unfinished", json.dumps(places))
    (aside / "unfinished").replace(aside / LIST)


def _finish(aside: Path) -> None:
    """Put the files of a complete list in their places; throw an incomplete one away.

    What somebody edited since the list was written stays as it is.
    """
    if (aside / LIST).exists():
        for place, name, digest in json.loads((aside / LIST).read_text("utf-8")):
            path = aside.parent / place
            if _digest(path) != digest:
                continue
            if name is None:
                path.unlink(missing_ok=True)
            elif (aside / name).exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                (aside / name).replace(path)
    if aside.exists():
        shutil.rmtree(aside)


def _digest(path: Path) -> str | None:
    """What tells one content of a file from another; None where there is no file."""
    if not path.is_file():
        return None
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(path: Path, text: str) -> None:
    """Write a new file, and wait until it is on the disk."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
