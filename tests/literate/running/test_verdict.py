"""What an author is told of an exercise, a docstring and a long text."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate.book.blocks import Cell, Exercise, parse
from literate.kernel.blocks import Result
from literate.kernel.tracebacks import HEADER
from literate.running.docstrings import examples
from literate.running.run import run
from literate.running.verdict import LONGEST, is_writable, verdict
from making import book, cell, source

TASK = (
    "\n```exercise\ndef double(x):\n    return x\n```\n\n"
    '```check\nassert double(3) == 6, "twice three"\n```\n\n'
    '```wrong hint="twice three"\ndef double(x):\n    return 5\n```\n'
)
SOLVED = "def double(x):\n    return 2 * x\n"


def told(root: Path, text: str) -> list[str]:
    """What is said of a page."""
    it = book(root, one=text)
    [done] = run(it, it.paths)
    return [str(error) for error in done.errors]


def test_a_file_that_is_not_there_is_told_where_files_lie(tmp_path: Path) -> None:
    [error] = told(tmp_path, cell('open("cities.txt")\n'))
    assert "No such file or directory: 'cities.txt'\nbeside a cell lie " in error


@pytest.mark.parametrize(
    ("code", "cure"),
    [
        (
            "import helper_of_mine\n",
            "a cell imports what is installed, what lies beside",
        ),
        ("display(1)\n", "the value of a last expression is displayed, and others are"),
    ],
)
def test_an_exception_that_is_common_is_told_with_its_cure(
    tmp_path: Path, code: str, cure: str
) -> None:
    [error] = told(tmp_path, cell(code))
    assert error.rpartition("\n")[2].startswith(cure)


def test_an_exercise_that_holds_from_all_sides_is_right(tmp_path: Path) -> None:
    assert told(tmp_path, TASK + cell(SOLVED)) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "return x\n",
            "return x + x\n",
            "the exercise as it is printed passes its check: there is nothing to do",
        ),
        (
            "return 5",
            "return 6",
            "the wrong answer of line 11 passes the check",
        ),
        (
            ' hint="twice three"',
            "",
            'the wrong answer of line 11 names no hint: add hint="…", words of the one '
            "that it gets",
        ),
        (
            ', "twice three"',
            "",
            'the assertion of line 8 has no hint: write `assert …, "what to think of"`',
        ),
        (
            ', "twice three"',
            ', ""',
            'the assertion of line 8 has no hint: write `assert …, "what to think of"`',
        ),
        (
            'hint="twice three"',
            'hint="thrice"',
            "the wrong answer of line 11 is to be refused by the hint 'thrice', but: "
            "AssertionError: twice three",
        ),
        (
            "return 5",
            "return unknown",
            "the wrong answer of line 11 is to be refused by the hint 'twice three', "
            "but: NameError: name 'unknown' is not defined",
        ),
    ],
)
def test_an_exercise_is_held_from_each_side(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert TASK.count(old) == 1
    text = TASK.replace(old, new) + cell(SOLVED)
    assert told(tmp_path, text) == [f"docs/one.md:2: {message}"]


def test_a_solution_that_fails_its_check_is_told_with_the_frames(
    tmp_path: Path,
) -> None:
    [error] = told(tmp_path, TASK + cell(SOLVED.replace("2", "3")))
    assert error.startswith("docs/one.md:2: the solution does not pass the check\n")
    assert error.endswith("AssertionError: twice three")
    assert "docs/one.md:8 in <module>" in error


def test_a_check_that_cannot_run_is_told_with_its_line(tmp_path: Path) -> None:
    [error] = told(tmp_path, TASK.replace("double(3)", "double(3") + cell(SOLVED))
    assert error.startswith("docs/one.md:2: the solution does not pass the check\n")
    assert '"docs/one.md", line 8' in error


def test_an_answer_without_an_end_is_named(tmp_path: Path) -> None:
    it = book(tmp_path, one=TASK.replace("return 5", "while True: pass") + cell(SOLVED))
    it.options = it.options._replace(limit=1)
    [done] = run(it, it.paths)
    [error] = done.errors
    message = "docs/one.md:2: the wrong answer of line 11: it took longer than 1 s"
    assert str(error).startswith(message)


def test_a_prediction_asks_for_something(tmp_path: Path) -> None:
    asked = "\n**Predict.** What is x?\n"
    [error] = told(tmp_path, asked + cell("x = 1\n") + cell("x\n", "1\n"))
    message = "asks for what this cell displays, which is nothing"
    assert error == f"docs/one.md:4: the prediction of line 2 {message}"


@pytest.mark.parametrize(
    ("sign", "cure"), [("\\r", "a progress bar off"), ("\\x1b", "colors off")]
)
def test_signs_of_a_terminal_are_told_with_their_cause(
    tmp_path: Path, sign: str, cure: str
) -> None:
    [error] = told(tmp_path, cell(f"print('{sign}1')\n"))
    assert error.endswith(f"display its repr, or turn {cure}")


def test_a_source_block_that_fails_is_told_with_the_frames(tmp_path: Path) -> None:
    [error] = told(tmp_path, source("x = unknown\n"))
    assert error.startswith("docs/one.md:2: Traceback (most recent call last):\n")
    assert "thing/core.py:1 in <module>, written at docs/one.md:3" in error


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("print('here')", "here"),
        ("__import__('warnings').warn('old')", "UserWarning: old"),
    ],
)
def test_what_a_source_block_displays_is_told(
    tmp_path: Path, code: str, text: str
) -> None:
    [error] = told(tmp_path, source(f"x = {code}\n"))
    message = "docs/one.md:2: the package displays text while it is imported, which"
    assert error.startswith(message)
    assert error.endswith(f"\n    {text}")


def test_an_exercise_takes_no_random_numbers_from_the_cells_below(
    tmp_path: Path,
) -> None:
    seed = cell("import random\nimport numpy\nrandom.seed(1)\nnumpy.random.seed(1)\n")
    use = "random.random(), numpy.random.random()\n"
    numbers = cell(use, "(0.1344, 0.4170)\n")
    task = TASK.replace("assert", f"{use}assert")
    assert told(tmp_path, seed + task + cell(SOLVED) + numbers) == []


def example(code: str, got: Result) -> str:
    """What is said of a docstring's example."""
    [found] = examples("thing/core.py", f'"""A module.\n\n{code}"""\n')
    return verdict(found, got).kind


@pytest.mark.parametrize(
    ("code", "shown", "kind"),
    [
        (">>> f()\n3\n", "3\n", "right"),
        (">>> f()\n3\n", "4\n", "wrong"),
        (">>> f()  # doctest: +NORMALIZE_WHITESPACE\n[1,\n 2]\n", "[1, 2]\n", "right"),
        (">>> f()\n[1,\n 2]\n", "[1, 2]\n", "wrong"),
        (">>> f()  # doctest: +ELLIPSIS\n[1, ..., 9]\n", "[1, 2, 9]\n", "right"),
        (">>> f()\n[1, ..., 9]\n", "[1, 2, 9]\n", "wrong"),
        (">>> f()\n1\n<BLANKLINE>\n2\n", "1\n\n2\n", "right"),
    ],
)
def test_what_passes_doctest_passes_here(code: str, shown: str, kind: str) -> None:
    assert example(code, Result("ran", shown)) == kind


def test_an_expected_exception_of_a_docstring_may_leave_frames_out() -> None:
    header = "Traceback (most recent call last):\n"
    code = f">>> f()\n{header}    ...\nValueError: no\n"
    assert example(code, Result("raised", f"{header}ValueError: no\n")) == "right"
    assert example(code, Result("raised", f"{header}ValueError: yes\n")) == "wrong"
    lines = Result("raised", f"{header}ValueError: one\ntwo\n")
    some = code.replace("f()", "f()  # doctest: +ELLIPSIS").replace("no", "...two")
    assert example(some, lines) == "right"
    code = code.replace("f()", "f()  # doctest: +IGNORE_EXCEPTION_DETAIL")
    assert example(code, Result("raised", f"{header}a.ValueError: yes\n")) == "right"
    assert example(code, Result("raised", f"{header}TypeError: no\n")) == "wrong"


def test_a_skipped_example_is_none() -> None:
    text = '"""A.\n\n>>> launch()  # doctest: +SKIP\n"""\n'
    assert list(examples("thing/core.py", text)) == []


def shown(text: str, output: str = "", trace: str = "") -> str:
    """What is said of a cell that displays a text."""
    [block] = parse("docs/one.md", cell("f()\n", output))
    assert isinstance(block, Cell | Exercise)
    return verdict(block, Result("ran", text, trace=trace)).message


def test_a_long_text_is_told_by_its_beginning() -> None:
    lines = shown("\n".join(map(str, range(100))) + "\n").splitlines()
    assert lines[1] == "    0" and lines[40:] == ["    39", "    … 60 more"]
    assert shown("\n".join(map(str, range(40))) + "\n").endswith("\n    39")
    assert shown("\n".join(map(str, range(41))) + "\n").endswith("\n    … 1 more")
    [_, line] = shown(f"{'x' * 1000}\n").splitlines()
    assert line == f"    {'x' * 400}…"
    assert shown(f"{'x' * 401}\n").endswith("x…")
    assert shown(f"{'x' * 400}\n").endswith(f"    {'x' * 400}")


def test_what_nobody_can_read_is_told_in_part() -> None:
    error = raised(f"{HEADER}\nValueError: \x1b[1m{'x' * 1000}")
    assert error == f"{HEADER}\nValueError: \\x1b[1m{'x' * 385}…"
    told = shown("x\n" * 1000, "y\n").splitlines()
    assert len(told) == 401 and told[-1] == "… 605 more lines"
    [block] = parse("docs/one.md", cell("1\n"))
    below = Result("not run", because=f"docs/one.md:2 (ValueError: {'x' * 1000})")
    assert len(verdict(block, below).message) == 405


def test_the_longest_output_that_is_written() -> None:
    assert is_writable("x" * LONGEST)
    assert not is_writable("x" * (LONGEST + 1))
    assert shown(longest := "x" * (LONGEST - 1) + "\n", longest) == ""


def test_the_cure_of_a_warning_is_told() -> None:
    for output in ("", "3\n"):
        message = shown("UserWarning: careful\n3\n", output)
        assert "`warnings.simplefilter('ignore')` in a cell above" in message
    for other in ("A Warning is no category: none\n", "Warning:3\n"):
        assert "simplefilter" not in shown(other)


def raised(trace: str, output: str = "") -> str:
    """What is said of a cell that an exception ends."""
    [block] = parse("docs/one.md", cell("f()\n", output))
    return verdict(block, Result("raised", f"{trace}\n", trace=f"{trace}\n")).message


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        ("ValueError: no", ""),
        ("EOFError: EOF when reading a line", "\nnobody answers what a cell asks"),
        ("bdb.BdbQuit", "\nto stop here in a debugger, run the page with --pdb"),
    ],
)
def test_what_to_do_about_an_exception_is_told(error: str, cure: str) -> None:
    trace, show = f"{HEADER}\n{error}", "\nto show it, begin the output by "
    assert raised(trace) == raised(trace, "another text\n") == trace + cure
    assert raised(trace, f"{error}\n") == f"{trace}{show}`{HEADER}`"
    assert raised(trace, "\n") == trace + (cure or f"{show}`{HEADER}`")


def test_a_prompt_in_a_cell_is_told() -> None:
    trace = f"{HEADER}\nSyntaxError: invalid syntax"
    [block] = parse("docs/one.md", cell(">>> f()\n"))
    message = verdict(block, Result("raised", f"{trace}\n", trace=trace)).message
    assert message.endswith(
        "without `>>> `, and what it displays into an `output` fence"
    )


def test_what_to_do_about_a_text_without_an_output_is_told() -> None:
    message = "the cell displays text, but no output block follows it: "
    assert shown("x\n") == f"{message}run with --update-outputs\n    x"


def test_the_frames_behind_a_text_are_told_below_it() -> None:
    for output in ("", "3\n"):
        assert shown("x\n", output, "the trace\n").endswith("\n\nthe trace")
        assert not shown("x\n", output).endswith("\n\n")
