"""Renaming a definition across a book."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate.book.book import Book
from literate.cli import main
from literate.errors import BookError
from literate.running.run import run
from literate.tangling.plan import plan
from literate.tangling.rename import rename
from making import cell, files_below, make_book, source

BOX = '''class Box:
    """A box; `open` looks inside.

    >>> Box(3).open()
    3
    """

    def __init__(self, x: int) -> None:
        self.x = x

    def open(self) -> int:
        return self.x


def pack(x: int) -> Box:
    """Put x into a `Box`, which is not `pack` itself."""
    return Box(x)
'''
FIRST = (
    "# Boxes\n\nA `Box` can `open()`; open it. Not `os.open`, but "
    "[this](r.md#thing.core.Box.open).\n"
    + source(BOX)
    + cell("import os\n\nfrom thing.core import Box, pack\n\npack(3).open()\n", "3\n")
    + cell(
        "def unpack(box, open=None):\n    return box.open()\n\n\n"
        "file = os.open('f', os.O_CREAT)\nos.close(file)\n"
        "with open('f') as text:\n"
        "    found = text.read(), f'{unpack(Box(1)):d}'\nfound\n",
        "('', '1')\n",
    )
)
SECOND = (
    "# More\n"
    + source(
        "from thing.core import Box\n\n\nclass Chest(Box):\n"
        "    def open(self) -> int:\n        return 2 * super().open()\n\n"
        "    peek = open\n",
        "thing/more.py",
    )
    + source(
        "class Box:\n    ...\n\n    def open(self) -> int:\n"
        "        return abs(self.x)\n"
    )
    + "\n```exercise\ndef total(boxes):\n    ...\n```\n\n"
    "```check\nfrom thing.core import pack\n"
    'assert total([pack(2)]) == 2, "call `open` of each"\n```\n\n'
    '```wrong hint="of each"\ndef total(boxes):\n'
    "    return boxes[0].open() + 1\n```\n\n"
    '??? success "Solution"\n\n    ```python\n    def total(boxes):\n'
    "        return sum(box.open() for box in boxes)\n    ```\n"
    + cell("from thing import core\n\nbox = 2 and core.Box(4)\nbox.open()\n", "4\n")
)


def two(root: Path) -> Book:
    book = Book(make_book(root, first=FIRST, second=SECOND))
    plan(book, book.last, root).write()
    return book


def errors(root: Path) -> list[BookError]:
    it = Book(root)
    return [error for each in run(it, it.paths) for error in each.errors]


def test_a_member_is_renamed_in_code_answers_docstrings_and_prose(
    tmp_path: Path,
) -> None:
    assert errors(two(tmp_path).root) == []
    done = rename(Book(tmp_path), "Box.open", "look")
    assert done.together == ("thing.core.Box.open", "thing.more.Chest.open")
    done.plan.write()
    assert errors(tmp_path) == []
    first, second = (
        (tmp_path / f"docs/{n}.md").read_text() for n in ("first", "second")
    )
    assert "A `Box` can `look()`; open it. Not `os.open`, but" in first
    assert "#thing.core.Box.look)" in first
    assert "A box; `look` looks inside." in first and ">>> Box(3).look()" in first
    assert "os.open('f'" in first and "with open('f')" in first
    assert "def unpack(box, open=None):\n    return box.look()" in first
    assert "super().look()" in second and "peek = look" in second
    assert "call `look` of each" in second and "boxes[0].look()" in second
    assert ".open(" not in second
    assert "def look(self)" in (tmp_path / "thing/core.py").read_text()
    for line in done.lines:  # each says where, and what stands there now
        path, number, text = line.split(":", 2)
        now = (tmp_path / path).read_text().split("\n")[int(number) - 1]
        assert now.strip() == text.strip() and "look" in text


def test_a_name_of_a_module_is_followed_through_imports_and_scopes(
    tmp_path: Path,
) -> None:
    two(tmp_path)
    rename(Book(tmp_path), "thing.core.Box", "Case").plan.write()
    assert errors(tmp_path) == []
    second = (tmp_path / "docs/second.md").read_text()
    assert "class Chest(Case):" in second and "core.Case(4)" in second
    assert "class Case:\n    ...\n" in second
    first = (tmp_path / "docs/first.md").read_text()
    assert "A `Case` can" in first and first.replace("Boxes", "").count("Box") == 0


def test_a_name_of_a_cells_own_stays(tmp_path: Path) -> None:
    own = cell("def pack(x):\n    return x\n\n\npack(3)\n", "3\n")
    used = cell(
        "from thing.core import pack\n\n\ndef f(pack):\n    return pack\n\n\n"
        "f(1), [pack for pack in [2]], pack(3).x\n", "(1, [2], 3)\n"
    )  # fmt: skip
    make_book(tmp_path, first=FIRST, own=own, used=used)
    rename(Book(tmp_path), "pack", "wrap").plan.write()
    assert errors(tmp_path) == []
    assert (tmp_path / "docs/own.md").read_text() == own
    assert (tmp_path / "docs/used.md").read_text() == used.replace(
        "import pack", "import wrap"
    ).replace("pack(3).x", "wrap(3).x")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("shut", "close", "shut: the book has no definition of this name"),
        ("open", "a.b", "a.b: is no name: give the new name alone, without dots"),
        ("Box.__init__", "set", "Box.__init__: Python itself calls `__init__` by"),
        ("open", "class", "class: is no name"),
        (
            "open",
            "peek",
            "docs/second.md:11: thing.more.Chest.peek has this name already",
        ),
        ("pack", "Box", "docs/first.md:6: thing.core.Box has this name already"),
        (
            "open",
            "read",
            "docs/first.md:47: `read` is a name here already, beside `open`",
        ),
    ],
)
def test_what_cannot_be_renamed_changes_nothing(
    tmp_path: Path,
    old: str,
    new: str,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    two(tmp_path)
    before = files_below(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["rename", old, new]) == 1
    assert capsys.readouterr().err.startswith(message)
    assert files_below(tmp_path) == before


def test_a_file_that_was_edited_by_hand_keeps_all_of_it_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    two(tmp_path)
    file = tmp_path / "thing/core.py"
    file.write_text(file.read_text() + "# mine\n")
    before = files_below(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["rename", "open", "look"]) == 1
    assert "thing/core.py:1: " in capsys.readouterr().err
    assert files_below(tmp_path) == before
