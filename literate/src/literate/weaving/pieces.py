"""Pieces: what a page hands to the worker in the reader's browser, as plain values."""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import Any

from literate.book.blocks import Cell
from literate.book.libraries import imported
from literate.book.texts import texts
from literate.running.run import ChapterRun, codes


def page(it: ChapterRun) -> dict[str, Any]:
    """What surrounds the pieces of a chapter: see `literate.kernel.worker`.

    Args:
        it: The chapter that has run.
    """
    code = "".join(block.code for block in it.chapter.blocks)
    other = [path for path in it.book.paths if "snapshot" in code and path in code]
    return {
        "package": it.book.package,
        "path": it.path,
        "above": dict(it.above),
        "snapshots": {path: dict(texts(it.book, path)) for path in other},
        "optional": list(it.book.optional),
        "data": {
            name: base64.b64encode(data).decode() for name, data in it.book.data.items()
        },
    }


def pieces(it: ChapterRun) -> list[dict[str, Any]]:
    """The pieces of a chapter, in the order of the page.

    Args:
        it: The chapter that has run.

    Returns:
        The fields of each piece, with the index of its `block`, the `output` that the
        page shows below it, and the libraries that it imports (`needs`).
    """
    found = []
    for index, code in codes(it.chapter.blocks):
        block = it.chapter.blocks[index]
        output = block.output if isinstance(block, Cell) else None
        own = {it.book.package, "literate"}
        needs = {name.partition(".")[0] for name in imported(code.code)} - own
        told = {**asdict(code), "block": index, "needs": sorted(needs)}
        found.append({**told, "output": output.text} if output else told)
    return found
