"""Cells that write behind Python's back, stay, crash or do not end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from literate.kernel.blocks import Result
from literate.kernel.tracebacks import HEADER
from literate.running import pool
from literate.running.process import Job
from literate.running.run import ChapterRun, page_of, run
from literate.running.run import codes as pieces
from literate.running.starting import uninterrupted
from making import book, cell, make_book
from processes import is_alive

AFTER = cell("import os\nos.write(1, b'1\\n')\n1 + 1\n", "1\n2\n")
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
    "thread": (
        "import threading\ndef f():\n    raise ValueError('no')\n"
        "t = threading.Thread(target=f, name='T')\nt.start()\nt.join()\n",
        f"Exception in thread T:\n{HEADER}\nValueError: no\n",
    ),
    "import": (
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()) as out:\n"
        "    import this\nout.getvalue()[:11]\n",
        "'The Zen of '\n",
    ),
    "thread-exits": (
        "import sys, threading\nt = threading.Thread(target=sys.exit, args=(3,))\n"
        "t.start()\nt.join()\n",
        "",
    ),
    "finalizer": (
        "class A:\n    def __del__(self):\n        raise ValueError('no')\n"
        "a = A()\ndel a\n",
        f"Exception ignored in A.__del__:\n{HEADER}\nValueError: no\n",
    ),
    "input": ("import os\nos.read(0, 1)\n", "b''\n"),
    "library": ("import ctypes\nctypes.CDLL(None).puts(b'from C');\n", "from C\n"),
    "system": ("import os\nos.system('echo shell');\n", "shell\n"),
    "stdout-closed": ("import sys\nprint('a')\nsys.stdout.close()\n", "a\n"),
    "stdout-none": ("import sys\nprint('a')\nsys.stdout = None\n", "a\n"),
    "stdout-buffered": (
        "import sys\nsys.stdout = open(1, 'w', closefd=False)\nprint('a')\n",
        "a\n",
    ),
    "stdout-replaced": (
        "import contextlib, io\n"
        "with contextlib.redirect_stdout(io.StringIO()) as out:\n"
        "    print('a')\nout.getvalue()\n",
        "'a\\n'\n",
    ),
    "stdout-cannot-flush": (
        "import sys\nclass Out:\n    def flush(self): raise OSError\n"
        "    def write(self, text): pass\nsys.stdout = Out()\nprint('a')\n",
        "",
    ),
    "descriptors-closed": ("import os\nprint('a')\nos.closerange(1, 3)\n", "a\n"),
    "descriptor-led-away": (
        "import os\nfile = os.open('x', os.O_CREAT | os.O_RDWR)\nos.dup2(file, 1)\n"
        "print('a')\nopen('x').read()\n",
        "'a\\n'\n",
    ),
    "traced": ("import sys\nsys.settrace(lambda *_: None)\n", ""),
    "profiled": ("import sys\nsys.setprofile(lambda *_: None)\n", ""),
    "faults": ("import faulthandler\nfaulthandler.enable()\n", ""),
    "alarm": (
        "import signal, time\n"
        "signal.signal(signal.SIGALRM, lambda *_: print('rings'))\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.1)\ntime.sleep(0.2)\n",
        "rings\n",
    ),
    "forks": (
        "import os\nchild = os.fork()\nif not child:\n    print('child')\n"
        "    os._exit(0)\nos.waitpid(child, 0)[1]\n",
        "child\n0\n",
    ),
    "child-comes-back": (
        "import os\nif child := os.fork():\n    os.waitpid(child, 0)\n"
        "print('parent' if child else 'child')\n",
        "child\nparent\n",
    ),
    "child-exits": (
        "import os, sys\nif not (child := os.fork()):\n    sys.exit(3)\n"
        "os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n",
        "3\n",
    ),
    "child-ends": (
        "import os, sys\nif not (child := os.fork()):\n    sys.exit()\n"
        "os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n",
        "0\n",
    ),
    "child-gives-a-reason": (
        "import os, sys\nif not (child := os.fork()):\n    sys.exit('no')\n"
        "os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n",
        "1\n",
    ),
    "child-raises": (
        "import os\nif not (child := os.fork()):\n    raise ValueError('no')\n"
        "os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n",
        f"{HEADER}\nValueError: no\n1\n",
    ),
    "pool": (
        "from concurrent.futures import ThreadPoolExecutor\nimport time\n"
        "pool = ThreadPoolExecutor(2)\nfuture = pool.submit(time.sleep, 1000)\n",
        "",
    ),
    "processes": (
        "import multiprocessing, time\n"
        "pool = multiprocessing.get_context('fork').Pool(2)\n"
        "result = pool.apply_async(time.sleep, (1000,))\n",
        "",
    ),
    "start-method": (
        "import multiprocessing\nhere = multiprocessing.get_start_method()\n"
        "multiprocessing.set_start_method(None, force=True)\n"
        "here == multiprocessing.get_start_method()\n",
        "True\n",
    ),
    "task": (
        "import asyncio\nasync def start():\n"
        "    return asyncio.create_task(asyncio.sleep(1000))\ntask = await start()\n",
        "",
    ),
    "at-exit": ("import atexit\natexit.register(print, 'bye');\n", ""),
    "generator": (
        "def g():\n    try:\n        yield 1\n    finally:\n        print('closed')\n"
        "it = g()\nnext(it)\n",
        "1\n",
    ),
    "folder-gone": ("import os, shutil\nshutil.rmtree(os.getcwd())\n", ""),
    "environment-gone": ("import os\nos.environ.clear()\n", ""),
    "path-gone": ("import sys\nsys.path.clear()\nsys.meta_path.clear()\n", ""),
    "main-gone": ("import sys\ndel sys.modules['__main__']\n", ""),
    "a-str-of-its-own": (
        "class E(Exception):\n    def __str__(self):\n        raise SystemExit\n"
        "try:\n    raise E\nexcept E:\n    print('caught')\n",
        "caught\n",
    ),
    "async": (
        "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 3\n"
        "async def g():\n    yield 4\n"
        "async for x in g():\n    print(x)\nawait f()\n",
        "4\n3\n",
    ),
    "long-number": (
        "import sys\nsys.set_int_max_str_digits(0)\nlen(str(10**5000))\n",
        "5001\n",
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
    "stops": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nwhile True: pass\n",
        "KeyboardInterrupt",
    ),
    "debugs": ("import bdb\nraise bdb.BdbQuit\n", "bdb.BdbQuit"),
    "generator-exit": ("raise GeneratorExit('x')\n", "GeneratorExit: x"),
    "group": (
        "raise BaseExceptionGroup('two', [KeyboardInterrupt(), ValueError()])\n",
        "BaseExceptionGroup: two (2 sub-exceptions)",
    ),
    "repr": (
        "class A:\n    def __repr__(self):\n        raise SystemExit(3)\nA()\n",
        "SystemExit: 3",
    ),
    "no-str": (
        "class E(Exception):\n    def __str__(self):\n        raise SystemExit\n"
        "raise E\n",
        "E: <exception str() failed>",
    ),
    "surrogate-message": ("raise ValueError('\\ud800')\n", "ValueError: \ud800"),
    "deep": ("def f(): f()\nf()\n", "RecursionError: maximum recursion depth exceeded"),
    "large": ("raise MemoryError\n", "MemoryError"),
    "digits": (
        "10**5000\n",
        "ValueError: Exceeds the limit (4300 digits) for integer string conversion; "
        "use sys.set_int_max_str_digits() to increase the limit",
    ),
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
    "flood": ("print('x' * 10**7)\n", "the cell displays more than 100,000 characters"),
    "progress": ("print('\\r1')\n", r"the cell displays '\r' in line 1"),
    "bytes": (
        "import sys\nsys.stdout.buffer.write(b'\\xff');\n",
        r"the cell displays '\udcff' in line 1",
    ),
    "long-bytes": (
        "import sys\nsys.stdout.buffer.write(b'\\xff' * 10**6);\n",
        "the cell displays more than 100,000 characters",
    ),
    "bell": ("print('\\a')\n", r"the cell displays '\x07' in line 1"),
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


@pytest.mark.slow
@pytest.mark.parametrize("name", WRITES)
def test_all_that_a_cell_writes_is_displayed(
    runs: dict[str, ChapterRun], name: str
) -> None:
    first, after = runs[name].results
    assert (first.status, first.text) == ("ran", WRITES[name][1])
    assert after == Result("ran", "1\n2\n")


@pytest.mark.parametrize("name", RAISES)
def test_what_is_no_exception_ends_its_cell_as_one(
    runs: dict[str, ChapterRun], name: str
) -> None:
    first, after = runs[name].results
    assert (first.status, first.text) == ("raised", f"{HEADER}\n{RAISES[name][1]}\n")
    assert first.trace.isprintable() or first.trace.encode()  # a terminal can show it
    assert after.status == "not run"
    [error] = runs[name].errors
    assert (error.path, error.line) == (f"docs/{name}.md", 2)


def test_a_reason_that_cannot_be_shown_is_told(runs: dict[str, ChapterRun]) -> None:
    assert runs["no-str"].results[0].because == "<E that cannot be shown>"


@pytest.mark.parametrize("name", ENDS)
def test_the_end_of_a_process_is_the_end_of_its_chapter_alone(
    runs: dict[str, ChapterRun], name: str
) -> None:
    reason = ENDS[name][1]
    assert runs[name].results == (
        Result("ended", because=reason),
        Result("not run", because=f"docs/{name}.md:2 ({reason})"),
    )


@pytest.mark.parametrize(
    "code", ["import sys\nsys.modules.clear()\n", "builtins.open = None\n"]
)
def test_a_cell_that_takes_away_what_python_needs_is_told_of_it(
    tmp_path: Path, code: str
) -> None:
    it = book(tmp_path, a=cell(f"import builtins\n{code}") + cell("1;\n"))
    [done] = run(it, it.paths)
    assert done.results[0].status == "ended"
    assert done.results[0].because.startswith("literate failed: Traceback")
    assert "\ndoes the cell change what Python" in done.results[0].because
    place = "docs/a.md:2"
    assert done.results[1].because == f"{place} (literate failed: {HEADER})"


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_output_can_hold_is_refused_at_its_cell(
    runs: dict[str, ChapterRun], name: str
) -> None:
    [error] = runs[name].errors
    assert str(error).startswith(f"docs/{name}.md:2: {REFUSED[name][1]}")


@pytest.mark.slow
def test_a_cell_without_an_end_is_ended_and_named(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    it = book(tmp_path_factory.mktemp("endless"), a=cell("while True: pass\n") + AFTER)
    it.options = it.options._replace(limit=2)
    [done] = run(it, ["docs/a.md"])
    assert [each.status for each in done.results] == ["ended", "not run"]
    [error] = done.errors
    assert str(error).startswith("docs/a.md:2: it took longer than 2 s and was ended")


def test_the_author_is_told_where_a_thread_has_failed(
    runs: dict[str, ChapterRun],
) -> None:
    [error] = runs["thread"].errors
    assert error.line == 2
    assert "  docs/thread.md:5 in f\n    raise ValueError('no')" in str(error)


def test_a_thread_that_failed_is_not_told_of_the_next_cell(tmp_path: Path) -> None:
    failing = WRITES["thread"][0] + "1 / 0\n"
    raised = f"{HEADER}\nZeroDivisionError: division by zero\n"
    it = book(tmp_path, a=cell(failing, raised) + AFTER)
    assert run(it, it.paths)[0].results[1] == Result("ran", "1\n2\n")


def test_a_recursion_is_shown_by_its_ends(runs: dict[str, ChapterRun]) -> None:
    trace = runs["deep"].results[0].trace.splitlines()
    assert trace[1:3] == ["  docs/deep.md:4 in <module>", "    f()"]
    assert len(trace) < 50 and any("more frames" in line for line in trace)


@pytest.mark.parametrize("above", ["", cell("print('above')\n")])
def test_what_ended_shows_what_it_had_to_say(
    tmp_path_factory: pytest.TempPathFactory, above: str
) -> None:
    code = "import os\nos.write(1, b'so far\\n')\nos._exit(3)\n"
    it = book(tmp_path_factory.mktemp("said"), a=above + cell(code))
    [done] = run(it, ["docs/a.md"])
    assert done.results[-1].text == "so far\n"
    assert str(done.errors[-1]).endswith("until then it had displayed\n    so far")


def test_what_writes_without_an_end_is_ended(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "FLOOD", 1_000_000)
    code = "import time\nprint('x' * 10**6)\ntime.sleep(60)\n"
    it = book(tmp_path_factory.mktemp("flood"), a=cell(code))
    [done] = run(it, ["docs/a.md"])
    assert done.results[0].because == "it wrote more than 1,000,000 bytes and was ended"


def test_a_process_that_does_not_begin_is_told_as_such(tmp_path: Path) -> None:
    it = book(tmp_path, a=AFTER)
    codes = tuple(code for _, code in pieces(it.chapters["docs/a.md"].blocks))
    job = Job(page_of(it, "docs/a.md"), codes, 60.0, {}, "", "no-screen")
    waiting = pool.Running(job)  # its deadline is over
    waiting.check()
    [result] = waiting.results
    assert result.because.startswith("Python did not begin to run it within 120 s")


def test_a_pool_that_was_lent_can_be_used_again(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    it = book(tmp_path_factory.mktemp("lent"), a=AFTER, b=AFTER)
    with pool.Pool(1) as lent:
        for path in it.paths:
            [done] = run(it, [path], lent)
            assert done.errors == []


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell")
@pytest.mark.parametrize("end", ["1;\n", "while True: pass\n"])
def test_what_has_left_the_group_of_its_chapter_ends_with_it(
    tmp_path: Path, end: str
) -> None:
    code = (
        "import pathlib, subprocess\n"
        "start = ['sh', '-c', 'sleep 99 >&- 2>&- & echo $!']\n"
        "told = [subprocess.Popen(['sleep', '99'], start_new_session=True).pid]\n"
        "told += [subprocess.check_output(['setsid', *start], text=True).strip()]\n"
        "below = ['sh', '-c', 'sleep 99 2>&- & echo $!; wait']\n"
        "told += [subprocess.Popen(below, start_new_session=True, text=True,\n"
        "                          stdout=subprocess.PIPE).stdout.readline()]\n"
        f"file = pathlib.Path({str(tmp_path)!r}, 'pids')\n"
        "file.write_text(' '.join(map(str, told)));\n"
    )
    it = book(tmp_path, a=cell(code + end))
    it.options = it.options._replace(limit=1)
    run(it, it.paths)
    pids = [int(word) for word in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 3
    deadline = time.monotonic() + 10
    while alive := [pid for pid in pids if is_alive(pid)]:
        assert time.monotonic() < deadline, alive
        time.sleep(0.02)


def test_nothing_stays_of_a_chapter(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("stays")
    code = (
        "import os, pathlib, subprocess, sys\n"
        "wait = 'import time; time.sleep(99)'\n"
        "child = subprocess.Popen([sys.executable, '-c', wait])\n"
        f"file = pathlib.Path({str(root)!r}, 'pids')\n"
        "file.write_text(f'{os.getpid()} {child.pid}');\n"
    )
    it = book(root, a=cell(code))
    assert run(it, it.paths)[0].errors == []
    pids = [int(word) for word in (root / "pids").read_text().split()]
    deadline = time.monotonic() + 10
    while alive := [pid for pid in pids if is_alive(pid)]:
        assert time.monotonic() < deadline, alive
        time.sleep(0.01)


def test_the_environment_is_that_of_whoever_asks(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKED", "now")
    monkeypatch.delenv("PATH")  # which processes were begun with
    code = "import os\nos.environ['ASKED'], 'PATH' in os.environ\n"
    it = book(tmp_path_factory.mktemp("environment"), a=cell(code))
    [done] = run(it, it.paths)
    assert done.results[0].text == "('now', False)\n"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="a timer of POSIX, and children")
@pytest.mark.parametrize(
    ("code", "limit"),
    [
        ("file.write_text(str(os.getpid()))\nwhile True: pass\n", 1),
        ("child = subprocess.Popen(['sleep', '99'])\n"
         "file.write_text(str(child.pid))\ntime.sleep(2)\n", 60),
    ],
)  # fmt: skip
def test_what_runs_for_somebody_who_is_gone_ends_by_itself(
    tmp_path: Path, code: str, limit: int
) -> None:
    code = (
        "import os, pathlib, subprocess, time\n"
        f"file = pathlib.Path({str(tmp_path)!r}, 'pid')\n{code}"
    )
    it = make_book(tmp_path / "book", a=cell(code))
    program = (
        "from pathlib import Path\nfrom literate.book.book import Book\n"
        "from literate.running.run import run\n"
        f"it = Book(Path({str(it)!r}))\n"
        f"it.options = it.options._replace(limit={limit})\nrun(it, it.paths)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program]) as parent:
        deadline = time.monotonic() + 60
        file = tmp_path / "pid"
        while not (file.exists() and file.read_text()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        parent.kill()
    deadline = time.monotonic() + 30
    while is_alive(int(file.read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_chapter_may_take_longer_than_its_cells(tmp_path: Path) -> None:
    it = book(tmp_path, a=cell("import time\ntime.sleep(1.1)\n") * 4)
    it.options = it.options._replace(limit=1.5)
    assert run(it, it.paths)[0].errors == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_ctrl_c_waits_until_a_process_has_begun() -> None:
    def receive() -> None:  # as a thread of a library does: it does not block it
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        os.kill(os.getpid(), signal.SIGINT)

    has_begun = False
    # Tests that a shell has put into the background are born deaf to it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), uninterrupted():
            thread = threading.Thread(target=receive)
            thread.start()
            thread.join()
            has_begun = True
    finally:
        signal.signal(signal.SIGINT, before)
    assert has_begun
