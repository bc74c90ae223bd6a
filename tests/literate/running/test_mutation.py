"""Every output of the book is verified: whatever is changed in one, its test fails."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from literate.book.blocks import Cell
from literate.book.book import Book
from literate.running.cache import run_cached
from literate.running.verdict import verdict
from making import ROOT
from processes import outcome, run_pytest

PATHS = Book(ROOT).paths


def mutants(text: str) -> Iterator[str]:
    """A text with one digit changed, or one character where it has no digit."""
    has_digit = any(character.isdecimal() for character in text)
    for index, character in enumerate(text):
        if character.isdecimal():
            other = str((int(character) + 1) % 10)
        elif not has_digit and character.isalnum():
            other = "x" if character != "x" else "y"
        elif text.strip(".,:;()[]'\"\n ") == "" and not character.isspace():
            other = "x"
        else:
            continue
        yield text[:index] + other + text[index + 1 :]


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_no_mutant_of_an_output_survives(path: str, the_book: Book) -> None:
    survivors = []
    for cell, result in run_cached(the_book, [path])[path]:
        if not isinstance(cell, Cell) or not cell.output or result.status == "missing":
            continue
        assert verdict(cell, result).kind == "right"
        mutated = list(mutants(cell.output.text))
        assert mutated
        for text in mutated:
            mutant = replace(cell, output=replace(cell.output, text=text))
            if verdict(mutant, result).kind == "right":
                survivors.append((cell.output.line, text))
    assert survivors == []


# An ordinary output, one of several lines, an exception, and one in a solution.
CHOSEN = ["01-derivatives", "03-value", "appendix-questions"]


@pytest.mark.slow
@pytest.mark.parametrize("stem", CHOSEN)
def test_exactly_the_test_of_the_changed_output_fails(
    stem: str, tmp_path: Path
) -> None:
    for name in ("docs", "mkdocs.yml"):
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    path = f"docs/{stem}.md"
    chapter = Book(tmp_path).chapters[path]
    outputs = [
        block
        for block in chapter.blocks
        if isinstance(block, Cell) and block.output and "Traceback" in block.output.text
    ] or [block for block in chapter.cells if block.output]
    cell = outputs[0]
    assert cell.output
    *_, last = mutants(cell.output.text)
    lines = chapter.text.split("\n")
    indent = " " * cell.output.indent
    lines[cell.output.line : cell.output.end - 1] = [
        (indent + line).rstrip() for line in last.rstrip("\n").split("\n")
    ]
    (tmp_path / path).write_text("\n".join(lines))
    run = run_pytest(tmp_path, path)
    assert outcome(run) == {"failed": 1, "passed": len(chapter.blocks) - 1}, run.stdout
    assert f"{path}:{cell.fence.line}: the cell displays something else" in run.stdout
