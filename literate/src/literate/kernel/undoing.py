"""Undoing: what a trial has changed of a page's objects is put back.

What lists, dictionaries, sets, queues, arrays, generators of random numbers, closures,
attributes, and the classes and modules of the page and of its package hold is read
before the trial, and written back after it. What an iterator has given away, a file has
read, and a library keeps where Python cannot look stays as the trial has left it.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import operator
import pickle
import random
import sys
from array import array
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from types import CellType, FunctionType, ModuleType
from typing import Any, NamedTuple

CELLS = "__main__"
"""The module that a page's own classes and functions name."""
MOST = 20_000
"""Objects that are read: of a page that holds more, those with the shortest ways."""
ATOMS = {int, float, complex, str, bytes, bool, type(None)}
"""What holds nothing, and does not change."""


PICTURES = "matplotlib."
"""Objects of these modules hold thousands of others, and are drawn anew in any case."""


class Kind(NamedTuple):
    """How a class's objects are read, and written back: the objects or bytes inside."""

    of: type
    read: Callable[[Any], Any]
    write: Callable[[Any, Any], object]


class Before:
    """What the objects of a page hold before a trial.

    Args:
        names: The names of the page.
        package: The name of the package, whose modules and classes belong to the page.
    """

    def __init__(self, names: dict[str, Any], package: str) -> None:
        own = {
            name
            for name, module in sys.modules.items()
            if f"{name}.".startswith((f"{package}.", f"{CELLS}."))
            and isinstance(module, ModuleType)
        }
        self._read = list(_read(names, own))

    def put_back(self) -> set[str]:
        """Undo what was changed since.

        Returns:
            The names that lead to the changed objects.
        """
        changed: set[str] = set()
        for name, value, kind, before in self._read:
            with contextlib.suppress(Exception):  # it does not let itself change
                if not _is_same(kind.read(value), before):
                    kind.write(value, before)
                    changed.add(name)
        return changed - {""}


def slots_of(value: object) -> dict[str, Any]:
    """What an object holds in its slots, by their names."""
    state = object.__getstate__(value)
    return state[1] if isinstance(state, tuple) else {}


def _read(names: dict[str, Any], own: set[str]) -> Iterator[tuple[str, Any, Kind, Any]]:
    """Read what names lead to, each object under the name of the shortest way.

    Args:
        names: The names of the page.
        own: The modules whose globals and classes belong to it.
    """
    kinds_of = _kinds_by_class((*KINDS, *_kinds_of_libraries()))
    left = deque(item for item in names.items() if not item[0].startswith("__"))
    left += [("", each) for each in _shared_generators()]
    left += [(name, vars(sys.modules[name])) for name in sorted(own)]
    seen: dict[int, Any] = {}
    while left and len(seen) < MOST:
        name, value = left.popleft()
        if id(value) in seen:
            continue
        seen[id(value)] = value  # no other has its id while it is here
        with contextlib.suppress(Exception):  # it may lie about what it is
            if issubclass(type(value), type) and value.__module__ not in own:
                continue
            for kind in kinds_of(type(value)):
                yield name, value, kind, kind.read(value)
            left += [(name, it) for it in _inside(value) if type(it) not in ATOMS]


def _kinds_by_class(kinds: Iterable[Kind]) -> Callable[[type], list[Kind]]:
    """A function that knows what kinds of objects those of a class are."""

    @functools.cache
    def kinds_of(cls: type) -> list[Kind]:
        found = [each for each in kinds if issubclass(cls, each.of)]
        has_slots = any("__slots__" in vars(each) for each in cls.__mro__)
        return [*found, SLOTS] if has_slots else found

    return kinds_of


def _inside(value: Any) -> Iterable[Any]:
    """What an object holds; of a module and of a picture nothing is looked at."""
    cls = type(value)
    if issubclass(cls, ModuleType) or cls.__module__.startswith(PICTURES):
        return ()
    if cls is FunctionType:  # not what its module holds
        defaults = value.__defaults__, value.__kwdefaults__
        return (*defaults, vars(value), *(value.__closure__ or ()))
    attributes = [vars(value)] if cls.__dictoffset__ else []
    return attributes + gc.get_referents(value)


def _is_same(now: Any, before: Any) -> bool:
    """Whether an object holds the very objects, or the bytes, of before."""
    if isinstance(now, bytes):
        return bool(now == before)
    if isinstance(now, dict):
        now, before = [*now, *now.values()], [*before, *before.values()]
    return len(now) == len(before) and all(map(operator.is_, now, before))


def _set_items(mapping: dict[Any, Any], before: dict[Any, Any]) -> None:
    """Give a dictionary the items that it had, in their order."""
    kind = OrderedDict if isinstance(mapping, OrderedDict) else dict
    kind.clear(mapping)
    for key, value in before.items():
        kind.__setitem__(mapping, key, value)


def _set_members(value: set[Any] | deque[Any], before: Iterable[Any]) -> None:
    """Give a set or a queue the members that it had."""
    if isinstance(value, set):
        set.clear(value)
        set.update(value, before)
    else:
        deque.clear(value)
        deque.extend(value, before)


def _set_attributes(value: Any, before: dict[str, Any]) -> None:
    """Give a class or the slots of an object what they had, and nothing else."""
    kind: Any = type if isinstance(value, type) else object
    now = dict(vars(value)) if kind is type else slots_of(value)
    for name in now.keys() - before.keys():
        kind.__delattr__(value, name)
    for name, each in before.items():
        if name not in now or now[name] is not each:
            kind.__setattr__(value, name, each)


def _numbers_of(value: Any) -> Any:
    """The numbers of an array, or the objects in it."""
    return list(value.flat) if value.dtype.hasobject else pickle.dumps(value)


def _set_numbers(value: Any, before: bytes | list[Any]) -> None:
    if isinstance(before, bytes):
        value[...] = pickle.loads(before)
        return
    for index, each in enumerate(before):
        value.flat[index] = each


def _set_bytes(value: Any, before: bytes) -> None:
    value[:] = pickle.loads(before)


SLOTS = Kind(object, slots_of, _set_attributes)
KINDS = (
    Kind(dict, dict.copy, _set_items),
    Kind(list, list.copy, lambda value, it: list.__setitem__(value, slice(None), it)),
    Kind(set, set.copy, _set_members),
    Kind(deque, tuple, _set_members),
    Kind(type, lambda value: dict(vars(value)), _set_attributes),
    Kind(
        CellType,
        lambda value: (value.cell_contents,),
        lambda value, it: setattr(value, "cell_contents", it[0]),
    ),
    Kind(bytearray, pickle.dumps, _set_bytes),
    Kind(array, pickle.dumps, _set_bytes),
    Kind(
        random.Random,
        lambda value: pickle.dumps(value.getstate()),
        lambda value, it: value.setstate(pickle.loads(it)),
    ),
)


def _numbers_of_tensor(value: Any) -> bytes:
    """The numbers of a tensor, and of its gradient."""
    return pickle.dumps((value.detach(), value.grad if value.is_leaf else None))


def _set_tensor(value: Any, before: bytes) -> None:
    value.data, gradient = pickle.loads(before)
    if value.is_leaf:
        value.grad = gradient


def _kinds_of_libraries() -> Iterator[Kind]:
    """The kinds of NumPy's and PyTorch's objects, where these have been imported."""
    if torch := sys.modules.get("torch"):
        yield Kind(torch.Tensor, _numbers_of_tensor, _set_tensor)
    if numpy := sys.modules.get("numpy"):
        yield Kind(numpy.ndarray, _numbers_of, _set_numbers)
    if numbers := sys.modules.get("numpy.random"):
        yield Kind(
            numbers.Generator,
            lambda value: pickle.dumps(value.bit_generator.state),
            lambda value, it: setattr(value.bit_generator, "state", pickle.loads(it)),
        )
        yield Kind(
            numbers.RandomState,
            lambda value: pickle.dumps(value.get_state()),
            lambda value, it: value.set_state(pickle.loads(it)),
        )


def _shared_generators() -> Iterator[Any]:
    """The generators of random numbers that all modules share."""
    yield random.random.__self__  # type: ignore[attr-defined]  # of a bound method
    if numbers := sys.modules.get("numpy.random"):
        yield numbers.rand.__self__
