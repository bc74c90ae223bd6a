from __future__ import annotations

from decimal import Inexact, localcontext

import pytest
from literate.kernel.comparing import difference, matches

SAME = [
    ("14.0003", "14.00"),
    ("0.49999999", "0.5000"),
    ("0.55", "0.5"),  # half a unit of the last digit is the limit
    ("0.50", "0.5"),
    ("-0.0001", "0.00"),
    ("1.5e-05", "1.5e-05"),
    ("1.51e-05", "1.5e-05"),
    ("Value(data=-8.0)", "Value(data=-8.0)"),
    ("[1, 2.0001, 3]", "[1, 2.000, 3]"),
    ("<Value at 0x7f31>", "<Value at ...>"),
    ("a b c 4", "a ... 4"),
    ("x=0.5", "x=...0.5"),
    ("(1.5-0.9999999j)", "(1.5-1.000j)"),  # the parts of a complex number
    ("1e+05", "1e5"),
    ("1e-05", "0.00001"),
    ("-0.0", "0.0"),
    ("(1.0004+2.0001j)", "(1.000+2.000j)"),
    ("2024-01-15 10:00:00.5001", "2024-01-15 10:00:00.500"),
    ("12.34%", "12.3%"),
    ("3.001 kg", "3.00 kg"),
    ("$1.50", "$1.5"),
    ("1,234.5678", "1,234.57"),
    ("−1.54", "−1.5"),
    ("1.0-2.04", "1.0-2.0"),  # from here to there
    ("Decimal('1.104')", "Decimal('1.10')"),
    ("[[...]]", "[[...]]"),
    ("nan inf", "nan inf"),
    ("one  \ntwo\n\n", "one\ntwo\n"),
    ("", ""),
]
OTHER = [
    ("0.6", "0.5"),
    ("0.5501", "0.5"),
    ("14.01", "14.00"),
    ("3", "4"),
    ("3.0", "3"),  # an integer is an integer
    ("3", "3.0"),
    ("-1.0", "1.0"),
    ("1.5e-06", "1.5e-05"),
    ("1 2", "2 1"),  # each where it stands
    ("a 5 c", "a ... c"),  # an ellipsis is no number
    ("a 5.25 c", "a ... c"),
    ("anything", "..."),  # and no whole line
    ("any thing", "... ..."),
    ("one\ntwo\nthree", "one\n...\nthree"),
    ("one\ntwo", "one"),
    ("one", "one\ntwo"),
    (" indented", "indented"),
    ("two  spaces", "two spaces"),
    ("\nblank line above", "blank line above"),
    ("nan", "inf"),
    ("(1.0-4j)", "(1.0-3j)"),
    ("1.5j2", "1.4j2"),
    ("3.4", "3."),  # which is an integer as NumPy writes it
    ("3.", "3.0"),
    ("0.05" + "0" * 30 + "1", "0.0"),
    ("..v1.04", "..v1.0"),  # two dots are no ellipsis
    ("1.0e999999", "1.0"),
    ("9.0e999999", "-9.0e999999"),
    ("1.0e9999999999999999999", "1.0e9999999999999999998"),
    ("Value", "value"),
    ("-inf", "inf"),
    ("inf", "1.0"),
    ("(1.0004-2.0001j)", "(1.000+2.000j)"),
    ("0x1e", "0x1f"),
    ("0x10", "0x11"),
    ("0x1.8p+2", "0x1.8p+1"),
    ("2024-01-16", "2024-01-15"),
    ("2024-1-5", "2024-01-05"),
    ("12:30:59", "12:30:58"),
    ("v2.10", "v2.1"),
    ("1.0rc2", "1.0rc1"),
    ("127.0.0.2", "127.0.0.1"),
    ("12.3%", "12%"),
    ("3.01kg", "3.0kg"),
    ("6ms", "5ms"),
    ("1,235", "1,234"),
    ("12,345.0", "1,345.0"),
    ("−1.5", "1.5"),
    ("−1.5", "-1.5"),
    ("1_001", "1_000"),
    ("2/3", "1/3"),
    ("1.0", "1.00000000000000000001"),
    ("0.0", "1e-300"),
    ("5.0", "5."),
    ("[[5]]", "[[...]]"),
    ("x²", "x³"),
    ("True", "1"),
]


@pytest.mark.parametrize(("got", "written"), SAME)
def test_matches(got: str, written: str) -> None:
    assert matches(got, written)


@pytest.mark.parametrize(("got", "written"), OTHER)
def test_does_not_match(got: str, written: str) -> None:
    assert not matches(got, written)


def test_what_cells_do_to_decimal_changes_no_comparison() -> None:
    with localcontext() as context:
        context.prec = 1
        assert not matches("14.0051", "14.00")
        context.traps[Inexact] = True
        assert matches("14.0032", "14.00")


def test_difference_shows_only_the_lines_that_do_not_match() -> None:
    diff = difference("loss 0.1204\nstep 3\n", "loss 0.12\nstep 2\n")
    assert diff.splitlines() == [
        "--- expected",
        "+++ got",
        "@@ -1,2 +1,2 @@",
        " loss 0.12",
        "-step 2",
        "+step 3",
    ]


def test_difference_shows_two_lines_around_what_differs() -> None:
    written = "".join(f"line {letter}\n" for letter in "abcdefghij")
    diff = difference(written.replace("line e", "line x"), written).splitlines()
    assert diff[3:] == [
        *(f" line {letter}" for letter in "cd"),
        "-line e",
        "+line x",
        *(f" line {letter}" for letter in "fg"),
    ]
