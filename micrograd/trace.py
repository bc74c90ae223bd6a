# Tangled from the book: edit its chapters. Digest: aba36204a5fe
"""The graph that a function leaves behind, and whether it is all of the function."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from gc import get_referents
from random import Random
from types import CodeType, FunctionType, ModuleType
from typing import Any

from micrograd import floats
from micrograd.engine import Value, topological_order
from micrograd.fused import is_fused, terms
from micrograd.rules import RULES

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

    def shape(self, parameters: Sequence[Value]) -> list[tuple[Any, ...]]:
        """Describe each value: its operation and operands, or what leaf it is."""
        leaf = {x: ("input", i) for i, x in enumerate(self.inputs)}
        leaf |= {p: ("parameter", i) for i, p in enumerate(parameters)}
        number = {v: i for i, v in enumerate(self.order)}
        found: list[tuple[Any, ...]] = []
        for v in self.order:
            if v._prev:
                operands = [number[x] for x in v._prev]
                found.append((v._op, *operands, *map(repr, constants(v))))
            else:
                found.append(leaf.get(v) or ("constant", repr(float(v.data))))
        return [*found, ("results", *[number[v] for v in self.results])]

    def check(self) -> None:
        """Compare each operation with its rule.

        Raises:
            TypeError: If an operation has no rule.
            ValueError: If an operation computes something else than its rule.
        """
        for v in self.order:
            if v._prev and (v._rule or not (is_fused(v) or v._op in RULES)):
                raise TypeError(f"the operation {v._op!r} has no rule in RULES")
            for x, y in zip((v.data, *v._local), by_rule(v), strict=False):
                if not (x == y or close(x, y)):
                    raise ValueError(
                        f"the operation {v._op!r} gives {x}, and its rule {y}"
                    )


def constants(v: Value) -> list[float]:
    """List the plain numbers that took part in an operation."""
    if is_fused(v):
        return [float(x) for _, x in terms(v) if not isinstance(x, Value)]
    return [] if v._number is None else [float(v._number)]


def by_rule(v: Value) -> list[float]:
    """Return what a value and its slopes should be by the rule of the operation."""
    if is_fused(v) or not v._prev:
        return []
    numbers = [x.data for x in v._prev]
    a, b = [*numbers, *constants(v), 0.0][:2]
    result, *slopes = map(as_function, RULES[v._op])
    found = [result(a, b, v.data, numbers)]
    if "{all}" in RULES[v._op][0]:
        return found + [slopes[0](x, b, v.data, numbers) for x in numbers]
    return found + [slope(a, b, v.data, numbers) for slope in slopes[: len(numbers)]]


@lru_cache
def as_function(text: str) -> Any:
    """Return a rule as a function of a, b, v and all operands."""
    source = text.format(a="a", b="b", v="v", d="1.0", all="all")
    return eval(f"lambda a, b, v, all: {source}", {**vars(math), **vars(floats)})


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
    shape = first.shape(parameters)
    compare(shape, again.shape(parameters), "row 0 gives another program each time")
    for i, row in enumerate(rows[1:], start=1):
        other = Trace(function, row).shape(parameters)
        compare(shape, other, f"row {i} gives another program than row 0")
    leaves = list(dict.fromkeys([*parameters, *leaves_within(function)]))
    random = Random(len(shape))
    for change in OTHER_NUMBERS:
        with changed(leaves, change, random):
            try:
                trace = Trace(function, [change(x, random) for x in rows[0]])
            except Exception:
                continue
            other = trace.shape(parameters)
            compare(shape, other, "other numbers give another program")
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
    for i, (one, two) in enumerate(zip(shape, other, strict=False)):
        if one != two:
            told = f"value {i} is {one!s:.50}, then {two!s:.50}"
            raise ValueError(f"{problem}: {told}")


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
