"""Texts: the package as files, at the start and at the end of a chapter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from literate.book.book import Book
from literate.kernel.source.rendering import text_of


@lru_cache(maxsize=256)
def texts(book: Book, path: str) -> Mapping[str, str]:
    """The files of the package at the end of a chapter.

    They are rendered once, since a page asks for them again and again.
    """
    return {
        title: text_of(module, book.package)
        for title, module in book.snapshot(path).items()
    }


def texts_above(book: Book, path: str) -> Mapping[str, str]:
    """The files of the package above a chapter's first line."""
    index = book.paths.index(path)
    return texts(book, book.paths[index - 1]) if index else {}
