# Tangled from the book: edit its chapters. Digest: 8c6c511e4747
"""One operation in the place of many: the weighted sum of a neuron."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from micrograd.engine import Value, computed, topological_order
from micrograd.floats import plain

VALUES = "w·x+b"  # the inputs are values: operands b, w1, x1, w2, x2, …
NUMBERS = "w·n+b"  # the inputs are plain numbers: operands b, w1, w2, …


def weighted_sum(
    weights: Sequence[Value], inputs: Sequence[Value | float], bias: Value
) -> Value:
    """Return bias + w1 * x1 + w2 * x2 + …, as a single operation.

    Inputs that are plain numbers get no node. If only some are, all get one.
    """
    if len(inputs) != len(weights):
        raise ValueError(f"expected {len(weights)} inputs, got {len(inputs)}")
    data, op = bias.data, NUMBERS
    edges: list[Any] = [bias, 1.0]
    for w, x in zip(weights, inputs):  # noqa: B905 (strict is slow, and checked above)
        if isinstance(x, Value):
            op = VALUES
            edges += (w, x.data, x, w.data)
            data += w.data * x.data
        else:
            number = plain(x)
            edges += (w, number)
            data += w.data * number
    if op == NUMBERS or len(edges) == 2 + 4 * len(weights):
        return computed(data, op, tuple(edges))
    values = [x if isinstance(x, Value) else Value(x) for x in inputs]
    return weighted_sum(weights, values, bias)


def is_fused(value: Value) -> bool:
    """Tell whether a value was made by `weighted_sum`."""
    return value._op in (VALUES, NUMBERS)


def terms(value: Value) -> list[tuple[Value, Value | float]]:
    """List the pairs of weight and input that a weighted sum was made of."""
    weights, inputs = value._prev[1:], value._edges[3::2]
    if value._op == VALUES:
        weights, inputs = weights[::2], weights[1::2]
    return list(zip(weights, inputs, strict=True))


def operand_roles(value: Value) -> list[str]:
    """Name the operands of a weighted sum: b, w1, x1, w2, x2, and so on."""
    if not is_fused(value):
        return []
    letters = "wx" if value._op == VALUES else "w"
    numbers = range(1, 1 + len(terms(value)))
    return ["b", *(f"{letter}{i}" for i in numbers for letter in letters)]


def unfused(root: Value) -> Value:
    """Return the graph of a value with products and sums for each weighted sum."""
    made: dict[Value, Value] = {}
    for value in topological_order(root):
        if is_fused(value):
            out = made[value._prev[0]]
            for w, x in terms(value):
                factor = made[x] if isinstance(x, Value) else Value(x)
                if not isinstance(x, Value):
                    factor.grad = w.data * value.grad
                product = made[w] * factor
                out = out + product
                out.grad = product.grad = value.grad
        elif value._edges:
            edges = tuple(made.get(x, x) for x in value._edges)
            out = computed(value.data, value._op, edges)
            out.grad = value.grad
        else:
            out = value
        if value._edges:
            out.label = value.label
        made[value] = out
    return made[root]
