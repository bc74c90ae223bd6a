# Tangled from the book: edit its chapters. Digest: f503e692ca75
"""The operations as text: what each computes, and its local derivatives."""

from __future__ import annotations

# Of each operation: the result, and what it hands on to each operand. {a} and {b} stand
# for the operands, {v} for the result and {d} for its gradient. Where {all} stands for
# any number of operands, {a} is each of them in turn.
RULES: dict[str, tuple[str, ...]] = {
    "+": ("{a} + {b}", "{d}", "{d}"),
    "-": ("{a} - {b}", "{d}", "-{d}"),
    "*": ("{a} * {b}", "{b} * {d}", "{a} * {d}"),
    "/": ("divide({a}, {b})", "divide({d}, {b})", "-divide({v}, {b}) * {d}"),
    "**": (
        "power({a}, {b})",
        "slope_by_base({a}, {b}) * {d}",
        "slope_by_exponent({a}, {b}) * {d}",
    ),
    "exp": ("exp({a})", "{v} * {d}"),
    "log": ("log({a})", "divide({d}, {a})"),
    "tanh": ("tanh({a})", "(1 - {v}**2) * {d}"),
    "sigmoid": ("sigmoid({a})", "{v} * (1.0 - {v}) * {d}"),
    "relu": ("maximum({a}, 0.0)", "where({a} <= 0, 0.0, {d})"),
    "max": ("maximum({a}, {b})", "share({a}, {b}, {d})", "share({b}, {a}, {d})"),
    "abs": ("abs({a})", "sign({a}) * {d}"),
    "logsumexp": ("logsumexp({all})", "softmax({all}) * {d}"),
}
