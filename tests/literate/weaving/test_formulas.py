from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from literate.weaving.formulas import mathml
from markdown import Markdown, markdown
from mkdocs.structure.files import Files


def page(text: str) -> str:
    return markdown(text, extensions=["literate.math"])


def test_formula_in_a_line_becomes_mathml() -> None:
    html = page(r"so \(a_1 < b * c * d\) holds")
    assert html.startswith('<p>so <math display="inline" alttext="a_1 &lt; b * c * d">')
    assert "<msub><mi>a</mi><mn>1</mn></msub><mo>&lt;</mo>" in html
    assert html.endswith("</math> holds</p>")


def test_formula_on_lines_of_its_own_is_a_block() -> None:
    html = page("\\[\n\\frac{df}{dx}\n=\n6x - 4\n\\]")
    assert html.startswith('<math display="block" alttext="\\frac{df}{dx} = 6x - 4">')
    assert "<mfrac>" in html


def test_code_is_left_alone() -> None:
    assert page(r"`\(a\)`") == r"<p><code>\(a\)</code></p>"


def test_other_escapes_stay_markdown() -> None:
    assert page(r"\*a\*") == "<p>*a*</p>"


def test_limit_stands_below_in_a_block_only() -> None:
    assert "<munder><mi>lim</mi>" in mathml(r"\lim_{h \to 0} h", display=True)
    assert "<msub><mi>lim</mi>" in mathml(r"\lim_{h \to 0} h")


def test_function_without_parentheses_is_spaced() -> None:
    assert '<mi>tanh</mi><mspace width="0.167em" /><mi>x</mi>' in mathml(r"\tanh x")
    assert "<mi>tanh</mi><mo" in mathml(r"\tanh(x)")
    power = '<msup><mi>tanh</mi><mn>2</mn></msup><mspace width="0.167em" /><mi>x</mi>'
    assert power in mathml(r"\tanh^2 x")


def test_aligned_lines_are_a_table_without_numbers() -> None:
    text = mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}")
    assert text.count("<mtr>") == 2
    assert "mtext" not in text


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (r"\foo{x}", r"unknown command \foo"),
        (r"\frac{a", "a { is not closed"),
        (r"a}", "a } closes nothing"),
        (r"\frac{a}", "mfrac lacks an argument"),
        (r"x^2^3", "DoubleSuperscriptsError"),
        (r"\left( x", "ExtraLeftOrMissingRightError"),
    ],
)
def test_wrong_formula_is_refused(tex: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        mathml(tex)
    assert str(caught.value) == message


def test_braces_that_are_shown_need_no_partner() -> None:
    assert "{" in mathml(r"\{ x")


@pytest.mark.parametrize(
    ("tex", "signs"),
    [("-x", 1), (r"\sigma(-2x)", 1), ("a, -b = -c", 2), ("a - b", 0), ("(a) - b", 0)],
)
def test_a_sign_is_told_from_a_difference(tex: str, signs: int) -> None:
    assert mathml(tex).count('form="prefix"') == signs


@pytest.mark.parametrize(
    ("tex", "spaces"),
    [(r"x^n\ln x", 2), (r"27\ln 3", 2), (r"\tanh(x)", 0), (r"2\tanh(x)", 1)],
)
def test_a_function_stands_apart(tex: str, spaces: int) -> None:
    assert mathml(tex).count("<mspace") == spaces


@pytest.mark.parametrize(
    ("tex", "alone"),
    [
        (r"\max(0, x)", "<mi>max</mi><mo"),
        (r"\tanh(\operatorname{asinh} 1)", ">(</mo><mi>asinh</mi>"),
        (r"a + \dots + b", "<mi>\N{HORIZONTAL ELLIPSIS}</mi><mo>+</mo>"),
        (r"\partial L", '<mo lspace="0" rspace="0">\N{PARTIAL DIFFERENTIAL}</mo>'),
        ("f'", '<mi>f</mi><mo lspace="0" rspace="0">\N{PRIME}</mo>'),
        ("f''", '<mi>f</mi><mo lspace="0" rspace="0">\N{DOUBLE PRIME}</mo>'),
        ("x^{n - 1}", '<mo lspace="0" rspace="0">\N{MINUS SIGN}</mo>'),
    ],
)
def test_what_belongs_together_has_no_space_within(tex: str, alone: str) -> None:
    assert alone in mathml(tex)


def test_a_brace_below_is_a_line() -> None:
    shown = mathml(r"\underbrace{x + y}_{\text{two}}", display=True)
    assert "\N{BOTTOM CURLY BRACKET}" not in shown
    assert "border-bottom" in shown and "two" in shown


def test_a_root_has_a_row() -> None:
    assert mathml(r"\sqrt2") == mathml(r"\sqrt{2}").replace(r"\sqrt{2}", r"\sqrt2")


class File:
    """What MkDocs tells an extension of the page."""

    def __init__(self, path: Path) -> None:
        self.abs_src_path = self.abs_dest_path = str(path)
        self.dest_uri, self.url = path.name, path.stem
        self.page = SimpleNamespace(meta={})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Good: \\(x\\).\n\nBad: \\(\\foo\\).", "3: formula: unknown command \\foo"),
        ("One\n\\[\na +\n\\foo\n\\]", "2: formula: unknown command \\foo"),
        ("# A\n\nNever \\(closed.\n\nEnd\\).", "3: \\( is not closed in its paragraph"),
        ("\\(x\\)\n\nAnd \\(x is\n`it`.", "3: \\( is not closed in its paragraph"),
    ],
)
def test_error_names_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mkdocs.yml").touch()
    chapter = tmp_path / "docs" / "02-chain-rule.md"
    chapter.parent.mkdir()
    chapter.write_text(text, encoding="utf-8")
    md = Markdown(extensions=["literate.math"])

    class RelPath:
        file, files = File(chapter), Files([])
        config = SimpleNamespace(config_file_path=str(tmp_path / "mkdocs.yml"))

        def run(self, root: object) -> None:
            """Change nothing."""

    md.treeprocessors.register(RelPath(), "relpath", 0)  # type: ignore[arg-type]
    with pytest.raises(click.ClickException) as caught:
        md.convert(text)
    assert caught.value.message == f"docs/02-chain-rule.md:{message}"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (r"at \(h\).", r"<p>at {}<math…</math>.</span></p>"),
        (
            r"so (\(a\), \(b\))",
            r"<p>so {}(<math…</math>,</span> {}<math…</math>)</span></p>",
        ),
        (r"the \(n\)-th one", r"<p>the {}<math…</math>-th</span> one</p>"),
        (
            r"[the \(n\)](#a) of \(b\)",
            r'<p><a href="#a">the <math…</math></a> of <math…</math></p>',
        ),
    ],
)
def test_no_line_ends_between_a_formula_and_the_signs_around_it(
    text: str, kept: str
) -> None:
    told = re.sub("<math.*?</math>", "<math…</math>", page(text))
    assert told == kept.replace("{}", '<span style="white-space:nowrap">')
