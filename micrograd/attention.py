# Tangled from the book: edit its chapters. Digest: d433608a76e3
"""Attention: each place of a text fetches something from the places before it."""

from __future__ import annotations

from collections.abc import Sequence

from micrograd.engine import Value
from micrograd.fused import weighted_sum
from micrograd.losses import softmax
from micrograd.nn import Embedding, Layer, Module

Vector = list[Value]


def linear(width: int, size: int) -> Layer:
    """Return a layer that bends nothing, and keeps the size of the numbers."""
    return Layer(width, size, activation="linear").scale(3)


class Head(Module):
    """One way of looking back, by a query, a key and a value for each place.

    Args:
        width: The length of the vectors that come in.
        size: The length of queries, keys and values.
    """

    def __init__(self, width: int, size: int) -> None:
        self.query = linear(width, size)
        self.key = linear(width, size)
        self.value = linear(width, size)

    def weights(self, xs: Sequence[Vector]) -> list[list[Value]]:
        """Return for each place how much it takes of each place up to its own."""
        keys = [self.key.outputs(x) for x in xs]
        table = []
        for place, x in enumerate(xs):
            query = self.query.outputs(x)
            scores = [dot(query, key) / len(key) ** 0.5 for key in keys[: place + 1]]
            table.append(softmax(scores))
        return table

    def __call__(self, xs: Sequence[Vector]) -> list[Vector]:
        """Return for each place the mixture of values that it takes."""
        values = [self.value.outputs(x) for x in xs]
        table = self.weights(xs)
        return [mixture(weights, values[: len(weights)]) for weights in table]

    def parameters(self) -> list[Value]:
        """Return the parameters of the three layers."""
        return parameters_of(self.query, self.key, self.value)


def dot(a: Sequence[Value], b: Sequence[Value]) -> Value:
    """Return the sum of the products of two vectors, number by number."""
    return weighted_sum(a, b, Value(0.0))


def mixture(weights: Vector, rows: Sequence[Vector]) -> Vector:
    """Return the sum of some rows, each times its weight."""
    return [dot(weights, column) for column in zip(*rows, strict=True)]


def parameters_of(*parts: Module) -> list[Value]:
    """Return the parameters of several modules, one after the other."""
    return [p for part in parts for p in part.parameters()]


def norm(xs: Vector) -> Vector:
    """Return the vector with a mean square of 1."""
    square = dot(xs, xs) / len(xs)
    factor = (square + 1e-5) ** -0.5  # 1e-5: a vector of zeros has no direction
    return [x * factor for x in xs]


class Block(Module):
    """Several heads and a network, each of which adds to the vectors.

    Args:
        width: The length of the vectors.
        heads: How many heads share it.
    """

    def __init__(self, width: int, heads: int) -> None:
        if width % heads:
            raise ValueError(f"a width of {width} cannot be shared by {heads} heads")
        self.heads = [Head(width, width // heads) for _ in range(heads)]
        self.join = linear(width, width)
        self.widen = Layer(width, 4 * width).scale(6)
        self.narrow = linear(4 * width, width)

    def __call__(self, xs: Sequence[Vector]) -> list[Vector]:
        """Return the vectors with what heads and network have added."""
        read = [norm(x) for x in xs]
        found = [head(read) for head in self.heads]
        results = []
        for place, x in enumerate(xs):
            joined = self.join.outputs([v for head in found for v in head[place]])
            x = added(x, joined)
            bent = self.widen.outputs(norm(x))
            results.append(added(x, self.narrow.outputs(bent)))
        return results

    def parameters(self) -> list[Value]:
        """Return the parameters, in the order of their use."""
        return parameters_of(*self.heads, self.join, self.widen, self.narrow)


def added(a: Vector, b: Vector) -> Vector:
    """Return the sum of two vectors."""
    return [x + y for x, y in zip(a, b, strict=True)]


class Transformer(Module):
    """A language model: logits for the next character at each place of a text.

    Args:
        characters: How many characters there are.
        places: The length of the longest text.
        width: The length of the vectors.
        heads: How many heads look back.
    """

    def __init__(self, characters: int, places: int, width: int, heads: int) -> None:
        self.sizes = characters, places, width, heads
        self.characters = Embedding(characters, width)
        self.places = Embedding(places, width)
        self.block = Block(width, heads)
        self.out = linear(width, characters)

    def read(self, text: Sequence[int | Sequence[Value | float]]) -> list[Vector]:
        """Return a vector for each character: what it is, plus where it stands."""
        places = self.places.rows[: len(text)]
        if len(text) > len(places):
            raise ValueError(f"{len(text)} characters for {len(places)} places")
        pairs = zip(text, places, strict=True)
        return [added(self.characters(c), place) for c, place in pairs]

    def __call__(self, text: Sequence[int | Sequence[Value | float]]) -> list[Vector]:
        """Return the logits of the next character, for each place.

        Args:
            text: The characters: their numbers, or one-hot rows.
        """
        return [self.out.outputs(norm(x)) for x in self.block(self.read(text))]

    def parameters(self) -> list[Value]:
        """Return the parameters, in the order in which a text meets them."""
        return parameters_of(self.characters, self.places, self.block, self.out)

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self.sizes}"
