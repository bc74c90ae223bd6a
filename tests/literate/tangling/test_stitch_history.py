"""Edits of what several chapters wrote, each in a small book of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from habits import Edit, carried, chapters, make, refused
from making import cell, literate, make_book, source

F = "def f():\n    return {}\n"
BOX = "class Box:\n    def one(self):\n        return 1\n"
OPEN = "class Box:\n    ...\n\n    def {}(self):\n        return {}\n"
TWO_IN_BOX = BOX + "\n    def two(self):\n        return 2\n"


def book(root: Path, *texts: str) -> Path:
    """A tangled book: a chapter for each text, which is code or a page."""
    pages = {
        f"c{n}": f"# {n}\n" + (text if "```" in text else source(text))
        for n, text in enumerate(texts, 1)
    }
    make_book(root, **pages)
    assert literate(root, "tangle", "--drop").returncode == 0
    return root


# The chapters; the edits; the options; the chapters that change, and what they hold.
CARRIED: dict[str, tuple[list[str], list[Edit], list[str], dict[str, str]]] = {
    "one text in two chapters": (
        [F.format(1), F.format(1)], [Edit("return 1", "return 2")], [],
        {"c2": "return 2"},
    ),
    "twice in one chapter": (
        [source(F.format(1)) + "Then:\n" + source(F.format(2))],
        [Edit("return 2", "return 3")], [], {"c1": "return 3"},
    ),
    "opened in three chapters, the second one's": (
        [BOX, OPEN.format("two", 2), OPEN.format("three", 3)],
        [Edit("return 2", "return 22")], [], {"c2": "return 22"},
    ),
    "opened in three chapters, all of them": (
        [BOX, OPEN.format("two", 2), OPEN.format("three", 3)],
        [Edit("return 1", "return 11"), Edit("return 2", "return 22"),
         Edit("return 3", "return 33")], [],
        {"c1": "return 11", "c2": "return 22", "c3": "return 33"},
    ),
    "a header that a later chapter wrote": (
        [BOX, "class Box(Base):\n    ...\n", OPEN.format("two", 2)],
        [Edit("Box(Base)", "Box(Base, Other)")], [],
        {"c2": "Box(Base, Other):\n    ..."},
    ),
    "a class that a later chapter defines anew": (
        [BOX, "class Box:\n    def one(self):\n        return 0\n"],
        [Edit("return 0", "return 9")], [], {"c2": "return 9"},
    ),
    "a name that was removed and came again": (
        [F.format(1), "del f\n\n\nclass f:\n    x = 1\n"], [Edit("x = 1", "x = 2")], [],
        {"c2": "del f\n\n\nclass f:\n    x = 2\n"},
    ),
    "what came again is cut": (
        [F.format(1) + "\n\ny = 1\n", "del f\n\nx = 1\n", F.format(3) + "\n\nz = 1\n"],
        [Edit("\ndef f():\n    return 3\n\n\n", "")], [], {"c3": "z = 1\n"},
    ),
    "a member of one chapter is cut": (
        [BOX, OPEN.format("two", 2) + "\n    def three(self):\n        return 3\n"],
        [Edit("    def two(self):\n        return 2\n\n", "")], [],
        {"c2": "    ...\n\n    def three(self):\n"},
    ),
    "the last member of an opened class goes, and a function stays": (
        [BOX, OPEN.format("two", 2) + "\n\n" + F.format(0)],
        [Edit("\n    def two(self):\n        return 2\n", "")], [],
        {"c2": f'```python title="thing/core.py"\n{F.format(0)}```\n'},
    ),
    "a member goes in one chapter and comes in another": (
        [TWO_IN_BOX, OPEN.format("three", 3)],
        [Edit("    def one(self):\n        return 1\n\n", ""),
         Edit("return 3\n", "return 3\n\n    def four(self):\n        return 4\n")],
        ["--after", "Box.three"],
        {"c1": "class Box:\n    def two(self):\n        return 2\n",
         "c2": "return 3\n\n    def four(self):\n        return 4\n"},
    ),
    "a new member in a class of a later chapter": (
        [F.format(1), BOX], [Edit("return 1\n\n\nclass", "return 1\n\n\nclass"),
         Edit("(self):\n        return 1\n",
              "(self):\n        return 1\n\n    y = 1\n")],
        ["--after", "Box"], {"c2": "        return 1\n\n    y = 1\n"},
    ),
    "an import that edits of two chapters use": (
        [F.format(1), "def g():\n    return 2\n"],
        [Edit("def f", "import os\n\n\ndef f"), Edit("return 1", "return os.name"),
         Edit("return 2", "return os.sep")], [],
        {"c1": "import os\n\n\ndef f", "c2": "return os.sep"},
    ),
    "an import that two chapters have": (
        ["import os\n\n\n" + F.format("os.name"), "import os\n\nx = os.sep\n"],
        [Edit("import os\n", "import os  # for its names\n")], [],
        {"c2": "import os  # for its names\n"},
    ),
    "an import that two chapters have, and neither needs": (
        ["import os\n\n\n" + F.format("os.name"), "import os\n\nx = os.sep\n"],
        [Edit("import os\n\n\n", ""), Edit("os.name", "1"), Edit("os.sep", "2")],
        ["--chapter", "docs/c2.md"], {"c1": "return 1", "c2": "del os\n"},
    ),
    "an import becomes a function": (
        ["import os\n\nx = os.name\n", "import os\n\ny = os.sep\n"],
        [Edit("import os\n\n", ""), Edit("os.name", "1"),
         Edit("os.sep\n", "2\n\n\ndef os():\n    return 3\n")],
        ["--chapter", "docs/c2.md"],
        {"c1": "x = 1", "c2": "del os\n\n\ndef os():\n    return 3\n"},
    ),
    "a new import that only new code at the end uses": (
        [F.format(1) + "\n\nx = 1\n"],
        [Edit("def f", "import os\n\n\ndef f"),
         Edit("x = 1\n", "x = 1\n\ny = os.name\n"),
         Edit("return 1", "return 2")],
        ["--chapter", "docs/c1.md"], {"c1": "import os\n\ny = os.name\n```\n"},
    ),
    "two new functions, and the import that they use": (
        [F.format(1), "x = 1\n"],
        [Edit("def f", "import os\n\n\ndef f"),
         Edit("return 1\n", "return 1\n\n\ndef g():\n    return os.name\n\n\n"
              "def h():\n    return g()\n")],
        ["--after", "f"],
        {"c1": "return 1\n\n\ndef g():\n    return os.name\n\n\ndef h"},
    ),
    "a new function above the one that it is said to follow": (
        [F.format(1), "x = 1\n"], [Edit("def f", "def g():\n    return 2\n\n\ndef f")],
        ["--after", "f"], {"c1": "def g():\n    return 2\n\n\ndef f"},
    ),
    "a new choice of imports": (
        ["import os\n\nx = os.name\n"],
        [Edit("x = os",
          "try:\n    import numpy\nexcept ImportError:\n    numpy = None\n\n"
              "x = os")], ["--after", "x"], {"c1": "    numpy = None\n\nx = os.name\n"},
    ),
    "a new class in a class": (
        [BOX], [Edit("class Box:\n", "class Box:\n    class Lid:\n        x = 1\n\n")],
        ["--after", "Box"],
        {"c1": "class Box:\n    class Lid:\n        x = 1\n\n    def"},
    ),
    "a list of names that three chapters make": (
        ["__all__ = ['x']\n\nx = 1\n", "__all__ += ['y']\n\ny = 1\n",
         "__all__ += ['z']\n\nz = 1\n"],
        [Edit('"x", "y", "z"', '"x", "z"')], [], {"c3": '__all__ = ["x", "z"]\n'},
    ),
    "another order of what one chapter wrote between others": (
        ["a = 1\n\nb = 2\n\nc = 3\n", "d = 4\n"],
        [Edit("a = 1\n\nb = 2\n\nc = 3\n", "c = 3\n\na = 1\n\nb = 2\n")], [],
        {"c1": "c = 3\n\na = 1\n\nb = 2\n"},
    ),
    "all in another order": (
        [f"{F.format(1)}\n\n{BOX}\n\nx = 1\n"],
        [Edit(f"{F.format(1)}\n\n{BOX}\n\nx = 1\n",
          f"x = 1\n\n\n{BOX}\n\n{F.format(1)}")],
        [], {"c1": f"x = 1\n\n\n{BOX}\n\n{F.format(1)}"},
    ),
    "marked lines below what is cut": (
        [source("x = 1\n\ny = 2\n\nz = 3\n").replace('py"', 'py" hl_lines="3 5"')],
        [Edit("x = 1\n\n", "")], [], {"c1": 'hl_lines="1 3"'},
    ),
    "a class, and all that was written into it": (
        [BOX + "\n\ny = 1\n", OPEN.format("two", 2)],
        [Edit(TWO_IN_BOX + "\n\n", "")], ["--chapter", "docs/c2.md"],
        {"c2": "del Box\n"},
    ),
    "a function that shows a fence, at the end of a chapter": (
        [F.format(1)], [Edit("return 1\n", 'return 1\n\n\ndef g():\n    """G.\n\n'
                             '    ```\n    g\n    ```\n    """\n')],
        ["--chapter", "docs/c1.md"],
        {"c1": '\n````python title="thing/core.py"\ndef g'},
    ),
}  # fmt: skip

EXERCISE = (
    "\n```exercise\ndef answer():\n    ...\n```\n\n"
    "```check\nfrom thing.core import f\n\n"
    'assert answer() == f(), "ask `f`"\n```\n\n```wrong hint="ask"\n'
    'def answer():\n    return 0\n```\n\n??? success "Solution"\n\n'
    "    ```python\n    def answer():\n        return 1\n    ```\n"
)

REFUSED: dict[str, tuple[list[str], list[Edit], list[str], str]] = {
    "a function that a check uses": (
        [source(F.format(1) + "\n\nx = 1\n") + EXERCISE],
        [Edit(F.format(1) + "\n\n", "")],
        [], "docs/c1.md:4: `f` is gone from thing/core.py, but docs/c1.md:17 uses it",
    ),
    "a function that a cell uses": (
        [source(F.format(1) + "\n\nx = 1\n")
         + cell("from thing.core import f\nf();\n")],
        [Edit(F.format(1) + "\n\n", "")], [], "but docs/c1.md:12 uses it",
    ),
    "a function that a cell imports": (
        [source(F.format(1) + "\n\nx = 1\n") + cell("from thing.core import f\n")],
        [Edit(F.format(1) + "\n\n", "")], [], "but docs/c1.md:12 uses it",
    ),
    "a function that another file uses": (
        [F.format(1) + "\n\nx = 1\n",
         source("from thing.core import f\n\ny = f\n", "thing/more.py")],
        [Edit(F.format(1) + "\n\n", "")], [], "but docs/c2.md:3 uses it",
    ),
    "a line of an annotation goes with its function": (
        ["def f():\n    return 1  # (1)!\n\n\nx = 1\n"],
        [Edit(F.format(1) + "\n\n", "")],
        [], "docs/c1.md:5: an annotation stands at this line",
    ),
    "another kind of thing": (
        [F.format(1)], [Edit(F.format(1), "class f:\n    x = 1\n")], [],
        "`f` is a class on one side only",
    ),
    "a place that later chapters do not leave": (
        [F.format(1), "x = 1\n"], [Edit("x = 1\n", "x = 1\n\ny = 2\n")],
        ["--after", "f"], "cannot be carried back",
    ),
    "a removal above what it removes": (
        ["y = 1\n",
         source("x = 1\n\nz = 1\n") + cell("from thing.core import x\nx;\n")],
        [Edit("x = 1\n\n", "")], ["--chapter", "docs/c1.md"], "this breaks: `del x`",
    ),
    "a name that is not there": (
        [F.format(1)], [Edit("return 1\n", "return 1\n\n\nx = 1\n")],
        ["--after", "Box.nothing"], "no block writes `x`",
    ),
    "a chapter that comes before what is used": (
        [F.format(1), "x = 1\n"], [Edit("x = 1\n", "x = 1\n\ny = f\n")],
        ["--chapter", "docs/c1.md"], "cannot be carried back",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "edits", "options", "shown"), CARRIED.values(), ids=list(CARRIED)
)
def test_an_edit_is_carried(tmp_path: Path, texts, edits, options, shown) -> None:
    root = book(tmp_path, *texts)
    before = chapters(root)
    make(root, edits)
    after = carried(root, *options)
    assert {name for name in after if after[name] != before[name]} == {*shown}
    for name, text in shown.items():
        assert text in after[name]


@pytest.mark.parametrize(
    ("texts", "edits", "options", "message"), REFUSED.values(), ids=list(REFUSED)
)
def test_an_edit_is_refused(tmp_path: Path, texts, edits, options, message) -> None:
    root = book(tmp_path, *texts)
    make(root, edits)
    assert message in refused(root, *options)
