# Tangled from the book: edit its chapters. Digest: bd457a4de33a
"""The operations as text: what each computes, and its local derivatives."""

from __future__ import annotations

# Of each operation: the result, and its derivative with respect to each operand.
# {a} and {b} stand for the operands, {v} for the result. Where {all} stands for any
# number of operands, {a} is each of them in turn. A switch says itself what it
# lets through of {d}, the gradient of the result: all or nothing, even where it is inf.
RULES: dict[str, tuple[str, ...]] = {
    "+": ("{a} + {b}", "1.0", "1.0"),
    "-": ("{a} - {b}", "1.0", "-1.0"),
    "*": ("{a} * {b}", "{b}", "{a}"),
    "/": ("quotient({a}, {b})", "inverse({b})", "(-quotient({v}, {b}))"),
    "**": ("power({a}, {b})", "slope_by_base({a}, {b})", "slope_by_exponent({a}, {b})"),
    "exp": ("exp({a})", "{v}"),
    "log": ("log({a})", "inverse({a})"),
    "tanh": ("tanh({a})", "(1 - {v}**2)"),
    "sigmoid": ("sigmoid({a})", "{v} * (1.0 - {v})"),
    "relu": ("maximum({a}, 0.0)", "where({a} <= 0, 0.0, {d})"),
    "max": (
        "maximum({a}, {b})",
        "where({a} == {b}, {d} / 2, where({a} < {b}, 0.0, {d}))",
        "where({a} == {b}, {d} / 2, where({b} < {a}, 0.0, {d}))",
    ),
    "abs": ("abs({a})", "sign({a})"),
    "logsumexp": ("logsumexp({all})", "exp({a} - {v})"),
}


def contribution(slope: str, grad: str, **names: str) -> str:
    """Return the text of a slope times a gradient, as short as it can be."""
    text = slope.format(d=grad, **names)
    if "{d}" in slope:
        return text
    if slope in ("1.0", "-1.0"):
        return grad if slope == "1.0" else f"-{grad}"
    return f"{text} * {grad}"
