"""Prose: the text between the blocks of a chapter, as a notebook shows it.

A notebook knows Markdown, but not what a site adds to it: boxes become paragraphs with
a bold title, footnotes are marked by their names, and links lead to the notebooks of
the other chapters.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

BOX = re.compile(
    r"(?P<indent> *)(?:!!!|\?\?\?\+?|===) *(?P<kind>[\w -]*?) *(?P<title>\".*\")?"
)
ATTRIBUTES = re.compile(r"[ \t]*\{:? *[.#][^}\n]*\}[ \t]*$", re.MULTILINE)
LINK = re.compile(
    r"(\]\(|^ *\[[^\]\n]+\]: +)(?!\w+:)([\w/.-]+)\.md(?:#[^)\s]*)?(?=[)\s]|$)",
    re.MULTILINE,
)
NOTE = re.compile(r"(^)?\[\^([^\]\s]+)\](?(1):)", re.MULTILINE)
"""A footnote's mark in a sentence, or before the note."""
MARKS = re.compile(r" *(`{3,}|~{3,})")
LETTERS = re.compile(
    r"<!--.*?-->\n?"
    r"|^( *)(`{3,}|~{3,})[^\n]*\n.*?^\1\2[ \t]*$"
    r"|(?<!`)(`+)(?!`)(?:(?!\n\n).)+?(?<!`)\3(?!`)",
    re.DOTALL | re.MULTILINE,
)
"""What is no prose: a comment, a fence, or code in a line."""


def prose(lines: Iterable[str]) -> str:
    """The text of some lines that stand between two blocks.

    Example:
        >>> print(prose(['??? success "Solution"', "", "    See [there](a.md#b)."]))
        **Solution**
        <BLANKLINE>
        See [there](a.ipynb).
    """
    text = "\n".join(_unboxed(lines))
    parts, end = [], 0
    for found in LETTERS.finditer(text):
        code = "" if found[0].startswith("<!--") else found[0]
        parts += [_plain(text[end : found.start()]), code]
        end = found.end()
    return "".join([*parts, _plain(text[end:])]).strip()


def _unboxed(lines: Iterable[str]) -> Iterator[str]:
    """The lines without the space by which they stand inside of a box or an item."""
    inside, fence = sys.maxsize, ""
    for line in lines:
        depth = len(line) - len(line.lstrip(" "))
        if line.strip() and depth < inside:
            inside = depth // 4 * 4
        if not fence and (box := BOX.fullmatch(line)):
            title = (box["title"] or f'"{box["kind"].capitalize()}"')[1:-1]
            inside = depth + 4
            yield f"**{title}**"
            continue
        yield line[min(inside, depth) :]
        if fence:
            fence = "" if line.strip() == fence else fence
        elif opening := MARKS.match(line):
            fence = opening[1]


def _plain(text: str) -> str:
    """A text that holds no code, as a notebook understands it."""
    text = re.sub(r"(?<!\\)\$", r"\$", text)  # which begins a formula in a notebook
    text = NOTE.sub(r"<sup>\2</sup>", text)
    text = LINK.sub(r"\1\2.ipynb", ATTRIBUTES.sub("", text))
    text = re.sub(r"\\\((.+?)\\\)", r"$\1$", text, flags=re.DOTALL)
    return re.sub(r"\\\[(.+?)\\\]", r"$$\1$$", text, flags=re.DOTALL)
