"""Every run of pytest in this repository knows the book."""

from __future__ import annotations

import importlib.util
import os
from collections import Counter

import pytest

pytest_plugins = ["literate.pytest_plugin"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--whole`: what `make test` takes samples of runs whole, as every night."""
    parser.addoption("--whole", action="store_true", help="run all of each sweep")


@pytest.fixture
def whole(request: pytest.FixtureRequest) -> bool:
    """Whether all of a sweep is wanted, not a sample."""
    return bool(request.config.getoption("whole"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Of a test marked `sweep(n)` take every n-th case, unless cases were asked for."""
    if config.getoption("whole") or any("::" in word for word in config.args):
        return
    seen: Counter[str] = Counter()
    kept, left = [], []
    for item in items:
        wanted = item.get_closest_marker("night") is None
        if mark := item.get_closest_marker("sweep"):
            test = item.nodeid.partition("[")[0]
            wanted = seen[test] % mark.args[0] == 0
            seen[test] += 1
        (kept if wanted else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that `needs` a library which is not installed; but never in CI."""
    for mark in item.iter_markers("needs"):
        for library in mark.args:
            if importlib.util.find_spec(library) is None and "CI" not in os.environ:
                pytest.skip(f"{library} is not installed")
