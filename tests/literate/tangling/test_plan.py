"""`python -m literate tangle`, as a person runs it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from literate.cli import main
from literate.tangling.plan import digest, file_text, plan
from making import ROOT, book, cell, files_below, literate, make_book, source

ONE = "# One\n" + source("class A:\n    x = 1\n") + cell("1 + 1\n", "2\n")
TWO = "# Two\n" + source("class A:\n    ...\n    y = 2\n") + source("z = 3\n")
WHOLE = "class A:\n    x = 1\n    y = 2\n\n\nz = 3\n"


def tangled(text: str) -> str:
    return f"# Tangled from the book: edit its chapters. Digest: {digest(text)}\n{text}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_book(tmp_path, one=ONE, two=TWO)


def core(root: Path) -> str:
    return (root / "thing/core.py").read_text("utf-8")


def test_tangle_writes_the_package_and_says_so(root):
    run = literate(root, "tangle")
    assert (run.returncode, run.stdout, run.stderr) == (0, "wrote thing/core.py\n", "")
    assert core(root) == tangled(WHOLE)


def test_tangling_twice_changes_nothing(root):
    literate(root, "tangle")
    file = root / "thing/core.py"
    before = files_below(root), file.stat().st_mtime_ns, file.stat().st_ino
    run = literate(root, "tangle")
    assert (run.returncode, run.stdout) == (0, "")
    assert before == (files_below(root), file.stat().st_mtime_ns, file.stat().st_ino)


def test_deleting_and_tangling_gives_the_same_bytes(root):
    literate(root, "tangle")
    before = files_below(root)
    (root / "thing/core.py").unlink()
    (root / "thing").rmdir()
    literate(root, "tangle")
    assert files_below(root) == before


def test_it_works_from_a_folder_below(root):
    assert literate(root / "docs", "tangle").stdout == "wrote thing/core.py\n"


def test_check_passes_where_package_and_book_are_the_same(root):
    literate(root, "tangle")
    run = literate(root, "tangle", "--check")
    assert (run.returncode, run.stdout) == (0, "")


def test_check_prints_a_diff_and_writes_nothing(root):
    literate(root, "tangle")
    chapter = root / "docs/two.md"
    chapter.write_text(chapter.read_text().replace("z = 3", "z = 4"))
    before = files_below(root)
    run = literate(root, "tangle", "--check")
    assert run.returncode == 1
    assert "--- on disk: thing/core.py\n+++ book: thing/core.py\n" in run.stdout
    assert "\n-z = 3\n+z = 4\n" in run.stdout
    assert files_below(root) == before


def test_until_and_into_write_any_snapshot(root, tmp_path):
    line = TWO[: TWO.index("z = 3")].count("\n")
    for place, expected in [
        ("docs/one.md", "class A:\n    x = 1\n"),
        (f"docs/two.md:{line}", "class A:\n    x = 1\n    y = 2\n"),
        ("docs/two.md", WHOLE),
    ]:
        run = literate(root, "tangle", "--until", place, "--into", "build/there")
        assert (run.returncode, run.stderr) == (0, "")
        assert (root / "build/there/thing/core.py").read_text() == tangled(expected)
    assert not (root / "thing").exists()


def test_until_a_line_above_the_first_block_is_an_empty_package(root):
    run = literate(root, "tangle", "--until", "docs/one.md:1", "--into", "there")
    assert (run.returncode, run.stdout) == (0, "")


def test_until_an_unknown_chapter_is_an_error(root):
    run = literate(root, "tangle", "--until", "docs/three.md")
    message = "docs/three.md:1: no such chapter in the nav of mkdocs.yml"
    message += ": did you mean docs/two.md?\n"
    assert (run.returncode, run.stdout, run.stderr) == (1, "", message)


def test_wrong_usage_exits_with_2(root):
    for words in ([], ["tangel"], ["tangle", "--no-such-option"]):
        assert literate(root, *words).returncode == 2


def test_files_that_no_chapter_makes_any_more_are_removed_if_asked_for(root):
    literate(root, "tangle")
    (root / "thing/core.py").rename(root / "thing/gone.py")
    (root / "thing/mine.py").write_text("x = 1\n")
    before = files_below(root)
    refused = literate(root, "tangle")
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        "thing/gone.py:1: no chapter makes this file any more: "
        "tangle with --drop to remove it\n",
    )
    assert files_below(root) == before
    run = literate(root, "tangle", "--drop")
    assert sorted(run.stdout.splitlines()) == [
        "removed thing/gone.py",
        "wrote thing/core.py",
    ]
    assert sorted(os.listdir(root / "thing")) == ["core.py", "mine.py"]


def test_file_modes_are_kept(root):
    literate(root, "tangle")
    file = root / "thing/core.py"
    file.chmod(0o755)
    (root / "docs/two.md").write_text("# Two\n")
    literate(root, "tangle")
    assert file.stat().st_mode & 0o777 == 0o755
    assert core(root) == tangled("class A:\n    x = 1\n")


HAND_EDITED = (
    "thing/core.py:1: this file was edited by hand: carry the edit back with `stitch`, "
    "or tangle with --force to drop it\n"
)


@pytest.mark.parametrize("edit", [b"w = 4\n", b"\xff\n"])
def test_a_hand_edited_file_is_not_written_over(root, edit):
    literate(root, "tangle")
    with (root / "thing/core.py").open("ab") as file:
        file.write(edit)
    before = files_below(root)
    run = literate(root, "tangle")
    assert (run.returncode, run.stdout, run.stderr) == (1, "", HAND_EDITED)
    assert files_below(root) == before
    assert literate(root, "tangle", "--force").returncode == 0
    assert core(root) == tangled(WHOLE)


def test_line_ends_are_an_edit_too(root):
    literate(root, "tangle")
    file = root / "thing/core.py"
    first, _, rest = file.read_bytes().partition(b"\n")
    file.write_bytes(first + b"\n" + rest.replace(b"\n", b"\r\n"))
    assert literate(root, "tangle").stderr == HAND_EDITED


def test_a_file_that_was_not_tangled_is_not_written_over(root):
    (root / "thing").mkdir()
    (root / "thing/core.py").write_text("x = 1\n")
    run = literate(root, "tangle")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        "thing/core.py:1: this file was not tangled: move it away, "
        "or tangle with --force to replace it\n"
    )
    assert core(root) == "x = 1\n"


def test_one_file_that_cannot_be_written_keeps_all_others_from_being_written(root):
    (root / "docs/one.md").write_text(ONE + source("x = 1\n", "thing/also.py"))
    (root / "thing/core.py").mkdir(parents=True)
    run = literate(root, "tangle")
    message = "thing/core.py: cannot be written: Is a directory\n"
    assert (run.returncode, run.stderr) == (1, message)
    assert not (root / "thing/also.py").exists()


@pytest.mark.parametrize("locked", ["thing/core.py", "thing"])
def test_a_read_only_target_is_an_error(root, locked):
    literate(root, "tangle")
    (root / "docs/two.md").write_text("# Two\n" + source("x = 1\n", "thing/also.py"))
    before = files_below(root)
    mode = (root / locked).stat().st_mode
    (root / locked).chmod(mode & ~0o222)
    try:
        run = literate(root, "tangle")
        message = f"{locked}: cannot be written: Permission denied\n"
        assert (run.returncode, run.stdout, run.stderr) == (1, "", message)
    finally:
        (root / locked).chmod(mode)
    assert files_below(root) == before


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("thing/../core.py", "is not a Python file inside thing/"),
        ("../thing/core.py", "is not a Python file inside thing/"),
        ("/tmp/thing/core.py", "is not a Python file inside thing/"),
        ("other/core.py", "is not a Python file inside thing/"),
        ("core.py", "is not a Python file inside thing/"),
        ("thing/core.txt", "is not a Python file inside thing/"),
        ("thing//core.py", "is not a Python file inside thing/"),
        ("./thing/core.py", "is not a Python file inside thing/"),
        ("thing/my core.py", "is not a Python file inside thing/"),
        ("thing/core.py notest", "is not a Python file inside thing/"),
        ("", "is not a Python file inside thing/"),
        ("thing/link/core.py", "goes through a symbolic link"),
        ("thing/link.py", "goes through a symbolic link"),
    ],
)
def test_a_title_outside_the_package_is_an_error(root, title, message):
    (root / "elsewhere").mkdir()
    (root / "thing").mkdir()
    (root / "thing/link").symlink_to(root / "elsewhere")
    (root / "thing/link.py").symlink_to(root / "elsewhere/x.py")
    (root / "docs/two.md").write_text("# Two\n" + source("x = 1\n", title))
    before = files_below(root)
    run = literate(root, "tangle")
    expected = f"docs/two.md:3: the title {title!r} {message}\n"
    assert (run.returncode, run.stdout, run.stderr) == (1, "", expected)
    assert files_below(root) == before


def test_words_that_other_tools_take_for_options_are_fine_in_a_title(root):
    text = source("x = 1\n", "thing/notest.py") + source(
        "y = 1\n", "thing/continuation.py"
    )
    (root / "docs/two.md").write_text(text)
    run = literate(root, "tangle")
    assert run.stdout.splitlines() == [
        "wrote thing/core.py",
        "wrote thing/notest.py",
        "wrote thing/continuation.py",
    ]


def test_into_a_folder_with_a_symbolic_link_is_an_error(root):
    (root / "there").mkdir()
    (root / "elsewhere").mkdir()
    (root / "there/thing").symlink_to(root / "elsewhere")
    run = literate(root, "tangle", "--into", "there")
    message = "thing/core.py: goes through a symbolic link: remove it\n"
    assert (run.returncode, run.stderr) == (1, message)
    assert os.listdir(root / "elsewhere") == []


@pytest.mark.parametrize(
    ("chapter", "message"),
    [
        ("\n```python\nx\n", "2: unclosed fence"),
        (
            "- a\n\n\t```python\n\tx\n\t```\n",
            "3: tab before a fence: indent it with spaces",
        ),
        (
            "> ```python\n> x\n> ```\n",
            "1: a fence in a block quote: move it out of the quote",
        ),
        ("````python\n```\n```python\n```\n", "1: unclosed fence"),
        (
            "# Two\r\n",
            "1: CRLF line end: save the file with LF line ends, and keep git from "
            "changing them by a line `* text=auto eol=lf` in .gitattributes",
        ),
        (
            "\ufeff# Two\n",
            "1: byte order mark: save the file as UTF-8 without one",
        ),
        (
            source("class B:\n    ...\n    x = 1\n"),
            "3: class B is re-opened by `...`, but it does not exist here",
        ),
        (
            source("def A():\n    pass\n"),
            "3: 'A' is a class since docs/one.md:4 and a function or value here: "
            "remove it first with `del A`",
        ),
        (
            source("x = 1\ny = = 2\n"),
            "4: this source block is not valid Python: invalid syntax",
        ),
    ],
)
def test_a_bad_chapter_is_an_error_with_its_line_and_writes_nothing(
    root, chapter, message
):
    (root / "docs/two.md").write_text(chapter, "utf-8", newline="")
    before = files_below(root)
    run = literate(root, "tangle")
    assert (run.returncode, run.stdout, run.stderr) == (
        1,
        "",
        f"docs/two.md:{message}\n",
    )
    assert files_below(root) == before


@pytest.mark.parametrize(
    "chapter",
    [
        '~~~python title="thing/core.py"\nw = 1\n~~~\n',
        '````python title="thing/core.py"\nw = 1\n````\n',
        '!!! note\n\n    ```python title="thing/core.py"\n    w = 1\n    ```\n',
        '=== "Tab"\n\n    ```python title="thing/core.py"\n    w = 1\n    ```\n',
        '- item\n\n    ```python title="thing/core.py"\n    w = 1\n    ```\n',
    ],
)
def test_a_fence_elsewhere_on_the_page_counts(root, chapter):
    (root / "docs/two.md").write_text(chapter)
    assert literate(root, "tangle").returncode == 0
    assert core(root) == tangled("class A:\n    x = 1\n\n\nw = 1\n")


NOT_UTF_8 = "not valid UTF-8: save it as such"


def test_a_chapter_that_is_not_utf_8_is_an_error(root):
    (root / "docs/two.md").write_bytes(b"\xff\n")
    run = literate(root, "tangle")
    assert (run.returncode, run.stderr) == (1, f"docs/two.md:1: {NOT_UTF_8}\n")


def test_a_chapter_of_the_nav_that_is_missing_is_an_error(root):
    (root / "docs/two.md").unlink()
    run = literate(root, "tangle")
    message = "mkdocs.yml:4: nav names docs/two.md, which is not there\n"
    assert (run.returncode, run.stdout, run.stderr) == (1, "", message)


def test_a_chapter_that_the_nav_leaves_out_is_an_error(root):
    (root / "docs/three.md").write_text("# Three\n")
    run = literate(root, "tangle")
    message = (
        "docs/three.md:1: this page is not in the nav of mkdocs.yml: "
        "add it there, or name it in `draft_docs`\n"
    )
    assert (run.returncode, run.stdout, run.stderr) == (1, "", message)


NAMELESS = "name the package: `literate.weave: {package: …}` as an extension"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nav: []\n", f"1: {NAMELESS}"),
        ("markdown_extensions:\n  - literate.weave\n", f"2: {NAMELESS}"),
        ("markdown_extensions:\n  literate.weave: {}\n", f"2: {NAMELESS}"),
        ("markdown_extensions:\n  - literate.weave: thing\n", f"2: {NAMELESS}"),
        (
            "nav: [\n",
            "2: not valid YAML: expected the node content, but found '<stream end>'",
        ),
    ],
)
def test_a_bad_configuration_is_an_error(root, text, message):
    (root / "mkdocs.yml").write_text(text)
    run = literate(root, "tangle")
    assert (run.returncode, run.stderr) == (1, f"mkdocs.yml:{message}\n")


def test_extensions_may_be_told_as_a_mapping(root):
    (root / "mkdocs.yml").write_text(
        "nav: [one.md, two.md]\nmarkdown_extensions:\n"
        "  admonition: {}\n  literate.weave: {package: thing}\n"
    )
    assert literate(root, "tangle").stdout == "wrote thing/core.py\n"


def test_without_a_book_there_is_an_error(tmp_path):
    run = literate(tmp_path, "tangle")
    message = f"{tmp_path}: no mkdocs.yml of a book here or in a folder above\n"
    assert (run.returncode, run.stderr) == (1, message)


def test_main_returns_the_exit_status(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    assert main(["tangle", "--check"]) == 1
    assert main(["tangle"]) == 0
    assert main(["tangle", "--check"]) == 0
    assert capsys.readouterr().err == ""


def test_the_first_line_is_the_only_marker(tmp_path):
    there = book(tmp_path, one=ONE, two=TWO)
    text = file_text(there.last["thing/core.py"], "thing")
    assert text.split("\n", 1)[1] == WHOLE


def test_the_package_on_disk_is_the_last_snapshot_of_the_real_book():
    from literate.book.book import Book

    real = Book(ROOT)
    assert plan(real, real.last, ROOT).diff() == ""


BOX_OF_ONE = "class Box:\n    def one(self) -> int:\n        return 1\n"
BOX_OF_TWO = "class Box:\n    def two(self) -> int:\n        return 2\n"


def test_members_that_a_class_would_lose_are_refused_until_asked_for(tmp_path):
    make_book(tmp_path, one=source(BOX_OF_ONE), two="# Two\n" + source(BOX_OF_TWO))
    run = literate(tmp_path, "tangle")
    assert run.returncode == 1
    assert run.stderr == (
        "docs/two.md:3: this block defines a class whole, and so drops `Box.one`: put "
        "a bare `...` into its body to keep them, `del` them there, or tangle with "
        "--drop\n"
    )
    assert not (tmp_path / "thing").exists()
    assert literate(tmp_path, "tangle", "--drop").returncode == 0
    assert "def one" not in (tmp_path / "thing/core.py").read_text()


@pytest.mark.parametrize("first", ["    ...\n\n", "    del one\n\n"])
def test_members_that_a_class_keeps_or_deletes_are_not_lost(tmp_path, first):
    text = BOX_OF_TWO.replace("class Box:\n", f"class Box:\n{first}")
    make_book(tmp_path, one=source(BOX_OF_ONE), two=source(text))
    assert literate(tmp_path, "tangle").returncode == 0
    kept = "def one" in (tmp_path / "thing/core.py").read_text()
    assert kept is ("..." in first)


def test_everything_that_is_wrong_is_told_in_one_run(tmp_path):
    make_book(
        tmp_path,
        one="# One\n" + source("def f(:\n    pass\n") + "```outptu\n```\n",
        two="# Two\n" + source("x = = 1\n") + source("for i in y: pass\n"),
    )
    told = literate(tmp_path, "tangle").stderr.splitlines()
    assert [line.split(": ")[0] for line in told] == [
        "docs/one.md:8",
        "docs/two.md:4",
        "docs/two.md:9",
    ]
    assert "did you mean `output`?" in told[0]


def test_modules_that_import_names_from_each_other_are_told(tmp_path):
    one = source("from thing.b import y\n\nx = 1\n", "thing/a.py")
    two = source("from thing.a import x\n\ny = 1\n", "thing/b.py")
    make_book(tmp_path, one="# One\n" + one, two=two)
    told = literate(tmp_path, "tangle")
    assert (told.returncode, told.stderr.partition(" names")[0]) == (
        1,
        "docs/one.md:4: thing/a.py and thing/b.py import",
    )
    whole = two.replace("from thing.a import x", "from thing import a")
    make_book(tmp_path, one="# One\n" + one, two=whole)
    assert literate(tmp_path, "tangle").returncode == 0


def test_what_each_block_does_can_be_told(tmp_path):
    more = "class Box:\n    ...\n\n    del one\n\n    def three(self) -> int:\n"
    more += "        return 3\n"
    make_book(tmp_path, one=source(BOX_OF_ONE), two=source(more))
    assert literate(tmp_path, "tangle", "--explain").stdout == (
        "docs/one.md:2: thing/core.py: added Box\n"
        "docs/two.md:2: thing/core.py: added Box.three; removed Box.one\n"
    )
