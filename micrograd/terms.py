# Tangled from the book: edit its chapters. Digest: 30752fd301b3
"""A traced graph in larger pieces: whole sums of products, and each piece once."""

from __future__ import annotations

from collections import Counter
from typing import Any

from micrograd.engine import Value
from micrograd.fused import is_fused, terms
from micrograd.trace import Trace, constants


class Term:
    """A leaf, an operation, or a whole sum of terms and of products.

    Attributes:
        op: "input", "parameter", "constant", "sum", or the name of the operation.
        operands: The operands; of a sum, the terms that stand alone.
        pairs: The products of a sum.
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
    """The terms of a trace.

    Attributes:
        inputs: A term for each input.
        parameters: A term for each parameter.
        operations: The others, every operand before the terms that use it.
        results: The terms that the function returns.
    """

    def __init__(self, trace: Trace, parameters: list[Value]) -> None:
        self.known: dict[Any, Term] = {}
        self.operations: list[Term] = []
        self.inputs = [Term("input") for _ in trace.inputs]
        self.parameters = [Term("parameter") for _ in parameters]
        self.of: dict[Value, Term] = dict(zip(trace.inputs, self.inputs, strict=True))
        self.of |= zip(parameters, self.parameters, strict=True)
        self.uses = Counter(x for v in trace.order for x in v._prev)
        self.uses.update(trace.results)
        absorbed = {
            x
            for v in trace.order
            if is_sum(v)
            for x in ([v._prev[0]] if is_fused(v) else v._prev)
            if self.uses[x] == 1 and (is_sum(x) or is_product(x))
        }
        for v in trace.order:
            if v not in self.of and v not in absorbed:
                self.of[v] = self.term(v, absorbed)
        self.results = [self.of[v] for v in trace.results]

    def term(self, v: Value, absorbed: set[Value]) -> Term:
        """Return the term of a value whose operands have theirs."""
        if not v._prev:
            return self.constant(v.data)
        if is_sum(v):
            return self.sum(v, absorbed)
        operands = tuple([self.of[x] for x in v._prev])
        if all([x.op == "constant" for x in operands]):
            return self.constant(v.data)
        number = None if v._number is None else float(v._number)
        return self.once(v._op, operands, (), number)

    def sum(self, v: Value, absorbed: set[Value]) -> Term:
        """Return the sum of all that a value adds up, directly or not."""
        alone: list[Term] = []
        pairs: list[tuple[Term, Term]] = []
        total = 0.0
        waiting = [v]
        while waiting:
            value = waiting.pop()
            if value is not v and value not in absorbed:
                term = self.of[value]
                if term.op == "constant":
                    total += term.number or 0.0
                else:
                    alone.append(term)
            elif is_fused(value):
                for w, x in terms(value):
                    x_term = self.of[x] if isinstance(x, Value) else self.constant(x)
                    pairs.append(sides(self.of[w], x_term))
                waiting.append(value._prev[0])
            elif is_product(value):
                a, b = value._prev
                pairs.append(sides(self.of[a], self.of[b]))
            else:
                total += sum(constants(value))
                waiting += value._prev[::-1]
        if not pairs and not alone:
            return self.constant(total)
        if not pairs and not total and len(alone) == 1:
            return alone[0]
        alone.sort(key=lambda term: term.varies)
        return self.once("sum", tuple(alone), tuple(pairs), total)

    def constant(self, number: float) -> Term:
        """Return the term of a plain number."""
        return self.once("constant", (), (), float(number))

    def once(self, op: str, operands: Any, pairs: Any, number: float | None) -> Term:
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


def sides(a: Term, b: Term) -> tuple[Term, Term]:
    """Return two factors, the one that is the same in all rows first."""
    return (b, a) if a.varies and not b.varies else (a, b)
