"""Carrying over: a chapter's names and objects follow the package that has changed.

A source block imports the package afresh, under new classes and functions. What cells
above it have made of the old ones is bound to their successors, as notebook reloaders
do. What cannot follow is told, with what to do.
"""

from __future__ import annotations

import ast
import contextlib
import enum
import functools
import gc
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

CELLS = "__main__"
"""The module that a chapter's own classes and functions name."""


class CarryingError(Exception):
    """Something that cells have made cannot follow the package."""


class Carrier:
    """Binds what a chapter holds of a package to the package's newest state.

    Args:
        namespace: The chapter's names.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self._imported: dict[str, tuple[str, str]] = {}

    def note_imports(self, tree: ast.AST) -> None:
        """Remember which names a cell imports: of a constant nothing else tells it.

        Args:
            tree: The cell.
        """
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    name = alias.asname or alias.name
                    self._imported[name] = (node.module, alias.name)

    def carry_over(self, replaced: Mapping[str, ModuleType]) -> None:
        """Let names and objects follow.

        Args:
            replaced: The modules of the package before, by their names.

        Raises:
            CarryingError: Where a class that a cell derives from one of the package
                cannot get the new one as its base.
        """
        successors = dict(_successors(replaced))
        for name, value in self.namespace.items():
            if isinstance(value, ModuleType) and value in replaced.values():
                self.namespace[name] = sys.modules.get(value.__name__, value)
            elif (successor := _successor(value, replaced)) is not None:
                self.namespace[name] = successor
            elif name in self._imported:
                self.namespace[name] = self._constant(name, value, replaced)
        for old, new in successors.items():
            if issubclass(old, enum.Enum) and issubclass(new, enum.Enum):
                self._carry_members(old, new)
            _carry_subclasses(old, new)
        _carry_instances(successors)
        _carry_registered(replaced, successors)

    def _constant(
        self, name: str, value: Any, replaced: Mapping[str, ModuleType]
    ) -> Any:
        """The newest value of a name that was imported and not changed since."""
        module, original = self._imported[name]
        old, new = replaced.get(module), sys.modules.get(module)
        if old is None or new is None or vars(old).get(original) is not value:
            return value
        return vars(new).get(original, value)

    def _carry_members(self, old: type[enum.Enum], new: type[enum.Enum]) -> None:
        """Let the members of an enumeration follow, where cells keep them."""
        own = [vars(old), getattr(old, "_member_map_", {})]
        own += [getattr(old, "_value2member_map_", {})]
        for member in old:
            successor = new.__members__.get(member.name)
            if successor is None:
                continue
            for holder in gc.get_referrers(member):
                if isinstance(holder, dict) and not any(holder is each for each in own):
                    for key, value in list(holder.items()):
                        if value is member:
                            holder[key] = successor
                elif isinstance(holder, list):
                    holder[:] = [
                        successor if value is member else value for value in holder
                    ]


def _successors(replaced: Mapping[str, ModuleType]) -> Iterator[tuple[type, type]]:
    """The classes of the package before, each with the one that stands there now."""
    for module in replaced.values():
        for old in list(vars(module).values()):
            if isinstance(old, type) and old.__module__ == module.__name__:
                new = _successor(old, replaced)
                if isinstance(new, type):
                    yield old, new


def _successor(value: Any, replaced: Mapping[str, ModuleType]) -> Any:
    """What stands in the newest package where a class or function stood."""
    try:  # an object may answer anything, or raise, when it is asked for a name
        module = getattr(value, "__module__", None)
        name = getattr(value, "__qualname__", None)
    except Exception:
        return None
    old = replaced.get(module) if isinstance(module, str) else None
    if old is None or not isinstance(name, str) or vars(old).get(name) is not value:
        return None
    return vars(sys.modules.get(old.__name__, old)).get(name)


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


def _carry_instances(successors: Mapping[type, type]) -> None:
    """Give the instances of each class its successor, where the layouts agree."""
    for instance in gc.get_referrers(*successors):
        new = successors.get(type(instance))
        if new is not None and not isinstance(instance, enum.Enum):
            # TypeError: another layout, such as new __slots__; it stays as it is
            with contextlib.suppress(TypeError):
                instance.__class__ = new


def _carry_registered(
    replaced: Mapping[str, ModuleType], successors: Mapping[type, type]
) -> None:
    """Register what cells have added to a `functools.singledispatch` of the package."""
    for module in replaced.values():
        for old in list(vars(module).values()):
            new = _successor(old, replaced)
            if not (_is_dispatcher(old) and _is_dispatcher(new)):
                continue
            for kind, function in old.registry.items():
                if getattr(function, "__module__", None) == CELLS:
                    new.register(successors.get(kind, kind), function)


def _is_dispatcher(value: object) -> bool:
    """Whether a function is one that `functools.singledispatch` has made."""
    made: Any = functools.singledispatch(_is_dispatcher)
    return getattr(value, "__code__", None) is made.__code__
