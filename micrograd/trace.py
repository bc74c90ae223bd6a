# Tangled from the book: edit its chapters. Digest: 6c6734aa9420
"""The graph that a function leaves behind, and whether it is all of the function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from gc import get_referents
from random import Random
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from micrograd import arrays
from micrograd.engine import Value, topological_order
from micrograd.fused import is_fused, products
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
        """Compare the operations with their rules, all of one kind at once.

        Raises:
            TypeError: If an operation has no rule.
            ValueError: If an operation computes something else than its rule.
        """
        kinds: dict[tuple[str, int, int], list[Value]] = {}
        for v in self.order:
            if v._prev and (v._rule or not (is_fused(v) or v._op in RULES)):
                raise TypeError(f"the operation {v._op!r} has no rule in RULES")
            if v._prev and not is_fused(v):
                kind = v._op, len(v._prev), len(v._local)
                kinds.setdefault(kind, []).append(v)
        for (op, _, _), values in kinds.items():
            found = np.array([(v.data, *v._local) for v in values], dtype=float).T
            for x, y in zip(found, by_rule(op, values), strict=False):
                wrong = ~np.isclose(x, y, rtol=1e-9, atol=1e-300, equal_nan=True)
                if wrong.any():
                    i = wrong.argmax()
                    rule = np.broadcast_to(y, x.shape)[i]
                    raise ValueError(
                        f"the operation {op!r} gives {x[i]}, and its rule {rule}"
                    )


def constants(v: Value) -> list[float]:
    """List the plain numbers that took part in an operation."""
    if is_fused(v):
        return [float(x) for _, x in products(v) if not isinstance(x, Value)]
    return [] if v._number is None else [float(v._number)]


@arrays.quiet
def by_rule(op: str, values: Sequence[Value]) -> list[Any]:
    """Return what values of one kind should be by their rule, and their slopes."""
    result, *slopes = RULES[op]
    lines = [[*(x.data for x in v._prev), *constants(v)] for v in values]
    columns = np.array(lines, dtype=float).T  # a line for each operand now
    a, b = [*columns, None][:2]
    names = arrays.names() | {"b": b, "v": np.array([v.data for v in values]), "d": 1.0}

    def evaluated(text: str, a: Any) -> Any:
        source = text.format(a="a", b="b", v="v", d="d", all="all")
        return eval(source, names | {"a": a, "all": columns.T[:, :, None]})

    if "{all}" in result:
        return [evaluated(result, a).ravel(), *evaluated(slopes[0], columns)]
    return [evaluated(text, a) for text in (result, *slopes)]


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
