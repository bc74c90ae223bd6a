"""Weaving: a Python-Markdown extension that shows a chapter with what it displayed.

Code stays with the site's own highlighter. The extension gives each Python fence a name
and a label, and puts what the run displayed in the place of the `output` and `figure`
fences. At the end it counts: a Python fence on the page that is no block of the
chapter, or a block that the page does not show, fails the build.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from literate.book.blocks import Block, Cell, Source, parse
from literate.book.options import LIMIT
from literate.errors import BookError
from literate.exporting.downloads import downloads
from literate.running.run import ChapterRun
from literate.weaving.browser import record
from literate.weaving.browser.bundle import is_built
from literate.weaving.browser.lessons import name_of, put, script, style
from literate.weaving.current import Current, Here, find
from literate.weaving.fragments import displayed, header, package, told_apart
from literate.weaving.parts.code import light
from literate.weaving.parts.describing import description
from literate.weaving.parts.glossary import link_terms, name_entries, terms
from literate.weaving.parts.labels import changed_lines, label
from literate.weaving.parts.naming import number_of
from literate.weaving.parts.opening import opened, timed
from literate.weaving.parts.reference import with_origins
from literate.weaving.parts.taking import bar, foot
from literate.weaving.place import is_docstring
from literate.weaving.runs import runs_of

# Before the fences are rendered (25), after the white space is normalized (30), which
# would break the marks of stashed HTML.
BEFORE_FENCES = 28
# After the stashed HTML is back in the page (30).
AFTER_HTML = 1
# After the table of contents (5), which sends each heading through the postprocessors.
AFTER_TREE = -1
OF_A_LINE = ("inline", "relpath", "unescape")
"""What makes HTML of a line; the second is of MkDocs, which knows the files."""
NOTE = re.compile(r"\[\^[^\]]+\]: ")
NOTES_HERE = "///Footnotes Go Here///"
"""The mark by which Python-Markdown lets a page say where its footnotes stand."""
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
        """Register the steps of the weaving."""
        page = Current(md)
        md.preprocessors.register(_Weave(page), "literate_weave", BEFORE_FENCES)
        md.treeprocessors.register(_Finish(page), "literate_finish", AFTER_TREE)
        md.postprocessors.register(_Count(page), "literate_count", AFTER_HTML)


class _OfPage:
    """What the steps have in common: the page."""

    def __init__(self, page: Current) -> None:
        self.md = page.md
        self.page = page


class _Weave(_OfPage, Preprocessor):
    """Puts labels, outputs and figures around the fences of a page."""

    def run(self, lines: list[str]) -> list[str]:
        """Weave a page."""
        self.page.begin()
        try:
            self.page.here = here = find(self.md)
            return self._weave(lines, here) if here else lines
        except BookError as error:
            return [*self._html(self.page.fail(error)), *lines]

    def _weave(self, lines: list[str], here: Here) -> list[str]:
        book, chapter, place = here
        terms(book)  # what is wrong with them is told here, where errors are shown
        shown = parse(chapter.path, "\n".join(lines))
        if is_docstring(self.md):  # it may stand on a page that has cells of its own
            _check_same(chapter.path, (), shown)
            return lines
        _check_same(chapter.path, chapter.blocks, shown)
        place.settings.setdefault("description", description(chapter.text))
        place.folder.mkdir(parents=True, exist_ok=True)
        scripts = self._scripts(here)
        if number_of(chapter.path) is None:
            lines = timed(lines, book, chapter)
        if not shown:
            return [*lines, *self._html(foot([], place.beside) + scripts), ""]
        it = runs_of(book).of(chapter.path)
        files = list(downloads(it))
        for file in files:
            (place.folder / file.name).write_bytes(file.content)
        woven, position = list[str](), 0
        for number, there in enumerate(shown):
            above = lines[position : there.fence.line - 1]
            if number == 0:
                links = self._html(bar(files, place.beside))
                above = opened(above, book, here.history, chapter, links)
            woven += above + self._block(lines, here, it, number, there)
            position = there.end
        end = package(it) + foot(files, place.beside) + scripts
        # The mark of HTML ends a paragraph, so it gets none of its own.
        notes = self._notes(lines)
        return [*woven, *lines[position:], *notes, *self._html(end), ""]

    def _notes(self, lines: list[str]) -> list[str]:
        """The place of a page's footnotes: above what can be taken along."""
        has_notes = "footnote" in self.md.treeprocessors
        if has_notes and any(NOTE.match(line) for line in lines):
            return ["", NOTES_HERE, ""]
        return []

    def _block(
        self, lines: list[str], here: Here, it: ChapterRun, number: int, there: Block
    ) -> list[str]:
        """One block, between its label and what it displays."""
        block, fence = it.chapter.blocks[number], there.fence
        name = name_of(number + 1)
        self.page.names.append(name)
        above, marks = list[str](), ""
        if isinstance(block, Source):
            step, start = here.book.step(block), " " * fence.indent
            told = [label(here.book, here.history, step), "{: .literate-label }"]
            above = ["", *(start + line for line in told), ""]
            marks = " ".join(map(str, changed_lines(step)))
        return [
            *above,
            header(lines[fence.line - 1], block, name, marks),
            *lines[fence.line : fence.end],
            *self._html(
                displayed(block, it.results[number], name, self._caption(block)),
                fence.indent,
            ),
        ]

    def _caption(self, block: Block) -> str:
        """The caption of a cell's figure, as HTML: Markdown, as the prose around it."""
        if not isinstance(block, Cell) or block.figure is None:
            return ""
        root = Element("div")
        words = SubElement(root, "p")
        words.text = " ".join(block.figure.text.split())
        for name in OF_A_LINE:
            if name in self.md.treeprocessors:
                self.md.treeprocessors[name].run(root)
        return self.md.serializer(words).removeprefix("<p>").removesuffix("</p>")

    def _scripts(self, here: Here) -> str:
        """Let readers run the page; what stands at its end for that."""
        if not is_built():
            return ""
        book, chapter, place = here
        about = put(book, chapter, place.folder, place.site)
        about["record"] = record.put(book, here.history, place.site, place.address)
        # Not among the lines: MkDocs takes a title from the first element of a page.
        self.page.style = style(place.home)
        return script(about, place.home)

    def _html(self, text: str, indent: int = 0) -> list[str]:
        """Lines that stand for some HTML."""
        return ["", " " * indent + self.md.htmlStash.store(text), ""] if text else []


class _Finish(_OfPage, Treeprocessor):
    """Notes that what comes next is the whole page, not one of its headings."""

    def run(self, root: Element) -> None:
        """Explain the terms of the book's glossary, too."""
        self.page.is_whole = True
        here = self.page.here
        if here is None or self.page.has_failed or is_docstring(self.md):
            return
        book, chapter, place = here
        if chapter.path == book.options.glossary:
            name_entries(root, book)
        elif book.options.glossary:
            address = place.url(book.options.glossary.removeprefix(f"{book.docs}/"))
            link_terms(root, book, chapter.path, address)


class _Count(_OfPage, Postprocessor):
    """Holds the Python fences of the finished page against the chapter's blocks."""

    def run(self, text: str) -> str:
        """Count, and add what only a finished page has room for."""
        page, here = self.page, self.page.here
        if not page.is_whole or page.has_failed:
            return text
        shown = [match["name"] or "" for match in SHOWN.finditer(text)]
        if shown != page.names:
            message = (
                f"the page shows {len(shown)} Python fences, but the chapter has "
                f"{len(page.names)} blocks: one of them stands where Markdown and the "
                "parser differ"
            )
            path = here.chapter.path if here else ""
            return page.fail(BookError(path, 1, message)) + text
        if here and "doc-heading" in text:
            text = with_origins(text, here.book, here.history, here.place.url)
        return page.style + light(told_apart(text))


def _check_same(path: str, blocks: tuple[Block, ...], shown: tuple[Block, ...]) -> None:
    """Refuse fences that only the page has, as when another file is included."""
    if [block.fence.text for block in blocks] != [block.fence.text for block in shown]:
        message = "the page shows other Python fences than the chapter's file holds"
        raise BookError(path, 1, message)
