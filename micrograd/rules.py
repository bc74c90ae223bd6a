# Tangled from the book: edit its chapters. Digest: e7411f09d9e3
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
    "relu": ("0.0 if {a} < 0 else {a}", "(0.0 if {a} <= 0 else {d})"),
    "max": (
        "{a} if {a} > {b} or {a} != {a} else {b}",
        "({d} / 2 if {a} == {b} else 0.0 if {a} < {b} else {d})",
        "({d} / 2 if {a} == {b} else 0.0 if {b} < {a} else {d})",
    ),
    "abs": ("abs({a})", "sign({a})"),
    "logsumexp": ("logsumexp([{all}])", "exp({a} - {v})"),
}

# A branch looks at one number. An array needs an operation on all its numbers.
ARRAY_RULES: dict[str, tuple[str, ...]] = {
    "/": ("{a} / {b}", "{d} / {b}", "-{v} / {b} * {d}"),
    "relu": ("maximum({a}, 0.0)", "where({a} <= 0, 0.0, {d})"),
    "max": (
        "maximum({a}, {b})",
        "where({a} == {b}, {d} / 2, where({a} < {b}, 0.0, {d}))",
        "where({a} == {b}, {d} / 2, where({b} < {a}, 0.0, {d}))",
    ),
    "logsumexp": ("logsumexp({a})", "exp({a} - {v}[:, None]) * {d}[:, None]"),
}

# With some plain numbers as second operand an array is computed in less time.
SHORTER: dict[tuple[str, float], tuple[str, str]] = {
    ("*", -1.0): ("-{a}", "-1.0"),
    ("**", 2.0): ("square({a})", "2.0 * {a}"),
    ("**", -1.0): ("1.0 / {a}", "-square({v})"),
    ("**", 0.5): ("sqrt({a})", "0.5 / {v}"),
}


def contribution(slope: str, grad: str) -> str:
    """Return the text of a slope times a gradient, as short as it can be."""
    if "{d}" in slope:
        return slope.replace("{d}", grad)
    if slope in ("1.0", "-1.0"):
        return grad if slope == "1.0" else f"-{grad}"
    return f"{slope} * {grad}"


def many_operands(op: str) -> bool:
    """Tell whether an operation has any number of operands."""
    return "{all}" in RULES[op][0]
