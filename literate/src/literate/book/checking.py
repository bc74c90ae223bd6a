"""Checking: everything that is wrong with the source of a book, told at once."""

from __future__ import annotations

from collections.abc import Iterator

from literate.book.book import Book, Chapter
from literate.errors import BookError


def problems(book: Book) -> list[BookError]:
    """What is wrong with the chapters: their fences, their source, their merging.

    Args:
        book: The book.

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
