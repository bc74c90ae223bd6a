"""A killed process leaves the old files or the new ones, never a mixture."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

import pytest
from crashing import dies_at
from making import files_below, make_book, source

from literate.__main__ import main
from literate.book import Book
from literate.files import recover, write_all


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("old a\n")
    (tmp_path / "gone.txt").write_text("old\n")
    return tmp_path


def test_all_is_written_and_removed(root):
    new = root / "new/b.txt"
    write_all({root / "a.txt": "new a\n", new: "b\n", root / "gone.txt": None}, root)
    assert files_below(root) == {"a.txt": b"new a\n", "new/b.txt": b"b\n"}
    assert sorted(os.listdir(root)) == ["a.txt", "new"]


def test_a_single_file_needs_no_root(root):
    write_all({root / "a.txt": "new\n"})
    assert (root / "a.txt").read_text() == "new\n"
    assert sorted(os.listdir(root)) == ["a.txt", "gone.txt"]


def test_new_files_have_the_modes_that_the_umask_allows(root):
    mask = os.umask(0o027)
    try:
        write_all({root / "new.txt": ""}, root)
    finally:
        os.umask(mask)
    assert (root / "new.txt").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("obstacle", ["folder", "file above", "no write bit"])
def test_nothing_is_written_where_one_file_cannot_be(root, obstacle):
    target = root / "b"
    if obstacle == "folder":
        target.mkdir()
    elif obstacle == "file above":
        target = root / "a.txt" / "b"
    else:
        target.write_text("x")
        target.chmod(0o444)
    before = files_below(root)
    with pytest.raises(OSError):
        write_all({root / "a.txt": "new\n", target: "b\n"}, root)
    assert files_below(root) == before


def test_a_full_disk_changes_nothing(root, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = files_below(root)
    with pytest.raises(OSError, match="No space left"):
        write_all({root / "a.txt": "new\n"}, root)
    assert files_below(root) == before


def test_a_process_killed_at_any_write_leaves_the_old_or_the_new_files(tmp_path):
    outcomes = set()
    for number in count(1):
        root = tmp_path / str(number)
        root.mkdir()
        (root / "a.txt").write_text("old a\n")
        (root / "gone.txt").write_text("old\n")
        old = files_below(root)
        changes = {
            root / "a.txt": "new a\n",
            root / "new/b.txt": "b\n",
            root / "gone.txt": None,
        }
        died = dies_at(number, lambda r=root, c=changes: write_all(c, r))
        recover(root)
        new = {"a.txt": b"new a\n", "new/b.txt": b"b\n"}
        found = files_below(root)
        assert found in (old, new), number
        outcomes.add("old" if found == old else "new")
        write_all(changes, root)
        assert files_below(root) == new
        if not died:
            break
    assert outcomes == {"old", "new"}
    assert number > 15


def test_a_recovery_that_is_killed_is_recovered(tmp_path):
    for number in count(1):
        root = tmp_path / str(number)
        root.mkdir()
        files = {root / name: f"new {name}\n" for name in "abc"}
        for path in files:
            path.write_text("old\n")
        in_the_middle = 17  # after the list and one of three files
        assert dies_at(in_the_middle, lambda r=root, f=files: write_all(f, r))
        assert files_below(root)["a"] != files_below(root)["b"]
        died = dies_at(number, lambda r=root: recover(r))
        recover(root)
        assert files_below(root) == {name: f"new {name}\n".encode() for name in "abc"}
        if not died:
            break
    assert number > 3


def test_what_was_edited_after_the_kill_is_kept(root):
    changes = {root / "a.txt": "new a\n", root / "gone.txt": None}
    for number in count(1):
        assert dies_at(number, lambda: write_all(changes, root))
        if (root / ".literate/list.json").exists():
            break
        recover(root)
    (root / "a.txt").write_text("mine\n")
    recover(root)
    assert (root / "a.txt").read_text() == "mine\n"
    assert not (root / "gone.txt").exists()


def states(root: Path) -> dict[str, bytes]:
    return {name: text for name, text in files_below(root).items() if "thing/" in name}


def test_a_tangle_killed_at_any_write_is_whole_at_the_next_command(
    tmp_path, monkeypatch
):
    first = "# One\n" + source("a = 1\n") + source("b = 1\n", "thing/old.py")
    second = "# One\n" + source("a = 2\n") + source("b = 2\n", "thing/new.py")
    seen = set()
    for number in count(1):
        root = make_book(tmp_path / str(number), one=first)
        monkeypatch.chdir(root)
        main(["tangle"])
        old = states(root)
        make_book(root, one=second)
        died = dies_at(number, lambda: main(["tangle"]))
        Book(root)
        found = states(root)
        assert main(["tangle"]) == 0
        new = states(root)
        assert sorted(new) == ["thing/core.py", "thing/new.py"]
        assert found in (old, new), number
        seen.add(found == new)
        assert not (root / ".literate").exists()
        if not died:
            break
    assert seen == {True, False}
