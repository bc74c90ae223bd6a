"""Notebooks: every one is run, and shows what its page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from literate.book.blocks import Cell, Exercise
from literate.book.book import Book
from literate.exporting.notebook import notebook, requirements
from literate.exporting.prose import prose
from literate.running.cache import run_cached
from making import book, cell, chapters, literate, make_book, source
from notebooks import compare, displayed, executed, made, make_kernel

DRAWN = "class A:\n    def _repr_svg_(self):\n        return '<svg/>'\n\n\nA()\n"


@pytest.mark.slow
@pytest.mark.sweep(10)
@pytest.mark.parametrize("path", chapters())
def test_run_all_shows_what_the_page_shows(
    path: str, the_book: Book, tmp_path: Path
) -> None:
    before = made(the_book, path)
    cells, _ = compare(before, executed(before, tmp_path))
    assert cells == len(the_book.chapters[path].blocks) + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    ["docs/plain.md", "docs/index.md", "docs/01-derivatives.md", "docs/03-value.md"],
)
def test_run_all_needs_nothing_but_what_the_notebook_says(
    path: str, the_book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "from thing.core import X\nX\n"
    plain = source("import math\n\nX = math.pi\n") + cell(code, "3.14\n")
    it = the_book if path in the_book.paths else book(tmp_path, plain=plain)
    before = made(it, path)
    needs = re.findall("`(.*?)`", before.cells[0].source.split("\n")[1])
    make_kernel(tmp_path, *needs)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    lacking = "from importlib.util import find_spec\nfind_spec('mkdocs') is None"
    after = executed(before, tmp_path, lacking, "alone")
    assert displayed(after.cells[-1]) == ("True\n", 0)
    _, pictures = compare(before, after)
    assert (pictures > 0) is (path in the_book.paths)


@pytest.mark.slow
def test_a_notebook_holds_the_whole_chapter(tmp_path: Path) -> None:
    text = (
        "# One\n\nWords.\n"
        + source("class Box:\n    x: int = 1\n")
        + "More.\n"
        + cell("from thing.core import Box\nprint(Box.x)\n1.5\n", "1\n1.5\n")
        + cell(
            "int('a')\n",
            "Traceback (most recent call last):\n"
            "ValueError: invalid literal for int() with base 10: 'a'\n",
        )
        + cell(DRAWN)
        + "```figure\nA [box](one.md) of\n\\(x^2\\).\n```\n"
        + "\nThe end.\n"
    )
    it = book(tmp_path, one=text)
    result = made(it, "docs/one.md")
    sources = [each.source for each in result.cells]
    assert sources[2:] == [
        "# One\n\nWords.",
        "%%source thing/core.py\nclass Box:\n    x: int = 1",
        "More.",
        "from thing.core import Box\nprint(Box.x)\n1.5",
        "int('a')",
        DRAWN.rstrip(),
        "*A [box](one.ipynb) of $x^2$.*",
        "The end.",
    ]
    assert result.cells[5].outputs[0]["text"] == "1\n1.5\n"
    error = result.cells[6]
    assert error.metadata.tags == ["raises-exception"]
    assert error.outputs[0].ename == "ValueError"
    after = executed(result, tmp_path)
    assert displayed(after.cells[5]) == ("1\n1.5\n", 0)


@pytest.mark.slow
def test_a_class_is_reopened_as_in_the_book(tmp_path: Path) -> None:
    one = source("class Box:\n    def one(self) -> int:\n        return 1\n")
    more = source(
        "class Box:\n    ...\n\n    def two(self) -> int:\n        return 2\n"
    )
    two = (
        cell("from thing.core import Box\nbox = Box()\n")
        + more
        + cell("box.one(), box.two(), isinstance(box, Box)\n", "(1, 2, True)\n")
        + cell("import literate\nold = literate.snapshot('docs/one.md')\n")
        + cell("hasattr(old.core.Box, 'two')\n", "False\n")
    )
    it = book(tmp_path, one=one, two=two)
    after = executed(made(it, "docs/two.md"), tmp_path)
    shown = [displayed(each)[0] for each in after.cells if each.cell_type == "code"]
    assert shown[3:-1] == ["(1, 2, True)\n", "", "False\n"]


def test_a_module_that_has_lost_all_its_definitions_is_brought_along(
    tmp_path: Path,
) -> None:
    f = "def f() -> int:\n    return 1\n"
    moved = source("del f\n") + source(f, "thing/other.py")
    uses = cell("from thing.other import f\n\nf()\n", "1\n")
    it = book(tmp_path, one=source(f), two=moved, three=uses)
    after = executed(made(it, "docs/three.md"), tmp_path)
    assert displayed(after.cells[-2])[0] == "1\n"


def test_requirements_are_what_the_code_imports(tmp_path: Path) -> None:
    text = source("import json\n\nX = json.dumps(1)\n") + cell("import sklearn, os\n")
    it = book(
        tmp_path, one=text + cell("from matplotlib import pyplot\nimport thing\n")
    )
    chapter = it.chapters["docs/one.md"]
    assert requirements(it, chapter) == ["matplotlib", "scikit-learn"]


def test_a_wrong_output_gives_no_notebook(tmp_path: Path) -> None:
    make_book(tmp_path, one=cell("1\n", "2\n"))
    run = literate(tmp_path, "notebook", "docs/one.md")
    assert run.returncode == 1
    assert "docs/one.md:2: the cell displays something else" in run.stderr
    assert not (tmp_path / "one.ipynb").exists()
    make_book(tmp_path, one=cell("1\n", "1\n"))
    run = literate(tmp_path, "notebook", "docs/one.md", "--into", "notebooks")
    assert (run.returncode, run.stdout) == (0, "wrote notebooks/one.ipynb\n")
    assert (tmp_path / "notebooks/one.ipynb").is_file()


def test_the_same_chapter_gives_the_same_bytes(tmp_path: Path) -> None:
    it = book(tmp_path, one=source("X = 1\n") + cell("1\n", "1\n"))
    run = run_cached(it, ["docs/one.md"])["docs/one.md"]
    one, two = (notebook(run) for _ in range(2))
    assert one == two


def test_prose() -> None:
    text = (
        "A formula \\(x^2\\).\n\n\\[\ny = 1\n\\]\n{ .lead }\n"
        '!!! note "A title"\n\n    Inside, see [here](two.md#there).\n'
        "??? tip\n\n    - a list\n    - of two\n<!-- hidden -->\n[out](https://a.b/c.md)\n"
    )
    assert prose(text.splitlines()) == (
        "A formula $x^2$.\n\n$$\ny = 1\n$$\n\n"
        "**A title**\n\nInside, see [here](two.ipynb).\n"
        "**Tip**\n\n- a list\n- of two\n[out](https://a.b/c.md)"
    )


def test_all_cells_of_the_book_are_in_its_notebooks(the_book: Book) -> None:
    for path in the_book.paths[1:4]:
        cells = made(the_book, path).cells
        own = [each.source for each in cells if each.cell_type == "code"][1:]
        assert own == [
            block.code.rstrip("\n")
            if isinstance(block, Cell)
            else f"{block.code}\n# Check the answer:\n{block.check.text}".rstrip("\n")
            if isinstance(block, Exercise)
            else f"%%source {block.title}\n{block.code.rstrip()}"
            for block in the_book.chapters[path].blocks
        ]


def test_a_fence_and_a_list_keep_their_space() -> None:
    text = (
        "```text\nif x:\n    y \\(z\\) <!-- here --> [a](b.md)\n```\n\n"
        "- one\n\n    - two\n\n!!! note\n\n    - three\n\n        ~~~text\n"
        "        !!! note\n            z\n        ~~~\n\n    four\n\nfive"
    )
    assert prose(text.splitlines()) == (
        "```text\nif x:\n    y \\(z\\) <!-- here --> [a](b.md)\n```\n\n"
        "- one\n\n    - two\n\n**Note**\n\n- three\n\n    ~~~text\n"
        "    !!! note\n        z\n    ~~~\n\nfour\n\nfive"
    )
    below_a_cell = ["", "    in the box", "", "        code", "below"]
    assert prose(below_a_cell) == "in the box\n\n    code\nbelow"
