# Tangled from the book: edit its chapters. Digest: 0ce7d5f9ed36
"""One operation in the place of many: sums as neurons and classifiers have them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from operator import mul

from micrograd import floats
from micrograd.engine import Value, computed, topological_order
from micrograd.floats import plain

VALUES = "w·x+b"  # the inputs are values: operands b, w1, w2, …, x1, x2, …
NUMBERS = "w·n+b"  # the inputs are plain numbers: operands b, w1, w2, …


class Inputs(tuple[Value | float, ...]):
    """A row of inputs, looked at once for all the neurons that share it.

    All are plain numbers, or all are values: if only some are, the others become so.

    Attributes:
        values: The inputs, if they are values.
        numbers: Their numbers.
    """

    values: tuple[Value, ...]
    numbers: tuple[float, ...]

    def __new__(cls, inputs: Iterable[Value | float]) -> Inputs:
        """Look at a row, unless that was done before."""
        if isinstance(inputs, Inputs):
            return inputs
        if not hasattr(inputs, "__iter__"):
            raise TypeError(f"expected a row of numbers, not {type(inputs).__name__}")
        inputs = tuple(inputs)
        values: tuple[Value, ...] = ()
        if any([isinstance(x, Value) for x in inputs]):
            values = tuple([x if isinstance(x, Value) else Value(x) for x in inputs])
        numbers = tuple([x.data for x in values] or map(plain, inputs))
        row = super().__new__(cls, values or numbers)
        row.values, row.numbers = values, numbers
        return row


def weighted_sum(
    weights: Sequence[Value], inputs: Iterable[Value | float], bias: Value
) -> Value:
    """Return bias + w1 * x1 + w2 * x2 + …, as a single operation.

    Inputs that are all plain numbers get no nodes.
    """
    row = Inputs(inputs)
    if len(row) != len(weights):
        raise ValueError(f"expected {len(weights)} inputs, got {len(row)}")
    numbers = row.numbers
    factors = [w.data for w in weights]
    data = bias.data
    for product in map(mul, factors, numbers):
        data = data + product
    if row.values:
        operands, slopes = (bias, *weights, *row.values), (1.0, *numbers, *factors)
        return computed(data, VALUES, operands, slopes)
    return computed(data, NUMBERS, (bias, *weights), (1.0, *numbers))


def is_fused(value: Value) -> bool:
    """Tell whether a value was made by `weighted_sum`."""
    return value._op in (VALUES, NUMBERS)


def products(value: Value) -> list[tuple[Value, Value | float]]:
    """List the pairs of weight and input that a weighted sum was made of."""
    weights: tuple[Value, ...] = value._prev[1:]
    inputs: tuple[Value | float, ...] = value._local[1:]
    if value._op == VALUES:
        count = len(weights) // 2
        weights, inputs = weights[:count], weights[count:]
    return list(zip(weights, inputs, strict=True))


def operand_roles(value: Value) -> list[str]:
    """Name the operands of a weighted sum: b, w1, w2, …, x1, x2, and so on."""
    letters = "wx" if value._op == VALUES else "w"
    numbers = range(1, 1 + len(products(value)))
    return ["b", *(f"{letter}{i}" for letter in letters for i in numbers)]


def unfused(root: Value) -> Value:
    """Return the graph of a value with products and sums for each weighted sum."""
    made: dict[Value, Value] = {}
    for value in topological_order(root):
        out, operands = value, tuple([made[x] for x in value._prev])
        parts = products(value) if is_fused(value) else []
        if parts:
            out = operands[0]
        elif operands:
            out = computed(value.data, value._op, operands, value._local, value._number)
        for w, x in parts:
            factor = made[x] if isinstance(x, Value) else Value(x)
            if not isinstance(x, Value):
                factor.grad = w.data * value.grad
            product = made[w] * factor
            out = out + product
            out.grad = product.grad = value.grad
        if operands:
            out.grad, out.label = value.grad, value.label
        made[value] = out
    return made[root]


def logsumexp(values: Iterable[Value | float]) -> Value:
    """Return log(exp(x1) + exp(x2) + …), as a single operation that cannot overflow.

    The local derivatives are the softmax of the values.
    """
    operands = tuple([x if isinstance(x, Value) else Value(x) for x in values])
    if not operands:
        raise ValueError("logsumexp needs at least one value")
    numbers = [x.data for x in operands]
    largest = max(numbers)
    if math.isinf(largest):  # inf - inf is no number, and the shift would be in vain
        largest = 0.0
    exponentials = [floats.exp(x - largest) for x in numbers]
    total = 0.0
    for exponential in exponentials:
        total += exponential
    slopes = tuple([floats.quotient(e, total) for e in exponentials])
    return computed(floats.log(total) + largest, "logsumexp", operands, slopes)
