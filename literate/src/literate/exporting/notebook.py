"""Notebooks: a chapter with what it displayed, to open and to run in Jupyter."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping

from nbformat import NotebookNode
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from literate.book.blocks import Cell, Exercise, Source
from literate.book.book import FRONT_MATTER, Book, Chapter
from literate.book.libraries import distribution_of, libraries_of
from literate.book.texts import texts, texts_above
from literate.errors import BookError
from literate.exporting.archive import packed
from literate.exporting.jupyter import DATA, SNAPSHOTS, START
from literate.exporting.prose import prose
from literate.kernel.blocks import Result
from literate.kernel.source.names import imports_of
from literate.kernel.tracebacks import HEADER
from literate.running.run import ChapterRun
from literate.running.verdict import shows_exception, verdict
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


def notebook(it: ChapterRun) -> str:
    """Make the notebook of a chapter.

    Raises:
        BookError: Where a source block of the book is wrong, or an output.
    """
    for block, result in it:
        kind, message = verdict(block, result)
        if kind == "wrong":
            raise BookError(it.path, block.fence.line, message)
    needs = ", ".join(f"`{name}`" for name in requirements(it.book, it.chapter))
    about = ABOUT.format(needs=f" and {needs}" if needs else "")
    archive = base64.b64encode(_archive(it.book, it.chapter)).decode()
    setup = new_code_cell(SETUP.format(archive=archive, package=it.book.package))
    setup.metadata = {"jupyter": {"source_hidden": True}}
    cells = [new_markdown_cell(about), setup, *_cells(it)]
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"  # the same in every build
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    made = new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)
    return json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _cells(it: ChapterRun) -> Iterator[NotebookNode]:
    """The cells of a chapter: its prose and its blocks."""
    text = FRONT_MATTER.sub(lambda match: "\n" * match[0].count("\n"), it.chapter.text)
    lines, position = text.split("\n"), 0
    for block, result in it:
        yield from _text(prose(lines[position : block.fence.line - 1]))
        match block:
            case Source():
                yield new_code_cell(f"%%source {block.title}\n{block.code.rstrip()}")
            case Exercise():
                stub = f"{block.code}\n# Check the answer:\n{block.check.text}"
                cell = _code(stub, [], may_raise=True)
                cell.metadata["tags"].append("exercise")
                yield cell
            case Cell():
                outputs = list(_outputs(result, _caption(block)))
                yield _code(block.code, outputs, shows_exception(block))
                yield from _text(f"*{_caption(block)}*" if block.figure else "")
        position = block.end
    yield from _text(prose(lines[position:]))


def _text(text: str) -> Iterator[NotebookNode]:
    """A text cell, if there is any text."""
    if text:
        yield new_markdown_cell(text)


def _code(code: str, outputs: list[NotebookNode], may_raise: bool) -> NotebookNode:
    """A code cell; one that may raise does not end *Run All*."""
    cell = new_code_cell(code.rstrip("\n"), outputs=outputs)
    if may_raise:
        cell.metadata = {"tags": ["raises-exception"]}
    return cell


def _outputs(result: Result, caption: str) -> Iterator[NotebookNode]:
    """What a cell displayed, as Jupyter writes it down."""
    if result.status in ("missing", "not run"):
        return
    text, error = result.text, ""
    if result.status == "raised":
        text, _, error = text.rpartition(f"{HEADER}\n")
    if text:
        yield new_output("stream", name="stdout", text=text)
    if error:
        name, _, value = error.strip().partition(": ")
        trace = [HEADER, *error.strip().split("\n")]
        yield new_output("error", ename=name, evalue=value, traceback=trace)
    for picture in result.pictures:
        kind = "image/svg+xml" if picture.startswith("<svg") else "text/html"
        data = {kind: picture, "text/plain": caption}
        yield new_output("display_data", data=data)
    if result.html:
        yield new_output("display_data", data={"text/html": result.html})


def _caption(cell: Cell) -> str:
    return prose([" ".join(cell.figure.text.split())]) if cell.figure else ""


def _archive(book: Book, chapter: Chapter) -> bytes:
    """What a notebook brings: this program, as far as it is used, and the package."""
    own = [*CARRIED, *sorted(_own_imports(chapter))]
    if any("literate.__file__" in imports_of(cell.code) for cell in chapter.cells):
        own = ["."]
    files = sources(*own)
    for name, package in _packages(book, chapter).items():
        files |= {f"{name}/{title}": text for title, text in package.items()}
    data = {f"{DATA}/{name}": content for name, content in book.data.items()}
    return packed({**files, **data})


def _packages(book: Book, chapter: Chapter) -> dict[str, Mapping[str, str]]:
    """The states of the package that a notebook brings, by their folders' names."""
    recalled = {
        f"{SNAPSHOTS}/{path}": texts(book, path) for path in book.recalled(chapter)
    }
    return {START: texts_above(book, chapter.path), **recalled}


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
    """The distributions that a chapter's code and what it has of ours import."""
    codes = [block.code for block in chapter.blocks]
    codes += texts(book, chapter.path).values()
    for package in _packages(book, chapter).values():
        codes += package.values()
    # What every notebook brings imports a library only where a cell has done so.
    codes += sources(*(_own_imports(chapter) - {*CARRIED})).values()
    return sorted(map(distribution_of, libraries_of(book.package, codes)))
