"""The operations as text: what each computes, and its local derivatives."""

from __future__ import annotations

# Of each operation: the result, and its derivative with respect to each operand.
# {a} and {b} stand for the operands, {v} for the result. A switch says itself what it
# lets through of {d}, the gradient of the result: all or nothing, even where it is inf.
RULES: dict[str, tuple[str, ...]] = {
    "+": ("{a} + {b}", "1.0", "1.0"),
    "-": ("{a} - {b}", "1.0", "-1.0"),
    "*": ("{a} * {b}", "{b}", "{a}"),
    "**": ("power({a}, {b})", "slope_by_base({a}, {b})", "slope_by_exponent({a}, {b})"),
    "exp": ("exp({a})", "{v}"),
    "log": ("log({a})", "inverse({a})"),
    "tanh": ("tanh({a})", "(1 - {v}**2)"),
    "sigmoid": ("sigmoid({a})", "{v} * (1.0 - {v})"),
    "relu": ("0.0 if {a} < 0 else {a}", "(0.0 if {a} <= 0 else {d})"),
    "abs": ("abs({a})", "sign({a})"),
}

# A branch looks at one number. An array needs an operation on all its numbers.
ARRAY_RULES: dict[str, tuple[str, ...]] = {
    "relu": ("maximum({a}, 0.0)", "where({a} <= 0, 0.0, {d})"),
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
