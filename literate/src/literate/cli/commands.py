"""Commands: what the modules of the command line share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TypeAlias

from literate.book.book import Book

# argparse has no public name for it.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def site_of(book: Book, said: Path | None) -> Path:
    """The folder of the built site: as the command says, else the configuration."""
    return said or book.root / str(book.settings.get("site_dir") or "site")
