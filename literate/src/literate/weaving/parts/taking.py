"""Taking along: what a chapter offers at its top, and every page at its foot."""

from __future__ import annotations

import html
from collections.abc import Sequence

from literate.exporting.downloads import Download

NAMES = {".ipynb": "Notebook", ".whl": "Package so far", ".diff": "What changed in it"}
"""What the bar calls each kind of file."""
FORMS = '<span class="literate-forms"></span>'
"""The place for the links to the whole book: see `literate.exporting.finishing`."""


def bar(files: Sequence[Download], start: str) -> str:
    """The bar below a chapter's title; `start` leads to the files."""
    links, install = [], ""
    for file in files:
        kind = file.name[file.name.rindex(".") :]
        address = html.escape(start + file.name)
        links.append(f'<a href="{address}" download>{NAMES[kind]}</a>')
        if kind == ".whl":
            line = f"python -m pip install ./{file.name}"
            install = f'<code title="installs the package so far">{line}</code>'
    told = f"<span>Take along:</span> {' '.join(links)} {FORMS} {install}"
    return f'<div class="literate-take">{told.rstrip()}</div>'


def foot(files: Sequence[Download], start: str) -> str:
    """The links at the foot of a page, and a place for those to the whole book."""
    links = [
        f'<a href="{html.escape(start + file.name)}" download>{file.text}</a>'
        for file in files
    ]
    told = f"Downloads: {', '.join(links)}." if links else ""
    if any(file.name.endswith(".whl") for file in files):
        told += " The package is a file for <code>pip install</code>."
    own = f'<p class="literate-downloads" id="downloads">{told}</p>' if told else ""
    return f'{own}<div class="literate-volumes"></div>'
