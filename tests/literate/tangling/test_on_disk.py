"""What can stand in the way of the package on disk, and who else may write there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from habits import CORE, MORE, Edit, boxes, carried, make, refused
from literate.book.book import Book
from literate.errors import BookError
from literate.tangling.plan import plan
from literate.tangling.rename import rename
from literate.tangling.stitch import stitch
from making import files_below, literate, make_book, source

EDIT = [Edit("return None", "return 0")]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return boxes(tmp_path)


@pytest.mark.parametrize("locked", [CORE, "thing", "docs/two.md", "docs"])
def test_a_stitch_writes_all_or_nothing(root, locked):
    make(root, EDIT)
    mode = (root / locked).stat().st_mode
    (root / locked).chmod(mode & ~0o222)
    try:
        assert refused(root) == f"{locked}: cannot be written: Permission denied\n"
    finally:
        (root / locked).chmod(mode)
    carried(root)


@pytest.mark.parametrize("name", [CORE, "thing"])
def test_a_link_in_the_place_of_a_file_is_refused(root, name):
    make(root, EDIT)
    (root / name).rename(root / "elsewhere")
    (root / name).symlink_to(root / "elsewhere")
    for command in ("stitch", "tangle"):
        run = literate(root, command)
        assert run.returncode == 1
        assert "goes through a symbolic link" in run.stderr


def test_a_file_with_another_name_is_gone(root):
    make(root, EDIT)
    (root / CORE).rename(root / "thing/kernel.py")
    assert refused(root) == f"{CORE}: this file is gone: tangle to get it back\n"
    run = literate(root, "tangle")
    assert (run.returncode, run.stderr.partition(": ")[0]) == (1, "thing/kernel.py:1")


def test_one_file_that_is_gone_keeps_the_edit_of_another_from_being_carried(root):
    make(root, EDIT)
    (root / MORE).unlink()
    assert refused(root) == f"{MORE}: this file is gone: tangle to get it back\n"


def test_a_folder_in_the_place_of_a_file_is_told(root):
    (root / CORE).unlink()
    (root / CORE).mkdir()
    assert refused(root) == f"{CORE}: this file is gone: tangle to get it back\n"
    run = literate(root, "tangle")
    assert run.stderr == f"{CORE}: cannot be written: Is a directory\n"


def test_an_edited_copy_of_a_file_is_not_dropped(root):
    copy = root / "thing/copy.py"
    copy.write_text((root / CORE).read_text() + "\n\nmine = 1\n")
    assert literate(root, "stitch").returncode == 0
    for options in ([], ["--drop"]):
        run = literate(root, "tangle", *options)
        assert run.returncode == 1
        assert "thing/copy.py:1: this file was edited by hand" in run.stderr
    assert "mine" in copy.read_text()


def test_files_of_the_authors_own_stay(root):
    (root / "thing/mine.py").write_text("x = 1\n")
    (root / "thing/py.typed").write_text("")
    make(root, EDIT)
    carried_files = files_below(root).keys()
    assert literate(root, "stitch").returncode == 0
    assert literate(root, "tangle").returncode == 0
    assert files_below(root).keys() == carried_files


def test_a_module_in_a_folder_of_the_package(tmp_path):
    make_book(tmp_path, one=source("x = 1\n", "thing/part/core.py"))
    assert literate(tmp_path, "tangle").returncode == 0
    file = tmp_path / "thing/part/core.py"
    file.write_text(file.read_text().replace("x = 1", "x = 2"))
    assert literate(tmp_path, "stitch").returncode == 0
    assert "x = 2" in (tmp_path / "docs/one.md").read_text()


@pytest.mark.parametrize("file", ["docs/two.md", "docs/three.md", CORE])
@pytest.mark.parametrize("command", ["stitch", "tangle", "rename"])
def test_what_was_written_meanwhile_is_not_lost(root, command, file):
    if command == "stitch":
        make(root, EDIT)
        work = stitch(Book(root))
    elif command == "tangle":
        chapter = root / "docs/two.md"
        chapter.write_text(chapter.read_text().replace("return None", "return 0"))
        work = plan(Book(root), Book(root).last, root)
    else:
        work = rename(Book(root), "Box.open", "look").plan
    path = root / file
    path.write_text(path.read_text() + "\n# Mine.\n")
    before = files_below(root)
    with pytest.raises(BookError, match="was changed meanwhile: do it again"):
        work.write()
    assert files_below(root) == before


@pytest.mark.slow
def test_commands_at_once_do_the_work_once(root):
    make(root, EDIT)
    command = [sys.executable, "-m", "literate"]
    started = [
        subprocess.Popen([*command, word], cwd=root, stderr=subprocess.PIPE, text=True)
        for word in ("stitch", "tangle", "stitch", "tangle", "stitch")
    ]
    told = [process.communicate()[1] for process in started]
    assert not any("Traceback" in each for each in told), told
    assert 0 in {process.returncode for process in started}
    assert literate(root, "stitch").returncode == 0
    assert literate(root, "tangle", "--check").stdout == ""
    assert "return 0" in (root / "docs/two.md").read_text()
    assert not list(root.rglob("*.literate-new")) + list(root.glob(".literate-jour*"))


# What `--until` says, and how many of the classes Box, Empty and Shelf there are then.
UNTIL = {
    "docs/one.md": 1,
    "docs/one.md:0": 0,
    "docs/two.md:20": 1,  # inside the second block
    "docs/two.md:24": 2,
    "docs/two.md:999999": 3,
    "docs/two.md": 3,
    "docs/three.md": 3,
}


@pytest.mark.parametrize(("place", "count"), UNTIL.items())
def test_until_a_line(root, place, count):
    run = literate(root, "tangle", "--until", place, "--into", "an odd/größe folder")
    assert (run.returncode, run.stderr) == (0, "")
    files = (root / "an odd/größe folder").rglob("*.py")
    text = "".join(file.read_text("utf-8") for file in files)
    names = ("class Box:", "class Empty(", "class Shelf:")
    assert sum(name in text for name in names) == count


@pytest.mark.parametrize("place", ["two.md", "../docs/two.md", "./two.md"])
def test_until_is_named_from_where_one_stands(root, place):
    run = literate(root / "docs", "tangle", "--until", place, "--into", "../there")
    assert (run.returncode, run.stderr) == (0, "")
    assert (root / "there/thing/more.py").is_file()


@pytest.mark.parametrize(
    "place", ["docs/two.md:", "docs/two.md:-1", "docs/two.md:x", ":3", ""]
)
def test_until_no_place_is_an_error(root, place):
    run = literate(root, "tangle", "--until", place, "--into", "there")
    assert run.returncode == 1
    assert "no such chapter in the nav" in run.stderr
    assert not (root / "there").exists()


def test_into_odd_folders(root):
    before = files_below(root)
    into = {"thing": "inside the package", "thing/deep": "inside the package"}
    for folder, message in {**into, "mkdocs.yml": "mkdocs.yml: is no folder"}.items():
        run = literate(root, "tangle", "--into", folder)
        assert run.returncode == 1
        assert message in run.stderr
        assert files_below(root) == before
    for folder in (".", "docs/..", str(root)):
        run = literate(root, "tangle", "--into", folder)
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert files_below(root) == before


def test_until_writes_over_the_package_only_where_nothing_gets_lost(root):
    before = files_below(root)
    run = literate(root, "tangle", "--until", "docs/one.md")
    assert "thing/more.py:1: no chapter makes this file any more" in run.stderr
    assert files_below(root) == before
    assert literate(root, "tangle", "--until", "docs/one.md", "--drop").returncode == 0
    assert not (root / MORE).exists()
    assert literate(root, "tangle").returncode == 0
    assert files_below(root) == before


def test_check_of_a_folder_that_is_not_there_writes_nothing(root):
    run = literate(root, "tangle", "--check", "--into", "there")
    assert run.returncode == 1
    assert "+class Shelf:\n" in run.stdout
    assert not (root / "there").exists()


def test_a_merge_of_tangled_files_is_told(root):
    make(root, [Edit("# Tangled", "<<<<<<< HEAD\n# Tangled")])
    run = literate(root, "tangle")
    assert run.returncode == 1
    assert f"{CORE}:1: a merge left its marks here" in run.stderr
    assert literate(root, "tangle", "--force").returncode == 0
    assert literate(root, "tangle", "--check").returncode == 0


def test_other_line_ends_everywhere_are_an_edit(root):
    raw = (root / CORE).read_bytes()
    (root / CORE).write_bytes(raw.replace(b"\n", b"\r\n"))
    assert f"{CORE}:1: this file was edited by hand" in literate(root, "tangle").stderr
    assert f"{CORE}:1: CRLF line end" in refused(root)
    assert literate(root, "tangle", "--force").returncode == 0
    assert (root / CORE).read_bytes() == raw


def test_another_encoding_is_told_by_its_line(root):
    make(root, [Edit("return None", "return 'größe'")])
    path = root / CORE
    path.write_bytes(path.read_text("utf-8").encode("latin-1"))
    assert refused(root) == f"{CORE}:34: not valid UTF-8\n"
    assert f"{CORE}:1: this file was edited by hand" in literate(root, "tangle").stderr


def test_branches_that_stitched_are_merged_by_git(root):
    def git(*words: str) -> int:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
        command = ["git", *identity, *words]
        return subprocess.run(command, cwd=root, capture_output=True).returncode

    def commit(edit: Edit, branch: str) -> None:
        assert git("checkout", "-q", "-b", branch, "start") == 0
        make(root, [edit])
        carried(root)
        assert git("commit", "-qam", branch) == 0

    assert git("init", "-q", "-b", "start") == 0
    assert git("add", "docs", "thing", "mkdocs.yml") == 0
    assert git("commit", "-qm", "start") == 0
    commit(Edit("return None", "return 0"), "one")
    commit(Edit("2 * value", "value * 2"), "two")
    assert git("merge", "-q", "one") == 1  # both changed the first line of the package
    for command in ("stitch", "tangle"):
        told = literate(root, command).stderr
        assert told.startswith(f"{CORE}:1: a merge left its marks here")
    assert literate(root, "tangle", "--force").returncode == 0
    assert literate(root, "tangle", "--check").returncode == 0
    text = (root / CORE).read_text()
    assert "return 0" in text and "value * 2" in text and "<<<" not in text


def test_a_difference_ends_its_lines_where_python_does(root):
    make(root, [Edit("return None", "return None  # a\u2028b\x85c")])
    lines = literate(root, "stitch", "--check").stdout.split("\n")
    assert "+                return None  # a\u2028b\x85c" in lines
    assert not any("No newline" in line for line in lines)
