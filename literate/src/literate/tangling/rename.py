"""Renaming: another name for a definition, on every page that says it."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from literate.book.blocks import Block, Cell, Exercise, Fence, Source
from literate.book.book import Book, Chapter
from literate.book.checking import problems
from literate.book.history import definitions
from literate.errors import BookError
from literate.kernel.installing import module_name
from literate.kernel.source.definitions import Import
from literate.tangling.names import Names, in_text, places, starts_of
from literate.tangling.plan import Plan, plan

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
        raise BookError(new, 1, "is no name: give the new name alone, without dots")
    meant = _meant(book, old)
    name = meant[0].rpartition(".")[2]
    _check_free(book, meant, new)
    pages = [*book.chapters.values()]
    if (book.root / README).is_file():
        pages.append(book.page(README))
    texts: dict[str, str] = {}
    lines: list[str] = []
    for page in pages:
        offsets = sorted({*_in_page(book, page, meant)}, reverse=True)
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
    written = plan(edited, edited.last, book.root, force=False, drop=False)
    files = {book.root / path: text for path, text in texts.items()}
    work = Plan(book.root, {**files, **written.changes})
    return Renaming(work, tuple(lines), tuple(_outputs(pages, name)), tuple(meant))


def _defined(book: Book) -> dict[str, str]:
    """Every definition of the book, with the place that first wrote it."""
    found: dict[str, str] = {}
    for path in book.paths:
        for step in book.steps(path):
            module = module_name(step.source.title)
            for address, item in definitions(step.items):
                place = f"{item.origin.path}:{item.origin.line}"
                found.setdefault(f"{module}.{address}", place)
    return found


def _is_member(book: Book, full: str) -> bool:
    """Whether a definition stands in a class."""
    modules = {module_name(title) for path in book.paths for step in book.steps(path)
               for title in step.snapshot}  # fmt: skip
    return full.rpartition(".")[0] not in modules


def _meant(book: Book, old: str) -> list[str]:
    """The definitions that get the new name, the one that was asked for first."""
    defined = _defined(book)
    found = [full for full in defined if f".{full}".endswith(f".{old}")]
    if not found:
        raise BookError(old, 1, "the book has no definition of this name")
    members = [full for full in found if _is_member(book, full)]
    if len(found) > 1 and old not in found and len(members) < len(found):
        raise BookError(old, 1, f"which one: {', '.join(found)}?")
    first = old if old in found else found[0]
    if not _is_member(book, first):
        return [first]
    # Whoever calls a member may call it of any of these classes.
    name = first.rpartition(".")[2]
    if name.startswith("__") and name.endswith("__"):
        raise BookError(old, 1, f"Python itself calls `{name}` by this name")
    others = [
        full
        for full in defined
        if full != first and full.rpartition(".")[2] == name and _is_member(book, full)
    ]
    return [first, *others]


def _check_free(book: Book, meant: list[str], new: str) -> None:
    """Refuse a name that something else has."""
    defined = _defined(book)
    is_member = _is_member(book, meant[0])
    for full, place in defined.items():
        scope, _, name = full.rpartition(".")
        same = is_member and _is_member(book, full)
        if name == new and (same or scope == meant[0].rpartition(".")[0]):
            path, _, number = place.rpartition(":")
            raise BookError(path, int(number), f"{full} has this name already")
    old = meant[0].rpartition(".")[2]
    for page in book.chapters.values():
        for block in page.blocks:
            for fence in _codes(block):
                if clash := _clash(fence.text, old, new, is_member):
                    message = f"`{new}` is a name here already, beside `{old}`"
                    raise BookError(page.path, fence.line + clash, message)


def _clash(code: str, old: str, new: str, is_member: bool) -> int:
    """The line of a code that says both names; 0 where none does."""
    if not re.search(rf"\b{re.escape(old)}\b", code):
        return 0
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return 0
    for node in ast.walk(tree):
        said = getattr(node, "attr" if is_member else "id", None)
        if not is_member:
            said = said or getattr(node, "arg", None) or getattr(node, "name", None)
        line = getattr(node, "lineno", 0)
        if said == new:
            return line or 1
    return 0


def _codes(block: Block) -> Iterator[Fence]:
    """The fences of a block that hold code."""
    yield block.fence
    if isinstance(block, Exercise):
        yield from (block.check, *block.wrong)


def _in_page(book: Book, page: Chapter, meant: list[str]) -> Iterator[int]:
    """The offsets at which a page says the name."""
    scope, _, name = meant[0].rpartition(".")
    is_member = _is_member(book, meant[0])
    modules = frozenset() if is_member else frozenset(_modules(book, scope, name))
    names = Names(name, is_member, book.package, modules)
    steps = iter(book.steps(page.path) if page.path in book.paths else ())
    starts = starts_of(page.text)
    fenced: set[int] = set()
    for block in page.blocks:
        for fence in _codes(block):
            inside, module = names, ""
            if isinstance(block, Source):
                module = module_name(block.title)
                imports = next(steps).snapshot[block.title].imports
                bound = module in modules
                inside = Names(name, is_member, book.package, modules, bound)
                inside.foreign = set(_foreign(imports.values(), book.package))
            for offset in places(fence.text, inside, module):
                below = fence.text.count("\n", 0, offset)
                column = offset - (fence.text.rfind("\n", 0, offset) + 1)
                yield starts[fence.line + below] + fence.indent + column
            fenced.update(range(fence.line - 1, fence.end))
        if isinstance(block, Cell):
            for shown in filter(None, (block.output, block.figure)):
                fenced.update(range(shown.line - 1, shown.end))
    for number, line in enumerate(page.text.split("\n")):
        if number not in fenced:
            yield from (starts[number] + each for each in in_text(line, names))
            for full in meant:  # as in a link to the reference
                for match in re.finditer(rf"(?<![\w.]){re.escape(full)}(?!\w)", line):
                    yield starts[number] + match.end() - len(name)


def _modules(book: Book, module: str, name: str) -> set[str]:
    """The modules from which a name can be imported: its own, and who imports it."""
    found = {module}
    size = 0
    while size < len(found):
        size = len(found)
        for path in book.paths:
            for step in book.steps(path):
                for title, each in step.snapshot.items():
                    it = each.imports.get(name)
                    if it and it.original == name and _whole(it, title) in found:
                        found.add(module_name(title))
    return found


def _whole(it: Import, title: str) -> str:
    """The full name of the module that an import names."""
    level = len(it.module) - len(it.module.lstrip("."))
    if not level:
        return it.module
    parents = title.split("/")[:-level]
    return ".".join([*parents, it.module.lstrip(".")]).rstrip(".")


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
