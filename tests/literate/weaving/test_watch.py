"""`literate serve`: the site follows its chapters, and survives their errors."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from making import cell, literate, site, source
from processes import INTERRUPTIBLE

PATIENCE = 30  # seconds: many times what any change takes


class Server:
    """`literate serve` for the book in a folder."""

    def __init__(self, root: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.log = root / "log.txt"
        with self.log.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "literate", "serve", "--address", self.address],
                cwd=root,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=INTERRUPTIBLE,
            )

    def page(self, name: str) -> str:
        """The page as a browser gets it; empty while there is none."""
        try:
            address = f"http://{self.address}/{name}"
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return ""

    def said(self) -> str:
        """What stands in the terminal."""
        return self.log.read_text()

    def build(self) -> str:
        """Which build is shown, as a page tells the browser."""
        found = re.search(r"livereload\((\d+)", self.page("first.html"))
        return found[1] if found else ""

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for something to happen."""
        end = time.monotonic() + PATIENCE
        while not until():
            assert self.process.poll() is None and time.monotonic() < end, self.said()
            time.sleep(0.1)


@contextlib.contextmanager
def serving(root: Path) -> Iterator[Server]:
    server = Server(root)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    count = str(tmp_path / "count.txt")
    counting = f"with open({count!r}, 'a') as file:\n    file.write('x')\n"
    first = "# First\n" + source("x = 1\n") + cell(counting) + cell("1 + 1\n", "2\n")
    second = (
        "# Second\n"
        + source("y = 2\n", "thing/other.py")
        + cell("from thing.other import y\ny\n", "2\n")
    )
    with serving(site(tmp_path, first=first, second=second)) as server:
        yield server


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.slow
def test_the_site_follows_its_chapters_and_survives_their_errors(
    server: Server, tmp_path: Path
) -> None:
    second = tmp_path / "docs/second.md"
    server.wait(lambda: "Second" in server.page("second.html"))
    assert (tmp_path / "thing/other.py").read_text().endswith("\ny = 2\n")

    error = "docs/second.md:8: the cell displays something else"
    rewrite(second, "```output\n2", "```output\n3")
    server.wait(lambda: error in server.page("second.html"))
    assert error in server.said()
    assert "First" in server.page("first.html")

    rewrite(second, "y = 2", "y = 3")
    server.wait(lambda: "This page is broken" not in server.page("second.html"))
    assert (tmp_path / "thing/other.py").read_text().endswith("\ny = 3\n")

    rewrite(second, "```output\n", "```outputs more\n")
    server.wait(lambda: "This page is broken" in server.page("first.html"))
    server.wait(lambda: "This page is broken" in server.page("second.html"))
    rewrite(second, "```outputs more\n", "```output\n")
    server.wait(lambda: "This page is broken" not in server.page("first.html"))
    told = server.said().count("docs/second.md:13: a fence named 'outputs'")
    assert told == 1, "every page is broken by it, and it is told once"

    rewrite(tmp_path / "thing/core.py", "x = 1", "x = 10")
    rewrite(tmp_path / "thing/other.py", "y = 3", "y = 3.0")
    run = literate(tmp_path, "stitch")
    assert run.returncode == 0, run.stderr
    server.wait(lambda: "3.0" in server.page("second.html"))
    server.wait(lambda: "10" in server.page("first.html"))


@pytest.mark.slow
def test_a_chapter_that_is_saved_without_a_change_is_not_run_again(
    server: Server, tmp_path: Path
) -> None:
    server.wait(lambda: "Second" in server.page("second.html"))
    for name in ("first", "second"):
        before = server.build()
        (tmp_path / f"docs/{name}.md").touch()
        server.wait(lambda old=before: server.build() != old)
    rewrite(tmp_path / "docs/second.md", "# Second", "# Changed")
    server.wait(lambda: "Changed" in server.page("second.html"))
    assert server.said().count("Running docs") == 2
    assert (tmp_path / "count.txt").read_text() == "x"


WAITING = """import time
from pathlib import Path
while not Path({file!r}).exists():
    time.sleep(0.05)
1 + 1
"""


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A book of four chapters, the last of which waits for a file `go`."""
    pages = {f"page{n}": f"# {n}\n" + cell("1\n", "1\n") for n in range(3)}
    waiting = WAITING.format(file=str(tmp_path / "go"))
    drawn = cell("from thing.core import Picture\nPicture()\n")
    last = "# 3\n" + source(PICTURE) + cell(waiting, "2\n")
    last += f"{drawn}```figure\nA square.\n```\n"
    return site(tmp_path, **pages, page3=last)


PICTURE = """class Picture:
    def _repr_svg_(self):
        return "<svg></svg>"
"""


@pytest.mark.slow
def test_pages_are_shown_before_many_chapters_have_run(slow: Path) -> None:
    with serving(slow) as server:
        server.wait(lambda: "serving at" in server.said())
        page = server.page("page3.html")
        assert page.count("the chapter is being run, and this page will follow") == 1
        assert "<code>2</code>" in page, "what is written stands meanwhile"
        assert "Its figure would show: A square." in page and "<svg" not in page
        (slow / "go").touch()
        server.wait(lambda: "<svg" in server.page("page3.html"))
        assert "Not run" not in server.page("page3.html")
        assert "4 of 4 chapters have run" in server.said()


@pytest.mark.slow
def test_what_is_wrong_in_a_chapter_is_told_when_it_has_run(slow: Path) -> None:
    rewrite(slow / "docs/page3.md", "output\n2", "output\n3")
    with serving(slow) as server:
        server.wait(lambda: "being run" in server.page("page3.html"))
        assert "This page is broken" not in server.page("page3.html")
        (slow / "go").touch()
        server.wait(lambda: "This page is broken" in server.page("page3.html"))
        assert server.said().count("displays something else than its output block") == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signal")
def test_an_interrupt_ends_what_runs_behind_the_pages(slow: Path) -> None:
    with serving(slow) as server:
        server.wait(lambda: "being run" in server.page("page3.html"))
        os.killpg(server.process.pid, signal.SIGINT)  # as a terminal does
        assert server.process.wait(timeout=PATIENCE) == 0
        assert "Traceback" not in server.said()


@pytest.mark.slow
def test_serving_says_how_far_it_is_and_when_it_is_ready(slow: Path) -> None:
    (slow / "go").touch()
    with serving(slow) as server:
        server.wait(lambda: "4 of 4 chapters have run" in server.said())
        said = server.said().splitlines()
    assert said[0].startswith("building the site")
    assert f"serving at http://{server.address}, until Ctrl-C ends it" in said
