"""What the page shows is what the tests run, or the text is refused.

Python-Markdown with the site's own extensions says what the page shows.
"""

from __future__ import annotations

import html
import random
import re
from functools import lru_cache
from textwrap import indent

import pytest
from commonmark_inputs import INPUTS
from literate.book.blocks import parse
from literate.book.config import load
from literate.book.fences import fences
from literate.errors import BookError
from making import ROOT
from markdown import Markdown

SHOWN = re.compile(
    r'<div class="language-python highlight">.*?<code>(.*?)</code></pre></div>',
    re.DOTALL,
)
LINES = [
    *("```", "```python", "````", "~~~", "~~~python", "```output", "```figure"),
    *("    ```python", "    ```", "```text", "``` {.python}", '```python title="a.py"'),
    *("- item", "1. item", "    - item", "* * *", "> quote", "---", "===", "text", ""),
    *("!!! note", '??? tip "x"', '=== "Tab"', "    !!! note", "    text", "\t", "    "),
    *("<!--", "-->", "<div>", "</div>", "<div markdown>", "<pre>", "</pre>", "<?php"),
    *("<details markdown>", "</details>", "<script>", "</script>", "<style>", "[a]: <"),
    *("| a | b |", "|---|---|", "[^1]: note", "[x]:", ":   term", "{: .x}", "# Head"),
]
STARTS = ["> ", "- ", "    ", " ", "  ", "\t", "1. ", "```", "\\", ": "]
MARKS = [
    "`",
    "```",
    "~",
    "<",
    '"',
    "{",
    "}",
    "_",
    "[",
    "\x02",
    "<!--",
    "-->",
    " ",
    "\t",
]
MUTANTS = 10_000

# What the site's extensions add to CommonMark, and what stands between the two.
SHAPES = [
    "!!! note\n```python\nx\n```\n",
    '!!! note "a" b\n\n    ```python\n    x\n    ```\n',
    '??? tip "a"\n\n    !!! note\n\n        ```python\n        x\n        ```\n',
    '=== "a"\n\n    ```python\n    x\n    ```\n\n=== "b"\n\n    y\n',
    "[^1]: a\n\n    ```python\n    x\n    ```\n",
    "term\n\n:   def\n\n    ```python\n    x\n    ```\n",
    "[a]:\n\n```python\nx\n```\n",
    "1. a\n\n    - b\n\n        ```python\n        c\n        ```\n\n2. d",
    "  - a\n\n    ```python\n    x\n    ```",
    "- a\n\n    ```python\n    b\n\n\n    ```",
    "\n    \n```python\nx\n```",
    "    \n```python\nx\n```",
]


@lru_cache(maxsize=1)
def page() -> Markdown:
    """Markdown as `mkdocs.yml` sets it up, without the weaving itself."""
    config = load(ROOT / "mkdocs.yml")
    options: dict[str, dict[str, object]] = {}
    for entry in config["markdown_extensions"]:
        options.update(entry if isinstance(entry, dict) else {entry: {}})
    names = [name for name in options if not name.startswith("literate.")]
    return Markdown(extensions=names, extension_configs=options)


def shown(text: str) -> list[str]:
    """The Python fences of the page."""
    page().reset()
    found = SHOWN.findall(page().convert(text))
    return [html.unescape(re.sub("<[^>]*>", "", code)).strip("\n") for code in found]


def accepted(text: str) -> list[str] | None:
    """The Python fences that are tested; None where the text is refused."""
    try:
        blocks = parse("docs/a.md", text)
    except BookError as error:
        assert 1 <= error.line <= text.count("\n") + 1
        return None
    return [block.fence.text.strip("\n") for block in blocks]


def pieces(size: int) -> list[list[str]]:
    """The chapters, cut into pieces of about so many lines, each with a fence."""
    result = []
    for path in sorted((ROOT / "docs").glob("*.md")):
        text = path.read_text("utf-8")
        inside = {
            line
            for fence in fences(path.name, text)
            for line in range(fence.line, fence.end)
        }
        piece: list[str] = []
        for number, line in enumerate(text.split("\n"), 1):
            piece.append(line)
            if len(piece) >= size and number not in inside:
                result.append(piece)
                piece = []
    return [piece for piece in result if any("```" in line for line in piece)]


def mutate(lines: list[str], chance: random.Random) -> list[str]:
    """Insert, delete, indent or dedent some lines, or put a mark into one."""
    lines = list(lines)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(lines))
        several = range(start, min(len(lines), start + chance.randint(1, 8)))
        match chance.randrange(6):
            case 0:
                lines.insert(start, chance.choice(LINES))
            case 1 if len(lines) > 1:
                del lines[start]
            case 2:
                for number in several:
                    lines[number] = "    " + lines[number]
            case 3:
                for number in several:
                    lines[number] = lines[number].removeprefix("    ")
            case 4:
                lines[start] = chance.choice(STARTS) + lines[start]
            case 5:
                at = chance.randint(0, len(lines[start]))
                mark = chance.choice(MARKS)
                lines[start] = lines[start][:at] + mark + lines[start][at:]
    return lines


def variants(text: str) -> list[str]:
    """A text alone, above a fence, below one, and in an item or a note."""
    fence = "```python\nx\n```\n"
    inside = indent(f"{text}\n\n{fence}", "    ")
    return [
        text,
        f"{text}\n\n{fence}",
        f"{text}\n{fence}",
        f"{fence}\n{text}",
        f"- item\n\n{inside}",
        f"!!! note\n\n{inside}",
    ]


@pytest.mark.parametrize("text", SHAPES)
def test_page_and_parser_agree_on_a_shape(text):
    fences = accepted(text)
    assert fences is None or fences == shown(text)


@pytest.mark.parametrize("section", INPUTS)
def test_page_and_parser_agree_on_commonmark(section):
    texts = [variant for text in INPUTS[section] for variant in variants(text)]
    found = {text: accepted(text) for text in texts}
    assert any(found.values())
    for text, told in found.items():
        assert told is None or told == shown(text), text


@pytest.mark.slow
def test_page_and_parser_agree_on_mutated_chapters():
    chance = random.Random(20)
    originals = pieces(20)
    compared = fenced = 0
    for _ in range(MUTANTS):
        text = "\n".join(mutate(chance.choice(originals), chance))
        fences = accepted(text)
        if fences is not None:
            assert fences == shown(text), text
            compared += 1
            fenced += len(fences)
    assert compared > MUTANTS / 10
    assert fenced > compared


def test_the_comparison_notices_a_fence_that_only_one_side_has():
    text = "```python\nx\n```\n"
    assert shown(text) == accepted(text) == ["x"]
    assert shown("```py\nx\n```\n") == []
    assert shown("text\n\n    ```python\n    x\n    ```\n") == []
