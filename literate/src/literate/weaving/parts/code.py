"""Code as a page shows it: with few elements, and with the number of its lines.

A highlighter makes an element of every word. Of a thousand lines there are so many that
a browser is busy with them for a second; those that the eye does not see are left out.
"""

from __future__ import annotations

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


def light(text: str) -> str:
    """The HTML of a page whose code has fewer elements and says how many lines it has.

    `--lines` of each block tells a style sheet how high it will be, before a browser
    has laid it out.

    Example:
        >>> start = '<div class="highlight"><pre>'
        >>> light(start + '<span></span><code><span class="n">x</span></code>')
        '<div class="highlight"><pre><code style="--lines:0">x</code>'
    """
    return BLOCK.sub(_lighter, text)


def _lighter(block: re.Match[str]) -> str:
    code = PLAIN.sub(r"\1", block["code"])
    code = SIGNS.sub(lambda it: f'<span class="p">{TAG.sub("", it[0])}</span>', code)
    lines = code.count("\n")
    return f'{block["start"]}<code style="--lines:{lines}">{code}</code>'
