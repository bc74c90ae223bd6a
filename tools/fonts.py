"""The book's fonts: what its pages need of them, and fallbacks of the same widths.

    python tools/fonts.py FOLDER

FOLDER holds the files that the book's fonts are made from, and those that its fallbacks
are measured by, anywhere below it; `npm install` puts them there:

    @fontsource-variable/source-serif-4  @fontsource-variable/source-sans-3
    @fontsource-variable/source-code-pro  @fontsource/arimo  @fontsource/gelasio
    @fontsource/roboto  dejavu-fonts-ttf

Arimo is as wide as Arial, Gelasio as Georgia. STIXMath-Regular.otf (version 1.1.1) is
taken if it is there; else the part of it that the book has already. Needs fonttools and
brotli. Writes `docs/assets/fonts/*.woff2` and `docs/assets/fonts.css`.
"""

from __future__ import annotations

import base64
import io
import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

DOCS = Path(__file__).parents[1] / "docs"
ASSETS = DOCS / "assets"
ASCII = "".join(map(chr, range(32, 127)))
LETTERS = (
    ASCII
    + "\N{NO-BREAK SPACE}©§°±²³µ¶·¸¹º»«×÷àáâãäåæçèéêëìíîïñòóôöøùúûüýßÅÉÖÜ–—‘’“”…′″−↑↓"
)
SIGNS = "·±×÷′″‖†…‾⃗←↑→↓↔↦⇒⇔∀∂∃∅∆∇∈∉∏∑−∗∘√∝∞∥∩∪∫∼≃≈≠≡≤≥≪≫⊂⊆⊕⊗⊙⋅⋮⋯⌈⌉⌊⌋⏞⏟⟨⟩⟶ℝℕℤℎ"
GREEK = "ΓΔΘΛΞΠΣΦΨΩαβγδεζηθικλμνξοπρςστυφχψωϑϕϵ"
# MathML shows an identifier of one letter by these.
ITALIC = "".join(map(chr, [*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C)]))
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "pnum", "tnum"]


class Font(NamedTuple):
    """A font of the book, the file that it is made from, and what it keeps of that."""

    family: str
    source: str
    file: str
    characters: str = LETTERS
    weight: tuple[int, int] | int = (400, 700)
    style: str = "normal"
    is_inline: bool = False


class Fallback(NamedTuple):
    """A font that many systems have, and a file with the same widths."""

    family: str
    stands_for: str
    local: tuple[str, ...]
    measured: str
    weight: int = 400
    style: str = "normal"


FONTS = [
    # Prose comes with the style sheet: it is never laid out in another font first.
    Font("Book Serif", "source-serif-4-latin-wght-normal.woff2", "", is_inline=True),
    Font(
        "Book Serif",
        "source-serif-4-latin-wght-italic.woff2",
        "book-serif-italic.woff2",
        weight=400,
        style="italic",
    ),
    Font("Book Sans", "source-sans-3-latin-wght-normal.woff2", "book-sans.woff2"),
    Font("Book Code", "source-code-pro-latin-wght-normal.woff2", "book-code.woff2"),
    Font(
        "Book Math",
        "STIXMath-Regular.otf",
        "book-math.woff2",
        ASCII + SIGNS + GREEK + ITALIC,
        weight=400,
    ),
]
FALLBACKS = [
    Fallback(
        "Italic as Georgia",
        "book-serif-italic.woff2",
        ("Georgia Italic", "Georgia-Italic", "Gelasio Italic"),
        "gelasio-latin-400-italic.woff2",
        style="italic",
    ),
    Fallback(
        "Italic as DejaVu",
        "book-serif-italic.woff2",
        ("DejaVu Serif Italic", "DejaVuSerif-Italic"),
        "DejaVuSerif-Italic.ttf",
        style="italic",
    ),
    Fallback(
        "Code as DejaVu",
        "book-code.woff2",
        ("DejaVu Sans Mono", "Menlo", "Menlo-Regular"),
        "DejaVuSansMono.ttf",
    ),
]
SANS = [
    ("Sans as Roboto", ("Roboto",), "roboto-latin-400-normal.woff2"),
    ("Sans as Roboto", ("Roboto Bold", "Roboto-Bold"), "roboto-latin-700-normal.woff2"),
    ("Sans as Arial", ("Arial", "Liberation Sans"), "arimo-latin-400-normal.woff2"),
    (
        "Sans as Arial",
        ("Arial Bold", "Arial-BoldMT", "Liberation Sans Bold"),
        "arimo-latin-700-normal.woff2",
    ),
    ("Sans as DejaVu", ("DejaVu Sans",), "DejaVuSans.ttf"),
    ("Sans as DejaVu", ("DejaVu Sans Bold", "DejaVuSans-Bold"), "DejaVuSans-Bold.ttf"),
]
FALLBACKS += [
    Fallback(family, "book-sans.woff2", local, measured, weight)
    for family, local, measured in SANS
    for weight in ((600, 700) if "Bold" in local[0] else (400,))
]


def made(font: Font, source: Path) -> bytes:
    """The part of a font that the book shows, under a name of its own."""
    whole = TTFont(source, recalcTimestamp=False)
    if "fvar" in whole:
        whole = instancer.instantiateVariableFont(whole, {"wght": font.weight})
        whole = TTFont(io.BytesIO(_saved(whole)), recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=FEATURES)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.drop_tables += ["STAT"]
    part = subset.Subsetter(options)
    part.populate(text=font.characters)
    part.subset(whole)
    slanted = "Italic" if font.style == "italic" else "Regular"
    full = f"{font.family} {slanted}"
    names = {1: font.family, 2: slanted, 3: full, 4: full, 6: full.replace(" ", "-")}
    for record in whole["name"].names:
        record.string = names.get(record.nameID, record.toUnicode())
    whole.flavor = "woff2"
    return _saved(whole)


def _saved(font: TTFont) -> bytes:
    file = io.BytesIO()
    font.save(file)
    return file.getvalue()


def face(font: Font, data: bytes) -> str:
    """The rule that names a font of the book."""
    url = f"fonts/{font.file}"
    if font.is_inline:
        url = f"data:font/woff2;base64,{base64.b64encode(data).decode()}"
    weight = (
        font.weight if isinstance(font.weight, int) else "{} {}".format(*font.weight)
    )
    return f"""\
@font-face {{
  font-family: "{font.family}";
  font-display: swap;
  font-style: {font.style};
  font-weight: {weight};
  src: url("{url}") format("woff2");
}}
"""


def fallback_face(fallback: Fallback, ours: TTFont, theirs: TTFont) -> str:
    """The rule by which another font takes as much room as one of ours."""
    scale = _width(ours, fallback.weight) / _width(theirs, fallback.weight)
    lines = ours["hhea"]
    up, down = (
        value / ours["head"].unitsPerEm / scale
        for value in (lines.ascent, -lines.descent)
    )
    local = ", ".join(f'local("{name}")' for name in fallback.local)
    return f"""\
@font-face {{
  font-family: "{fallback.family}";
  ascent-override: {up:.1%};
  descent-override: {down:.1%};
  font-style: {fallback.style};
  font-weight: {fallback.weight};
  line-gap-override: 0%;
  size-adjust: {scale:.1%};
  src: {local};
}}
"""


def _width(font: TTFont, weight: int) -> float:
    """The mean width of a letter, in ems, as often as the book's prose has each."""
    if "fvar" in font:
        font = instancer.instantiateVariableFont(font, {"wght": weight})
    names, widths = font.getBestCmap(), font["hmtx"].metrics
    known = {char: count for char, count in _prose().items() if ord(char) in names}
    total = sum(widths[names[ord(char)]][0] * count for char, count in known.items())
    return total / sum(known.values()) / font["head"].unitsPerEm


def _prose() -> Counter[str]:
    letters: Counter[str] = Counter()
    for path in DOCS.glob("*.md"):
        text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.S | re.M)
        letters.update(re.sub(r"\s+", " ", text))
    return Counter({c: n for c, n in letters.items() if c.isalpha() or c in " .,"})


def main(folder: str) -> None:
    """Write the fonts, and the style sheet that names them."""
    files = {file.name: file for file in Path(folder).rglob("*.*tf")}
    files |= {file.name: file for file in Path(folder).rglob("*.woff2")}
    files.setdefault("STIXMath-Regular.otf", ASSETS / "fonts/book-math.woff2")
    rules, ours = [], {}
    for font in FONTS:
        data = made(font, files[font.source])
        print(f"{len(data):6d} {font.family} {font.style}")
        rules.append(face(font, data))
        if font.file:
            (ASSETS / "fonts" / font.file).write_bytes(data)
            ours[font.file] = data
    plots = TTFont(files["DejaVuSans.ttf"])
    wide = _width(plots, 400) / _width(TTFont(io.BytesIO(ours["book-sans.woff2"])), 400)
    font = FONTS[2]._replace(family="Book Plot")
    rule = face(font, b"").replace("  src:", f"  size-adjust: {wide:.1%};\n  src:")
    rules.append(rule)
    for fallback in FALLBACKS:
        font = TTFont(io.BytesIO(ours[fallback.stands_for]))
        rules.append(fallback_face(fallback, font, TTFont(files[fallback.measured])))
    told = "/* Written by tools/fonts.py. */\n\n"
    (ASSETS / "fonts.css").write_text(told + "\n".join(rules), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
