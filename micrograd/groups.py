# Tangled from the book: edit its chapters. Digest: ddfe0cf275a0
"""Terms of one kind on one level, which one operation can compute."""

from __future__ import annotations

from collections.abc import Iterable

from micrograd.terms import Term

MANY = 4  # operands from which on a sum is taken along an axis


class Group:
    """Terms that one operation on arrays computes.

    Attributes:
        neurons: If they are weighted sums that share inputs or weights: how many
            different weighted sums there are. The terms are then in order: all neurons
            of the first inputs, all neurons of the second, and so on. Otherwise 0.
        width: The number of products in each sum.
    """

    def __init__(self, terms: list[Term], neurons: int = 0) -> None:
        first = terms[0]
        self.terms, self.neurons = terms, neurons
        self.op, self.number, self.width = first.op, first.number, len(first.pairs)
        self.many = not neurons and len(first.operands) >= MANY

    @property
    def weights(self) -> tuple[Term, ...]:
        """The weights, neuron by neuron."""
        return tuple([w for t in self.terms[: self.neurons] for w, _ in t.pairs])

    @property
    def inputs(self) -> tuple[Term, ...]:
        """The inputs, place by place."""
        return tuple([x for t in self.terms[:: self.neurons] for _, x in t.pairs])

    @property
    def product_varies(self) -> bool:
        """Whether the sums of products are other numbers in each row."""
        return any(x.varies for pair in self.terms[0].pairs for x in pair)

    def columns(self) -> list[tuple[Term, ...]]:
        """List what is added to the products: the first of each term, the second, …."""
        if self.many:
            return []
        return list(zip(*(term.operands for term in self.terms), strict=True))

    def biases(self) -> list[tuple[Term, ...]]:
        """List the columns that are the same at each place, for one place."""
        return [c[: self.neurons] for c in self.columns() if self.is_bias(c)]

    def others(self) -> list[tuple[Term, ...]]:
        """List the other columns."""
        return [column for column in self.columns() if not self.is_bias(column)]

    def is_bias(self, column: tuple[Term, ...]) -> bool:
        """Tell whether a column is the same at each place, and in all rows."""
        if not self.neurons or any(x.varies for x in column):
            return False
        return column[: self.neurons] * (len(column) // self.neurons) == column

    def every_operand(self) -> tuple[Term, ...]:
        """Return all operands that are added, sum by sum."""
        return tuple([x for term in self.terms for x in term.operands])


def groups_of(operations: Iterable[Term]) -> list[Group]:
    """Group operations of one kind on one level, level by level."""
    kinds: dict[tuple[object, ...], list[Term]] = {}
    for term in operations:
        kinds.setdefault(kind(term), []).append(term)
    groups: list[Group] = []
    for _, terms in sorted(kinds.items(), key=lambda item: item[1][0].level):
        weighted = bool(terms[0].pairs) and not any(w.varies for w, _ in terms[0].pairs)
        groups += layers(terms) if weighted else [Group(terms)]
    return groups


def kind(term: Term) -> tuple[object, ...]:
    """Return what two terms must share, so that one operation computes both."""
    pairs = tuple([(a.varies, b.varies) for a, b in term.pairs])
    same_pairs: object = pairs[0] if len(set(pairs)) == 1 else pairs
    operands = tuple([x.varies for x in term.operands])
    number = repr(term.number)
    return term.level, term.op, number, len(pairs), same_pairs, operands


def layers(terms: list[Term]) -> list[Group]:
    """Sort weighted sums by the inputs that they share."""
    by_inputs: dict[tuple[Term, ...], list[Term]] = {}
    for term in terms:
        by_inputs.setdefault(tuple([x for _, x in term.pairs]), []).append(term)
    by_weights: dict[tuple[tuple[Term, ...], ...], list[Term]] = {}
    for place in by_inputs.values():
        key = tuple([tuple([w for w, _ in term.pairs]) for term in place])
        by_weights.setdefault(key, []).extend(place)
    found: list[Group] = []
    alone: list[Term] = []
    for key, layer in by_weights.items():
        if len(layer) == 1 and len(by_weights) > 1:
            alone += layer
        else:
            found.append(Group(layer, neurons=len(key)))
    if alone:
        order = {term: i for i, term in enumerate(terms)}
        found.append(Group(sorted(alone, key=order.__getitem__)))
    return found
