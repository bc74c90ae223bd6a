"""Renaming: another name for a definition, on every page that says it."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from literate.book.blocks import Cell, Source
from literate.book.book import Book, Chapter
from literate.book.checking import problems
from literate.book.history import definitions
from literate.errors import BookError
from literate.kernel.installing import module_name
from literate.kernel.source.definitions import Import, Origin
from literate.kernel.source.names import parse
from literate.tangling.mentions import (
    fences_of,
    in_text,
    places,
    starts_of,
    whole,
)
from literate.tangling.plan import Plan, plan
from literate.tangling.wanted import Wanted

README = "README.md"


@dataclass(frozen=True)
class Renaming:
    """What a new name changes.

    Attributes:
        plan: The chapters and the files of the package that it writes.
        lines: The lines that it changes, as `path:line: text`.
        outputs: The places of outputs that say the old name, and may be old now.
        together: The definitions that get the new name.
    """

    plan: Plan
    lines: tuple[str, ...]
    outputs: tuple[str, ...]
    together: tuple[str, ...]


def rename(book: Book, old: str, new: str) -> Renaming:
    """Give a definition another name.

    Args:
        book: The book.
        old: The definition: `thing.core.Box.open`, `Box.open`, or `open`.
        new: Its new name, alone.

    Raises:
        BookError: Where there is no such definition, or several; where something else
            has the new name; and where the package on disk was edited by hand.
    """
    if not new.isidentifier() or keyword.iskeyword(new):
        raise BookError(new, None, "is no name: give the new name alone, without dots")
    defined = _defined(book)
    meant = _meant(defined, old)
    name, modules = meant[0].name, _modules(book, meant[0])
    fields = _taking(defined, meant)
    homes = _homes(book, [each for each in defined if each.name == name])
    _check_free(book, defined, meant[0], new)
    every = [*book.chapters.values()]
    if (book.root / README).is_file():
        every.append(book.page(README))
    texts: dict[str, str] = {}
    lines: list[str] = []
    for page in every:
        is_member, own = meant[0].is_member, set(homes)  # a page may name some anew
        wanted = Wanted(name, is_member, book.package, modules, fields, own)
        offsets = sorted({*_in_page(book, page, meant, wanted)}, reverse=True)
        text = page.text
        for offset in offsets:
            text = text[:offset] + new + text[offset + len(name) :]
        if text != page.text:
            texts[page.path] = text
            changed = sorted({page.text.count("\n", 0, offset) for offset in offsets})
            shown = text.split("\n")
            lines += [f"{page.path}:{n + 1}: {shown[n].strip()}" for n in changed]
    edited = book.edited(texts)
    if wrong := problems(edited):
        raise BookError(wrong[0].path, wrong[0].line, f"renamed: {wrong[0].message}")
    written = plan(edited, edited.last, book.root)
    files = {book.root / path: text for path, text in texts.items()}
    known = {book.root / page.path: page.text for page in every}
    work = Plan(book.root, {**files, **written.changes}, {**written.before, **known})
    together = tuple(each.full for each in meant)
    return Renaming(work, tuple(lines), tuple(_outputs(every, name)), together)


class _Defined(NamedTuple):
    """A definition of the book, and the chapter line that first wrote it."""

    scope: str
    name: str
    is_member: bool
    is_field: bool
    origin: Origin

    @property
    def full(self) -> str:
        """The full name."""
        return f"{self.scope}.{self.name}"


def _defined(book: Book) -> list[_Defined]:
    """Every definition of the book."""
    found: dict[str, _Defined] = {}
    for path in book.paths:
        for step in book.steps(path):
            module = module_name(step.source.title)
            for address, item in definitions(step.items):
                scope, _, name = f"{module}.{address}".rpartition(".")
                is_member = scope != module
                is_value = getattr(item, "kind", "") == "assignment"
                each = _Defined(
                    scope, name, is_member, is_member and is_value, item.origin
                )
                found.setdefault(each.full, each)
    return list(found.values())


def _meant(defined: list[_Defined], old: str) -> list[_Defined]:
    """The definitions that get the new name, the one that was asked for first."""
    found = [each for each in defined if f".{each.full}".endswith(f".{old}")]
    if not found:
        raise BookError(old, None, "the book has no definition of this name")
    exact = [each for each in found if each.full == old]
    if len(found) > 1 and not exact and not all(each.is_member for each in found):
        raise BookError(old, None, f"which one: {', '.join(e.full for e in found)}?")
    first = [*exact, *found][0]
    if not first.is_member:
        return [first]
    # Whoever calls a member may call it of any of these classes.
    name = first.name
    if name.startswith("__") and name.endswith("__"):
        raise BookError(old, None, f"Python itself calls `{name}` by this name")
    same = (each for each in defined if each.is_member and each.name == name)
    return [first, *(each for each in same if each != first)]


def _check_free(book: Book, defined: list[_Defined], meant: _Defined, new: str) -> None:
    """Refuse a name that something else has."""
    for each in defined:
        same = meant.is_member and each.is_member
        if each.name == new and (same or each.scope == meant.scope):
            raise BookError(*each.origin, f"{each.full} has this name already")
    for page in book.chapters.values():
        for block in page.blocks:
            for fence in fences_of(block):
                if clash := _clash(fence.text, meant.name, new, meant.is_member):
                    message = f"`{new}` is a name here already, beside `{meant.name}`"
                    raise BookError(page.path, fence.line + clash, message)


def _clash(code: str, old: str, new: str, is_member: bool) -> int:
    """The line of a code that says both names; 0 where none does."""
    if not re.search(rf"\b{re.escape(old)}\b", code):
        return 0
    for node in ast.walk(parse(code)):
        said = getattr(node, "attr" if is_member else "id", None)
        if not is_member:
            said = said or getattr(node, "arg", None) or getattr(node, "name", None)
        line = getattr(node, "lineno", 0)
        if said == new:
            return line or 1
    return 0


def _in_page(
    book: Book, page: Chapter, meant: list[_Defined], wanted: Wanted
) -> Iterator[int]:
    """The offsets at which a page says the name."""
    starts = starts_of(page.text)
    fenced: set[int] = set()
    for block in page.blocks:
        for fence in fences_of(block):
            inside, title = wanted, ""
            if isinstance(block, Source):
                title = block.title
                imports = book.step(block).snapshot[title].imports
                foreign = set(_foreign(imports.values(), book.package))
                bound = module_name(title) in wanted.modules
                inside = replace(wanted, bound=bound, foreign=foreign)
            for offset in places(fence.text, inside, title):
                below = fence.text.count("\n", 0, offset)
                column = offset - (fence.text.rfind("\n", 0, offset) + 1)
                yield starts[fence.line + below] + fence.indent + column
            fenced.update(range(fence.line - 1, fence.end))
        if isinstance(block, Cell):
            for shown in filter(None, (block.output, block.figure)):
                fenced.update(range(shown.line - 1, shown.end))
    for number, line in enumerate(page.text.split("\n")):
        if number not in fenced:
            yield from (starts[number] + offset for offset in in_text(line, wanted))
            for each in meant:  # as in a link to the reference
                full = re.escape(each.full)
                for match in re.finditer(rf"(?<![\w.]){full}(?!\w)", line):
                    yield starts[number] + match.end() - len(wanted.old)


def _taking(defined: list[_Defined], meant: list[_Defined]) -> frozenset[str]:
    """The calls that take a member as a keyword: of its classes, if it is a field."""
    own = {each.scope for each in defined if each.name == "__init__"}
    scopes = {each.scope for each in meant if each.is_field} - own
    classes = {scope.rpartition(".")[2] for scope in scopes}
    return frozenset({*classes, "cls", "replace"} if classes else ())


def _modules(book: Book, it: _Defined) -> frozenset[str]:
    """The modules from which a name can be imported: its own, and who imports it."""
    if it.is_member:
        return frozenset()
    passed_on = [
        (whole(item.module, step.source.title), module_name(step.source.title))
        for path in book.paths
        for step in book.steps(path)
        for item in step.items
        if isinstance(item, Import) and item.name == item.original == it.name
    ]
    found = {it.scope}
    for _ in passed_on:  # along chains, in whatever order they stand
        found |= {module for origin, module in passed_on if origin in found}
    return frozenset(found)


def _homes(book: Book, named: list[_Defined]) -> set[str]:
    """The last names of the modules that have a name which members have as well."""
    if not any(each.is_member for each in named):
        return set()
    modules = (module for each in named for module in _modules(book, each))
    return {module.rpartition(".")[2] for module in modules}


def _foreign(imports: Iterable[Import], package: str) -> Iterator[str]:
    """The names that come from other libraries."""
    for it in imports:
        if not it.module.startswith(".") and it.module.partition(".")[0] != package:
            yield it.name.partition(".")[0]


def _outputs(pages: list[Chapter], name: str) -> Iterator[str]:
    """The outputs and figures that say a name."""
    for page in pages:
        for cell in page.cells:
            for shown in filter(None, (cell.output, cell.figure)):
                if re.search(rf"\b{re.escape(name)}\b", shown.text):
                    yield shown.place
