from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest
from literate.running.docstrings import examples

import literate

TEXT = '''"""A module.

>>> 1 + 1
2
"""


class Box:
    """A box.

    Example:
        >>> for i in range(2):
        ...     print(i)
        ...     print()
        0
        <BLANKLINE>
        1
        <BLANKLINE>
    """

    def open(self) -> None:
        r"""No example."""

    async def close(self) -> None:
        """Close.

        >>> x = 1
        """
'''


def test_examples_are_cells_at_their_lines() -> None:
    cells = list(examples("thing/core.py", TEXT))
    lines = TEXT.splitlines()
    assert [cell.fence.section for cell in cells] == ["module", "Box", "Box.close"]
    for cell in cells:
        first = cell.code.splitlines()[0]
        assert lines[cell.fence.line - 1].strip() == f">>> {first}"
    assert cells[1].output and cells[1].output.text == "0\n\n1\n\n"
    assert cells[2].output is None


MODULES = [each.name for each in pkgutil.walk_packages(literate.__path__, "literate.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_machine(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0
