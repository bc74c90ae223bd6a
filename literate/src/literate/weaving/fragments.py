"""Fragments: what a page shows around its fences, as HTML."""

from __future__ import annotations

import html
import re
from collections import Counter

from literate.book.blocks import Block, Cell
from literate.errors import BookError
from literate.kernel.blocks import Result
from literate.kernel.tracebacks import HEADER
from literate.running.run import ChapterRun
from literate.running.verdict import verdict
from literate.weaving.figures import figure

SUMMARY = re.compile(
    r"<summary>(?P<name>.*?)</summary>|<h[2-6][^>]*>(?P<heading>.*?)</h[2-6]>",
    re.DOTALL,
)
PERMALINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")
BELOW = re.compile(r".*:\d+ \(.*\)")
"""The reason of a cell below the one that lacks something."""
STANDS = "Its output, and that of the cells below, is what they displayed when checked."
SENTENCE = "literate-output literate-sentence"
"""The class of an output that has no columns: it may go on in a next line."""
SHORT = 40
"""Characters of an output that a reader may be asked to type."""


def header(opening: str, block: Block, name: str, marks: str) -> str:
    """A fence's first line, with its name on the page and the lines to highlight.

    `marks` are those where the author has marked none.
    """
    indented, _, _ = opening.partition(block.fence.language)
    options = dict(block.fence.options)
    options.pop("title", None)
    if marks:
        options.setdefault("hl_lines", marks)
    told = "".join(f' {key}="{value}"' for key, value in options.items())
    kind = type(block).__name__.lower()
    return f"{indented.rstrip()} {{.python .literate-{kind} #{name}{told}}}"


def displayed(block: Block, result: Result, name: str, caption: str) -> str:
    """What a cell displayed, as HTML.

    Args:
        block: The cell; other blocks display nothing.
        result: What came of it.
        name: A name that no other block of the page has.
        caption: The caption of its figure, as HTML.

    Raises:
        BookError: Where the chapter says something else.
    """
    kind, message = verdict(block, result)
    if kind in ("unverified", "not run"):
        return _unverified(block, result, caption)
    if kind != "right":
        raise BookError(block.fence.path, block.fence.line, message)
    if not isinstance(block, Cell):
        return ""
    parts = [_output(block.output.text, result.html)] if block.output else []
    if block.figure:
        parts.append(figure(result, caption, name))
    shown = "".join(parts)
    if block.prediction is None or not shown:
        return shown
    answer = "typed" if is_typed(block) and not block.figure else "thought"
    return (
        f'<div class="literate-prediction" data-of="{name}" data-answer="{answer}">'
        f"{shown}</div>"
    )


def is_typed(cell: Cell) -> bool:
    """Whether what a cell displays is short enough for a reader to type."""
    text = cell.output.text.strip() if cell.output else ""
    return bool(text) and "\n" not in text and len(text) <= SHORT


def _unverified(block: Block, result: Result, caption: str) -> str:
    """What the page says of a cell that lacks a library, or has not run yet."""
    if not isinstance(block, Cell):
        return ""
    shown = _output(block.output.text) if block.output else ""
    if BELOW.fullmatch(result.because):  # what lacks is said where it lacks first
        told = "Not run for this page."
    else:
        told = f"Not run for this page: {html.escape(result.because)}. {STANDS}"
    if block.figure:
        told += f" Its figure would show: {caption}"
    return f'{shown}<p class="literate-missing">{told}</p>'


def _output(text: str, rich: str = "") -> str:
    """An output block; what a value offers as HTML stands in its place."""
    code = html.escape(text.rstrip("\n"), quote=False)
    shown = rich or f"<pre><code>{code}</code></pre>"
    kind = "literate-output" if "\n" in code.removeprefix(f"{HEADER}\n") else SENTENCE
    return f'<div class="{kind}">{shown}</div>'


def package(it: ChapterRun) -> str:
    """What a page says of the package at its end."""
    files = [
        f"<span><code>{html.escape(title)}</code>&nbsp;{text.count(chr(10))}</span>"
        for title, text in sorted(it.below.items())
    ]
    if not files:
        return ""
    told = f"The package so far, in lines: {', '.join(files)}."
    return f'<p class="literate-package" id="package">{told}</p>'


def told_apart(text: str) -> str:
    """A page whose folded parts, where they share a name, are told apart by the ear.

    Such a name is followed by the heading above it, unseen.
    """
    names = Counter(match["name"] for match in SUMMARY.finditer(text) if match["name"])
    heading = ""

    def named(match: re.Match[str]) -> str:
        nonlocal heading
        if match["name"] is None:
            heading = TAG.sub("", PERMALINK.sub("", match["heading"])).strip()
        elif names[match["name"]] > 1 and heading:
            unseen = f'<span class="literate-unseen">: {heading}</span>'
            return f"<summary>{match['name']}{unseen}</summary>"
        return match[0]

    return SUMMARY.sub(named, text)


def failure(error: BookError) -> str:
    """What a page shows of an error while its author watches."""
    text = html.escape(str(error), quote=False)
    return (
        '<div class="admonition failure"><p class="admonition-title">This page is '
        f"broken</p><pre><code>{text}</code></pre></div>"
    )
