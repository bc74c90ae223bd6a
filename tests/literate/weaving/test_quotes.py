from __future__ import annotations

import re

import pytest
from markdown import markdown

EXTENSIONS = ["literate.weaving.quotes", "literate.math", "toc"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ('so "it" is', "so “it” is"),
        ("the operands' place, Python's", "the operands’ place, Python’s"),
        ('("it")', "(“it”)"),
        ('"*it*" and *"it"*', "“<em>it</em>” and <em>“it”</em>"),
        ('"of `a`" is, `f("x")`', '“of <code>a</code>” is, <code>f("x")</code>'),
        ('""it\'s" it', "““it’s” it"),
    ],
)
def test_quotes_open_and_close(text: str, html: str) -> None:
    assert markdown(text, extensions=EXTENSIONS) == f"<p>{html}</p>"


def test_quotes_that_touch_a_formula_are_set_as_well() -> None:
    text = '"\\(a\\)" and "\\(b\\)\'s", so'
    html = markdown(text, extensions=EXTENSIONS)
    text = re.sub(r"<math.*?</math>", "x", html)
    assert re.sub(r"<[^>]*>", "", text) == "“x” and “x’s”, so"


def test_an_item_begins_anew() -> None:
    html = markdown('- a "b"\n- "c"\n', extensions=EXTENSIONS)
    assert [line for line in html.splitlines() if "“" in line] == [
        "<li>a “b”</li>",
        "<li>“c”</li>",
    ]


def test_a_heading_keeps_its_anchor() -> None:
    html = markdown('## "The" one\'s', extensions=EXTENSIONS)
    assert html == '<h2 id="the-ones">“The” one’s</h2>'


def test_captions_and_what_terms_mean_are_set_as_well() -> None:
    caption = "a's \"b\" and \"<code>c</code>\", <code>f('x')</code>'s"
    told = "&quot;it&quot;, a's"
    text = f"<figure><figcaption>{caption}</figcaption></figure>\n"
    link = f'<a class="literate-term" data-told="{told}" href="#x">it</a>'
    html = markdown(f"{text}\n{link}\n", extensions=EXTENSIONS)
    assert "a’s “b” and “<code>c</code>”, <code>f('x')</code>’s" in html
    assert 'data-told="“it”, a’s"' in html
