"""A right answer passes the check of its exercise, however it is written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from literate.book.blocks import Exercise
from literate.book.book import Book
from literate.kernel.blocks import Code
from literate.running.pool import Pool
from literate.running.run import code_of, libraries, page_of
from names import ROOT
from right_answers import RIGHT

BOOK = Book(ROOT)


@pytest.mark.parametrize("path", RIGHT)
def test_a_right_answer_passes(path: str) -> None:
    chapter, left = BOOK.chapters[path], dict(RIGHT[path])
    codes: list[Code] = []
    for block in chapter.blocks:
        if not isinstance(block, Exercise):
            codes.append(code_of(block))
        elif answer := left.pop(block.fence.section, ""):
            codes.append(replace(code_of(block), code=answer))
    assert not left, "no exercise stands below these headings"
    with Pool(1, libraries(BOOK, [chapter])) as pool:
        running = pool.submit(page_of(BOOK, path), codes, BOOK.options.limit)
        results = pool.results(running, len(codes))
    trials = [r for c, r in zip(codes, results, strict=True) if c.kind == "trial"]
    assert [trial.because for trial in trials if trial.status != "ran"] == []
