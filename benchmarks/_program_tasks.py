"""One measurement of `benchmarks/program.py`, in a process of its own."""

from __future__ import annotations

import gc
import json
import random
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from _timing import clock, median_time

from micrograd.engine import Value
from micrograd.fused import logsumexp, weighted_sum
from micrograd.nn import MLP
from micrograd.program import Program

RATE = 1e-3
PLACES, CHARACTERS, WIDTH, HEADS = 8, 27, 16, 4


def dense(sizes: list[int]) -> tuple[list[Any], list[Any]]:
    """Return weights and biases for the rivals."""
    choose = np.random.default_rng(0)
    pairs = list(zip(sizes[1:], sizes[:-1], strict=True))
    weights = [choose.uniform(-1, 1, pair) / pair[1] ** 0.5 for pair in pairs]
    return weights, [np.zeros(n) for n in sizes[1:]]


class Moons:
    """The hinge loss of the moons, by a network 2-16-16-1."""

    sizes = (2, 16, 16, 1)

    def __init__(self, count: int) -> None:
        choose = np.random.default_rng(1)
        self.x = choose.uniform(-1, 1, (count, 2))
        self.y = np.sign(choose.uniform(-1, 1, (count, 1)))
        self.rows = np.hstack([self.x, self.y])
        random.seed(1)
        self.model = MLP(2, [16, 16, 1])
        self.parameters = self.model.parameters()

    def row_loss(self, *row: Value) -> Value:
        return (1 - row[2] * self.model(row[:2])).relu()

    def grad(self, scores: Any) -> Any:
        """Return the gradient of the mean loss with respect to the scores."""
        margins = 1 - self.y * scores
        np.maximum(margins, 0.0).sum()
        return np.where(margins > 0, -self.y, 0.0) / len(self.x)

    def torch_loss(self, torch: Any, scores: Any, y: Any) -> Any:
        return (1 - y * scores).relu().mean()


class Digits:
    """Softmax and cross-entropy of ten digits, by a network 64-32-10."""

    sizes = (64, 32, 10)

    def __init__(self, count: int) -> None:
        choose = np.random.default_rng(1)
        self.x = choose.uniform(0, 1, (count, 64))
        self.y = np.eye(10)[choose.integers(0, 10, count)]
        self.rows = np.hstack([self.x, self.y])
        random.seed(1)
        self.model = MLP(64, [32, 10])
        self.parameters = self.model.parameters()

    def row_loss(self, *row: Value) -> Value:
        logits = self.model(row[:64])
        return logsumexp(logits) - weighted_sum(logits, row[64:], Value(0.0))

    def grad(self, logits: Any) -> Any:
        """Return the gradient of the mean loss with respect to the logits."""
        shifted = logits - logits.max(axis=1, keepdims=True)
        powers = np.exp(shifted)
        sums = powers.sum(axis=1, keepdims=True)
        (np.log(sums[:, 0]) - (shifted * self.y).sum(axis=1)).sum()
        return (powers / sums - self.y) / len(self.x)

    def torch_loss(self, torch: Any, logits: Any, y: Any) -> Any:
        return torch.nn.functional.cross_entropy(logits, y)


class Attention:
    """One layer of attention with four heads, 8 characters of 27, width 16."""

    def __init__(self, count: int) -> None:
        choose = np.random.default_rng(1)
        picked = choose.integers(0, CHARACTERS, (count, 2 * PLACES))
        self.one_hot = np.eye(CHARACTERS)[picked]
        self.rows = self.one_hot.reshape(count, -1)
        shapes = [(WIDTH, CHARACTERS), (PLACES, WIDTH), *[(WIDTH, WIDTH)] * 4]
        shapes += [(4 * WIDTH, WIDTH), (WIDTH, 4 * WIDTH), (CHARACTERS, WIDTH)]
        self.start = [choose.normal(0, n[1] ** -0.5, n) for n in shapes]
        self.tables = [[[*map(Value, r)] for r in m.tolist()] for m in self.start]
        self.parameters = [p for t in self.tables for r in t for p in r]

    def row_loss(self, *row: Value) -> Value:
        cut = [row[i : i + CHARACTERS] for i in range(0, len(row), CHARACTERS)]
        logits = self.logits(cut[:PLACES])
        losses = [
            logsumexp(z) - dot(y, z) for z, y in zip(logits, cut[PLACES:], strict=True)
        ]
        return sum(losses[1:], losses[0])

    def logits(self, inputs: Sequence[Sequence[Value]]) -> list[list[Value]]:
        letters, places, q, k, v, mix, up, down, out = self.tables
        xs = [add(linear(letters, x), p) for x, p in zip(inputs, places, strict=True)]
        queries, keys, values = ([linear(m, x) for x in xs] for m in (q, k, v))
        found = []
        for i, x in enumerate(xs):
            looked: list[Value] = []
            for j in range(0, WIDTH, WIDTH // HEADS):
                part = slice(j, j + WIDTH // HEADS)
                scores = [
                    dot(queries[i][part], key[part]) * 0.5 for key in keys[: i + 1]
                ]
                total = logsumexp(scores)
                weights = [(score - total).exp() for score in scores]
                columns = zip(*(value[part] for value in values[: i + 1]), strict=True)
                looked += [dot(weights, column) for column in columns]
            x = add(x, linear(mix, looked))
            hidden = [h.relu() for h in linear(up, x)]
            found.append(linear(out, add(x, linear(down, hidden))))
        return found

    def torch_step(self, torch: Any) -> Callable[[], None]:
        tensors = [torch.tensor(m, requires_grad=True) for m in self.start]
        letters, places, q, k, v, mix, up, down, out = tensors
        count = len(self.rows)
        one_hot = torch.tensor(self.one_hot)
        inputs, targets = one_hot[:, :PLACES], one_hot[:, PLACES:]
        mask = torch.triu(torch.full((PLACES, PLACES), -torch.inf), 1).double()

        def heads(x: Any) -> Any:
            return x.reshape(count, PLACES, HEADS, -1).transpose(1, 2)

        def step() -> None:
            x = inputs @ letters.T + places
            a, b, c = (heads(x @ m.T) for m in (q, k, v))
            weights = (a @ b.transpose(2, 3) * 0.5 + mask).softmax(-1)
            looked = (weights @ c).transpose(1, 2).reshape(count, PLACES, WIDTH)
            x = x + looked @ mix.T
            x = x + (x @ up.T).relu() @ down.T
            logits = (x @ out.T).reshape(-1, CHARACTERS)
            flat = targets.reshape(-1, CHARACTERS)
            loss = torch.nn.functional.cross_entropy(logits, flat, reduction="sum")
            update(torch, loss, tensors)

        return step


def dot(a: Sequence[Value], b: Sequence[Value]) -> Value:
    return weighted_sum(a, b, Value(0.0))


def linear(table: Sequence[Sequence[Value]], x: Sequence[Value]) -> list[Value]:
    return [dot(line, x) for line in table]


def add(a: Sequence[Value], b: Sequence[Value]) -> list[Value]:
    return [x + y for x, y in zip(a, b, strict=True)]


def update(torch: Any, loss: Any, tensors: list[Any]) -> None:
    for p in tensors:
        p.grad = None
    loss.backward()
    with torch.no_grad():
        for p in tensors:
            p -= RATE * p.grad


def with_values(task: Any) -> Callable[[], None]:
    program = Program(task.row_loss, task.rows[:2])
    parameters, rate = task.parameters, RATE / len(task.rows)

    def step() -> None:
        for p in parameters:
            p.grad = 0.0
        program.backward(task.rows)
        for p in parameters:
            p.data -= rate * p.grad

    return step


def objects_alone(task: Any) -> Callable[[], None]:
    """Return what a step does with its values, without the arithmetic."""
    parameters, rate = task.parameters, RATE / len(task.rows)
    grads = [1e-3] * len(parameters)

    def step() -> None:
        for p in parameters:
            p.grad = 0.0
        np.array([p.data for p in parameters])
        for p, grad in zip(parameters, grads, strict=True):
            p.grad += grad
        for p in parameters:
            p.data -= rate * p.grad

    return step


def in_arrays(task: Any) -> Callable[[], None]:
    program = Program(task.row_loss, task.rows[:2])
    weights, rate = program.read(), RATE / len(task.rows)

    def step() -> None:
        _, gradient = program.gradient(weights, task.rows)
        weights[:] -= rate * gradient

    return step


def by_hand(task: Any) -> Callable[[], None]:
    """Return a step in NumPy, forward and backward written by hand."""
    weights, biases = dense(list(task.sizes))
    last = len(weights) - 1

    def step() -> None:
        outs = [task.x]
        for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
            sums = outs[-1] @ w.T + b
            outs.append(sums if i == last else np.maximum(sums, 0.0))
        grad = task.grad(outs.pop())
        for i in reversed(range(len(weights))):
            below = grad @ weights[i] * (outs[i] > 0) if i else None
            weights[i] -= RATE * (grad.T @ outs[i])
            biases[i] -= RATE * grad.sum(0)
            grad = below

    return step


def by_torch(task: Any) -> Callable[[], None]:
    import torch

    torch.set_num_threads(1)
    if hasattr(task, "torch_step"):
        own: Callable[[], None] = task.torch_step(torch)
        return own
    weights, biases = dense(list(task.sizes))
    tensors = [torch.tensor(m, requires_grad=True) for m in (*weights, *biases)]
    ws, bs = tensors[: len(weights)], tensors[len(weights) :]
    x, y = torch.tensor(task.x), torch.tensor(task.y)

    def step() -> None:
        h = x
        for i, (w, b) in enumerate(zip(ws, bs, strict=True)):
            h = torch.nn.functional.linear(h, w, b)
            h = h if i == len(ws) - 1 else h.relu()
        update(torch, task.torch_loss(torch, h, y), tensors)

    return step


def making(task: Any) -> float:
    """Return the time to trace and to print a program."""
    start = clock()
    Program(task.row_loss, task.rows[:2])
    return clock() - start


class Wide:
    """Pictures of 784 points: only to be traced."""

    def __init__(self, hidden: int) -> None:
        self.model = MLP(784, [hidden, 10])
        self.rows = np.random.default_rng(1).uniform(0, 1, (2, 784))

    def row_loss(self, *row: Value) -> Value:
        return logsumexp(self.model(row))


def main() -> None:
    name, count, way = sys.argv[1:4]
    kinds = {"moons": Moons, "digits": Digits, "attention": Attention, "wide": Wide}
    task: Any = kinds[name](int(count))
    gc.disable()
    if way == "making":
        print(json.dumps(making(task)))
        return
    ways = {"values": with_values, "objects": objects_alone, "arrays": in_arrays}
    ways |= {"numpy": by_hand, "torch": by_torch}
    print(json.dumps(median_time(ways[way](task), 1.0, least=5)))


if __name__ == "__main__":
    main()
