"""Fences: where a chapter's fences stand, and what their first lines say.

A chapter is read line by line, once. What the site would show in another way than it is
read here is refused, so that a reader never sees a Python fence that no test runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from literate.book.headers import LANGUAGE, MEANINGFUL, header
from literate.errors import BookError

TAB_LENGTH = 4
OPENING = re.compile(r"(?P<indent>[ \t>]*)(?P<marks>`{3,}|~{3,})(?P<info>.*)")
OPENING_AFTER_MARKER = re.compile(r"[ >]*(?:[-*+]|\d+[.)])[ \t]+(?:`{3,}[^`]*|~{3,}.*)")
HEADING = re.compile(r"#{1,6}[ \t]+(?P<text>.*?)[ \t]*(?:\{.*\})?[ \t]*#*")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

# What an indented fence may stand in, as Python-Markdown's extensions recognize it.
ADMONITION = r"(?:!!!|\?\?\?\+?) [\w-]+(?: +[\w-]+)*(?: +\"[^\"]*\")? *"
TAB = r"===(?:\+|\+!|!\+|!)? +\"[^\"]*\" *"
HEADER = re.compile(f" *(?:{ADMONITION}|{TAB})")
ITEM = re.compile(r" *(?:[-*+]|\d+\.) +.*\w.*")


@dataclass(frozen=True)
class Fence:
    """Where a fence stands: its first and last line, counted from 1, and its indent."""

    path: str
    line: int
    end: int
    indent: int
    language: str
    options: tuple[tuple[str, str], ...]
    text: str
    section: str

    @property
    def first(self) -> int:
        """The line of the chapter on which the fence's text starts."""
        return self.line + 1

    @property
    def place(self) -> str:
        """Where it stands, as messages show it."""
        return f"{self.path}:{self.line}"

    def option(self, name: str) -> str | None:
        """The value of a fence option, or None."""
        return dict(self.options).get(name)


class _Opening(NamedTuple):
    """The first line of a fence; its number counts from 0."""

    number: int
    indent: str
    marks: str
    info: str


def fences(path: str, text: str) -> Iterator[Fence]:
    """Find the fences of a chapter, the ones of other languages included.

    Raises:
        BookError: Where a fence is malformed, or stands where the page may not show it.
    """
    if text.startswith("\ufeff"):
        raise BookError(path, 1, "byte order mark: save the file as UTF-8 without one")
    if text[:1].isspace() and text[0] != "\n":
        raise BookError(path, 1, "the chapter starts with a space: remove it")
    if match := CONTROL.search(text):
        message = f"control character {match[0]!r}: remove it"
        if match[0] == "\r":
            message = (
                "CRLF line end: save the file with LF line ends, and keep git from "
                "changing them by a line `* text=auto eol=lf` in .gitattributes"
            )
        raise BookError(path, text.count("\n", 0, match.start()) + 1, message)
    yield from _Reader(path, text.split("\n")).fences()


class _Reader:
    """Reads the lines of one chapter."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.lines = lines

    def error(self, number: int, message: str) -> BookError:
        """An error at a line, counted from 0."""
        return BookError(self.path, number + 1, message)

    def fences(self) -> Iterator[Fence]:
        """Step from fence to fence."""
        section, number, in_comment = "", 0, False
        while number < len(self.lines):
            line = self.lines[number]
            opening = self.opening(number)
            if opening is None:
                if line.startswith(("<<<<<<< ", ">>>>>>> ")):
                    message = "a merge left its marks here: settle it"
                    raise self.error(number, message)
                if heading := HEADING.fullmatch(line):
                    section = heading["text"]
                in_comment = _leaves_comment_open(line, in_comment)
                number += 1
                continue
            if in_comment:
                message = "a fence inside an HTML comment: the page does not show it"
                raise self.error(number, message)
            self.check_place(opening)
            end = self.closing(opening)
            self.check_surroundings(opening, end)
            yield self.fence(opening, end, section)
            number = end + 1

    def opening(self, number: int) -> _Opening | None:
        """Read a line as the opening of a fence, or as none."""
        line = self.lines[number]
        if "```" not in line and "~~~" not in line:
            return None
        if OPENING_AFTER_MARKER.fullmatch(line):
            raise self.error(
                number,
                "a fence on the line of a list marker: "
                "start it on a line of its own, indented by four spaces",
            )
        match = OPENING.fullmatch(line)
        if match is None:
            return None
        if match["marks"][0] == "`" and "`" in match["info"]:
            message = "inline code that looks like a fence: do not start a line with it"
            raise self.error(number, message)
        return _Opening(number, match["indent"], match["marks"], match["info"].rstrip())

    def check_place(self, opening: _Opening) -> None:
        """Refuse a fence that stands where the page shows something else."""
        number = opening.number
        if "\t" in opening.indent:
            raise self.error(number, "tab before a fence: indent it with spaces")
        if ">" in opening.indent:
            raise self.error(
                number, "a fence in a block quote: move it out of the quote"
            )
        indent = len(opening.indent)
        while indent:
            holder = self.container(number, indent)
            if holder is None:
                raise self.error(
                    opening.number,
                    "an indented fence must stand four spaces inside "
                    "an admonition, a tab or a list item",
                )
            number, indent = holder, indent - TAB_LENGTH

    def container(self, number: int, indent: int) -> int | None:
        """The line of the admonition, tab or list item that holds a line."""
        for above in range(number - 1, -1, -1):
            line = self.lines[above]
            if line.strip() and _depth(line) < indent:
                fits = _depth(line) == indent - TAB_LENGTH
                return above if fits and self.is_container(above) else None
        return None

    def is_container(self, number: int) -> bool:
        """Whether the page, too, has an admonition, a tab or a list item here."""
        if HEADER.fullmatch(self.lines[number]):
            return True
        if not ITEM.fullmatch(self.lines[number]):
            return False
        depth, top = _depth(self.lines[number]), number
        while top and _depth(self.lines[top - 1]) >= depth:
            top -= 1
            line = self.lines[top]
            if _depth(line) == depth and not ITEM.fullmatch(line):
                return False  # a list does not interrupt a paragraph
        above = self.lines[top - 1] if top else ""
        return not above.strip() or bool(
            HEADER.fullmatch(above) or ITEM.fullmatch(above)
        )

    def closing(self, opening: _Opening) -> int:
        """The line that closes a fence: it repeats the opening's indent and marks."""
        wanted = opening.indent + opening.marks
        for number in range(opening.number + 1, len(self.lines)):
            line = self.lines[number].rstrip(" \t")
            if line == wanted:
                return number
            if not line:
                continue
            if not line.startswith(opening.indent):
                message = "a line inside a fence is indented less than the fence"
                raise self.error(number, message)
            content = line.strip()
            if self.opens_inside(opening, content):
                message = (
                    "a fence opens inside this one, whose closing line is missing; if "
                    "it belongs to the text, open and close with one mark more"
                )
                raise self.error(number, message)
            if content.startswith(opening.marks) and not content.strip(content[0]):
                message = f"a closing fence must repeat its opening, {opening.marks}"
                raise self.error(number, message)
        raise self.error(opening.number, "unclosed fence")

    def opens_inside(self, opening: _Opening, content: str) -> bool:
        """Whether a line of a fence that means something opens another one."""
        match = OPENING.fullmatch(content)
        language = LANGUAGE.match(opening.info.strip())
        if match is None or language is None or language[0] not in MEANINGFUL:
            return False
        is_longer = match["marks"].startswith(opening.marks)
        return is_longer and bool(re.match(r"[ \t]*\w", match["info"]))

    def check_surroundings(self, opening: _Opening, end: int) -> None:
        """Want a blank line around a fence: without one Markdown may swallow it."""
        above = self.lines[opening.number - 1] if opening.number else ""
        holds = _depth(above) == len(opening.indent) - TAB_LENGTH
        if above.strip() and not (holds and HEADER.fullmatch(above)):
            raise self.error(opening.number, "a fence needs a blank line above it")
        if end + 1 < len(self.lines) and self.lines[end + 1].strip():
            raise self.error(end, "a fence needs a blank line below it")

    def fence(self, opening: _Opening, end: int, section: str) -> Fence:
        """Read a fence's header and cut its text out of the chapter."""
        line, indent = opening.number, len(opening.indent)
        language, options = header(self.path, line + 1, opening.info)
        inside = self.lines[line + 1 : end]
        for word in re.findall(r"\d+", dict(options).get("hl_lines", "")):
            if not 1 <= int(word) <= len(inside):
                message = (
                    f"hl_lines names line {word}, and the last one is {len(inside)}"
                )
                raise self.error(line, message)
        if language in ("python", "exercise", "check", "wrong"):
            for number, content in enumerate(inside, line + 1):
                if "\t" in content:
                    raise self.error(number, "a tab in Python: write spaces")
        text = "".join(
            [f"{each[indent:] if each.strip() else ''}\n" for each in inside]
        )
        return Fence(
            self.path, line + 1, end + 1, indent, language, options, text, section
        )


def _depth(line: str) -> int:
    """The spaces at the start of a line; -1 where it is blank."""
    return len(line) - len(line.lstrip(" ")) if line.strip() else -1


def _leaves_comment_open(line: str, in_comment: bool) -> bool:
    """Whether an HTML comment is still open after a line."""
    if in_comment or "<!--" not in line:
        return in_comment and "-->" not in line
    return "<!--" in re.sub(r"`[^`]*`|<!--.*?-->", "", line)
