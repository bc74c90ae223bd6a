"""Quotes: straight ones in the prose of a page become those that a printer sets.

What Python-Markdown brings along for it takes a quote behind a formula or a piece of
code for one that opens.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

QUOTES = {'"': "“”", "'": "‘’"}
OPENING = " \n\t([/“‘"
"""What a quote that opens stands behind."""
INLINE = {"a", "abbr", "del", "em", "ins", "mark", "span", "strong", "sub", "sup"}
SILENT = {"code", "kbd", "math", "pre", "script", "style", "svg"}
# After the inline patterns (20), before the table of contents (5) reads the headings.
AFTER_INLINE = 15


class _Quotes(Treeprocessor):
    """Goes through a page in the order in which it is read."""

    def run(self, root: Element) -> None:
        """Set the quotes of a page."""
        self.last = " "
        self._walk(root)

    def _walk(self, element: Element) -> None:
        if element.tag in SILENT:
            self.last = "x"
            return
        if element.tag not in INLINE:
            self.last = " "
        element.text = self._set(element.text)
        for child in element:
            self._walk(child)
            child.tail = self._set(child.tail)

    def _set(self, text: str | None) -> str | None:
        if not text:
            return text
        letters = []
        for letter in text:
            if letter in QUOTES:
                letter = QUOTES[letter][self.last not in OPENING]
            letters.append(letter)
            self.last = letter
        return "".join(letters)


class QuotesExtension(Extension):
    """`literate.weaving.quotes` among the `markdown_extensions` of `mkdocs.yml`."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processor."""
        md.treeprocessors.register(_Quotes(md), "literate_quotes", AFTER_INLINE)


def makeExtension(**options: object) -> QuotesExtension:
    """Python-Markdown's entry point."""
    return QuotesExtension(**options)
