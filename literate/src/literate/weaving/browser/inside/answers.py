"""Answers: what is said of what a reader has predicted, or written for an exercise."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Sequence

from literate.kernel.blocks import Result
from literate.kernel.comparing import matches

NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:\d+(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d*)?(?:e[-+]?\d+)?", re.I
)
"""A number of a prediction, with the commas that group its digits."""
WORD = re.compile(r"\w+")
YES = {"yes": "True", "no": "False"}
DEFINED, FRAME = re.compile(r"\bdef (\w+)"), re.compile(r" in (\w+)$", re.M)
QUOTED = re.compile(r"'(\w+)'")
CALLED = "A number cannot be called: a product needs its *, before parentheses too."
SLIPS = {
    "operand type(s) for ^: 'float'": "In Python ^ is no power: write **.",
    "invalid decimal literal": "A number runs into a letter: a product needs its *.",
    "'float' object is not callable": CALLED,
    "'int' object is not callable": CALLED,
    "invalid character '−'": (
        "Python does not know the character −: type a - for a minus."
    ),
    "invalid character '·'": "Python does not know the character ·: a product is *.",
    "invalid character '²'": "Python does not know the character ²: write **2.",
}
"""What is said of exceptions that hardly anybody means, by a part of their text."""


def agrees(answer: str, output: str) -> bool | None:
    """Whether a reader has predicted what a cell displays.

    A reader may write fewer digits than the page, a number in their own way, and only
    what could be asked for: the numbers without the words around them, the words
    without quotes and brackets.

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
    if _match(typed, shown):
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
    return _match(typed, shown) or float(typed) == float(shown)


def _match(one: str, other: str) -> bool:
    return matches(one, other) or matches(other, one)


def without_check(trace: str, check: str) -> str:
    """A traceback of an answer without the line of the check that has called it."""
    head, *lines = trace.split("\n")
    hidden = {line.strip() for line in check.split("\n")}
    if len(lines) > 1 and lines[1].strip() in hidden:
        lines = lines[2:]
    return "\n".join([head, *lines])


def hint(result: Result, answer: str, printed: str, touched: Sequence[str]) -> str:
    r"""What is said of an answer to an exercise, if there is anything to say.

    Args:
        result: What became of it; its traceback without the lines of the check.
        answer: What the reader has written.
        printed: The exercise as it is printed.
        touched: The names of the page whose objects it has changed.

    Example:
        >>> wrong = Result("raised", text="TypeError: …", because="Not so.")
        >>> printed = "def double(x):\n    return x"
        >>> hint(wrong, "def double(x):\n    print(2 * x)", printed, [])
        'double returns nothing: its last line must begin with return.'
    """
    if result.status == "missing":
        told = f"Here this cannot be checked: {result.because}."
    elif result.status == "ran":
        told = ""
    else:
        told = (
            _without_return(answer, printed)
            or next((said for sign, said in SLIPS.items() if sign in result.text), "")
            or (result.because if "AssertionError" in result.text else "")
            or _unusable(result.trace, answer, printed)
        )
    if told and touched:
        names = ", ".join(touched[:3]) + (", …" if len(touched) > 3 else "")
        told += f" (What {names} holds was changed on the way, and has been put back.)"
    return told


def _without_return(answer: str, printed: str) -> str:
    """What is said of an answer with a function that forgets its `return`."""
    with contextlib.suppress(SyntaxError):
        wanted, written = _returning(printed), _returning(answer)
        for name, returns in written.items():
            if wanted.get(name) and not returns:
                return f"{name} returns nothing: its last line must begin with return."
    return ""


def _returning(code: str) -> dict[str, bool]:
    """The functions of some code, and whether each returns or yields something."""
    functions = [
        each for each in ast.parse(code).body if isinstance(each, ast.FunctionDef)
    ]
    return {
        function.name: any(
            isinstance(node, ast.Yield | ast.YieldFrom)
            or (isinstance(node, ast.Return) and node.value)
            for inner in function.body
            if not isinstance(inner, ast.FunctionDef)
            for node in ast.walk(inner)
        )
        for function in functions
    }


def _unusable(trace: str, answer: str, printed: str) -> str:
    """What is said of an answer that runs, but gives what the check cannot use.

    Nothing where the exception comes from the answer itself, which shows where.
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
