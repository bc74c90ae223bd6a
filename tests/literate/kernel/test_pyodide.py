"""The kernel in the reader's home: the same chapters by Pyodide, in node."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from literate.book.book import Book
from literate.sources import KERNEL, sources
from literate.weaving.browser.inside.pieces import Lesson
from literate.weaving.browser.lessons import lesson
from making import ROOT, book, cell, source
from test_carrying import FIRST, HOLDS, SECOND

PYODIDE = ROOT / "literate/page/node_modules/pyodide"
NODE = Path(sys.executable).with_name("node")
CHAPTERS = ["01", "02", "03", "04", "05", "06", "07", "09", "10", "11"]
FEWEST = 280
"""Blocks that run and equal the book; plots, which need a library, are beside these."""


BROUGHT = ("graphviz",)
"""What the site brings along, since it is Python alone."""


pytestmark = [
    pytest.mark.night,
    pytest.mark.needs(*BROUGHT),
    pytest.mark.skipif(
        not (PYODIDE.is_dir() and NODE.is_file()) and "CI" not in os.environ,
        reason="`make` gets Pyodide and node",
    ),
]
Told = dict[str, dict[str, list[str]]]
"""Of each page, by the index of each block: its state, its text and its traceback."""


def told(root: Path, lessons: dict[str, Lesson]) -> Told:
    """What pages tell that run under Pyodide."""
    names = (*KERNEL, "weaving/__init__.py", "weaving/figures.py", "weaving/browser")
    for name, text in sources(*names).items():
        file = root / "kernel" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    for library in BROUGHT:
        found = importlib.util.find_spec(library)
        assert found and found.origin
        shutil.copytree(Path(found.origin).parent, root / "kernel" / library)
    for stem, it in lessons.items():
        (root / f"{stem}.lesson").write_bytes(it.packed())
    script = Path(__file__).with_name("pyodide.mjs")
    command = [str(NODE), str(script), str(PYODIDE), str(root)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stderr[-2000:]
    result: Told = json.loads((root / "told.json").read_text())
    return result


def test_pyodide_makes_of_the_chapters_what_the_book_says(
    the_book: Book, tmp_path: Path
) -> None:
    lessons = {
        Path(path).stem: lesson(the_book, chapter)
        for path, chapter in the_book.chapters.items()
        if path.removeprefix("docs/")[:2] in CHAPTERS
    }
    assert len(lessons) == len(CHAPTERS)
    found = told(tmp_path, lessons)
    wrong, equal = [], 0
    for stem, it in lessons.items():
        for index, piece in enumerate(it.pieces):
            state, shown, trace = found[stem].get(str(index), ["nothing", "", ""])
            if piece.code.kind == "trial":  # the page asks for these one by one
                continue
            expected = ("unavailable",) if piece.lacks else ("same", "done")
            equal += state in ("same", "done")
            if state not in expected:
                wrong.append((piece.code.place, state, shown[:200], trace[:200]))
    assert wrong == []
    assert equal >= FEWEST


def test_what_cells_hold_follows_the_package_there_as_well(tmp_path: Path) -> None:
    parts = (
        (source(FIRST), cell(before), source(SECOND), cell(after, output))
        for before, after, output in HOLDS.values()
    )
    it = book(tmp_path / "book", one="# One\n" + "".join(map("".join, parts)))
    found = told(tmp_path, {"one": lesson(it, it.chapters["docs/one.md"])})["one"]
    last = [found.get(str(4 * number + 3)) for number in range(len(HOLDS))]
    assert {
        name: each
        for name, each in zip(HOLDS, last, strict=True)
        if each is None or each[0] != "same"
    } == {}
