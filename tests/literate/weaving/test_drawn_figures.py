from __future__ import annotations

import pytest
from literate.kernel.blocks import Result
from literate.weaving.figures import figure


def drawn(*texts: str) -> str:
    """A picture with some texts."""
    words = "".join(
        f'<text x="-5" style="fill: #cccccc">{text}</text>' for text in texts
    )
    return f'<svg width="9pt" height="9pt">{words}</svg>'


def shown(*pictures: str) -> str:
    return figure(Result("ran", pictures=pictures), "caption", "name")


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("b = -0.5", "b = \N{MINUS SIGN}0.5"),
        ("(-2)", "(\N{MINUS SIGN}2)"),
        (
            "grad &#45;6 \N{MULTIPLICATION SIGN} -.5",
            "\N{MULTIPLICATION SIGN} \N{MINUS SIGN}.5",
        ),
        ("1e-05", "1e-05"),
        ("**-1", "**-1"),
        ("p.data -= rate", "p.data -= rate"),
        ("max-margin", "max-margin"),
    ],
)
def test_a_number_has_a_minus_sign(text: str, sign: str) -> None:
    svg = shown(drawn(text))
    assert f"{sign}</text>" in svg
    assert 'x="-5"' in svg


def test_what_is_faint_follows_the_scheme() -> None:
    assert "fill: var(--literate-faint, #cccccc)" in shown(drawn("a"))


def test_a_step_marks_what_has_changed_in_its_place() -> None:
    first = drawn("grad 0", "grad 0", "grad 1")
    second = drawn("grad 1", "grad 0", "grad 1")
    assert shown(first, second).count('class="changed"') == 1
    assert '<text class="changed" x="-5" style' in shown(first, second)


def test_a_step_with_more_texts_marks_those_that_are_new() -> None:
    html = shown(drawn("a"), drawn("b", "a"))
    assert html.count('class="changed"') == 1


@pytest.mark.parametrize(("length", "rows"), [(1, 1), (110, 1), (111, 2)])
def test_room_is_kept_for_the_lines_of_a_caption(length: int, rows: int) -> None:
    svg = figure(Result("ran", pictures=(drawn("a"),)), "x" * length, "name")
    assert f'style="--height:12;--rows:{rows}"' in svg
