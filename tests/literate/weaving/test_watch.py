"""`make watch`: the site follows the chapters, and survives what is wrong in them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from making import ROOT, cell, literate, site, source

PATIENCE = 30  # seconds: many times what any change takes


class Server:
    """`mkdocs serve` for the book in a folder, as `make watch` starts it."""

    def __init__(self, root: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.log = root / "log.txt"
        with self.log.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mkdocs", "serve", "-a", self.address],
                cwd=root,
                env={**os.environ, "PYTHONPATH": str(ROOT), "LITERATE_WATCH": "1"},
                stdout=file,
                stderr=subprocess.STDOUT,
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

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait for something to happen."""
        end = time.monotonic() + PATIENCE
        while not until():
            assert self.process.poll() is None and time.monotonic() < end, self.said()
            time.sleep(0.1)


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
    server = Server(site(tmp_path, first=first, second=second))
    yield server
    server.process.terminate()
    server.process.wait()


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
    for builds, name in enumerate(["first", "second"], 2):
        (tmp_path / f"docs/{name}.md").touch()
        server.wait(lambda n=builds: server.said().count("Building") == n)
    rewrite(tmp_path / "docs/second.md", "# Second", "# Changed")
    server.wait(lambda: "Changed" in server.page("second.html"))
    assert server.said().count("Running docs") == 2
    assert (tmp_path / "count.txt").read_text() == "x"


@pytest.mark.slow
def test_serving_says_how_far_it_is_and_when_it_is_ready(tmp_path: Path) -> None:
    pages = {f"page{n}": f"# {n}\n" + cell("1\n", "1\n") for n in range(4)}
    root, log = site(tmp_path, **pages), tmp_path / "log.txt"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "literate", "serve", "--address", address]
    with log.open("w") as file, subprocess.Popen(command, cwd=root, stdout=file) as run:
        end = time.monotonic() + PATIENCE
        while "serving at" not in log.read_text() and time.monotonic() < end:
            time.sleep(0.1)
        run.terminate()
    said = log.read_text().splitlines()
    assert said[0].startswith("building the site")
    assert "4 of 4 chapters have run" in said
    assert said[-1] == f"serving at http://{address}, until Ctrl-C ends it"
