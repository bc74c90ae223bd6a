"""Labels: what a source block does to the package, told from the merge, never typed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from difflib import SequenceMatcher
from typing import TypeVar

from literate.book.book import Book, Step
from literate.book.history import History, Version, definitions
from literate.kernel.source.definitions import Change, Definition, Entry, Import
from literate.weaving.parts.naming import link, number_of


def label(book: Book, history: History, step: Step) -> str:
    """The line above a source block: its file, and where its definitions go.

    Returns:
        A line of Markdown with an anchor for each definition, and with links to the
        versions before and after.
    """
    fence, title = step.source.fence, step.source.title
    written = history.written(fence.path, fence.line)
    changes = {change.address: change for change in step.changes}
    anchors = "".join(_anchor(history, version) for version in written)
    if title not in book.snapshot(fence.path, fence.line - 1):
        told = ["new file"]
    else:
        known = [version for version in written if version.address in changes]
        new = [each for each in known if changes[each.address].action == "added"]
        told = [*_added(new, changes)]
        told += _replaced(book, history, [each for each in known if each not in new])
    sentences = ["; ".join(told or ["imports or docstring"])]
    sentences += _later(book, history, written)
    return f"{anchors}`{title}` {'. '.join(sentences)}"


def _anchor(history: History, version: Version) -> str:
    """The place of a version; it says where there are others to compare it with."""
    several = len(history.versions(version.name)) > 1
    told = f' data-versions="{version.name}"' if several else ""
    return f'<span id="{version.anchor}"{told}></span>'


def _added(new: list[Version], changes: dict[str, Change]) -> Iterator[str]:
    """New names, those that go to one place together."""
    for scope, versions in _grouped(new, _scope).items():
        place = f" to `{scope}`" if scope else ""
        if after := changes[versions[0].address].after:
            place += f", after `{after}`" if scope else f" after `{after}`"
        yield f"adds {_names(versions)}{place}"


def _replaced(book: Book, history: History, old: list[Version]) -> Iterator[str]:
    """Replaced and removed names, those from one place together."""

    def kind(version: Version) -> Hashable:
        before = history.before(version)
        is_here = before and before.path == version.path
        target = before and (before.path, before.line if is_here else 0)
        return version.removed, _scope(version), target

    for versions in _grouped(old, kind).values():
        first = versions[0]
        before = history.before(first)
        verb = "removes" if first.removed else "replaces"
        place = f" of `{_scope(first)}`" if _scope(first) else ""
        origin = f" from {_link(book, first, before)}" if before else ""
        yield f"{verb} {_names(versions)}{place}{origin}"


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
            own = _link(book, version, after, f"`{_own(version)}`")
            groups.setdefault(told, []).append(own)
    for told, links in groups.items():
        yield f"Later {told}: {', '.join(links)}"


Kind = TypeVar("Kind", bound=Hashable)


def _grouped(
    versions: list[Version], kind: Callable[[Version], Kind]
) -> dict[Kind, list[Version]]:
    """Versions by their kind, in the order of the first of each."""
    groups: dict[Kind, list[Version]] = {}
    for version in versions:
        groups.setdefault(kind(version), []).append(version)
    return groups


def _link(book: Book, here: Version, there: Version, title: str = "") -> str:
    """A link from one block to another, with this title or with that of the chapter."""
    if here.path == there.path:
        title = title or ("above" if there.line < here.line else "below")
        return f"[{title}](#{there.anchor})"
    return link(book, here.path, there.path, anchor=there.anchor, title=title)


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
