"""`pytest --markdown-docs`, run as its users run it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from making import cell, literate, make_book, source
from processes import (
    CONFTEST,
    INTERRUPTIBLE,
    is_alive,
    outcome,
    run_pytest,
    run_python,
    type_at_terminal,
)

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


def test_a_section_has_its_name_in_every_language(tmp_path: Path) -> None:
    make_book(tmp_path, one="# Größe\n" + cell("1;\n") + "\n## 中\n" + cell("2;\n"))
    run = run_pytest(tmp_path, "-v", "-k", "größe or 中")
    assert outcome(run) == {"passed": 2}


@pytest.mark.slow
@pytest.mark.parametrize("is_alone", [True, False])
def test_hypothesis_is_there_for_its_own_tests_alone(
    tmp_path: Path, is_alone: bool
) -> None:
    make_book(tmp_path, one=GOOD)
    (tmp_path / "told.py").write_text(
        "import sys\n\n\ndef pytest_unconfigure():\n"
        "    print('hypothesis imported:', 'hypothesis' in sys.modules)\n"
    )
    (tmp_path / "test_x.py").write_text("def test_x():\n    pass\n")
    others = [] if is_alone else ["test_x.py"]
    run = run_pytest(tmp_path, "-p", "told", "docs/one.md", *others)
    assert run.returncode == 0, run.stdout
    assert f"hypothesis imported: {not is_alone}" in run.stdout


@pytest.mark.slow
def test_what_the_pages_that_are_asked_for_import_is_imported_once_for_all(
    tmp_path: Path,
) -> None:
    (root := tmp_path / "site-packages").mkdir()  # where libraries are
    for name in ("common", "other"):
        (root / f"{name}.py").write_text(
            f"with open({str(root / name)!r}, 'a') as file:\n    file.write('x')\n"
        )
    uses = cell("import common\n") + cell("import nowhere.at_all\n")
    make_book(root, one=uses, two=uses, three=cell("import other\n"))
    run = run_pytest(root, "docs/one.md", "docs/two.md")
    assert outcome(run) == {"passed": 2, "failed": 2}
    assert (root / "common").read_text() == "x"
    assert not (root / "other").exists()


@pytest.mark.slow
def test_what_a_module_of_the_project_does_is_done_on_the_pages_that_import_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "helper.py").write_text(
        "import decimal\ndecimal.getcontext().prec = 3\nprint('made')\n"
    )
    third = "import decimal\ndecimal.Decimal(1) / 3\n"
    full = f"Decimal('0.{28 * '3'}')\n"
    one = cell("import helper\n", "made\n") + cell(third, "Decimal('0.333')\n")
    make_book(tmp_path, one=one, two=cell(third, full))
    run = run_pytest(tmp_path)
    assert outcome(run) == {"passed": 3}, run.stdout


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


@pytest.mark.slow
def test_what_an_answer_ends_is_told_once(tmp_path: Path) -> None:
    text = (
        "\n```exercise\nx = 0\n```\n\n```check\nassert x, 'x'\n```\n\n"
        '```wrong hint="x"\nimport os\nos._exit(0)\n```\n'
    )
    make_book(tmp_path, one=text + cell("x = 1\n"))
    run = run_pytest(tmp_path)
    assert outcome(run) == {"failed": 1, "skipped": 1}
    assert "docs/one.md:2: the wrong answer of line 10: it ended" in run.stdout


@pytest.mark.slow
def test_a_cell_that_could_not_run_fails_where_its_reason_is_not_selected(
    tmp_path: Path,
) -> None:
    make_book(tmp_path, one="# One\n" + cell("1 / 0\n") + cell("1;\n"))
    run = run_pytest(tmp_path, "docs/one.md::one-2")
    assert outcome(run) == {"failed": 1}
    assert "docs/one.md:8: not run because of docs/one.md:3 (ZeroD" in run.stdout


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_two_processes_share_no_chapter(tmp_path: Path) -> None:
    count = counted(tmp_path, one=COUNTED, two=COUNTED, three=COUNTED)
    run = run_pytest(tmp_path, "-n", "2")
    assert outcome(run) == {"passed": 12}
    assert sorted(count.read_text()) == sorted("abcd" * 3)


@pytest.mark.slow
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


@pytest.mark.slow
@pytest.mark.parametrize("ci", [False, True])
def test_a_missing_library_skips_its_cells_but_fails_in_ci(
    tmp_path: Path, ci: bool
) -> None:
    using = cell("import not_here\n") + cell("not_here.one\n", "1\n")
    make_book(tmp_path, one="# One\n" + using + cell("1\n", "1\n"))
    config = (tmp_path / "mkdocs.yml").read_text()
    config = config.replace("thing\n", "thing\n      optional: [not_here]\n")
    (tmp_path / "mkdocs.yml").write_text(config)
    run = run_pytest(tmp_path, "-rs", "-p", "no:randomly", ci=ci)
    if ci:
        assert outcome(run) == {"failed": 2, "passed": 1}
    else:
        assert outcome(run) == {"passed": 1, "skipped": 2}
        assert "No module named 'not_here'" in run.stdout


@pytest.mark.slow
def test_a_broken_chapter_is_an_error_with_its_place(tmp_path: Path) -> None:
    make_book(tmp_path, one="# One\n\n```python\n1\n")
    run = run_pytest(tmp_path)
    assert run.returncode != 0
    assert "docs/one.md:3: unclosed fence" in run.stdout


@pytest.mark.slow
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


@pytest.mark.slow
def test_another_project_is_left_to_pytest_markdown_docs(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("```python\nassert 1\n```\n")
    run = run_pytest(tmp_path)
    assert outcome(run) == {"passed": 1}, run.stdout
    assert "CodeFence#1" in run_pytest(tmp_path, "-v").stdout


WRONG = cell("1 + 1\n", "3\n")
REFUSED = "docs/one.md:2: the cell displays something else than its output block"
HOSTILE = '[tool.pytest.ini_options]\naddopts = "-k nothing"\ntestpaths = ["src"]\n'


@pytest.mark.slow
def test_no_place_makes_a_wrong_output_pass(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book", one=WRONG)
    (tmp_path / "link").symlink_to(root)
    for folder, pages in [(root / "docs", []), (tmp_path, ["link/docs/one.md"])]:
        run = run_pytest(folder, *pages)
        assert (run.returncode, REFUSED in run.stdout) == (1, True), run.stdout


@pytest.mark.slow
def test_the_configuration_of_a_parent_counts_for_nothing(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book", one=WRONG)
    (tmp_path / "pyproject.toml").write_text(HOSTILE)
    assert run_pytest(root).returncode  # nothing is selected, which is no success
    (root / "conftest.py").unlink()
    said = run_python(root / "docs", "-m", "literate", "run", "-q")
    assert (said.returncode, REFUSED in said.stdout) == (1, True), said.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mkdocs.yaml", "book.yml"])
def test_a_configuration_of_another_name_makes_a_book(
    tmp_path: Path, name: str
) -> None:
    make_book(tmp_path, one=WRONG)
    (tmp_path / "mkdocs.yml").rename(tmp_path / name)
    run = run_pytest(tmp_path, "docs/one.md")
    assert (run.returncode, REFUSED in run.stdout) == (1, True), run.stdout


@pytest.mark.parametrize("name", ["literate.weav", "literate-weave", "literate_Weave"])
def test_a_misspelt_extension_makes_no_page_pass(tmp_path: Path, name: str) -> None:
    make_book(tmp_path, one=WRONG)
    config = tmp_path / "mkdocs.yml"
    config.write_text(config.read_text().replace("literate.weave", name))
    run = run_pytest(tmp_path, "docs/one.md")
    assert run.returncode == 4
    assert "\nmkdocs.yml:5: name the package" in run.stdout
    assert "literate/" not in run.stdout  # nothing of the machine


def test_what_stands_above_a_book_is_none_of_its_run(tmp_path: Path) -> None:
    root = make_book(tmp_path / "book", one=GOOD)
    (tmp_path / "notes.yml").write_text("markdown_extensions: [literate.weave]\n")
    (tmp_path / "notes.py").touch()
    run = run_pytest(root, "docs/one.md", "--rootdir", str(tmp_path))
    assert outcome(run) == {"passed": 3}, run.stdout


def test_every_markdown_file_of_a_book_is_run_by_the_book(tmp_path: Path) -> None:
    make_book(tmp_path, one=GOOD)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/more.md").write_text(WRONG)
    run = run_pytest(tmp_path, "notes/more.md")
    assert outcome(run) == {"failed": 1}
    assert "notes/more.md:2: the cell displays something else" in run.stdout


@pytest.mark.slow
def test_two_books_in_one_run_know_nothing_of_each_other(tmp_path: Path) -> None:
    use = cell("from thing.core import add\nadd(3, 4)\n", "{}\n")
    for name, sign, shown in [("a", "+", "7"), ("b", "*", "12")]:
        code = f"def add(a: int, b: int) -> int:\n    return a {sign} b\n"
        make_book(tmp_path / name, one=source(code) + use.format(shown))
    run = run_pytest(tmp_path, "a/docs/one.md", "b/docs/one.md")
    assert outcome(run) == {"passed": 4}, run.stdout


@pytest.mark.slow
def test_the_debugger_stops_in_the_cell(tmp_path: Path) -> None:
    make_book(tmp_path, one=cell("def f(x):\n    secret = 41\n    1 / x\nf(0)\n"))
    run = run_pytest(tmp_path, "--pdb", said="p secret + 1\nq\n")
    assert "docs/one.md(5)f()" in run.stdout
    assert "(Pdb) 42\n" in run.stdout


@pytest.mark.slow
def test_what_a_cell_logs_is_displayed_where_a_debugger_looks_on(
    tmp_path: Path,
) -> None:
    log = "import logging\nlogging.warning('careful')\n"
    told = "logging.basicConfig(level='INFO', format='%(message)s')\n"
    text = cell(log, "WARNING:root:careful\n") + cell("1\n", "1\n")
    more = cell(f"import logging\n{told}logging.info('so')\n", "so\n")
    silent = cell("import logging\nlogging.warning('careful')\n")
    make_book(tmp_path, one=text, two=more, three=silent)
    run = run_pytest(tmp_path, "--pdb")
    assert outcome(run) == {"failed": 1, "passed": 3}
    assert "the cell displays text, but no output block follows it" in run.stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="terminals are of POSIX")
@pytest.mark.parametrize("options", [["--pdb"], ["--pdb", "-s"]])
def test_what_a_cell_writes_behind_a_debugger_is_kept(
    tmp_path: Path, options: list[str]
) -> None:
    lines = ["'before'", "'step'", "'go on'", "'last'"]
    code = "breakpoint()\n".join(f"print({line})\n" for line in lines)
    code = code.replace("print('go on')\nbreakpoint()", "print('go on')")
    make_book(tmp_path, one=cell(code, "before\nstep\ngo on\nlast\n"))
    shown = type_at_terminal(
        tmp_path, *options, asked="(Pdb) ", answers=["p 6 * 7", "n", "n", "s"]
    )
    assert "(Pdb) p 6 * 7\n42\n(Pdb) " in shown
    assert "(Pdb) n\nstep\n> " in shown  # by the first, or the second where it stops
    assert "1 passed" in shown, shown


@pytest.mark.slow
def test_a_debugger_has_nothing_to_look_at_in_a_wrong_output(tmp_path: Path) -> None:
    make_book(tmp_path, one=GOOD.replace("21\n", "25\n"))
    run = run_pytest(tmp_path, "--pdb", "-p", "no:randomly")
    assert outcome(run) == {"failed": 1, "passed": 2}
    assert "(Pdb)" not in run.stdout


def test_a_forgotten_mark_is_told_where_it_is_forgotten(tmp_path: Path) -> None:
    first = source("class Box:\n    x = 1\n\n    y = 2\n")
    second = source("class Box:\n    z = 3\n")
    make_book(tmp_path, one=first, two=second)
    run = run_pytest(tmp_path)
    assert outcome(run) == {"failed": 1, "passed": 1}, run.stdout
    assert "docs/two.md:2: this block defines a class whole, and so drops `Box.x`" in (
        run.stdout
    )


def test_nobody_sits_at_the_input_of_a_cell(tmp_path: Path) -> None:
    make_book(tmp_path, one=cell("input()\n"))
    run = run_pytest(tmp_path, "-s", said="somebody types\n")
    assert outcome(run) == {"failed": 1}
    assert "EOFError: EOF when reading a line" in run.stdout


@pytest.mark.parametrize("code", ["import time\ntime.time_ns()\n", "id(object())\n"])
def test_what_changes_from_run_to_run_is_not_written(tmp_path: Path, code: str) -> None:
    text = cell("1 + 1\n") + cell(code)
    make_book(tmp_path, one=text)
    run = run_pytest(tmp_path, "--update-outputs")
    assert run.returncode == 1
    assert "docs/one.md:7: this cell displays something else each time" in run.stdout
    assert (tmp_path / "docs/one.md").read_text() == text


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals are of POSIX")
def test_an_interrupt_ends_all_of_it_at_once(tmp_path: Path) -> None:
    code = "import os, pathlib\nfile = pathlib.Path({!r}, f'pid-{{os.getpid()}}')\n"
    code = code.format(str(tmp_path)) + "file.touch()\nwhile True: pass\n"
    make_book(tmp_path, one=cell(code), two=cell(code))
    command = [sys.executable, "-m", "pytest", "--markdown-docs", "docs"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=INTERRUPTIBLE,
    ) as run:
        deadline = time.monotonic() + 60
        while not (pids := list(tmp_path.glob("pid-*"))):
            assert time.monotonic() < deadline and run.poll() is None
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        begin = time.monotonic()
        said, _ = run.communicate(timeout=50)
        assert time.monotonic() - begin < 30  # the cell itself may take 60
    assert run.returncode == pytest.ExitCode.INTERRUPTED, said
    for pid in pids:
        assert not is_alive(int(pid.name.removeprefix("pid-")))


@pytest.mark.slow
@pytest.mark.needs("coverage")
def test_coverage_counts_the_tangled_lines_that_chapters_run(tmp_path: Path) -> None:
    first = source("def half(x: int) -> int:\n    return x // 2\n\n\n"
                   "def third(x: int) -> int:\n    return x // 3\n")  # fmt: skip
    above = cell("from thing.core import half, third\nhalf(8), third(9);\n")
    second = source("def third(x: int) -> int:\n    return x * 3 // 9\n")
    make_book(tmp_path, one=first + above, two=second)
    assert literate(tmp_path, "tangle").returncode == 0
    (tmp_path / "conftest.py").write_text(CONFTEST)
    words = ["--source=thing", "-m", "pytest", "-q", "--markdown-docs"]
    run = run_python(tmp_path, "-m", "coverage", "run", *words)
    assert run.returncode == 0, run.stdout
    run_python(tmp_path, "-m", "coverage", "json", "-o", "told.json")
    told = json.loads((tmp_path / "told.json").read_text())["files"]["thing/core.py"]
    # 1 is the line of `tangle`; what has run of `third` is not what stands there now.
    assert (told["executed_lines"], told["missing_lines"]) == ([2, 3, 6], [7])


@pytest.mark.slow
@pytest.mark.needs("coverage")
def test_a_cell_cannot_end_the_process_in_which_it_is_counted(tmp_path: Path) -> None:
    child = "import os\nif not (child := os.fork()):\n    os._exit(3)\n"
    waits = "os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n"
    make_book(tmp_path, one=cell(child + waits, "3\n") + cell("os._exit(0)\n"))
    words = ["-m", "coverage", "run", "-m", "pytest", "--markdown-docs"]
    run = run_python(tmp_path, *words)
    assert (run.returncode, outcome(run)) == (1, {"failed": 1, "passed": 1})
    assert ": Traceback" in run.stdout
    assert "SystemExit: os._exit(0)" in run.stdout
