"""Print where the book shows each row of the canon, as Markdown tables.

Run it as `python tests/book/canon_table.py`.
"""

from __future__ import annotations

from answers import CORRECTIONS, CORRECTIONS_PAGE, MET, QUESTIONS, QUESTIONS_PAGE
from canon import CONCEPTS, Section, Shown
from literate.book.book import Book
from matching import cells_showing
from names import ROOT, heading_line


def place(book: Book, entry: Shown | Section) -> str:
    """Where an entry is, as chapter:line."""
    chapter = book.chapters[f"docs/{entry.chapter}.md"]
    if isinstance(entry, Section):
        return f"{entry.chapter}:{heading_line(chapter, entry.heading)}"
    return f"{entry.chapter}:{next(cells_showing(chapter, entry)).fence.line}"


def main() -> None:
    """Print the three tables."""
    book = Book(ROOT)
    print("| # | concept | where |\n|---|---|---|")
    for number, concept, entries in CONCEPTS:
        places = dict.fromkeys(place(book, entry) for entry in entries)
        print(f"| {number} | {concept} | {', '.join(places)} |")
    print("\n| note | says | corrected in |\n|---|---|---|")
    for note, says, heading in CORRECTIONS:
        where = place(book, Section(CORRECTIONS_PAGE, heading))
        print(f"| {note} | {says} | {where} |")
    for note, says, _, link in MET:
        print(f"| {note} | {says} | {link} |")
    print("\n| question | threads | answered in |\n|---|---|---|")
    for question, threads, heading in QUESTIONS:
        where = place(book, Section(QUESTIONS_PAGE, heading))
        numbers = " ".join(f"#{thread}" for thread in threads.split())
        print(f"| {question} | {numbers} | {where} |")


if __name__ == "__main__":
    main()
