"""What can be taken along from a page works on its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from literate.book.book import Book
from literate.book.texts import texts
from literate.exporting.downloads import downloads
from literate.exporting.wheel import difference, wheel
from literate.running.run import ChapterRun, run
from making import ROOT, book, cell, source

BOOK = Book(ROOT)
PATHS = [path for path in BOOK.paths if BOOK.snapshot(path)]
IMPORT = """
import importlib.metadata, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[3:]:
    __import__(name)
    assert sys.modules[name].__file__.startswith(sys.argv[1])
print(importlib.metadata.version(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.sweep(6)
@pytest.mark.parametrize("path", PATHS)
def test_the_wheel_of_a_chapter_installs_and_imports(
    path: str, the_book: Book, tmp_path: Path
) -> None:
    name, content = wheel(the_book, path)
    file = tmp_path / name
    file.write_bytes(content)
    into = tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", str(into), str(file)], check=True)
    titles = texts(the_book, path)
    for title, text in titles.items():
        assert (into / title).read_text() == text
    names = [title.removesuffix(".py").replace("/", ".") for title in titles]
    names = [name.removesuffix(".__init__") for name in names]
    command = [sys.executable, "-c", IMPORT, str(into), "literate-micrograd", *names]
    said = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    version = said.stdout.strip()
    assert version.partition("+")[2] == Path(path).stem.lower().replace("-", ".")


def test_differences_lead_from_chapter_to_chapter(
    the_book: Book, tmp_path: Path
) -> None:
    for path in the_book.paths:
        it = ChapterRun(the_book, the_book.chapters[path], ())
        (tmp_path / "one.diff").write_text(difference(it))
        if (tmp_path / "one.diff").read_text():
            patch = ["git", "apply", "--unsafe-paths", "one.diff"]
            subprocess.run(patch, cwd=tmp_path, check=True)
    for title, text in texts(the_book, the_book.paths[-1]).items():
        assert (tmp_path / title).read_text() == text


def test_a_page_offers_what_there_is(tmp_path: Path) -> None:
    it = book(
        tmp_path,
        cells="# Cells\n" + cell("1\n", "1\n"),
        first="# First\n" + source("X = 1\n"),
        then="# Then\n" + cell("1\n", "1\n"),
    )
    offered = {}
    for each in run(it, it.paths):
        offered[each.path] = [file.name for file in downloads(each)]
    assert offered == {
        "docs/cells.md": ["cells.ipynb"],
        "docs/first.md": [
            "first.ipynb",
            "thing-0+first-py3-none-any.whl",
            "first.diff",
        ],
        "docs/then.md": ["then.ipynb", "thing-0+then-py3-none-any.whl"],
    }


def test_the_same_package_gives_the_same_wheel(tmp_path: Path) -> None:
    it = book(tmp_path, one=source("X = 1\n"))
    assert wheel(it, "docs/one.md") == wheel(it, "docs/one.md")
