"""Stitching: from edits in the package on disk back to the chapters.

Every edited definition goes into the block that last wrote it. Then the book is merged
anew, in memory: where that does not give the edited files byte for byte, nothing is
written.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import replace
from pathlib import Path

from literate.book.blocks import Source
from literate.book.book import Book
from literate.errors import BookError
from literate.kernel.source.definitions import DOCSTRING, Import, Module, Origin
from literate.kernel.source.merging import merge
from literate.kernel.source.reading import read
from literate.kernel.source.rendering import text_of
from literate.tangling.cuts import cut, moves, refusal, removals
from literate.tangling.differences import (
    Added,
    Changed,
    Differences,
    Removed,
    differences,
)
from literate.tangling.homes import (
    below,
    block_at,
    find,
    homeless,
    import_span,
    imports_anew,
    imports_into,
    new_blocks,
)
from literate.tangling.patches import Patch, apply
from literate.tangling.plan import (
    FIRST_LINE,
    Plan,
    digest,
    unified,
    with_first_line,
)
from literate.tangling.uses import first_use


class BothChangedError(BookError):
    """The book and the package were both edited since the last tangle.

    `diff` shows both.
    """

    diff = ""


def stitch(book: Book, after: str | None = None, chapter: str | None = None) -> Plan:
    """Plan to carry hand edits of the package back into the chapters.

    Args:
        book: The book.
        after: The definition below which new ones go.
        chapter: The chapter at whose end new ones go.

    Returns:
        The plan: the chapters, and the edited files with a first line that fits.

    Raises:
        BookError: Where an edit cannot be carried back.
    """
    if chapter is not None and chapter not in book.paths:
        raise BookError(chapter, None, book.unknown(chapter))
    bodies = _edited_bodies(book)
    texts, gone = _carry(book, bodies, after, chapter)
    _check(book, texts, bodies)
    edited = book.edited(texts)
    uses = [(title, each, first_use(edited, title, each)) for title, each in gone]
    used = [(title, each, place) for title, each, place in uses if place]
    if used and chapter is None:
        title, each, place = used[0]
        raise refusal(each, title, f"{place} uses it")
    if used:
        texts, _ = _carry(book, bodies, after, chapter, [each for _, each, _ in used])
        _check(book, texts, bodies)
    files = {book.root / title: with_first_line(body) for title, body in bodies.items()}
    chapters = {book.root / path: text for path, text in texts.items()}
    return Plan(book.root, {**chapters, **files}, "stitched")


def _carry(
    book: Book,
    bodies: Mapping[str, str],
    after: str | None,
    chapter: str | None,
    used: Container[Removed] = (),
) -> tuple[dict[str, str], list[tuple[str, Removed]]]:
    """The new texts of chapters, and what was cut out of them for good."""
    patches: list[Patch] = []
    appended = ""
    cuts: list[tuple[str, Removed]] = []
    for title, body in bodies.items():
        old = book.last[title]
        found = differences(old, _read_file(title, body, book.package), title)
        gone = removals(book, title, found.removed, chapter, used)
        more, block = _additions(book, title, found, after, chapter)
        patches += _changes(book, found, gone.imports)
        patches += [*gone.patches, *moves(book, title, found.moved), *more]
        appended += gone.block + block
        cuts += [(title, each) for each in gone.cut]
    texts: dict[str, str] = {}
    for path in dict.fromkeys(patch.source.fence.path for patch in patches):
        here = [patch for patch in patches if patch.source.fence.path == path]
        texts[path] = apply(book.chapters[path].text, here)
    if appended and chapter is not None:
        text = texts.get(chapter, book.chapters[chapter].text)
        texts[chapter] = text.rstrip("\n") + "\n" + appended
    return texts, cuts


def _edited_bodies(book: Book) -> dict[str, str]:
    """The text of each file that was edited by hand, below its first line.

    Raises:
        BookError: Where a file is gone, or the book changed as well.
    """
    bodies: dict[str, str] = {}
    diffs = []
    stale = False
    for title, module in book.last.items():
        text, wanted = _text(book.root / title, title), text_of(module, book.package)
        whole = with_first_line(wanted)
        if text == whole:
            continue
        first = FIRST_LINE.match(text)
        assert first is not None  # _text has seen to it
        body = text[first.end() :]
        if first[1] != digest(body):
            bodies[title] = body
        if first[1] != digest(wanted) and body != wanted:
            stale = True
        diffs.append(unified(f"book: {title}", whole, f"on disk: {title}", text))
    if bodies and stale:
        title = next(iter(bodies))
        message = "the book and the package both changed since the last tangle"
        error = BothChangedError(title, 1, f"{message}: undo one of the edits")
        error.diff = "".join(diffs)
        raise error
    return bodies


def _text(path: Path, title: str) -> str:
    """The text of a tangled file."""
    if not path.is_file():
        raise BookError(title, None, "this file is gone: tangle to get it back")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BookError(title, line, "not valid UTF-8") from None
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        raise BookError(title, line, "CRLF line end: save the file with LF line ends")
    if not FIRST_LINE.match(text):
        raise BookError(title, 1, "the first line is not the tangled one: put it back")
    return text


def _read_file(title: str, body: str, package: str) -> Module:
    """The module that an edited file is, laid out as tangling does it."""
    module, _ = merge(Module(), read(body, Origin(title, 2)))
    laid_out = text_of(module, package)
    if laid_out != body:
        message = "tangling would lay out this line otherwise: format the file first"
        raise BookError(title, _first_difference(laid_out, body), message)
    return module


def _first_difference(text: str, other: str) -> int:
    """The line of a file on which two texts of its body differ."""
    lines = zip(text.split("\n"), other.split("\n"), strict=False)
    same = next((n for n, (a, b) in enumerate(lines) if a != b), text.count("\n"))
    return same + 2


def _changes(book: Book, found: Differences, gone: list[Import]) -> list[Patch]:
    """The patches for everything that the book has and that is different."""
    patches = [_change(book, each) for each in found.changed]
    statements: dict[Origin, dict[str, Import]] = {}
    for old, new in [*found.imports_changed, *((each, None) for each in gone)]:
        if old.origin not in statements:
            statements[old.origin] = _statement(book, old.origin)
        del statements[old.origin][old.name]
        if new:
            statements[old.origin][old.name] = replace(new, origin=old.origin)
    for origin, imports in statements.items():
        source = block_at(book, origin)
        if imports:
            every = list(imports.values())
            patches.append(imports_anew(source, every, book.package))
        else:
            patches += cut(source, [import_span(source, origin)])
    return patches


def _statement(book: Book, origin: Origin) -> dict[str, Import]:
    """What one import statement of a chapter imports, by name."""
    return {
        item.name: item
        for step in book.steps(origin.path)
        for item in step.items
        if isinstance(item, Import) and item.origin == origin
    }


def _change(book: Book, change: Changed) -> Patch:
    """The patch for a definition that has another text, or another space above it."""
    old, new = change.old, change.new
    source = block_at(book, old.origin)
    start = old.origin.line - 1
    lines = new.text.split("\n")[:-1]
    if change.respaced and new.tight:
        inside = source.fence.text.split("\n")
        while start > source.fence.line and not inside[start - 1 - source.fence.line]:
            start -= 1
    elif change.respaced:
        lines.insert(0, "")
    return Patch(source, start, old.last, tuple(lines))


def _additions(
    book: Book, title: str, found: Differences, after: str | None, chapter: str | None
) -> tuple[list[Patch], str]:
    """The patches for everything new, and what goes to the end of the chapter."""
    homes = [(block_at(book, each.old.origin), each.new.text) for each in found.changed]
    added, imports = found.added, found.imports_added
    patches: list[Patch] = []
    for place, here in _below(after, added).items():
        if home := find(book, title, place):
            patches.append(below(home, here))
            homes.append((home[0], "\n".join(patches[-1].lines)))
            added = [each for each in added if each not in here]
    if homes:
        patches += _import_patches(imports, homes, book.package)
        imports = []
    if not added and not imports:
        return patches, ""
    if chapter is None:
        raise homeless(title, added, imports, found.removed)
    return patches, new_blocks(title, imports, added, book.package)


def _below(after: str | None, added: list[Added]) -> dict[str, list[Added]]:
    """The new definitions that `--after` speaks of, by the definition above them.

    They are those next to it, or, where it is a class, the members of it.
    """
    result: dict[str, list[Added]] = {}
    places: dict[str, str] = {}
    for each in added:
        if after is None or each.name == DOCSTRING:
            continue
        place = places.get(each.above, each.above) if each.scope == after else after
        if each.scope in (after, after.rpartition(".")[0]) and place:
            places[each.address] = place
            result.setdefault(place, []).append(each)
    return result


def _import_patches(
    imports: list[Import], homes: list[tuple[Source, str]], package: str
) -> list[Patch]:
    """Put new imports into the blocks with the edits that use them."""
    by_home: dict[Source, list[Import]] = {}
    for each in imports:
        word = re.compile(rf"\b{re.escape(each.name.split('.')[0])}\b")
        users = [source for source, text in homes if word.search(text)]
        by_home.setdefault([*users, homes[0][0]][0], []).append(each)
    return [imports_into(home, new, package) for home, new in by_home.items()]


def _check(book: Book, texts: dict[str, str], bodies: dict[str, str]) -> None:
    """Want the new chapters to give the edited files, and all others as they are."""
    try:
        last = book.edited(texts).last
    except BookError as error:
        message = f"with the edit carried back, this breaks: {error.message}"
        raise BookError(error.path, error.line, message) from None
    for title, module in last.items():
        given = text_of(module, book.package)
        wanted = bodies.get(title) or text_of(book.last[title], book.package)
        if given != wanted:
            message = (
                "cannot be carried back: the chapters would give another text here; "
                "write this part into a chapter by hand, then tangle with --force"
            )
            raise BookError(title, _first_difference(given, wanted), message)
