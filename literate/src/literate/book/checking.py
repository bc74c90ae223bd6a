"""Checking: everything that is wrong with the source of a book, told at once."""

from __future__ import annotations

from collections.abc import Iterator

from literate.book.book import Book, Chapter
from literate.errors import BookError
from literate.kernel.source.definitions import Import, Module


def problems(book: Book) -> list[BookError]:
    """What is wrong with the chapters: their fences, their source, their merging.

    Returns:
        The errors in the order of the book. An error in a block hides those that its
        merging would show, but none in another chapter.
    """
    found = [error for each in book.chapters.values() for error in _alone(book, each)]
    return found or list(dict.fromkeys(_together(book)))


def _alone(book: Book, chapter: Chapter) -> Iterator[BookError]:
    """What can be seen in one chapter alone."""
    try:
        sources = chapter.sources
    except BookError as error:
        yield error
        return
    for source in sources:
        try:
            book.read(source)
        except BookError as error:
            yield error


def _together(book: Book) -> Iterator[BookError]:
    """What the merging shows: what stands below the first such error is unknown."""
    for path in book.paths:
        try:
            book.steps(path)
        except BookError as error:
            yield error
            return
    yield from _circles(book)


def _circles(book: Book) -> Iterator[BookError]:
    """Modules that import names from each other at their tops: none can be imported.

    A module that is imported whole, such as `from thing import core`, is none of this.
    """
    wanted: dict[str, dict[str, Import]] = {}
    for title, module in book.last.items():
        for it in module.imports.values():
            if it.original and not it.guarded and not it.module.startswith("."):
                path = it.module.replace(".", "/")
                for other in {f"{path}.py", f"{path}/__init__.py"} - {title}:
                    if it.original in book.last.get(other, Module()).entries:
                        wanted.setdefault(title, {}).setdefault(other, it)
    for title, others in wanted.items():
        for other, it in others.items():
            if title < other and title in wanted.get(other, {}):
                message = (
                    f"{title} and {other} import names from each other, so neither can "
                    "be imported: put what both need into a third file, or import "
                    "inside a function"
                )
                yield BookError(*it.origin, message)
