"""Describing: what a page is about, in its own first sentences."""

from __future__ import annotations

import html
import re

from literate.weaving.parts.opening import FENCE

LONGEST = 200
"""The characters of a description: what a list of results shows."""
LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
# Marks of Markdown, TeX and HTML around the words.
MARKS = re.compile(r"\\[()\[\]]|<[^>]+>|\{:?[^}]*\}|\*\*|(?<!\w)[*_]|[*_](?!\w)|`")
# What is no paragraph of prose: headings, boxes, lists, tables, quotes, HTML, formulas.
OTHER = re.compile(r"\s*(?:#|!!!|\?\?\?|===|[-*+|>] ?|\d+\. |<|\\\[|\[\^|:::)")
SENTENCE = re.compile(r"(?<=[.!?])\s+")


def description(text: str) -> str:
    r"""The first sentences of a page, without marks: they may stand in an attribute.

    Example:
        >>> description("# A\n\nA *slope* is `dy / dx`.\nSee [there](a.md).\n")
        'A slope is dy / dx. See there.'
    """
    return html.escape(_first(text).replace('"', "'"), quote=False)


def _first(text: str) -> str:
    told = ""
    for paragraph in FENCE.sub("", text).split("\n\n"):
        if not paragraph.strip() or OTHER.match(paragraph):
            continue
        words = " ".join(MARKS.sub("", LINK.sub(r"\1", paragraph)).split())
        for sentence in SENTENCE.split(words):
            if told and len(told) + len(sentence) >= LONGEST:
                return told
            told = f"{told} {sentence}".strip()
    return told
