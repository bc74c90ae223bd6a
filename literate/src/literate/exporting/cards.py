"""Cards: a picture of each page's title, for where somebody speaks of it."""

from __future__ import annotations

import html
import re
import textwrap
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

CARDS = "cards"
"""The folder of the site that holds them."""
WIDTH, HEIGHT = 1200, 630
PAPER, INK, ACCENT, MUTED = "#fffdf8", "#23201b", "#a33d14", "#5d5850"
MARK = '<meta property="og:type"'
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
ADDRESS = re.compile(r'<link rel="canonical" href="([^"]*)"')
DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)"')
UNSAID = re.compile(r'<a class="headerlink".*?</a>|<[^>]+>', re.DOTALL)


def with_card(text: str, file: Path, site: Path, name: str) -> str:
    """A page that says how to speak of it, and its card among the site's files.

    Such words name whole addresses, so a site that knows none of its own has none. A
    card is drawn with Matplotlib; without it a page has only words.

    Returns:
        The HTML with the words in its head.
    """
    address, heading = ADDRESS.search(text), TITLE.search(text)
    if not address or not heading or MARK in text:
        return text
    title = html.unescape(UNSAID.sub("", heading[1])).strip()
    about = DESCRIPTION.search(text)
    place = file.relative_to(site)
    is_first = place.as_posix() == "index.html"
    description = html.unescape(about[1]) if about else ""
    told = {
        "type": "website" if is_first else "article",
        "site_name": name,
        "title": title,
        "description": description,
        "url": html.unescape(address[1]),
    }
    folder = place.parent if place.name == "index.html" else place.with_suffix("")
    card = site / CARDS / f"{'-'.join(folder.parts) or 'index'}.png"
    if draw(card, title, description if title == name else name):
        up = "../" * (len(place.parts) - 1)  # as its address has
        told["image"] = urljoin(told["url"], f"{up}{CARDS}/{card.name}")
        told |= {"image:width": str(WIDTH), "image:height": str(HEIGHT)}
        told["image:alt"] = f"{title}, {name}"
    lines = [
        f'<meta property="og:{key}" content="{html.escape(value)}">\n'
        for key, value in told.items()
    ]
    lines.append('<meta name="twitter:card" content="summary_large_image">\n')
    return text.replace("</head>", f"{''.join(lines)}</head>", 1)


def draw(file: Path, title: str, below: str) -> bool:
    """Draw a title in large letters, and below it a text in small ones, if it can."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return False
    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=PAPER)
    serif: dict[str, Any] = {"family": "serif", "parse_math": False}
    lines = textwrap.wrap(title, 20)[:4]
    size = 52 if len(lines) < 4 else 44
    figure.text(
        0.07, 0.84, "\n".join(lines), size=size, color=INK, va="top", weight="bold",
        linespacing=1.15, **serif,
    )  # fmt: skip
    small = "\n".join(textwrap.wrap(below, 46)[:3])
    figure.text(0.07, 0.12, small, size=25, color=MUTED, va="bottom", **serif)
    figure.text(0.07, 0.9, "\u2014", size=40, color=ACCENT, va="center", **serif)
    file.parent.mkdir(exist_ok=True)
    figure.savefig(file, metadata={"Software": None})
    return True
