"""Files: the one place that writes. A killed process leaves the old files or the new.

What goes into one folder below the root (such as `docs`) is first written aside, into
a copy of that folder in which every other file is a hard link. Then copy and folder
change places in one step. Now that the new files stand, the folder as it was gets them
as well and changes places once more: so it stays the one that shells and editors have
open. What is left aside, the next command throws away.

Where the system cannot exchange folders (Windows, some network drives, a mounted
folder), the files are replaced one by one: a kill may then leave some of them old and
some new, and running the command again completes it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from literate.exchange import UNABLE, exchange

if sys.platform != "win32":
    import fcntl

ASIDE = ".literate"

Changes = Mapping[Path, str | None]


def write_all(changes: Changes, root: Path) -> None:
    """Write and remove several files.

    The folders below the root are written one after the other, in the order in which
    the changes name them. File modes are kept.

    Args:
        changes: The new text of each file; None removes the file.
        root: A folder above all of them.

    Raises:
        OSError: Where a file cannot be written; then no target has changed.
    """
    if not changes:
        return
    for path in changes:
        _check_writable(path, root)
    root.mkdir(parents=True, exist_ok=True)
    with _locked(root):
        _clear(root)
        try:
            (root / ASIDE).mkdir()
            for staged in [_stage(root, *each) for each in _by_folder(changes, root)]:
                _commit(staged)
        finally:
            _clear(root)


def recover(root: Path) -> None:
    """Throw away what a killed process left aside.

    Args:
        root: The folder that was given to `write_all`.
    """
    if (root / ASIDE).is_dir():
        with _locked(root):
            _clear(root)


class _Staged(NamedTuple):
    """Changes of one file, or of several files in one folder.

    `aside` is the new file, or a copy of the folder with the new files.
    """

    target: Path
    aside: Path
    changes: Changes


def _by_folder(changes: Changes, root: Path) -> Iterator[tuple[Path, Changes]]:
    """The changes by what they change below the root: a file, or files in a folder."""
    groups: dict[str, dict[Path, str | None]] = {}
    for path, text in changes.items():
        top = path.relative_to(root).parts[0]
        groups.setdefault(top, {})[path] = text
    for top, group in groups.items():
        yield (next(iter(group)) if len(group) == 1 else root / top), group


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


def _clear(root: Path) -> None:
    """Remove what stands aside; a copy may hold folders that are read-only."""
    aside = root / ASIDE
    for folder, _, _ in os.walk(aside):
        os.chmod(folder, 0o700)
    if aside.exists():
        shutil.rmtree(aside)


def _stage(root: Path, target: Path, changes: Changes) -> _Staged:
    """Write aside what is new, with all that is not."""
    aside = root / ASIDE / target.relative_to(root).parts[0]
    staged = _Staged(target, aside, changes)
    if target in changes:
        _write(aside, changes[target], target)
        return staged
    if target.exists():
        shutil.copytree(target, aside, symlinks=True, copy_function=_link)
    for path, text in changes.items():
        inside = aside / path.relative_to(target)
        inside.parent.mkdir(parents=True, exist_ok=True)
        inside.unlink(missing_ok=True)  # it is the file itself, under another name
        _write(inside, text, path)
    for folder, _, _ in os.walk(aside):
        _sync(Path(folder))
    return staged


def _write(path: Path, text: str | None, like: Path) -> None:
    """Write a new file with the mode of another one, and wait until it is on the disk.

    Without a text there is none.
    """
    if text is None:
        return
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if like.exists():
        path.chmod(like.stat().st_mode & 0o7777)


def _commit(staged: _Staged) -> None:
    """Let the new stand in the place of the old, in one step where that can be."""
    target, aside, changes = staged
    try:
        if target in changes:
            _move(aside, target)
        elif not target.exists():
            aside.rename(target)
            _sync(target.parent)
        else:
            exchange(aside, target)
            with contextlib.suppress(OSError):  # the new files stand, in any case
                _renew(staged)
                exchange(aside, target)
            _sync(target.parent)
    except OSError as error:
        if error.errno not in UNABLE:
            raise
        for path, text in changes.items():
            beside = path.with_name(f".{path.name}{ASIDE}")
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)
            _write(beside, text, path)
            _move(beside, path)


def _move(new: Path, path: Path) -> None:
    """Move a new file to its place; where there is none, the old one goes."""
    if new.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        new.replace(path)
    else:
        path.unlink(missing_ok=True)
    _sync(path.parent)


def _renew(staged: _Staged) -> None:
    """Put the new files, which stand in the target, into the folder as it was."""
    for path in staged.changes:
        old = staged.aside / path.relative_to(staged.target)
        old.unlink(missing_ok=True)
        if path.exists():
            old.parent.mkdir(parents=True, exist_ok=True)
            _link(path, old)


def _link(source: str | Path, target: str | Path) -> None:
    """Give a file a second name; where the disk knows no hard links, copy it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _sync(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
