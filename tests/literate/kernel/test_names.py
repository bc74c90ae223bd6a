"""What some code imports, reads, binds and changes."""

from __future__ import annotations

import ast

import pytest
from literate.kernel import names

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
        ("match x:\n    case {1: a, **rest}: pass\n    case [b, *c] as d: pass\n",
         "a b c d rest"),
        ("match x:\n    case P(e, f=g): pass\n    case _: pass\n", "e g"),
        ("import a.b\nimport c.d as e\nfrom f import g as h, i\n", "a e h i"),
        ("for i, (j, *k) in x: pass\nwith y as z: pass\n", "i j k z"),
        ("global q\nx: int = 1\nx += 1\ndef f(): n = 1\nclass A: m = 1\n", "A f x"),
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
    ],
    "changed": [
        ("a.x = 1\nb[0] = 1\nc.append(1)\nd.get(1)\n", "a b c"),
        ("a.x += 1\nb[0] += 1\ndel c[0], d.x\n", "a b c d"),
        ("a.x.y = 1\nb[0].x = 1\nc.rows[0].append(1)\n", "a b c"),
        ("f().x = 1\nx = 1\n", ""),
    ],
    "told": [("a.go(1)\nx = b.go()\ngo(c)\nd.x.go()\n", "a")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "code", "expected"),
    [(what, *case) for what, cases in FOUND.items() for case in cases],
)
def test_names(what: str, code: str, expected: str) -> None:
    assert getattr(names, what)(ast.parse(code)) == set(expected.split())


def test_code_that_is_none_has_no_names() -> None:
    assert names.imports_of("import a\n1 +") == frozenset()
