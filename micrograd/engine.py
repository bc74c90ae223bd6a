# Tangled from the book: edit its chapters. Digest: 41d68f7272a1
"""Numbers that remember how they were computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, cast

from micrograd import floats
from micrograd.copies import copy_all, flat, linked, twin
from micrograd.floats import plain


class Value:
    """A number that remembers the operation and the operands that made it.

    A value without operands is a leaf: `backward` adds to its gradient. All others
    start again from 0 at each `backward`.

    Args:
        data: A real number of any kind.
        _children: The operands, if the value is the result of an operation.
        _op: The name of that operation.
        label: A name for drawings.
        local: The derivative of the value by each operand. An operation without it
            assigns to `_backward` a function that adds to the operands' gradients.
    """

    __slots__ = ("_edges", "_extra", "_op", "data", "grad")
    __array_ufunc__ = None  # so that np.float64(2) * value asks value.__rmul__

    _edges: tuple[Any, ...]  # operand, local derivative, operand, … [, plain number]
    _extra: dict[str, Any]  # what few values have: a label, a function of their own

    def __init__(
        self,
        data: float,
        _children: Iterable[Value] = (),
        _op: str = "",
        label: str = "",
        *,
        local: Iterable[float] | None = None,
    ) -> None:
        operands = tuple(_children)
        slopes = [0.0] * len(operands) if local is None else [*map(plain, local)]
        if len(slopes) != len(operands):
            raise ValueError(f"{len(slopes)} derivatives for {len(operands)} operands")
        self.data = plain(data)
        self.grad = 0.0
        self._op = _op
        self._edges = tuple(chain.from_iterable(zip(operands, slopes, strict=True)))
        self._extra = NO_EXTRA
        if label:
            self.label = label
        if operands and local is None:
            self._backward = nothing

    @property
    def _prev(self) -> tuple[Value, ...]:
        """The operands, in order."""
        return self._edges[:-1:2]

    @property
    def _local(self) -> tuple[float, ...]:
        """The local derivative by each operand."""
        return self._edges[1::2]

    @property
    def _number(self) -> float | None:
        """The plain number that took part, such as the 2 in `x + 2`."""
        return self._edges[-1] if len(self._edges) % 2 else None

    @property
    def label(self) -> str:
        """A name for drawings."""
        return cast(str, self._extra.get("label", ""))

    @label.setter
    def label(self, label: str) -> None:
        self._extra = {**self._extra, "label": label}

    @property
    def _backward(self) -> Callable[[], None]:
        """What adds to the operands' gradients; assign to it to replace the rule."""
        return cast(Callable[[], None], self._extra.get("backward", self._hand_on))

    @_backward.setter
    def _backward(self, function: Callable[[], None]) -> None:
        extra = {**self._extra, "backward": function}
        if function == self._hand_on:  # the rule that all have need not be kept
            del extra["backward"]
        self._extra = extra

    def __repr__(self) -> str:
        return f"Value(data={self.data})"

    def __add__(self, other: Value | float) -> Value:  # self + other
        if isinstance(other, Value):
            return computed(self.data + other.data, "+", (self, 1.0, other, 1.0))
        number = plain(other)
        return computed(self.data + number, "+", (self, 1.0, number))

    def __mul__(self, other: Value | float) -> Value:  # self * other
        if isinstance(other, Value):
            edges = (self, other.data, other, self.data)
            return computed(self.data * other.data, "*", edges)
        number = plain(other)
        return computed(self.data * number, "*", (self, number, number))

    def tanh(self) -> Value:
        """Squash the value into the range from -1 to 1."""
        t = math.tanh(self.data)
        return computed(t, "tanh", (self, 1 - t**2))

    def backward(self) -> None:
        """Add to every leaf the derivative of this value by it."""
        operations = [value for value in topological_order(self) if value._edges]
        for value in operations:
            value.grad = 0.0
        self.grad += 1.0
        _chain(reversed(operations))

    def _hand_on(self) -> None:
        """Hand the gradient on to the operands, by the chain rule."""
        _chain([self], own=False)

    def __radd__(self, other: float) -> Value:  # other + self
        return self + other

    def __rmul__(self, other: float) -> Value:  # other * self
        return self * other

    def __neg__(self) -> Value:  # -self
        return self * -1

    def __sub__(self, other: Value | float) -> Value:  # self - other
        if isinstance(other, Value):
            return computed(self.data - other.data, "-", (self, 1.0, other, -1.0))
        number = plain(other)
        return computed(self.data - number, "-", (self, 1.0, number))

    def __rsub__(self, other: float) -> Value:  # other - self
        return other + (-self)

    def __pow__(self, other: Value | float) -> Value:  # self ** other
        base = self.data
        exponent = other.data if isinstance(other, Value) else plain(other)
        data = floats.power(base, exponent)
        slope = floats.slope_by_base(base, exponent)
        if not isinstance(other, Value):
            return computed(data, "**", (self, slope, exponent))
        by_exponent = floats.slope_by_exponent(base, exponent)
        return computed(data, "**", (self, slope, other, by_exponent))

    def __rpow__(self, other: float) -> Value:  # other ** self
        return Value(other) ** self

    def __truediv__(self, other: Value | float) -> Value:  # self / other
        if isinstance(other, Value):
            return self * other**-1
        return self * floats.power(plain(other), -1)

    def __pos__(self) -> Value:  # +self
        return self

    def __abs__(self) -> Value:  # abs(self)
        return computed(abs(self.data), "abs", (self, floats.sign(self.data)))

    def __rtruediv__(self, other: float) -> Value:  # other / self
        return other * self**-1

    def exp(self) -> Value:
        """Return e to the power of self."""
        data = floats.exp(self.data)
        return computed(data, "exp", (self, data))

    def log(self) -> Value:
        """Return the natural logarithm of self."""
        slope = floats.inverse(self.data)
        return computed(floats.log(self.data), "log", (self, slope))

    def relu(self) -> Value:
        """Return self where it is positive, and 0 elsewhere."""
        data = self.data
        slope = 0.0 if data <= 0 else 1.0
        return computed(0.0 if data < 0 else data, "relu", (self, slope))

    def sigmoid(self) -> Value:
        """Return 1 / (1 + exp(-self))."""
        s = floats.sigmoid(self.data)
        return computed(s, "sigmoid", (self, s * (1.0 - s)))

    def __lt__(self, other: Value | float) -> bool:
        return self.data < number_of(other)

    def __le__(self, other: Value | float) -> bool:
        return self.data <= number_of(other)

    def __gt__(self, other: Value | float) -> bool:
        return self.data > number_of(other)

    def __ge__(self, other: Value | float) -> bool:
        return self.data >= number_of(other)

    def __bool__(self) -> bool:
        return self.data != 0

    def __float__(self) -> float:
        return float(self.data)

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __copy__(self) -> Value:
        return twin(self, self._edges)

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        """Copy the value and the graph behind it."""
        copy_all(topological_order(self), memo)
        return cast(Value, memo[id(self)])

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Tell pickle how to make the value again: by `linked`, if it is no leaf."""
        if not self._edges:
            return super().__reduce_ex__(protocol)
        return linked, flat(topological_order(self))


def number_of(x: Value | float) -> float:
    """Return the number in a value, or the number itself."""
    return x.data if isinstance(x, Value) else plain(x)


NO_EXTRA: dict[str, Any] = {}


def computed(data: float, op: str, edges: tuple[Any, ...]) -> Value:
    """Make the result of an operation. Called for every one, so nothing is checked."""
    out = Value.__new__(Value)
    out.data = data
    out.grad = 0.0
    out._op = op
    out._edges = edges
    out._extra = NO_EXTRA
    return out


def _chain(values: Iterable[Value], own: bool = True) -> None:
    """Hand the gradient of each value on to its operands: the chain rule.

    A value that has a function of its own for this calls it, unless `own` is false.
    """
    for value in values:
        if own and "backward" in value._extra:
            value._extra["backward"]()
            continue
        grad = value.grad
        edges = iter(value._edges)
        for operand, slope in zip(edges, edges):  # noqa: B905 (a number may be left)
            operand.grad += slope * grad


def nothing() -> None:
    """Hand on no gradient: what an operation does that has no rule yet."""


def topological_order(root: Value) -> list[Value]:
    """List the nodes behind a value, every operand before the results that use it."""
    order: list[Value] = []
    seen: set[Value] = set()
    stack: list[Any] = [root]
    while stack:
        value = stack.pop()
        if value is None:  # all operands of the value below this mark are in order
            order.append(stack.pop())
        elif value not in seen:
            seen.add(value)
            operands = value._edges[:-1:2]
            if seen.issuperset(operands):
                order.append(value)
            else:
                stack += (value, None)
                stack += operands[::-1]
    return order
