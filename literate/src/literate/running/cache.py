"""The cache: what came of chapters whose code did not change.

A stored run is taken only where everything that it could depend on is the same: the
code of its blocks, the package above it, data files, local modules that it has
imported, this program, Python and every installed distribution. Its prose is not among
these. Of each chapter some states are kept, so that going back costs nothing. Tests run
their pages in any case, and keep what came of them: a build has nothing left to run.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from literate.book.book import Book
from literate.book.texts import texts, texts_above
from literate.files import write_all
from literate.kernel.blocks import Result
from literate.running.pool import Pool
from literate.running.run import LOG, ChapterRun, codes, foreign, run
from literate.running.verdict import verdict
from literate.sources import sources

FOLDER = ".literate_cache"
KEPT = 8
"""The states of a chapter that are kept."""


def run_cached(
    book: Book, paths: Iterable[str], pool: Pool | None = None
) -> dict[str, ChapterRun]:
    """Run chapters, or take the results of a run before where nothing changed.

    Args:
        book: The book.
        paths: The chapters.
        pool: Where they run; by default in a pool of their own.

    Returns:
        The chapters that have run, by path.

    Raises:
        BookError: Where a source block of one of them, or above it, is wrong.
    """
    paths = list(paths)
    found = kept(book, paths)
    missing = [path for path in paths if path not in found]
    for path in missing:
        LOG.info("Running %s (%d blocks)", path, len(book.chapters[path].blocks))
    for each in run(book, missing, pool) if missing else []:
        found[each.path] = each
        keep(each)
    return found


def kept(book: Book, paths: Iterable[str]) -> dict[str, ChapterRun]:
    """Those of some chapters of which a run before is as good as a new one."""
    found = {path: _load(book, path) for path in paths}
    return {
        path: ChapterRun(book, book.chapters[path], results)
        for path, results in found.items()
        if results is not None
    }


def keep(it: ChapterRun) -> None:
    """Keep a run, if all is right; where the folder cannot be written, do without."""
    if any(verdict(block, result).kind != "right" for block, result in it):
        return
    file = _file(it.book, it.path)
    entry = {
        "local": {name: _digest(Path(name)) for name in it.local},
        "results": [asdict(result) for result in it.results],
    }
    states = file.parent.glob(f"{file.name.rpartition('-')[0]}-*.json")
    own = sorted(states, key=lambda state: state.stat().st_mtime_ns, reverse=True)
    changes = {old: None for old in own[KEPT - 1 :] if old != file}
    # The folder is ignored by git, without a word in the project's own .gitignore.
    ignored = {file.parent / ".gitignore": "*\n"}
    try:
        write_all({**changes, **ignored, file: json.dumps(entry)}, file.parent)
    except OSError as error:
        LOG.info("The results of %s are not kept: %s", it.path, error)


def _load(book: Book, path: str) -> tuple[Result, ...] | None:
    """The stored results of a chapter, if everything is as it was."""
    blocks = book.chapters[path].blocks
    if not blocks:
        return ()
    try:
        entry = json.loads(_file(book, path).read_text("utf-8"))
        local, results = entry["local"].items(), [*map(_result, entry["results"])]
        is_same = all(_digest(Path(file)) == digest for file, digest in local)
        return tuple(results) if is_same and len(results) == len(blocks) else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None  # nothing was kept, or somebody has changed it


def _result(told: dict[str, Any]) -> Result:
    """A result as JSON tells it."""
    trials = tuple(map(_result, told["trials"]))
    pictures, keys = tuple(told["pictures"]), tuple(told["keys"])
    return Result(**{**told, "pictures": pictures, "keys": keys, "trials": trials})


def _file(book: Book, path: str) -> Path:
    """Where the results of a chapter in its present state are kept."""
    name = f"{path.replace('/', '-')}-{_key(book, path)[:20]}.json"
    return book.root / FOLDER / name


def _digest(file: Path) -> str:
    """A digest of a file; empty where there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def _key(book: Book, path: str) -> str:
    """A digest of all that a chapter depends on, but for local modules."""
    pieces = codes(book.chapters[path].blocks)
    code = [f"{each.kind} {each.title} {each.code} {each.check}" for _, each in pieces]
    packages = [texts_above(book, path)]
    if any("literate" in each for each in code):  # cells may ask for any state
        packages += [texts(book, other) for other in book.paths]
    files = [word for package in packages for file in package.items() for word in file]
    data = [word for name, text in book.data.items() for word in (name, text.hex())]
    local = _local(book, [each.code for _, each in pieces] + files)
    parts = [*_machine(), path, *code, *files, *data, *local, *book.options.optional]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _local(book: Book, codes: list[str]) -> list[str]:
    """What some code imports and finds in the folder of the book, if it is there."""
    names = {name.partition(".")[0] for name in foreign(book, codes)}
    found = {file.name.removesuffix(".py") for file in book.root.iterdir()}
    return sorted(names & found)


@cache
def _machine() -> tuple[str, ...]:
    """This program, Python, and the name and version of every distribution."""
    own = sources(".").values()
    folders = [Path(folder) for folder in sys.path if Path(folder).is_dir()]
    installed = {each.name for folder in folders for each in folder.glob("*.*-info")}
    return (sys.version, platform.platform(), *own, *sorted(installed))
