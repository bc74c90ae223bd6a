"""What a trial changes of a page's objects is put back."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate.kernel.blocks import Code, Page, Result
from literate.kernel.session import Session

SOURCE = "class Box:\n    size = 1\n\n\nRULES = {}\n\n\ndef f():\n    return 1\n"
COUNTER = (
    "def counter():\n    n = 0\n    def up():\n        nonlocal n\n        n += 1\n"
    "        return n\n    return up\nup = counter()\n"
)
NUMBERS = "import random\nmine = random.Random(1)\nrandom.seed(1)\n"
ARRAYS = (
    "import numpy as np\na, b = np.zeros(2), np.array(3)\n"
    "column, made = np.arange(4.0).reshape(2, 2)[:, 1], np.array([1, 'x'], object)\n"
)
TENSOR = "import torch\nt = torch.zeros(2, requires_grad=True)\n"
UNDONE = {
    "a list": ("it = [3, 1, 2]\n", "it.sort()\n", "it", "[3, 1, 2]"),
    "one inside": ("it = [(1, [2])]\n", "it[0][1].clear()\n", "it", "[(1, [2])]"),
    "one that holds itself": (
        "it = [1]\nit.append(it)\n", "it[0] = 2\n", "it[0]", "1",
    ),
    "a dictionary": (
        "it = {1: 'a', 2: 'b'}\n", "it[1] = it.pop(1)\ndel it[2]\n", "it",
        "{1: 'a', 2: 'b'}",
    ),
    "an ordered one": (
        "from collections import OrderedDict\nit = OrderedDict(a=1, b=2)\n",
        "it.move_to_end('a')\n", "list(it)", "['a', 'b']",
    ),
    "one with defaults": (
        "from collections import defaultdict\nit = defaultdict(list)\n",
        "it[1].append(2)\n", "it", "defaultdict(<class 'list'>, {})",
    ),
    "a set": ("it = {1}\n", "it.add(2)\n", "it", "{1}"),
    "a queue": (
        "from collections import deque\nit = deque([1], 3)\n", "it.append(2)\n", "it",
        "deque([1], maxlen=3)",
    ),
    "bytes": ("it = bytearray(b'ab')\n", "del it[1]\n", "bytes(it)", "b'ab'"),
    "numbers": (
        "from array import array\nit = array('d', [1.5])\n", "it.append(2)\n",
        "it.tolist()", "[1.5]",
    ),
    "attributes": (
        "class A: pass\nit = A()\nit.x = 1\n", "it.x = 2\nit.y = 3\n", "vars(it)",
        "{'x': 1}",
    ),
    "slots": (
        "class A: __slots__ = ('x', 'y')\nit = A()\nit.x = 1\n", "it.x = 2\nit.y = 3\n",
        "it.x, hasattr(it, 'y')", "(1, False)",
    ),
    "empty slots": (
        "class A: __slots__ = ('x', 'y')\nit = A()\n", "it.x = 2\n",
        "hasattr(it, 'x')", "False",
    ),
    "a frozen object": (
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n"
        "    x: list\nit = A([1])\n", "it.x.append(2)\n", "it", "A(x=[1])",
    ),
    "a class": (
        "class A:\n    n = 1\n    def f(self): return 1\nit = A()\n",
        "A.n, A.m = 2, 3\nA.f = None\n", "it.n, hasattr(A, 'm'), it.f()",
        "(1, False, 1)",
    ),
    "a class of the package": (
        "from thing.core import Box\n", "Box.size = 5\nBox.more = 1\n",
        "Box.size, hasattr(Box, 'more')", "(1, False)",
    ),
    "a module of the package": (
        "import thing.core as core\n", "core.f = None\ncore.RULES[1] = 2\n",
        "core.f(), core.RULES", "(1, {})",
    ),
    "a closure": (COUNTER, "up()\n", "up()", "1"),
    "a default": (
        "def f(x, seen=[], *, more={}):\n    seen.append(x)\n    more[x] = x\n"
        "    return seen, more\n",
        "f(1)\n", "f(2)", "([2], {2: 2})",
    ),
    "an attribute of a function": ("def f(): ...\nf.n = 1\n", "f.n = 2\n", "f.n", "1"),
    "the object of a method": (
        "class A: n = 0\nit = A()\nadd = it.__setattr__\nit = None\n",
        "add('n', 5)\n", "add.__self__.n", "0",
    ),
    "a name, bound by a function": (
        "n = 1\ndef f():\n    global n\n    n = 5\n", "f()\n", "n", "1",
    ),
    "random numbers": (
        NUMBERS, "mine.random(), random.random()\n",
        "mine.random() == random.random() == random.Random(1).random()", "True",
    ),
    "before an exception": ("it = [1]\n", "it.append(2)\n1 / 0\n", "it", "[1]"),
}  # fmt: skip
LIBRARIES = {
    "numpy": (
        ARRAYS, "a[0], b[...], made[0] = 5, 6, 7\ncolumn += 1\n",
        "a.tolist(), b.tolist(), column.tolist(), made.tolist()",
        "([0.0, 0.0], 3, [1.0, 3.0], [1, 'x'])",
    ),
    "numpy's generators": (
        "import numpy as np\nmine = np.random.default_rng(1)\nnp.random.seed(1)\n"
        "first = np.random.default_rng(1).random(), np.random.RandomState(1).rand()\n",
        "mine.random(), np.random.rand()\n",
        "(mine.random(), np.random.rand()) == first", "True",
    ),
    "torch": (
        TENSOR, "(2 * t).sum().backward()\nwith torch.no_grad():\n    t += 1\n",
        "t.tolist(), t.grad", "([0.0, 0.0], None)",
    ),
}  # fmt: skip
STAYS = {
    "an iterator": ("it = iter([1, 2, 3])\n", "next(it)\n", "next(it)", "3"),
    "what a trial has a name for": ("it = [1]\n", "it = [2]\n", "it", "[1]"),
    "a class of a library": (
        "from fractions import Fraction\n", "Fraction.told = 3\n", "Fraction.told", "3",
    ),
}  # fmt: skip


def session(root: Path) -> Session:
    page = Page("thing", "docs/a.md", root, {})
    return Session(page, lambda path: {})


def trial(code: str, check: str = "pass\n") -> Code:
    return Code("trial", code, "docs/a.md", 19, check=check, check_line=29)


def shown(root: Path, before: str, answer: str, after: str) -> tuple[Result, str]:
    """What became of an answer, tried twice, and what a cell below displays."""
    with session(root) as it:
        it.run(Code("source", SOURCE, "docs/a.md", 1, "thing/core.py"))
        assert it.run(Code("cell", before, "docs/a.md", 9)).trace == ""
        it.run(trial(answer))
        result = it.run(trial(answer))
        last = it.run(Code("cell", f"{after}\n", "docs/a.md", 29))
        assert last.trace == ""
        return result, last.text.rstrip("\n")


@pytest.mark.parametrize("name", UNDONE)
def test_what_a_trial_changes_is_put_back(tmp_path: Path, name: str) -> None:
    *code, text = UNDONE[name]
    result, told = shown(tmp_path, *code)
    assert (result.status, told) == ("raised" if "1 / 0" in code[1] else "ran", text)


@pytest.mark.needs("numpy", "torch")
@pytest.mark.parametrize("name", LIBRARIES)
def test_so_are_the_numbers_of_libraries(tmp_path: Path, name: str) -> None:
    *code, text = LIBRARIES[name]
    assert shown(tmp_path, *code)[1] == text


@pytest.mark.parametrize("name", STAYS)
def test_what_cannot_be_read_stays(tmp_path: Path, name: str) -> None:
    *code, text = STAYS[name]
    assert shown(tmp_path, *code)[1] == text


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ("xs.append(3)\n", {"xs"}),
        ("rows[0][0] = {}\nother.add(2)\n", {"rows", "other"}),
        ("import random\nrandom.random()\nxs\n", set()),  # every trial may do that
    ],
)
def test_the_names_that_lead_to_it_are_told(
    tmp_path: Path, answer: str, names: set[str]
) -> None:
    with session(tmp_path) as it:
        code = "xs = [1]\nrows = [[xs]]\nother = {1}\n"
        it.run(Code("cell", code, "docs/a.md", 1))
        it.run(trial(answer))
        assert it.touched == names
        it.run(trial("pass\n"))
        assert it.touched == set()


def test_what_cells_change_between_trials_stays(tmp_path: Path) -> None:
    with session(tmp_path) as it:
        for code in ("xs = [1]\n", "xs.append(2)\n", "xs.append(3)\n"):
            it.run(Code("cell", code, "docs/a.md", 1))
            it.run(trial("xs.clear()\n"))
        assert it.namespace["xs"] == [1, 2, 3]


def test_an_object_that_lies_keeps_no_trial_from_running(tmp_path: Path) -> None:
    liars = (
        "class Odd:\n    @property\n    def __dict__(self): raise ValueError\n"
        "    @property\n    def __class__(self): raise ValueError\n"
        "class Stiff(list):\n    def __setitem__(self, *_): raise ValueError\n"
        "odd, stiff, xs = Odd(), Stiff([1]), [1]\n"
        "import sys\nsys.modules['thing.none'] = None\n"
    )
    answer = "xs.append(2)\nstiff.append(2)\n"
    result, told = shown(tmp_path, liars, answer, "xs, [*stiff]")
    assert (result.status, told) == ("ran", "([1], [1])")
