"""Random source blocks, and a slow, plain telling of what they must make.

Modules are lists of `(name, text)`, or `(name, Class)`, in the order of the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from textwrap import indent

FUNCTIONS = ["f", "g", "h", "k"]
CLASSES = ["A", "B"]
MEMBERS = ["m", "n", "o", "__call__"]
IMPORTS = [
    "from __future__ import annotations",
    "import math",
    "import os.path",
    "import numpy as np",
    "from collections.abc import Iterator",
    "from collections.abc import Sequence",
    "from typing import TYPE_CHECKING",
    "from typing import Any as Anything",
    "from thing.other import a2",
    "from thing.other import a10",
    "from . import sibling",
]


@dataclass
class Class:
    """A class: its header and its members."""

    header: str
    members: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Block:
    """A source block as data: items are `(verb, name, text or Class)`."""

    imports: list[str]
    items: list[tuple[str, str, str | Class]]
    code: str


def definition(chance: Random, name: str, level: int) -> str:
    """The formatted text of a function, a property or a value."""
    number = chance.randint(0, 99)
    kind = chance.randrange(6 if level else 5)
    comment = chance.choice(["", f"# about {name}\n"])
    if level and chance.random() < 0.3:
        comment = f"# one\n\n# two {number}\n"
    if kind == 0:
        text = f"{name} = {number}{chance.choice(['', '  # why'])}\n"
    elif kind == 1:
        text = f"{name}: list[int] = [\n    {number},\n    # inside\n    1,\n]\n"
    elif kind == 2:
        text = f'def {name}(x):\n    """Doc.\n\n    # no comment\n    """\n'
        text += f"    return {number}\n"
    elif kind == 3:
        text = f"@cache\nasync def {name}(\n    x: int,\n) -> str:\n"
        text += (
            f"    y = '''\n  odd {number}'''.lower()\n\n    # inside\n    return y\n"
        )
        text = text.replace("'''", '"""')
    elif kind == 4:
        text = f"def {name}() -> int:\n    return {number}\n    # after\n"
    else:
        text = f"@property\ndef {name}(self):\n    return {number}\n\n"
        text += f"@{name}.setter\ndef {name}(self, value):\n    pass\n"
    text = comment + text
    if '"""\n  odd' in text:
        return indent_code(text, level)
    return indent(text, "    " * level)


def indent_code(text: str, level: int) -> str:
    """Indent all but the inside of a string."""
    lines = text.splitlines(keepends=True)
    return "".join(
        line if line.startswith("  odd") or not line.strip() else "    " * level + line
        for line in lines
    )


def random_block(chance: Random, module: list[tuple[str, str | Class]]) -> Block:
    """A source block that can be merged into a module."""
    known = {name for name, _ in module}
    verbs: list[tuple[str, str, str | Class]] = []
    if chance.random() < 0.15:
        verbs.append(("define", "__doc__", f'"""Module {chance.randint(0, 99)}."""\n'))
    names = chance.sample(FUNCTIONS + CLASSES, chance.randint(1, 3))
    for name in names:
        if name in known and chance.random() < 0.15:
            verbs.append(("remove", name, ""))
        elif name in CLASSES:
            before = dict(module).get(name)
            verbs.append(random_class(chance, name, before))
        else:
            verbs.append(("define", name, definition(chance, name, 0)))
    imports = chance.sample(IMPORTS, chance.choice([0, 0, 1, 2]))
    return Block(imports, verbs, block_code(chance, imports, verbs))


def random_class(
    chance: Random, name: str, before: str | Class | None
) -> tuple[str, str, Class]:
    """A class that is defined whole, or re-opened where it exists."""
    reopens = isinstance(before, Class) and chance.random() < 0.75
    headers = [f"class {name}:\n", f"class {name}(Base):\n", f"@final\nclass {name}:\n"]
    if not reopens:
        headers.append(f"# about {name}\nclass {name}:\n")
    members = []
    if chance.random() < 0.3:
        members.append(("__doc__", f'    """A class {chance.randint(0, 99)}."""\n'))
    for member in chance.sample(MEMBERS, chance.randint(0, 3)):
        members.append((member, definition(chance, member, 1)))
    if not members and not reopens:
        members.append(("m", definition(chance, "m", 1)))
    return (
        "reopen" if reopens else "define",
        name,
        Class(chance.choice(headers), members),
    )


def block_code(
    chance: Random, imports: list[str], items: list[tuple[str, str, str | Class]]
) -> str:
    """The text of a block, with any space between its definitions."""
    parts = [f"{line}\n" for line in imports]
    for verb, name, what in items:
        if verb == "remove":
            parts.append(f"del {name}\n")
        elif isinstance(what, Class):
            inside = [text for _, text in what.members]
            if verb == "reopen":
                first = inside and '"""A class' in inside[0]
                inside.insert(1 if first else 0, "    ...\n")
            parts.append(what.header + join(chance, inside))
        elif name == "__doc__":
            parts.insert(0, what)
        else:
            parts.append(what)
    return join(chance, parts)


def join(chance: Random, parts: list[str]) -> str:
    """Put some blank lines between texts."""
    code = parts[0]
    for above, part in pairwise(parts):
        loose = part.lstrip().startswith("#") or above.rstrip().endswith("# after")
        code += "\n" * chance.randint(1 if loose else 0, 2) + part
    return code


def apply(module: list[tuple[str, str | Class]], block: Block) -> None:
    """Merge a block, in the plainest way."""
    for index, (verb, name, what) in enumerate(block.items):
        names = [each for each, _ in module]
        if verb == "remove":
            del module[names.index(name)]
            continue
        if verb == "reopen":
            assert isinstance(what, Class)
            _, old = module[names.index(name)]
            assert isinstance(old, Class)
            bare = what.header == f"class {name}:\n"
            members: list[tuple[str, str | Class]] = list(old.members)
            inner = [("define", *member) for member in what.members]
            apply(members, Block([], inner, ""))
            what = Class(old.header if bare else what.header, members)
        if name in names:
            module[names.index(name)] = (name, what)
        else:
            around = [each for _, each, _ in block.items]
            module.insert(place(names, around, index), (name, what))


def place(names: list[str], around: list[str], index: int) -> int:
    """Where a new name goes (rule 4)."""
    if around[index] == "__doc__":
        return 0
    for other in reversed(around[:index]):
        if other in names and other != "__doc__":
            return names.index(other) + 1
    for other in around[index + 1 :]:
        if other in names and other != "__doc__":
            return names.index(other)
    return len(names)
