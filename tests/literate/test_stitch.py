"""`python -m literate stitch`: all hand edits go back into the chapters, or none."""

from __future__ import annotations

import shutil
from collections import Counter
from itertools import count
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import pytest
from crashing import dies_at
from hypothesis import given, settings
from hypothesis import strategies as st
from making import files_below, literate, make_book, source
from random_source import Class, apply, random_block

from literate.__main__ import main
from literate.book import Book
from literate.errors import BookError
from literate.stitch import stitch
from literate.tangle import plan, with_first_line

ONE = (
    "# One\n"
    + source(
        '"""A module."""\n\nimport math\nfrom typing import Any, cast\n\n\n'
        "class A(Base):\n"
        '    """An A."""\n\n'
        "    x = 1\n    y = 2\n\n"
        "    def f(self):\n        a = 1\n        return a  # (1)!\n\n"
        "    def g(self):\n        return 2\n"
    )
    + "Prose.\n"
)
TWO = (
    "# Two\n"
    + source("class A:\n    ...\n\n    def f(self):\n        return 3  # (1)!\n")
    + '!!! note\n\n    ```python title="thing/core.py"\n    z = 4\n    ```\n'
    + source("b = 5\n", "thing/other.py")
    + "The end.\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_book(tmp_path, one=ONE, two=TWO)
    work = plan(Book(tmp_path), Book(tmp_path).last, tmp_path)
    work.write()
    return tmp_path


def edit(root: Path, old: str, new: str) -> None:
    """Edit the package by hand."""
    file = root / "thing/core.py"
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))


def chapters(root: Path) -> str:
    return (root / "docs/one.md").read_text() + (root / "docs/two.md").read_text()


def carried(root: Path, *options: str) -> str:
    """Stitch, see that tangling gives the edited file, and return the chapters."""
    body = (root / "thing/core.py").read_text().split("\n", 1)[1]
    run = literate(root, "stitch", *options)
    assert (run.returncode, run.stderr) == (0, "")
    assert (root / "thing/core.py").read_text() == with_first_line(body)
    assert plan(Book(root), Book(root).last, root).changes == {}
    return chapters(root)


def refused(root: Path, *options: str) -> str:
    """Stitch, see that nothing was written, and return the message."""
    before = files_below(root)
    run = literate(root, "stitch", *options)
    assert run.returncode == 1
    assert files_below(root) == before
    return run.stderr


def test_without_an_edit_there_is_nothing_to_do(root):
    run = literate(root, "stitch")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return 3", "return 33"),  # goes into the block that wrote it last
        ("x = 1", "x = 10"),
        ("return 2", "# why\n        return 2"),
        ("    def g", "    # about g\n    def g"),
        ("z = 4", "z = [\n    4,\n]"),  # an indented block
        ('"""A module."""', '"""A module,\n\nlonger.\n"""'),
        ('"""An A."""', '"""Another A."""'),
        ("class A(Base):", "class A(Base, Other):"),
        ("class A(Base):", "# about A\n@final\nclass A(Base):"),
        ("def g(self):", "def g(self,  other ):"),  # any text, formatted or not
        ("import math\n", "import math as math\n"),
    ],
)
def test_an_edit_is_carried_into_the_block_that_wrote_it_last(root, old, new):
    before = chapters(root)
    edit(root, old, new)
    if "as math" in new:
        assert "format the file first" in refused(root)
        return
    after = carried(root)
    gone = [line for line in before.split("\n") if line not in after.split("\n")]
    assert len(gone) <= 1
    assert all(line.strip() in after for line in new.split("\n"))


def test_several_edits_in_several_chapters_are_carried_at_once(root):
    edit(root, "x = 1", "x = 10")
    edit(root, "return 3", "return 30")
    edit(root, "z = 4", "z = 40")
    after = carried(root)
    assert "    x = 10\n" in after
    assert "    z = 40\n" in after
    assert "        a = 1\n        return a  # (1)!\n" in after  # the old text of f


def test_an_annotation_stays_at_its_line(root):
    edit(root, "return 3", "return 30")
    assert "        return 30  # (1)!\n" in carried(root)


def test_an_annotation_that_would_be_lost_is_an_error(root):
    edit(root, "        return 3\n", "        b = 1\n        return b\n")
    assert refused(root) == (
        "docs/two.md:8: an annotation stands at this line, which is another one now: "
        "edit the chapter\n"
    )


MARKED = (
    '# Two\n\n```python title="thing/marked.py" hl_lines="1 5-6"\n'
    "class B:\n    x = 1\n    y = 2\n\n"
    "    def f(self):\n        return 1\n```\n"
)


@pytest.mark.parametrize(
    ("old", "new", "marks"),
    [
        ("x = 1", "# new\n    x = 1", ' hl_lines="1 6 7"'),
        ("(self)", "(self, other)", ' hl_lines="1 5 6"'),
        ("        return 1", "        z = 1\n        return z", ' hl_lines="1 5"'),
    ],
)
def test_highlighted_lines_move_with_their_text(root, old, new, marks):
    (root / "docs/two.md").write_text(MARKED)
    literate(root, "tangle")
    file = root / "thing/marked.py"
    file.write_text(file.read_text().replace(old, new))
    assert literate(root, "stitch").returncode == 0
    assert f'title="thing/marked.py"{marks}\n' in chapters(root)


def test_space_between_assignments_is_carried_both_ways(root):
    edit(root, "x = 1\n    y", "x = 1\n\n    y")
    assert "    x = 1\n\n    y = 2\n" in carried(root)
    edit(root, "x = 1\n\n    y", "x = 1\n    y")
    assert "    x = 1\n    y = 2\n" in carried(root)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("import math\n", "import cmath as math\n", "import cmath as math\n"),
        (
            "from typing import Any, cast\n",
            "from typing import Any\n\nfrom mine import cast\n",
            "from typing import Any\nfrom mine import cast\n",
        ),
    ],
)
def test_an_import_that_comes_from_elsewhere_is_carried(root, old, new, shown):
    edit(root, old, new)
    assert shown in carried(root)


def test_a_new_import_goes_to_the_edit_that_uses_it(root):
    edit(root, "import math\n", "import math\nimport os\n")
    edit(root, "return 3", "return os.name")
    assert '```python title="thing/core.py"\nimport os\n\n\nclass A:\n' in carried(root)


def test_a_new_import_goes_below_those_that_the_block_has(root):
    edit(root, "import math\n", "import math\nimport os\n")
    edit(root, "return 2", "return os.name")
    assert "from typing import Any, cast\nimport os\n" in carried(root)


def test_a_new_member_goes_below_the_one_that_after_names(root):
    edit(
        root,
        "        return 3\n",
        "        return 3\n\n    def new(self):\n        pass\n",
    )
    after = carried(root, "--after", "A.f")
    assert "return 3  # (1)!\n\n    def new(self):\n        pass\n```\n" in after


def test_new_members_go_to_the_end_of_the_class_that_after_names(root):
    new = "\n    def new(self):\n        pass\n\n    v = 1\n    w = 2\n"
    edit(root, "        return 2\n", "        return 2\n" + new)
    after = carried(root, "--after", "A")
    assert f"        return 2\n{new}```\n" in after


def test_new_definitions_of_a_module_go_below_the_one_that_after_names(root):
    new = "\n\ndef new():\n    pass\n\n\nclass B:\n    x = 1\n"
    edit(root, "z = 4\n", "z = 4\n" + new)
    after = carried(root, "--after", "z")
    shown = "".join(f"    {line}\n" if line else "\n" for line in new.split("\n")[:-1])
    assert f"    z = 4\n{shown}    ```\n" in after


def test_new_definitions_can_get_a_block_at_the_end_of_a_chapter(root):
    edit(root, "import math\n", "import math\nimport os\n")
    edit(root, "        return 2\n", "        return 2\n\n    w = 1\n")
    edit(root, "z = 4\n", "z = 4\n\n\ndef new():\n    pass\n")
    after = carried(root, "--chapter", "docs/two.md")
    assert after.endswith(
        'The end.\n\n```python title="thing/core.py"\nimport os\n\n\n'
        "def new():\n    pass\n```\n\n"
        '```python title="thing/core.py"\nclass A:\n    ...\n\n    w = 1\n```\n'
    )


def test_what_has_no_home_is_listed(root):
    edit(root, "import math\n", "import math\nimport os\n")
    edit(root, "        return 2\n", "        return 2\n\n    w = 1\n")
    edit(root, "z = 4\n", "z = 4\n\n\ndef new():\n    pass\n")
    message = (
        "thing/core.py:{}: no block writes {}: "
        "say where with --after NAME or --chapter FILE\n"
    )
    every = "`A.w`, `new`, the import of `os`"
    assert refused(root) == message.format(5, every)
    assert refused(root, "--after", "nothing") == message.format(5, every)
    assert refused(root, "--after", "z") == message.format(21, "`A.w`")


def test_an_unknown_chapter_is_an_error(root):
    message = "docs/no.md:1: no such chapter in the nav of mkdocs.yml\n"
    assert refused(root, "--chapter", "docs/no.md") == message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "\n\nz = 4\n",
            "",
            "docs/two.md:14: `z` is gone from thing/core.py: "
            "write `del z` into a source block",
        ),
        (
            "\n    def g(self):\n        return 2\n",
            "",
            "docs/one.md:20: `A.g` is gone from thing/core.py: "
            "write `del g` into a source block",
        ),
        (
            "import math\n",
            "",
            "docs/one.md:6: the import of `math` is gone from thing/core.py: "
            "write `del math` into a source block",
        ),
        (
            "    x = 1\n    y = 2\n",
            "    y = 2\n    x = 1\n",
            "thing/core.py:11: `y` was moved: its place comes from its neighbors in "
            "the chapters, here from docs/one.md:14",
        ),
        (
            "z = 4\n",
            "class z:\n    x = 1\n",
            "thing/core.py:21: `z` is a class on one side only: edit its chapter",
        ),
        (
            "    def g",
            "\n    def g",
            "thing/core.py:17: tangling would lay out this line otherwise: "
            "format the file first",
        ),
        (
            "import math\nfrom typing import Any, cast\n",
            "from typing import Any, cast\nimport math\n",
            "thing/core.py:4: tangling would lay out this line otherwise: "
            "format the file first",
        ),
        (
            "return 3",
            "return (3",
            "thing/core.py:15: this source block is not valid Python: "
            "'(' was never closed",
        ),
        (
            "z = 4\n",
            "print(4)\n",
            "thing/core.py:21: a source block holds imports, functions, classes, "
            "single-name assignments and a docstring: put anything else into a cell",
        ),
        (
            "return 2",
            'return """\n```\n"""',
            "docs/one.md:22: with the edit carried back, this breaks: "
            "a fence needs a blank line below it",
        ),
        (
            "return 3",
            "return '\r'",
            "thing/core.py:15: CRLF line end: save the file with LF line ends",
        ),
        (
            "# Tangled",
            "# tangled",
            "thing/core.py:1: the first line is not the tangled one: put it back",
        ),
    ],
)
def test_what_cannot_be_carried_is_refused_by_name(root, old, new, message):
    edit(root, old, new)
    assert refused(root) == f"{message}\n"


def test_a_file_that_is_gone_is_an_error(root):
    (root / "thing/core.py").unlink()
    assert (
        refused(root) == "thing/core.py:1: this file is gone: tangle to get it back\n"
    )


def test_a_place_that_the_chapters_do_not_give_is_an_error(root):
    edit(root, "z = 4\n", "z = 4\n\n\ndef new():\n    pass\n")
    assert refused(root, "--chapter", "docs/one.md") == (
        "thing/core.py:21: cannot be carried back: "
        "the chapters would give another text here\n"
    )


def test_where_both_changed_both_are_shown_and_nothing_is_written(root):
    edit(root, "return 3", "return 33")
    chapter = root / "docs/two.md"
    chapter.write_text(chapter.read_text().replace("z = 4", "z = 44"))
    before = files_below(root)
    run = literate(root, "stitch")
    assert run.returncode == 1
    assert "+        return 33\n" in run.stdout
    assert "-z = 44\n+z = 4\n" in run.stdout
    assert run.stderr == (
        "thing/core.py:1: the book and the package both changed since the last "
        "tangle: undo one of the edits\n"
    )
    assert files_below(root) == before


def test_a_book_that_changed_alone_needs_no_stitch(root):
    chapter = root / "docs/two.md"
    chapter.write_text(chapter.read_text().replace("z = 4", "z = 44"))
    run = literate(root, "stitch")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_the_same_edit_on_both_sides_needs_a_new_first_line_only(root):
    edit(root, "z = 4", "z = 44")
    chapter = root / "docs/two.md"
    chapter.write_text(chapter.read_text().replace("z = 4", "z = 44"))
    before = chapters(root)
    assert carried(root) == before


def test_check_shows_the_edit_and_writes_nothing(root):
    edit(root, "return 3", "return 33")
    before = files_below(root)
    run = literate(root, "stitch", "--check")
    assert run.returncode == 1
    assert "--- on disk: docs/two.md\n+++ stitched: docs/two.md\n" in run.stdout
    assert "-        return 3  # (1)!\n+        return 33  # (1)!\n" in run.stdout
    assert files_below(root) == before
    literate(root, "stitch")
    assert literate(root, "stitch", "--check").returncode == 0


def test_a_stitch_killed_at_any_write_is_whole_at_the_next_command(
    tmp_path, monkeypatch
):
    seen = set()
    for number in count(1):
        root = make_book(tmp_path / str(number), one=ONE, two=TWO)
        monkeypatch.chdir(root)
        main(["tangle"])
        edit(root, "x = 1", "x = 10")
        edit(root, "return 3", "return 33")
        old = files_below(root)
        died = dies_at(number, lambda: main(["stitch"]))
        Book(root)
        found = files_below(root)
        assert main(["stitch"]) == 0
        assert main(["tangle", "--check"]) == 0
        new = files_below(root)
        assert found in (old, new), number
        seen.add(found == new)
        if not died:
            break
    assert seen == {True, False}
    assert number > 15


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
    for path, text in plan(book, book.last, root).changes.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text or "")
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
    match chance.randrange(10):
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
        case 7:  # a line goes, or is doubled
            n = chance.choice(numbers)
            lines[n : n + 1] = chance.choice([[], [lines[n]] * 2, ["", lines[n]]])
        case 8:  # a new import, or another header
            n = chance.choice(numbers)
            new = [
                ("import ", "import os, "),
                ("import ", "import math as "),
                ("(Base", "(X"),
            ]
            lines[n] = lines[n].replace(*chance.choice(new))
        case _:  # any character anywhere
            n = chance.choice(numbers)
            at = chance.randint(0, len(lines[n]))
            lines[n] = lines[n][:at] + chance.choice("x1 #\n:") + lines[n][at:]
    return f"{first}\n" + "".join(f"{line}\n" for line in lines), options


def test_random_edits_are_carried_to_the_letter_or_refused():
    outcomes: Counter[str] = Counter()
    memory = Path("/dev/shm")
    place = Path(mkdtemp(dir=memory if memory.is_dir() else None))

    @given(st.randoms(use_true_random=True))
    @settings(max_examples=2000, deadline=None)
    def carry(chance: Random) -> None:
        root = Path(mkdtemp(dir=place))
        book = random_book(chance, root)
        edited = chance.choice(sorted(root.glob("thing/*.py")))
        text, options = random_edit(chance, edited.read_text())
        edited.write_text(text)
        before = files_below(root)
        try:
            work = stitch(Book(root), **options)
        except BookError as error:
            assert files_below(root) == before
            outcomes["refused"] += 1
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
        assert book.paths
        shutil.rmtree(root)

    try:
        carry()
    finally:
        shutil.rmtree(place)
    assert sum(outcomes.values()) >= 2000
    assert outcomes["carried"] >= outcomes["refused"]
