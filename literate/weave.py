"""Weaving: a Python-Markdown extension that shows a chapter with what it displayed.

Code stays with the site's own highlighter. The extension gives each Python fence a name
and a label, and puts what the run displayed in the place of the `output` and `figure`
fences. At the end it counts: a Python fence on the page that is no block of the
chapter, or a block that the page does not show, fails the build.
"""

from __future__ import annotations

import html
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import click
from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from literate.blocks import Block, Cell, parse
from literate.book import Book, Chapter
from literate.checks import problem
from literate.errors import BookError
from literate.figures import figure
from literate.history import History
from literate.labels import changed_lines, label
from literate.run import run
from literate.session import Result

# Before the fences are rendered (25), after the white space is normalized (30), which
# would break the marks of stashed HTML.
BEFORE_FENCES = 28
# After the stashed HTML is back in the page (30).
AFTER_HTML = 1
# After the table of contents (5), which sends each heading through the postprocessors.
AFTER_TREE = -1
SHOWN = re.compile(r'<div(?: id="(?P<name>[^"]*)")? class="language-python[^"]*"')


class WeaveExtension(Extension):
    """`literate.weave` among the `markdown_extensions` of `mkdocs.yml`."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "package": ["", "The name of the package that the chapters write"],
            "optional": [[], "Libraries whose cells may be left out where they lack"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the two ends of the weaving."""
        page = _Page(md)
        md.preprocessors.register(_Weave(md, page), "literate_weave", BEFORE_FENCES)
        md.treeprocessors.register(_Finish(md, page), "literate_finish", AFTER_TREE)
        md.postprocessors.register(_Count(md, page), "literate_count", AFTER_HTML)


class _Page:
    """The page that is being rendered, and the names of the fences it must show."""

    def __init__(self, md: Markdown) -> None:
        self.md = md
        self.names: list[str] = []
        self.path = ""
        self.is_whole = False

    def find(self) -> tuple[Book, Chapter] | None:
        """The chapter that is being rendered; None for a text of another origin."""
        file = _source_file(self.md)
        if file is None:
            return None
        book = Book.find(file.parent)
        path = file.resolve().relative_to(book.root).as_posix()
        if path not in book.paths:
            return None
        book = _read_once(book.root, _state(book))
        return book, book.chapters[path]


class _Weave(Preprocessor):
    """Puts labels, outputs and figures around the fences of a page."""

    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, lines: list[str]) -> list[str]:
        """Weave a page."""
        self.page.names, self.page.is_whole = [], False
        try:
            found = self.page.find()
            return self._weave(lines, *found) if found else lines
        except BookError as error:
            raise click.ClickException(str(error)) from None

    def _weave(self, lines: list[str], book: Book, chapter: Chapter) -> list[str]:
        self.page.path = chapter.path
        shown = parse(chapter.path, "\n".join(lines))
        _check_same(chapter, shown)
        labels = self._labels(book, chapter)
        results = run(book, chapter.path, chapter.blocks)
        woven, position = [], 0
        for number, (block, place) in enumerate(
            zip(chapter.blocks, shown, strict=True), 1
        ):
            fence = place.fence
            woven += lines[position : fence.line - 1]
            name = f"fence-{number}"
            self.page.names.append(name)
            before, marks = labels.get(block.fence.line, ("", ""))
            opening = lines[fence.line - 1]
            woven += self._label(before, fence.indent)
            woven.append(_header(opening, block, name, marks))
            woven += lines[fence.line : fence.end]
            after = _displayed(block, results[block.fence.line], name)
            woven += self._html(after, fence.indent)
            position = place.end if isinstance(place, Cell) else fence.end
        return woven + lines[position:]

    def _labels(self, book: Book, chapter: Chapter) -> dict[int, tuple[str, str]]:
        """Label and changed lines of each source block, by the line of its fence."""
        history = _history(book)
        return {
            step.source.fence.line: (
                label(book, history, step),
                " ".join(map(str, changed_lines(step))),
            )
            for step in book.steps(chapter.path)
        }

    def _label(self, text: str, indent: int) -> list[str]:
        """A paragraph above a fence."""
        if not text:
            return []
        start = " " * indent
        return ["", start + text, start + "{: .literate-label }", ""]

    def _html(self, text: str, indent: int) -> list[str]:
        """Lines that stand for some HTML."""
        if not text:
            return []
        return ["", " " * indent + self.md.htmlStash.store(text), ""]


class _Finish(Treeprocessor):
    """Notes that what comes next is the whole page, not one of its headings."""

    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: Element) -> None:
        """Change nothing."""
        self.page.is_whole = True


class _Count(Postprocessor):
    """Holds the Python fences of the finished page against the chapter's blocks."""

    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, text: str) -> str:
        """Count, and change nothing."""
        if not self.page.is_whole:
            return text
        shown = [match["name"] or "" for match in SHOWN.finditer(text)]
        if shown != self.page.names:
            message = (
                f"the page shows {len(shown)} Python fences, but the chapter has "
                f"{len(self.page.names)} blocks: one of them stands where Markdown and "
                "the parser differ"
            )
            raise click.ClickException(str(BookError(self.page.path, 1, message)))
        return text


def _source_file(md: Markdown) -> Path | None:
    """The file of the page: MkDocs tells it at one place, Zensical at another."""
    if "relpath" in md.treeprocessors:
        relative: Any = md.treeprocessors["relpath"]
        return Path(relative.file.abs_src_path)
    if "rendering_context" in md.preprocessors:
        context: Any = md.preprocessors["rendering_context"]
        book = Book.find(Path.cwd())
        return Path(book.root, book.docs, context.page.path)
    return None


def _state(book: Book) -> tuple[tuple[str, int, int], ...]:
    """What tells one state of the chapters from another."""
    stats = [(path, (book.root / path).stat()) for path in book.paths]
    return tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats)


@lru_cache(maxsize=1)
def _read_once(root: Path, state: tuple[tuple[str, int, int], ...]) -> Book:
    """The book, read once for all pages that are rendered from one state of it."""
    return Book(root)


@lru_cache(maxsize=1)
def _history(book: Book) -> History:
    """The history of the book, made once for all pages."""
    return History(book)


def _check_same(chapter: Chapter, shown: tuple[Block, ...]) -> None:
    """Refuse fences that only the page has, as when another file is included."""
    here = [block.fence.text for block in chapter.blocks]
    there = [block.fence.text for block in shown]
    if here != there:
        message = "the page shows other Python fences than the chapter's file holds"
        raise BookError(chapter.path, 1, message)


def _header(opening: str, block: Block, name: str, marks: str) -> str:
    """A fence's first line, with a name and the lines to highlight."""
    indented, _, _ = opening.partition("python")
    options = dict(block.fence.options)
    options.pop("title", None)
    if marks:
        options.setdefault("hl_lines", marks)
    told = "".join(f' {key}="{value}"' for key, value in options.items())
    kind = "literate-cell" if isinstance(block, Cell) else "literate-source"
    return f"{indented.rstrip()} {{.python .{kind} #{name}{told}}}"


def _displayed(block: Block, result: Result, name: str) -> str:
    """What a cell displayed, as HTML.

    Raises:
        BookError: Where the chapter says something else.
    """
    if result.status == "missing" and "CI" not in os.environ:
        return _unverified(block, result)
    message: str | None = result.trace or result.because
    if isinstance(block, Cell):
        message = problem(block, result)
    if message:
        raise BookError(block.fence.path, block.fence.line, message)
    if not isinstance(block, Cell):
        return ""
    parts = [_output(block.output.text)] if block.output else []
    if block.figure:
        parts.append(figure(result.pictures, block.figure.text, name))
    return "".join(parts)


def _unverified(block: Block, result: Result) -> str:
    """What the page says of a cell for which an optional library is missing."""
    if not isinstance(block, Cell):
        return ""
    shown = _output(block.output.text) if block.output else ""
    reason = html.escape(result.because)
    return f'{shown}<p class="literate-missing">Not run for this page: {reason}.</p>'


def _output(text: str) -> str:
    """An output block."""
    code = html.escape(text.rstrip("\n"), quote=False)
    return f'<div class="literate-output"><pre><code>{code}</code></pre></div>'


def makeExtension(**options: Any) -> WeaveExtension:
    """Make the extension, as Python-Markdown asks for it."""
    return WeaveExtension(**options)
