from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from literate.book.book import Book
from literate.book.history import History
from literate.kernel.source.rendering import text_of
from literate.weaving.browser.record import put
from making import BOX, book, cell, source

ONE = "# One\n" + cell("1;\n") + source(BOX) + source("import os\n", "thing/files.py")
TWO = (
    "# Two\n"
    + source(
        "class Box:\n    ...\n\n    def grow(self) -> None:\n        self.x += 1\n"
    )
    + source("class Box:\n    ...\n\n    del grow\n")
)


def recorded(it: Book, site: Path) -> dict[str, Any]:
    """What the record of a book says."""
    path = put(it, History(it), site, lambda name: name.replace(".md", "/"))
    assert path.startswith("literate/record-")
    result: dict[str, Any] = json.loads((site / path).read_text("utf-8"))
    return result


def test_the_edits_make_every_state_of_the_package(tmp_path: Path) -> None:
    it = book(tmp_path, **{"01-one": ONE, "02-two": TWO})
    files: dict[str, list[str]] = {}
    blocks = recorded(it, tmp_path / "site")["blocks"]
    steps = [step for path in it.paths for step in it.steps(path)]
    assert len(blocks) == len(steps) == 4
    for block, step in zip(blocks, steps, strict=True):
        lines = files.setdefault(block["file"], [])
        for start, removed, added in block["edits"]:
            lines[start : start + removed] = added
        for title, module in step.snapshot.items():
            assert files[title] == text_of(module, "thing").splitlines()


def test_it_says_where_what_was_written(tmp_path: Path) -> None:
    it = book(tmp_path, **{"01-one": ONE, "02-two": TWO})
    told = recorded(it, tmp_path / "site")
    assert [(each["page"], each["fence"]) for each in told["blocks"]] == [
        (0, "fence-2"),
        (0, "fence-3"),
        (1, "fence-1"),
        (1, "fence-2"),
    ]
    assert told["pages"][1] == {
        "path": "docs/02-two.md",
        "address": "02-two/",
        "title": "2. Two",
    }
    name = "thing.core.Box.grow"
    text = "def grow(self) -> None:\n    self.x += 1\n"
    assert told["blocks"][2]["wrote"] == [[name, name, text]]
    assert told["blocks"][3]["wrote"] == [[name, f"{name}-2", None]]
