"""A killed process leaves whole files, and the next command completes its work."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import pytest
from crashing import killed_at_each_write
from literate.cli import main
from literate.files import complete, write_all
from making import files_below, make_book, source

from literate import files

OLD = {
    "a/changed.txt": "old\n",
    "a/gone.txt": "old\n",
    "a/same.txt": "same\n",
    "b/changed.txt": "old\n",
    "b/in/changed.txt": "old\n",
    "c.txt": "old\n",
}
CHANGES = {
    "a/changed.txt": "new\n",
    "a/gone.txt": None,
    "a/new/added.txt": "new\n",
    "b/changed.txt": "new\n",
    "b/in/changed.txt": "new\n",
    "c.txt": "new\n",
    "d/one.txt": "new\n",
    "d/two.txt": "new\n",
}
NEW = {name: text for name, text in {**OLD, **CHANGES}.items() if text is not None}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(tmp_path, OLD)


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk, which outlives a killed process."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


def make(root: Path, texts: Mapping[str, str]) -> Path:
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def write(root: Path, changes: Mapping[str, str | None] = CHANGES) -> None:
    write_all({root / name: text for name, text in changes.items()}, root)


def texts(root: Path, folder: str = "") -> dict[str, str]:
    """The texts of all files, but for what stands aside."""
    found = {name: text.decode() for name, text in files_below(root / folder).items()}
    return {name: text for name, text in found.items() if ".literate" not in name}


def in_folder(texts: Mapping[str, str], folder: str) -> dict[str, str]:
    start = f"{folder}/"
    return {
        name.removeprefix(start): text
        for name, text in texts.items()
        if name.startswith(start)
    }


def test_all_is_written_and_removed(root):
    write(root)
    assert texts(root) == NEW
    assert sorted(os.listdir(root)) == ["a", "b", "c.txt", "d"]


def test_new_files_have_the_modes_that_the_umask_allows(root):
    mask = os.umask(0o027)
    try:
        write(root, {"a/new.txt": "", "a/changed.txt": "", "new.txt": ""})
    finally:
        os.umask(mask)
    modes = [(root / name).stat().st_mode & 0o777 for name in ("a/new.txt", "new.txt")]
    assert modes == [0o640, 0o640]


def test_old_files_keep_their_modes(root):
    for name in ("a/changed.txt", "c.txt"):
        (root / name).chmod(0o751)
    write(root)
    for name in ("a/changed.txt", "c.txt"):
        assert (root / name).stat().st_mode & 0o777 == 0o751


def test_everything_else_in_a_folder_stays_as_it_is(root):
    make(root, {"a/__pycache__/x.pyc": "x", "a/mine/.hidden": "mine"})
    (root / "a/py.typed").touch(mode=0o600)
    (root / "a/link").symlink_to("nowhere")
    (root / "a/mine").chmod(0o555)
    names = ["a", "a/same.txt", "a/__pycache__/x.pyc", "a/mine", "a/py.typed", "a/link"]

    def told() -> list[tuple[int, int]]:
        stats = [os.lstat(root / name) for name in names]
        return [(each.st_ino, each.st_mode) for each in stats]

    before = told()
    write(root)
    assert told() == before
    assert (root / "a/same.txt").stat().st_nlink == 1


def test_another_name_of_a_changed_file_keeps_the_old_text(root):
    (root / "kept.txt").hardlink_to(root / "a/changed.txt")
    write(root)
    assert (root / "kept.txt").read_text() == "old\n"


@pytest.mark.parametrize("obstacle", ["folder", "file above", "no write bit", "link"])
def test_nothing_is_written_where_one_file_cannot_be(root, obstacle):
    target = root / "a/b"
    if obstacle == "folder":
        target.mkdir()
    elif obstacle == "file above":
        target = root / "a/same.txt/b"
    elif obstacle == "link":
        target.symlink_to(root / "b")
        target = target / "changed.txt"
    else:
        target.write_text("x")
        target.chmod(0o444)
    before = files_below(root)
    with pytest.raises(OSError):
        write_all({root / "a/changed.txt": "new\n", target: "b\n"}, root)
    assert files_below(root) == before


def test_a_full_disk_is_completed_once_there_is_room(root, monkeypatch):
    sync, calls = os.fsync, count(1)

    def full(descriptor):
        if next(calls) > 5:
            raise OSError(28, "No space left on device")
        sync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            write(root)
    assert set(texts(root).values()) <= {"old\n", "new\n", "same\n"}
    complete(root)
    assert texts(root) == NEW


@pytest.mark.slow
def test_a_process_killed_at_any_write_leaves_whole_files_and_is_completed(
    tmp_path, no_waiting
):
    seen = []
    for root in killed_at_each_write(tmp_path, lambda root: make(root, OLD), write):
        assert set(texts(root).values()) <= {"old\n", "new\n", "same\n"}, root
        complete(root)
        seen.append(texts(root))
        assert seen[-1] in (OLD, NEW)
        write(root)
        assert {name: text.decode() for name, text in files_below(root).items()} == NEW
    assert (seen[0], seen[-1]) == (OLD, NEW)
    assert len(seen) > 30


def test_one_file_needs_no_journal(root, monkeypatch):
    monkeypatch.setattr(files, "JOURNAL", "none/such")
    write(root, {"c.txt": "new\n"})
    assert texts(root) == {**OLD, "c.txt": "new\n"}


@pytest.mark.slow
def test_two_processes_write_one_after_the_other(root):
    names = [f"a/{number}.txt" for number in range(5)]
    children = []
    for text in ("one\n", "two\n"):
        child = os.fork()
        if not child:
            try:
                for _ in range(20):
                    write(root, dict.fromkeys(names, text))
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    ends = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in children]
    assert ends == [0, 0]
    assert len({(root / name).read_text() for name in names}) == 1


def tangle(root: Path) -> None:
    os.chdir(root)
    assert main(["tangle", "--drop"]) == 0


@pytest.mark.slow
def test_a_tangle_killed_at_any_write_is_completed_by_the_next_command(
    tmp_path, monkeypatch, no_waiting
):
    monkeypatch.chdir(tmp_path)
    one = "# One\n" + source("a = 1\n") + source("b = 1\n", "thing/old.py")
    changed = "# One\n" + source("a = 2\n") + source("b = 2\n", "thing/new.py")
    two = "# Two\n" + source("c = 1\n", "thing/inner/also.py")
    mine = {"thing/py.typed": "", "thing/mine.py": "x = 1\n"}

    def prepare(root: Path) -> None:
        tangle(make(make_book(root, one=one), mine))
        make_book(root, one=changed, two=two)

    seen = []
    for root in killed_at_each_write(tmp_path, prepare, tangle):
        seen.append(texts(root, "thing"))
        tangle(root)
        new = texts(root, "thing")
        assert main(["tangle", "--check"]) == 0
        assert not (root / files.JOURNAL).exists()
        assert sorted(new) == [
            "core.py",
            "inner/also.py",
            "mine.py",
            "new.py",
            "py.typed",
        ]
    assert sorted(seen[0]) == ["core.py", "mine.py", "old.py", "py.typed"]
    assert seen[-1] == new
