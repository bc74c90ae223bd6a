r"""Mathematics: `\( ... \)` and `\[ ... \]` on a page become MathML.

The formulas are rendered when the site is built: a page needs no script for them and
asks no other host. One that cannot be rendered fails the build, by file and line.
"""

from __future__ import annotations

import re
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import click
import latex2mathml.converter
from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from literate.book.config import find_config
from literate.errors import BookError
from literate.weaving.place import place

NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
LIMITS = {"lim", "max", "min"}  # with what they range over below them, in a display
CLOSING = {"(": r"\)", "[": r"\]"}
SIGNS = {"-", "+", "\N{MINUS SIGN}", "\N{PLUS-MINUS SIGN}"}
CLOSED = {")", "]", "}", "|", "!", "\N{PRIME}"}  # what a difference may follow
DOTS = {"\N{HORIZONTAL ELLIPSIS}", "\N{MIDLINE HORIZONTAL ELLIPSIS}"}
PRIMES = {"\N{PRIME}", "\N{DOUBLE PRIME}", "\N{TRIPLE PRIME}"}
NO_SPACE = {"lspace": "0", "rspace": "0"}
SCRIPTS = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
# What belongs to a formula in a line: browsers break a line on both sides of it.
OPENS = re.compile(r'[("]*$')
CLOSES = re.compile(r"""(?:['-][a-z]+)?[.,:;?!)"]*""")
BEFORE_ESCAPES = 185  # Markdown's own `\(` is 180, and code spans are 190
# How many children an element has; the converter writes fewer where a brace is missing.
ARITY = {
    **dict.fromkeys(("mfrac", "mroot", "msub", "msup", "munder", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
}


def mathml(tex: str, *, display: bool = False) -> str:
    r"""One formula as a MathML element.

    Example:
        >>> mathml("x^2")
        '<math display="inline" alttext="x^2"><mrow>...</mrow></math>'

    Raises:
        ValueError: The formula is not one that the converter understands.
    """
    _check_braces(tex)
    aligned = tex.replace("{aligned}", "{align*}")  # the one that the converter knows
    shape = "block" if display else "inline"
    try:
        text = latex2mathml.converter.convert(aligned, display=shape)
        root = ElementTree.fromstring(text.replace(NAMESPACE, ""))
    except Exception as error:
        raise ValueError(str(error) or type(error).__name__) from error
    for element in root.iter():
        _check_element(element)
        _name_operators(element)
    for element in root.iter():
        if display and element.tag == "msub" and element[0].text in LIMITS:
            element.tag = "munder"
        _mark_signs(element)
        _tighten(element)
        _draw_brace(element)
        _make_row(element)
        _space_functions(element)
    body = "".join(ElementTree.tostring(child, "unicode") for child in root)
    alternative = escape(" ".join(tex.split()))
    return f'<math display="{shape}" alttext="{alternative}">{body}</math>'


def _check_braces(tex: str) -> None:
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", tex):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            raise ValueError("a } closes nothing")
    if depth:
        raise ValueError("a { is not closed")


def _check_element(element: Element) -> None:
    text = (element.text or "").strip()
    if text.startswith("\\"):
        raise ValueError(f"unknown command {text}")
    if text == "&":
        raise ValueError("& stands outside a table")
    if len(element) != ARITY.get(element.tag, len(element)):
        raise ValueError(f"{element.tag} lacks an argument")


def _name_operators(element: Element) -> None:
    """Take names, dots and primes for what they are, and not for operators.

    An operator would stand apart from what it belongs to.
    """
    if element.tag == "mo" and (element.text or "").strip():
        text = element.text or ""
        if (text.isalpha() and len(text) > 1) or text in DOTS:
            element.tag = "mi"
        elif text == "\N{PARTIAL DIFFERENTIAL}":
            element.attrib |= NO_SPACE
    if element.tag == "msup" and (element[1].text or "") in PRIMES:
        element.tag = "mrow"  # a prime is raised already
        element[1].tag = "mo"
        element[1].attrib |= NO_SPACE


def _tighten(element: Element) -> None:
    """Leave no space around the operators of an exponent or an index, as TeX does."""
    if element.tag in SCRIPTS:
        for script in element[1:]:
            for operator in script.iter("mo"):
                operator.attrib |= NO_SPACE


def _mark_signs(row: Element) -> None:
    """Tell the sign of a number, as in `(-2)`, from the minus of a difference.

    And put no space around a fraction's stroke.
    """
    if row.tag in ARITY:
        return
    before = None
    for each in row:
        is_first = before is None or (before.tag == "mo" and before.text not in CLOSED)
        if each.tag == "mo" and each.text in SIGNS and is_first:
            each.set("form", "prefix")
        if each.tag == "mo" and each.text == "/":
            each.attrib |= NO_SPACE
        before = each


def _draw_brace(under: Element) -> None:
    """Draw a line for a brace below, of which browsers show a part."""
    if under.tag == "munder" and under[1].text == "\N{BOTTOM CURLY BRACKET}":
        body = under[0]
        under.clear()
        under.tag = "mrow"
        under.set("style", "border-bottom:0.06em solid;padding-bottom:0.2em")
        under.append(body)


def _make_row(root: Element) -> None:
    """Put what stands under a root into a row, which a style can move."""
    if root.tag == "msqrt" and len(root) == 1 and root[0].tag != "mrow":
        row = Element("mrow")
        row.append(root[0])
        root[:] = [row]


def _space_functions(row: Element) -> None:
    """Put thin spaces around `tanh` where it has no parentheses, as TeX does."""
    if row.tag in ARITY:
        return  # what follows the name here is its exponent
    for position in range(len(row) - 1, 0, -1):
        before, after = row[position - 1], row[position]
        if any(each.tag in ("mo", "mspace") for each in (before, after)):
            continue
        if _is_function(before) or _is_function(after):
            row.insert(position, Element("mspace", width="0.167em"))


def _is_function(element: Element) -> bool:
    """Whether an element is the name of a function, or a power of one."""
    name = element[0] if element.tag in SCRIPTS else element
    return name.tag == "mi" and len(name.text or "") > 1


class MathProcessor(InlineProcessor):
    """Finds the formulas of a page and puts their MathML in their place."""

    def handleMatch(  # type: ignore[override]  # the stubs know the older processor
        self, m: re.Match[str], data: str
    ) -> tuple[str | Element, int, int]:
        """Render one formula, from its opening to its closing bracket."""
        opening = m[1]
        end = data.find(CLOSING[opening], m.end())
        if end < 0:
            message = f"\\{opening} is not closed in its paragraph"
            raise _error(self.md, data[m.start() :], message)
        tex = data[m.end() : end]
        try:
            html = mathml(tex, display=opening == "[")
        except ValueError as error:
            raise _error(self.md, m[0] + tex, f"formula: {error}") from error
        start, end = m.start(), end + len(CLOSING[opening])
        formula = self.md.htmlStash.store(html)
        before, after = OPENS.search(data, 0, start), CLOSES.match(data, end)
        assert before and after  # both may be empty
        if opening == "[" or not before[0] + after[0]:
            return formula, start, end
        kept = Element("span", style="white-space:nowrap")
        kept.text = AtomicString(before[0] + formula + after[0])
        return kept, before.start(), after.end()


def _error(md: Markdown, text: str, message: str) -> click.ClickException:
    """The error that ends the build: `text` fails where it stands first, too.

    A page may have changed its end, such as the code in it.
    """
    if here := place(md):
        file = here.source
        source = file.read_text(encoding="utf-8")
        config = here.config or find_config(file.parent, of_any_site=True)
        root = config.parent if config else file.parent
        path = file.relative_to(root).as_posix()
    else:
        path, source = "<markdown>", "\n".join(getattr(md, "lines", []))
    while text not in source:
        text = text[:-1]
    error = BookError(path, source.count("\n", 0, source.index(text)) + 1, message)
    return click.ClickException(str(error))


class MathExtension(Extension):
    """The Python-Markdown extension `literate.math`."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processor ahead of Markdown's backslash escapes."""
        processor = MathProcessor(r"\\([(\[])", md)
        md.inlinePatterns.register(processor, "literate.math", BEFORE_ESCAPES)
