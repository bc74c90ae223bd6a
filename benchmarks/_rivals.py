"""What the engines of values are held against, each with the same tasks."""

from __future__ import annotations

import importlib
import random
from collections.abc import Callable
from typing import Any

from _timing import median_time, time_per_operation

XS = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
YS = [1.0, -1.0, -1.0, 1.0]


class Plain:
    """No engine: chains of objects with the fields of a value, and nothing more."""

    class Node:
        __slots__ = ("data", "edges", "extra", "grad", "op")

    def __init__(self, data: dict[str, Any]) -> None:
        self.first = self.make(1.0, ())

    def make(self, data: float, edges: tuple[Any, ...]) -> Any:
        node: Any = Plain.Node()
        node.data = data
        node.grad = 0.0
        node.op = "+"
        node.edges = edges
        node.extra = None
        return node

    def chain(self, count: int) -> float:
        def work(count: int) -> None:
            first = node = self.first
            for _ in range(count):
                node = self.make(node.data + 1.0, (node, 1.0, first, 1.0))
            while node.edges:
                node.grad = 1.0
                node = node.edges[0]

        return time_per_operation(work, count)


class Hand:
    """The same training in NumPy, forward and backward written by hand."""

    def __init__(self, data: dict[str, Any]) -> None:
        np = self.np = importlib.import_module("numpy")
        self.x, self.y = np.array(data["rows"]), np.array(data["ys"])
        r = np.random.default_rng(1337)
        self.sizes = [2, 16, 16, 1]
        pairs = zip(self.sizes[1:], self.sizes[:-1], strict=True)
        self.w = [r.uniform(-1, 1, pair) for pair in pairs]
        self.b = [np.zeros(n) for n in self.sizes[1:]]

    def moons(self) -> float:
        np = self.np

        def step() -> None:
            outs = [self.x]
            for w, b in zip(self.w[:-1], self.b[:-1], strict=True):
                outs.append(np.maximum(outs[-1] @ w.T + b, 0.0))
            scores = (outs[-1] @ self.w[-1].T + self.b[-1])[:, 0]
            margins = 1 - self.y * scores
            np.maximum(margins, 0.0).sum()
            grad = (np.where(margins > 0, -self.y, 0.0) / len(self.x))[:, None]
            for i in (2, 1, 0):
                below = grad @ self.w[i] * (outs[i] > 0) if i else None
                self.w[i] -= 0.05 * (grad.T @ outs[i] + 2e-4 * self.w[i])
                self.b[i] -= 0.05 * (grad.sum(0) + 2e-4 * self.b[i])
                grad = below

        return median_time(step, 0.5)


class Torch:
    """PyTorch, with whole tensors for the moons and with scalars for the lecture."""

    def __init__(self, data: dict[str, Any]) -> None:
        torch = self.torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        torch.set_default_dtype(torch.float64)
        torch.manual_seed(1337)
        self.x, self.y = torch.tensor(data["rows"]), torch.tensor(data["ys"])

    def moons(self) -> float:
        torch = self.torch
        nn = torch.nn
        layers = [nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU()]
        model = nn.Sequential(*layers, nn.Linear(16, 1))
        parameters = list(model.parameters())

        def step() -> None:
            data_loss = (1 - self.y * model(self.x)[:, 0]).relu().mean()
            total = data_loss + 1e-4 * sum((p * p).sum() for p in parameters)
            model.zero_grad()
            total.backward()
            with torch.no_grad():
                for p in parameters:
                    p -= 0.05 * p.grad

        return median_time(step, 0.5)

    def lecture_steps(self) -> Callable[[], float]:
        torch = self.torch
        random.seed(1337)

        def leaf(number: float) -> Any:
            return torch.tensor(number, requires_grad=True)

        sizes = [(3, 4), (4, 4), (4, 1)]
        layers = [
            [
                ([leaf(random.uniform(-1, 1)) for _ in range(nin)], leaf(0.0))
                for _ in range(nout)
            ]
            for nin, nout in sizes
        ]
        parameters = [p for layer in layers for w, b in layer for p in (*w, b)]

        def model(x: Any) -> Any:
            for layer in layers:
                x = [
                    sum((wi * xi for wi, xi in zip(w, x, strict=True)), b).tanh()
                    for w, b in layer
                ]
            return x[0]

        def train() -> float:
            for _ in range(20):
                total = sum((model(x) - y) ** 2 for x, y in zip(XS, YS, strict=True))
                for p in parameters:
                    p.grad = None
                total.backward()
                with torch.no_grad():
                    for p in parameters:
                        p -= 0.01 * p.grad
            return float(total)

        return train

    def lecture(self) -> float:
        return median_time(self.lecture_steps(), 0.5)

    def end_of_lecture(self) -> float:
        return self.lecture_steps()()
