"""Changes: whether some code has changed what the names of a page stand for."""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

ATOMS = (int, float, complex, str, bytes, type(None))
CLOSED = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)
"""What is taken to stay as it is."""
MOST = 20_000
"""Objects that are looked at: of a page that holds more, the first ones."""


def prints(names: Mapping[str, object]) -> dict[str, int]:
    """A print of all that each name stands for, to be compared with a later one.

    What an object holds is looked at as well, under the name that leads to it by the
    shortest way.

    Example:
        >>> held = {"row": [1.0, 2.0], "other": [3.0]}
        >>> before = prints(held)
        >>> held["row"][0] = 5.0
        >>> changed(before, prints(held))
        ['row']
    """
    seen: dict[int, tuple[str, int]] = {}
    parts: dict[str, list[object]] = {}
    left = deque(item for item in names.items() if not item[0].startswith("__"))
    while left and len(seen) < MOST:
        name, each = left.popleft()
        mine = parts.setdefault(name, [])
        if isinstance(each, ATOMS):
            mine.append((type(each), each if each == each else "nan"))
        elif id(each) in seen:
            mine.append(seen[id(each)])
        else:
            seen[id(each)] = name, len(mine)
            mine.append(type(each))
            left.extend((name, inside) for inside in _inside(each))
    return {name: hash(tuple(mine)) for name, mine in parts.items()}


def changed(before: Mapping[str, int], after: Mapping[str, int]) -> list[str]:
    """The names of which two prints differ."""
    return [name for name, each in before.items() if after.get(name, each) != each]


def _inside(value: object) -> Iterable[object]:
    """What an object holds."""
    if isinstance(value, CLOSED):
        return ()
    if isinstance(value, dict):
        return (*value.keys(), *value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return value
    state: Any = object.__getstate__(value)  # what it holds by name, and in slots
    parts = state if isinstance(state, tuple) else (state,)
    return [each for part in parts if part for each in part.values()]
