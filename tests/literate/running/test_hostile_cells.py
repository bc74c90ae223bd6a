"""Cells that write behind Python's back, stay, crash or do not end."""

from __future__ import annotations

import pytest
from literate.kernel.blocks import Result
from literate.kernel.tracebacks import HEADER
from literate.running.run import ChapterRun, run
from making import book, cell

AFTER = cell("1 + 1\n", "2\n")
THREAD = "import os, threading, time\nthreading.Thread(target={}, args=({},)).start()\n"
WRITES = {
    "descriptor": ("import os\nos.write(2, b'low\\n');\n", "low\n"),
    "child": (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', \"print('child')\"]);\n",
        "child\n",
    ),
    "log": (
        "import logging\nlogging.basicConfig()\nlogging.warning('careful')\n",
        "WARNING:root:careful\n",
    ),
    "both": (
        "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\n",
        "a\nb\nc\n",
    ),
    "stays": (THREAD.format("time.sleep", "1000"), ""),
}
RAISES = {
    "exit": ("raise SystemExit('bye')\n", "SystemExit: bye"),
    "interrupt": ("raise KeyboardInterrupt\n", "KeyboardInterrupt"),
    "cancel": (
        "import asyncio\nraise asyncio.CancelledError\n",
        "asyncio.exceptions.CancelledError",
    ),
    "skip": ("import pytest\npytest.skip('no')\n", "Skipped: no"),
    "asks": ("input()\n", "EOFError: EOF when reading a line"),
}
ENDS = {
    "leaves": (
        THREAD.format("os._exit", "3") + "time.sleep(60)\n",
        "it ended the process of its chapter (exit status 3)",
    ),
    "crashes": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n",
        "it crashed Python (SIGSEGV)",
    ),
}
REFUSED = {
    "surrogate": ("print('\\ud800')\n", r"the cell displays '\ud800' in line 1"),
    "escape": ("print('a\\n\\x1b[1m')\n", r"the cell displays '\x1b' in line 2"),
    "nothing": ("print('\\0')\n", r"the cell displays '\x00' in line 1"),
    "flood": ("print('x' * 10**7)\n", "the cell displays 4,000,000 characters"),
}
CODES = {name: code for kind in (WRITES, RAISES, ENDS, REFUSED)
         for name, (code, _) in kind.items()}  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ChapterRun]:
    """All of them, side by side, each a chapter with a cell below."""
    chapters = {name: cell(code) + AFTER for name, code in CODES.items()}
    it = book(tmp_path_factory.mktemp("hostile"), **chapters)
    done = run(it, list(it.chapters))
    return {each.path.removeprefix("docs/").removesuffix(".md"): each for each in done}


@pytest.mark.parametrize("name", WRITES)
def test_all_that_a_cell_writes_is_displayed(
    runs: dict[str, ChapterRun], name: str
) -> None:
    first, after = runs[name].results
    assert first == Result("ran", WRITES[name][1])
    assert after == Result("ran", "2\n")


@pytest.mark.parametrize("name", RAISES)
def test_what_is_no_exception_ends_its_cell_as_one(
    runs: dict[str, ChapterRun], name: str
) -> None:
    first, after = runs[name].results
    assert (first.status, first.text) == ("raised", f"{HEADER}\n{RAISES[name][1]}\n")
    assert after.status == "not run"
    [error] = runs[name].errors
    assert (error.path, error.line) == (f"docs/{name}.md", 2)


@pytest.mark.parametrize("name", ENDS)
def test_the_end_of_a_process_is_the_end_of_its_chapter_alone(
    runs: dict[str, ChapterRun], name: str
) -> None:
    reason = ENDS[name][1]
    assert runs[name].results == (
        Result("ended", because=reason),
        Result("not run", because=f"docs/{name}.md:2 ({reason})"),
    )


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_output_can_hold_is_refused_at_its_cell(
    runs: dict[str, ChapterRun], name: str
) -> None:
    [error] = runs[name].errors
    assert str(error).startswith(f"docs/{name}.md:2: {REFUSED[name][1]}")


def test_a_cell_without_an_end_is_ended_and_named(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    it = book(tmp_path_factory.mktemp("endless"), a=cell("while True: pass\n") + AFTER)
    it.limit = 2
    [done] = run(it, ["docs/a.md"])
    assert [each.status for each in done.results] == ["ended", "not run"]
    [error] = done.errors
    assert str(error).startswith("docs/a.md:2: it took longer than 2 s and was ended")
