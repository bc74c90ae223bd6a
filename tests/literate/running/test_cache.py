from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from literate.book.book import Book
from literate.running import cache
from literate.running.cache import run_cached
from making import cell, make_book, site, source
from processes import build, run_pytest, run_python

from literate import sources as own

DATA = "package: thing\n      data: data\n"
ONE = "# One\n" + source("def add(a: int, b: int) -> int:\n    return a + b\n")


@pytest.fixture
def count(tmp_path: Path) -> Path:
    """A book of two chapters whose second one counts how often it was run."""
    path = tmp_path / "count.txt"
    code = f"with open({str(path)!r}, 'a') as file:\n    file.write('x')\n"
    make_book(tmp_path, one=ONE, two="# Two\n" + cell(code) + cell("1\n", "1\n"))
    return path


def results(root: Path) -> list[str]:
    path = "docs/two.md"
    return [result.text for result in run_cached(Book(root), [path])[path].results]


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
        ("docs/two.md", "\n1\n", "\n1 + 0\n"),
        ("docs/one.md", "a + b", "a * b"),
    ],
)
def test_what_changed_is_run_again(count: Path, name: str, old: str, new: str) -> None:
    results(count.parent)
    rewrite(count.parent / name, old, new)
    results(count.parent)
    assert count.read_text() == "xx"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("docs/one.md", "# One", "# The first"),
        ("docs/two.md", "# Two", "# Second\n\nMore words, so that all lines move."),
        ("docs/two.md", "```output\n1\n", "```output\n1 \n"),
    ],
)
def test_words_change_nothing(count: Path, name: str, old: str, new: str) -> None:
    results(count.parent)
    rewrite(count.parent / name, old, new)
    assert results(count.parent) == ["", "1\n"]
    assert count.read_text() == "x"


def test_going_back_runs_nothing_again(count: Path) -> None:
    results(count.parent)
    rewrite(count.parent / "docs/one.md", "a + b", "a * b")
    results(count.parent)
    rewrite(count.parent / "docs/one.md", "a * b", "a + b")
    results(count.parent)
    assert count.read_text() == "xx"


def test_only_the_newest_states_are_kept(count: Path) -> None:
    def state(number: int) -> int:
        """How many times cells have run when a state has its results."""
        rewrite(count.parent / "docs/one.md", "a + b", f"a + b + {number}")
        results(count.parent)
        rewrite(count.parent / "docs/one.md", f"a + b + {number}", "a + b")
        return len(count.read_text())

    made = cache.KEPT + 3
    assert [state(number) for number in range(made)] == [*range(1, made + 1)]
    kept = list((count.parent / ".literate_cache").glob("docs-two.md-*.json"))
    assert len(kept) == cache.KEPT
    assert (state(3), state(made - 1), state(2)) == (made, made, made + 1)


def test_a_local_module_is_part_of_the_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = tmp_path / "helper_of_the_book.py"
    helper.write_text("def answer():\n    return 1\n")
    code = cell("import helper_of_the_book\nhelper_of_the_book.answer()\n", "...\n")
    make_book(tmp_path, two="# Two\n" + code.replace("...", "1"))
    monkeypatch.syspath_prepend(tmp_path)
    assert results(tmp_path) == ["1\n"]
    # Of another size: Python takes what it has compiled from a file of the same second.
    helper.write_text("def answer():\n    return 20\n")
    assert results(tmp_path) == ["20\n"]


def test_a_local_module_that_was_missing_is_part_of_the_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "try:\n    import later_of_the_book as later\nexcept ImportError:\n"
        "    later = None\nlater is None\n"
    )
    make_book(tmp_path, two="# Two\n" + cell(code, "True\n"))
    monkeypatch.syspath_prepend(tmp_path)
    assert results(tmp_path) == ["True\n"]
    (tmp_path / "later_of_the_book.py").write_text("")
    assert results(tmp_path) == ["False\n"]


def test_a_part_of_a_local_package_that_is_gone_is_part_of_the_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "package_of_the_book"
    folder.mkdir()
    (folder / "part.py").touch()
    code = (
        "try:\n    from package_of_the_book import part\nexcept ImportError:\n"
        "    part = None\npart is None\n"
    )
    make_book(tmp_path, two="# Two\n" + cell(code, "False\n"))
    monkeypatch.syspath_prepend(tmp_path)
    assert results(tmp_path) == ["False\n"]
    (folder / "part.py").unlink()
    assert results(tmp_path) == ["True\n"]


def test_a_data_file_is_part_of_the_state(tmp_path: Path) -> None:
    code = cell("print(open('numbers.txt').read(), end='')\n", "1\n")
    make_book(tmp_path, two="# Two\n" + code)
    rewrite(tmp_path / "mkdocs.yml", "package: thing\n", DATA)
    (tmp_path / "data").mkdir()
    (tmp_path / "data/numbers.txt").write_text("1\n")
    assert results(tmp_path) == ["1\n"]
    (tmp_path / "data/numbers.txt").write_text("2\n")
    assert results(tmp_path) == ["2\n"]


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
    shutil.copytree(own.ROOT, program)
    monkeypatch.setattr(own, "ROOT", program)
    another_process()
    results(count.parent)
    rewrite(program / "kernel/session.py", "import gc", "import  gc")
    another_process()
    results(count.parent)
    assert count.read_text() == "xx"


def test_a_chapter_that_asks_for_snapshots_depends_on_all_of_them(
    count: Path,
) -> None:
    root = count.parent
    more = cell(
        "import literate\n"
        "literate.snapshot('docs/three.md').core.add(3, 4)\n",
        "-1\n",
    )  # fmt: skip
    text = (root / "docs/two.md").read_text()
    three = source("def add(a: int, b: int) -> int:\n    return a - b\n")
    make_book(root, one=ONE, two=text + more, three=three)
    assert results(root)[-1] == "-1\n"
    rewrite(root / "docs/three.md", "a - b", "a // b")
    assert results(root)[-1] == "0\n"


def test_a_chapter_asks_for_those_of_its_own_configuration(tmp_path: Path) -> None:
    asking = cell("import literate\nliterate.snapshot('docs/two.md').core.a\n", "1\n")
    make_book(tmp_path, one="# One\n" + asking, two="# Two\n" + source("a = 1\n"))
    both = (tmp_path / "mkdocs.yml").rename(tmp_path / "both.yml")
    make_book(tmp_path, one="# One\n" + asking)  # a second book, of one chapter
    config = tmp_path / "mkdocs.yml"
    config.write_text(config.read_text() + "not_in_nav: two.md\n")
    [run] = run_cached(Book(tmp_path, both), ["docs/one.md"]).values()
    assert [result.text for result in run.results] == ["1\n"]


@pytest.mark.parametrize("code", ["1 / 0", "2", "import not_there"])
def test_a_chapter_that_failed_is_run_again(count: Path, code: str) -> None:
    root = count.parent
    rewrite(root / "docs/two.md", "python\n1\n", f"python\n{code}\n")
    for _ in range(2):
        results(root)
    assert count.read_text() == "xx"


def test_an_exception_that_the_page_shows_is_no_failure(count: Path) -> None:
    root = count.parent
    shown = "Traceback (most recent call last):\nZeroDivisionError: division by zero"
    rewrite(
        root / "docs/two.md",
        "\n1\n```\n\n```output\n1\n",
        f"\n1 / 0\n```\n\n```output\n{shown}\n",
    )
    for _ in range(2):
        results(root)
    assert count.read_text() == "x"


@pytest.mark.parametrize(
    "text",
    [
        *("{", "null", "{}", '{"local": []}', '{"local": {}, "results": [{}]}'),
        '{"local": {}, "results": []}',
    ],
)
def test_a_damaged_entry_is_no_entry(count: Path, text: str) -> None:
    root = count.parent
    results(root)
    [entry] = (root / ".literate_cache").glob("docs-two.md-*.json")
    entry.write_text(text)
    assert results(root) == ["", "1\n"]
    assert count.read_text() == "xx"


def test_a_build_takes_what_the_tests_have_run(count: Path) -> None:
    assert run_pytest(count.parent).returncode == 0
    assert results(count.parent) == ["", "1\n"]
    assert count.read_text() == "x"


@pytest.mark.parametrize("words", [["-k", "top-1 or two-1"], ["--pdb"]])
def test_what_the_tests_did_not_see_whole_is_run(count: Path, words: list[str]) -> None:
    assert run_pytest(count.parent, *words).returncode == 0
    assert results(count.parent) == ["", "1\n"]
    assert count.read_text() == "xx"


@pytest.mark.slow
@pytest.mark.parametrize("ci", [False, True])
def test_a_build_says_in_a_line_what_it_runs(tmp_path: Path, ci: bool) -> None:
    root = site(tmp_path, one=ONE, two="# Two\n" + cell("1\n", "1\n"))
    first, second = (build(root, ci=ci) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    told = [line for line in first.stderr.splitlines() if "Running" in line]
    assert told == [
        "INFO    -  Running docs/one.md (1 blocks)",
        "INFO    -  Running docs/two.md (1 blocks)",
    ]
    assert "Running" not in second.stderr


def test_a_notebook_says_what_it_runs(count: Path) -> None:
    run = run_python(count.parent, "-m", "literate", "notebook", "docs/two.md")
    assert (run.returncode, run.stdout) == (0, "wrote two.ipynb\n")
    assert run.stderr == "Running docs/two.md (2 blocks)\n"
