"""Stitching: from edits in the package on disk back to the chapters.

Every edited definition goes into the block that last wrote it. Then the book is merged
anew, in memory: where that does not give the edited files byte for byte, nothing is
written.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

from literate.book.blocks import Source
from literate.book.book import Book
from literate.errors import BookError
from literate.kernel.source.definitions import DOCSTRING, Import
from literate.kernel.source.rendering import text_of
from literate.tangling.draft import Draft, said_by
from literate.tangling.edits import Edit, edited_files, edits, first_difference
from literate.tangling.plan import Plan, pages, with_first_line
from literate.tangling.uses import first_use
from literate.tangling.writing import code_of


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
    files = edited_files(book)
    bodies = {title: text.partition("\n")[2] for title, text in files.items()}
    every = [each for title in bodies for each in edits(book, title, bodies[title])]
    texts, cut = _carried(book, every, after, chapter)
    edited = _checked(book, texts, bodies)
    used = [(each, place) for each in cut if (place := first_use(book, edited, each))]
    if used and chapter is None:
        each, place = used[0]
        raise _uncut(each, f"{place} uses it")
    if used:
        texts, _ = _carried(book, every, after, chapter, [each for each, _ in used])
        _checked(book, texts, bodies)
    known = {book.root / title: text for title, text in files.items()}
    fitting = {title: with_first_line(body) for title, body in bodies.items()}
    changes = {book.root / name: text for name, text in {**texts, **fitting}.items()}
    return Plan(book.root, changes, {**pages(book), **known}, "stitched")


def _carried(
    book: Book,
    every: Sequence[Edit],
    after: str | None,
    chapter: str | None,
    used: Container[Edit] = (),
) -> tuple[dict[str, str], list[Edit]]:
    """The new texts of chapters, and what was cut out of them for good."""
    draft = Draft(book)
    for edit in every:
        if edit.old and edit.new:
            draft.change(edit)
    cut, late = _cut(draft, [each for each in every if not each.new], chapter, used)
    _move(draft, [each for each in every if each.moved])
    rest = _add(draft, [each for each in every if not each.old], after)
    if rest and chapter is None:
        raise _homeless(rest, [each for each in every if not each.new])
    return draft.texts(chapter, [*late, *rest]), cut


def _checked(book: Book, texts: Mapping[str, str], bodies: Mapping[str, str]) -> Book:
    """The book with the new chapters, which gives the edited files and no other."""
    edited = book.edited(texts)
    try:
        last = edited.last
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
            raise BookError(title, first_difference(given, wanted), message)
    return edited


def _cut(
    draft: Draft, gone: Sequence[Edit], chapter: str | None, used: Container[Edit]
) -> tuple[list[Edit], list[Edit]]:
    """Cut what is gone out of the block that alone wrote it.

    Otherwise the pages between would show another package than before.

    Returns:
        What was cut, and what is left to remove at the end of the chapter.
    """
    cut: list[Edit] = []
    late: list[Edit] = []
    by_block: dict[Source, list[Edit]] = {}
    for each in gone:
        first, *others = draft.writers(each.title, each.names)
        if not others and each not in used:
            by_block.setdefault(first, []).append(each)
        elif chapter is None:
            places = ", ".join(source.fence.place for source in others)
            raise _uncut(each, f"it is also written in {places}")
        else:
            late.append(each)
    for source, here in by_block.items():
        if draft.cut(source, here):
            cut += here
        elif chapter is None:
            raise _uncut(here[0], "its block holds nothing else")
        else:
            late += here
    return cut, late


def _move(draft: Draft, moved: Sequence[Edit]) -> None:
    """Move definitions inside the block that alone wrote them."""
    by_place: dict[tuple[Source, tuple[str, ...]], list[Edit]] = {}
    for each in moved:
        source, *others = draft.writers(each.title, each.names)
        if others:
            raise _unmoved(each, "several blocks write it", source)
        by_place.setdefault((source, each.scope), []).append(each)
    for (source, _), here in by_place.items():
        if not draft.move(source, here):
            reason = "its block holds none of its new neighbors"
            raise _unmoved(here[0], reason, source)


def _add(draft: Draft, new: Sequence[Edit], after: str | None) -> list[Edit]:
    """Put what is new into the block where it belongs.

    Returns:
        What belongs to none.
    """
    rest: list[Edit] = []
    for each in sorted(new, key=lambda each: isinstance(each.new, Import)):
        is_import = isinstance(each.new, Import)
        home = _user(draft, each, rest) if is_import else _home(draft, each, after)
        if home:
            draft.add(home, each)
        else:
            rest.append(each)
    return rest


def _home(draft: Draft, edit: Edit, after: str | None) -> Source | None:
    """The block of the definition that `--after` names, or of the one above in a class.

    A docstring has its home where the class is written, or the file begins.
    """
    *_, name = edit.names
    beside = tuple(after.split(".")) if after else None
    if beside and edit.scope == beside[:-1]:
        return next(iter(draft.writers(edit.title, beside)), None)
    if name != DOCSTRING and edit.scope != beside:
        return None
    for other in reversed(edit.around[: edit.around.index(name)]):
        if writers := draft.writers(edit.title, (*edit.scope, other)):
            return writers[0]
    if edit.header:
        return draft.block(edit.header)
    sources = (s for page in draft.book.chapters.values() for s in page.sources)
    return next(source for source in sources if source.title == edit.title)


def _user(draft: Draft, edit: Edit, rest: Sequence[Edit]) -> Source | None:
    """The first edited block that uses a new import, or any one where none does."""
    word = re.compile(rf"\b{re.escape(edit.names[0].partition('.')[0])}\b")
    codes = {s: code for s, code in draft.codes().items() if s.title == edit.title}
    users = [source for source, code in codes.items() if word.search(code)]
    late = [said_by(e.new) for e in rest if e.new and e.title == edit.title]
    if not users and word.search(code_of(late, draft.book.package)):
        return None
    return next(iter(users or codes), None)


def _uncut(edit: Edit, reason: str) -> BookError:
    """The error for what is gone and cannot be cut out of the chapters."""
    assert edit.old
    message = (
        f"{edit.what} is gone from {edit.title}, but {reason}: edit the chapter, "
        "or remove it at the end of one with --chapter FILE"
    )
    return BookError(*edit.old.origin, message)


def _unmoved(edit: Edit, reason: str, source: Source) -> BookError:
    """The error for what was moved and cannot be moved in the chapters."""
    assert edit.new
    message = (
        f"{edit.what} was moved, but {reason}: move it in the chapters, "
        f"from {source.fence.place}"
    )
    return BookError(edit.title, edit.new.origin.line, message)


def _homeless(rest: Sequence[Edit], gone: Sequence[Edit]) -> BookError:
    """The error for what no block writes; it may be another name of what is gone."""
    here = [each for each in rest if each.title == rest[0].title]
    message = (
        f"no block writes {', '.join(each.what for each in here)}: "
        "say where with --after NAME or --chapter FILE"
    )
    if len(rest) == len(gone) == 1 and rest[0].title == gone[0].title:
        old, new = gone[0].address, rest[0].names[-1]
        message += f"; if it is another name, undo it and `literate rename {old} {new}`"
    line = min(each.new.origin.line for each in here if each.new)
    return BookError(rest[0].title, line, message)
