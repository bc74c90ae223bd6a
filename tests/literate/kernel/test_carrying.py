"""What cells hold of the package follows it, or says why it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate.running.run import run
from making import book, cell, source

FIRST = """\
import enum
from collections import namedtuple
from dataclasses import dataclass
from functools import cache, singledispatch

LIMIT = 3


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Box:
    size = 1

    def __init__(self, x):
        self.x = x

    def show(self):
        return f"old {self.x}"

    @classmethod
    def make(cls):
        return cls("made")

    @staticmethod
    def plain():
        return "old plain"


class Wide(Box):
    def show(self):
        return f"wide {super().show()}"


class Mode(enum.Flag):
    READ = 1
    WRITE = 2


@dataclass(frozen=True)
class Fixed:
    x: int

    def show(self):
        return f"old {self.x}"


class Outer:
    class Inner:
        def show(self):
            return "old inner"


def twice(x):
    return 2 * x


def both(x):
    return twice(x)


@cache
def kept(x):
    return 2 * x


Point = lambda x: (x,)


def unit():
    return 5


@singledispatch
def name(x):
    return "anything"


@name.register
def _(x: int):
    return "old int"
"""
SECOND = (
    FIRST.replace("old ", "new ")
    .replace("LIMIT = 3", "LIMIT = 4")
    .replace("2 * x", "20 * x")
    .replace("lambda x: (x,)", 'namedtuple("Point", "x")')
    .replace("def unit():\n    return 5\n", "unit = 6\n")
)
HOLDS = {
    "name": ("from thing.core import twice\n", "twice(1)\n", "20\n"),
    "module": ("import thing.core as core\n", "core.twice(1)\n", "20\n"),
    "constant": ("from thing.core import LIMIT\n", "LIMIT\n", "4\n"),
    "another name": ("from thing.core import LIMIT as most\n", "most\n", "4\n"),
    "changed since": ("from thing.core import LIMIT\nLIMIT += 5\n", "LIMIT\n", "8\n"),
    "instance": (
        "from thing.core import Box\nbox = Box(1)\n",
        "box.show(), isinstance(box, Box)\n",
        "('new 1', True)\n",
    ),
    "in a list": ("from thing.core import twice\nl = [twice]\n", "l[0](1)\n", "20\n"),
    "in a tuple, with what it calls": (
        "from thing.core import both, Wide\nt = (both, Wide)\n",
        "t[0](1), t[1](1).show()\n",
        "(20, 'wide new 1')\n",
    ),
    "in a tuple, of an enumeration": (
        "from thing.core import Color\nt = (Color.RED,)\n",
        "isinstance(t[0], Color), t[0].name\n",
        "(True, 'RED')\n",
    ),
    "in tuples in a list in a tuple": (
        "from thing.core import Box, twice\nt = ([((twice, 1), (Box,))], 2)\n",
        "t[0][0][0][0](1), t[0][0][1][0](1).show()\n",
        "(20, 'new 1')\n",
    ),
    "in a tuple, held twice": (
        "from thing.core import Box\nkinds = (Box, int)\nsame = {'kinds': kinds}\n",
        "isinstance(Box(1), kinds), same['kinds'] is kinds\n",
        "(True, True)\n",
    ),
    "in a tuple with names": (
        "from collections import namedtuple\nfrom thing.core import twice\n"
        "Task = namedtuple('Task', 'f x')\ntask = Task(twice, 1)\n",
        "task.f(task.x), type(task) is Task\n",
        "(20, True)\n",
    ),
    "in a frozen set": (
        "from thing.core import Box\nkinds = frozenset([Box])\n",
        "Box in kinds, len(kinds)\n",
        "(True, 1)\n",
    ),
    "in a key": (
        "from thing.core import Box\nd = {(Box, 1): 'one'}\n",
        "d[Box, 1]\n",
        "'one'\n",
    ),
    "a bound method": (
        "from thing.core import Box\nbox = Box(1)\nf, fs = box.show, [box.show]\n",
        "f(), fs[0](), f.__self__ is box\n",
        "('new 1', 'new 1', True)\n",
    ),
    "a bound method of one that calls super": (
        "from thing.core import Wide\nf = Wide(1).show\n",
        "f()\n",
        "'wide new 1'\n",
    ),
    "a bound method in its own object": (
        "from thing.core import Box\nbox = Box(1)\nbox.again = box.show\n",
        "box.again()\n",
        "'new 1'\n",
    ),
    "methods of a class": (
        "from thing.core import Box\nf, made, plain = Box.show, Box.make, Box.plain\n",
        "f(Box(1)), made().show(), plain()\n",
        "('new 1', 'new made', 'new plain')\n",
    ),
    "a method in a partial": (
        "from functools import partial\nfrom thing.core import Box\n"
        "p = partial(Box(1).show)\n",
        "p()\n",
        "'new 1'\n",
    ),
    "defaults": (
        "from thing.core import Box, twice\n"
        "def f(x, g=twice, *, kind=Box): return g(x), kind(x).show()\n",
        "f(1)\n",
        "(20, 'new 1')\n",
    ),
    "a function whose results a cell keeps": (
        "from functools import lru_cache\nfrom thing.core import twice\n"
        "fast = lru_cache(maxsize=7)(twice)\nfast(1);\n",
        "fast(1), fast.cache_parameters()['maxsize']\n",
        "(20, 7)\n",
    ),
    "a function that keeps its results": (
        "from thing.core import kept\nfs = [kept]\nkept(1);\n",
        "kept(1), fs[0](1), fs[0] is kept\n",
        "(20, 20, True)\n",
    ),
    "properties of a cell's own class": (
        "from functools import cached_property\nfrom thing.core import Box, twice\n"
        "class Own:\n    x = 1\n    text = property(Box.show)\n"
        "    once = cached_property(Box.show)\n    plain = staticmethod(twice)\n"
        "    made = classmethod(twice)\nown = Own()\n",
        "own.text, own.once, own.plain(1)\n",
        "('new 1', 'new 1', 20)\n",
    ),
    "in a slot": (
        "from thing.core import twice\nclass Own: __slots__ = ('f',)\n"
        "own = Own()\nown.f = twice\n",
        "own.f(1)\n",
        "20\n",
    ),
    "a class in a closure": (
        "from thing.core import Box\ndef maker(kind):\n    return lambda: kind(1)\n"
        "make = maker(Box)\n",
        "make().show()\n",
        "'new 1'\n",
    ),
    "what a cell's dataclass makes": (
        "from dataclasses import dataclass, field\nfrom thing.core import Box\n"
        "@dataclass\nclass Own:\n    box: Box = field(default_factory=Box.make)\n",
        "type(Own().box) is Box\n",
        "True\n",
    ),
    "what a running generator does, which stays": (
        "from thing.core import twice\nrows = map(twice, [1])\n",
        "list(rows)\n",
        "[2]\n",
    ),
    "function that becomes a class": (
        "from thing.core import Point\nl = [Point]\n",
        "l[0](1)\n",
        "Point(x=1)\n",
    ),
    "function that becomes a value": (
        "from thing.core import unit\nl = [unit]\n",
        "unit, l[0]()\n",
        "(6, 5)\n",
    ),
    "in a dictionary": (
        "from thing.core import Box, twice\nd = {Box: twice, 'b': Box}\n",
        "d[Box](1), d['b'](2).show(), list(d)[0] is Box\n",
        "(20, 'new 2', True)\n",
    ),
    "a constant of a star import": (
        "from thing.core import *\nlimits = LIMIT, LIMIT\n",
        "LIMIT, limits, twice(1)\n",
        "(4, (3, 3), 20)\n",
    ),
    "a frozen instance": (
        "from thing.core import Fixed\nd = {Fixed(1): 'one'}\n",
        "d[Fixed(1)], next(iter(d)).show()\n",
        "('one', 'new 1')\n",
    ),
    "a class inside a class": (
        "from thing.core import Outer\nInner, inner = Outer.Inner, Outer.Inner()\n",
        "inner.show(), Inner is Outer.Inner\n",
        "('new inner', True)\n",
    ),
    "flags that were put together": (
        "from thing.core import Mode\nboth = Mode.READ | Mode.WRITE\n",
        "both is Mode.READ | Mode.WRITE, Mode.READ in both\n",
        "(True, True)\n",
    ),
    "in a queue": (
        "from collections import defaultdict, deque\nfrom thing.core import Outer\n"
        "queue, made = deque([Outer]), defaultdict(Outer.Inner)\n",
        "queue[0] is Outer, made[1].show()\n",
        "(True, 'new inner')\n",
    ),
    "in an attribute of a class": (
        "from thing.core import Box\nclass Own: kind = Box\nOwn.kind(1).show();\n",
        "Own.kind(1).show(), Own().kind is Box\n",
        "('new 1', True)\n",
    ),
    "in what does not let itself change": (
        "from thing.core import Box\nclass Fast(dict):\n"
        "    def update(self, *_): raise TypeError\nfast = Fast(box=Box)\n",
        "fast['box'](1).show()\n",
        "'old 1'\n",
    ),
    "in a set": (
        "from thing.core import Box\ns = {Box}\n",
        "Box in s, len(s)\n",
        "(True, 1)\n",
    ),
    "in a partial": (
        "from functools import partial\nfrom thing.core import twice\n"
        "p = partial(twice, 3)\n",
        "p()\n",
        "60\n",
    ),
    "in a closure": (
        "from thing.core import twice\ndef maker(f):\n    return lambda: f(1)\n"
        "g = maker(twice)\n",
        "g()\n",
        "20\n",
    ),
    "in an attribute": (
        "from thing.core import twice\nclass Own: pass\nown = Own()\nown.f = twice\n",
        "own.f(1)\n",
        "20\n",
    ),
    "a subclass": (
        "from thing.core import Box\nclass Big(Box): pass\nbig = Big(1)\n",
        "big.show(), isinstance(big, Box), issubclass(Big, Box)\n",
        "('new 1', True, True)\n",
    ),
    "a member of an enumeration": (
        "from thing.core import Color\nred = Color.RED\nkinds = {Color.BLUE: 1}\n",
        "red is Color.RED, red in Color, kinds == {Color.BLUE: 1}\n",
        "(True, True, True)\n",
    ),
    "dispatch": ("from thing.core import name\n", "name(1)\n", "'new int'\n"),
    "dispatch of a cell's own": (
        "from functools import singledispatch\nfrom thing.core import Box\n"
        "@singledispatch\ndef f(x): return 'any'\n"
        "@f.register\ndef _(x: Box): return 'box'\n",
        "f(Box(1))\n",
        "'box'\n",
    ),
}


@pytest.fixture(scope="module")
def displayed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each displays below the source block."""
    texts = {
        f"c{number}": source(FIRST) + cell(before) + source(SECOND) + cell(after)
        for number, (before, after, _) in enumerate(HOLDS.values())
    }
    it = book(tmp_path_factory.mktemp("carrying"), first=source(FIRST), **texts)
    done = run(it, it.paths[1:])
    assert [
        result.trace for each in done for result in each.results if result.trace
    ] == []
    return dict(zip(HOLDS, (each.results[-1].text for each in done), strict=True))


@pytest.mark.parametrize("name", HOLDS)
def test_what_a_cell_holds_follows(displayed: dict[str, str], name: str) -> None:
    assert displayed[name] == HOLDS[name][2]


def test_a_subclass_that_cannot_follow_says_so_at_the_block(tmp_path: Path) -> None:
    slim = source("class Box:\n    __slots__ = ('x', 'y')\n")
    before = cell("from thing.core import Box\nclass Big(Box):\n    pass\n")
    it = book(tmp_path, first=source(FIRST), second=before + slim)
    [done] = run(it, ["docs/second.md"])
    [error] = done.errors
    assert error.line == 9
    assert "Big, which a cell above derives from Box, cannot follow" in str(error)


def test_what_a_cell_has_put_among_the_modules_stops_nothing(tmp_path: Path) -> None:
    odd = (
        "import sys\nfrom thing.core import twice\nclass Slim: __slots__ = ()\n"
        "sys.modules |= {'thing.none': None, 'thing.slim': Slim()}\n"
    )
    text = cell(odd) + source(SECOND) + cell("twice(1)\n")
    it = book(tmp_path, first=source(FIRST), second=text)
    [done] = run(it, ["docs/second.md"])
    assert [each.text for each in done.results] == ["", "", "20\n"]


@pytest.mark.parametrize("fields", ["x: int\n    y: int", "z: int\n    x: int = 0"])
def test_a_tuple_whose_fields_are_others_stays_what_it_was(
    tmp_path: Path, fields: str
) -> None:
    pair = source(
        "from typing import NamedTuple\n\n\nclass Pair(NamedTuple):\n    x: int\n"
        "    z: int\n\n    def show(self):\n        return self.x - self.z\n"
    )
    new = pair.replace("x: int\n    z: int", f"{fields}\n    w: int = 0")
    before = cell("from thing.core import Pair\npair = Pair(3, 1)\n")
    text = before + new + cell("pair, pair.show()\n")
    it = book(tmp_path, first=pair, second=text)
    [done] = run(it, ["docs/second.md"])
    assert done.results[-1].text == "(Pair(x=3, z=1), 2)\n"


def test_a_tuple_with_the_same_fields_follows(tmp_path: Path) -> None:
    pair = source(
        "from typing import NamedTuple\n\n\nclass Pair(NamedTuple):\n    x: int\n\n"
        "    def show(self):\n        return self.x\n"
    )
    before = cell("from thing.core import Pair\npair = Pair(3)\n")
    text = before + pair.replace("self.x", "-self.x") + cell("pair.show()\n")
    it = book(tmp_path, first=pair, second=text)
    [done] = run(it, ["docs/second.md"])
    assert done.results[-1].text == "-3\n"
