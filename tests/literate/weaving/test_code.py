from __future__ import annotations

from literate.weaving.parts.code import light

LONG = "a_name_that_is_longer_than_a_phone = 1"


def block(code: str) -> str:
    return f'<div class="highlight"><pre><span></span><code>{code}</code></pre></div>'


def long(indent: int, code: str) -> str:
    style = f'class="literate-long" style="--indent:{indent}"'
    return f"{' ' * indent}<span {style}>{code}</span>"


def test_a_long_line_says_how_far_it_is_indented() -> None:
    found = light(block(f"if x:\n    {LONG}\n"))
    assert f"if x:\n{long(4, LONG)}\n" in found


def test_a_marked_line_and_the_one_below_it_say_so_too() -> None:
    marked = f'<span class="hll">    {LONG}\n</span>    {LONG}\n'
    found = light(block(marked))
    assert f'<span class="hll">{long(4, LONG)}\n</span>{long(4, LONG)}\n' in found


def test_white_space_within_a_word_stands_before_the_line() -> None:
    found = light(block(f'<span class="sd">    {LONG}</span>\n'))
    assert long(4, f'<span class="sd">{LONG}</span>') in found


def test_short_code_in_a_sentence_is_told_from_outputs() -> None:
    text = "<p><code>-x</code> <code>x</code></p><pre><code>a b</code></pre>"
    short = '<code class="literate-short">'
    assert light(text) == text.replace("<code>-", f"{short}-")
