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
from literate.weaving.browser.lessons import lesson
from making import ROOT

PYODIDE = ROOT / "literate/page/node_modules/pyodide"
NODE = Path(sys.executable).with_name("node")
CHAPTERS = ["01", "02", "03", "04", "05", "06", "07", "09", "10", "11"]
FEWEST = 300
"""Blocks that run and equal the book; plots, which need a library, are beside these."""


BROUGHT = ("graphviz",)
"""What the site brings along, since it is Python alone."""


@pytest.mark.night
@pytest.mark.needs(*BROUGHT)
@pytest.mark.skipif(
    not (PYODIDE.is_dir() and NODE.is_file()) and "CI" not in os.environ,
    reason="`make` gets Pyodide and node",
)
def test_pyodide_makes_of_the_chapters_what_the_book_says(
    the_book: Book, tmp_path: Path
) -> None:
    names = (*KERNEL, "weaving/__init__.py", "weaving/figures.py", "weaving/browser")
    for name, text in sources(*names).items():
        file = tmp_path / "kernel" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    for library in BROUGHT:
        found = importlib.util.find_spec(library)
        assert found and found.origin
        shutil.copytree(Path(found.origin).parent, tmp_path / "kernel" / library)
    lessons = {}
    for path, chapter in the_book.chapters.items():
        if path.removeprefix("docs/")[:2] in CHAPTERS:
            lessons[Path(path).stem] = lesson(the_book, chapter)
            (tmp_path / f"{Path(path).stem}.lesson").write_bytes(
                lessons[Path(path).stem].packed()
            )
    assert len(lessons) == len(CHAPTERS)
    script = Path(__file__).with_name("pyodide.mjs")
    command = [str(NODE), str(script), str(PYODIDE), str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads((tmp_path / "told.json").read_text())
    wrong, equal = [], 0
    for stem, it in lessons.items():
        for index, piece in enumerate(it.pieces):
            state, shown, trace = told[stem].get(str(index), ["nothing", "", ""])
            if piece.code.kind == "trial":  # the page asks for these one by one
                continue
            expected = ("unavailable",) if piece.lacks else ("same", "done")
            equal += state in ("same", "done")
            if state not in expected:
                wrong.append((piece.code.place, state, shown[:200], trace[:200]))
    assert wrong == []
    assert equal >= FEWEST
