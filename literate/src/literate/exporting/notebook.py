"""Notebooks: a chapter with what it displayed, to open and to run in Jupyter."""

from __future__ import annotations

import ast
import base64
import importlib.metadata
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from literate.book.blocks import Cell
from literate.book.book import Book, Chapter
from literate.book.texts import texts, texts_above
from literate.errors import BookError
from literate.exporting.jupyter import START
from literate.exporting.prose import prose
from literate.kernel.session import Result
from literate.kernel.tracebacks import HEADER
from literate.running.verdict import problem, shows_exception
from literate.sources import KERNEL, sources

CARRIED = (*KERNEL, "exporting/__init__.py", "exporting/jupyter.py")
"""The part of this program that every notebook brings."""

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

from literate.exporting.jupyter import prepare

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
    files = sources(*CARRIED, *_own_imports(chapter))
    for name, package in _packages(book, chapter).items():
        files |= {f"{name}/{title}": text for title, text in package.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)  # without the time, so that bytes repeat
            archive.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _packages(book: Book, chapter: Chapter) -> dict[str, Mapping[str, str]]:
    """The states of the package that a notebook brings, by their folders' names."""
    code = "".join(cell.code for cell in chapter.cells)
    packages = {START: texts_above(book, chapter.path)}
    for path in book.paths:
        if "snapshot" in code and path in code:
            packages[Path(path).stem] = texts(book, path)
    return packages


def _own_imports(chapter: Chapter) -> set[str]:
    """The modules of this program that cells import, and those that these import."""
    found: set[str] = set()
    left = [cell.code for cell in chapter.cells]
    while left:
        names = re.findall(r"(?:from|import) literate\.([\w.]+)", left.pop())
        files = {f"{name.replace('.', '/')}.py" for name in names} - found
        left += [text for each in files for text in sources(each).values()]
        found |= files | {f"{each.partition('/')[0]}/__init__.py" for each in files}
    return found


def requirements(book: Book, chapter: Chapter) -> list[str]:
    """The distributions that a chapter's cells import, and what they import of ours.

    Args:
        book: The book.
        chapter: The chapter.

    Returns:
        Their names, without Jupyter itself.
    """
    codes = [block.code for block in chapter.blocks]
    codes += texts(book, chapter.path).values()
    for package in _packages(book, chapter).values():
        codes += package.values()
    # What every notebook brings imports a library only where a cell has done so.
    codes += sources(*(_own_imports(chapter) - {*CARRIED})).values()
    own = {book.package, "literate", *sys.stdlib_module_names}
    names = {name for code in codes for name in _imported(code)} - own
    return sorted({_distribution(name) for name in names})


@lru_cache(maxsize=4096)
def _imported(code: str) -> frozenset[str]:
    """The libraries that a code imports, at its top or inside.

    A code that shows a syntax error imports none.
    """
    if "import" not in code:
        return frozenset()
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return frozenset()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return frozenset(name.partition(".")[0] for name in names)


@cache
def _distribution(name: str) -> str:
    """The distribution that brings a library; the library's name where none does.

    `importlib.metadata.packages_distributions` takes ten times as long, since it reads
    every name in every distribution.
    """
    files = (f"\n{name}/__init__.py,", f"\n{name}.py,")
    brings = (each for each, record in _records() if any(f in record for f in files))
    return next(brings, name)


@cache
def _records() -> list[tuple[str, str]]:
    """The name of each distribution, and what it says of its files."""
    return [
        (each.name, "\n" + (each.read_text("RECORD") or ""))
        for each in importlib.metadata.distributions()
    ]
