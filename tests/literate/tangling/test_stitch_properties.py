"""Random edits of random books are carried to the letter, or refused."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from literate.book.book import Book
from literate.errors import BookError
from literate.kernel.source.definitions import DOCSTRING, Entry, Origin
from literate.kernel.source.definitions import Class as BookClass
from literate.kernel.source.merging import module_of
from literate.tangling.plan import plan
from literate.tangling.stitch import stitch
from making import files_below, make_book, source, text_of
from random_source import Class, apply, random_block


def random_book(chance: Random, root: Path) -> Book:
    """A tangled book of random blocks."""
    modules: dict[str, list[tuple[str, str | Class]]] = {"a": [], "b": []}
    texts = {}
    for stem in ("one", "two", "three"):
        texts[stem] = f"# {stem}\n"
        for _ in range(chance.randint(1, 3)):
            title = chance.choice("aaab")
            block = random_block(chance, modules[title])
            apply(modules[title], block)
            text = source(block.code, f"thing/{title}.py")
            if chance.random() < 0.2:
                lines = (f"    {line}" if line else "" for line in text.split("\n"))
                text = "\n!!! note\n" + "\n".join(lines).rstrip(" ")
            texts[stem] += text
    book = Book(make_book(root, **texts))
    for path, written in plan(book, book.last, root).changes.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(written or "")
    return book


def random_edit(chance: Random, text: str) -> tuple[str, dict[str, str]]:
    """Edit a tangled file below its first line; with the options that may help."""
    first, _, body = text.partition("\n")
    lines = body.split("\n")[:-1]
    numbers = range(len(lines))
    starts = [
        n for n in numbers if lines[n].lstrip().startswith(("def ", "async def "))
    ]
    options = {}
    match chance.randrange(12):
        case 0 | 1 | 2:  # another number
            places = [n for n in numbers if any(map(str.isdigit, lines[n]))]
            for n in chance.sample(places, min(len(places), chance.randint(1, 2))):
                digit = next(c for c in lines[n] if c.isdigit())
                lines[n] = lines[n].replace(digit, str(chance.randint(0, 99)))
        case 3 | 4 if starts:  # a new line at the top of a function
            n = chance.choice(starts)
            while not lines[n].endswith(":"):
                n += 1
            depth = len(lines[n]) - len(lines[n].lstrip()) + 4
            lines.insert(n + 1, " " * depth + chance.choice(["new = 1", "# new"]))
        case 5 if starts:  # a comment above a function
            n = chance.choice(starts)
            depth = len(lines[n]) - len(lines[n].lstrip())
            lines.insert(n, " " * depth + "# new")
        case 6:  # a new function at the end
            lines += ["", "", "def new():", "    return 1"]
            options = {"chapter": "docs/three.md"}
            if chance.random() < 0.3:
                options = {"after": chance.choice(["f", "g", "A", "B.m"])}
        case 7 if numbers:  # a line goes, or is doubled
            n = chance.choice(numbers)
            lines[n : n + 1] = chance.choice([[], [lines[n]] * 2, ["", lines[n]]])
        case 8 | 9:  # a definition goes, or moves
            lines = rearranged(chance, body).split("\n")[:-1]
            if chance.random() < 0.5:
                options = {"chapter": "docs/three.md"}
        case 10 if numbers:  # a new import, or another header
            n = chance.choice(numbers)
            new = [
                ("import ", "import os, "),
                ("import ", "import math as "),
                ("(Base", "(X"),
            ]
            lines[n] = lines[n].replace(*chance.choice(new))
        case _ if numbers:  # any character anywhere
            n = chance.choice(numbers)
            at = chance.randint(0, len(lines[n]))
            lines[n] = lines[n][:at] + chance.choice("x1 #\n:") + lines[n][at:]
    return f"{first}\n" + "".join(f"{line}\n" for line in lines), options


def rearranged(chance: Random, body: str) -> str:
    """A file with one definition less, or with one at another place."""
    module = module_of(body, Origin("file", 1))
    entries = dict(module.entries)
    classes = [name for name in entries if isinstance(entries[name], BookClass)]
    if classes and chance.random() < 0.7:
        name = chance.choice(classes)
        there = entries[name]
        assert isinstance(there, BookClass)
        entries[name] = replace(there, members=one_elsewhere(chance, there.members))
    else:
        entries = one_elsewhere(chance, entries)
    return text_of(replace(module, entries=entries))


def one_elsewhere(chance: Random, entries: dict[str, Entry]) -> dict[str, Entry]:
    items = list(entries.items())
    movable = [item for item in items if item[0] != DOCSTRING]
    if movable:
        item = chance.choice(movable)
        items.remove(item)
        if chance.random() < 0.5:
            first = items[:1] and items[0][0] == DOCSTRING
            items.insert(chance.randint(1 if first else 0, len(items)), item)
    return dict(items)


@pytest.mark.slow
def test_random_edits_are_carried_to_the_letter_or_refused(whole: bool) -> None:
    examples = 2000 if whole else 500
    outcomes: Counter[str] = Counter()
    memory = Path("/dev/shm")
    place = Path(mkdtemp(dir=memory if memory.is_dir() else None))

    @given(st.randoms(use_true_random=True))
    @settings(max_examples=examples, deadline=None)
    def carry(chance: Random) -> None:
        root = Path(mkdtemp(dir=place))
        book = random_book(chance, root)
        edited = chance.choice(sorted(root.glob("thing/*.py")))
        text, options = random_edit(chance, edited.read_text())
        for _ in range(chance.choice([0, 0, 0, 1, 2])):
            with suppress(BookError):  # what is no Python any more stays as it is
                text, more = random_edit(chance, text)
                options |= more
        edited.write_text(text)
        before = files_below(root)
        try:
            work = stitch(Book(root), **options)
        except BookError as error:
            assert files_below(root) == before
            outcomes["refused"] += 1
            event("refused")
            assert error.message
        else:
            work.write()
            again = Book(root)
            assert plan(again, again.last, root).changes == {}
            body = edited.read_text().partition("\n")[2]
            assert body == text.partition("\n")[2]
            others = {
                n: t for n, t in files_below(root).items() if n.startswith("thing/")
            }
            for name, content in before.items():
                if name.startswith("thing/") and name != f"thing/{edited.name}":
                    assert others[name] == content
            outcomes["carried"] += 1
            event("carried")
        assert book.paths
        shutil.rmtree(root)

    try:
        carry()
    finally:
        shutil.rmtree(place)
    print(f"{outcomes['carried']} carried, {outcomes['refused']} refused")
    assert sum(outcomes.values()) >= examples
    assert outcomes["carried"] >= examples / 2
