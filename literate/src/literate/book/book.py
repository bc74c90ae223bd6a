"""The book: its chapters in the order of the nav, and every state of its package."""

from __future__ import annotations

import contextlib
import copy
import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from literate.book.blocks import Block, Cell, Source, parse
from literate.book.config import NAMES, find_config, read_config
from literate.book.headers import fault_of_title
from literate.errors import BookError
from literate.kernel.blocks import Snapshot
from literate.kernel.source.definitions import Change, ClassBlock, Item, Module, Origin
from literate.kernel.source.merging import merge
from literate.kernel.source.reading import read

__all__ = ["Book", "Chapter", "Snapshot", "Step"]

CLASS = re.compile(r"^class (\w+)", re.MULTILINE)
FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n.*?^(?:---|\.\.\.)[ \t]*$\n?", re.DOTALL | re.MULTILINE
)
"""Settings of a page for its site, above its text."""


class Step(NamedTuple):
    """A source block, what it says, what it changed, and the package after it."""

    source: Source
    items: tuple[Item, ...]
    changes: tuple[Change, ...]
    snapshot: Snapshot


@dataclass(frozen=True)
class Chapter:
    """A page of the book: its path below the root, its text and its blocks."""

    path: str
    text: str

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The source blocks and cells, in the order of the page.

        Raises:
            BookError: Where a fence is malformed.
        """
        return parse(self.path, self.text)

    @property
    def sources(self) -> list[Source]:
        """The source blocks."""
        return [block for block in self.blocks if isinstance(block, Source)]

    @property
    def cells(self) -> list[Cell]:
        """The cells."""
        return [block for block in self.blocks if isinstance(block, Cell)]

    @property
    def title(self) -> str:
        """The text of the first heading, or the path."""
        text = FRONT_MATTER.sub("", self.text)
        match = re.search(r"^# +(.+?)\s*(?:\{.*\})?$", text, re.MULTILINE)
        return match[1] if match else self.path


class Book:
    """The chapters of a project, and the package that they make.

    Args:
        root: The folder of its configuration.
        file: The configuration, where it is not one of MkDocs's usual name.

    Raises:
        BookError: Where that names no package, or not the chapters there are.
    """

    def __init__(self, root: Path, file: Path | None = None) -> None:
        found = (file or find_config(root.resolve())) or root / NAMES[0]
        config = read_config(found.resolve())
        self.config, self.docs, self.paths, self.options, self.settings = config
        self.root = self.config.parent
        self.package = self.options.package
        self._steps: dict[str, list[Step]] = {}
        self._titles: set[str] = set()

    @classmethod
    def find(cls, start: Path) -> Book:
        """The book that a file or folder belongs to.

        Raises:
            BookError: Where no folder above is that of a book.
        """
        folder = start.resolve()
        folder = folder if folder.is_dir() else folder.parent
        file = find_config(folder, of_any_site=True)
        if file is None:
            message = "no mkdocs.yml of a book here or in a folder above"
            raise BookError(str(start), None, message)
        return cls(file.parent, file)

    @cached_property
    def chapters(self) -> dict[str, Chapter]:
        """The chapters by path, in the order of the nav."""
        return {path: self.page(path) for path in self.paths}

    @cached_property
    def data(self) -> dict[str, bytes]:
        """The files that lie beside the cells, by their names there."""
        if not self.options.data:
            return {}
        folder = self.root / self.options.data
        return {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        }

    def path_of(self, word: str) -> str:
        """The path of a page that is named from here, or from the book's folder."""
        file = Path(os.path.abspath(word))
        if file.is_file() and file.is_relative_to(self.root):
            return file.relative_to(self.root).as_posix()
        return word

    def unknown(self, path: str) -> str:
        """What is said of a path that is no chapter."""
        near = difflib.get_close_matches(path, self.paths, 1)
        guess = f": did you mean {near[0]}?" if near else ""
        return f"no such chapter in the nav of {self.config.name}{guess}"

    def page(self, path: str) -> Chapter:
        """A chapter, or another Markdown file below the root (such as the README).

        Raises:
            BookError: Where it is not UTF-8, or holds source though it is no chapter.
        """
        data = (self.root / path).read_bytes()
        try:
            page = Chapter(path, data.decode("utf-8"))
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise BookError(path, line, "not valid UTF-8: save it as such") from None
        if path not in self.paths and page.sources:
            line = page.sources[0].fence.line
            message = "a source block outside the chapters of the nav"
            raise BookError(path, line, message)
        return page

    def edited(self, texts: Mapping[str, str]) -> Book:
        """The book as it would be with other texts in some chapters.

        Returns:
            Another book; this one and the disk stay as they are.
        """
        other = copy.copy(self)
        other.chapters = {
            path: Chapter(path, texts.get(path, chapter.text))
            for path, chapter in self.chapters.items()
        }
        same = list(takewhile(lambda path: path not in texts, self.paths))
        other._steps = {path: self._steps[path] for path in same if path in self._steps}
        return other

    def steps(self, path: str) -> list[Step]:
        """What the source blocks of a chapter do, each with the package after it.

        Raises:
            BookError: Where a source block up to the end of the chapter is wrong.
        """
        snapshot: Snapshot = {}
        for each in self.paths[: self.paths.index(path) + 1]:
            if each not in self._steps:
                self._steps[each] = self._merged(each, snapshot)
            if self._steps[each]:
                snapshot = self._steps[each][-1].snapshot
        return self._steps[path]

    def step(self, source: Source) -> Step:
        """What a source block does."""
        steps = self.steps(source.fence.path)
        return next(step for step in steps if step.source == source)

    def _merged(self, path: str, snapshot: Snapshot) -> list[Step]:
        """The steps of a chapter, below the package that the chapters above it make."""
        steps: list[Step] = []
        for source in self.chapters[path].sources:
            steps.append(self._step(source, snapshot))
            snapshot = steps[-1].snapshot
        return steps

    def _step(self, source: Source, snapshot: Snapshot) -> Step:
        """Merge a source block into the package."""
        items = self.read(source)
        try:
            module, changes = merge(snapshot.get(source.title, Module()), items)
        except BookError as error:
            guess = self._guess(source, items, snapshot)
            raise BookError(error.path, error.line, error.message + guess) from None
        after = {**snapshot, source.title: module}
        return Step(source, items, tuple(changes), after)

    def _guess(
        self, source: Source, items: tuple[Item, ...], snapshot: Snapshot
    ) -> str:
        """What may be meant by a block that goes on with what is not there."""
        near = difflib.get_close_matches(source.title, snapshot, 1)
        if source.title not in snapshot and near:
            return f"; {source.title} is new: did you mean {near[0]}?"
        there = snapshot.get(source.title, Module()).entries
        classes = {each.name for each in items if isinstance(each, ClassBlock)}
        missing = classes - there.keys()
        here = self.paths.index(source.fence.path)
        for path in self.paths[: here + 1]:
            for cell in self.chapters[path].cells:
                if missing & {*CLASS.findall(cell.code)}:
                    return (
                        f"; the cell at {cell.fence.place} defines it: does its "
                        f'fence lack `title="{source.title}"`?'
                    )
        for path in self.paths[here:]:
            with contextlib.suppress(BookError):  # what is wrong below is told there
                for other in self.chapters[path].sources:
                    made = [i for i in self.read(other) if isinstance(i, ClassBlock)]
                    if missing & {each.name for each in made if not each.reopens}:
                        return f"; {other.fence.place} defines it, further down"
        return ""

    def read(self, source: Source) -> tuple[Item, ...]:
        """What a source block says, if its title is right."""
        title, place = source.title, (source.fence.path, source.fence.line)
        if title not in self._titles:
            if fault := fault_of_title(title, self.package, self.root, self._titles):
                raise BookError(*place, f"the title {title!r} {fault}")
            self._titles.add(title)
        return read(source.code, Origin(source.fence.path, source.fence.first))

    def snapshot_above(self, path: str) -> Snapshot:
        """The package above a chapter's first line; for other pages the last one."""
        index = self.paths.index(path) if path in self.paths else len(self.paths)
        above = (self.steps(each) for each in reversed(self.paths[:index]))
        return next((steps[-1].snapshot for steps in above if steps), {})

    def snapshot(self, path: str, line: int | None = None) -> Snapshot:
        """The package as the source blocks above a line make it.

        Args:
            path: A chapter.
            line: A line of it; its end by default.

        Returns:
            The snapshot.

        Raises:
            BookError: Where there is no such chapter.
        """
        if path not in self.paths:
            raise BookError(path, line or 1, self.unknown(path))
        for step in reversed(self.steps(path)):
            if line is None or step.source.end <= line:
                return step.snapshot
        return self.snapshot_above(path)

    def recalled(self, chapter: Chapter) -> list[str]:
        """The chapters whose package a page may ask for, by `literate.snapshot`."""
        code = "".join(block.code for block in chapter.blocks)
        return [path for path in self.paths if "snapshot" in code and path in code]

    @property
    def last(self) -> Snapshot:
        """The package below the last line of the book."""
        return self.snapshot(self.paths[-1]) if self.paths else {}
