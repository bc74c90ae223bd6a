"""Quotes: straight ones in the prose of a page become those that a printer sets.

What Python-Markdown brings along for it takes a quote behind a formula or a piece of
code for one that opens.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor

QUOTES = {'"': "“”", "'": "‘’"}
OPENING = " \n\t([/“‘"
"""What a quote that opens stands behind."""
INLINE = {"a", "abbr", "del", "em", "ins", "mark", "span", "strong", "sub", "sup"}
SILENT = {"code", "kbd", "math", "pre", "script", "style", "svg"}
# After the inline patterns (20), before the table of contents (5) reads the headings.
AFTER_INLINE = 15
# After the stashed HTML is back in the page (30).
AFTER_HTML = 20
CAPTION = r"(?<=<figcaption>).*?(?=</figcaption>)"
TOLD = r'(?<= data-told=")[^"]*'
PUT_IN = re.compile(f"{CAPTION}|{TOLD}", re.DOTALL)
"""Prose that is put into a page as HTML: captions, and what a term means."""
TAGS = re.compile(r"(<code>.*?</code>|<[^>]*>)", re.DOTALL)


class _Setter:
    """Sets quotes in the order in which they are read."""

    def __init__(self) -> None:
        self.last = " "

    def set(self, text: str) -> str:
        """The text with the quotes that a printer would set."""
        letters = []
        for letter in text:
            if letter in QUOTES:
                letter = QUOTES[letter][self.last not in OPENING]
            letters.append(letter)
            self.last = letter
        return "".join(letters)


class _Quotes(Treeprocessor):
    """Goes through a page in the order in which it is read."""

    def run(self, root: Element) -> None:
        """Set the quotes of a page."""
        self.setter = _Setter()
        self._walk(root)

    def _walk(self, element: Element) -> None:
        if element.tag in SILENT:
            self.setter.last = "x"
            return
        if element.tag not in INLINE:
            self.setter.last = " "
        element.text = element.text and self.setter.set(element.text)
        for child in element:
            self._walk(child)
            child.tail = child.tail and self.setter.set(child.tail)


class _PutIn(Postprocessor):
    """Goes through what was put into a page as HTML."""

    def run(self, text: str) -> str:
        """Set the quotes of captions and of what terms mean."""
        return PUT_IN.sub(_typeset, text)


def _typeset(match: re.Match[str]) -> str:
    setter, parts = _Setter(), TAGS.split(match[0].replace("&quot;", '"'))
    for i, part in enumerate(parts):
        if i % 2 == 0:
            parts[i] = setter.set(part)
        elif part.startswith("<code>"):
            setter.last = "x"
    return "".join(parts)


class QuotesExtension(Extension):
    """`literate.weaving.quotes` among the `markdown_extensions` of `mkdocs.yml`."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processors."""
        md.treeprocessors.register(_Quotes(md), "literate_quotes", AFTER_INLINE)
        md.postprocessors.register(_PutIn(md), "literate_quotes_put_in", AFTER_HTML)


def makeExtension(**options: object) -> QuotesExtension:
    """Python-Markdown's entry point."""
    return QuotesExtension(**options)
