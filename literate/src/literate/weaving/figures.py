"""Figures: pictures as a page shows them, in the colors of its scheme."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Sequence
from itertools import pairwise, starmap

from literate.kernel.blocks import Result

INK = re.compile(r"(?<=[\"': ])(?:#000000|#000|black)(?=[\"';])")
# Graphviz paints a whole sheet, which the page has already; what Matplotlib paints,
# such as the ground of a legend, has to cover the curves below it.
SHEET = re.compile(r"(?<=[\"'])(?:#ffffff|white)(?=[\"'])")
GROUND = re.compile(r"(?<=: )(?:#ffffff|white)(?=[\"';])")

# Not all of Matplotlib's colors can be told from a page: a style sets others.
COLORS = {
    "#1f77b4": "blue",
    "#ff7f0e": "orange",
    "#2ca02c": "green",
    "#d62728": "red",
    "#9467bd": "purple",
    "#7f7f7f": "gray",
    "#808080": "gray",
    # What stays behind: the frames of legends, walls behind a surface, light lines.
    "#bfbfbf": "faint",
    "#cccccc": "faint",
    "#d3d3d3": "faint",
    "#e6e6e6": "faint",
    "#ececec": "faint",
    "#f2f2f2": "faint",
}
COLOR = re.compile(rf"(?<=: )(?:{'|'.join(COLORS)})(?=[\"';])")
# The font of a plot is the page's.
FONT = re.compile(r" ?font-family: [^;\"]*;?")
UPRIGHT = re.compile(r' transform="rotate\(-0 [^"]*\)"')
# A hundredth of a point is nothing that can be seen, and half of what a plot weighs.
PLACE = re.compile(r'(?<=\s)(?:d|x|y|points)="[^"]*"')
UNSEEN = re.compile(r"(?<=\.\d\d)\d+")
LEGIBLE = 12
"""The height of a picture's letters, in pixels, below which it does not shrink."""
LEGIBLE_IN_PLOT = 10
"""The same in a plot, for whose letters Matplotlib leaves more room than they need."""
PHONE = 328
"""The width of a page's text, in pixels, on a phone: a picture that needs little more
is made as wide, for what would be cut off there can be an axis or a name."""
LITTLE = 1.1
COLUMN = 740
"""The width of a page's text, in pixels, where a screen has room for it."""
ROW = 110
"""The characters of a caption that fill a line of it there."""
EDGE = 13
"""The height of the letters on an arrow, before the whole picture is scaled."""

SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)pt" height="([\d.]+)pt"')
TEXT = re.compile(r"<text\b([^>]*)>(.*?)</text>", re.DOTALL)
# The sign of a number, as Matplotlib writes it at its axes; `1e-5` and `**-1` are code.
SIGN = re.compile(r"(?<![\w*)\]-])(?:-|&#45;)(?=\.?\d)")
WORDS = re.compile(r"(?<=>)[^<>]+(?=<)")
CURRENT = re.compile(r'<g [^>]*class="[^"]*\bcurrent\b[^"]*"[^>]*>.*?</g>', re.DOTALL)
NAMES = re.compile(r"""(?<=\s)id=(["'])(?P<name>[^"']+)\1""")
STYLE = re.compile(
    r"(<style[^>]*>)(?:\s*<!\[CDATA\[)?(.*?)(?:\]\]>\s*)?(</style>)", re.S
)
REFERENCE = re.compile(r"""(url\(\s*["']?\#|href=["']\#)([^"')\s]+)""")
SELECTOR = re.compile(r"(\#)([\w-]+)")
LABELS = re.compile(r"""(?<=\s)(aria-\w+)=(["'])([^"']+)\2""")


def figure(result: Result, caption: str, name: str) -> str:
    """A figure of one picture, of several as steps, or of several with a slider.

    Black becomes the color of the text and white the color of the page, so that the
    figure follows the page's scheme. The caption names the figure, so each picture
    needs to say only which one it is.

    Args:
        result: The displayed pictures.
        caption: The figure's caption, as HTML.
        name: A name that no other figure of the page has.
    """
    pictures, keys = result.pictures, [html.escape(key) for key in result.keys]
    kind, names = "", ["Picture"] * len(pictures)
    if keys:
        kind, names = " literate-slider", keys
    elif len(pictures) > 1:
        kind, pictures = " literate-steps", _marked(pictures)
        marks = [", ".join(_marks(picture)) for picture in pictures]
        names = [
            f"Step {number} of {len(pictures)}{': ' * bool(told)}{told}"
            for number, told in enumerate(marks, 1)
        ]
    frames = [
        _picture(picture, told, f"{name}-{number}")
        for number, (picture, told) in enumerate(zip(pictures, names, strict=True), 1)
    ]
    if kind:
        data = [f' data-key="{key}"' for key in keys] or [""] * len(frames)
        frames = [
            f'<div class="literate-frame"{key}>{frame}</div>'
            for key, frame in zip(data, frames, strict=True)
        ]
    opening = f'<figure class="literate-figure{kind}"{_room(pictures, caption)}>'
    return f"{opening}{''.join(frames)}<figcaption>{caption}</figcaption></figure>"


def _room(pictures: Sequence[str], caption: str) -> str:
    """What a figure's height in a column comes from, before it is laid out: a style."""
    heights = [
        float(height) * min(4 / 3, COLUMN / float(width))
        for picture in pictures
        for width, height in SIZE.findall(picture)
    ]
    if not heights:
        return ""
    rows = math.ceil(len(html.unescape(re.sub(r"<[^>]*>", "", caption))) / ROW)
    return f' style="--height:{max(heights):.0f};--rows:{rows}"'


def _marked(pictures: tuple[str, ...]) -> tuple[str, ...]:
    """Steps that mark what is new in each, where their pictures mark nothing."""
    if any(map(_marks, pictures)):
        return pictures
    return (pictures[0], *starmap(_news, pairwise(pictures)))


def _news(before: str, picture: str) -> str:
    """A step that marks the texts which the one before did not have.

    Where both have as many texts, each is held against the one in its place.
    """
    old = [text for _, text in TEXT.findall(before)]
    is_same_drawing = len(TEXT.findall(picture)) == len(old)
    places = iter(old)

    def mark(match: re.Match[str]) -> str:
        if match[2] == next(places) if is_same_drawing else match[2] in old:
            return match[0]
        return match[0].replace("<text", '<text class="changed"', 1)

    return TEXT.sub(mark, picture)


def _marks(picture: str) -> list[str]:
    """The texts that a picture marks, as the step that it shows."""
    texts = [
        text for group in CURRENT.findall(picture) for _, text in TEXT.findall(group)
    ]
    texts += [text for opening, text in TEXT.findall(picture) if "changed" in opening]
    return [" ".join(re.sub(r"<[^>]*>", "", text).split()) for text in texts]


def _picture(picture: str, alternative: str, prefix: str) -> str:
    """A picture with names of its own, an alternative text, and the page's colors."""
    if picture.startswith("<img"):
        return picture.replace("<img", f'<img alt="{alternative}"', 1)
    svg = isolated(picture.replace("xlink:href=", "href="), prefix)
    svg = SHEET.sub("none", INK.sub("currentColor", svg))
    svg = GROUND.sub("var(--md-default-bg-color)", svg)
    svg = COLOR.sub(lambda it: f"var(--literate-{COLORS[it[0]]}, {it[0]})", svg)
    svg = UPRIGHT.sub("", FONT.sub("", svg))
    svg = TEXT.sub(lambda it: WORDS.sub(_with_signs, it[0]), svg)
    if "pt" in svg[: svg.index(">")]:
        svg = PLACE.sub(lambda place: UNSEEN.sub("", place[0]), svg)
    svg = re.sub(r"<title>.*?</title>|<a [^>]*>|</a>", "", svg, flags=re.DOTALL)
    svg = re.sub(r">\s+<", "><", re.sub(r"\n\s*", "\n", svg))
    # The search need not read the numbers of a graph; it finds the caption.
    attributes = (
        f'role="img" aria-label="{alternative}" fill="currentColor" '
        f'data-search-exclude=""{_least(svg)}'
    )
    return svg.replace("<svg", f"<svg {attributes}", 1)


def _with_signs(words: re.Match[str]) -> str:
    return SIGN.sub("\N{MINUS SIGN}", words[0])


def _least(svg: str) -> str:
    """The width below which a picture cannot be read, and scrolls: as an attribute."""
    width = re.search(r'<svg[^>]* width="([\d.]+)pt"', svg)
    if not width:
        return ""
    points = float(width[1])
    if 'class="graph"' in svg:
        scale = re.search(r"scale\(([\d.]+)", svg)
        sizes = (float(size) for size in re.findall(r'font-size="([\d.]+)"', svg))
        smallest = min([EDGE, *sizes]) * (float(scale[1]) if scale else 1)
        least = LEGIBLE * points / smallest
    elif found := re.findall(r'<text style="[^"]*font-size: ([\d.]+)px', svg):
        least = LEGIBLE_IN_PLOT * points / min(map(float, found))
    else:
        return ""
    least = min(least, points * 4 / 3)
    if PHONE < least <= LITTLE * PHONE:
        least = PHONE
    return f' style="min-width:{least:.0f}px"'


def isolated(svg: str, prefix: str) -> str:
    r"""An SVG beside others: its names are its own, its styles reach nothing else.

    The prefix goes before its names, and becomes its own. Every reference to a name
    follows it, in attributes (`url('#g')`, `href`, `aria-labelledby`) as in styles; a
    style sheet is nested below the picture's own name.

    Example:
        >>> isolated('<svg><g id="a"/><use href="#a"/></svg>', "f")
        '<svg id="f"><g id="f-a"/><use href="#f-a"/></svg>'
    """
    names = {match["name"] for match in NAMES.finditer(svg)}

    def renamed(match: re.Match[str]) -> str:
        before, name = match[1], match[2]
        return f"{before}{prefix}-{name}" if name in names else match[0]

    def labelled(match: re.Match[str]) -> str:
        words = [f"{prefix}-{it}" if it in names else it for it in match[3].split()]
        return f"{match[1]}={match[2]}{' '.join(words)}{match[2]}"

    def scoped(match: re.Match[str]) -> str:
        rules = SELECTOR.sub(renamed, match[2])
        return f"{match[1]}#{prefix}{{{rules}}}{match[3]}"

    svg = NAMES.sub(rf"id=\1{prefix}-\g<name>\1", svg)
    svg = REFERENCE.sub(renamed, svg)
    svg = LABELS.sub(labelled, svg)
    svg = STYLE.sub(scoped, svg)
    opening = re.sub(rf"(?<=\s)id=([\"']){prefix}-[^\"']*\1", "", svg[: svg.index(">")])
    return opening.replace("<svg", f'<svg id="{prefix}"', 1) + svg[svg.index(">") :]
