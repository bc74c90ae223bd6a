from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from literate.book.book import Book
from literate.running import cache
from literate.running.cache import run_cached
from making import cell, literate, make_book, site, source
from processes import build

ONE = "# One\n" + source("def add(a: int, b: int) -> int:\n    return a + b\n")


@pytest.fixture
def count(tmp_path: Path) -> Path:
    """A book of two chapters whose second one counts how often it was run."""
    path = tmp_path / "count.txt"
    code = f"with open({str(path)!r}, 'a') as file:\n    file.write('x')\n"
    make_book(tmp_path, one=ONE, two="# Two\n" + cell(code) + cell("1\n", "1\n"))
    return path


def results(root: Path) -> list[str]:
    return [result.text for result in run_cached(Book(root), "docs/two.md").values()]


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_chapter_that_did_not_change_is_not_run_again(count: Path) -> None:
    root = count.parent
    assert results(root) == results(root) == ["", "1\n"]
    assert count.read_text() == "x"
    assert (root / ".literate_cache/.gitignore").read_text() == "*\n"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("docs/two.md", "# Two", "# Three"),
        ("docs/one.md", "a + b", "a * b"),
    ],
)
def test_what_changed_is_run_again(count: Path, name: str, old: str, new: str) -> None:
    results(count.parent)
    rewrite(count.parent / name, old, new)
    results(count.parent)
    assert count.read_text() == "xx"


def test_words_above_change_nothing(count: Path) -> None:
    results(count.parent)
    rewrite(count.parent / "docs/one.md", "# One", "# The first")
    results(count.parent)
    assert count.read_text() == "x"


@pytest.fixture
def another_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Forgets what is asked once in a process: what is installed, and this program."""
    yield cache._machine.cache_clear
    monkeypatch.undo()
    cache._machine.cache_clear()


@pytest.mark.parametrize("name", ["{}.dist-info", "{}-py3.11.egg-info"])
def test_another_version_of_a_library_runs_again(
    count: Path,
    name: str,
    another_process: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    library = count.parent / "libraries"
    (library / name.format("box-1.0")).mkdir(parents=True)
    monkeypatch.syspath_prepend(library)
    another_process()
    results(count.parent)
    another_process()
    results(count.parent)
    assert count.read_text() == "x"
    (library / name.format("box-1.0")).rename(library / name.format("box-1.1"))
    another_process()
    results(count.parent)
    assert count.read_text() == "xx"


def test_another_python_runs_again(
    count: Path, another_process: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    another_process()
    results(count.parent)
    monkeypatch.setattr(sys, "version", f"{sys.version} patched")
    another_process()
    results(count.parent)
    assert count.read_text() == "xx"


def test_a_change_of_this_program_runs_again(
    count: Path, another_process: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = count.parent / "program"
    shutil.copytree(Path(cache.__file__).parent, program)
    monkeypatch.setattr(cache, "__file__", str(program / "cache.py"))
    another_process()
    results(count.parent)
    rewrite(program / "session.py", "import ast", "import  ast")
    another_process()
    results(count.parent)
    assert count.read_text() == "xx"


def test_a_chapter_that_asks_for_snapshots_depends_on_all_of_them(
    count: Path,
) -> None:
    root = count.parent
    more = cell(
        "import literate\n"
        "literate.snapshot('docs/three.md').core.add(3, 4)\n"
    )  # fmt: skip
    text = (root / "docs/two.md").read_text()
    three = source("def add(a: int, b: int) -> int:\n    return a - b\n")
    make_book(root, one=ONE, two=text + more, three=three)
    assert results(root)[-1] == "-1\n"
    rewrite(root / "docs/three.md", "a - b", "a // b")
    assert results(root)[-1] == "0\n"


def test_a_chapter_that_failed_is_run_again(count: Path) -> None:
    root = count.parent
    rewrite(root / "docs/two.md", "\n1\n", "\n1 / 0\n2\n")
    for _ in range(2):
        results(root)
    assert count.read_text() == "x"  # an exception without cells below is a result
    text = (root / "docs/two.md").read_text() + cell("3\n")
    (root / "docs/two.md").write_text(text)
    for _ in range(2):
        results(root)
    assert count.read_text() == "xxx"


def test_a_damaged_entry_is_no_entry(count: Path) -> None:
    root = count.parent
    results(root)
    (root / ".literate_cache/docs-two.md.json").write_text("{")
    assert results(root) == ["", "1\n"]
    assert count.read_text() == "xx"


@pytest.mark.parametrize("ci", [False, True])
def test_a_build_says_in_a_line_what_it_runs(tmp_path: Path, ci: bool) -> None:
    root = site(tmp_path, one=ONE, two="# Two\n" + cell("1\n", "1\n"))
    first, second = (build(root, ci=ci) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    told = [line for line in first.stderr.splitlines() if "Running" in line]
    assert told == [
        "INFO    -  Running the blocks of docs/one.md (1)",
        "INFO    -  Running the blocks of docs/two.md (1)",
    ]
    assert "Running" not in second.stderr


def test_a_notebook_says_what_it_runs(count: Path) -> None:
    run = literate(count.parent, "notebook", "docs/two.md")
    assert (run.returncode, run.stdout) == (0, "wrote two.ipynb\n")
    assert run.stderr == "Running the blocks of docs/two.md (2)\n"
