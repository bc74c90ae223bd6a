"""Every run of pytest in this repository knows the book."""

from __future__ import annotations

import importlib.util
import os

import pytest

pytest_plugins = ["literate.pytest_plugin"]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that `needs` a library which is not installed; but never in CI."""
    for mark in item.iter_markers("needs"):
        for library in mark.args:
            if importlib.util.find_spec(library) is None and "CI" not in os.environ:
                pytest.skip(f"{library} is not installed")
