"""What is measured: one task of one engine, in a process of its own.

`python _tasks.py ENGINE TASK` reads the data as JSON from standard input and prints the
result as JSON. Times are CPU times in seconds.
"""

from __future__ import annotations

import gc
import importlib
import json
import random
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

XS = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
YS = [1.0, -1.0, -1.0, 1.0]
clock = time.process_time


def median_time(work: Callable[[], Any], budget: float, least: int = 3) -> float:
    """Repeat some work for about `budget` seconds; return the median of its times."""
    work()
    times: list[float] = []
    while len(times) < least or sum(times) < budget:
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


class Objects:
    """Engines of values and graphs: those of the book, and micrograd 0.1.0."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.rows, self.ys = data["rows"], data["ys"]
        self.nn = importlib.import_module("micrograd.nn")
        self.Value = importlib.import_module("micrograd.engine").Value
        random.seed(1337)
        self.model = self.nn.MLP(2, [16, 16, 1])

    def loss(self) -> Any:
        scores = [self.model(row) for row in self.rows]
        pairs = zip(self.ys, scores, strict=True)
        losses = [(1 + -y * score).relu() for y, score in pairs]
        penalty = 1e-4 * sum(p * p for p in self.model.parameters())
        return sum(losses) * (1.0 / len(losses)) + penalty

    def moons(self) -> float:
        def step() -> None:
            total = self.loss()
            self.model.zero_grad()
            total.backward()
            for p in self.model.parameters():
                p.data -= 0.05 * p.grad

        return median_time(step, 0.5)

    def steps(self, count: int) -> int:
        for _ in range(count):
            total = self.loss()
            self.model.zero_grad()
            total.backward()
        return count

    def forward(self) -> float:
        return median_time(lambda: [self.model(row) for row in self.rows], 0.5)

    def lecture(self) -> float:
        try:
            model = self.nn.MLP(3, [4, 4, 1], activation="tanh", output="tanh")
        except TypeError:  # 0.1.0 has relu only
            model = self.nn.MLP(3, [4, 4, 1])

        def train() -> None:
            for _ in range(20):
                squares = [(model(x) - y) ** 2 for x, y in zip(XS, YS, strict=True)]
                total = sum(squares)
                model.zero_grad()
                total.backward()
                for p in model.parameters():
                    p.data -= 0.01 * p.grad

        return median_time(train, 0.5)

    def chain(self, count: int) -> float | None:
        x = self.Value(1.0)
        times = []
        for _ in range(max(1, min(20, 200_000 // count))):
            start = clock()
            total = x
            for _ in range(count):
                total = total + x
            try:
                total.backward()
            except RecursionError:
                return None
            del total
            times.append((clock() - start) / count)
        return statistics.median(times)

    def memory(self) -> dict[str, float]:
        x, y = self.Value(1.5), self.Value(2.5)
        sizes, everything = {}, []  # nothing is freed: free lists would be used again
        for name, operation in {
            "sum": lambda: x + y,
            "product": lambda: x * y,
            "number": lambda: x * 2.0,
        }.items():
            kept: list[Any] = [None] * 10_000
            everything.append(kept)
            tracemalloc.start()
            before = tracemalloc.get_traced_memory()[0]
            for i in range(10_000):
                kept[i] = operation()
            sizes[name] = (tracemalloc.get_traced_memory()[0] - before) / 10_000
            tracemalloc.stop()
        return sizes


class Programs(Objects):
    """The same training by a `Program`, with numbers or with arrays as rows."""

    def __init__(self, data: dict[str, Any], arrays: bool) -> None:
        super().__init__(data)
        self.program = importlib.import_module("micrograd.program")
        model = self.model

        def loss(x1: Any, x2: Any, y: Any) -> Any:
            return (1 - y * model([x1, x2])).relu()

        table = [[*row, y] for row, y in zip(self.rows, self.ys, strict=True)]
        self.step = self.program.Program(loss, table[:2])
        self.table: Any = table
        if arrays:
            self.table = importlib.import_module("numpy").array(table)

    def moons(self) -> float:
        def step() -> None:
            model, count = self.model, len(self.table)
            model.zero_grad()
            self.step.backward(self.table)
            for p in model.parameters():
                p.data -= 0.05 * (p.grad / count + 2e-4 * p.data)

        return median_time(step, 0.5)

    def steps(self, count: int) -> int:
        for _ in range(count):
            self.model.zero_grad()
            self.step.backward(self.table)
        return count


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

    def lecture(self) -> float:
        torch = self.torch
        random.seed(1337)

        def leaf() -> Any:
            return torch.tensor(random.uniform(-1, 1), requires_grad=True)

        sizes = [(3, 4), (4, 4), (4, 1)]
        layers = [
            [([leaf() for _ in range(nin)], leaf()) for _ in range(nout)]
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

        def train() -> None:
            for _ in range(20):
                total = sum((model(x) - y) ** 2 for x, y in zip(XS, YS, strict=True))
                for p in parameters:
                    p.grad = None
                total.backward()
                with torch.no_grad():
                    for p in parameters:
                        p -= 0.01 * p.grad

        return median_time(train, 0.5)


def main() -> None:
    engine, task = sys.argv[1:3]
    data = json.load(sys.stdin)
    if not data["collector"]:
        gc.disable()
    if engine in ("floats", "arrays"):
        runner: Any = Programs(data, engine == "arrays")
    else:
        runner = {"numpy": Hand, "torch": Torch}.get(engine, Objects)(data)
    name, _, argument = task.partition(":")
    gc.collect()
    print(json.dumps(getattr(runner, name)(*([int(argument)] if argument else []))))


if __name__ == "__main__":
    main()
