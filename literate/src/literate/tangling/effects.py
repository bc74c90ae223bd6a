"""Effects: what each source block does to the package, told by names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from literate.book.book import Book, Step
from literate.book.history import look_up
from literate.errors import BookError
from literate.kernel.source.definitions import (
    DOCSTRING,
    Change,
    Class,
    ClassBlock,
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


def losses(book: Book) -> list[BookError]:
    """Name the members that classes of a book lose without a word."""
    told = (loss(step) for path in book.paths for step in book.steps(path))
    return [error for error in told if error]


def loss(step: Step) -> BookError | None:
    """The error for a block that defines a class whole which had more members."""
    names = ", ".join(f"`{name}`" for name in dropped(step))
    if not names:
        return None
    message = (
        f"this block defines a class whole, and so drops {names}: put a bare `...` "
        "into its body to keep them, `del` them there, or tangle with --drop"
    )
    return BookError(step.source.fence.path, step.source.fence.line, message)


def dropped(step: Step) -> Iterator[str]:
    """The members that a block drops by defining their class whole.

    Yields:
        Their addresses; not those that the block removes by `del`.
    """
    for change in step.changes:
        if change.action == "replaced" and isinstance(change.before, Class):
            names = change.address.split(".")
            item = look_up(step.items, names)
            if isinstance(item, ClassBlock) and not item.reopens:
                kept = {DOCSTRING, *(each.name for each in item.items)}
                lost = [name for name in change.before.members if name not in kept]
                yield from (f"{change.address}.{name}" for name in lost)


def _own(changes: Sequence[Change]) -> list[Change]:
    """Changes without the classes that were only opened again to reach a member."""
    names = [each.address for each in changes]
    return [
        each
        for each in changes
        if not any(name.startswith(f"{each.address}.") for name in names)
    ]
