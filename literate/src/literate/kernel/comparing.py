"""Comparing what a cell displayed with what its page says.

Lines are compared as doctest does with ELLIPSIS, numbers by the digits that the page
shows: a float matches within half a unit of the last digit written, an integer exactly,
each where it stands. An ellipsis stands for text inside a line, never for a number or a
whole line.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from difflib import unified_diff

NUMBER = re.compile(
    r"""
    (?: (?<=\.\.\.) | (?<![\w.]) )  # not in a word or number, but after an ellipsis
    [-+]?
    (?: \d+ (?: \. (?!\.\.) \d* )? | \.\d+ )
    (?: [eE] [-+]? \d{1,6} )?
    (?! (?!j\b)\w | \.\d )  # nor before a letter, or in a version such as 2.10.0
    """,
    re.VERBOSE,
)

EXACTLY = Context(prec=50, traps=[])
"""Cells may have changed the context that Python takes else."""


def matches(got: str, written: str) -> bool:
    """Whether a displayed text is the one that the page shows.

    Example:
        >>> matches("14.0003", "14.00"), matches("0.6", "0.5")
        (True, False)
        >>> matches("<Value at 0x7f31>", "<Value at ...>")
        True
    """
    got_lines, written_lines = normalize(got), normalize(written)
    return len(got_lines) == len(written_lines) and all(
        _line_matches(*pair) for pair in zip(got_lines, written_lines, strict=True)
    )


def normalize(text: str) -> list[str]:
    """The lines of a text without trailing space and without blank lines at the end."""
    return [line.rstrip() for line in text.rstrip().split("\n")]


def difference(got: str, written: str) -> str:
    """A diff from the page to what was displayed: only the lines that do not match.

    Returns:
        A unified diff, `-` for the page and `+` for the run.
    """
    got_lines, written_lines = normalize(got), normalize(written)
    if len(got_lines) == len(written_lines):
        got_lines = [
            page if _line_matches(run, page) else run
            for run, page in zip(got_lines, written_lines, strict=True)
        ]
    diff = unified_diff(written_lines, got_lines, "expected", "got", lineterm="", n=2)
    return "\n".join(diff)


def _line_matches(got: str, written: str) -> bool:
    """Compare two lines: the text between their numbers, and their numbers."""
    if got == written:
        return True
    if "..." in written and not written.replace("...", "").strip():
        return False
    got_numbers, written_numbers = NUMBER.findall(got), NUMBER.findall(written)
    got_texts, written_texts = NUMBER.split(got), NUMBER.split(written)
    return (
        len(got_numbers) == len(written_numbers)
        and all(map(_number_matches, got_numbers, written_numbers))
        and all(map(_text_matches, got_texts, written_texts))
    )


def _text_matches(got: str, written: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in written.split("..."))
    return re.fullmatch(pattern, got) is not None


def _number_matches(got: str, written: str) -> bool:
    if _is_integer(written) or _is_integer(got):
        return got == written
    exact = Decimal(written)
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)  # the pattern admits finite numbers only
    half_a_unit = Decimal(5).scaleb(exponent - 1, EXACTLY)
    return EXACTLY.subtract(Decimal(got), exact).copy_abs() <= half_a_unit


def _is_integer(number: str) -> bool:
    """Whether a number claims to be exact: `3`, and `3.` as NumPy writes it."""
    return number.lstrip("+-").removesuffix(".").isdigit()
