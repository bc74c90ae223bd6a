"""The cells of the early chapters, run against the package as it is in the end.

A reader who copies a cell into a session with the installed package gets what the page
prints. Where that cannot be had, the cell stands below, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from literate.book.blocks import Cell
from literate.book.book import Book, Snapshot, Step
from literate.kernel.blocks import Result
from literate.kernel.source.rendering import render
from literate.running.pool import Pool
from literate.running.run import codes, page_of
from literate.running.verdict import verdict
from names import ROOT, named

PACKAGE = "micrograd"
SO_FAR = "the-package-so-far-1"
LISTS_THE_PACKAGE = {SO_FAR: "the package has grown and changed since"}

DIFFERENT: dict[str, dict[str, str]] = {
    "03-value.md": {
        "a-number-in-a-box-4": "a Value cannot add yet",
        "filling-in-the-gradients-1": "a Value takes no plain numbers yet",
        **LISTS_THE_PACKAGE,
    },
    "04-neuron.md": LISTS_THE_PACKAGE,
    "05-backward.md": {
        "rules-for-sum-and-product-2": "shows the closure of the first design",
        "the-neuron-again-2": "wrong turn: tanh has no backward rule yet",
        "the-graph-that-made-us-sort-1": "wrong turn: `=` in the place of `+=`",
        "the-graph-that-made-us-sort-2": "wrong turn: `=` in the place of `+=`",
        "the-graph-that-made-us-sort-3": "wrong turn: `=` in the place of `+=`",
        **LISTS_THE_PACKAGE,
    },
    "06-accumulation.md": {
        "the-smallest-failure-2": "wrong turn: `=` in the place of `+=`",
        "the-smallest-failure-3": "shows the source that has the `=`",
        "two-paths-from-a-to-f-3": "wrong turn: `=` in the place of `+=`",
        "what-is-there-already-1": "the first design keeps old inner gradients",
        "only-the-leaves-2": "the first design keeps old inner gradients",
        **LISTS_THE_PACKAGE,
    },
    "07-operations.md": {
        "divide-with-one-rounding-2": "the final design rounds a quotient once",
        "a-number-beside-a-value-1": "a Value takes no plain numbers yet",
        "which-side-comes-first-1": "a Value takes no number on its left yet",
        "which-side-comes-first-3": "a Value takes no number on its left yet",
        "powers-3": "the first design takes no Value as the exponent",
        "powers-4": "wrong turn: the first design raises where the final one has inf",
        "powers-5": "wrong turn: the first design returns a complex number",
        "tanh-taken-apart-3": "the last digits follow the order of the operations",
        "tanh-far-from-zero-1": "wrong turn: tanh by exp overflows",
        "all-of-them-at-once-3": "the final subtraction needs no negation",
        "how-many-nodes-2": "the first design makes a node of each number",
        **LISTS_THE_PACKAGE,
    },
    "08-networks.md": {
        "one-neuron-in-the-middle-1": "wrong turn: a layer of one returns a Value",
        "the-lecture-s-network-2": "counts single products and sums",
        **LISTS_THE_PACKAGE,
    },
    "09-descent.md": {
        "one-number-for-how-wrong-2": "the first design makes a node of each operation",
    },
    "10-zero-grad.md": LISTS_THE_PACKAGE,
    "12-second-design.md": {
        "a-second-backward-pass-1": "the first design keeps old inner gradients",
        "a-second-backward-pass-3": "the first design keeps old inner gradients",
        "a-long-expression-1": "wrong turn: the recursive sort",
        "the-garbage-3": "counts the objects of the first design",
        "one-rule-for-all-operations-1": "the first design reads numbers late",
        "at-the-edge-1": "wrong turn: zero times infinity",
        "at-the-edge-2": "counts single products and sums",
        **LISTS_THE_PACKAGE,
    },
    "13-one-operation.md": {
        "how-many-operations-1": "counts the nodes of single products and sums",
        **LISTS_THE_PACKAGE,
    },
    "14-moons.md": LISTS_THE_PACKAGE,
    "15-program.md": LISTS_THE_PACKAGE,
    "16-tensors.md": LISTS_THE_PACKAGE,
}


class FinalBook(Book):
    """The book with its final package from the first line on."""

    def __init__(self, book: Book) -> None:
        super().__init__(book.root)
        self.real = book

    def snapshot_above(self, path: str) -> Snapshot:
        """The final package."""
        return self.real.last

    def snapshot(self, path: str, line: int | None = None) -> Snapshot:
        """The package at a line, which cells may ask for by `literate.snapshot`."""
        return self.real.snapshot(path, line)

    def steps(self, path: str) -> list[Step]:
        """Nothing: the source blocks are left out."""
        return []


def results(path: str, cells: Sequence[Cell]) -> list[Result]:
    """Run cells against the final package; an exception is text like any other."""
    pieces = [replace(code, may_raise=True) for _, code in codes(cells)]
    with Pool(1) as pool:
        running = pool.submit(page_of(FINAL, path), pieces, FINAL.options.limit)
        found = pool.results(running, len(pieces))
    return [replace(r, status="ran") if r.status == "raised" else r for r in found]


BOOK = Book(ROOT)
FINAL = FinalBook(BOOK)


def imported(text: str) -> set[str]:
    """The titles of the modules that a text imports from the package."""
    names = re.findall(rf"(?:from|import) {PACKAGE}\.(\w+)", text)
    for group in re.findall(rf"from {PACKAGE} import ([\w, ]+)", text):
        names += re.findall(r"\w+", group)
    return {f"{PACKAGE}/{name}.py" for name in names}


def used(path: str) -> set[str]:
    """The titles of the modules that a chapter's cells use, directly or not."""
    titles: set[str] = set()
    new = set().union(*(imported(cell.code) for cell in BOOK.chapters[path].cells))
    while new := (new & BOOK.last.keys()) - titles:
        titles |= new
        lines = [line for title in new for line in render(BOOK.last[title], PACKAGE)]
        new = imported("\n".join(line.text for line in lines))
    return titles


def is_settled(path: str) -> bool:
    """Whether a chapter sees what it uses as it is in the end, at every line."""
    snapshots = [BOOK.snapshot_above(path)]
    snapshots += [step.snapshot for step in BOOK.steps(path)]
    return all(
        snapshot[title] == BOOK.last[title]
        for snapshot in snapshots
        for title in used(path) & snapshot.keys()
    )


def to_run(path: str) -> Iterator[tuple[str, Cell]]:
    """Yield the cells of a chapter, with their names, that may display something else.

    What a settled chapter displays is tested by the chapter itself. Only a cell that
    lists the files of the package could see those that come later.
    """
    settled, complete = is_settled(path), BOOK.snapshot(path) == BOOK.last
    for name, block in named(BOOK.chapters[path]):
        if isinstance(block, Cell) and (
            not settled or (name == SO_FAR and not complete)
        ):
            yield name, block


@pytest.mark.sweep(8)
@pytest.mark.parametrize("path", BOOK.paths)
def test_the_cells_agree_with_the_final_package(path: str) -> None:
    cells = dict(to_run(path))
    told = dict(zip(cells, results(path, list(cells.values())), strict=True))
    found = {
        name: message
        for name, cell in cells.items()
        if told[name].status not in ("missing", "not run")
        and (message := verdict(cell, told[name]).message)
    }
    reasons = DIFFERENT.get(path.removeprefix("docs/"), {})
    unlisted = {name: found[name] for name in found if name not in reasons}
    assert not unlisted, "\n\n".join(f"{name}\n{unlisted[name]}" for name in unlisted)
    ran = {name for name in cells if told[name].status == "ran"}
    agree = {name for name in reasons if name in ran or name not in cells} - set(found)
    assert not agree, f"listed, but not different: {sorted(agree)}"


def test_the_list_names_chapters_of_the_book() -> None:
    assert {f"docs/{name}" for name in DIFFERENT} <= set(BOOK.paths)
    assert all(reason for reasons in DIFFERENT.values() for reason in reasons.values())
