"""Writing: the text of a source block from what it says, and a chapter with that text.

It is the other way round from reading: the text of a definition stands to the letter,
and the space between definitions is the formatter's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby

from literate.book.blocks import Source
from literate.errors import BookError
from literate.kernel.source.definitions import (
    ClassBlock,
    Import,
    Item,
    Removal,
)
from literate.kernel.source.imports import render_imports
from literate.kernel.source.rendering import blank_lines, spacing

MARKS = re.compile(r' hl_lines="([^"]*)"')
Part = tuple[str, Sequence[str]]
"""How much space a statement wants, and its lines."""


def code_of(items: Sequence[Item], package: str) -> str:
    """The text of a source block that says something.

    Args:
        items: What it says.
        package: The package's own name; its modules are imported last.
    """
    parts = _parts(items, package, "")
    return "".join(f"{line}\n" for line in _laid_out(parts, wide=2))


def _parts(items: Sequence[Item], package: str, indent: str) -> Iterator[Part]:
    """The statements of a block, or of a class; one `del` may name several."""
    last = 0
    for _, together in groupby(items, _statement):
        first, *others = together
        if isinstance(first, Import):
            imports = [first, *(each for each in others if isinstance(each, Import))]
            yield "import", [text for text, _ in render_imports(imports, package)]
        elif isinstance(first, Removal):
            names = ", ".join(each.name for each in (first, *others))
            is_tight = 0 < last == first.origin.line - 1
            last = first.origin.line
            yield "tight" if is_tight else "assignment", [f"{indent}del {names}"]
        elif isinstance(first, ClassBlock):
            yield "class", _class_lines(first, package, indent)
        else:
            yield spacing(first), first.text.split("\n")[:-1]


def _statement(item: Item) -> object:
    """What items have in common that stand together: imports, and names of a `del`."""
    if isinstance(item, Import):
        return Import
    return item.origin if isinstance(item, Removal) else id(item)


def _class_lines(item: ClassBlock, package: str, indent: str) -> Sequence[str]:
    """The lines of a class, or of the part that a block says of it."""
    header = item.header.text.split("\n")[:-1]
    if item.flat and not item.items:
        return [*header[:-1], f"{header[-1]} {'...' if item.reopens else 'pass'}"]
    indent += "    "
    parts = list(_parts(item.items, package, indent))
    if item.reopens:
        below_docstring = parts[0][0] == "docstring" if parts else False
        parts.insert(below_docstring, ("assignment", [f"{indent}..."]))
    return [*header, *(_laid_out(parts, wide=1) or [f"{indent}pass"])]


def _laid_out(parts: Iterable[Part], wide: int) -> Sequence[str]:
    """The lines of several statements, with the space between them."""
    lines: list[str] = []
    above = ""
    for kind, text in parts:
        is_apart = lines and kind != "tight"
        lines += [""] * blank_lines(above, kind, wide) if is_apart else []
        lines += text
        above = kind
    return lines


def rewritten(text: str, codes: Mapping[Source, str]) -> str:
    """A chapter with another text in some source blocks.

    What the page has beside the code, its annotations and marked lines, stays at the
    lines that it stood at.

    Raises:
        BookError: Where the line of an annotation is another one now.
    """
    lines = text.split("\n")
    for source in sorted(codes, key=lambda each: each.fence.line, reverse=True):
        fence = source.fence
        old = source.code.split("\n")[:-1]
        new = codes[source].split("\n")[:-1]
        now = _now(old, new)
        for number, line in enumerate(fence.text.split("\n")[:-1]):
            if line != old[number] and number not in now:
                message = (
                    "an annotation stands at this line, which is another one now: "
                    "edit the chapter"
                )
                raise BookError(fence.path, fence.first + number, message)
            if line != old[number]:
                new[now[number]] += line.removeprefix(old[number])
        indent = " " * fence.indent
        lines[fence.line : fence.end - 1] = [indent * bool(line) + line for line in new]
        lines[fence.line - 1] = _with_marks(lines[fence.line - 1], now)
    return "\n".join(lines)


def _now(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Where lines are now that are still there, or another one in their place."""
    opcodes = SequenceMatcher(None, old, new, False).get_opcodes()
    return {
        before: after
        for _, i1, i2, j1, j2 in opcodes
        if i2 - i1 == j2 - j1
        for before, after in zip(range(i1, i2), range(j1, j2), strict=True)
    }


def _with_marks(header: str, now: Mapping[int, int]) -> str:
    """The first line of a fence, whose `hl_lines` mark what they marked before."""
    match = MARKS.search(header)
    numbers: list[int] = []
    for part in match[1].split() if match else ():
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    told = " ".join(str(now[n - 1] + 1) for n in numbers if n - 1 in now)
    return MARKS.sub(f' hl_lines="{told}"' if told else "", header)
