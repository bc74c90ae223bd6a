"""Labels: what a source block does to the package, told from the merge, never typed."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from literate.book.book import Book, Step
from literate.book.history import History, Version, definitions
from literate.kernel.source.definitions import Change, Definition, Entry, Import
from literate.weaving.parts.opening import called, number_of


def label(book: Book, history: History, step: Step) -> str:
    """The line above a source block: its file, and where its definitions go.

    Args:
        book: The book.
        history: The history of its definitions.
        step: The block, with what it changed.

    Returns:
        A line of Markdown with an anchor for each definition, and with links to the
        versions before and after.
    """
    fence = step.source.fence
    written = history.written(fence.path, fence.line)
    changes = {change.address: change for change in step.changes}
    anchors = "".join(_anchor(history, version) for version in written)
    if _is_new(book, step):
        told = ["new file"]
    else:
        told = [*_added(written, changes), *_replaced(book, history, written, changes)]
    sentences = ["; ".join(told or ["imports or docstring"])]
    sentences += _later(book, history, written)
    return f"{anchors}`{step.source.title}` {'. '.join(sentences)}"


def _anchor(history: History, version: Version) -> str:
    """The place of a version; it says where there are others to compare it with."""
    several = len(history.versions(version.name)) > 1
    told = f' data-versions="{version.name}"' if several else ""
    return f'<span id="{version.anchor}"{told}></span>'


def _is_new(book: Book, step: Step) -> bool:
    """Whether no block above wrote to the file."""
    fence = step.source.fence
    return step.source.title not in book.snapshot(fence.path, fence.line - 1)


def _added(written: list[Version], changes: dict[str, Change]) -> Iterator[str]:
    """New names, those that go to one place together."""
    groups: dict[str, list[Version]] = {}
    places: dict[str, str | None] = {}
    for version in written:
        change = changes.get(version.address)
        if change and change.action == "added":
            groups.setdefault(_scope(version), []).append(version)
            places.setdefault(_scope(version), change.after)
    for scope, versions in groups.items():
        place = f" to `{scope}`" if scope else ""
        if after := places[scope]:
            place += f", after `{after}`" if scope else f" after `{after}`"
        yield f"adds {_names(versions)}{place}"


def _replaced(
    book: Book, history: History, written: list[Version], changes: dict[str, Change]
) -> Iterator[str]:
    """Replaced and removed names, those from one place together."""
    groups: dict[tuple[object, ...], list[Version]] = {}
    for version in written:
        change = changes.get(version.address)
        if change and change.action != "added":
            before = history.before(version)
            target = _place(version, before) if before else None
            key = (version.removed, _scope(version), target)
            groups.setdefault(key, []).append(version)
    for versions in groups.values():
        first = versions[0]
        before = history.before(first)
        verb = "removes" if first.removed else "replaces"
        place = f" of `{_scope(first)}`" if _scope(first) else ""
        link = f" from {_link(book, first, before)}" if before else ""
        yield f"{verb} {_names(versions)}{place}{link}"


def _later(book: Book, history: History, written: list[Version]) -> Iterator[str]:
    """What becomes of the names later on, those of one place together."""
    groups: dict[str, list[str]] = {}
    for version in written:
        after = history.after(version)
        if after and not version.removed:
            place = "above" if after.line < version.line else "below"
            if after.path != version.path:
                place = f"in {_ahead(after.path)}"
            told = f"{'removed' if after.removed else 'replaced'} {place}"
            link = _link(book, version, after, f"`{_own(version)}`")
            groups.setdefault(told, []).append(link)
    for told, links in groups.items():
        yield f"Later {told}: {', '.join(links)}"


def _place(here: Version, there: Version) -> tuple[str, int]:
    """What one link can lead to: a block of the page, or another chapter."""
    return (there.path, there.line if there.path == here.path else 0)


def _link(book: Book, here: Version, there: Version, title: str = "") -> str:
    """A link from one block to another, with this title or with that of the chapter."""
    if here.path == there.path:
        title = title or ("above" if there.line < here.line else "below")
        return f"[{title}](#{there.anchor})"
    page = posixpath.relpath(there.path, posixpath.dirname(here.path))
    return f"[{title or called(book, there.path)}]({page}#{there.anchor})"


def _ahead(path: str) -> str:
    """The name of a chapter to come: its title may give away how this one ends."""
    number = number_of(path)
    return "a later chapter" if number is None else f"chapter {number}"


def _names(versions: Iterable[Version]) -> str:
    """Names with links to the reference, where it has them."""
    return ", ".join(
        f'<autoref identifier="{version.name}" optional>`{_own(version)}`</autoref>'
        for version in versions
    )


def _scope(version: Version) -> str:
    return version.address.rpartition(".")[0]


def _own(version: Version) -> str:
    return version.address.rpartition(".")[2]


def changed_lines(step: Step) -> list[int]:
    """The lines of a block that differ from the definitions which it replaces.

    Args:
        step: The block.

    Returns:
        Lines counted from 1 at the top of the block; none where nothing is replaced.
    """
    before: dict[str, Definition] = {}
    # A class comes after its members here, and may hold their new versions already.
    for change in reversed(step.changes):
        if change.before and not isinstance(change.before, Import):
            before |= _flat(change.address, change.before)
    result: list[int] = []
    for address, definition in definitions(step.items):
        old = before.get(address)
        if old and isinstance(definition, Definition):
            start = definition.origin.line - step.source.fence.line
            result += [start + offset for offset in _differing(old, definition)]
    return result


def _flat(address: str, entry: Entry) -> dict[str, Definition]:
    """The definitions of an entry by address."""
    if isinstance(entry, Definition):
        return {address: entry}
    result = {address: entry.header}
    for name, member in entry.members.items():
        result |= _flat(f"{address}.{name}", member)
    return result


def _differing(old: Definition, new: Definition) -> Iterator[int]:
    """The lines of a text, counted from 0, that its old version did not have."""
    a, b = old.text.splitlines(), new.text.splitlines()
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    for tag, _, _, start, end in matcher.get_opcodes():
        if tag in ("replace", "insert"):
            yield from (line for line in range(start, end) if b[line].strip())
