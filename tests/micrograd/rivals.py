"""The models of the book in PyTorch, with the parameters of ours, in float64.

`gradients` returns theirs in the order of our `parameters()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F

from micrograd import nn
from micrograd.attention import Transformer
from micrograd.engine import Value

Tensor = torch.Tensor


def tensor(numbers: Any) -> Tensor:
    """A tensor to be trained."""
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=True)


class Linear:
    """The weights and biases of neurons side by side."""

    def __init__(self, neurons: list[nn.Neuron]) -> None:
        self.w = tensor([[w.data for w in neuron.w] for neuron in neurons])
        self.b = tensor([neuron.b.data for neuron in neurons])

    def __call__(self, x: Tensor) -> Tensor:
        """The outputs for rows of inputs."""
        return x @ self.w.T + self.b

    def parts(self) -> Iterator[Tensor]:
        """The parameters."""
        yield from (self.w, self.b)

    def gradients(self) -> list[float]:
        """The gradients, neuron by neuron: its weights, then its bias."""
        assert self.w.grad is not None and self.b.grad is not None
        rows = zip(self.w.grad.tolist(), self.b.grad.tolist(), strict=True)
        return [grad for w, b in rows for grad in (*w, b)]


class Table:
    """The rows of an embedding."""

    def __init__(self, embedding: nn.Embedding) -> None:
        self.rows = tensor([[p.data for p in row] for row in embedding.rows])

    def parts(self) -> Iterator[Tensor]:
        """The parameters."""
        yield self.rows

    def gradients(self) -> list[float]:
        """The gradients, row by row."""
        assert self.rows.grad is not None
        return [grad for row in self.rows.grad.tolist() for grad in row]


class Perceptron:
    """An MLP with one activation in all layers but the last."""

    def __init__(self, mlp: nn.MLP, bend: Any) -> None:
        self.layers = [Linear(layer.neurons) for layer in mlp.layers]
        self.bend = bend

    def __call__(self, x: Tensor) -> Tensor:
        """The outputs for rows of inputs."""
        for layer in self.layers[:-1]:
            x = self.bend(layer(x))
        return self.layers[-1](x)

    def parts(self) -> Iterator[Tensor]:
        """The parameters."""
        for layer in self.layers:
            yield from layer.parts()

    def gradients(self) -> list[float]:
        """The gradients, layer by layer."""
        return [grad for layer in self.layers for grad in layer.gradients()]


class Attention:
    """The transformer, with whole names as rows of a tensor."""

    def __init__(self, ours: Transformer) -> None:
        self.characters, self.places = Table(ours.characters), Table(ours.places)
        self.heads = [
            tuple(Linear(layer.neurons) for layer in (head.query, head.key, head.value))
            for head in ours.block.heads
        ]
        self.join = Linear(ours.block.join.neurons)
        self.widen = Linear(ours.block.widen.neurons)
        self.narrow = Linear(ours.block.narrow.neurons)
        self.out = Linear(ours.out.neurons)

    def __call__(self, text: Tensor) -> Tensor:
        """The logits: names, places, characters."""
        x = self.characters.rows[text] + self.places.rows[: text.shape[1]]
        read = norm(x)
        found = [
            F.scaled_dot_product_attention(q(read), k(read), v(read), is_causal=True)
            for q, k, v in self.heads
        ]
        x = x + self.join(torch.cat(found, dim=-1))
        return self.out(norm(x + self.narrow(torch.relu(self.widen(norm(x))))))

    def all(self) -> list[Any]:
        """The parts, in the order of our parameters."""
        heads = [layer for head in self.heads for layer in head]
        return [
            *(self.characters, self.places, *heads),
            *(self.join, self.widen, self.narrow, self.out),
        ]

    def parts(self) -> Iterator[Tensor]:
        """The parameters."""
        for part in self.all():
            yield from part.parts()

    def gradients(self) -> list[float]:
        """The gradients."""
        return [grad for part in self.all() for grad in part.gradients()]


def norm(x: Tensor) -> Tensor:
    """Each row divided by the root of its mean square."""
    return F.rms_norm(x, x.shape[-1:], eps=1e-5)


def descend(parts: list[Tensor], rate: float) -> None:
    """Make a plain step, and forget the gradients."""
    with torch.no_grad():
        for part in parts:
            part -= rate * part.grad
            part.grad = None


def largest_gap(parameters: list[Value], gradients: list[float]) -> float:
    """The largest difference of two lists of gradients."""
    pairs = zip(parameters, gradients, strict=True)
    return max(abs(p.grad - grad) for p, grad in pairs)


def windows(row: list[int], length: int) -> list[tuple[int, ...]]:
    """All runs of neighbors of a length."""
    if length == 2:
        return list(pairwise(row))
    return [tuple(row[i : i + length]) for i in range(len(row) - length + 1)]
