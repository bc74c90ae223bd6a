"""What is wrong with the source of a book is told at once, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate.book.checking import problems
from making import book, source

GOOD = source("x = 1\n")


def told(root: Path, **files: str) -> list[str]:
    """What is wrong with a book of one chapter that writes these files."""
    text = "".join(
        source(code, f"thing/{name.replace('__sub', '/sub')}.py")
        for name, code in files.items()
    )
    return [str(each) for each in problems(book(root, one=text))]


def problems_of(root: Path, **chapters: str) -> list[str]:
    """What is wrong with a book of these chapters."""
    return [str(each) for each in problems(book(root, **chapters))]


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


def test_modules_of_which_each_needs_all_below_it_are_no_circle(tmp_path: Path) -> None:
    names = [f"m{number:02}" for number in range(40)]
    files = {
        name: "".join(f"from thing.{each} import x_{each}\n" for each in names[n + 1 :])
        + f"\nx_{name} = 1\n"
        for n, name in enumerate(names)
    }
    assert told(tmp_path, **files) == []


def test_an_import_that_leads_out_of_the_package_is_told(tmp_path: Path) -> None:
    [message] = told(tmp_path, a="x = 1\n\n\ndef f(): ...\n", b="from ..c import y\n")
    assert message.startswith("docs/one.md:11: attempted relative import beyond")


def circle(first: str, second: str, title: str = "thing/b.py") -> str:
    """A file that imports from another one, and that one."""
    code = f"{first}\n\nx = 1\n"
    return source(code, "thing/a.py") + source(f"{second}\n\ny = 2\n", title)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("from thing.b import y", "import math"),
        ("from thing.b import y", "from thing import a"),
        ("from thing.b import y", "import thing.a"),
        ("from thing.b import y", "from thing.c import x"),
        ("from thing.b import y", "if TYPE_CHECKING:\n    from thing.a import x"),
        ("from thing.b import y", "from thing.b import x"),
    ],
)
def test_a_module_that_does_not_need_the_other_one_closes_no_circle(
    tmp_path: Path, first: str, second: str
) -> None:
    assert problems_of(tmp_path, one=circle(first, second)) == []


def test_a_module_of_a_package_is_no_name_of_its_file(tmp_path: Path) -> None:
    first, second = "from thing import b", "from thing.a import x"
    assert problems_of(tmp_path, one=circle(first, second, "thing/__init__.py")) == []


def test_of_a_good_book_nothing_is_problems_of(tmp_path: Path) -> None:
    assert problems_of(tmp_path, one=GOOD, two="# No block\n") == []


def test_what_is_wrong_in_each_chapter_is_told_at_once(tmp_path: Path) -> None:
    invalid = "this source block is not valid Python: invalid syntax"
    two = source("x = = 1\n") + GOOD + source("print(1)\n")
    found = problems_of(
        tmp_path, one="```python\nx\n", two=two, three=source("x = = 1\n")
    )
    assert found[:2] == [
        "docs/one.md:1: unclosed fence",
        f"docs/two.md:3: {invalid}",
    ]
    assert found[2].startswith("docs/two.md:13: a source block holds imports,")
    assert found[3:] == [f"docs/three.md:3: {invalid}"]


def test_what_merging_shows_is_told_where_each_block_is_right(tmp_path: Path) -> None:
    lost = source("del y\n")
    message = "docs/one.md:8: `del y`: there is no y to remove"
    assert problems_of(tmp_path, one=GOOD + lost, two=lost) == [message]
    invalid = source("x = = 1\n")
    [error] = problems_of(tmp_path, one=GOOD + lost, two=invalid)
    assert error.startswith("docs/two.md:3: ")
