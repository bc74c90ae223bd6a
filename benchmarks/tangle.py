"""Measure how long it takes to tangle a long book.

    python benchmarks/tangle.py [--chapters N] [--blocks N]

Every source block of the book adds a method to one and the same class. Reading, merging
and planning are measured in this process, and the whole command beside it; Entangled
tangles the same code in as many blocks, where it is installed (`pip install
entangled-cli`). The table shows seconds, the best of five runs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from _tables import ROOT, duration, table, write
from _timing import seconds
from literate.book.blocks import parse
from literate.book.book import Book
from literate.tangling.plan import plan

RUNS = 5
FIRST = "class Thing:\n    def __init__(self):\n        self.x = 0\n"


def method(chapter: int, block: int) -> str:
    """The method that a block adds."""
    name = f"method_{chapter}_{block}"
    return f"    def {name}(self, other):\n        return self.x + other + {block}\n"


def write_book(root: Path, chapters: int, blocks: int) -> None:
    """A book for `literate`."""
    (root / "docs").mkdir(parents=True)
    opening = '```python title="thing/core.py"\n'
    for chapter in range(chapters):
        text = f"# Chapter {chapter}\n"
        for block in range(blocks):
            code = f"class Thing:\n    ...\n\n{method(chapter, block)}"
            if chapter == block == 0:
                code = FIRST
            text += f"\nProse about the method.\n\n{opening}{code}```\n"
        (root / f"docs/{chapter:04}.md").write_text(text)
    nav = "".join(f"  - {chapter:04}.md\n" for chapter in range(chapters))
    extension = "markdown_extensions:\n  - literate.weave:\n      package: thing\n"
    (root / "mkdocs.yml").write_text(f"nav:\n{nav}{extension}")


def write_entangled(root: Path, chapters: int, blocks: int) -> None:
    """The same code for Entangled, which joins blocks of one name."""
    root.mkdir()
    (root / "entangled.toml").write_text('version = "2.0"\nwatch_list = ["*.md"]\n')
    for chapter in range(chapters):
        text = f"# Chapter {chapter}\n"
        for block in range(blocks):
            code = method(chapter, block)
            header = "{.python #thing}"
            if chapter == block == 0:
                code, header = FIRST, "{.python file=thing/core.py #thing}"
            text += f"\nProse about the method.\n\n``` {header}\n{code}```\n"
        (root / f"{chapter:04}.md").write_text(text)


def tangle(root: Path) -> None:
    """Tangle in this process, from the files on disk to the plan."""
    parse.cache_clear()
    book = Book(root)
    assert plan(book, book.last, root).changes


def best(work: Callable[[], object], prepare: Callable[[], object]) -> float:
    """The shortest of some runs."""
    times = []
    for _ in range(RUNS):
        prepare()
        times.append(seconds(work))
    return min(times)


def command(folder: Path, *words: str) -> Callable[[], object]:
    """A command to be run in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return lambda: subprocess.run(
        words, cwd=folder, env=environment, check=True, capture_output=True
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chapters", type=int, default=200)
    parser.add_argument("--blocks", type=int, default=20)
    size = vars(parser.parse_args())
    with tempfile.TemporaryDirectory() as name:
        ours, theirs = Path(name) / "ours", Path(name) / "theirs"
        write_book(ours, **size)
        whole = command(ours, sys.executable, "-m", "literate", "tangle")

        def clear() -> None:
            shutil.rmtree(ours / "thing", ignore_errors=True)

        rows = [
            ("literate, in process", best(lambda: tangle(ours), clear)),
            ("literate, command", best(whole, clear)),
        ]
        if entangled := shutil.which("entangled"):
            write_entangled(theirs, **size)

            def forget() -> None:
                shutil.rmtree(theirs / "thing", ignore_errors=True)
                shutil.rmtree(theirs / ".entangled", ignore_errors=True)

            rows.append(
                (
                    "entangled, command",
                    best(command(theirs, entangled, "tangle"), forget),
                )
            )
    head = [f"{size['chapters']} chapters of {size['blocks']} blocks", "time"]
    write("tangle", table(head, [[label, duration(each)] for label, each in rows]))


if __name__ == "__main__":
    main()
