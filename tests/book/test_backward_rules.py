"""No mistake in a backward rule goes unseen: some cell of the book fails."""

from __future__ import annotations

import pytest
from literate.book.blocks import Block, Cell, Exercise
from literate.book.book import Book, Chapter
from literate.running.pool import Pool
from literate.running.run import PageRun, libraries, page_of
from literate.running.verdict import verdict
from mutants import Mutant, mutants, mutated
from names import ROOT

SO_FAR = "The package so far"
BOOK = Book(ROOT)
MUTANTS = mutants(
    BOOK,
    [
        "docs/06-accumulation.md",
        "docs/07-operations.md",
        "docs/10-zero-grad.md",
        BOOK.paths[-1],
    ],
)


def blocks(chapter: Chapter) -> list[Block]:
    """The blocks of a chapter, but for the count of the package's lines."""
    return [each for each in chapter.blocks if each.fence.section != SO_FAR]


def first_failure(book: Book, path: str) -> Block | None:
    """Run a chapter up to the first block that is not what its page says."""
    here = blocks(book.chapters[path])
    with Pool(1, libraries(BOOK, [BOOK.chapters[path]])) as pool:
        run = PageRun(pool, page_of(book, path), here, book.options.limit)
        for index, block in enumerate(here):
            if verdict(block, run.result(index)).kind == "wrong":
                return block
    return None


@pytest.mark.sweep(10)
@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mistake_in_a_backward_rule_makes_its_chapter_fail(mutant: Mutant) -> None:
    failed = first_failure(mutated(BOOK, mutant), mutant.path)
    assert failed, "no cell has noticed"
    assert failed.fence.line > mutant.line, "a cell above the mistake failed"
    assert isinstance(failed, Cell | Exercise)


@pytest.mark.sweep(16)
@pytest.mark.parametrize("path", sorted({mutant.path for mutant in MUTANTS}))
def test_the_same_chapters_pass_without_a_mistake(path: str) -> None:
    assert first_failure(BOOK, path) is None


def test_every_operation_is_mutated() -> None:
    names = {mutant.rule.split()[1].rstrip(":") for mutant in MUTANTS}
    assert names >= {
        *("__add__", "__mul__", "__sub__", "__pow__", "__abs__"),
        *("tanh", "exp", "log", "relu", "sigmoid", "__truediv__"),
        *("_hand_on", "weighted_sum", "maximum", "logsumexp"),
        *("softmax", "cross_entropy", "scale"),
        *("weights", "norm", "added", "step"),
    }
