"""Wheels and differences: the package as it stands at the end of a chapter."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import tomllib
import zipfile
from difflib import unified_diff
from pathlib import Path

from literate.book.book import Book
from literate.book.texts import texts
from literate.running.run import ChapterRun

TAG = "py3-none-any"


def wheel_name(book: Book, path: str) -> str:
    """The file name of a chapter's wheel; its version names the chapter."""
    name, version = _project(book)
    return f"{name}-{version}+{_local(path)}-{TAG}.whl"


def wheel(book: Book, path: str) -> bytes:
    """Build the wheel of the package at the end of a chapter.

    Returns:
        The wheel's file, the same bytes for the same package.

    Raises:
        BookError: Where a source block up to there is wrong.
    """
    name, version = _project(book)
    about = f"{name}-{version}+{_local(path)}.dist-info"
    files = dict(texts(book, path))
    files[f"{book.package}/py.typed"] = ""
    files[f"{about}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}+{_local(path)}\n"
        f"Summary: {book.package} at the end of {path}\n"
    )
    files[f"{about}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: literate\nRoot-Is-Purelib: true\nTag: {TAG}\n"
    )
    record = [
        f"{title},{_digest(text)},{len(text.encode())}" for title, text in files.items()
    ]
    files[f"{about}/RECORD"] = "\n".join([*record, f"{about}/RECORD,,", ""])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for title, text in files.items():
            entry = zipfile.ZipInfo(title)  # without the time, so that bytes repeat
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def difference(it: ChapterRun) -> str:
    """What a chapter changes in the package, as a unified diff.

    Returns:
        The diff; empty where the chapter changes nothing.
    """
    parts: list[str] = []
    for title in sorted({*it.above, *it.below}):
        parts += unified_diff(
            it.above.get(title, "").splitlines(keepends=True),
            it.below.get(title, "").splitlines(keepends=True),
            f"a/{title}" if title in it.above else "/dev/null",
            f"b/{title}" if title in it.below else "/dev/null",
        )
    return "".join(parts)


def _project(book: Book) -> tuple[str, str]:
    """Name, as a wheel writes it, and version of the project."""
    file = book.root / "pyproject.toml"
    project = (
        tomllib.loads(file.read_text("utf-8")).get("project", {})
        if file.is_file()
        else {}
    )
    name = project.get("name", book.package).replace("-", "_")
    return name, project.get("version", "0")


def _local(path: str) -> str:
    """A chapter's name as the local part of a version."""
    return re.sub(r"[^a-z0-9]+", ".", Path(path).stem.lower()).strip(".")


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
