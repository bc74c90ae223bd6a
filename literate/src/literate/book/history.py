"""History: which source blocks wrote a definition, from the first to the last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from literate.book.book import Book
from literate.kernel.installing import module_name
from literate.kernel.source.definitions import ClassBlock, Definition, Item, Removal


class Version(NamedTuple):
    """A definition as one source block wrote it, or its removal.

    Attributes:
        module: The module, as in `micrograd.engine`.
        address: The definition's name inside the module, as in `Value.__add__`.
        path: The chapter.
        line: The line of the source block's fence.
        anchor: The place on the chapter's page; the first version there has the name.
        removed: Whether the block removes the definition.
    """

    module: str
    address: str
    path: str
    line: int
    anchor: str
    removed: bool

    @property
    def name(self) -> str:
        """The full name."""
        return f"{self.module}.{self.address}"


class History:
    """The versions of all definitions of a book.

    Raises:
        BookError: Where a source block is wrong.
    """

    def __init__(self, book: Book) -> None:
        self._of_name: dict[str, list[Version]] = {}
        self._of_block: dict[tuple[str, int], list[Version]] = {}
        for path in book.paths:
            seen: Counter[str] = Counter()
            for step in book.steps(path):
                module, line = module_name(step.source.title), step.source.fence.line
                written = self._of_block.setdefault((path, line), [])
                for address, item in definitions(step.items):
                    name = f"{module}.{address}"
                    seen[name] += 1
                    anchor = name if seen[name] == 1 else f"{name}-{seen[name]}"
                    removed = isinstance(item, Removal)
                    version = Version(module, address, path, line, anchor, removed)
                    written.append(version)
                    self._of_name.setdefault(name, []).append(version)

    def versions(self, name: str) -> list[Version]:
        """The versions of a definition, the first one first."""
        return self._of_name.get(name, [])

    def written(self, path: str, line: int) -> list[Version]:
        """What the source block whose fence is at a line writes or removes."""
        return self._of_block.get((path, line), [])

    def before(self, version: Version) -> Version | None:
        """The version that this one replaced or removed."""
        return self._beside(version, -1)

    def after(self, version: Version) -> Version | None:
        """The version that replaced or removed this one."""
        return self._beside(version, +1)

    def _beside(self, version: Version, by: int) -> Version | None:
        versions = self.versions(version.name)
        index = versions.index(version) + by
        return versions[index] if 0 <= index < len(versions) else None


def definitions(
    items: tuple[Item, ...], scope: str = ""
) -> Iterator[tuple[str, Definition | Removal]]:
    """The definitions of a source block by address, as in `Value.__add__`.

    A class that is only re-opened is none; one with a header of its own is its header.

    Args:
        items: What the block says.
        scope: What the addresses start with.
    """
    for item in items:
        address = scope + item.name
        if isinstance(item, ClassBlock):
            if not (item.reopens and item.bare):
                yield address, item.header
            yield from definitions(item.items, f"{address}.")
        elif isinstance(item, Removal) or (
            isinstance(item, Definition) and item.kind != "docstring"
        ):
            yield address, item


def look_up(items: Sequence[Item], names: Sequence[str]) -> Item | None:
    """What a block last says about a name.

    Args:
        items: What the block says.
        names: The name, after those of the classes around it.
    """
    for item in reversed(items):
        if item.name != names[0]:
            continue
        if len(names) == 1 or isinstance(item, Removal):
            return item
        if isinstance(item, ClassBlock):
            return look_up(item.items, names[1:])
    return None
