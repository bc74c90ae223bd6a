# Tangled from the book: edit its chapters. Digest: 56ff2e9d9e56
"""The graph that a function leaves behind, and whether it is all of the function."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from gc import get_referents
from random import Random
from types import CodeType, FunctionType, ModuleType
from typing import Any

from micrograd import floats
from micrograd.engine import Value, topological_order
from micrograd.fused import VALUES, is_fused, terms
from micrograd.rules import RULES, many_operands

Row = Sequence[float]
OTHER_NUMBERS: tuple[Callable[[float, Random], float], ...] = (
    lambda x, random: x + (1 + abs(x)) * random.uniform(0.01, 0.02),
    lambda x, random: random.choice((-1, 1)) * (x + random.uniform(0.01, 0.02)),
    lambda x, random: -x - random.uniform(0.01, 0.02),
    *[lambda x, random: random.uniform(-1, 1)] * 2,
    *[lambda x, random: random.uniform(-10, 10)] * 2,
    lambda x, random: random.uniform(-100, 100),
)


class Trace:
    """The graph that a function leaves behind when it is called with a row."""

    def __init__(self, function: Callable[..., Any], row: Row) -> None:
        self.inputs = [Value(x) for x in row]
        self.arguments = list(inspect.signature(function).parameters)
        found = function(*self.inputs)
        self.several = isinstance(found, (list, tuple))
        self.results: list[Value] = list(found) if self.several else [found]
        for result in self.results:
            if not isinstance(result, Value):
                raise TypeError(f"expected a Value, got {type(result).__name__}")
        self.order = topological_order(Value(0.0, self.results, "results"))[:-1]
        inputs = set(self.inputs)
        self.leaves = [v for v in self.order if not v._prev and v not in inputs]

    def shape(self, parameters: dict[Value, int]) -> list[tuple[Any, ...]]:
        """Describe each value: its operation and operands, or what leaf it is."""
        inputs = {x: i for i, x in enumerate(self.inputs)}
        number: dict[Value, int] = {}
        found: list[tuple[Any, ...]] = []
        for i, v in enumerate(self.order):
            number[v] = i
            if v._prev:
                operands = tuple([number[x] for x in v._prev])
                found.append((v._op, operands, *map(repr, constants(v))))
            elif v in inputs:
                found.append(("an input", inputs[v]))
            elif v in parameters:
                found.append(("a parameter", parameters[v]))
            else:
                found.append(("a constant", repr(float(v.data))))
        found.append(("the result", tuple(number[v] for v in self.results)))
        return found

    def check(self) -> None:
        """Compare each operation with its rule.

        Raises:
            TypeError: If an operation has no rule.
            ValueError: If an operation computes something else than its rule.
        """
        compiled: dict[str, list[Any]] = {}
        for v in self.order:
            if not v._prev:
                continue
            if v._rule is not None or not (is_fused(v) or v._op in RULES):
                raise TypeError(f"the operation {v._op!r} has no rule in RULES")
            if is_fused(v):
                expected = fused_numbers(v)
            else:
                if v._op not in compiled:
                    compiled[v._op] = [*map(as_function, RULES[v._op])]
                expected = by_rule(v, compiled[v._op])
            for x, y in zip((v.data, *v._local), expected, strict=True):
                if not (x == y or close(x, y)):
                    raise ValueError(
                        f"the operation {v._op!r} gives {x}, and its rule {y}"
                    )


def constants(v: Value) -> list[float]:
    """List the plain numbers that took part in an operation."""
    if is_fused(v):
        return [float(x) for _, x in terms(v) if not isinstance(x, Value)]
    return [] if v._number is None else [float(v._number)]


def fused_numbers(v: Value) -> list[float]:
    """Return what a weighted sum should be, and its slopes."""
    pairs = terms(v)
    numbers = [x.data if isinstance(x, Value) else x for _, x in pairs]
    weights = [w.data for w, _ in pairs]
    total = v._prev[0].data
    for w, x in zip(weights, numbers, strict=True):
        total += w * x
    return [total, 1.0, *numbers, *(weights if v._op == VALUES else [])]


def by_rule(v: Value, rule: Sequence[Callable[..., float]]) -> list[float]:
    """Return what a value and its slopes should be by a rule."""
    numbers = [x.data for x in v._prev]
    a, b = [*numbers, *constants(v), 0.0][:2]
    if many_operands(v._op):
        result, slope = rule
        return [
            result(a, b, v.data, 1.0, numbers),
            *(slope(x, b, v.data, 1.0, ()) for x in numbers),
        ]
    return [f(a, b, v.data, 1.0, ()) for f in rule[: 1 + len(numbers)]]


def as_function(text: str) -> Any:
    """Return a rule as a function of a, b, v, d and all operands."""
    source = text.format(a="a", b="b", v="v", d="d", all="*all")
    names = {**vars(math), **vars(floats)}
    return eval(f"lambda a, b, v, d, all: {source}", names)


def close(x: float, y: float) -> bool:
    """Tell whether two numbers are the same but for rounding."""
    return math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-300) or (x != x and y != y)


def traced(
    function: Callable[..., Any], rows: Sequence[Row]
) -> tuple[Trace, list[Value]]:
    """Trace a function, and find its parameters.

    A parameter is a leaf that is the same object at each call; what is made anew is a
    constant. The function is traced on all rows, and with other numbers in the place
    of the first row's and of the parameters', and must give the same graph each time.

    Raises:
        TypeError: If the function does not return values, or if it uses an operation
            that has no rule.
        ValueError: If two runs give different graphs, or if an operation does not
            compute what its rule says.
    """
    first, again = Trace(function, rows[0]), Trace(function, rows[0])
    first.check()
    kept = set(again.leaves)
    parameters = [leaf for leaf in first.leaves if leaf in kept]
    index = {p: i for i, p in enumerate(parameters)}
    shape = first.shape(index)
    compare(shape, again.shape(index), "row 0 gives another program each time")
    for i, row in enumerate(rows[1:], start=1):
        other = Trace(function, row).shape(index)
        compare(shape, other, f"row {i} gives another program than row 0")
    leaves = list(dict.fromkeys([*parameters, *leaves_within(function)]))
    random = Random(len(shape))
    for change in OTHER_NUMBERS:
        with changed(leaves, change, random):
            try:
                trace = Trace(function, [change(x, random) for x in rows[0]])
            except Exception:
                continue
            compare(shape, trace.shape(index), "other numbers give another program")
            trace.check()
    return first, parameters


def leaves_within(function: Callable[..., Any]) -> list[Value]:
    """List the leaves that a function can reach, whether its graph shows them or not.

    A parameter that is only used as a number leaves no trace.
    """
    seen: set[int] = set()
    found: list[Value] = []
    waiting: list[Any] = [function]
    while waiting:
        x = waiting.pop()
        if id(x) in seen or isinstance(x, (type, ModuleType, str)):
            continue
        seen.add(id(x))
        if isinstance(x, Value):
            found += [] if x._prev else [x]
        elif isinstance(x, FunctionType):
            waiting += [x.__closure__, x.__defaults__, x.__kwdefaults__]
            waiting += [x.__globals__.get(name) for name in names_in(x.__code__)]
        else:
            waiting += get_referents(x)
    return found


def names_in(code: CodeType) -> set[str]:
    """Return the names that a function and the functions in it look up."""
    inner = [names_in(x) for x in code.co_consts if isinstance(x, CodeType)]
    return set(code.co_names).union(*inner)


def compare(shape: list[Any], other: list[Any], problem: str) -> None:
    """Raise a ValueError that names the first operation in which two graphs differ."""
    if shape == other:
        return
    for i, (one, two) in enumerate(zip(shape, other, strict=False)):
        if one != two:
            raise ValueError(f"{problem}: value {i} is {told(one)}, then {told(two)}")
    raise ValueError(f"{problem}: {len(shape)} values, then {len(other)}")


def told(value: tuple[Any, ...]) -> str:
    """Describe a value of a graph in a few words."""
    name, *rest = value
    if name in ("an input", "a parameter", "a constant", "the result"):
        return f"{name}, {rest[0]}"
    numbers = "".join(f", {number}" for number in rest[1:4])
    return f"{name!r} of {', '.join(map(str, rest[0][:4]))}{numbers}"


@contextmanager
def changed(
    parameters: list[Value], change: Callable[[float, Random], float], random: Random
) -> Iterator[None]:
    """Give the parameters other numbers for a while."""
    before = [p.data for p in parameters]
    try:
        for p in parameters:
            p.data = change(p.data, random)
        yield
    finally:
        for p, data in zip(parameters, before, strict=True):
            p.data = data
