"""What some code imports, reads, binds and changes."""

from __future__ import annotations

import ast

import pytest
from literate.kernel.source import names

FOUND = {
    "imports": [
        ("if typing.TYPE_CHECKING:\n    import a\n", ""),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b\n", "b"),
        ("try:\n    import a\nexcept ImportError:\n    import b\n", "a b"),
        ("class A:\n    import a.b\n\ndef f():\n    import c\n", "a.b"),
        ("from a import b\nfrom . import c\n", "a a.b"),
    ],
    "bound": [
        ("[y := 1 for x in z]\nlambda: (w := 1)\n", "y"),
        (
            "match x:\n    case {1: a, **rest}: pass\n    case [b, *c] as d: pass\n",
            "a b c d rest",
        ),
        ("match x:\n    case P(e, f=g): pass\n    case _: pass\n", "e g"),
        ("import a.b\nimport c.d as e\nfrom f import g as h, i\n", "a e h i"),
        ("for i, (j, *k) in x: pass\nwith y as z: pass\n", "i j k z"),
        ("global q\nx: int = 1\nx += 1\ndef f(): n = 1\nclass A: m = 1\n", "A f x"),
        ("x = y", "x"),
        ("x, *y = z", "x y"),
        ("x.y = z[0] = 1", ""),
        ("for i in n:\n    j = i", "i j"),
        ("def f(a):\n    b = a", "f"),
        ("async def f():\n    b = 1", "f"),
        ("class A:\n    b = 1", "A"),
        ("import a.b, c.d as e", "a e"),
        ("from a import b, c as d", "b d"),
        ("(x := 1)", "x"),
        ("lambda: (x := 1)", ""),
        ("[i for i in n], {i for i in n}", ""),
        ("{i: i for i in n}, (i for i in n)", ""),
    ],
    "used": [
        ("x = 1\nx += 1\ny = 2\n", "x"),
        ("del x\n", "x"),
        ("def f(x=x): return x\n", "x"),
        ("lambda x=x: x\n", "x"),
        ("lambda x: x + y\n", "y"),
        ("@made\ndef f(x: kind) -> other: return x\n", "kind made other"),
        ("def f(x):\n    y = x\n    return y + z\n", "z"),
        ("async def f():\n    async for x in y: x\n", "y"),
        ("async def f():\n    async with y as x: x\n", "y"),
        ("for x in x: pass\nwith y as y: pass\n", "x y"),
        ("[y for x in z for y in x]\n", "z"),
        ("class A(base):\n    b = c\n", "base c"),
        ("x = y", "y"),
        ("for i in n:\n    f(i)", "n f"),
        ("for n in n:\n    pass", "n"),
        ("with a(b) as c:\n    c, d", "a b d"),
        ("with a as a:\n    pass", "a"),
        ("[i + j for i in n]", "j n"),
        ("{i for i in i}", "i"),
        ("(j for i in n for j in i)", "n"),
        ("{i: j for i, j in n}", "n"),
        ("@d\ndef f(a, *b, c=x, **e):\n    return a + b + c + e + y", "d x y"),
        ("async def f():\n    a = b\n    return a", "b"),
        ("lambda a, b=c: a + b + d", "c d"),
    ],
    "changed": [
        ("a.x = 1\nb[0] = 1\nc.append(1)\nd.get(1)\n", "a b c"),
        ("a.x += 1\nb[0] += 1\ndel c[0], d.x\n", "a b c d"),
        ("a.x.y = 1\nb[0].x = 1\nc.rows[0].append(1)\n", "a b c"),
        ("f().x = 1\nx = 1\n", ""),
        ("a.x = 1\nb[0] = 2\nc.append(3)\nd.count(4)", "a b c"),
        ("a.extend(x), b.add(x), c.update(x), d.insert(0, x)", "a b c d"),
        ("a.pop(), b.setdefault(0, x), c.clear()", "a b c"),
        ("a.x, b[0], f(c)", ""),
    ],
    "told": [
        ("a.go(1)\nx = b.go()\ngo(c)\nd.x.go()\n", "a"),
        ("a.train(1)\nx = b.loss()\nfit(c)\nd.e.train()\nf.train\n", "a"),
    ],
    "imports_of": [
        ("import a.b, c as d", "a.b c"),
        ("from a import b, c as d", "a a.b a.c"),
        ("from . import a", ""),
        ("if x:\n    import a", "a"),
        ("class A:\n    import a", "a"),
        ("def f():\n    import a", ""),
        ("async def f():\n    import a", ""),
        ("if TYPE_CHECKING:\n    import a", ""),
        ("threading.Thread(target=f)", "threading.Thread"),
        ("literate.__file__", "literate.__file__"),
        ("lambda: literate.__file__", ""),
        ("threading.RLock, literate.snapshot, other.Thread", ""),
        ("1 +", ""),
    ],
}


@pytest.mark.parametrize(
    ("what", "code", "expected"),
    [(what, *case) for what, cases in FOUND.items() for case in cases],
)
def test_names(what: str, code: str, expected: str) -> None:
    read = code if what == "imports_of" else ast.parse(code)
    assert getattr(names, what)(read) == {*expected.split()}


def test_code_that_is_none_has_no_names() -> None:
    assert names.imports_of("import a\n1 +") == frozenset()


def test_decorators() -> None:
    first, second = ast.parse("@d\n@e(1)\ndef f(): ...\nx = 1\n").body
    assert [*map(ast.unparse, names.decorators(first))] == ["d", "e(1)"]
    assert names.decorators(second) == []
