"""Figures: pictures as a page shows them, in the colors of its scheme."""

from __future__ import annotations

import html
import re

INK = re.compile(r"(?<=[\"': ])(?:#000000|#000|black)(?=[\"';])")
PAPER = re.compile(r"(?<=[\"': ])(?:#ffffff|#fff|white)(?=[\"';])")


def figure(pictures: tuple[str, ...], caption: str, name: str) -> str:
    """A figure of one picture, or of several as steps.

    Args:
        pictures: The pictures as SVG.
        caption: The figure's caption, which is its alternative text too.
        name: A name that no other figure of the page has.

    Returns:
        HTML. Black becomes the color of the text and white becomes transparent, so that
        the figure follows the page's scheme.
    """
    text = " ".join(caption.split())
    plain = html.escape(text.replace("`", ""), quote=True)
    frames = [
        _picture(svg, plain, f"{name}-{number}")
        for number, svg in enumerate(pictures, 1)
    ]
    kind = "literate-figure"
    if len(frames) > 1:
        kind += " literate-steps"
        frames = [f'<div class="literate-frame">{frame}</div>' for frame in frames]
    body = "".join(frames)
    words = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
    return f'<figure class="{kind}">{body}<figcaption>{words}</figcaption></figure>'


def _picture(svg: str, alternative: str, prefix: str) -> str:
    """A picture with names of its own, an alternative text, and the page's colors."""
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r'((?:xlink:)?href=")#', rf"\1#{prefix}-", svg)
    svg = re.sub(r"url\(#", f"url(#{prefix}-", svg)
    svg = svg.replace("xlink:href=", "href=")
    svg = PAPER.sub("none", INK.sub("currentColor", svg))
    svg = re.sub(r"<title>.*?</title>|<a [^>]*>|</a>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"\n\s*", "\n", svg)
    attributes = f'role="img" aria-label="{alternative}" fill="currentColor"'
    return svg.replace("<svg", f"<svg {attributes}", 1)
