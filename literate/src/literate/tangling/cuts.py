"""Cuts: definitions taken out of the block that wrote them, for good or to move them.

Only a definition that one block wrote, and none after it, can be cut: otherwise the
pages between would show another package than before.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from literate.book.blocks import Source
from literate.book.book import Book
from literate.book.history import look_up
from literate.errors import BookError
from literate.kernel.source.definitions import ClassBlock, Definition, Import, Item
from literate.tangling.differences import Moved, Removed
from literate.tangling.homes import above, below, writers
from literate.tangling.patches import Patch


class Removals(NamedTuple):
    """What becomes of what is gone from a file.

    Some is cut out of its block: by patches, or out of an import statement. The rest is
    removed by a new block, whose text is `block`.
    """

    cut: list[Removed]
    patches: list[Patch]
    imports: list[Import]
    block: str


def removals(
    book: Book,
    title: str,
    removed: Sequence[Removed],
    chapter: str | None,
    used: Container[Removed] = (),
) -> Removals:
    """Take what is gone out of the chapters.

    Args:
        book: The book.
        title: The module's file.
        removed: What is gone from it.
        chapter: The chapter at whose end to remove what cannot be cut.
        used: What cannot be cut since blocks use it.

    Raises:
        BookError: Where something cannot be cut, and there is no such chapter.
    """
    result = Removals([], [], [], "")
    late: list[Removed] = []
    by_block: dict[Source, list[Removed]] = {}
    for each in removed:
        blocks = [source for source, _ in _writers(book, title, each)]
        if len(blocks) == 1 and each not in used:
            by_block.setdefault(blocks[0], []).append(each)
        elif chapter is None:
            others = ", ".join(source.fence.place for source in blocks[1:])
            raise refusal(each, title, f"it is also written in {others}")
        else:
            late.append(each)
    for source, here in by_block.items():
        gone = [item for each in here for _, item in _writers(book, title, each)]
        items = _to_cut(book.step(source).items, gone)
        if items is not None:
            result.cut.extend(here)
            result.patches.extend(cut(source, _spans(items)))
            result.imports.extend(each for each in items if isinstance(each, Import))
        elif chapter is None:
            raise refusal(here[0], title, "its block holds nothing else")
        else:
            late += here
    return result._replace(block=_deleting(title, late) if late else "")


def moves(book: Book, title: str, moved: Iterable[Moved]) -> list[Patch]:
    """Move definitions inside the block that wrote them.

    Raises:
        BookError: Where another block writes them too, or all their new neighbors.
    """
    patches: list[Patch] = []
    for each in moved:
        names = [one.address for one in each.definitions]
        found = [f for name in names for f in writers(book, title, name.split("."))]
        source = found[0][0]
        if [one for one, _ in found] != [source] * len(names):
            raise _unmovable(each, title, "several blocks write it", source)
        items = book.step(source).items
        patches += cut(source, _spans(item for _, item in found))
        first = each.definitions[0].entry
        is_tight = isinstance(first, Definition) and first.tight
        upper, lower = _definition(items, each.above), _definition(items, each.below)
        if upper and (is_tight or not lower):
            patches.append(below((source, upper), each.definitions))
        elif lower and each.follower:
            patches.append(above((source, lower), each.definitions, each.follower))
        else:
            reason = "its block holds none of its new neighbors"
            raise _unmovable(each, title, reason, source)
    return patches


def _definition(items: Sequence[Item], address: str) -> Definition | ClassBlock | None:
    """A definition of a block, if it has it."""
    item = look_up(items, address.split("."))
    return item if isinstance(item, Definition | ClassBlock) else None


def cut(source: Source, spans: Iterable[tuple[int, int]]) -> list[Patch]:
    """Take statements out of a block, each with the smaller space around it.

    Args:
        source: The block.
        spans: The first and the last line of each.
    """
    lines = dict(enumerate(source.fence.text.split("\n")[:-1], source.fence.line + 1))
    for start, last in spans:
        depth = _depth(lines[start])
        upper = [number for number in lines if number < start][::-1]
        lower = [number for number in lines if number > last]
        over = list(takewhile(lambda number: not lines[number].strip(), upper))
        under = list(takewhile(lambda number: not lines[number].strip(), lower))
        is_first = upper == over or _depth(lines[upper[len(over)]]) < depth
        is_last = lower == under or _depth(lines[lower[len(under)]]) < depth
        space = over if is_last or (not is_first and len(over) < len(under)) else under
        for number in (*range(start, last + 1), *space):
            del lines[number]
    gone = [n for n in range(source.fence.line + 1, source.fence.end) if n not in lines]
    return [Patch(source, line - 1, line, ()) for line in gone]


def _spans(items: Iterable[Item]) -> list[tuple[int, int]]:
    """The lines of definitions."""
    return [
        (item.origin.line, item.last)
        for item in items
        if isinstance(item, Definition | ClassBlock)
    ]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _writers(book: Book, title: str, each: Removed) -> Iterator[tuple[Source, Item]]:
    """The blocks that write what is gone, the last one first."""
    is_import = isinstance(each.entry, Import)
    names = [each.address] if is_import else each.address.split(".")
    return writers(book, title, names)


def _to_cut(items: Iterable[Item], gone: Sequence[Item]) -> list[Item] | None:
    """What to take out, re-opened classes too; None where nothing would be left."""
    result: list[Item] = []
    is_left = False
    for item in items:
        if item in gone:
            result.append(item)
            continue
        if isinstance(item, ClassBlock) and item.items:
            inside = _to_cut(item.items, gone)
            if inside is None and not (item.reopens and item.bare):
                return None
            if inside is None:
                result.append(item)
                continue
            result += inside
        is_left = True
    return result if is_left else None


def _deleting(title: str, removed: Iterable[Removed]) -> str:
    """A block that removes definitions."""
    scopes: dict[str, list[str]] = {}
    for each in removed:
        is_member = not isinstance(each.entry, Import)
        scope, _, name = each.address.rpartition(".") if is_member else ("", "", "")
        scopes.setdefault(scope, []).append(name or each.address)
    parts = []
    for scope, names in sorted(scopes.items()):
        indent = "    " if scope else ""
        lines = [f"class {scope}:", "    ...", ""] if scope else []
        parts.append("\n".join([*lines, *(f"{indent}del {name}" for name in names)]))
    code = "\n\n\n".join(parts)
    return f'\n```python title="{title}"\n{code}\n```\n'


def refusal(each: Removed, title: str, reason: str) -> BookError:
    """The error for what is gone from a file and cannot be cut out of the chapters."""
    what = "the import of " if isinstance(each.entry, Import) else ""
    message = (
        f"{what}`{each.address}` is gone from {title}, but {reason}: edit the chapter, "
        "or remove it at the end of one with --chapter FILE"
    )
    return BookError(*each.entry.origin, message)


def _unmovable(each: Moved, title: str, reason: str, source: Source) -> BookError:
    first = each.definitions[0]
    message = (
        f"`{first.address}` was moved, but {reason}: move it in the chapters, "
        f"from {source.fence.place}"
    )
    return BookError(title, first.entry.origin.line, message)
