"""No mistake in a backward rule goes unseen: some cell of the book fails."""

from __future__ import annotations

import pytest
from literate.book.blocks import Block, Cell
from literate.book.book import Book, Chapter
from literate.kernel.blocks import Result, Session
from literate.running import run as running
from literate.running.verdict import problem
from mutants import Mutant, MutantBook, mutants
from names import ROOT

SO_FAR = "The package so far"
BOOK = Book(ROOT)
MUTANTS = mutants(
    BOOK,
    [
        "docs/06-accumulation.md",
        "docs/07-operations.md",
        "docs/11-zero-grad.md",
        BOOK.paths[-1],
    ],
)


class Caught(Exception):
    """A cell does not display what its page says.

    Args:
        cell: The cell.
        message: What is wrong with it.
    """

    def __init__(self, cell: Cell, message: str) -> None:
        super().__init__(f"{cell.fence.path}:{cell.fence.line}: {message}")
        self.line = cell.fence.line


class StrictSession(Session):
    """A session that ends with the first cell that fails."""

    def run_cell(self, cell: Cell) -> Result:
        """Run a cell, and raise `Caught` if it fails."""
        result = super().run_cell(cell)
        message = problem(cell, result)
        if message and result.status != "missing":
            raise Caught(cell, message)
        return result


def blocks(chapter: Chapter) -> list[Block]:
    """The blocks of a chapter, but for the count of the package's lines."""
    return [each for each in chapter.blocks if each.fence.section != SO_FAR]


@pytest.fixture(autouse=True)
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "Session", StrictSession)


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mistake_in_a_backward_rule_makes_its_chapter_fail(mutant: Mutant) -> None:
    book = MutantBook(BOOK, mutant)
    with pytest.raises(Caught) as caught:
        running.run(book, mutant.path, blocks(book.chapters[mutant.path]))
    assert caught.value.line > mutant.line, "a cell above the mistake failed"


@pytest.mark.parametrize("path", sorted({mutant.path for mutant in MUTANTS}))
def test_the_same_chapters_pass_without_a_mistake(path: str) -> None:
    running.run(BOOK, path, blocks(BOOK.chapters[path]))


def test_every_operation_is_mutated() -> None:
    names = {mutant.rule.split()[1].rstrip(":") for mutant in MUTANTS}
    assert names >= {
        *("__add__", "__mul__", "__sub__", "__pow__", "__abs__"),
        *("tanh", "exp", "log", "relu", "sigmoid"),
        *("_chain", "weighted_sum"),
        *("log_sum_exp", "softmax", "cross_entropy", "scale"),
        *("weights", "norm", "added", "step"),
    }
