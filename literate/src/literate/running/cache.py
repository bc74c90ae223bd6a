"""The cache: results of pages that did not change, so that a site is built quickly.

A stored run is taken only where everything that it could depend on is the same: the
page, the package above it, this program, Python and every installed distribution. Tests
run their pages themselves.
"""

from __future__ import annotations

import hashlib
import json
import logging
import platform
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path

from literate.book.book import Book
from literate.book.texts import texts, texts_above
from literate.files import write_all
from literate.kernel.session import Result
from literate.running.run import run
from literate.sources import sources

FOLDER = ".literate_cache"
LOG = logging.getLogger("mkdocs.literate")  # what MkDocs shows while it builds


def run_cached(book: Book, path: str) -> dict[int, Result]:
    """Run a chapter, or take the results of the run before where nothing changed.

    Args:
        book: The book.
        path: The chapter, below the book's root.

    Returns:
        The result of each block, by the line of its fence.

    Raises:
        BookError: Where a source block of the chapter is wrong.
    """
    folder = book.root / FOLDER
    file = folder / f"{path.replace('/', '-')}.json"
    key = _key(book, path)
    if (results := _load(file, key)) is not None:
        return results
    blocks = book.chapters[path].blocks
    if blocks:
        LOG.info("Running the blocks of %s (%d)", path, len(blocks))
    results = run(book, path, blocks)
    if all(result.status in ("ran", "raised") for result in results.values()):
        told = {line: asdict(result) for line, result in results.items()}
        entry = json.dumps({"key": key, "results": told})
        # The folder is ignored by git, without a word in the project's own .gitignore.
        write_all({file: entry, folder / ".gitignore": "*\n"}, folder)
    return results


def _load(file: Path, key: str) -> dict[int, Result] | None:
    """The results in a file of the cache, if they belong to a key."""
    try:
        entry = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if entry["key"] != key:
        return None
    return {
        int(line): Result(**{**told, "pictures": tuple(told["pictures"])})
        for line, told in entry["results"].items()
    }


def _key(book: Book, path: str) -> str:
    """A digest of all that the results of a chapter depend on."""
    text = book.chapters[path].text
    packages = [texts_above(book, path)]
    if "literate" in text:  # its cells may ask for any state of the package
        packages += [texts(book, other) for other in book.paths]
    files = [word for package in packages for file in package.items() for word in file]
    parts = [*_machine(), path, text, *files]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def _machine() -> tuple[str, ...]:
    """This program, Python, and the name and version of every distribution."""
    own = sources(".").values()
    folders = [Path(folder) for folder in sys.path if Path(folder).is_dir()]
    installed = {each.name for folder in folders for each in folder.glob("*.*-info")}
    return (sys.version, platform.platform(), *own, *sorted(installed))
