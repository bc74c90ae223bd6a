"""Carrying over: a chapter's names and objects follow the package that has changed.

A source block imports the package afresh, under new classes and functions. What cells
above it hold of the old ones is bound to their successors, as notebook reloaders do:
in names, containers, attributes, closures and defaults. Bound methods, properties,
cached functions and tuples, which cannot change, are made anew. Instances take the new
class, and classes that cells have derived take it as their base. What cannot follow is
told.

What is running, or known to Python alone, stays as it was: generators and iterators,
inner functions that the package has made, results that were cached, weak references to
functions and classes, what `atexit`, `signal`, `copyreg` or an abstract class was told,
and what was reloaded or taken out of `sys.modules`.
"""

from __future__ import annotations

import ast
import contextlib
import enum
import functools
import gc
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from types import CellType, FunctionType, MethodType, ModuleType
from typing import Any

from literate.kernel.undoing import CELLS, slots_of

Cached = type(functools.cache(print))
"""A function that keeps its results."""
FOLLOWING = (type, FunctionType, Cached)
"""What is known by its name, wherever it is held."""
DEEPEST = 10
"""Tuples in tuples that are made anew."""
Pair = tuple[Any, Any]
"""Something of the package before, and what stands in its place."""


class CarryingError(Exception):
    """Something that cells have made cannot follow the package."""


class Carrier:
    """Binds what a chapter holds of a package to the package's newest state."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self._imported: dict[tuple[str, str], str] = {}

    def note_imports(self, tree: ast.AST) -> None:
        """Remember which names a cell imports: of a constant nothing else tells it."""
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    name = alias.asname or alias.name
                    self._imported[name, node.module] = alias.name

    def carry_over(self, replaced: Mapping[str, ModuleType]) -> None:
        """Let names and objects follow.

        Args:
            replaced: The modules of the package before, by their names.

        Raises:
            CarryingError: Where a class that a cell derives from one of the package
                cannot get the new one as its base.
        """
        for (name, module), original in self._imported.items():
            before = replaced.get(module)
            for each in vars(before) if before and name == "*" else [name]:
                self._carry_constant(each, before, each if name == "*" else original)
        modules = ((old, sys.modules.get(old.__name__)) for old in replaced.values())
        pairs = (_pairs(old, new) for old, new in modules if new)
        successors = _Successors(chain.from_iterable(pairs))
        for old, new in successors.classes.items():
            _carry_subclasses(old, new)
        _give_classes(successors.classes)
        successors.bind()

    def _carry_constant(self, name: str, old: ModuleType | None, original: str) -> None:
        """Bind a name anew that was imported, and not changed since."""
        if old is None or name not in self.namespace:
            return
        new = sys.modules.get(old.__name__)
        value = self.namespace[name]
        if new and vars(old).get(original) is value and original in vars(new):
            self.namespace[name] = vars(new)[original]


def _pairs(old: ModuleType | type, new: ModuleType | type) -> Iterator[Pair]:
    """What a module or a class was, with what stands there now, and what is in it."""
    yield old, new
    if isinstance(old, enum.EnumType) and isinstance(new, enum.EnumType):
        yield from _members(old, new)
    for name, value in list(vars(old).items()):
        both = value, vars(new).get(name)
        # of a static method and a class method the function that they are made of
        was, now = (getattr(each, "__func__", each) for each in both)
        if not isinstance(was, FOLLOWING) or not isinstance(now, FOLLOWING):
            continue
        if isinstance(old, ModuleType):
            is_own = was.__module__ == old.__name__
        else:
            is_own = was.__qualname__ == f"{old.__qualname__}.{name}"
        if is_own and isinstance(was, type) and isinstance(now, type):
            yield from _pairs(was, now)
        elif is_own:
            yield was, now


def _members(old: enum.EnumType, new: enum.EnumType) -> Iterator[Pair]:
    """The members of an enumeration, and flags that were put together."""
    members: Mapping[str, Any] = old.__members__
    for name, member in members.items():
        if name in new.__members__:
            yield member, new.__members__[name]
    for value, several in vars(old)["_value2member_map_"].items():
        if several.name not in members:
            with contextlib.suppress(ValueError):
                yield several, new(value)


def _carry_subclasses(old: type, new: type) -> None:
    """Give classes that cells have derived the new class as their base."""
    derived_classes: list[type] = type.__subclasses__(old)
    for derived in derived_classes:
        if derived.__module__ != CELLS:
            continue
        bases = tuple(new if base is old else base for base in derived.__bases__)
        try:
            derived.__bases__ = bases
        except TypeError:
            message = (
                f"{derived.__name__}, which a cell above derives from {old.__name__}, "
                f"cannot follow the new {old.__name__} of this block, whose objects "
                "are laid out in another way: define it in a cell below the block"
            )
            raise CarryingError(message) from None


def _give_classes(classes: Mapping[type, type]) -> None:
    """Give instances the newest class: there may be a million of them."""
    fixed = type, ModuleType, enum.Enum
    instances: dict[type, list[Any]] = {
        old: [] for old in classes if not issubclass(old, fixed)
    }
    for holder in gc.get_referrers(*classes):
        if type(holder) in instances:
            instances[type(holder)].append(holder)
    for old, found in instances.items():
        if getattr(old, "_fields", None) != getattr(classes[old], "_fields", None):
            continue  # a tuple whose values have other names now
        # TypeError: another layout, such as new __slots__; they stay as they are
        with contextlib.suppress(TypeError):
            for instance in found:  # one that is frozen as well
                object.__setattr__(instance, "__class__", classes[old])


class _Successors:
    """What stands in the place of what the package was, wherever that is held."""

    def __init__(self, pairs: Iterable[Pair]) -> None:
        self._old: list[Any] = []
        self._new: dict[int, Any] = {}
        self.classes: dict[type, type] = {}
        for old, new in pairs:
            self._add(old, new)
            if isinstance(old, type):
                self.classes[old] = new

    def _add(self, old: Any, new: Any) -> None:
        self._old.append(old)  # no other has its id while it is here
        self._new[id(old)] = new

    def now(self, value: Any) -> Any:
        """What stands in the place of a value: if nothing else does, itself."""
        return self._new.get(id(value), value)

    def bind(self) -> None:
        """Let all that holds something old hold its successor.

        What cannot change is made anew, and so has a successor itself.
        """
        own = {id(self._old), *map(id, _inner_parts(self._old))}
        mark, done = object(), 0
        for _ in range(DEEPEST):
            searched, done = self._old[done:], len(self._old)
            for holder in gc.get_referrers(mark, *searched) if searched else ():
                if type(holder) is tuple and holder[0] is mark:
                    continue  # these arguments, which newer versions of Python find
                if id(holder) not in own and holder is not searched:
                    with contextlib.suppress(Exception):  # it lets nobody change it
                        self._bind(holder)

    def _bind(self, holder: Any) -> None:
        """Let what holds something old hold its successor, or make it anew."""
        if id(holder) in self._new:
            return
        new = _remade(holder, self.now)
        if new is not None:
            self._add(holder, new)
        else:
            _carry(holder, self.now)


def _inner_parts(old: Iterable[Any]) -> Iterator[Any]:
    """What the old package is made of: it stays as it was.

    So does the `__class__` in the closure of a method, by which `super()` works.
    """
    for each in old:
        yield from gc.get_referents(each)
        for member in vars(each).values() if isinstance(each, type) else ():
            yield member
            for inner in (member, *gc.get_referents(member)):
                if isinstance(inner, FunctionType):
                    yield from inner.__closure__ or ()


def _remade(holder: Any, now: Callable[[Any], Any]) -> Any:
    """What cannot change, made anew with what stands there now; None of all else."""
    match holder:
        case tuple():
            make = getattr(type(holder), "_make", type(holder))
            return make(map(now, holder))
        case frozenset():
            return type(holder)(map(now, holder))
        case MethodType():
            return MethodType(now(holder.__func__), now(holder.__self__))
        case staticmethod() | classmethod():
            return type(holder)(now(holder.__func__))
        case property():
            get, put, remove = map(now, (holder.fget, holder.fset, holder.fdel))
            return property(get, put, remove, holder.__doc__)
        case Cached():
            again = functools.lru_cache(**holder.cache_parameters())
            return again(now(holder.__wrapped__))
    return None


def _carry(holder: Any, now: Callable[[Any], Any]) -> None:
    """Let what holds something of the package hold its successor."""
    match holder:
        case dict() if {"__module__", "__doc__"} <= holder.keys() and (
            owners := _owners(holder)
        ):
            _carry_body(holder, owners, now)
        case dict():
            if isinstance(holder, defaultdict):
                holder.default_factory = now(holder.default_factory)
            items = {now(key): now(value) for key, value in holder.items()}
            if any(now(key) is not key for key in holder):
                holder.clear()  # the keys keep their order
            holder.update(items)
        case list() | deque():
            for index, value in enumerate(holder):
                holder[index] = now(value)
        case set():
            values = [now(value) for value in holder]
            holder.clear()
            holder.update(values)
        case functools.partial():
            state: Any = holder.__reduce__()[2]
            vars(functools.partial)["__setstate__"](holder, tuple(map(now, state)))
        case CellType():
            holder.cell_contents = now(holder.cell_contents)
        case FunctionType():
            if holder.__module__ == CELLS:
                holder.__defaults__ = now(holder.__defaults__)
        case _ if not isinstance(holder, type | ModuleType):
            _carry_instance(holder, now)


def _owners(holder: dict[str, Any]) -> list[type]:
    """The classes whose attributes a dictionary has."""
    return [each for each in gc.get_referrers(holder) if issubclass(type(each), type)]


def _carry_body(
    holder: dict[str, Any], owners: Iterable[type], now: Callable[[Any], Any]
) -> None:
    """Give the attributes of a class the newest values: those of a cell's own alone."""
    for owner in owners:
        if owner.__module__ == CELLS:
            for name, value in list(holder.items()):
                if now(value) is not value:  # else Python goes on with what it knows
                    type.__setattr__(owner, name, now(value))


def _carry_instance(instance: Any, now: Callable[[Any], Any]) -> None:
    """Give the attributes of an instance the newest values."""
    attributes = getattr(instance, "__dict__", None)
    if isinstance(attributes, dict):
        attributes.update({name: now(value) for name, value in attributes.items()})
    for name, value in slots_of(instance).items():
        if now(value) is not value:
            object.__setattr__(instance, name, now(value))
