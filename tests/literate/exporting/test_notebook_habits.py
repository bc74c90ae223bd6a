"""Notebooks of pages that say or display what is rare."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from literate.book.book import Book
from literate.exporting.downloads import downloads
from literate.exporting.prose import prose
from literate.exporting.wheel import wheel
from literate.running.run import run
from making import cell, make_book, source
from notebooks import executed, made
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

HEADER = "Traceback (most recent call last):\n"


def outputs(root: Path, code: str, output: str) -> list[dict[str, Any]]:
    """What the notebook of a cell shows."""
    book = Book(make_book(root, one="# One\n" + cell(code, output)))
    shown = made(book, "docs/one.md").cells[-1].outputs
    return json.loads(json.dumps(shown))


def test_a_printed_traceback_is_no_exception(tmp_path: Path) -> None:
    text = f"{HEADER}  a line\nValueError: 3\nand on\n"
    [shown] = outputs(tmp_path, f"print({text!r}, end='')\n", text)
    assert (shown["output_type"], shown["text"]) == ("stream", text)


@pytest.mark.parametrize(
    ("raised", "output", "name", "value"),
    [
        ("KeyError()", "KeyError\n", "KeyError", ""),
        ("ValueError('a: b')", "ValueError: a: b\n", "ValueError", "a: b"),
        ("ValueError('a\\nb')", "ValueError: a\nb\n", "ValueError", "a\nb"),
        ("OSError(2, 'no')", "FileNotFoundError: [Errno 2] no\n", "FileNotFoundError",
         "[Errno 2] no"),
    ],
)  # fmt: skip
def test_an_exception_is_shown_as_jupyter_does(
    tmp_path: Path, raised: str, output: str, name: str, value: str
) -> None:
    shown = outputs(tmp_path, f"print(1)\nraise {raised}\n", f"1\n{HEADER}{output}")
    assert [each["output_type"] for each in shown] == ["stream", "error"]
    assert (shown[1]["ename"], shown[1]["evalue"]) == (name, value)


def test_a_page_without_any_block(tmp_path: Path) -> None:
    book = Book(make_book(tmp_path, one="# One\n", two=""))
    assert [each.source for each in made(book, "docs/one.md").cells][2:] == ["# One"]
    assert len(made(book, "docs/two.md").cells) == 2


@pytest.mark.slow
def test_snapshots_of_chapters_with_one_name_in_two_folders(tmp_path: Path) -> None:
    code = (
        "import literate\n\nthere = ['docs/a/one.md', 'docs/b/one.md']\n"
        "[literate.snapshot(path).core.X for path in there]\n"
    )
    pages = {
        "a/one": "# A\n" + source("X = 1\n"),
        "b/one": "# B\n" + source("X = 2\n"),
        "start": "# Start\n" + source("X = 3\n"),
        "last": "# Last\n" + cell(code, "[1, 2]\n")
        + cell("literate.snapshot('docs/start.md').core.X\n", "3\n")
        + source("X = 4\n") + cell("import thing.core\nthing.core.X\n", "4\n"),
    }  # fmt: skip
    for name in "ab":
        (tmp_path / f"docs/{name}").mkdir(parents=True)
    book = Book(make_book(tmp_path, **pages))
    after = executed(made(book, "docs/last.md"), tmp_path)
    shown = [each.outputs for each in after.cells if each.cell_type == "code"]
    texts = [
        each[0]["data"]["text/plain"] for each in shown if each and "data" in each[0]
    ]
    assert texts == ["[1, 2]", "3", "4"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It costs $5, not $6.", r"It costs \$5, not \$6."),
        ("`$x` is a variable.", "`$x` is a variable."),
        (r"It costs $5, and \(x\) is 3.", r"It costs \$5, and $x$ is 3."),
        (r"`\(x\)` is a formula.", r"`\(x\)` is a formula."),
        ("`[a](b.md)` is a link.", "`[a](b.md)` is a link."),
        ("`<!-- x -->` is a comment.", "`<!-- x -->` is a comment."),
        ("[a](b.md) and [c][d].\n\n[d]: e.md#f",
         "[a](b.ipynb) and [c][d].\n\n[d]: e.ipynb"),
        ("[a](https://b.c/d.md)", "[a](https://b.c/d.md)"),
        ("[d]: https://b.c/d.md", "[d]: https://b.c/d.md"),
        ("A note { .book-note }", "A note"),
        ("So it is.[^a]\n\n[^a]: See [b](b.md).",
         "So it is.<sup>a</sup>\n\n<sup>a</sup> See [b](b.ipynb)."),
        ("As in [^a]: here.", "As in <sup>a</sup>: here."),
        ("A set {1, 2} and {a: b}", "A set {1, 2} and {a: b}"),
    ],
)  # fmt: skip
def test_prose_in_jupyter(text: str, shown: str) -> None:
    assert prose(text.split("\n")) == shown


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("my-book", "1.0", "1.0+one"),
        ("My.Book", "1.0", "1.0+one"),
        ("my--book", "1.0-rc1", "1.0rc1+one"),
        ("book", "2026.01.05", "2026.1.5+one"),
        ("book", "1.0+local", "1.0+local.one"),
    ],
)
def test_the_name_of_a_wheel_is_normal(
    tmp_path: Path, name: str, version: str, expected: str
) -> None:
    book = Book(make_book(tmp_path, one=source("X = 1\n")))
    project = f'[project]\nname = "{name}"\nversion = "{version}"\n'
    (tmp_path / "pyproject.toml").write_text(project)
    found, _ = wheel(book, "docs/one.md")
    found_name, found_version, *_ = parse_wheel_filename(found)
    assert found_name == canonicalize_name(name)
    assert found_version == Version(expected)


def test_a_wheel_of_a_project_whose_version_its_builder_finds(tmp_path: Path) -> None:
    book = Book(make_book(tmp_path, one=source("X = 1\n")))
    text = '[project]\nname = "book"\ndynamic = ["version"]\n'
    (tmp_path / "pyproject.toml").write_text(text)
    assert wheel(book, "docs/one.md")[0] == "book-0+one-py3-none-any.whl"


def test_a_chapter_whose_name_has_no_latin_letter(tmp_path: Path) -> None:
    book = Book(make_book(tmp_path, größe=source("X = 1\n"), 数=source("Y = 1\n")))
    names = [wheel(book, path)[0] for path in book.paths]
    for name in names:
        assert re.fullmatch(r"thing-0(\+[a-z0-9.]+)?-py3-none-any\.whl", name)
    [first, _] = run(book, book.paths)
    assert next(downloads(first)).name == "größe.ipynb"
