"""The book itself, read and built once for all tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from literate.book.book import Book
from making import ROOT


@pytest.fixture(scope="session")
def the_book() -> Book:
    """The book of this repository."""
    return Book(ROOT)


@pytest.fixture(scope="session")
def the_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its site, built as `make build` does, once for all processes that run tests."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "site"
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            _build(half := folder.with_name("half"))
            half.rename(folder)
    return folder


def _build(folder: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)]
    # The hashes that `processes` gives to other builders: so the bytes can be compared.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    run = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=environment
    )
    assert run.returncode == 0, run.stderr
