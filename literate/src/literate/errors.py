"""Errors that a person can act on: `path:line: what is wrong and what to do`."""

from __future__ import annotations


class BookError(Exception):
    """Something in the book is wrong, and a person has to mend it.

    Example:
        >>> str(BookError("docs/01-derivatives.md", 12, "unclosed fence"))
        'docs/01-derivatives.md:12: unclosed fence'
    """

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(path, line, message)
        self.path = path
        self.line = line
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"
