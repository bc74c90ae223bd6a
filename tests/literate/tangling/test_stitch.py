"""`python -m literate stitch`: all hand edits go back into the chapters, or none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from crashing import killed_at_each_write
from habits import refused
from literate.book.book import Book
from literate.cli import main
from literate.files import complete
from literate.tangling.plan import plan, with_first_line
from making import cell, files_below, literate, make_book, source

F = "    def f(self):\n        return 3\n"
G = "    def g(self):\n        return 2\n"
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
    assert literate(root, "tangle", "--drop").returncode == 0
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
            "from typing import Any\n\nfrom mine import cast\n",
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


def test_a_new_import_goes_beside_those_that_the_block_has(root):
    edit(root, "import math\n", "import math\nimport os\n")
    edit(root, "return 2", "return os.name")
    assert "import math\nimport os\nfrom typing import Any, cast\n" in carried(root)


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


def test_another_name_is_told_how_to_come_about(tmp_path):
    make_book(tmp_path, one=source("class Box:\n    x = 1\n\n    y = 2\n"))
    assert literate(tmp_path, "tangle").returncode == 0
    edit(tmp_path, "    y = 2\n", "    z = 2\n")
    assert refused(tmp_path).endswith(
        "; if it is another name, undo it and `literate rename Box.y z`\n"
    )


def test_an_unknown_chapter_is_an_error(root):
    message = "docs/no.md: no such chapter in the nav of mkdocs.yml"
    message += ": did you mean docs/two.md?\n"
    assert refused(root, "--chapter", "docs/no.md") == message


@pytest.mark.parametrize(
    ("old", "gone"),
    [
        (f"\n{G}", 3),
        ("    x = 1\n", 1),
        ("    y = 2\n", 1),
        ("    x = 1\n    y = 2\n\n", 3),
        ('    """An A."""\n\n', 2),
        ('"""A module."""\n\n', 2),
        ("import math\n", 1),
    ],
)
def test_what_one_block_wrote_and_is_gone_is_cut_out_of_it(root, old, gone):
    before = chapters(root)
    edit(root, old, "")
    after = carried(root)
    assert old not in after
    assert after.count("\n") == before.count("\n") - gone


def test_a_name_is_cut_out_of_its_import(root):
    edit(root, "import Any, cast", "import cast")
    assert "import math\nfrom typing import cast\n" in carried(root)


def test_an_import_goes_with_the_if_around_it(root):
    text = "from typing import TYPE_CHECKING\n\n"
    guarded = "if TYPE_CHECKING:\n    import os\n\n"
    make_book(root, one=source(f"{text}{guarded}x = 1\n"), two="# Two\n")
    assert literate(root, "tangle", "--drop").returncode == 0
    edit(root, guarded, "")
    assert f"{text}x = 1\n" in carried(root)


def test_a_class_that_a_block_opens_for_one_definition_goes_with_it(root):
    make_book(
        root,
        one=source("class A:\n    x = 1\n"),
        two=source("class A:\n    ...\n    y = 2\n\n\nz = 3\n"),
    )
    assert literate(root, "tangle", "--drop").returncode == 0
    edit(root, "    y = 2\n", "")
    assert chapters(root).count("class A") == 2
    assert '```python title="thing/core.py"\nz = 3\n' in carried(root)


def test_what_cannot_be_cut_is_removed_at_the_end_of_a_chapter(root):
    edit(root, "\n\nz = 4\n", "")
    edit(root, f"{F}\n", "")
    after = carried(root, "--chapter", "docs/two.md")
    assert after.endswith(
        'The end.\n\n```python title="thing/core.py"\ndel z\n```\n\n'
        '```python title="thing/core.py"\nclass A:\n    ...\n\n    del f\n```\n'
    )
    assert "z = 4" in after  # the page that tells of it stays as it is


@pytest.mark.parametrize(
    ("first", "use", "second", "gone", "removal"),
    [
        (
            "def helper():\n    return 1\n\n\ndef f():\n    return helper()\n",
            "",
            "def f():\n    return 1\n",
            "def helper():\n    return 1\n\n\n",
            "del helper",
        ),
        (
            "class A:\n    def g(self):\n        return 1\n\n    h = g\n",
            "",
            "class A:\n    ...\n\n    h = 2\n",
            "    def g(self):\n        return 1\n\n",
            "class A:\n    ...\n\n    del g",
        ),
        (
            "class A:\n    x = 1\n    y = 2\n",
            "from thing.core import A\nA.x;\n",
            "z = 3\n",
            "    x = 1\n",
            "class A:\n    ...\n\n    del x",
        ),
        (
            "import math\n\n\ndef f():\n    return math.pi\n",
            "",
            "def f():\n    return 3\n",
            "import math\n\n\n",
            "del math",
        ),
    ],
)
def test_what_pages_before_the_end_use_is_not_cut_but_removed_where_chapter_says(
    tmp_path, first, use, second, gone, removal
):
    one = "# One\n" + source(first) + (cell(use) if use else "")
    root = make_book(tmp_path, one=one, two="# Two\n" + source(second))
    assert literate(root, "tangle", "--drop").returncode == 0
    edit(root, gone, "")
    line = 10 if use else 3
    assert f"but docs/one.md:{line} uses it: edit the chapter, or" in refused(root)
    after = carried(root, "--chapter", "docs/two.md")
    assert after.endswith(f'```python title="thing/core.py"\n{removal}\n```\n')
    assert source(first) in after


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    x = 1\n    y = 2\n", "    y = 2\n    x = 1\n"),
        (f"{F}\n{G}", f"{G}\n{F}"),
        (f"    y = 2\n\n{F}\n{G}", f"\n{F}\n{G}\n    y = 2\n"),
    ],
)
def test_what_was_moved_moves_inside_its_block(root, old, new):
    before = sorted(filter(None, chapters(root).split("\n")))
    edit(root, old, new)
    assert sorted(filter(None, carried(root).split("\n"))) == before


def test_what_was_moved_and_edited_is_carried_once(root):
    edit(root, "    x = 1\n    y = 2\n", "    y = 22\n    x = 1\n")
    assert '"""An A."""\n\n    y = 22\n    x = 1\n\n    def f' in carried(root)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "\n\nz = 4\n",
            "",
            "docs/two.md:14: `z` is gone from thing/core.py, but its block holds "
            "nothing else: edit the chapter, or remove it at the end of one with "
            "--chapter FILE",
        ),
        (
            f"{F}\n",
            "",
            "docs/two.md:7: `A.f` is gone from thing/core.py, but it is also "
            "written in docs/one.md:3: edit the chapter, or remove it at the end of "
            "one with --chapter FILE",
        ),
        (
            f"    x = 1\n    y = 2\n\n{F}",
            f"{F}\n    x = 1\n    y = 2\n",
            "thing/core.py:11: `A.f` was moved, but several blocks write it: move it "
            "in the chapters, from docs/two.md:3",
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
    assert refused(root) == "thing/core.py: this file is gone: tangle to get it back\n"


def test_a_place_that_the_chapters_do_not_give_is_an_error(root):
    edit(root, "z = 4\n", "z = 4\n\n\ndef new():\n    pass\n")
    assert refused(root, "--chapter", "docs/one.md") == (
        "thing/core.py:21: cannot be carried back: "
        "the chapters would give another text here; "
        "write this part into a chapter by hand, then tangle with --force\n"
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


@pytest.mark.slow
@pytest.mark.parametrize("completed_by", ["stitch", "tangle"])
def test_a_stitch_killed_at_any_write_leaves_old_or_new_chapters_and_files(
    tmp_path, monkeypatch, completed_by
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)

    def prepare(root: Path) -> None:
        os.chdir(make_book(root, one=ONE, two=TWO))
        main(["tangle"])
        edit(root, "x = 1", "x = 10")
        edit(root, "return 3", "return 33")
        other = root / "thing/other.py"
        other.write_text(other.read_text().replace("b = 5", "b = 50"))

    seen = []
    for root in killed_at_each_write(tmp_path, prepare, lambda _: main(["stitch"])):
        complete(root)
        seen.append([files_below(root / folder) for folder in ("docs", "thing")])
        old = seen[-1] == seen[0]
        assert main([completed_by]) == (1 if old and completed_by == "tangle" else 0)
        assert main(["stitch"]) == 0
        assert main(["tangle", "--check"]) == 0
    assert [each for n, each in enumerate(seen) if each not in seen[:n]] == [
        seen[0],
        seen[-1],
    ]
    assert len(seen) > 20
