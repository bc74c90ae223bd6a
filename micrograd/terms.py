# Tangled from the book: edit its chapters. Digest: 6b5acd8485a2
"""A traced graph in larger pieces: whole sums of products, and each piece once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from micrograd.engine import Value
from micrograd.fused import is_fused, products
from micrograd.trace import Trace

SUM = "Σ"
NEURON = "Σ w·x"


@dataclass(eq=False)
class Term:
    """A leaf, an operation, a whole sum, or a neuron.

    A neuron is a sum with weighted inputs, by weights that are the same in all rows.

    Attributes:
        op: "input", "parameter", "constant", SUM, NEURON, or the name of an operation.
        operands: The operands; of a neuron, what is added without a weight.
        weights: The weights of a neuron.
        inputs: What they weight, one for each.
        number: The plain number of the operation, or the number of a constant.
        level: How many operations lead from its farthest leaf to it, its own included.
        varies: Whether it depends on an input, and so is another number in each row.
        trained: Whether it depends on a parameter, and so has a gradient.
    """

    op: str
    operands: tuple[Term, ...] = ()
    weights: tuple[Term, ...] = ()
    inputs: tuple[Term, ...] = ()
    number: Any = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        below = self.operands + self.weights + self.inputs
        self.level: int = 1 + max((x.level for x in below), default=-1)
        self.varies: bool = self.op == "input" or any([x.varies for x in below])
        self.trained: bool = self.op == "parameter" or any([x.trained for x in below])


class Terms:
    """The terms of a trace: sums of sums are one, and so is what is computed twice.

    Attributes:
        of: The term of each value, but for those that are parts of a larger sum.
        inputs: A term for each input.
        parameters: A term for each parameter.
        operations: The others, every operand before the terms that use it.
        results: The terms that the function returns.
    """

    def __init__(self, trace: Trace, parameters: Sequence[Value]) -> None:
        self.known: dict[Any, Term] = {}
        self.operations: list[Term] = []
        self.inputs = [Term("input") for _ in trace.inputs]
        self.parameters = [Term("parameter") for _ in parameters]
        leaves = [*trace.inputs, *parameters]
        self.of = dict(zip(leaves, self.inputs + self.parameters, strict=True))
        uses = Counter([*trace.results, *(x for v in trace.order for x in v._prev)])
        self.absorbed: set[Value] = {
            x
            for v in trace.order
            if is_sum(v)
            for x in v._prev[: 1 if is_fused(v) else 2]
            if uses[x] == 1 and (is_sum(x) or is_product(x))
        }
        for v in trace.order:
            if v not in self.of and v not in self.absorbed:
                self.of[v] = self.term(v)
        self.results = [self.of[v] for v in trace.results]

    def term(self, v: Value) -> Term:
        """Return the term of a value whose operands have theirs."""
        if is_sum(v):
            return self.sum(v)
        operands = tuple([self.of[x] for x in v._prev])
        if all([x.op == "constant" for x in operands]):
            return self.once("constant", number=v.data)
        return self.once(v._op, operands, number=v._number)

    def sum(self, v: Value) -> Term:
        """Return the sum of all that a value adds up, directly or not."""
        alone: list[Term] = []
        pairs: list[tuple[Term, Term]] = []
        number = 0.0
        waiting = [v]
        while waiting:
            value = waiting.pop()
            if value is not v and value not in self.absorbed:
                alone.append(self.of[value])
            elif is_fused(value):
                pairs += [self.product(w, x) for w, x in products(value)]
                waiting.append(value._prev[0])
            elif is_product(value):
                pairs.append(self.product(*value._prev))
            else:
                number += value._number or 0.0
                waiting += value._prev[::-1]
        number += sum([x.number for x in alone if x.op == "constant"])
        alone = [x for x in alone if x.op != "constant"]
        plain = [(a, b) for a, b in pairs if a.op == b.op == "constant"]
        number += sum([a.number * b.number for a, b in plain])
        pairs = [pair for pair in pairs if pair not in plain]
        if not pairs and len(alone) + bool(number) <= 1:
            return alone[0] if alone else self.once("constant", number=number)
        varying = [(w.varies, x.varies) for w, x in pairs]
        neuron = (False, True) in varying and (True, True) not in varying
        if not neuron:
            alone += [self.once("*", pair) for pair in pairs]
            pairs = []
        alone.sort(key=lambda term: term.varies)  # such as biases come first
        parts = tuple(alone), *zip(*pairs, strict=True)
        return self.once(NEURON if neuron else SUM, *parts, number=number or None)

    def product(self, a: Value, b: Value | float) -> tuple[Term, Term]:
        """Return two factors, the one that is the same in all rows first."""
        one = self.of[a]
        other = self.of[b] if isinstance(b, Value) else self.once("constant", number=b)
        return (other, one) if one.varies and not other.varies else (one, other)

    def once(self, op: str, *parts: Any, number: float | None = None) -> Term:
        """Return the term that these make; what is computed twice is one term."""
        number = None if number is None else float(number)
        key = op, parts, repr(number)
        if key not in self.known:
            self.known[key] = term = Term(op, *parts, number=number)
            if op != "constant":
                self.operations.append(term)
        return self.known[key]


def is_sum(v: Value) -> bool:
    """Tell whether a value adds up others."""
    return bool(v._prev) and (v._op == "+" or is_fused(v))


def is_product(v: Value) -> bool:
    """Tell whether a value is the product of two others."""
    return v._op == "*" and len(v._prev) == 2


def groups_of(operations: Sequence[Term]) -> list[list[Term]]:
    """Group operations of one kind on one level, level by level.

    Weighted sums that share their inputs are the neurons of a layer. A layer that is
    used at several places is one group: its neurons for the first inputs, then its
    neurons for the second, and so on.
    """
    places: dict[tuple[object, object], list[Term]] = {}
    for t in operations:
        kind = t.level, t.op, repr(t.number), t.varies, len(t.weights), len(t.operands)
        places.setdefault((kind, t.inputs), []).append(t)
    groups: dict[object, list[Term]] = {}
    for (alike, _), place in places.items():
        weights = tuple([weight for t in place for weight in t.weights])
        groups.setdefault((alike, weights), []).extend(place)
    return sorted(groups.values(), key=lambda group: group[0].level)


def neurons_in(group: Sequence[Term]) -> int:
    """Return how many neurons the layer has whose sums make up a group."""
    return sum([t.inputs == group[0].inputs for t in group])
