"""Measure what it costs to run a chapter, cell by cell.

    python benchmarks/session.py [--cells N ...]

A chapter of N cells that wait 10 ms each is run by the session, by a plain loop of
`exec`, by `pytest --markdown-docs` with this project's plugin, and by
pytest-markdown-docs alone, whose `continuation` runs all cells above again. The table
shows seconds.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from _tables import duration, table, write
from _timing import seconds
from literate.book.book import Book
from literate.running.run import run

RIVAL = "pytest-markdown-docs"
CODE = "import time\n\ntime.sleep(0.01)\n"
CONFIG = """\
site_name: cells
nav: [cells.md]
markdown_extensions:
  - literate.weave:
      package: thing
"""


def chapter(count: int, options: str = "") -> str:
    """A chapter of some cells."""
    cells = [f"\n```python{options if i else ''}\n{CODE}```\n" for i in range(count)]
    return "# Cells\n" + "".join(cells)


def write_book(root: Path, count: int) -> None:
    """A book of one such chapter."""
    (root / "docs").mkdir(parents=True)
    (root / "docs/cells.md").write_text(chapter(count))
    (root / "mkdocs.yml").write_text(CONFIG)


def plain(count: int) -> None:
    """Run the cells in a loop and nothing else."""
    namespace: dict[str, object] = {}
    for _ in range(count):
        exec(compile(CODE, "cell", "exec"), namespace)


def session(root: Path) -> None:
    """Run the chapter in a session."""
    [chapter] = run(Book(root), ["docs/cells.md"])
    assert all(result.status == "ran" for result in chapter.results)


def pytest(root: Path) -> None:
    """Run pytest in a folder; what is there decides which plugin runs the cells."""
    command = [sys.executable, "-m", "pytest", "--markdown-docs", "-q"]
    subprocess.run(
        [*command, "-p", "no:cacheprovider", "docs/cells.md"],
        cwd=root,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def measure(count: int) -> list[float]:
    """The four times of a chapter."""
    with tempfile.TemporaryDirectory() as name:
        ours, theirs = Path(name, "ours"), Path(name, "theirs")
        write_book(ours, count)
        (theirs / "docs").mkdir(parents=True)
        (theirs / "docs/cells.md").write_text(chapter(count, " continuation"))
        return [
            seconds(lambda: plain(count)),
            seconds(lambda: session(ours)),
            seconds(lambda: pytest(ours)),
            seconds(lambda: pytest(theirs)),
        ]


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, nargs="+", default=[40, 80, 160])
    counts: list[int] = parser.parse_args().cells
    measure(1)  # so that imports are not counted
    head = ["cells", "`exec` loop", "session", "ms a cell", "ms more than the loop"]
    head += ["`pytest --markdown-docs`", f"`continuation` of {RIVAL} {version(RIVAL)}"]
    rows = []
    for count in counts:
        loop, ours, tested, continued = measure(count)
        each, more = 1000 * ours / count, 1000 * (ours - loop) / count
        row = [str(count), duration(loop), duration(ours), f"{each:.2f}", f"{more:.2f}"]
        rows.append([*row, duration(tested), duration(continued)])
    write("session", table(head, rows))


if __name__ == "__main__":
    main()
