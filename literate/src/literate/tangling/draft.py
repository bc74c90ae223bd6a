"""A draft: what the source blocks of a book say while edits are carried into them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from literate.book.blocks import Source
from literate.book.book import Book
from literate.book.history import look_up
from literate.kernel.source.definitions import (
    DOCSTRING,
    Class,
    ClassBlock,
    Definition,
    Entry,
    Import,
    Item,
    Origin,
    Removal,
)
from literate.kernel.source.merging import nearest
from literate.tangling.edits import Edit, Names
from literate.tangling.writing import code_of, rewritten

Items = tuple[Item, ...]
NOWHERE = Origin("", 0)


class Draft:
    """The source blocks of a book, edited by the names that they define."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._items: dict[Source, Items] = {}

    def writers(self, title: str, names: Names) -> list[Source]:
        """The blocks that wrote a name since its last removal, the last one first."""
        found: list[Source] = []
        for path in reversed(self.book.paths):
            for step in reversed(self.book.steps(path)):
                if step.source.title == title:
                    item = look_up(step.items, names)
                    if isinstance(item, Removal):
                        return found
                    found += [step.source] if item else []
        return found

    def block(self, origin: Origin) -> Source:
        """The source block that holds a chapter's line."""
        sources = self.book.chapters[origin.path].sources
        return next(s for s in sources if s.fence.line <= origin.line <= s.fence.end)

    def inside(self, source: Source, scope: Names = ()) -> Items:
        """What a block says now: of a module, or of a class in it."""
        items = self._items.get(source, self.book.step(source).items)
        for name in scope:
            item = look_up(items, (name,))
            items = item.items if isinstance(item, ClassBlock) else ()
        return items

    def put(self, source: Source, scope: Names, items: Iterable[Item]) -> None:
        """Let a block say something else of a module, or of a class in it."""
        now = _apart(tuple(items), self.inside(source, scope))
        self._items[source] = _with_inside(self.inside(source), scope, now)

    def change(self, edit: Edit) -> None:
        """Let the block that last wrote a name write it as the file has it."""
        assert edit.old and edit.new
        source = self.block(edit.old.origin)
        inside = self.inside(source, edit.scope)
        old = look_up(inside, edit.names[-1:])
        new: Item = said_by(edit.new)
        if isinstance(old, ClassBlock) and isinstance(new, ClassBlock):
            new = replace(old, header=new.header)
        self.put(source, edit.scope, (new if i == old else i for i in inside))

    def cut(self, source: Source, every: Sequence[Edit]) -> bool:
        """Take names out of a block, if something is left of it."""
        before = self.inside(source)
        for edit in every:
            inside = self.inside(source, edit.scope)
            gone = look_up(inside, edit.names[-1:])
            self.put(source, edit.scope, (i for i in inside if i != gone))
        is_left = bool(self.inside(source))
        if not is_left:
            self.put(source, (), before)
        return is_left

    def move(self, source: Source, every: Sequence[Edit]) -> bool:
        """Move names of one scope inside a block, if that takes them to their place."""
        inside = self.inside(source, every[0].scope)
        moving = [look_up(inside, edit.names[-1:]) for edit in every]
        rest: Items | None = tuple(item for item in inside if item not in moving)
        for edit, item in zip(every, moving, strict=True):
            rest = _placed(rest, item, edit.around) if rest and item else None
        if rest is None or rest == inside:
            return False
        self.put(source, every[0].scope, rest)
        return True

    def add(self, source: Source, edit: Edit) -> None:
        """Put something new into a block: imports on top, the rest as in the file."""
        assert edit.new
        inside, item = self.inside(source, edit.scope), said_by(edit.new)
        if isinstance(item, Import):
            at = _top(inside)
            items: Items | None = (*inside[:at], item, *inside[at:])
        else:
            items = _placed(inside, item, edit.around)
        self.put(source, edit.scope, items or (*inside, item))

    def codes(self) -> dict[Source, str]:
        """The blocks that say something else now, in the order of the book."""
        codes = {
            source: code_of(items, self.book.package)
            for source, items in self._items.items()
        }
        sources = (s for page in self.book.chapters.values() for s in page.sources)
        return {s: codes[s] for s in sources if codes.get(s, s.code) != s.code}

    def texts(self, chapter: str | None, rest: Iterable[Edit]) -> dict[str, str]:
        """The chapters that say something else now.

        Args:
            chapter: The chapter that gets blocks for the rest at its end.
            rest: What is new, or gone, and concerns no block that there is.
        """
        codes = self.codes()
        texts: dict[str, str] = {}
        for path in dict.fromkeys(source.fence.path for source in codes):
            here = {s: code for s, code in codes.items() if s.fence.path == path}
            texts[path] = rewritten(self.book.chapters[path].text, here)
        if chapter is not None and (blocks := _new_blocks(rest, self.book.package)):
            text = texts.get(chapter, self.book.chapters[chapter].text)
            texts[chapter] = text.rstrip("\n") + "\n" + blocks
        return texts


def said_by(entry: Entry | Import) -> Definition | ClassBlock | Import:
    """What a block says that defines an entry whole."""
    if not isinstance(entry, Class):
        return entry
    members = (said_by(member) for member in entry.members.values())
    return ClassBlock(entry.header, False, False, tuple(members), 0)


def _with_inside(items: Items, scope: Names, inside: Items) -> Items:
    """Items with others inside of a class; one that was only re-opened for it goes."""
    if not scope:
        return inside
    result: list[Item] = []
    for item in items:
        if isinstance(item, ClassBlock) and item.name == scope[0]:
            members = _with_inside(item.items, scope[1:], inside)
            if item.reopens and item.bare and not members:
                continue
            # `class E(Error): ...` is a new class, which may have members instead.
            reopens = item.reopens and (item.bare or bool(item.items) or not members)
            item = replace(item, items=members, reopens=reopens)
        result.append(item)
    return tuple(result)


def _top(items: Items) -> int:
    """How many items stand above all definitions: a docstring, and imports."""
    tops = (isinstance(item, Import) or item.name == DOCSTRING for item in items)
    return max((n for n, is_top in enumerate(tops, 1) if is_top), default=0)


def _placed(items: Items, item: Item, around: Names) -> Items | None:
    """Items with one more: below the nearest that a file has above it, else above one.

    Returns:
        None where the items have no name that the file has as well.
    """
    if item.name == DOCSTRING:
        return (item, *items)
    names = [each.name for each in items]
    above, below = nearest(around, around.index(item.name), names)
    if above:
        at = len(names) - names[::-1].index(above)
    elif below:
        at = names.index(below)
    else:
        return None
    at = max(at, _top(items))
    return (*items[:at], item, *items[at:])


def _apart(items: Items, before: Items) -> Items:
    """Items that stand apart from what is new above them, unless that is a value."""
    known = {below.name: above.name for above, below in pairwise(before)}
    result = list(items[:1])
    for above, item in pairwise(items):
        is_value = isinstance(above, Definition) and above.kind == "assignment"
        is_new = known.get(item.name) != above.name
        if isinstance(item, Definition) and is_new and not is_value:
            item = replace(item, tight=False)
        result.append(item)
    return tuple(result)


def _new_blocks(rest: Iterable[Edit], package: str) -> str:
    """Source blocks of their own: one for each module, and one for each class.

    In a common block the class would be the neighbor from which a new function has its
    place.
    """
    places: dict[tuple[str, Names], list[Item]] = {}
    for edit in sorted(rest, key=_rank):
        item = said_by(edit.new) if edit.new else Removal(edit.names[-1], NOWHERE)
        places.setdefault((edit.title, edit.scope), []).append(item)
    text = ""
    for (title, scope), items in sorted(places.items()):
        code = code_of(_reopened(scope, tuple(items)), package)
        marks = "````" if "```" in code else "```"
        text += f'\n{marks}python title="{title}"\n{code}{marks}\n'
    return text


def _rank(edit: Edit) -> tuple[bool, ...]:
    """The order of a block: a docstring, what is removed, imports, definitions."""
    first = edit.names[-1] == DOCSTRING and edit.new is not None
    return not first, edit.new is not None, not isinstance(edit.new, Import)


def _reopened(scope: Names, items: Items) -> Items:
    """What a block says of a class alone, and of those around it."""
    for depth, name in reversed([*enumerate(scope)]):
        text = f"{' ' * 4 * depth}class {name}:\n"
        header = Definition(name, "class", text, NOWHERE)
        items = (ClassBlock(header, True, True, items, 0),)
    return items
