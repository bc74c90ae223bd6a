"""The text of a source block: which of its lines each statement takes."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from literate.errors import BookError
from literate.kernel.source.definitions import Origin
from literate.kernel.source.statements import continues, first_line, is_mark

INDENT = 4
ENCODING = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*(?!(?i:utf-?8)\b)[-\w.]", re.A)
"""What Python takes for an encoding in one of the first two lines of a file."""


class Span(NamedTuple):
    """A statement with the lines that it takes, counted from 0, the end exclusive."""

    node: ast.stmt
    start: int
    end: int


class Text:
    """The text of a source block, or of a whole module."""

    def __init__(self, code: str, origin: Origin) -> None:
        self.code = code
        self.first = origin
        self.lines = code.split("\n")[:-1]

    def parse(self) -> ast.Module:
        """Parse the text; a warning about it is an error."""
        for index, comment in enumerate(self.lines[:2]):
            if ENCODING.match(comment):
                message = (
                    "Python would take this comment for the encoding of the file, "
                    "which is UTF-8: word it otherwise"
                )
                raise self.error(index, message)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                return ast.parse(self.code)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                line = getattr(error, "lineno", None) or 1
                reason = getattr(error, "msg", None) or str(error)
                message = f"this source block is not valid Python: {reason}"
                raise self.error(min(line, len(self.lines)) - 1, message) from None

    def error(self, index: int, message: str) -> BookError:
        """An error at a line of the text, counted from 0."""
        return BookError(*self.origin(index), message)

    def origin(self, index: int) -> Origin:
        """The chapter line of a line of the text, counted from 0."""
        return Origin(self.first.path, self.first.line + max(index, 0))

    def groups(
        self, statements: Sequence[ast.stmt], start: int, end: int, level: int
    ) -> Iterator[Span]:
        """Join what is one definition: a property and its setter, a value and its text.

        A string right below an assignment is the docstring of the attribute.
        """
        group: Span | None = None
        for span in self.spans(statements, start, end, level):
            if group and continues(group.node, span.node):
                group = group._replace(end=span.end)
                continue
            if group:
                yield group
            group = span
        if group:
            yield group

    def spans(
        self, statements: Sequence[ast.stmt], start: int, end: int, level: int
    ) -> Iterator[Span]:
        """Give every statement its lines, and every comment to a statement."""
        top = start
        if not statements:
            self.refuse_comments(top, end, "with no definition to belong to")
        for node in statements:
            first, last = first_line(node) - 1, node.end_lineno or node.lineno
            if first < start:
                raise self.error(first, "two statements on one line: write two lines")
            if node.col_offset != INDENT * level:
                message = f"indent by {INDENT * level} spaces here, as the package does"
                raise self.error(first, message)
            if isinstance(node, ast.Assign | ast.AnnAssign):
                last = self.beneath(last, end)
            is_last = node is statements[-1]
            start = end if is_last else self.trailing(last, end, level)
            if is_mark(node):
                mark = "pass" if isinstance(node, ast.Pass) else "..."
                reason = f"at `{mark}` would be lost: put it at a member"
                self.refuse_comments(top, start, reason)
            else:
                yield Span(node, self.leading(top, first), self.trim(start))
            top = start

    def refuse_comments(self, start: int, end: int, reason: str) -> None:
        """Refuse a comment that belongs to no definition."""
        for index in range(start, end):
            if "#" in self.lines[index]:
                raise self.error(index, f"a comment {reason}")

    def leading(self, start: int, first: int) -> int:
        """The line on which a statement starts, its comments included."""
        for index in range(start, first):
            if self.lines[index].lstrip().startswith("#"):
                return index
        return first

    def beneath(self, last: int, end: int) -> int:
        """The end of a value with the comments at it, if a blank line follows them."""
        result = last
        while result < end and self.lines[result].lstrip().startswith("#"):
            result += 1
        return last if result < end and self.lines[result].strip() else result

    def trailing(self, last: int, end: int, level: int) -> int:
        """The end of a statement with the comments that are indented below it."""
        result = last
        for index in range(last, end):
            line = self.lines[index]
            if not self.lines[index].strip():
                continue
            depth = len(line) - len(line.lstrip())
            if not line.lstrip().startswith("#") or depth <= INDENT * level:
                break
            result = index + 1
        return result

    def trim(self, end: int) -> int:
        """An end without the blank lines above it."""
        while not self.lines[end - 1].strip():
            end -= 1
        return end
