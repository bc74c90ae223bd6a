# Tangled from the book: edit its chapters. Digest: 713ea54122b7
"""A traced graph in larger pieces: whole sums of products, and each piece once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from micrograd.engine import Value
from micrograd.fused import is_fused, products
from micrograd.trace import Trace, constants

SUM = "sum"
NEURON = "neuron"


class Term:
    """A leaf, an operation, a whole sum, or a neuron.

    A neuron is a sum with weighted inputs, by weights that are the same in all rows.

    Attributes:
        op: "input", "parameter", "constant", SUM, NEURON, or the name of an operation.
        operands: The operands; of a neuron, what is added without a weight.
        pairs: The weights and inputs of a neuron.
        number: The plain number of the operation, or the number of a constant.
        level: How many operations lie between the term and its farthest leaf.
        varies: Whether it depends on an input, and so is another number in each row.
        trained: Whether it depends on a parameter, and so has a gradient.
    """

    __slots__ = ("level", "number", "op", "operands", "pairs", "trained", "varies")

    def __init__(
        self,
        op: str,
        operands: tuple[Term, ...] = (),
        pairs: tuple[tuple[Term, Term], ...] = (),
        number: float | None = None,
    ) -> None:
        self.op, self.operands, self.pairs, self.number = op, operands, pairs, number
        below: list[Term] = [*operands, *(x for pair in pairs for x in pair)]
        self.level: int = 1 + max((x.level for x in below), default=-1)
        self.varies: bool = op == "input" or any([x.varies for x in below])
        self.trained: bool = op == "parameter" or any([x.trained for x in below])


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
        self.of: dict[Value, Term] = dict(zip(trace.inputs, self.inputs, strict=True))
        self.of |= zip(parameters, self.parameters, strict=True)
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
        if not v._prev:
            return self.constant(v.data)
        if is_sum(v):
            return self.sum(v)
        operands = tuple([self.of[x] for x in v._prev])
        if all([x.op == "constant" for x in operands]):
            return self.constant(v.data)
        return self.once(v._op, operands, (), *constants(v))

    def sum(self, v: Value) -> Term:
        """Return the sum of all that a value adds up, directly or not."""
        alone: list[Term] = []
        pairs: list[tuple[Term, Term]] = []
        number = 0.0
        waiting = [v]
        while waiting:
            value = waiting.pop()
            if value is not v and value not in self.absorbed:
                term = self.of[value]
                if term.op == "constant":
                    number += value.data
                else:
                    alone.append(term)
            elif is_fused(value):
                pairs += [self.product(w, x) for w, x in products(value)]
                waiting.append(value._prev[0])
            elif is_product(value):
                pairs.append(self.product(*value._prev))
            else:
                number += sum(constants(value))
                waiting += value._prev[::-1]
        plain = [pair for pair in pairs if {x.op for x in pair} == {"constant"}]
        number += sum([(a.number or 0.0) * (b.number or 0.0) for a, b in plain])
        pairs = [pair for pair in pairs if pair not in plain]
        if not pairs and len(alone) + bool(number) <= 1:
            return alone[0] if alone else self.constant(number)
        varying = [(w.varies, x.varies) for w, x in pairs]
        neuron = (False, True) in varying and (True, True) not in varying
        if not neuron:
            alone += [self.once("*", pair) for pair in pairs]
            pairs = []
        alone.sort(key=lambda term: term.varies)  # such as biases come first
        op = NEURON if neuron else SUM
        return self.once(op, tuple(alone), tuple(pairs), number or None)

    def product(self, a: Value, b: Value | float) -> tuple[Term, Term]:
        """Return two factors, the one that is the same in all rows first."""
        one = self.of[a]
        other = self.of[b] if isinstance(b, Value) else self.constant(b)
        return (other, one) if one.varies and not other.varies else (one, other)

    def constant(self, number: float) -> Term:
        """Return the term of a plain number."""
        return self.once("constant", number=float(number))

    def once(
        self, op: str, operands: Any = (), pairs: Any = (), number: float | None = None
    ) -> Term:
        """Return the term that these make; what is computed twice is one term."""
        key = op, operands, pairs, repr(number)
        if key not in self.known:
            self.known[key] = term = Term(op, operands, pairs, number)
            if op != "constant":
                self.operations.append(term)
        return self.known[key]


def is_sum(v: Value) -> bool:
    """Tell whether a value adds up others."""
    return v._op == "+" or is_fused(v)


def is_product(v: Value) -> bool:
    """Tell whether a value is the product of two others."""
    return v._op == "*" and len(v._prev) == 2


def groups_of(operations: Sequence[Term]) -> list[list[Term]]:
    """Group operations of one kind on one level, level by level.

    Weighted sums that share their inputs are the neurons of a layer. A layer that is
    used at several places is one group: its neurons for the first inputs, then its
    neurons for the second, and so on.
    """
    kinds: dict[tuple[object, ...], list[Term]] = {}
    layers: dict[object, dict[object, list[Term]]] = {}
    for t in operations:
        kind = t.level, t.op, repr(t.number), t.varies, len(t.pairs), len(t.operands)
        if t.op == NEURON:
            inputs = tuple([x for _, x in t.pairs])
            layers.setdefault(kind, {}).setdefault(inputs, []).append(t)
        else:
            kinds.setdefault(kind, []).append(t)
    for sums, places in layers.items():
        for place in places.values():
            weights = tuple([weight for t in place for weight, _ in t.pairs])
            kinds.setdefault((sums, weights), []).extend(place)
    return sorted(kinds.values(), key=lambda group: group[0].level)


def neurons_in(group: Sequence[Term]) -> int:
    """Return how many neurons the layer has whose sums make up a group."""
    inputs = [x for _, x in group[0].pairs]
    return sum([x for _, x in t.pairs] == inputs for t in group)
