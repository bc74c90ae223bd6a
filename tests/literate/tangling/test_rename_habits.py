"""Where code says a name in ways that are easy to miss."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate.book.book import Book
from literate.tangling.plan import plan
from literate.tangling.rename import rename
from making import cell, make_book, source

BOX = '''from dataclasses import dataclass, replace
from typing import cast


@dataclass
class Box:
    size: int = 1

    def open(self) -> int:
        return self.size

    def twin(self) -> "Box":
        return replace(self, size=self.size)


def pack(size: int) -> "list[Box]":
    """Pack."""
    return cast("list[Box]", [Box(size=size)])
'''
IMPORT = "from thing.core import Box\n\n"

# What is renamed, and how; the cell; and what the cell is then.
SAID: dict[str, tuple[str, str, str, str]] = {
    "annotation in quotes": (
        "Box", "Case",
        "from thing.core import Box\n\n\ndef f(box: 'Box | None'): ...\n",
        "from thing.core import Case\n\n\ndef f(box: 'Case | None'): ...\n",
    ),
    "annotation of a variable in quotes": (
        "Box", "Case", "from thing.core import Box\n\nbox: \"Box\" = Box()\n",
        "from thing.core import Case\n\nbox: \"Case\" = Case()\n",
    ),
    "text that is no annotation": (
        "Box", "Case", "from thing.core import Box\n\nname = 'Box'\n",
        "from thing.core import Case\n\nname = 'Box'\n",
    ),
    "text of a comparison": (
        "Box", "Case", "from thing.core import Box\n\nBox.__name__ == 'Box';\n",
        "from thing.core import Case\n\nCase.__name__ == 'Box';\n",
    ),
    "getattr": (
        "Box.open", "look", "from thing.core import Box\n\ngetattr(Box(), 'open')()\n",
        "from thing.core import Box\n\ngetattr(Box(), 'look')()\n",
    ),
    "hasattr of another library's value": (
        "Box.open", "look", "import os\n\nhasattr(os, 'open')\n",
        "import os\n\nhasattr(os, 'open')\n",
    ),
    "field of a dataclass": (
        "Box.size", "width", "from thing.core import Box\n\nBox(size=2).size\n",
        "from thing.core import Box\n\nBox(width=2).width\n",
    ),
    "argument of a function": (
        "Box.size", "width", "from thing.core import pack\n\npack(size=2)[0].size\n",
        "from thing.core import pack\n\npack(size=2)[0].width\n",
    ),
    "field in a pattern": (
        "Box.size", "width",
        f"{IMPORT}match Box(2):\n    case Box(size=n):\n        print(n)\n",
        f"{IMPORT}match Box(2):\n    case Box(width=n):\n        print(n)\n",
    ),
    "class in a pattern": (
        "Box", "Case",
        f"{IMPORT}match Box(2):\n    case Box(size=n):\n        print(n)\n",
        "from thing.core import Case\n\n"
        "match Case(2):\n    case Case(size=n):\n        print(n)\n",
    ),
    "field in an f-string": (
        "Box.size", "width", "from thing.core import Box\n\nf'size {Box().size}'\n",
        "from thing.core import Box\n\nf'size {Box().width}'\n",
    ),
    "method as a value": (
        "Box.open", "look",
        "from thing.core import Box\n\nlist(map(Box.open, [Box()]))\n",
        "from thing.core import Box\n\nlist(map(Box.look, [Box()]))\n",
    ),
    "module under another name": (
        "pack", "wrap", "import thing.core as it\n\nit.pack(1)\n",
        "import thing.core as it\n\nit.wrap(1)\n",
    ),
    "definition under another name": (
        "pack", "wrap", "from thing.core import pack as p\n\np(1)\n",
        "from thing.core import wrap as p\n\np(1)\n",
    ),
    "name that a comprehension binds": (
        "pack", "wrap", "from thing.core import pack\n\n\ndef f():\n"
        "    return [pack for pack in 'ab'], pack(1)\n",
        "from thing.core import wrap\n\n\ndef f():\n"
        "    return [pack for pack in 'ab'], wrap(1)\n",
    ),
    "name between signs of other scripts": (
        "pack", "wrap",
        "from thing.core import pack\n\ngröße = 'ü', pack(1)  # `pack`, é\n",
        "from thing.core import wrap\n\ngröße = 'ü', wrap(1)  # `wrap`, é\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "before", "after"), SAID.values(), ids=list(SAID)
)
def test_a_cell_says_the_new_name(tmp_path: Path, old, new, before, after) -> None:
    book = Book(make_book(tmp_path, one=source(BOX), two="# Two\n" + cell(before)))
    plan(book, book.last, tmp_path).write()
    rename(Book(tmp_path), old, new).plan.write()
    assert (tmp_path / "docs/two.md").read_text() == "# Two\n" + cell(after)


def test_a_source_block_says_the_new_name_of_a_class(tmp_path: Path) -> None:
    book = Book(make_book(tmp_path, one=source(BOX)))
    plan(book, book.last, tmp_path).write()
    rename(Book(tmp_path), "Box", "Case").plan.write()
    expected = source(BOX.replace("Box", "Case"))
    assert (tmp_path / "docs/one.md").read_text() == expected


def test_a_source_block_says_the_new_name_of_a_field(tmp_path: Path) -> None:
    book = Book(make_book(tmp_path, one=source(BOX)))
    plan(book, book.last, tmp_path).write()
    rename(Book(tmp_path), "Box.size", "width").plan.write()
    expected = BOX.replace("size: int = 1", "width: int = 1")
    expected = expected.replace("self.size", "self.width")
    expected = expected.replace("self, size=", "self, width=")
    expected = expected.replace("Box(size=size)", "Box(width=size)")
    assert (tmp_path / "docs/one.md").read_text() == source(expected)


def test_a_removal_says_the_new_name(tmp_path: Path) -> None:
    more = "class Box:\n    ...\n\n    del open\n"
    book = Book(make_book(tmp_path, one=source(BOX), two="# Two\n" + source(more)))
    plan(book, book.last, tmp_path).write()
    rename(Book(tmp_path), "Box.open", "look").plan.write()
    two = (tmp_path / "docs/two.md").read_text()
    assert two == "# Two\n" + source(more.replace("open", "look"))


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("thing/more.py", "from .core import Box\n\nx = Box(2)\n"),
        ("thing/__init__.py", "from .core import Box\n\nx = Box(2)\n"),
        ("thing/part/more.py", "from ..core import Box\n\nx = Box(2)\n"),
        ("thing/part/__init__.py", "from ..core import Box\n\nx = Box(2)\n"),
        ("thing/more.py", "from . import core\n\nx = core.Box(2)\n"),
    ],
)
def test_a_relative_import_says_the_new_name(tmp_path: Path, title, code) -> None:
    pages = {"one": source(BOX), "two": "# Two\n" + source(code, title)}
    book = Book(make_book(tmp_path, **pages))
    plan(book, book.last, tmp_path).write()
    rename(Book(tmp_path), "Box", "Case").plan.write()
    two = (tmp_path / "docs/two.md").read_text()
    assert two == "# Two\n" + source(code.replace("Box", "Case"), title)


def test_a_name_of_another_module_stays(tmp_path: Path) -> None:
    more = "class Box:\n    pass\n\n\nx = Box()\n"
    cells = cell("from thing.more import Box\n\nBox();\n")
    pages = {
        "one": source(BOX),
        "two": "# Two\n" + source(more, "thing/more.py") + cells,
    }
    book = Book(make_book(tmp_path, **pages))
    plan(book, book.last, tmp_path).write()
    rename(Book(tmp_path), "thing.core.Box", "Case").plan.write()
    assert (tmp_path / "docs/two.md").read_text() == pages["two"]


def test_the_readme_and_titles_of_figures_and_outputs(tmp_path: Path) -> None:
    text = "# Two\n\nA [`Box`](r.md#thing.core.Box), and a Box.\n\n```text\nBox\n```\n"
    shown = cell("from thing.core import Box\n\nprint(Box(1))\n", "Box(size=1)\n")
    book = Book(make_book(tmp_path, one=source(BOX), two=text + shown))
    plan(book, book.last, tmp_path).write()
    readme = tmp_path / "README.md"
    readme.write_text(
        "# Read\n\nUse `Box(2)`.\n" + cell("import thing.core as c\nc.Box;\n")
    )
    done = rename(Book(tmp_path), "Box", "Case")
    done.plan.write()
    said = readme.read_text()
    assert "Use `Case(2)`." in said and "\nc.Case;\n" in said
    two = (tmp_path / "docs/two.md").read_text()
    assert two.startswith("# Two\n\nA [`Case`](r.md#thing.core.Case), and a Box.\n")
    assert "```text\nBox\n```" in two and "```output\nBox(size=1)\n```" in two
    assert done.outputs == ("docs/two.md:15",)


# What is renamed, and how; the source; and what it is then.
IN_SOURCE: dict[str, tuple[str, str, str, str]] = {
    "setter and deleter of a property": (
        "A.x", "y",
        "class A:\n    @property\n    def x(self):\n        return 1\n\n"
        "    @x.setter\n    def x(self, x):\n        self.z = x\n",
        "class A:\n    @property\n    def y(self):\n        return 1\n\n"
        "    @y.setter\n    def y(self, x):\n        self.z = x\n",
    ),
    "function with the name of a method": (
        "core.f", "g",
        "def f(x):\n    return x\n\n\n"
        'class A:\n    def f(self):\n        """As `A().f()`, or `core.f`."""\n'
        "        return f(self.f)\n",
        "def g(x):\n    return x\n\n\n"
        'class A:\n    def f(self):\n        """As `A().f()`, or `core.g`."""\n'
        "        return g(self.f)\n",
    ),
    "method with the name of a function": (
        "A.f", "g",
        "import thing.core as t\n\n\ndef f(x):\n    return x\n\n\n"
        "class A:\n    def f(self):\n        return t.f(self.f)\n",
        "import thing.core as t\n\n\ndef f(x):\n    return x\n\n\n"
        "class A:\n    def g(self):\n        return t.f(self.g)\n",
    ),
    "default of a parameter of the same name": (
        "RATE", "SPEED", "RATE = 1\n\n\ndef f(RATE=RATE):\n    return RATE\n",
        "SPEED = 1\n\n\ndef f(RATE=SPEED):\n    return RATE\n",
    ),
    "decorator of a function that has such a parameter": (
        "mark", "sign",
        "def mark(f):\n    return f\n\n\n@mark\ndef g(mark):\n    return mark\n",
        "def sign(f):\n    return f\n\n\n@sign\ndef g(mark):\n    return mark\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "after"), IN_SOURCE.values(), ids=list(IN_SOURCE)
)
def test_a_name_in_source(tmp_path: Path, old, new, code, after) -> None:
    book = Book(make_book(tmp_path, one=f"# One\n{source(code)}"))
    work = rename(book, old, new).plan
    assert source(after) in (work.changes[tmp_path / "docs/one.md"] or "")
