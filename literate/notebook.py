"""Notebooks: a chapter with what it displayed, to open and to run in Jupyter."""

from __future__ import annotations

import ast
import base64
import importlib.metadata
import io
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from literate.blocks import Block, Cell
from literate.book import Book, Chapter, Snapshot
from literate.checks import problem, shows_exception
from literate.errors import BookError
from literate.jupyter import START
from literate.modules import render
from literate.prose import prose
from literate.session import Result
from literate.traces import HEADER

CARRIED = (
    "__init__",
    "definitions",
    "display",
    "errors",
    "imports",
    "installed",
    "jupyter",
    "modules",
    "reader",
)
"""The modules of this program that every notebook brings."""

ABOUT = """\
*This notebook is a chapter of a book; every cell was run, and shows what it displayed.
It needs Python 3.11 or newer{needs}.
A cell that starts with `%%source` goes into that file of the package, where `...` in a
class stands for what the class has already. The next cell brings the package as it
stands at the start of the chapter.*"""

SETUP = """\
# Run this cell first: it unpacks the package as it stands at the start of the chapter.
import base64, io, sys, tempfile, zipfile

folder = tempfile.mkdtemp(prefix="notebook-")
archive = base64.b64decode("{archive}")
zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
sys.path.insert(0, folder)

from literate.jupyter import prepare

prepare(get_ipython(), folder, "{package}")
del base64, io, sys, tempfile, zipfile, folder, archive, prepare"""


def notebook(book: Book, path: str, results: Mapping[int, Result]) -> str:
    """Make the notebook of a chapter.

    Args:
        book: The book.
        path: The chapter, below the book's root.
        results: What its blocks displayed, by the line of their fences.

    Returns:
        The notebook's file.

    Raises:
        BookError: Where a source block of the book is wrong, or an output.
    """
    chapter = book.chapters[path]
    _check(chapter, results)
    needs = ", ".join(f"`{name}`" for name in requirements(book, chapter))
    about = ABOUT.format(needs=f" and {needs}" if needs else "")
    archive = base64.b64encode(_archive(book, chapter)).decode()
    setup = _code(SETUP.format(archive=archive, package=book.package))
    setup["metadata"] = {"jupyter": {"source_hidden": True}}
    cells = [_markdown(about), setup, *_cells(chapter, results)]
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"
    metadata = {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    made = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _check(chapter: Chapter, results: Mapping[int, Result]) -> None:
    """Refuse to write down what the chapter does not say."""
    for cell in chapter.cells:
        result = results[cell.fence.line]
        message = problem(cell, result)
        if message and result.status != "missing":
            raise BookError(chapter.path, cell.fence.line, message)


def _cells(chapter: Chapter, results: Mapping[int, Result]) -> Iterator[dict[str, Any]]:
    """The cells of a chapter: its prose and its blocks."""
    lines, position = chapter.text.split("\n"), 0
    for block in chapter.blocks:
        yield from _text(prose(lines[position : block.fence.line - 1]))
        result = results[block.fence.line]
        if isinstance(block, Cell):
            cell = _code(block.code.rstrip("\n"))
            cell["outputs"] = list(_outputs(block, result))
            if shows_exception(block):
                cell["metadata"] = {"tags": ["raises-exception"]}
            yield cell
            yield from _text(f"*{_caption(block)}*" if block.figure else "")
            position = block.end
        else:
            yield _code(f"%%source {block.title}\n{block.code.rstrip()}")
            position = block.fence.end
    yield from _text(prose(lines[position:]))


def _text(text: str) -> Iterator[dict[str, Any]]:
    """A text cell, if there is any text."""
    if text:
        yield _markdown(text)


def _markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(code: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": code,
    }


def _outputs(cell: Cell, result: Result) -> Iterator[dict[str, Any]]:
    """What a cell displayed, as Jupyter writes it down."""
    if result.status == "missing":
        return
    text, header, error = result.text.partition(f"{HEADER}\n")
    if text:
        yield {"output_type": "stream", "name": "stdout", "text": text}
    if header:
        name, _, value = error.strip().partition(": ")
        trace = [HEADER, *error.strip().split("\n")]
        yield {
            "output_type": "error",
            "ename": name,
            "evalue": value,
            "traceback": trace,
        }
    for picture in result.pictures:
        data = {"image/svg+xml": picture, "text/plain": _caption(cell)}
        yield {"output_type": "display_data", "data": data, "metadata": {}}


def _caption(cell: Cell) -> str:
    return " ".join(cell.figure.text.split()) if cell.figure else ""


def _archive(book: Book, chapter: Chapter) -> bytes:
    """What a notebook brings: a part of this program, and the package."""
    code = "".join(cell.code for cell in chapter.cells)
    here = Path(__file__).parent
    whole = "from literate." in code or "import literate." in code
    names = sorted(file.stem for file in here.glob("*.py")) if whole else CARRIED
    files = {f"literate/{name}.py": (here / f"{name}.py").read_text() for name in names}
    snapshots = {START: book.snapshot_above(chapter.path)}
    for path in book.paths:
        if "snapshot" in code and path in code:
            snapshots[Path(path).stem] = book.snapshot(path)
    for name, snapshot in snapshots.items():
        for title, text in files_of(book, snapshot):
            files[f"{name}/{title}"] = text
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)  # without the time, so that bytes repeat
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def files_of(book: Book, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """The files of a snapshot: title and text of each.

    Args:
        book: The book.
        snapshot: The snapshot.
    """
    for title, module in snapshot.items():
        lines = render(module, book.package)
        yield title, "".join(f"{line.text}\n" for line in lines)


def requirements(book: Book, chapter: Chapter) -> list[str]:
    """The distributions that a chapter's cells and the package import.

    Args:
        book: The book.
        chapter: The chapter.

    Returns:
        Their names, without Jupyter itself.
    """
    codes = [block.code for block in chapter.blocks if _is_python(block)]
    codes += [text for _, text in files_of(book, book.snapshot(chapter.path))]
    own = {book.package, "literate", *sys.stdlib_module_names}
    names = {name for code in codes for name in _imported(code)} - own
    return sorted({(_distributions().get(name) or [name])[0] for name in names})


def _is_python(block: Block) -> bool:
    """Whether a block can be read, which one that shows a syntax error cannot."""
    try:
        ast.parse(block.code)
    except SyntaxError:
        return False
    return True


def _imported(code: str) -> Iterator[str]:
    """The libraries that a code imports, at its top or inside."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@cache
def _distributions() -> Mapping[str, list[str]]:
    return importlib.metadata.packages_distributions()
