"""The glossary: what a book's terms mean, told where chapters use them.

An entry is an item of a list, `- **Term**, also another name: what it means`. Pages
after the one that it links to, which explains the term, link the first use of it.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import NamedTuple
from xml.etree.ElementTree import Element

from literate.book.book import Book
from literate.errors import BookError

FORM = "- **Term**, also another name: what it means ([Chapter](chapter.md))"
BEGUN = re.compile(r"^[-*] +\*\*[^*]+\*\*", re.MULTILINE)
ENTRY = re.compile(r"^[-*] +\*\*([^*]+)\*\*([^:]*): (.+?)$", re.MULTILINE)
CONTINUED = re.compile(r"\n +(?=\S)(?![-*] )")
LINK = re.compile(r"\[([^\]]+)\]\(([^)#\s]+\.md)?[^)]*\)")
PROSE = ("p", "li", "dd")
SILENT = ("a", "code", "pre", "math", "figure", "details", "table", "script")
SENTENCE = re.compile(r"(?:^|[.:!?])\W*$")
"""What stands before the first word of a sentence; others start large as names."""


class Term(NamedTuple):
    """A term of the glossary.

    Attributes:
        name: Its name, as the glossary writes it.
        others: Its other names.
        text: What it means, without markup.
        anchor: Its place in the glossary.
        pages: The pages that explain it.
    """

    name: str
    others: tuple[str, ...]
    text: str
    anchor: str
    pages: tuple[str, ...]


@lru_cache(maxsize=1)
def terms(book: Book) -> tuple[Term, ...]:
    """The terms of a book, in the order of its glossary.

    Raises:
        BookError: Where an entry cannot be read, or there is none.
    """
    path = book.options.glossary
    if not path:
        return ()
    text = book.chapters[path].text
    joined = CONTINUED.sub(" ", text)
    found = list(ENTRY.finditer(joined))
    read = {entry.start() for entry in found}
    for begun in BEGUN.finditer(joined):
        if begun.start() not in read:
            line = text.count("\n", 0, text.index(begun[0])) + 1
            raise BookError(path, line, f"this is no entry: write it as `{FORM}`")
    if not found:
        raise BookError(path, 1, f"the glossary has no entry: write each as `{FORM}`")
    return tuple(_term(path, *entry.groups()) for entry in found)


def _term(glossary: str, name: str, also: str, text: str) -> Term:
    folder = posixpath.dirname(glossary)
    pages = (path for _, path in LINK.findall(text) if path)
    paths = (posixpath.normpath(posixpath.join(folder, path)) for path in pages)
    meaning, _, _ = text.partition(" ([")  # where it is explained is for the glossary
    others = re.split(r", (?:also )?| or ", _plain(also))
    return Term(
        name,
        tuple(each for each in others if each),
        f"{_plain(meaning).rstrip('.')}.",
        anchor(name),
        tuple(dict.fromkeys(paths)),
    )


def _plain(text: str) -> str:
    """A text without its markup."""
    return re.sub(r"`([^`]*)`|\*+", r"\1", LINK.sub(r"\1", text))


def anchor(name: str) -> str:
    """The name of an entry's place."""
    return f"term-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}"


def name_entries(root: Element, book: Book) -> None:
    """Give the entries of the glossary's page places that a link can lead to."""
    known = {term.name: term.anchor for term in terms(book)}
    for item in root.iter("li"):
        first = next((each for each in item.iter("strong")), None)
        name = "".join(first.itertext()) if first is not None else ""
        if name in known:
            item.set("id", known.pop(name))


def link_terms(root: Element, book: Book, path: str, address: str) -> None:
    """Link the first use of each term on a page that comes after its explanation."""
    known = _known(book, path)
    if known:
        _Uses(known, address).walk(root)


def _known(book: Book, path: str) -> dict[str, Term | None]:
    """What is explained above a page, by all ways to write it.

    A name that the package defines stands for that in a book about the package. Names
    of other terms are None: "gradient descent" is no "gradient".
    """
    modules = book.last.values()
    defined = {name.lower() for module in modules for name in module.entries}
    left_out = defined | {name.lower() for name in book.options.common}
    above = book.paths[: book.paths.index(path)]
    known: dict[str, Term | None] = {}
    for term in terms(book):
        is_explained = not term.pages or term.pages[0] in above
        for name in (term.name, *term.others):
            told = term if is_explained and name.lower() not in left_out else None
            for way in _ways(name):
                known.setdefault(way, told)
    return known


def _ways(name: str) -> set[str]:
    """How a name is written; one that is no acronym starts small or large."""
    if name[1:2].isupper():
        return {name}
    return {name[:1].lower() + name[1:], name[:1].upper() + name[1:]}


class _Uses:
    """The first uses of terms in the prose of a page."""

    def __init__(self, known: dict[str, Term | None], address: str) -> None:
        names = sorted((re.escape(name) for name in known), key=len, reverse=True)
        self.pattern = re.compile(rf"(?<![\w.-])({'|'.join(names)})(?:e?s)?(?![\w-])")
        self.known = known
        self.address = address
        self.told: set[Term | None] = set()

    def walk(self, element: Element, is_prose: bool = False) -> None:
        """Link what stands in an element and below it."""
        is_prose = is_prose or element.tag in PROSE
        children = list(element)
        for child in children:
            element.remove(child)
        if is_prose:
            element.text, links = self._cut(element.text or "")
            element.extend(links)
        for child in children:
            element.append(child)
            if child.tag in ("strong", "dt"):  # the page explains it itself
                text = "".join(child.itertext())
                self.told |= {self.known[m[1]] for m in self.pattern.finditer(text)}
            elif not _is_silent(child):
                self.walk(child, is_prose)
            if is_prose:
                child.tail, links = self._cut(child.tail or "")
                element.extend(links)

    def _cut(self, text: str) -> tuple[str, list[Element]]:
        """The text before the first link, and the links with the texts after them."""
        before, links, end = text, list[Element](), 0
        for match in self.pattern.finditer(text):
            term = self.known[match[1]]
            if term is None or term in self.told:
                continue
            if _is_name(match[1], text[: match.start()]):
                continue
            self.told.add(term)
            if links:
                links[-1].tail = text[end : match.start()]
            else:
                before = text[: match.start()]
            end = match.end()
            address = f"{self.address}#{term.anchor}"
            attributes = {"class": "literate-term", "data-told": term.text}
            link = Element("a", {"href": address, **attributes})
            link.text, link.tail = match[0], text[end:]
            links.append(link)
        return before, links


def _is_name(word: str, before: str) -> bool:
    """Whether a word is that of a title or a person: large within a sentence."""
    is_large = word[0].isupper() and not word[1:2].isupper()
    return is_large and not SENTENCE.search(before)


def _is_silent(element: Element) -> bool:
    """Whether an element holds no prose, is folded away, or leads somewhere already."""
    kinds = element.get("class", "").split()
    is_own = any(kind.startswith("literate-") for kind in kinds)
    is_aside = "admonition-title" in kinds or "footnote" in kinds
    return is_own or is_aside or element.tag in SILENT
