"""Patches: edits of chapters by line, with what the page has beside the code kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from literate.book.blocks import ANNOTATION, Source
from literate.errors import BookError


class Patch(NamedTuple):
    """Lines of a source block to put in the place of others.

    Lines count from 0 in the chapter, the end exclusive; `lines` are without indent.
    """

    source: Source
    start: int
    end: int
    lines: tuple[str, ...]


def apply(text: str, patches: Iterable[Patch]) -> str:
    """Apply patches to a chapter.

    Args:
        text: The chapter.
        patches: Patches that do not overlap; of several that insert at one line, the
            first one goes first.

    Raises:
        BookError: Where an annotation marker of the page would be lost.
    """
    lines = text.split("\n")
    ordered = sorted(patches, key=lambda patch: (patch.start, patch.end))
    sources = dict.fromkeys(patch.source for patch in ordered)
    for source in reversed(sources):
        fence = source.fence
        block = slice(fence.line, fence.end - 1)
        inside = lines[block]
        for patch in reversed([each for each in ordered if each.source == source]):
            indent = " " * fence.indent
            new = [f"{indent}{line}" if line else "" for line in patch.lines]
            place = slice(patch.start - fence.line, patch.end - fence.line)
            inside[place] = _keep_annotations(inside[place], new, patch)
        header = fence.line - 1
        lines[header] = _move_marks(lines[header], lines[block], inside)
        lines[block] = inside
    return "\n".join(lines)


def _move_marks(header: str, old: list[str], new: list[str]) -> str:
    """Let `hl_lines` mark the lines that it marked before."""
    match = re.search(r'(?<= hl_lines=")[^"]*', header)
    if match is None:
        return header
    now: dict[int, int] = {}
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal" or i2 - i1 == j2 - j1:
            now.update(zip(range(i1 + 1, i2 + 1), range(j1 + 1, j2 + 1), strict=True))
    marked: list[int] = []
    for part in match[0].split():
        first, _, last = part.partition("-")
        marked += range(int(first), int(last or first) + 1)
    moved = [str(now[line]) for line in marked if line in now]
    if not moved:
        return header[: match.start() - len(' hl_lines="')] + header[match.end() + 1 :]
    return header[: match.start()] + " ".join(moved) + header[match.end() :]


def _keep_annotations(old: list[str], new: list[str], patch: Patch) -> list[str]:
    """Put the page's `# (1)!` markers at the lines that they stood at."""
    if not any(ANNOTATION.search(line) for line in old):
        return new
    plain = [ANNOTATION.sub("", line) for line in old]
    result = list(new)
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, plain, new, False).get_opcodes():
        markers = [old[i].removeprefix(plain[i]) for i in range(i1, i2)]
        if tag == "insert" or not any(markers):
            continue
        if i2 - i1 != j2 - j1:
            number = next(i for i in range(i1, i2) if markers[i - i1])
            message = (
                "an annotation stands at this line, which is another one now: "
                "edit the chapter"
            )
            raise BookError(patch.source.fence.path, patch.start + number + 1, message)
        for marker, j in zip(markers, range(j1, j2), strict=True):
            result[j] += marker
    return result
