"""The examples in the docstrings of the machine are true."""

from __future__ import annotations

import doctest
import importlib

import pytest
from literate.kernel.installing import module_name
from literate.sources import sources

MODULES = [module_name(path) for path, text in sources(".").items() if ">>>" in text]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_docstring_are_true(name: str) -> None:
    module = importlib.import_module(name)
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0
