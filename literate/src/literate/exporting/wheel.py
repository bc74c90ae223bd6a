"""Wheels and differences: the package as it stands at the end of a chapter."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from literate.book.book import Book
from literate.book.texts import texts
from literate.exporting.archive import packed
from literate.running.run import ChapterRun
from literate.tangling.plan import unified

TAG = "py3-none-any"


def wheel(book: Book, path: str) -> tuple[str, bytes]:
    """The wheel of the package at the end of a chapter: its name, and its content.

    The name has a version that names the chapter.
    """
    project = _project(book)
    name, version = _named(project, book.package, path)
    about = f"{name}-{version}.dist-info"
    files = dict(texts(book, path))
    files[f"{book.package}/py.typed"] = ""
    python = project.get("requires-python")
    files[f"{about}/METADATA"] = (
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        f"Summary: {book.package} at the end of {path}\n"
    ) + (f"Requires-Python: {python}\n" if python else "")
    files[f"{about}/WHEEL"] = (
        f"Wheel-Version: 1.0\nGenerator: literate\nRoot-Is-Purelib: true\nTag: {TAG}\n"
    )
    record = [
        f"{title},{_digest(text)},{len(text.encode())}" for title, text in files.items()
    ]
    files[f"{about}/RECORD"] = "\n".join([*record, f"{about}/RECORD,,", ""])
    return f"{name}-{version}-{TAG}.whl", packed(files)


def difference(it: ChapterRun) -> str:
    """What a chapter changes in the package, if anything, as a unified diff."""
    return "".join(
        unified(
            f"a/{title}" if title in it.above else "/dev/null",
            it.above.get(title, ""),
            f"b/{title}" if title in it.below else "/dev/null",
            it.below.get(title, ""),
        )
        for title in sorted({*it.above, *it.below})
    )


def _project(book: Book) -> Mapping[str, str]:
    """What the project says of itself."""
    file = book.root / "pyproject.toml"
    text = file.read_text("utf-8") if file.is_file() else ""
    project: Mapping[str, str] = tomllib.loads(text).get("project", {})
    return project


def _named(project: Mapping[str, str], package: str, path: str) -> tuple[str, str]:
    """Name and version of a project at the end of a chapter, as a wheel has them."""
    name = re.sub(r"[-_.]+", "_", project.get("name", package)).lower()
    version, _, local = project.get("version", "0").partition("+")
    stem = re.sub(r"[^a-z0-9]+", ".", Path(path).stem.lower()).strip(".")
    # In a wheel's name a dash parts it, and version 1.0.rc1 is version 1.0-rc1.
    parts = version.replace("-", "."), ".".join(filter(None, (local, stem)))
    return name, "+".join(filter(None, parts))


def _digest(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
