"""Code as a page shows it: with few elements, and with the number of its lines.

A highlighter makes an element of every word. Of a thousand lines there are so many that
a browser is busy with them for a second; those that the eye does not see are left out.
A line that a narrow screen has to break says how far it is indented: what goes on below
must not look like a line of its own.
"""

from __future__ import annotations

import html
import re

BLOCK = re.compile(
    r'(?P<start><div[^>]* class="[^"]*\bhighlight"><pre[^>]*>)<span></span>'
    r"<code>(?P<code>.*?)</code>",
    re.DOTALL,
)
# A name that is nothing in particular has the color of the code itself.
PLAIN = re.compile(r'<span class="[nw]">([^<]*)</span>')
# Operators and punctuation have one color, as the themes have it.
SIGNS = re.compile(r'(?:<span class="[op]">[^<]*</span>){2,}')
TAG = re.compile(r"<[^>]*>")
# The white space may belong to the first word, as in a docstring.
LINE = re.compile(
    r'^(?P<before>(?:</span>)?(?:<span class="hll">)?)(?P<word><span[^>]*>)?'
    r"(?P<indent> *)(?P<rest>.+)$",
    re.MULTILINE,
)
# A short piece of code in a sentence that could be broken, as `-x` after its minus.
SHORT = re.compile(r"(?<!<pre>)<code>(?=[^<]*[ -])(?=[^<\n]{2,18}</code>)")
NARROW = 31
"""The characters of a line that fit wherever code stands on a small phone."""


def light(text: str) -> str:
    """The HTML of a page whose code has fewer elements and says how many lines it has.

    `--lines` of each block tells a style sheet how high it will be, before a browser
    has laid it out, and `--indent` of each long line where it starts. What is short in
    a sentence has the class `literate-short`.

    Example:
        >>> start = '<div class="highlight"><pre>'
        >>> light(start + '<span></span><code><span class="n">x</span></code>')
        '<div class="highlight"><pre><code style="--lines:0">x</code>'
    """
    return SHORT.sub('<code class="literate-short">', BLOCK.sub(_lighter, text))


def _lighter(block: re.Match[str]) -> str:
    code = PLAIN.sub(r"\1", block["code"])
    code = SIGNS.sub(lambda it: f'<span class="p">{TAG.sub("", it[0])}</span>', code)
    code = LINE.sub(_hung, code)
    lines = code.count("\n")
    return f'{block["start"]}<code style="--lines:{lines}">{code}</code>'


def _hung(line: re.Match[str]) -> str:
    """A line that says how far it is indented, if it may have to be broken."""
    before, word, indent, rest = line.group("before", "word", "indent", "rest")
    text = (word or "") + rest
    length = len(indent) + len(html.unescape(TAG.sub("", text)))
    if length <= NARROW or text.count("<span") != text.count("</span>"):
        return line[0]
    style = f'class="literate-long" style="--indent:{len(indent)}"'
    return f"{before}{indent}<span {style}>{text}</span>"
