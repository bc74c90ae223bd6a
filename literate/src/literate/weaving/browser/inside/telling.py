"""Telling: what a page says of a piece that a reader has run."""

from __future__ import annotations

import ast
import contextlib
import json
import re
from collections.abc import Sequence

from literate.kernel.blocks import MemoryScreen, Result
from literate.kernel.comparing import matches
from literate.kernel.display import clean
from literate.weaving.browser.inside.pieces import Piece
from literate.weaving.figures import figure

LARGEST = 1_000_000
"""Characters that one piece may write; what comes after is only counted."""
LONGEST = 20_000
"""Characters of a text that a page shows."""
ROOT = "/book"
"""The folder of the book, as Python in the browser knows it."""
FOLDERS = re.compile(rf"{ROOT}/|/tmp/literate-\w+/packages/\w+/")
"""What stands before the names that a reader knows a file by."""
NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:\d+(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d*)?(?:e[-+]?\d+)?", re.I
)
"""A number of a prediction, with the commas that group its digits."""
WORD = re.compile(r"\w+")
YES = {"yes": "True", "no": "False"}
DEFINED, FRAME = re.compile(r"\bdef (\w+)"), re.compile(r" in (\w+)$", re.M)
QUOTED = re.compile(r"'(\w+)'")
SLIPS = {
    "operand type(s) for ^: 'float'": "In Python ^ is no power: write **.",
    "invalid decimal literal": "A number runs into a letter: a product needs its *.",
    "'float' object is not callable": "A product needs its *, before parentheses too.",
    "'int' object is not callable": "A product needs its *, before parentheses too.",
    "invalid character '−'": (
        "Python does not know the character −: type a - for a minus."
    ),
    "invalid character '·'": "Python does not know the character ·: a product is *.",
    "invalid character '²'": "Python does not know the character ²: write **2.",
}
"""What is said of exceptions that hardly anybody means, by a part of their text."""
REPEATED = re.compile(r"((?:  \S.*\n    .*\n){1,3}?)\1{2,}")
"""The lines of a traceback that return, as in a recursion."""


class Screen(MemoryScreen):
    """A screen that stays small, whatever is written."""

    def __init__(self) -> None:
        super().__init__()
        self._left = LARGEST
        self._lost = 0

    def write(self, text: str) -> int:
        """Keep a text, or count what is too much of it."""
        kept = text[: self._left]
        self._left -= len(kept)
        self._lost += len(text) - len(kept)
        super().write(kept)
        return len(text)

    def take(self) -> str:
        """What was written since it was last asked for."""
        text = super().take()
        if self._lost:
            text += f"\n… and {self._lost:,} characters more\n"
        self._left, self._lost = LARGEST, 0
        return text


def state(piece: Piece, result: Result) -> str:
    """What a page says of a piece that a reader has run.

    Args:
        piece: The piece.
        result: What became of it.

    Returns:
        `same` or `different`, where the page shows what it displays; `done`, where
        there is no text to compare; `failed` and `unavailable`.
    """
    if result.status == "missing":
        return "unavailable"
    if result.status != "ran" and not (piece.code.may_raise and result.text):
        return "failed"
    if piece.code.kind != "cell":
        return "done"
    is_same = matches(result.text, piece.output)
    if not is_same or bool(result.pictures) != piece.draws:
        return "different"
    return "same" if piece.output else "done"


def without_return(answer: str, printed: str) -> str:
    r"""What is said of an answer with a function that forgets its `return`.

    Args:
        answer: What the reader has written.
        printed: The exercise as it is printed.

    Example:
        >>> printed = "def double(x):\n    return x"
        >>> without_return("def double(x):\n    print(2 * x)", printed)
        'double returns nothing: its last line must begin with return.'
    """
    with contextlib.suppress(SyntaxError):
        wanted, written = _returning(printed), _returning(answer)
        for name, returns in written.items():
            if wanted.get(name) and not returns:
                return f"{name} returns nothing: its last line must begin with return."
    return ""


def without_check(trace: str, check: str) -> str:
    """A traceback of an answer without the line of the check that has called it.

    Args:
        trace: The traceback.
        check: The check, which is not for the reader's eyes.
    """
    head, *lines = trace.split("\n")
    hidden = {line.strip() for line in check.split("\n")}
    if len(lines) > 1 and lines[1].strip() in hidden:
        lines = lines[2:]
    return "\n".join([head, *lines])


def slip(text: str) -> str:
    """What is said of an exception that hardly anybody means.

    Args:
        text: The exception.

    Example:
        >>> slip("TypeError: unsupported operand type(s) for ^: 'float' and 'int'")
        'In Python ^ is no power: write **.'
        >>> slip("SyntaxError: invalid character '−' (U+2212)")
        'Python does not know the character −: type a - for a minus.'
    """
    return next((told for sign, told in SLIPS.items() if sign in text), "")


def unusable(trace: str, answer: str, printed: str) -> str:
    """What is said of an answer that runs, but gives what the check cannot use.

    Args:
        trace: How the check came to its exception, without its own lines.
        answer: What the reader has written.
        printed: The exercise as it is printed.

    Returns:
        Nothing where the exception comes from the answer itself, which shows where.

    Example:
        >>> unusable("KeyError: 'f'", "found = {}", "found = {'f': 0}")
        "Your answer runs, but what it gives has no 'f'."
    """
    written = {line.strip() for line in answer.split("\n")} - {""}
    shown = {line.strip() for line in trace.split("\n")}
    # The line of a long answer may be shown as that of the check, which is below it.
    called = {*DEFINED.findall(answer)} & {*FRAME.findall(trace)}
    if not trace or written & shown or called:
        return ""
    error = trace.strip().split("\n")[-1]
    kind, _, message = error.partition(": ")
    if kind == "NameError" and (names := QUOTED.findall(message)):
        is_asked = re.search(rf"^(def )?{re.escape(names[0])}\b", printed, re.M)
        return f"Keep {names[0]}: the check asks for it." if is_asked else ""
    if kind == "KeyError":
        return f"Your answer runs, but what it gives has no {message}."
    return f"Your answer runs, but the check cannot use what it gives. {error}"


def _returning(code: str) -> dict[str, bool]:
    """The functions of some code, and whether each has a value to return."""
    found = {}
    for function in ast.parse(code).body:
        if isinstance(function, ast.FunctionDef):
            inner = [
                each for each in function.body if not isinstance(each, ast.FunctionDef)
            ]
            nodes = [node for each in inner for node in ast.walk(each)]
            returns = [
                node for node in nodes if isinstance(node, ast.Return) and node.value
            ]
            found[function.name] = bool(returns)
    return found


def spoiled(names: Sequence[str]) -> str:
    """What is said where a trial has changed the objects of the page.

    Args:
        names: The names that stand for them.
    """
    told = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    return f"(What {told} holds was changed on the way; the next run has it fresh.)"


def drawn(pictures: str, keys: str, index: int) -> str:
    """The figure of what a reader's code displays.

    Args:
        pictures: SVG or `<img>`, as JSON.
        keys: What each picture belongs to, as JSON.
        index: The place of the piece on the page.
    """
    shown = tuple(
        clean(picture) if "<svg" in picture else picture
        for picture in json.loads(pictures)
    )
    result = Result("ran", pictures=shown, keys=tuple(json.loads(keys)))
    return figure(result, "What the code draws now.", f"drawn-{index}")


def agrees(answer: str, output: str) -> bool | None:
    """Whether a reader has predicted what a cell displays.

    A reader may write fewer digits than the page, a number in their own way, and only
    what could be asked for: the numbers without the words around them, the words
    without quotes and brackets.

    Args:
        answer: What the reader has typed.
        output: What the page shows.

    Returns:
        None where the two can hardly be compared: one says less than the other.

    Example:
        >>> agrees("0.6", "0.5992"), agrees("3", "3.0"), agrees("0.5", "0.5992")
        (True, True, False)
        >>> agrees("6, -4", "(6.0, -4.0)"), agrees("a b", "['a', 'b']")
        (True, True)
        >>> agrees("w1 up, w2 down", "w1: -0.1057   w2: 0.1057") is None
        True
    """
    typed, shown = answer.strip(), output.strip()
    if matches(typed, shown) or matches(shown, typed):
        return True
    numbers, written = NUMBER.findall(typed), NUMBER.findall(shown)
    if not written:
        mine, all_words = (WORD.findall(text.casefold()) for text in (typed, shown))
        if "".join(mine) == "".join(all_words) or YES.get(typed.casefold()) == shown:
            return True
        return None if {*mine} < {*all_words} else False
    if len(numbers) != len(written):
        return None  # words, or some of the numbers
    return all(map(_is_near, numbers, written))


def _is_near(typed: str, shown: str) -> bool:
    """Whether a number is another, to the digits of either."""
    typed, shown = typed.replace(",", ""), shown.replace(",", "")
    is_same = matches(typed, shown) or matches(shown, typed)
    return is_same or float(typed) == float(shown)


def short(text: str) -> str:
    """A text that a page can show.

    Args:
        text: What a piece has displayed, or a traceback.
    """
    text = FOLDERS.sub("", text)
    text = REPEATED.sub(_folded, text)
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n… and {len(text) - LONGEST:,} characters more\n"


def _folded(match: re.Match[str]) -> str:
    """Calls that are repeated, once and with their number."""
    times = len(match[0]) // len(match[1]) - 1
    return f"{match[1]}  … and {times:,} times more\n"
