# Tangled from the book: edit its chapters. Digest: e37a35e5d6f7
"""Numbers that remember how they were computed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from copy import copy, deepcopy
from math import isfinite
from threading import RLock
from typing import Any

from micrograd import floats
from micrograd.floats import is_array, plain

SWITCHES = ("relu", "max")  # where the slope is 0, they let nothing back, not even inf

ONE_AT_A_TIME = RLock()  # two graphs may share a leaf, and two threads its gradient


class Value:
    """A number that remembers the operation and the operands that made it.

    A value without operands is a leaf: `backward` adds to its gradient. All others
    start again from 0 at each `backward`.

    Args:
        data: A real number of any kind.
        _children: The operands, if the value is the result of an operation.
        _op: The name of that operation.
        label: A name for drawings.
        local: The derivative of the value with respect to each operand. An operation
            without it assigns to `_backward` a function that adds to the operands'
            gradients.
    """

    label: str = ""
    _rule: Callable[[], None] | None = None  # to run in the place of the chain rule

    def __init__(
        self,
        data: float,
        _children: Iterable[Value] = (),
        _op: str = "",
        label: str = "",
        *,
        local: Iterable[float] | None = None,
    ) -> None:
        self.data = plain(data)
        self.grad = 0.0
        self._prev = tuple(_children)  # the operands
        # The local derivative with respect to each of them:
        self._local = () if local is None else tuple(map(plain, local))
        self._op = _op
        self._number: float | None = None  # the plain number, such as the 2 in x + 2
        if local is not None and len(self._local) != len(self._prev):
            raise ValueError(
                f"{len(self._local)} derivatives for {len(self._prev)} operands"
            )
        if label:
            self.label = label

    def __repr__(self) -> str:
        return f"Value(data={self.data})"

    def backward(self) -> None:
        """Add to every leaf the derivative of this value with respect to it."""
        with ONE_AT_A_TIME:
            order = topological_order(self)
            for value in order:
                if value._prev:
                    value.grad = 0.0
            self.grad += 1.0
            for value in reversed(order):
                if value._rule is not None:
                    value._rule()
                elif value._prev:
                    value._hand_on()

    def _hand_on(self) -> None:
        """Add to the gradients of the operands, by the chain rule."""
        grad, slopes = self.grad, self._local
        if not grad and isfinite(sum(slopes)):
            return  # nothing but zeros to add
        if not isfinite(grad) and self._op in SWITCHES:
            grad, slopes = 1.0, tuple(slope and slope * grad for slope in slopes)
        for operand, slope in zip(self._prev, slopes):  # noqa: B905 (strict is slow)
            operand.grad += slope * grad

    @property
    def _backward(self) -> Callable[[], None]:
        """What adds to the operands' gradients; assign to it to replace the rule."""
        return self._rule or self._hand_on

    @_backward.setter
    def _backward(self, function: Callable[[], None]) -> None:
        # The rule that all have is not kept: a value must not refer to itself.
        self._rule = None if function == self._hand_on else function

    def __add__(self, other: Value | float) -> Value:  # self + other
        if isinstance(other, Value):
            return computed(self.data + other.data, "+", (self, other), (1.0, 1.0))
        if is_array(other):
            return NotImplemented
        number = plain(other)
        return computed(self.data + number, "+", (self,), (1.0,), number)

    def __radd__(self, other: float) -> Value:  # other + self
        return self + other

    def __sub__(self, other: Value | float) -> Value:  # self - other
        if isinstance(other, Value):
            return computed(self.data - other.data, "-", (self, other), (1.0, -1.0))
        if is_array(other):
            return NotImplemented
        number = plain(other)
        return computed(self.data - number, "-", (self,), (1.0,), number)

    def __rsub__(self, other: float) -> Value:  # other - self
        return other + (-self)

    def __mul__(self, other: Value | float) -> Value:  # self * other
        if isinstance(other, Value):
            a, b = self.data, other.data
            return computed(a * b, "*", (self, other), (b, a))
        if is_array(other):
            return NotImplemented
        number = plain(other)
        return computed(self.data * number, "*", (self,), (number,), number)

    def __rmul__(self, other: float) -> Value:  # other * self
        return self * other

    def __neg__(self) -> Value:  # -self
        return self * -1

    def __truediv__(self, other: Value | float) -> Value:  # self / other
        if is_array(other):
            return NotImplemented
        a, b = self.data, number_of(other)
        data, slope = floats.quotient(a, b), floats.inverse(b)
        if not isinstance(other, Value):
            return computed(data, "/", (self,), (slope,), b)
        return computed(data, "/", (self, other), (slope, -floats.quotient(data, b)))

    def __rtruediv__(self, other: float) -> Value:  # other / self
        return Value(other) / self

    def __pow__(self, other: Value | float) -> Value:  # self ** other
        if is_array(other):
            return NotImplemented
        base, exponent = self.data, number_of(other)
        data = floats.power(base, exponent)
        slope = floats.slope_by_base(base, exponent)
        if not isinstance(other, Value):
            return computed(data, "**", (self,), (slope,), exponent)
        by_exponent = floats.slope_by_exponent(base, exponent)
        return computed(data, "**", (self, other), (slope, by_exponent))

    def __rpow__(self, other: float) -> Value:  # other ** self
        return Value(other) ** self

    def __pos__(self) -> Value:  # +self
        return self

    def __abs__(self) -> Value:  # abs(self)
        return computed(abs(self.data), "abs", (self,), (floats.sign(self.data),))

    def exp(self) -> Value:
        """Return e to the power of self."""
        data = floats.exp(self.data)
        return computed(data, "exp", (self,), (data,))

    def log(self) -> Value:
        """Return the natural logarithm of self."""
        data = floats.log(self.data)
        return computed(data, "log", (self,), (floats.inverse(self.data),))

    def tanh(self) -> Value:
        """Squash the value into the range from -1 to 1."""
        t = math.tanh(self.data)
        return computed(t, "tanh", (self,), (1 - t**2,))

    def relu(self) -> Value:
        """Return self where it is positive, and 0 elsewhere."""
        data = self.data
        slope = 0.0 if data <= 0 else 1.0
        return computed(0.0 if data < 0 else data, "relu", (self,), (slope,))

    def maximum(self, other: Value | float) -> Value:
        """Return the larger of two; where they are equal, each has half the slope."""
        a, b = self.data, number_of(other)
        slope = 0.5 if a == b else 0.0 if a < b else 1.0
        data = a if a > b or a != a else b  # a number that is none stays none
        if not isinstance(other, Value):
            return computed(data, "max", (self,), (slope,), b)
        other_slope = 0.5 if a == b else 0.0 if b < a else 1.0
        return computed(data, "max", (self, other), (slope, other_slope))

    def sigmoid(self) -> Value:
        """Return 1 / (1 + exp(-self))."""
        s = floats.sigmoid(self.data)
        return computed(s, "sigmoid", (self,), (s * (1.0 - s),))

    def __lt__(self, other: Value | float) -> bool:
        return self.data < number_of(other)

    def __le__(self, other: Value | float) -> bool:
        return self.data <= number_of(other)

    def __gt__(self, other: Value | float) -> bool:
        return self.data > number_of(other)

    def __ge__(self, other: Value | float) -> bool:
        return self.data >= number_of(other)

    def __float__(self) -> float:
        return float(self.data)

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __copy__(self) -> Value:
        out: Value = object.__new__(type(self))
        out.__setstate__(self.__getstate__())
        return out

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        """Copy the value and the graph behind it, however deep it is."""
        for value in topological_order(self):
            if id(value) not in memo:
                memo[id(value)] = out = object.__new__(type(value))
                out.__setstate__(deepcopy(value.__getstate__(), memo))
        copied: Value = memo[id(self)]
        return copied

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Tell pickle how to make the value again, with the graph behind it."""
        if not self._prev:
            return super().__reduce_ex__(2)
        order = topological_order(self)
        place = {value: i for i, value in enumerate(order)}
        nodes = [copy(value) if value._prev else value for value in order]
        for node in nodes:
            node._prev = ()
        return linked, (nodes, [[place[x] for x in value._prev] for value in order])

    def __getstate__(self) -> Any:
        if self._rule:
            raise TypeError(f"cannot copy {self._op!r}: it has its own _backward")
        return super().__getstate__()

    def __setstate__(self, state: Any) -> None:
        attributes, slots = state if isinstance(state, tuple) else (state, {})
        self.__dict__.update(attributes or {})
        for name, field in slots.items():
            setattr(self, name, field)


def linked(nodes: list[Value], places: list[list[int]]) -> Value:
    """Give nodes their operands back, by their places; return the last node."""
    for node, operands in zip(nodes, places, strict=True):
        node._prev = tuple([nodes[place] for place in operands])
    return nodes[-1]


def number_of(x: Value | float) -> float:
    """Return the number in a value, or the number itself."""
    return x.data if isinstance(x, Value) else plain(x)


def computed(
    data: float,
    op: str,
    operands: tuple[Value, ...],
    slopes: tuple[float, ...],
    number: float | None = None,
) -> Value:
    """Make the result of an operation. Called for every one, so nothing is checked."""
    out = Value.__new__(Value)
    out.data = data
    out.grad = 0.0
    out._prev = operands
    out._local = slopes
    out._op = op
    out._number = number
    return out


def topological_order(root: Value) -> list[Value]:
    """List the nodes behind a value, every operand before the results that use it."""
    order: list[Value] = []
    seen: set[Value] = set()
    waiting: list[Value] = []  # for their operands, which are on the stack
    stack: list[Value | None] = [root]
    while stack:
        value = stack.pop()
        if value is None:  # the mark below the operands of the last one that waits
            order.append(waiting.pop())
        elif value not in seen:
            seen.add(value)
            operands = value._prev
            if seen.issuperset(operands):
                order.append(value)
            else:
                waiting.append(value)
                stack.append(None)
                stack += operands[::-1]
    return order
