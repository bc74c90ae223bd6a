"""Weaving: a Python-Markdown extension that shows a chapter with what it displayed.

Code stays with the site's own highlighter. The extension gives each Python fence a name
and a label, and puts what the run displayed in the place of the `output` and `figure`
fences. At the end it counts: a Python fence on the page that is no block of the
chapter, or a block that the page does not show, fails the build.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import click
from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from literate.book.blocks import Block, parse
from literate.book.book import Book, Chapter
from literate.book.config import LIMIT, find_config
from literate.book.history import History
from literate.errors import BookError
from literate.exporting.downloads import downloads
from literate.running.cache import run_cached
from literate.running.run import ChapterRun
from literate.tangling.plan import plan
from literate.weaving.browser.bundle import is_built
from literate.weaving.browser.lessons import name_of, put, script, style
from literate.weaving.fragments import displayed, failure, header, offered
from literate.weaving.labels import changed_lines, label
from literate.weaving.pages import place
from literate.weaving.reference import with_origins

# Before the fences are rendered (25), after the white space is normalized (30), which
# would break the marks of stashed HTML.
BEFORE_FENCES = 28
# After the stashed HTML is back in the page (30).
AFTER_HTML = 1
# After the table of contents (5), which sends each heading through the postprocessors.
AFTER_TREE = -1
WATCHING = "LITERATE_WATCH"
"""The variable that `make watch` sets: an error is shown, and ends nothing."""
SHOWN = re.compile(r'<div(?: id="(?P<name>[^"]*)")? class="language-python[^"]*"')


class WeaveExtension(Extension):
    """`literate.weave` among the `markdown_extensions` of `mkdocs.yml`."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "package": ["", "The name of the package that the chapters write"],
            "optional": [[], "Libraries whose cells may be left out where they lack"],
            "data": ["", "The folder whose files lie beside the cells"],
            "limit": [LIMIT, "The seconds that a cell may take"],
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
        self.has_failed = False
        self.style = ""

    def fail(self, error: BookError) -> str:
        """End the build; while an author watches, return what the page says instead."""
        if WATCHING not in os.environ:
            raise click.ClickException(str(error)) from None
        self.has_failed = True
        click.echo(error, err=True)
        return failure(error)

    def ran(self, book: Book, chapter: Chapter) -> ChapterRun:
        """The chapter that has run.

        Raises:
            BookError: Where it is wrong. Unless an author watches, the first page that
                is asked for tells what is wrong on all of them.
        """
        runs, errors = _run(book)
        here = errors.get(chapter.path, [])
        if WATCHING not in os.environ:
            here = list(dict.fromkeys(chain.from_iterable(errors.values())))
        if here:
            first, *others = here
            message = "\n".join([first.message, *map(str, others)])
            raise BookError(first.path, first.line, message)
        return runs[chapter.path]

    def find(self) -> tuple[Book, Chapter] | None:
        """The chapter that is being rendered; None for a text of another origin."""
        here = place(self.md)
        if here is None:
            return None
        file = here.source.resolve()
        config = here.config or find_config(file.parent)
        if config is None:
            return None
        book = _book(config.resolve())
        if not file.is_relative_to(book.root):
            return None
        path = file.relative_to(book.root).as_posix()
        return (book, book.chapters[path]) if path in book.paths else None


class _Weave(Preprocessor):
    """Puts labels, outputs and figures around the fences of a page."""

    def __init__(self, md: Markdown, page: _Page) -> None:
        super().__init__(md)
        self.page = page

    def run(self, lines: list[str]) -> list[str]:
        """Weave a page."""
        self.page.names = []
        self.page.style = ""
        self.page.is_whole = self.page.has_failed = False
        try:
            found = self.page.find()
            return self._weave(lines, *found) if found else lines
        except BookError as error:
            return [*self._html(self.page.fail(error), 0), *lines]

    def _weave(self, lines: list[str], book: Book, chapter: Chapter) -> list[str]:
        self.page.path = chapter.path
        shown = parse(chapter.path, "\n".join(lines))
        _check_same(chapter, shown)
        foot = self._scripts(book, chapter)
        if not shown:
            return [*lines, *self._html(foot, 0)]
        labels = self._labels(book, chapter)
        it = self.page.ran(book, chapter)
        woven, position = [], 0
        for number, ((block, result), there) in enumerate(
            zip(it, shown, strict=True), 1
        ):
            fence = there.fence
            woven += lines[position : fence.line - 1]
            name = name_of(number)
            self.page.names.append(name)
            before, marks = labels.get(block.fence.line, ("", ""))
            opening = lines[fence.line - 1]
            woven += self._label(before, fence.indent)
            woven.append(header(opening, block, name, marks))
            woven += lines[fence.line : fence.end]
            after = displayed(block, result, name)
            woven += self._html(after, fence.indent)
            position = there.end
        woven += lines[position:]
        if chapter.blocks:  # a docstring that a page shows comes here as well
            taken = self._downloads(it) + foot
            # Its mark has to end a paragraph: so it is not put into one of its own.
            woven += [*self._html(taken, 0), ""]
        return woven

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

    def _downloads(self, it: ChapterRun) -> str:
        """Put a chapter's downloads beside its page, and return the links to them."""
        here = place(self.md)
        assert here is not None  # else there would be no chapter
        here.folder.mkdir(parents=True, exist_ok=True)
        files = list(downloads(it))
        for file in files:
            (here.folder / file.name).write_bytes(file.content)
        return offered(files, here.beside)

    def _scripts(self, book: Book, chapter: Chapter) -> str:
        """Let readers run the page; what stands at its end for that."""
        here = place(self.md)
        if here is None or chapter.path not in book.paths or not is_built():
            return ""
        here.folder.mkdir(parents=True, exist_ok=True)
        about = _put(book, chapter, here.folder, here.site)
        # Not among the lines: MkDocs takes a title from the first element of a page.
        self.page.style = style(here.home)
        return script(about, here.home)

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
        """Count, and add what only a finished page has room for."""
        if not self.page.is_whole or self.page.has_failed:
            return text
        shown = [match["name"] or "" for match in SHOWN.finditer(text)]
        if shown != self.page.names:
            message = (
                f"the page shows {len(shown)} Python fences, but the chapter has "
                f"{len(self.page.names)} blocks: one of them stands where Markdown and "
                "the parser differ"
            )
            return self.page.fail(BookError(self.page.path, 1, message)) + text
        if "doc-heading" in text:
            text = self._with_origins(text)
        return self.page.style + text

    def _with_origins(self, text: str) -> str:
        """Link the objects of a reference page to the blocks that wrote them."""
        found, here = self.page.find(), place(self.page.md)
        if found is None or here is None:
            return text
        book, _ = found
        return with_origins(text, book, _history(book), here.url)


def _book(config: Path) -> Book:
    """The book of a configuration, read once for all pages of one state of it."""
    stamp = config.stat().st_mtime_ns
    files = [config.parent / path for path in _paths(config, stamp)]
    return _read_once(config, (stamp, *(file.stat().st_mtime_ns for file in files)))


@lru_cache(maxsize=1)
def _paths(config: Path, stamp: int) -> list[str]:
    """The chapters that one state of the configuration names, and the data files."""
    book = Book(config.parent, config)
    return [*book.paths, *(f"{book.data_folder}/{name}" for name in book.data)]


@lru_cache(maxsize=1)
def _read_once(config: Path, stamps: tuple[int, ...]) -> Book:
    """The book in one state. While an author watches, the package on disk follows."""
    book = Book(config.parent, config)
    if WATCHING in os.environ:
        plan(book, book.last, book.root).write()
    return book


@lru_cache(maxsize=1)
def _run(book: Book) -> tuple[dict[str, ChapterRun], dict[str, list[BookError]]]:
    """All chapters that have run, side by side; and what is wrong with each of them."""
    errors: dict[str, list[BookError]] = {}
    for path in book.paths:
        try:
            book.steps(path)
        except BookError as error:
            errors[path] = [error]
    runs = run_cached(book, [path for path in book.paths if path not in errors])
    errors |= {path: it.errors for path, it in runs.items() if it.errors}
    return runs, errors


@lru_cache(maxsize=256)
def _put(book: Book, chapter: Chapter, folder: Path, site: Path) -> dict[str, object]:
    """Put beside a page what a browser needs: once, though its docstrings come here."""
    return put(book, chapter, folder, site)


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


def makeExtension(**options: Any) -> WeaveExtension:
    """Make the extension, as Python-Markdown asks for it."""
    return WeaveExtension(**options)
