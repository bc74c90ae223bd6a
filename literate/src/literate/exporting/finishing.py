"""Finishing: what needs the whole of a built site, and is put into it at the end.

That is a list of all that a reader has to keep to read offline, with the worker that
then answers; links to a PDF and an EPUB, where they were made; and a card for each page
that is shown where somebody speaks of it.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from literate.book.book import Book
from literate.exporting.cards import CARDS, with_card

WORKER = Path(__file__).with_name("offline.js")
LIST = "offline.json"
VOLUMES = re.compile(r'(?<=<div class="literate-volumes">).*?(?=</div>)')
FORMS = re.compile(r'(?<=<span class="literate-forms">).*?(?=</span>)')
KINDS = {".epub": "EPUB", ".pdf": "PDF"}
"""The forms of the whole book, by how the names of their files end."""
NOT_KEPT = {".map", ".gz", ".ipynb", ".whl", ".diff", *KINDS}
"""The ends of what nobody reads offline."""
RUNNING = re.compile(r".*\.literate\.json|literate/[^/]+/(?!page\.|chunk-).*")
"""What only running needs: the lessons, and the bundle but for the page's script."""


Kept = dict[str, list[tuple[str, int]]]
"""What a reader keeps for `reading` offline, and what for `running` as well: the
address of each file, and its bytes."""


def finish(book: Book, site: Path) -> None:
    """Put into a site what is made of the whole of it.

    To do so again, as after a PDF was made, changes only what is new.
    """
    name = str(book.settings.get("site_name") or "")
    pages = {file: file.read_text("utf-8") for file in sorted(site.rglob("*.html"))}
    told = {
        file: with_card(text, file, site, name)
        for file, text in pages.items()
        if VOLUMES.search(text)
    }
    forms = [file for end in KINDS for file in sorted(site.glob(f"*{end}"))]
    (site / WORKER.name).write_bytes(WORKER.read_bytes())
    kept = keeping(site)
    for file, text in told.items():
        home = "../" * (len(file.relative_to(site).parts) - 1)
        links = _links(home, forms)
        text = _filled(FORMS, text, links)
        text = _filled(VOLUMES, text, _volumes(links, kept))
        if text != pages[file]:
            file.write_text(text, "utf-8")
    (site / LIST).write_text(json.dumps(keeping(site)), "utf-8")


def _filled(place: re.Pattern[str], text: str, told: str) -> str:
    """A page with something in a place, whatever was there before."""
    return place.sub(lambda _: told, text)


def keeping(site: Path) -> Kept:
    """What a reader has to keep to read a site offline."""
    kept: Kept = {"reading": [], "running": []}
    for file in sorted(site.rglob("*")):
        name = file.relative_to(site).as_posix()
        if not file.is_file() or file.suffix in NOT_KEPT or file.name.startswith("."):
            continue
        if name in (LIST, WORKER.name, "sitemap.xml") or name.startswith(f"{CARDS}/"):
            continue
        address = re.sub(r"(^|/)index\.html$", r"\1", name)
        part = kept["running" if RUNNING.fullmatch(name) else "reading"]
        part.append((address, file.stat().st_size))
    return kept


def _links(home: str, forms: list[Path]) -> str:
    """The links to the forms of the whole book, if there are any."""
    links = [
        f'<a href="{home}{html.escape(file.name)}" download>'
        f"{KINDS[file.suffix]}, {megabytes(file.stat().st_size)}</a>"
        for file in forms
    ]
    return f"The whole book: {', '.join(links)}" if links else ""


def _volumes(links: str, kept: Kept) -> str:
    """What a page's foot says of the whole book, and what it takes to keep it."""
    told = f"<p>{links}.</p>" if links else ""
    attributes = " ".join(
        f'data-{name}="{megabytes(sum(size for _, size in files))}"'
        for name, files in kept.items()
    )
    return f'{told}<p class="literate-offline" {attributes}></p>'


def megabytes(size: int) -> str:
    """A size as readers are told it.

    Example:
        >>> megabytes(15_312_004), megabytes(812_004)
        ('15 MB', '0.8 MB')
    """
    million = size / 1e6
    return f"{million:.0f} MB" if million >= 10 else f"{max(million, 0.1):.1f} MB"
