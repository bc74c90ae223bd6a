"""Compute the canon and a training on the moons, with every digit.

    python digits.py < data.json

Runs under any Python that finds `micrograd`, and needs nothing else. The data are the
points and targets of the moons; what is printed is JSON.
"""

from __future__ import annotations

import gc
import json
import random
import sys
from typing import Any

from micrograd.engine import Value
from micrograd.nn import MLP


def classic() -> list[float]:
    """The expression on the first page of micrograd, and its gradients."""
    a, b = Value(-4.0), Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0 + 10.0 / f
    g.backward()
    return [g.data, a.grad, b.grad]


def neuron() -> list[float]:
    """A neuron whose tanh is taken apart into exponentials, and its gradients."""
    x1, x2, w1, w2 = Value(2.0), Value(0.0), Value(-3.0), Value(1.0)
    b = Value(6.8813735870195432)
    e = (2 * (x1 * w1 + x2 * w2 + b)).exp()
    o = (e - 1) / (e + 1)
    o.backward()
    return [o.data, *(v.grad for v in (x1, x2, w1, w2, b))]


def lecture() -> list[float]:
    """The losses of the lecture's network, then its parameters."""
    random.seed(1337)
    model = MLP(3, [4, 4, 1], activation="tanh", output="tanh", bias="random")
    xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
    ys = [1.0, -1.0, -1.0, 1.0]
    losses = []
    for _ in range(20):
        loss: Any = sum((model(x) - y) ** 2 for x, y in zip(xs, ys, strict=True))
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.05 * p.grad
        losses.append(loss.data)
    return losses + [p.data for p in model.parameters()]


def moons(
    points: list[list[float]], targets: list[int], steps: int
) -> list[list[float]]:
    """Loss and accuracy in per cent at each step, as micrograd's notebook has them."""
    random.seed(1337)
    model = MLP(2, [16, 16, 1])
    told = []
    for k in range(steps):
        inputs = [list(map(Value, point)) for point in points]
        scores: list[Any] = list(map(model, inputs))
        pairs = list(zip(targets, scores, strict=True))
        losses = [(1 + -y * score).relu() for y, score in pairs]
        data_loss = sum(losses) * (1.0 / len(losses))
        total = data_loss + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 100) * p.grad
        right = sum((y > 0) == (score.data > 0) for y, score in pairs)
        told.append([total.data, 100 * right / len(pairs)])
        del inputs, scores, pairs, losses, data_loss, total
        gc.collect()  # the circles of the first design
    return told


def main() -> None:
    gc.disable()
    data = json.load(sys.stdin)
    results = {
        "classic": classic(),
        "neuron": neuron(),
        "lecture": lecture(),
        "moons": moons(**data),
    }
    print(json.dumps(results))


if __name__ == "__main__":
    main()
