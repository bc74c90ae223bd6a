# Tangled from the book: edit its chapters. Digest: 11ad172656c2
"""The graph that a function leaves behind, and whether it is all of the function."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from gc import get_referents
from random import Random
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from micrograd import arrays
from micrograd.engine import Value, topological_order
from micrograd.floats import plain
from micrograd.fused import is_fused, products
from micrograd.rules import RULES

Row = Sequence[float]
# What other numbers a function is tried with: how much of the old one, what is added,
# and by how much that varies. An added 1.2 or -0.8 makes a 2 another whole number.
OTHER_NUMBERS = (
    *[(1, 0.0, 0.02), (-1, 0.0, 0.02), (1, 1.2, 0.0), (1, -0.8, 0.0)],
    *[(0, 0.0, 1.0), (0, 0.0, 10.0), (0, 0.0, 10.0), (0, 0.0, 100.0)],
)
LIBRARIES = {"micrograd", *sys.stdlib_module_names}


class NoValue(TypeError):
    """What a traced function returns is not a value."""


class Trace:
    """The graph that a function leaves behind when it is called with a row."""

    def __init__(self, function: Callable[..., Any], row: Row) -> None:
        self.inputs = [Value(x) for x in row]
        found = function(*self.inputs)
        self.several = isinstance(found, (list, tuple))
        self.results: list[Value] = list(found) if self.several else [found]
        if not (self.results and all(isinstance(x, Value) for x in self.results)):
            raise NoValue(f"expected a Value or a list of them, got {found!r:.50}")
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
        return [*found, ("results", self.several, *[number[v] for v in self.results])]

    def gradient(self, parameters: Sequence[Value]) -> list[float]:
        """Return the derivatives of the sum of all results."""
        grads = dict.fromkeys(self.order, 0.0)
        grads.update(Counter(self.results))
        for v in reversed(self.order):
            for operand, slope in zip(v._prev, v._local, strict=True):
                grads[operand] += slope * grads[v]
        return [grads[p] for p in parameters]

    def check(self) -> None:
        """Compare the operations with their rules, all of one kind at once.

        Raises:
            TypeError: If an operation has no rule.
            ValueError: If an operation computes something else than its rule.
        """
        kinds: dict[tuple[str, int], list[Value]] = {}
        for v in self.order:
            if v._prev and not has_rule(v):
                raise TypeError(f"the operation {v._op!r} has no rule in RULES")
            if v._prev and not is_fused(v):
                kinds.setdefault((v._op, len(v._prev)), []).append(v)
        for (op, _), values in kinds.items():
            found = np.array([(v.data, *v._local) for v in values], dtype=float).T
            for x, y in zip(found, by_rule(op, values), strict=False):
                wrong = ~np.isclose(x, y, rtol=1e-9, atol=1e-12, equal_nan=True)
                if wrong.any():
                    raise ValueError(
                        f"the operation {op!r} gives {x[wrong][0]}, "
                        f"and its rule {y[wrong][0]}"
                    )


def constants(v: Value) -> list[float]:
    """List the plain numbers that took part in an operation."""
    if is_fused(v):
        return [float(x) for _, x in products(v) if not isinstance(x, Value)]
    return [] if v._number is None else [float(v._number)]


def has_rule(v: Value) -> bool:
    """Tell whether there is a rule for an operation with these operands."""
    result, *slopes = RULES.get(v._op, ("",))
    fits = "{all}" in result or len(slopes) == len(v._prev) + len(constants(v)) > 0
    return (is_fused(v) or fits) and not v._rule and len(v._local) == len(v._prev)


@arrays.quiet
def by_rule(op: str, values: Sequence[Value]) -> list[Any]:
    """Return what values of one kind should be by their rule, and their slopes."""
    lines = [[*(x.data for x in v._prev), *constants(v)] for v in values]
    operands = np.array(lines, dtype=float)
    a, b = [*operands.T, None][:2]
    v, every = np.array([v.data for v in values]), operands[:, :, None]
    of_many = "{all}" in RULES[op][0]
    if of_many:
        a, v = every, v[:, None, None]
    names = arrays.names() | {"a": a, "b": b, "v": v, "d": 0.5, "all": every}
    texts = [x.format(a="a", b="b", v="v", d="d", all="all") for x in RULES[op]]
    result, *slopes = [eval(text, names) for text in texts]
    if of_many:
        slopes = [*np.broadcast_to(slopes[0], every.shape)[:, :, 0].T]
    found = [result, *(2 * slope for slope in slopes)]  # the gradient was a half
    return [np.broadcast_to(np.ravel(x), len(values)) for x in found]


def another(x: float, part: float, more: float, spread: float, random: Random) -> float:
    """Return another number: a part of this one, and some more."""
    return part * x + more + (1 + abs(part * x)) * random.uniform(-spread, spread)


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
        ValueError: If two runs give different graphs, if a value was computed before
            the call, or if an operation does not compute what its rule says.
    """
    trial = Trace(function, rows[0])
    for leaf in trial.leaves:
        leaf.data = plain(leaf.data)  # a float of 32 bits would compute with 32
    first = Trace(function, rows[0])
    first.check()
    kept = set(trial.order)
    for v in first.order:
        if v._prev and v in kept:
            raise ValueError(f"{v!r} was computed before the call: compute it inside")
    parameters = [leaf for leaf in first.leaves if leaf in kept]
    shape = first.shape(parameters)
    compare(shape, trial.shape(parameters), "row 0 gives another program each time")
    for i, row in enumerate(rows[1:], start=1):
        other = Trace(function, row)
        told = f"row {i} gives another program than row 0"
        compare(shape, other.shape(parameters), told)
        other.check()
    try_other_numbers(function, rows[0], parameters, shape)
    return first, parameters


def try_other_numbers(
    function: Callable[..., Any],
    row: Row,
    parameters: Sequence[Value],
    shape: list[tuple[Any, ...]],
) -> None:
    """Compare a shape with what other numbers give, in all that a function reaches."""
    leaves = list(dict.fromkeys([*parameters, *leaves_within(function)]))
    random = Random(len(shape))
    before = [p.data for p in leaves]
    try:
        for change in OTHER_NUMBERS:
            for p, data in zip(leaves, before, strict=True):
                p.data = another(data, *change, random)
            try:
                trace = Trace(function, [another(x, *change, random) for x in row])
            except (AttributeError, NameError, NoValue) as error:
                error.add_note("A branch? For `max(x, 0)` write `x.relu()`.")
                raise
            except Exception:
                continue  # it does not take such numbers
            other = trace.shape(parameters)
            compare(shape, other, "other numbers give another program")
            trace.check()
    finally:
        for p, data in zip(leaves, before, strict=True):
            p.data = data


def leaves_within(function: Callable[..., Any]) -> list[Value]:
    """List the leaves that a function can reach, whether its graph shows them or not.

    A parameter that is only used as a number leaves no trace.
    """
    seen: set[int] = set()
    found: list[Value] = []
    waiting: list[Any] = [function]
    while waiting:
        x = waiting.pop()
        if id(x) in seen or isinstance(x, (int, float, str)):
            continue
        seen.add(id(x))
        if isinstance(x, Value):
            found += [] if x._prev else [x]
        elif isinstance(x, (type, ModuleType)):
            own = is_own(x)
            waiting += [y for y in vars(x).values() if own or isinstance(y, Value)]
            waiting += getattr(x, "__bases__", ())
        elif isinstance(x, np.ndarray):
            waiting += x.ravel().tolist() if x.dtype == object else []
        elif isinstance(x, FunctionType):
            waiting += [x.__closure__, x.__defaults__, x.__kwdefaults__]
            waiting += [x.__globals__.get(name) for name in names_in(x.__code__)]
        else:
            waiting += get_referents(x)
    return found


def is_own(x: type | ModuleType) -> bool:
    """Tell whether a class or a module is no library: these have no parameters."""
    name = x.__name__ if isinstance(x, ModuleType) else str(x.__module__)
    file = getattr(sys.modules.get(name), "__file__", None) or ""
    return name.partition(".")[0] not in LIBRARIES and "-packages" not in file


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
