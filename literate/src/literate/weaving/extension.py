"""Weaving: a Python-Markdown extension that shows a chapter with what it displayed.

Code stays with the site's own highlighter. The extension gives each Python fence a name
and a label, and puts what the run displayed in the place of the `output` and `figure`
fences. At the end it counts: a Python fence on the page that is no block of the
chapter, or a block that the page does not show, fails the build.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from literate.book.blocks import Block, parse
from literate.book.book import Book, Chapter
from literate.book.config import LIMIT
from literate.errors import BookError
from literate.exporting.downloads import Download, downloads
from literate.running.run import ChapterRun
from literate.weaving.browser import record
from literate.weaving.browser.bundle import is_built
from literate.weaving.browser.lessons import name_of, put, script, style
from literate.weaving.current import Current, history_of
from literate.weaving.fragments import displayed, header, package, told_apart
from literate.weaving.pages import is_docstring, place
from literate.weaving.parts.code import light
from literate.weaving.parts.describing import description
from literate.weaving.parts.glossary import link_terms, name_entries
from literate.weaving.parts.labels import changed_lines, label
from literate.weaving.parts.opening import ABOUT, number_of, opened, timed
from literate.weaving.parts.reference import with_origins
from literate.weaving.parts.taking import bar, foot

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
            "data": ["", "The folder whose files lie beside the cells"],
            "limit": [LIMIT, "The seconds that a cell may take"],
            "glossary": ["", "The page whose terms are explained on the others"],
            "common": [[], "Its terms that mean other things as well"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the two ends of the weaving."""
        page = Current(md)
        md.preprocessors.register(_Weave(md, page), "literate_weave", BEFORE_FENCES)
        md.treeprocessors.register(_Finish(md, page), "literate_finish", AFTER_TREE)
        md.postprocessors.register(_Count(md, page), "literate_count", AFTER_HTML)


class _Weave(Preprocessor):
    """Puts labels, outputs and figures around the fences of a page."""

    def __init__(self, md: Markdown, page: Current) -> None:
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
        here = place(self.md)
        assert here is not None  # else there would be no chapter
        here.settings.setdefault("description", description(chapter.text))
        scripts = self._scripts(book, chapter)
        if number_of(chapter.path) is None:
            lines = timed(lines, book, chapter)
        if not shown:
            return [*lines, *self._foot(self._offered([]) + scripts)]
        labels = self._labels(book, chapter)
        it = self.page.ran(book, chapter)
        files = self._downloads(it)
        woven, position = [], 0
        for number, ((block, result), there) in enumerate(
            zip(it, shown, strict=True), 1
        ):
            fence = there.fence
            above = lines[position : fence.line - 1]
            if number == 1:
                above = opened(above, book, history_of(book), chapter)
                above = self._with_bar(above, files)
            woven += above
            name = name_of(number)
            self.page.names.append(name)
            before, marks = labels.get(block.fence.line, ("", ""))
            woven += self._label(before, fence.indent)
            woven.append(header(lines[fence.line - 1], block, name, marks))
            woven += lines[fence.line : fence.end]
            after = displayed(block, result, name)
            woven += self._html(after, fence.indent)
            position = there.end
        woven += lines[position:]
        end = package(it) + self._offered(files) + scripts
        return [*woven, *self._foot(end)]

    def _labels(self, book: Book, chapter: Chapter) -> dict[int, tuple[str, str]]:
        """Label and changed lines of each source block, by the line of its fence."""
        history = history_of(book)
        return {
            step.source.fence.line: (
                label(book, history, step),
                " ".join(map(str, changed_lines(step))),
            )
            for step in book.steps(chapter.path)
        }

    def _downloads(self, it: ChapterRun) -> list[Download]:
        """Put a chapter's downloads beside its page, and return them."""
        here = place(self.md)
        assert here is not None  # else there would be no chapter
        here.folder.mkdir(parents=True, exist_ok=True)
        files = list(downloads(it))
        for file in files:
            (here.folder / file.name).write_bytes(file.content)
        return files

    def _offered(self, files: list[Download]) -> str:
        """What can be taken along, at the foot of a page."""
        here = place(self.md)
        if here is None or is_docstring(self.md):
            return ""
        return foot(files, here.beside)

    def _with_bar(self, lines: list[str], files: list[Download]) -> list[str]:
        """The lines of a chapter's opening, with the bar below them."""
        here = place(self.md)
        if here is None or ABOUT not in lines:
            return lines
        at = lines.index(ABOUT) + 1
        return [*lines[:at], *self._html(bar(files, here.beside), 0), *lines[at:]]

    def _scripts(self, book: Book, chapter: Chapter) -> str:
        """Let readers run the page; what stands at its end for that."""
        here = place(self.md)
        if here is None or is_docstring(self.md) or not is_built():
            return ""
        here.folder.mkdir(parents=True, exist_ok=True)
        about = put(book, chapter, here.folder, here.site)
        about["record"] = record.put(book, history_of(book), here.site, here.address)
        # Not among the lines: MkDocs takes a title from the first element of a page.
        self.page.style = style(here.home)
        return script(about, here.home)

    def _label(self, text: str, indent: int) -> list[str]:
        """A paragraph above a fence."""
        if not text:
            return []
        start = " " * indent
        return ["", start + text, start + "{: .literate-label }", ""]

    def _foot(self, text: str) -> list[str]:
        """HTML at the end: its mark ends a paragraph, so it gets none of its own."""
        return [*self._html(text, 0), ""] if text else []

    def _html(self, text: str, indent: int) -> list[str]:
        """Lines that stand for some HTML."""
        if not text:
            return []
        return ["", " " * indent + self.md.htmlStash.store(text), ""]


class _Finish(Treeprocessor):
    """Notes that what comes next is the whole page, not one of its headings."""

    def __init__(self, md: Markdown, page: Current) -> None:
        super().__init__(md)
        self.page = page

    def run(self, root: Element) -> None:
        """Explain the terms of the book's glossary, too."""
        self.page.is_whole = True
        if self.page.has_failed:  # the book cannot be read, and the page says so
            return
        found, here = self.page.find(), place(self.page.md)
        if found is None or here is None or is_docstring(self.page.md):
            return
        book, chapter = found
        if chapter.path == book.glossary:
            name_entries(root, book)
        elif book.glossary:
            address = here.url(book.glossary.removeprefix(f"{book.docs}/"))
            link_terms(root, book, chapter.path, address)


class _Count(Postprocessor):
    """Holds the Python fences of the finished page against the chapter's blocks."""

    def __init__(self, md: Markdown, page: Current) -> None:
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
        return self.page.style + light(told_apart(text))

    def _with_origins(self, text: str) -> str:
        """Link the objects of a reference page to the blocks that wrote them."""
        found, here = self.page.find(), place(self.page.md)
        if found is None or here is None:
            return text
        book, _ = found
        return with_origins(text, book, history_of(book), here.url)


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
