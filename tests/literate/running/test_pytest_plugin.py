"""`pytest --markdown-docs`, run as its users run it."""

from __future__ import annotations

from pathlib import Path

import pytest
from making import cell, literate, make_book, source
from processes import outcome, run_pytest

GOOD = "# One\n" + cell("x = 20\n") + cell("x + 1\n", "21\n") + cell("x + 2\n", "22\n")
# Each cell says in a file that it was run.
COUNTED = "# One\n" + "".join(
    cell(f"with open({{path!r}}, 'a') as file:\n    file.write('{name}')\n")
    for name in "abcd"
)


def counted(root: Path, **chapters: str) -> Path:
    """A book whose cells are counted; the file in which they are."""
    path = root / "count.txt"
    texts = {stem: text.format(path=str(path)) for stem, text in chapters.items()}
    make_book(root, **texts)
    return path


def test_a_good_book_passes(tmp_path: Path) -> None:
    make_book(tmp_path, one=GOOD, two=cell("1\n", "1\n"))
    (tmp_path / "README.md").write_text(cell("2\n", "2\n"))
    run = run_pytest(tmp_path, "-v")
    assert run.returncode == 0, run.stdout
    assert outcome(run) == {"passed": 5}
    assert "docs/one.md::one-2 PASSED" in run.stdout
    assert "README.md::top-1 PASSED" in run.stdout


def test_a_failing_cell_shows_place_difference_and_nothing_of_the_machine(
    tmp_path: Path,
) -> None:
    make_book(tmp_path, one=GOOD.replace("21\n", "25\n"))
    run = run_pytest(tmp_path, "-p", "no:randomly")
    assert (run.returncode, outcome(run)) == (1, {"failed": 1, "passed": 2})
    assert (
        "docs/one.md:8: the cell displays something else than its output block\n"
        "--- expected\n+++ got\n@@ -1 +1 @@\n-25\n+21\n"
    ) in run.stdout
    assert "literate/" not in run.stdout


def test_an_exception_shows_the_readers_frames_and_the_chapter_that_wrote_them(
    tmp_path: Path,
) -> None:
    first = "# First\n" + source("def half(x: float) -> float:\n    return x / 0\n")
    second = (
        "# Second\n" + cell("from thing.core import half\nhalf(1)\n") + cell("1;\n")
    )
    make_book(tmp_path, first=first, second=second)
    run = run_pytest(tmp_path, "-p", "no:randomly", "-rs")
    assert outcome(run) == {"failed": 1, "passed": 1, "skipped": 1}
    assert (
        "docs/second.md:3: Traceback (most recent call last):\n"
        "  docs/second.md:5 in <module>\n"
        "    half(1)\n"
        "  thing/core.py:2 in half, written at docs/first.md:5\n"
        "    return x / 0\n"
        "ZeroDivisionError: division by zero\n"
    ) in run.stdout
    assert "not run because of docs/second.md:3 (ZeroDivisionError" in run.stdout


def test_a_cell_that_could_not_run_fails_where_its_reason_is_not_selected(
    tmp_path: Path,
) -> None:
    make_book(tmp_path, one="# One\n" + cell("1 / 0\n") + cell("1;\n"))
    run = run_pytest(tmp_path, "docs/one.md::one-2")
    assert outcome(run) == {"failed": 1}
    assert "docs/one.md:8: not run because of docs/one.md:3 (ZeroD" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "run_cells"),
    [
        ([], "abcd"),
        (["docs/one.md::one-2"], "ab"),
        (["-k", "one-3"], "abc"),
        (["-k", "one-1 or one-3"], "abc"),
    ],
)
def test_a_chapter_runs_once_up_to_the_last_selected_cell(
    tmp_path: Path, arguments: list[str], run_cells: str
) -> None:
    count = counted(tmp_path, one=COUNTED)
    run = run_pytest(tmp_path, *arguments)
    assert run.returncode == 0, run.stdout
    assert count.read_text() == run_cells


def test_last_failed_replays_what_stands_above(tmp_path: Path) -> None:
    make_book(tmp_path, one=GOOD.replace("21\n", "25\n"))
    assert outcome(run_pytest(tmp_path, "--lf")) == {"failed": 1, "passed": 2}
    again = run_pytest(tmp_path, "--lf")
    assert again.stdout.count("1 failed") == 1
    assert "passed" not in again.stdout.splitlines()[-1]


def test_exit_first(tmp_path: Path) -> None:
    make_book(tmp_path, one=GOOD.replace("21\n", "25\n"))
    run = run_pytest(tmp_path, "-x", "-p", "no:randomly")
    assert outcome(run) == {"failed": 1, "passed": 1}


def test_two_processes_share_no_chapter(tmp_path: Path) -> None:
    count = counted(tmp_path, one=COUNTED, two=COUNTED, three=COUNTED)
    run = run_pytest(tmp_path, "-n", "2")
    assert outcome(run) == {"passed": 12}
    assert sorted(count.read_text()) == sorted("abcd" * 3)


def test_update_outputs_writes_the_outputs_and_nothing_else(tmp_path: Path) -> None:
    text = (
        "# One\n\ntext  with   spaces \n"
        + cell("'new'\n")
        + cell("0.123456\n", "0.12\n")
        + cell("2\n", "3\n")
        + cell("x = 4\n", "4\n")
        + "\n```text\nleft alone\n```\n\n"
        + '??? success "Solution"\n\n    ```python\n    5\n    ```\n\n'
        + cell("print('```')\n")
        + cell("int('a')\n", "Traceback (most recent call last):\nOld: a\n")
    )
    make_book(tmp_path, one=text)
    run = run_pytest(tmp_path, "--update-outputs")
    assert run.returncode == 0, run.stdout
    assert "docs/one.md: 6 outputs written" in run.stdout
    expected = text
    for old, new in [
        ("'new'\n```\n", "'new'\n```\n\n```output\n'new'\n```\n"),
        ("```output\n3\n", "```output\n2\n"),
        ("x = 4\n```\n\n```output\n4\n```\n", "x = 4\n```\n"),
        ("    5\n    ```\n", "    5\n    ```\n\n    ```output\n    5\n    ```\n"),
        ("'```')\n```\n", "'```')\n```\n\n````output\n```\n````\n"),
        ("Old: a", "ValueError: invalid literal for int() with base 10: 'a'"),
    ]:
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert (tmp_path / "docs/one.md").read_text() == expected
    again = run_pytest(tmp_path, "--update-outputs")
    assert again.returncode == 0 and "written" not in again.stdout


def test_update_outputs_hides_no_exception(tmp_path: Path) -> None:
    text = cell("1 / 0\n") + cell("2\n", "2\n")
    make_book(tmp_path, one=text)
    run = run_pytest(tmp_path, "--update-outputs")
    assert outcome(run)["failed"] == 1
    assert (tmp_path / "docs/one.md").read_text() == text


def test_update_outputs_leaves_a_chapter_alone_that_changed_meanwhile(
    tmp_path: Path,
) -> None:
    path = tmp_path / "docs/one.md"
    code = f"with open({str(path)!r}, 'a') as file:\n    file.write('more')\n'new'\n"
    make_book(tmp_path, one=cell(code))
    run = run_pytest(tmp_path, "--update-outputs")
    assert run.returncode == 1
    assert "docs/one.md:1: changed while its cells ran" in run.stdout
    assert path.read_text() == cell(code) + "moremore"  # it ran twice


def test_update_outputs_is_for_one_process(tmp_path: Path) -> None:
    make_book(tmp_path, one=GOOD)
    run = run_pytest(tmp_path, "--update-outputs", "-n", "2")
    assert run.returncode == 4
    assert "--update-outputs writes files: run it without -n" in run.stderr


@pytest.mark.parametrize("ci", [False, True])
def test_a_missing_library_skips_its_cells_but_fails_in_ci(
    tmp_path: Path, ci: bool
) -> None:
    make_book(tmp_path, one="# One\n" + cell("import not_here\n") + cell("1\n", "1\n"))
    config = (tmp_path / "mkdocs.yml").read_text()
    config = config.replace("thing\n", "thing\n      optional: [not_here]\n")
    (tmp_path / "mkdocs.yml").write_text(config)
    run = run_pytest(tmp_path, "-rs", "-p", "no:randomly", ci=ci)
    if ci:
        assert outcome(run) == {"failed": 2}
    else:
        assert outcome(run) == {"skipped": 2}
        assert "No module named 'not_here'" in run.stdout


def test_a_broken_chapter_is_an_error_with_its_place(tmp_path: Path) -> None:
    make_book(tmp_path, one="# One\n\n```python\n1\n")
    run = run_pytest(tmp_path)
    assert run.returncode != 0
    assert "docs/one.md:3: unclosed fence" in run.stdout


def test_docstring_examples_of_the_package_are_tests(tmp_path: Path) -> None:
    code = 'def one() -> int:\n    """Be one.\n\n    >>> from thing.core import one\n'
    code += '    >>> one()\n    2\n    """\n    return 1\n'
    make_book(tmp_path, one=source(code))
    assert literate(tmp_path, "tangle").returncode == 0
    run = run_pytest(tmp_path, "thing/core.py")
    assert outcome(run) == {"failed": 1, "passed": 1}
    assert "thing/core.py:6: the cell displays something else" in run.stdout
    (tmp_path / "thing/core.py").write_text("x = 1\n")
    run = run_pytest(tmp_path, "thing/core.py")
    assert "thing/core.py:1: this file is not what the book makes" in run.stdout


def test_another_project_is_left_to_pytest_markdown_docs(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("```python\nassert 1\n```\n")
    run = run_pytest(tmp_path)
    assert outcome(run) == {"passed": 1}, run.stdout
    assert "CodeFence#1" in run_pytest(tmp_path, "-v").stdout
