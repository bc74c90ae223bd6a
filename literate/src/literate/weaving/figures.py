"""Figures: pictures as a page shows them, in the colors of its scheme."""

from __future__ import annotations

import html
import re

INK = re.compile(r"(?<=[\"': ])(?:#000000|#000|black)(?=[\"';])")
# Graphviz paints a whole sheet, which the page has already; what Matplotlib paints,
# such as the ground of a legend, has to cover the curves below it.
SHEET = re.compile(r"(?<=[\"'])(?:#ffffff|white)(?=[\"'])")
GROUND = re.compile(r"(?<=: )(?:#ffffff|white)(?=[\"';])")


def figure(pictures: tuple[str, ...], caption: str, name: str) -> str:
    """A figure of one picture, or of several as steps.

    Args:
        pictures: The pictures as SVG.
        caption: The figure's caption, which is its alternative text too.
        name: A name that no other figure of the page has.

    Returns:
        HTML. Black becomes the color of the text and white the color of the page, so
        that the figure follows the page's scheme.
    """
    text = " ".join(caption.split())
    plain = html.escape(text.replace("`", ""), quote=True)
    frames = []
    for number, svg in enumerate(pictures, 1):
        step = f", step {number} of {len(pictures)}" if len(pictures) > 1 else ""
        frames.append(_picture(svg, plain + step, f"{name}-{number}"))
    kind = "literate-figure"
    if len(frames) > 1:
        kind += " literate-steps"
        frames = [f'<div class="literate-frame">{frame}</div>' for frame in frames]
    body = "".join(frames)
    words = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
    return f'<figure class="{kind}">{body}<figcaption>{words}</figcaption></figure>'


def _picture(svg: str, alternative: str, prefix: str) -> str:
    """A picture with names of its own, an alternative text, and the page's colors."""
    svg = re.sub(r'(\s)id="', rf'\1id="{prefix}-', svg)
    svg = svg.replace("xlink:href=", "href=").replace("url(#", f"url(#{prefix}-")
    svg = svg.replace('href="#', f'href="#{prefix}-')
    svg = SHEET.sub("none", INK.sub("currentColor", svg))
    svg = GROUND.sub("var(--md-default-bg-color)", svg)
    svg = re.sub(r"<title>.*?</title>|<a [^>]*>|</a>", "", svg, flags=re.DOTALL)
    svg = re.sub(r">\s+<", "><", re.sub(r"\n\s*", "\n", svg))
    # The search need not read the numbers of a graph; it finds the caption.
    attributes = (
        f'role="img" aria-label="{alternative}" fill="currentColor" '
        'data-search-exclude=""'
    )
    return svg.replace("<svg", f"<svg {attributes}", 1)
