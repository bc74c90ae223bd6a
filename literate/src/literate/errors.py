"""Errors that a person can act on: `path:line: what is wrong and what to do`."""

from __future__ import annotations


class BookError(Exception):
    """Something in the book is wrong, and a person has to mend it.

    Args:
        path: The file, or what else is wrong: a folder, a name that was asked for.
        line: The line in the file; None where there is none.
        message: What is wrong, and what to do.

    Example:
        >>> str(BookError("docs/01-derivatives.md", 12, "unclosed fence"))
        'docs/01-derivatives.md:12: unclosed fence'
    """

    def __init__(self, path: str, line: int | None, message: str) -> None:
        super().__init__(path, line, message)
        self.path = path
        self.line = line
        self.message = message

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"
