"""Lessons: a chapter that has run, made ready to be run by its readers."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import replace
from pathlib import Path

from literate.book.blocks import Block, Cell, Exercise
from literate.book.book import Book, Chapter
from literate.kernel.source.rendering import text_of
from literate.running.run import code_of
from literate.weaving.browser import bundle
from literate.weaving.browser.inside.pieces import Lesson, Piece
from literate.weaving.browser.libraries import brought
from literate.weaving.browser.needs import Needs, without_lacking


def name_of(number: int) -> str:
    """The name of a block on its page, by its number, counted from 1."""
    return f"fence-{number}"


def lesson(book: Book, chapter: Chapter) -> Lesson:
    """Make a page ready for a browser."""
    above = book.snapshot_above(chapter.path)
    needs = Needs(book.package, above)
    pieces = _pieces(chapter, needs)
    lacking = {name for piece in pieces for name in piece.lacks}
    return Lesson(
        book.package,
        chapter.path,
        above,
        tuple(sorted(needs.left_out)),
        pieces,
        tuple(sorted({*book.options.optional, *lacking})),
        book.data,
        {
            path: without_lacking(book.package, book.snapshot(path))
            for path in book.recalled(chapter)
        },
    )


def _pieces(chapter: Chapter, needs: Needs) -> tuple[Piece, ...]:
    """The blocks of a page; an exercise needs what its solution, below it, needs."""
    pieces = [_piece(block, needs) for block in chapter.blocks]
    return tuple(
        replace(piece, lacks=tuple(sorted({*piece.lacks, *below.lacks})))
        if isinstance(block, Exercise)
        else piece
        for block, piece, below in zip(
            chapter.blocks, pieces, [*pieces[1:], *pieces[-1:]], strict=True
        )
    )


def _piece(block: Block, needs: Needs) -> Piece:
    lacks, rest = needs.of(block)
    code = code_of(block)
    if not isinstance(block, Cell):
        return Piece(code, lacks=lacks)
    output = block.output.text if block.output else ""
    return Piece(code, output, block.figure is not None, lacks, rest)


def put(book: Book, chapter: Chapter, folder: Path, site: Path) -> dict[str, object]:
    """Put what a browser needs to run a page into its folder, and into the site's.

    Returns:
        What the page itself says about it: little, since every reader loads that.
    """
    it = lesson(book, chapter)
    codes = [piece.code.code for piece in it.pieces]
    packages = (it.above, *it.snapshots.values())
    modules = [module for package in packages for module in package.values()]
    texts = [text_of(module, book.package) for module in modules]
    file = f"{Path(chapter.path).stem}.literate.json"
    told = {
        "codes": codes,
        "lesson": base64.b64encode(it.packed()).decode(),
        "kernel": bundle.kernel(),
        "libraries": bundle.put(site, brought(book.package, codes + texts)),
    }
    (folder / file).write_text(json.dumps(told), "utf-8")
    lacks = {
        name_of(number): piece.lacks
        for number, piece in enumerate(it.pieces, 1)
        if piece.lacks
    }
    return {"chapter": chapter.path, "data": file, "lacks": lacks}


def script(about: dict[str, object], home: str) -> str:
    """The elements by which a page says what it is, and loads its script."""
    data = json.dumps(about, separators=(",", ":")).replace("<", "\\u003c")
    address = html.escape(f"{home}{bundle.folder()}/page.js")
    return (
        f'<script type="application/json" class="literate-page">{data}</script>'
        f'<script type="module" async src="{address}"></script>'
    )


def style(home: str) -> str:
    """The element by which a page loads its style."""
    address = html.escape(f"{home}{bundle.folder()}/page.css")
    return f'<link rel="stylesheet" href="{address}">'
