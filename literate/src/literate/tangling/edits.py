"""Edits: what somebody changed in the package on disk, told by names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from literate.book.book import Book
from literate.errors import BookError
from literate.kernel.source.definitions import (
    DOCSTRING,
    Class,
    Definition,
    Entry,
    Import,
    Module,
    Origin,
)
from literate.kernel.source.merging import module_of
from literate.kernel.source.rendering import text_of
from literate.tangling.plan import (
    FIRST_LINE,
    check_merged,
    file_text,
    unified,
    with_first_line,
)

Names = tuple[str, ...]


class Edit(NamedTuple):
    """What became of a definition, an import, or the header of a class.

    Attributes:
        title: The file.
        names: Its name, after those of the classes around it.
        old: What the book has; None where it is new.
        new: What the file has; None where it is gone.
        moved: Whether it stands elsewhere among the others now.
        around: All names that stand beside it in the file, in their order.
        header: Where the header of the class around it was written.
    """

    title: str
    names: Names
    old: Entry | Import | None
    new: Entry | Import | None
    moved: bool = False
    around: Names = ()
    header: Origin | None = None

    @property
    def scope(self) -> Names:
        """The names of the classes around it."""
        return self.names[:-1]

    @property
    def address(self) -> str:
        """The name, as an author writes it."""
        return ".".join(self.names)

    @property
    def what(self) -> str:
        """What it is, as messages call it."""
        is_import = isinstance(self.new or self.old, Import)
        return f"{'the import of ' if is_import else ''}`{self.address}`"


class BothChangedError(BookError):
    """The book and the package were both edited since the last tangle.

    `diff` shows both.
    """

    diff = ""


def edited_files(book: Book) -> dict[str, str]:
    """The text of each file that was edited by hand.

    Raises:
        BookError: Where a file is gone, or the book changed as well.
    """
    edited: dict[str, str] = {}
    diffs = []
    is_stale = False
    for title, module in book.last.items():
        text, wanted = _text(book.root / title, title), file_text(module, book.package)
        first, _, body = text.partition("\n")
        fitting, _, other = wanted.partition("\n")
        if text != with_first_line(body):
            edited[title] = text
        is_stale |= first != fitting and body != other
        diffs.append(unified(f"book: {title}", wanted, f"on disk: {title}", text))
    if edited and is_stale:
        title = next(iter(edited))
        message = "the book and the package both changed since the last tangle"
        error = BothChangedError(title, 1, f"{message}: undo one of the edits")
        error.diff = "".join(diffs)
        raise error
    return edited


def _text(path: Path, title: str) -> str:
    """The text of a tangled file, if an editor has left it one."""
    if not path.is_file():
        raise BookError(title, None, "this file is gone: tangle to get it back")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BookError(title, line, "not valid UTF-8") from None
    check_merged(title, text)
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        raise BookError(title, line, "CRLF line end: save the file with LF line ends")
    if text.startswith("\ufeff"):
        message = "byte order mark: save the file as UTF-8 without one"
        raise BookError(title, 1, message)
    if not FIRST_LINE.match(text):
        message = "the first line is not the tangled one: put it back"
        raise BookError(title, 1, message)
    if not text.endswith("\n"):
        line = text.count("\n") + 1
        raise BookError(title, line, "no line end: end the last line with one")
    return text


def edits(book: Book, title: str, body: str) -> list[Edit]:
    """What is different in a file that was edited, in its order.

    Args:
        book: The book.
        title: The file.
        body: Its text below the first line.

    Raises:
        BookError: Where tangling would lay out the file otherwise, or something is
            another kind of thing now.
    """
    module = module_of(body, Origin(title, 2))
    laid_out = text_of(module, book.package)
    if laid_out != body:
        message = "tangling would lay out this line otherwise: format the file first"
        raise BookError(title, first_difference(laid_out, body), message)
    old = book.last[title]
    imports = [
        Edit(title, (name,), old.imports.get(name), module.imports.get(name))
        for name in {**module.imports, **old.imports}
        if _meaning(old.imports.get(name)) != _meaning(module.imports.get(name))
    ]
    return [*imports, *_compared(title, _entries(old), _entries(module))]


def first_difference(text: str, other: str) -> int:
    """The line of a file on which two texts of its body differ."""
    lines = zip(text.split("\n"), other.split("\n"), strict=False)
    same = next((n for n, (a, b) in enumerate(lines) if a != b), text.count("\n"))
    return same + 2


def _meaning(it: Import | None) -> object:
    return it and (it.module, it.original, it.guarded, it.above, it.beside)


def _entries(module: Module) -> dict[str, Entry]:
    """The entries of a module, its docstring first."""
    docstring = {DOCSTRING: module.docstring} if module.docstring else {}
    return {**docstring, **module.entries}


def _compared(
    title: str,
    old: Mapping[str, Entry],
    new: Mapping[str, Entry],
    scope: Names = (),
    header: Origin | None = None,
) -> Iterator[Edit]:
    """Compare the entries of a module, or the members of a class."""
    around, moved = tuple(new), _moved(old, new)
    above = dict(zip(around, (None, *new.values()), strict=False))
    for name in {**new, **old}:
        names, before, after = (*scope, name), old.get(name), new.get(name)
        is_below_value = _is_value(above.get(name))
        if isinstance(after, Definition):  # else nothing can stand right above it
            after = replace(after, tight=after.tight and is_below_value)
        change = Edit(title, names, before, after, name in moved, around, header)
        if before is None or after is None:
            yield change
        elif isinstance(before, Class) != isinstance(after, Class):
            reason = "is a class on one side only: edit its chapter"
            raise BookError(title, after.origin.line, f"{change.what} {reason}")
        elif isinstance(before, Class) and isinstance(after, Class):
            if before.header.text != after.header.text or change.moved:
                yield change
            members = before.members, after.members
            yield from _compared(title, *members, names, before.origin)
        elif isinstance(before, Definition) and isinstance(after, Definition):
            is_tight = before.tight and is_below_value
            if (before.text, is_tight) != (after.text, after.tight) or change.moved:
                yield change


def _is_value(entry: Entry | None) -> bool:
    return isinstance(entry, Definition) and entry.kind == "assignment"


def _moved(old: Mapping[str, Entry], new: Mapping[str, Entry]) -> set[str]:
    """The names that stand in another order."""
    before = [name for name in old if name in new]
    after = [name for name in new if name in old]
    same = SequenceMatcher(None, before, after, False).get_matching_blocks()
    kept = {name for match in same for name in after[match.b : match.b + match.size]}
    return {*after} - kept
