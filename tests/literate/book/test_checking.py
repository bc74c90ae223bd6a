"""What is wrong with the source of a book is told at once, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate.book.checking import problems
from making import book, source


def told(root: Path, **files: str) -> list[str]:
    """What is wrong with a book of one chapter that writes these files."""
    text = "".join(
        source(code, f"thing/{name.replace('__sub', '/sub')}.py")
        for name, code in files.items()
    )
    return [str(each) for each in problems(book(root, one=text))]


CIRCLE = (
    " import names from each other, so none can be imported: put what they need into "
    "another file, or import inside a function"
)


@pytest.mark.parametrize(
    ("files", "names"),
    [
        (
            {"a": "from thing.b import y\n\nx = 1\n",
             "b": "from thing.a import x\n\ny = 1\n"},
            "thing/a.py and thing/b.py",
        ),
        (
            {"a": "from .b import y\n\nx = 1\n", "b": "from .a import x\n\ny = 1\n"},
            "thing/a.py and thing/b.py",
        ),
        (
            {"c": "from thing.a import x\n\nz = 1\n",
             "a": "from thing.b import y\n\nx = 1\n",
             "b": "from thing.c import z\n\ny = 1\n"},
            "thing/a.py, thing/b.py and thing/c.py",
        ),
        (
            {"__init__": "from thing.b import y\n\nx = 1\n",
             "b": "from thing import x\n\ny = 1\n"},
            "thing/__init__.py and thing/b.py",
        ),
        (
            {"__init__": "from thing.b import y\n",
             "b": "from thing import y\n\nx = 1\n"},
            "thing/__init__.py and thing/b.py",
        ),
    ],
)  # fmt: skip
def test_a_circle_of_imports_is_told_once(
    tmp_path: Path, files: dict[str, str], names: str
) -> None:
    [message] = told(tmp_path, **files)
    assert message.partition(": ")[2] == names + CIRCLE


@pytest.mark.parametrize(
    "files",
    [
        {"a": "from thing import b\n\nx = 1\n", "b": "from thing.a import x\n"},
        {
            "a": "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
            "    from thing.b import y\n\nx = 1\n",
            "b": "from thing.a import x\n\ny = 1\n",
        },
        {"a": "x = 1\n", "b": "from thing.a import x\n\ny = x\n",
         "c": "from thing.a import x\nfrom thing.b import y\n"},
    ],
)  # fmt: skip
def test_what_is_no_circle_is_right(tmp_path: Path, files: dict[str, str]) -> None:
    assert told(tmp_path, **files) == []


def test_an_import_that_leads_out_of_the_package_is_told(tmp_path: Path) -> None:
    [message] = told(tmp_path, a="x = 1\n\n\ndef f(): ...\n", b="from ..c import y\n")
    assert message.startswith("docs/one.md:11: attempted relative import beyond")


def test_every_chapter_tells_its_errors(tmp_path: Path) -> None:
    it = book(
        tmp_path, one=source("x, y = 1, 2\n") + source("1\n"), two=source("del z\n")
    )
    lines = [(each.path, each.line) for each in problems(it)]
    assert lines == [("docs/one.md", 3), ("docs/one.md", 8)]


def test_the_first_error_of_merging_is_told(tmp_path: Path) -> None:
    it = book(tmp_path, one=source("del z\n"), two=source("del z\n"))
    assert [each.path for each in problems(it)] == ["docs/one.md"]
