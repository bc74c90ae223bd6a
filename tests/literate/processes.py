"""Running pytest and MkDocs on small books."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from making import ROOT

# A process may have to receive Ctrl-C though this one, behind a shell's `&`, does not.
INTERRUPTIBLE = (
    partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    if os.name == "posix"
    else None
)
CONFTEST = 'pytest_plugins = ["literate.pytest_plugin"]\n'


def run_pytest(
    root: Path, *arguments: str, ci: bool = False, said: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `pytest --markdown-docs` in a project; `said` is what somebody types."""
    (root / "conftest.py").write_text(CONFTEST)
    words = ["-m", "pytest", "--markdown-docs", "-p", "no:cacheprovider", *arguments]
    if "--lf" in arguments:
        words.remove("-p")
        words.remove("no:cacheprovider")
    return run_python(root, *words, ci=ci, said=said)


def outcome(run: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """The counts of pytest's last line."""
    last = run.stdout.rstrip().splitlines()[-1]
    return {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", last)}


def build(
    root: Path, *arguments: str, ci: bool = False
) -> subprocess.CompletedProcess[str]:
    """Build the site of a project."""
    return run_builder(root, "mkdocs", "--strict", *arguments, ci=ci)


def run_builder(
    root: Path, builder: str, *arguments: str, ci: bool = False
) -> subprocess.CompletedProcess[str]:
    """Build the site of a project by a program of one's choice."""
    return run_python(root, "-m", builder, "build", *arguments, ci=ci)


def run_python(
    root: Path, *words: str, ci: bool = False, said: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python in a project, with the machine of this repository."""
    environment = {name: text for name, text in os.environ.items() if name != "CI"}
    environment |= {"PYTHONPATH": str(ROOT / "literate/src")}
    environment |= {"PYTHONHASHSEED": "0"}  # so that two builds can be compared
    environment |= {"CI": "1"} if ci else {}
    return subprocess.run(
        [sys.executable, *words],
        cwd=root,
        input=said,
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
    )


def type_at_terminal(
    root: Path, *arguments: str, asked: str, answers: Iterable[str]
) -> str:
    """Run `pytest --markdown-docs` at a terminal, and answer; at last, to go on.

    Returns:
        What the terminal has shown.
    """
    import pty  # of POSIX alone

    words = ["-m", "pytest", "--markdown-docs", "-p", "no:cacheprovider", *arguments]
    terminal, end = pty.openpty()
    source = str(ROOT / "literate/src")
    environment = {**os.environ, "PYTHONPATH": source, "TERM": "dumb"}
    with subprocess.Popen(
        [sys.executable, *words], cwd=root, env=environment,
        stdin=end, stdout=end, stderr=end,
    ) as run:  # fmt: skip
        os.close(end)
        left, shown, position = iter(answers), "", 0
        while select.select([terminal], [], [], 60)[0]:
            try:
                shown += os.read(terminal, 65536).decode()
            except OSError:  # the end of what was run
                break
            if (found := shown.find(asked, position)) >= 0:
                position = found + len(asked)
                os.write(terminal, f"{next(left, 'c')}\n".encode())
        run.kill()
        os.close(terminal)
    return shown.replace("\r\n", "\n")


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be noticed does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
