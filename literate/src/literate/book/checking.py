"""Checking: everything that is wrong with the source of a book, told at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from importlib.util import resolve_name

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
    try:
        yield from _circles(book)
    except BookError as error:  # a relative import that leads out of the package
        yield error


def _circles(book: Book) -> Iterator[BookError]:
    """Modules that import names from each other at their tops: none can be imported.

    A module that is imported whole, such as `from thing import core`, is none of this.
    """
    wanted = {title: _wanted(book, title) for title in book.last}
    for title in wanted:
        if circle := _circle(wanted, title):
            message = (
                f"{', '.join(circle[:-1])} and {circle[-1]} import names from each "
                "other, so none can be imported: put what they need into another file, "
                "or import inside a function"
            )
            yield BookError(*wanted[title][circle[1]].origin, message)


def _wanted(book: Book, title: str) -> dict[str, Import]:
    """The files from which one imports names at its top, each with such an import."""
    package = title.rpartition("/")[0].replace("/", ".")
    found: dict[str, Import] = {}
    for it in book.last[title].imports.values():
        if not it.original or it.guarded:
            continue
        try:
            path = resolve_name(it.module, package).replace(".", "/")
        except ImportError as error:
            raise BookError(*it.origin, str(error)) from None
        for other in {f"{path}.py", f"{path}/__init__.py"} - {title}:
            module = book.last.get(other, Module())
            if it.original in {**module.entries, **module.imports}:
                found.setdefault(other, it)
    return found


def _circle(wanted: Mapping[str, Mapping[str, Import]], least: str) -> list[str]:
    """The files of a shortest circle whose least one by name is given, if there is one.

    Each file is passed once: of the ways through a large package there are too many.
    """
    ways, seen = deque([[least]]), {least}
    while ways:
        way = ways.popleft()
        for each in wanted[way[-1]]:
            if each == least:
                return way
            if each > least and each not in seen:
                seen.add(each)
                ways.append([*way, each])
    return []
