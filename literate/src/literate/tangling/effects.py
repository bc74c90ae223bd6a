"""Effects: what each source block does to the package, told by names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from literate.book.book import Book, Step
from literate.errors import BookError
from literate.kernel.source.definitions import (
    DOCSTRING,
    Change,
    Class,
    ClassBlock,
    Item,
)


def effects(book: Book) -> Iterator[str]:
    """Tell what the source blocks do, one line for each.

    Yields:
        Place, file, and the names that the block adds, replaces, removes and drops.
    """
    for path in book.paths:
        for step in book.steps(path):
            told = []
            for action in ("added", "replaced", "removed"):
                names = [c.address for c in _own(step.changes) if c.action == action]
                told += [f"{action} {', '.join(names)}"] if names else []
            if names := list(dropped(step)):
                told.append(f"dropped {', '.join(names)}")
            fence = step.source.fence
            yield f"{fence.place}: {step.source.title}: {'; '.join(told)}"


def losses(book: Book) -> Iterator[BookError]:
    """Name the members that classes lose without a word.

    Yields:
        An error for each block that defines a class whole which had more members.
    """
    for path in book.paths:
        for step in book.steps(path):
            if names := list(dropped(step)):
                fence = step.source.fence
                told = ", ".join(f"`{name}`" for name in names)
                message = (
                    f"this block defines a class whole, and so drops {told}: put a "
                    "bare `...` into its body to keep them, `del` them there, or "
                    "tangle with --drop"
                )
                yield BookError(fence.path, fence.line, message)


def dropped(step: Step) -> Iterator[str]:
    """The members that a block drops by defining their class whole.

    Yields:
        Their addresses; not those that the block removes by `del`.
    """
    for change in step.changes:
        if change.action == "replaced" and isinstance(change.before, Class):
            names = change.address.split(".")
            yield from _lost(change.before, _find(step.items, names), change.address)


def _lost(before: Class, item: Item | None, address: str) -> Iterator[str]:
    """The members of a class that a block which defines it whole does not name."""
    if isinstance(item, ClassBlock) and not item.reopens:
        named = {each.name for each in item.items}
        lost = [name for name in before.members if name not in {*named, DOCSTRING}]
        yield from (f"{address}.{name}" for name in lost)


def _own(changes: Sequence[Change]) -> list[Change]:
    """Changes without the classes that were only opened again to reach a member."""
    names = [each.address for each in changes]
    return [
        each
        for each in changes
        if not any(name.startswith(f"{each.address}.") for name in names)
    ]


def _find(items: Sequence[Item], names: Sequence[str]) -> Item | None:
    """What a block says about an address."""
    item = next((each for each in items if each.name == names[0]), None)
    if len(names) == 1 or not isinstance(item, ClassBlock):
        return item if len(names) == 1 else None
    return _find(item.items, names[1:])
