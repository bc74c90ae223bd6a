"""What a process tells of its page, and what it leaves out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from literate.running import process
from literate.running.pool import Pool
from literate.running.process import WHOLE, written
from literate.running.run import PageRun, page_of, run
from making import book, cell


def test_a_part_of_what_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "LARGEST", 5)
    file = tmp_path / "screen"
    file.write_bytes(b"01234567")
    assert written(str(file), 2, 4) == "23"
    assert written(str(file), 2, 7) == "23456"
    assert written(str(file), 2, 8) == "23456" + WHOLE.decode()
    assert written(str(file), 2) == "23456"  # of a process that has ended


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\ud800".encode("utf-8", "surrogatepass"), "\ud800"),
        (b"a\xff", "a\udcff"),
        (b"Fontconfig warning: no cache\nmine\n", "mine\n"),
    ],
)
def test_what_was_written_is_a_text(tmp_path: Path, raw: bytes, text: str) -> None:
    (tmp_path / "screen").write_bytes(raw)
    assert written(str(tmp_path / "screen"), 0, len(raw)) == text


def test_the_files_of_the_project_that_a_page_imports_are_told(tmp_path: Path) -> None:
    other = tmp_path / "venv/site-packages"
    other.mkdir(parents=True)
    (other / "library_of_others.py").touch()
    (tmp_path / "helper_of_mine.py").touch()
    code = f"import sys\nsys.path += [{str(tmp_path)!r}, {str(other)!r}]\n"
    code += "import helper_of_mine, library_of_others\n"
    it = book(tmp_path, chapter=cell(code))
    assert run(it, it.paths)[0].local == (str(tmp_path / "helper_of_mine.py"),)


def test_a_fault_of_the_machine_is_told_as_such(tmp_path: Path) -> None:
    it = book(tmp_path, chapter=cell("1\n"))
    page = replace(page_of(it, it.paths[0]), data={"no\0name": b""})
    with Pool(1) as pool:
        result = PageRun(pool, page, it.chapters[it.paths[0]].blocks, 60).result(0)
    assert result.status == "ended"
    assert result.because.startswith("literate failed: Traceback")
