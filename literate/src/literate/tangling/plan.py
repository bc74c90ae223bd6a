"""Tangling: from a snapshot of the book to the package on disk.

Plan, find conflicts, write: a tangle changes all that it has to, or nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from io import StringIO
from pathlib import Path

from literate.book.book import Book, Snapshot
from literate.errors import BookError
from literate.files import write_all
from literate.kernel.source.definitions import Module
from literate.kernel.source.names import parse
from literate.kernel.source.rendering import text_of

FIRST_LINE = re.compile(
    r"# Tangled from the book: edit its chapters\. Digest: (\w+)\r?\n"
)


@dataclass(frozen=True)
class Plan:
    """What a command would write: the new text of each file, None for one that goes.

    `before` is what it was made from: the texts of these files, and of all chapters.
    """

    root: Path
    changes: Mapping[Path, str | None]
    before: Mapping[Path, str]
    author: str = "book"

    def write(self) -> None:
        """Do it.

        Raises:
            BookError: Where a file cannot be written, or was changed since it was read;
                then nothing has changed.
        """
        for path, text in self.before.items() if self.changes else ():
            if content(path) != text:
                message = "was changed meanwhile: do it again"
                raise BookError(self.name(path), None, message)
        try:
            write_all(self.changes, self.root)
        except OSError as error:
            name = self.name(Path(error.filename or self.root))
            reason = error.strerror or error
            raise BookError(name, None, f"cannot be written: {reason}") from None

    def diff(self) -> str:
        """The plan as a unified diff; empty where there is nothing to do."""
        return "".join(
            unified(
                f"on disk: {self.name(path)}",
                old,
                f"{self.author}: {self.name(path)}",
                new,
            )
            for path, text in sorted(self.changes.items())
            for old, new in [(self.before[path], text or "")]
        )

    def name(self, path: Path) -> str:
        """A path as errors and diffs show it."""
        is_below = path.is_relative_to(self.root)
        return (path.relative_to(self.root) if is_below else path).as_posix()


def unified(old_name: str, old: str, new_name: str, new: str) -> str:
    """A unified diff in which every line ends.

    Returns:
        The diff; empty where the texts are the same.
    """
    lines = unified_diff([*StringIO(old)], [*StringIO(new)], old_name, new_name)
    end = "\n\\ No newline at end of file\n"
    return "".join(line if line.endswith("\n") else line + end for line in lines)


def plan(
    book: Book,
    snapshot: Snapshot,
    into: Path,
    force: bool = False,
    drop: bool = False,
) -> Plan:
    """Plan a tangle.

    Args:
        book: The book.
        snapshot: The package to write.
        into: The folder in which the package's folder stands.
        force: Write over files that were edited by hand.
        drop: Remove the tangled files that no chapter makes any more.

    Raises:
        BookError: Where a file was edited by hand since it was tangled, or would be
            removed unasked.
    """
    if into.is_relative_to(book.root / book.package):
        message = "is inside the package: choose another folder"
        raise BookError(into.relative_to(book.root).as_posix(), None, message)
    if into.exists() and not into.is_dir():
        raise BookError(str(into), None, "is no folder: name another one")
    changes: dict[Path, str | None] = {
        into / title: file_text(module, book.package)
        for title, module in snapshot.items()
    }
    for path in (into / book.package).rglob("*.py"):
        if path not in changes and FIRST_LINE.match(content(path)):
            changes[path] = None
    before = {path: content(path) for path in changes}
    changes = {
        path: text
        for path, text in changes.items()
        if not path.is_file() or before[path] != text
    }
    for path, text in sorted(changes.items()):
        _check_target(path, before[path], text or "", into, force)
        if text is None and not drop:
            reason = (
                "no chapter makes this file any more: tangle with --drop to remove it"
            )
            raise BookError(path.relative_to(into).as_posix(), 1, reason)
    known = {path: before[path] for path in changes}
    return Plan(into, changes, {**pages(book), **known})


def pages(book: Book) -> dict[Path, str]:
    """The texts of the chapters as they were read."""
    return {book.root / path: each.text for path, each in book.chapters.items()}


def file_text(module: Module, package: str) -> str:
    """The text of a tangled file: the code below a line that says where it is from."""
    return with_first_line(text_of(module, package))


def with_first_line(body: str) -> str:
    """A file's text with the first line that fits it."""
    return f"# Tangled from the book: edit its chapters. Digest: {digest(body)}\n{body}"


def digest(body: str) -> str:
    """A short digest of a file's text below its first line."""
    return hashlib.sha256(body.encode()).hexdigest()[:12]


def content(path: Path) -> str:
    """The text of a file to the letter, line ends too; empty where there is none."""
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""


def check_merged(title: str, text: str) -> None:
    """Refuse a file in which a merge has left the marks of a conflict."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")) and not parse(text).body:
            message = "a merge left its marks here: settle it, or tangle with --force"
            raise BookError(title, number, message)


def _check_target(path: Path, old: str, new: str, into: Path, force: bool) -> None:
    """Refuse to write outside the folder, or over what somebody wrote by hand."""
    name = path.relative_to(into).as_posix()
    if any((into / part).is_symlink() for part in (Path(name), *Path(name).parents)):
        raise BookError(name, None, "goes through a symbolic link: remove it")
    if force or not path.is_file():
        return
    check_merged(name, old)
    first = FIRST_LINE.match(old)
    if first is None:
        raise BookError(
            name,
            1,
            "this file was not tangled: move it away, "
            "or tangle with --force to replace it",
        )
    body = old[first.end() :]
    if first[1] != digest(body) and body != new.partition("\n")[2]:
        raise BookError(
            name,
            1,
            "this file was edited by hand: carry the edit back with `stitch`, "
            "or tangle with --force to drop it",
        )
