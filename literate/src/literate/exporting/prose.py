"""Prose: the text between the blocks of a chapter, as a notebook shows it.

A notebook knows Markdown, but not what a site adds to it: boxes become paragraphs with
a bold title, and links lead to the notebooks of the other chapters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE
)
"""Settings of a page for its site, above its text."""
BOX = re.compile(
    r"(?P<indent> *)(?:!!!|\?\?\?\+?|===) *(?P<kind>[\w -]*?) *(?P<title>\".*\")?"
)
ATTRIBUTES = re.compile(r"[ \t]*\{:? *[.#][^}\n]*\}[ \t]*$", re.MULTILINE)
LINK = re.compile(r"\]\((?!\w+:)([\w/.-]+)\.md(?:#[^)]*)?\)")
COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)


def prose(lines: Iterable[str]) -> str:
    """The text of some lines that stand between two blocks.

    Example:
        >>> print(prose(['??? success "Solution"', "", "    See [there](a.md#b)."]))
        **Solution**
        <BLANKLINE>
        See [there](a.ipynb).
    """
    result = []
    for line in lines:
        if box := BOX.fullmatch(line):
            title = (box["title"] or f'"{box["kind"].capitalize()}"')[1:-1]
            result.append(f"**{title}**")
        else:
            result.append(re.sub(r"^(?: {4})+(?=\S)", "", line))
    text = COMMENT.sub("", "\n".join(result))
    text = LINK.sub(r"](\1.ipynb)", ATTRIBUTES.sub("", text))
    text = re.sub(r"\\\((.+?)\\\)", r"$\1$", text, flags=re.DOTALL)
    text = re.sub(r"\\\[(.+?)\\\]", r"$$\1$$", text, flags=re.DOTALL)
    return text.strip()
