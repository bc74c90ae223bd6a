"""Whether a cell shows the numbers of the canon."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from canon import Shown
from literate.book.blocks import Cell
from literate.book.book import Chapter
from literate.kernel.comparing import NUMBER


def cells_showing(chapter: Chapter, shown: Shown) -> Iterator[Cell]:
    """Yield the cells that display the numbers, and do not have them typed in."""
    for cell in chapter.cells:
        if shown.section not in ("", cell.fence.section):
            continue
        if cell.output and _stand_in(shown.numbers.split(), cell.output.text):
            given = {abs(Decimal(number)) for number in shown.given.split()}
            results = {abs(Decimal(number)) for number in shown.numbers.split()}
            if not (results - given - {0}) & literals(cell):
                yield cell


def _stand_in(numbers: list[str], output: str) -> bool:
    """Whether numbers stand in a text, in their order."""
    found = iter(NUMBER.findall(output))
    return all(any(is_rounded(got, number) for got in found) for number in numbers)


def is_rounded(got: str, number: str) -> bool:
    """Whether a printed number is the canon's, rounded to the canon's digits.

    Numbers of fewer than four digits are equal, or they are others.
    """
    exact = Decimal(number)
    if digits(exact) < 4:
        return Decimal(got) == exact
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)
    return abs(Decimal(got) - exact) <= Decimal(5).scaleb(exponent - 1)


def digits(number: Decimal) -> int:
    """How many digits of a number carry meaning."""
    return len(number.normalize().as_tuple().digits)


def literals(cell: Cell) -> set[Decimal]:
    """The numbers that are typed in a cell's code, without their signs."""
    code = re.sub(r"#.*", "", cell.code)
    return {abs(Decimal(number)) for number in NUMBER.findall(code)}
