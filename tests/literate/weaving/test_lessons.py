"""What a site holds so that its readers can run a page."""

from __future__ import annotations

import base64
import io
import json
import pickle
import zipfile
import zlib
from pathlib import Path

import pytest
from literate.weaving.browser import bundle, lessons
from making import book, cell, source

PAGE = (
    "# Two\n"
    + cell("import graphviz\nfrom thing.core import one\n\none()\n", "1\n")
    + cell("import literate\n\nliterate.snapshot('docs/one.md');\n")
    + cell("import numpy\n\nnumpy.ones(1)\n", "array([1.])\n")
)
ONE = "# One\n" + source("def one():\n    return 1\n")


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle, as npm builds it, of next to nothing."""
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "digest.txt").write_text("0123456789ab")
    (folder / "page.js").write_text("// nothing")
    monkeypatch.setattr(bundle, "STATIC", folder)
    return folder


def test_what_a_browser_cannot_import_comes_in_one_order(tmp_path: Path) -> None:
    titles = [f"thing/{name}.py" for name in "edcba"]
    sources = [source("import numpy\n", title=title) for title in titles]
    it = book(tmp_path, one="# One\n" + "".join(sources), two="# Two\n")
    made = lessons.lesson(it, it.chapters["docs/two.md"])
    assert list(made.left_out) == sorted(titles)  # a set's order is another each time


def test_a_page_says_little_and_brings_much(tmp_path: Path, static: Path) -> None:
    it = book(tmp_path / "book", one=ONE, two=PAGE)
    folder = tmp_path / "site/two"
    folder.mkdir(parents=True)
    about = lessons.put(it, it.chapters["docs/two.md"], folder, tmp_path / "site")
    assert about == {
        "chapter": "docs/two.md",
        "data": "two.literate.json",
        "lacks": {"fence-3": ("numpy",)},
    }
    told = json.loads((folder / "two.literate.json").read_text("utf-8"))
    assert len(told["codes"]) == 3
    lesson = pickle.loads(zlib.decompress(base64.b64decode(told["lesson"])))
    assert list(lesson.above) == ["thing/core.py"]
    assert list(lesson.snapshots) == ["docs/one.md"]
    put = tmp_path / "site" / bundle.folder()
    assert (put / "page.js").is_file()
    [archive] = told["libraries"]
    assert archive.startswith("graphviz-")
    with zipfile.ZipFile(io.BytesIO((put / "libraries" / archive).read_bytes())) as own:
        assert "graphviz/__init__.py" in own.namelist()
    with zipfile.ZipFile(io.BytesIO((put / "kernel.zip").read_bytes())) as own:
        assert "literate/weaving/browser/inside/worker.py" in own.namelist()
        assert "literate/kernel/source/merging.py" in own.namelist()


def test_what_stands_on_a_page_cannot_end_its_script(static: Path) -> None:
    shown = lessons.script({"chapter": "</script><b>"}, "../")
    assert shown.count("</script>") == 2
    assert f'src="../{bundle.folder()}/page.js"' in shown
    assert lessons.style("").startswith('<link rel="stylesheet" href="literate/')


def test_another_kernel_has_another_folder(
    static: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = bundle.folder()
    monkeypatch.setattr(bundle, "kernel", lambda: "f" * 64)
    assert bundle.folder() != before


def test_without_a_bundle_there_is_nothing(static: Path) -> None:
    assert bundle.is_built()
    (static / "digest.txt").unlink()
    assert not bundle.is_built()
