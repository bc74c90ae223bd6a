"""Running notebooks, also where nothing is installed but what they need."""

from __future__ import annotations

import json
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

import nbformat
from literate.book.book import Book
from literate.exporting.notebook import notebook
from literate.kernel.comparing import matches
from literate.running.cache import run_cached
from nbclient import NotebookClient
from packaging.requirements import Requirement

WHERE = "import literate; print(literate.__file__)"


def made(it: Book, path: str) -> Any:
    """The notebook of a chapter, validated."""
    text = notebook(run_cached(it, [path])[path])
    result = nbformat.reads(text, as_version=4)
    nbformat.validate(result)
    return result


def executed(notebook: Any, folder: Path, more: str = WHERE, kernel: str = "") -> Any:
    """The same notebook, after *Run All* in a kernel that stands elsewhere.

    At its end there is one cell more.
    """
    copy = nbformat.from_dict(json.loads(json.dumps(notebook)))
    copy.cells.append(nbformat.v4.new_code_cell(more))
    resources = {"metadata": {"path": folder}}
    name = {"kernel_name": kernel} if kernel else {}
    NotebookClient(copy, timeout=600, resources=resources, **name).execute()
    if more == WHERE:
        assert "notebook-" in copy.cells[-1].outputs[0]["text"]
    return copy


def compare(before: Any, after: Any) -> tuple[int, int]:
    """Want what the page shows; how many cells and pictures there are."""
    cells = pictures = 0
    for old, new in zip(before.cells, after.cells, strict=False):
        if old.cell_type != "code":
            continue
        cells += 1
        if "exercise" not in old.metadata.get("tags", []):
            (text, count), (new_text, new_count) = displayed(old), displayed(new)
            assert matches(new_text, text), old.source
            assert new_count == count, old.source
            pictures += count
    return cells, pictures


def displayed(cell: Any) -> tuple[str, int]:
    """The text of a cell, an exception without its trace; and how many pictures."""
    text, pictures = "", 0
    for output in cell.outputs:
        data = output.get("data", {})
        if output.output_type == "error":
            name = output.ename.rpartition(".")[2]
            text += f"{name}: {output.evalue}\n"
        elif any(kind.startswith("image/") for kind in data):
            pictures += 1
        elif "text/html" in data:
            pictures += data["text/html"].count("<svg")
        elif data:
            text += data["text/plain"] + "\n"
        elif output.name == "stdout":
            text += output.text
    return text, pictures


def make_kernel(folder: Path, *names: str) -> None:
    """A kernel `alone` that finds these distributions, and what they require.

    Nothing is downloaded: a new virtual environment gets links to what is installed.
    """
    venv.create(folder / "python", symlinks=True)
    [site] = (folder / "python").glob("lib/python*/site-packages")
    for each in _closure("ipykernel", *names):
        for name in {file.parts[0] for file in each.files or []} - {
            "..",
            "__pycache__",
        }:
            if not (site / name).exists():
                (site / name).symlink_to(str(each.locate_file(name)))
    program = str(folder / "python/bin/python")
    words = [program, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    told = {"argv": words, "display_name": "Alone", "language": "python"}
    (folder / "kernels/alone").mkdir(parents=True)
    (folder / "kernels/alone/kernel.json").write_text(json.dumps(told))


def _closure(*names: str) -> list[Distribution]:
    """Some distributions, and all that they require."""
    found: dict[str, Distribution] = {}
    left = [Requirement(name) for name in names]
    while left:
        wanted = left.pop()
        key = f"{wanted.name} {sorted(wanted.extras)}"
        if key not in found:
            found[key] = distribution(wanted.name)
            for text in found[key].requires or []:
                each = Requirement(text)
                extras = [{"extra": extra} for extra in ["", *wanted.extras]]
                if not each.marker or any(map(each.marker.evaluate, extras)):
                    left.append(each)
    return list(found.values())
