"""Measure what it costs to build the site.

    python benchmarks/site.py [--rounds N]

A copy of the project is built by MkDocs in three ways: plainly, which is the same pages
without the extensions of `literate`; with them, where no chapter has changed; and with
them, where every chapter has to be run. A fourth process runs the chapters and builds
nothing. Each is a fresh process, and they take turns, round after round. The table
shows medians of the time by the clock, since chapters run side by side.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from _tables import ROOT, duration, factor, table, write
from _timing import seconds
from literate.book.config import NAMES
from literate.running.cache import FOLDER

LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "build", "site")
RUN = """
from pathlib import Path
from literate.book.book import Book
from literate.running.run import run

book = Book(Path())
run(book, book.paths)
"""
COMMANDS = {
    "plain": ["-m", "mkdocs", "build", "--quiet", "--config-file", "plain.yml"],
    "kept": ["-m", "mkdocs", "build", "--quiet"],
    "fresh": ["-m", "mkdocs", "build", "--quiet"],
    "cells": ["-c", RUN],
}


def plain(config: str) -> str:
    """Return a configuration without the extensions of this project."""
    text, count = re.subn(r"(?m)^  - literate\..*\n(?:    .*\n)*", "", config)
    assert count == 3, config
    return text


def measure(root: Path, name: str) -> float:
    """Return the seconds that one of the commands takes, in a process of its own."""
    if name == "fresh":
        shutil.rmtree(root / FOLDER, ignore_errors=True)
    words = [sys.executable, *COMMANDS[name]]
    return seconds(
        lambda: subprocess.run(words, cwd=root, check=True, capture_output=True)
    )


def rows(found: dict[str, list[float]]) -> list[list[str]]:
    """Return the lines of the table."""
    pages, cells = found["plain"], found["cells"]
    both = [sum(pair) for pair in zip(pages, cells, strict=True)]
    result = []
    for text, times, base, name in (
        ("the pages alone, by MkDocs", pages, None, ""),
        ("the cells alone", cells, None, ""),
        ("the book, no chapter changed", found["kept"], pages, "the pages"),
        ("the book, every chapter run", found["fresh"], both, "pages and cells"),
    ):
        ratio = ""
        if base:
            pairs = zip(times, base, strict=True)
            ratio = f"{factor(statistics.median(a / b for a, b in pairs))} {name}"
        result.append([text, duration(statistics.median(times)), ratio])
    return result


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds: int = parser.parse_args().rounds
    found: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "book"
        shutil.copytree(ROOT, root, ignore=LEFT_OUT)
        config = (root / NAMES[0]).read_text("utf-8")
        (root / "plain.yml").write_text(plain(config), "utf-8")
        measure(root, "kept")  # so that there is something to keep
        for _ in range(rounds):
            for each, times in found.items():
                times.append(measure(root, each))
                print(f"measured: {each}, {times[-1]:.2f} s", flush=True)
    write(
        "site",
        table(
            ["what is made", f"time on {os.cpu_count()} processors", "which is"],
            rows(found),
        ),
    )


if __name__ == "__main__":
    main()
