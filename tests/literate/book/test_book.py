"""The book as a program that evolves."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from literate.book.book import Book
from literate.errors import BookError
from literate.kernel.source.rendering import render
from making import ROOT, book, cell, make_book, source, text_of

ONE = "# One\n" + source("a = 1\n") + source("b = 2\n", "thing/other.py")
TWO = "# Two\n" + source("a = 3\n") + cell("a\n", "3\n")


def texts(snapshot) -> dict[str, str]:
    return {title: text_of(module) for title, module in snapshot.items()}


def test_chapters_come_in_the_order_of_the_nav(tmp_path):
    there = book(tmp_path, two="# Two\n", one="# One\n")
    assert there.paths == ["docs/two.md", "docs/one.md"]
    assert [chapter.title for chapter in there.chapters.values()] == ["Two", "One"]


def test_a_comment_of_the_front_matter_is_no_title(tmp_path):
    text = "---\n# a comment of YAML\nsearch:\n  boost: 2\n---\n\n# The title\n"
    assert book(tmp_path, one=text).chapters["docs/one.md"].title == "The title"


def test_a_nav_may_have_sections_titles_and_links(tmp_path):
    make_book(tmp_path, one="# One\n", two="# Two\n")
    config = tmp_path / "mkdocs.yml"
    nav = (
        "nav:\n  - Part:\n      - Title: one.md\n      - two.md\n"
        "  - Elsewhere: https://example.org/readme.md\nsite_url: !ENV [X, '']\n"
    )
    config.write_text(nav + config.read_text().partition("two.md\n")[2])
    assert Book(tmp_path).paths == ["docs/one.md", "docs/two.md"]


def test_at_any_line_the_package_is_what_the_blocks_above_make(tmp_path):
    there = book(tmp_path, one=ONE, two=TWO)
    assert texts(there.snapshot("docs/one.md", 2)) == {}
    assert texts(there.snapshot("docs/one.md", 4)) == {}
    assert texts(there.snapshot("docs/one.md", 5)) == {"thing/core.py": "a = 1\n"}
    end = {"thing/core.py": "a = 1\n", "thing/other.py": "b = 2\n"}
    assert texts(there.snapshot("docs/one.md")) == end
    assert texts(there.snapshot_above("docs/two.md")) == end
    assert texts(there.snapshot("docs/two.md", 1)) == end
    assert texts(there.last) == {**end, "thing/core.py": "a = 3\n"}
    assert texts(there.snapshot_above("README.md")) == texts(there.last)


def test_an_earlier_chapter_knows_nothing_of_a_later_one(tmp_path):
    there = book(tmp_path, one=ONE, two=TWO + source("a = 3 = 4\n"))
    assert texts(there.snapshot("docs/one.md"))["thing/core.py"] == "a = 1\n"
    with pytest.raises(BookError, match=r"docs/two\.md:18: .* not valid Python"):
        there.snapshot("docs/two.md")


def test_a_step_tells_its_block_its_changes_and_the_package_after_it(tmp_path):
    there = book(tmp_path, one=ONE, two=TWO)
    [step] = there.steps("docs/two.md")
    assert step.source.fence.line == 3
    assert [(each.address, each.action) for each in step.changes] == [("a", "replaced")]
    assert step.changes[0].before.origin == ("docs/one.md", 4)
    assert step.snapshot == there.last


def test_a_page_outside_the_nav_holds_cells_only(tmp_path):
    there = book(tmp_path, one=ONE)
    (tmp_path / "README.md").write_text(cell("1\n", "1\n"))
    assert len(there.page("README.md").cells) == 1
    (tmp_path / "README.md").write_text(source("x = 1\n"))
    message = r"README\.md:2: a source block outside the chapters of the nav"
    with pytest.raises(BookError, match=message):
        there.page("README.md")


def test_a_book_is_found_from_any_folder_below(tmp_path):
    make_book(tmp_path, one=ONE)
    assert Book.find(tmp_path / "docs").root == tmp_path.resolve()


IMPORTER = """
import importlib, os, sys
for folder in sorted(os.listdir()):
    child = os.fork()
    if not child:
        sys.path.insert(0, os.path.abspath(folder))
        try:
            with open(os.path.join(folder, "modules")) as names:
                modules = names.read().split()
            for name in modules:
                importlib.import_module(name)
        except BaseException as error:
            print(folder, repr(error), flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.mark.slow
def test_every_snapshot_of_the_real_book_imports_on_its_own(tmp_path: Path):
    real = Book(ROOT)
    count = 0
    for path in real.paths:
        for step in real.steps(path):
            count += 1
            name = f"{count:03} {Path(path).stem} line {step.source.fence.line}"
            folder = tmp_path / name
            names = []
            for title, module in step.snapshot.items():
                lines = render(module, real.package)
                file = folder / title
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("".join(f"{line.text}\n" for line in lines), "utf-8")
                ast.parse(file.read_text("utf-8"))
                names.append(title.removesuffix(".py").replace("/", "."))
            modules = " ".join(names).replace(".__init__", "")
            (folder / "modules").write_text(modules)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORTER],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert count > 20


def test_a_near_miss_of_a_title_is_told(tmp_path):
    again = source("class A:\n    ...\n    y = 2\n", "thing/croe.py")
    with pytest.raises(BookError) as caught:
        _ = book(tmp_path, one=source("class A:\n    x = 1\n"), two=again).last
    assert caught.value.message == (
        "class A is re-opened by `...`, but it does not exist here; "
        "thing/croe.py is new: did you mean thing/core.py?"
    )


def test_a_fence_that_lacks_its_title_is_told(tmp_path):
    forgotten = source("class A:\n    x = 1\n").replace(' title="thing/core.py"', "")
    again = source("class A:\n    ...\n    y = 2\n")
    with pytest.raises(BookError) as caught:
        _ = book(tmp_path, one=forgotten, two=again).last
    assert caught.value.message == (
        "class A is re-opened by `...`, but it does not exist here; "
        "the cell at docs/one.md:2 defines it: "
        'does its fence lack `title="thing/core.py"`?'
    )


def test_a_class_that_a_chapter_below_defines_is_found_there(tmp_path):
    again = source("class A:\n    ...\n    y = 2\n")
    first = source("class A:\n    x = 1\n")
    with pytest.raises(BookError) as caught:
        _ = book(tmp_path, two=again, wrong="```python\n", one=first).last
    assert caught.value.message == (
        "class A is re-opened by `...`, but it does not exist here; "
        "docs/one.md:2 defines it, further down"
    )


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("thing/class.py", "is not a Python file inside thing/"),
        ("thing/Core.py", "and thing/core.py would be one module"),
        ("thing/core/part.py", "and thing/core.py would be one module"),
        ("thing/core/__init__.py", "and thing/core.py would be one module"),
    ],
)
def test_a_title_that_no_import_could_reach_is_refused(tmp_path, title, message):
    there = book(tmp_path, one=source("x = 1\n") + source("y = 1\n", title))
    with pytest.raises(BookError) as caught:
        _ = there.last
    assert (caught.value.line, message in caught.value.message) == (7, True)


def test_a_chapter_in_another_encoding_is_told_with_its_line(tmp_path):
    there = book(tmp_path, one=ONE)
    (tmp_path / "docs/one.md").write_bytes("# One\n\nGröße\n".encode("latin-1"))
    with pytest.raises(BookError, match=r"docs/one\.md:3: not valid UTF-8: save it"):
        _ = there.chapters


def test_many_pages_in_a_row_may_hold_no_source(tmp_path: Path) -> None:
    pages = {f"p{number:04}": "# A page\n" for number in range(700)}
    it = book(tmp_path, one=ONE, **pages)
    assert texts(it.last) == {"thing/core.py": "a = 1\n", "thing/other.py": "b = 2\n"}


@pytest.mark.parametrize("name", ["a[1].md", "a::b.md", "a.markdown"])
def test_a_page_that_pytest_cannot_run_is_an_error(tmp_path, name):
    make_book(tmp_path)
    (tmp_path / "docs" / name).write_text("# A\n")
    config = tmp_path / "mkdocs.yml"
    config.write_text(config.read_text().replace("nav:\n", f'nav: ["{name}"]\n'))
    with pytest.raises(BookError, match="this page would be shown but not run"):
        Book(tmp_path)
