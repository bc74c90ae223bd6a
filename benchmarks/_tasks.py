"""What is measured: one task of one engine, in a process of its own.

`python _tasks.py ENGINE TASK` reads the data as JSON from standard input and prints the
result as JSON. Times are CPU times in seconds. The lecture network has a tanh in every
neuron and the same weights for all engines; micrograd 0.1.0 has no tanh, so it gets one
in the way its users give it one.
"""

from __future__ import annotations

import gc
import importlib
import json
import math
import random
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

from _rivals import XS, YS, Hand, Plain, Torch
from _timing import median_time, sampled, time_per_operation


def train_lecture(model: Any, total: Callable[[], Any]) -> float:
    """Train for 20 steps; return the last loss."""
    for _ in range(20):
        loss = total()
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= 0.01 * p.grad
    return float(loss.data)


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

    def train_moons(self) -> None:
        total = self.loss()
        self.model.zero_grad()
        total.backward()
        for p in self.model.parameters():
            p.data -= 0.05 * p.grad

    def moons(self) -> float:
        return median_time(self.train_moons, 0.5)

    def steps(self, count: int) -> int:
        for _ in range(count):
            total = self.loss()
            self.model.zero_grad()
            total.backward()
        return count

    def forward(self) -> float:
        return median_time(lambda: [self.model(row) for row in self.rows], 0.5)

    def lecture_model(self) -> Any:
        random.seed(1337)
        try:
            return self.nn.MLP(3, [4, 4, 1], activation="tanh", output="tanh")
        except TypeError:  # 0.1.0 has relu only
            model = self.nn.MLP(3, [4, 4, 1])
            for layer in model.layers:
                for neuron in layer.neurons:
                    neuron.__class__ = self.tanh_neuron()
            return model

    def tanh_neuron(self) -> Any:
        """Return a neuron of 0.1.0 with the tanh that its users write."""

        def tanh(x: Any) -> Any:
            t = math.tanh(x.data)
            out = self.Value(t, (x,), "tanh")

            def _backward() -> None:
                x.grad += (1 - t**2) * out.grad

            out._backward = _backward
            return out

        # The ignores: the base class is known only when the engine is loaded, and
        # `zip` is written as 0.1.0 writes it, without `strict`.
        class TanhNeuron(self.nn.Neuron):  # type: ignore[misc, name-defined]
            def __call__(self, x: Any) -> Any:
                products = (wi * xi for wi, xi in zip(self.w, x))  # noqa: B905
                return tanh(sum(products, self.b))

        return TanhNeuron

    def lecture_loss(self, model: Any) -> Any:
        return sum((model(x) - y) ** 2 for x, y in zip(XS, YS, strict=True))

    def lecture_steps(self) -> Callable[[], float]:
        """Return what trains the lecture network for 20 steps."""
        model = self.lecture_model()
        return lambda: train_lecture(model, lambda: self.lecture_loss(model))

    def lecture(self) -> float:
        return median_time(self.lecture_steps(), 0.5)

    def end_of_lecture(self) -> float:
        return self.lecture_steps()()

    def chain(self, count: int) -> float | None:
        x = self.Value(1.0)

        def work(count: int) -> None:
            total = x
            for _ in range(count):
                total = total + x
            total.backward()

        try:
            return time_per_operation(work, count)
        except RecursionError:
            return None

    def objects(self) -> dict[str, float]:
        """Make the objects of both trainings again, without the arithmetic."""
        engine = importlib.import_module("micrograd.engine")

        def making(root: Any) -> float:
            order = engine.topological_order(root)
            parts = [
                (v.data, v._op, list(v._prev), list(v._local)) for v in order if v._prev
            ]
            return median_time(
                lambda: [
                    engine.computed(x, op, tuple(operands), tuple(slopes))
                    for x, op, operands, slopes in parts
                ],
                0.3,
            )

        lecture = 20 * making(self.lecture_loss(self.lecture_model()))
        return {"moons": making(self.loss()), "lecture": lecture}

    def profile(self) -> dict[str, dict[str, float]]:
        work = {"moons": self.train_moons, "lecture": self.lecture_steps()}
        return {name: sampled(train, 3.0) for name, train in work.items()}

    def memory(self) -> dict[str, float]:
        x, y = self.Value(1.5), self.Value(2.5)
        sizes, everything = {}, []  # nothing is freed: free lists would be used again
        for name, operation in {
            "a + b": lambda: x + y,
            "a * b": lambda: x * y,
            "a * 2.0": lambda: x * 2.0,
            "a.relu()": lambda: x.relu(),
            "a.exp()": lambda: x.exp(),
            "a.tanh()": lambda: x.tanh(),
            "a**2": lambda: x**2,
        }.items():
            if name[2:-2] in ("exp", "tanh") and not hasattr(x, name[2:-2]):
                continue
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
    """The same training by a `Program`."""

    def __init__(self, data: dict[str, Any]) -> None:
        super().__init__(data)
        self.program = importlib.import_module("micrograd.program")
        model = self.model

        def loss(x1: Any, x2: Any, y: Any) -> Any:
            return (1 - y * model([x1, x2])).relu()

        table = [[*row, y] for row, y in zip(self.rows, self.ys, strict=True)]
        self.step = self.program.Program(loss, table[:2])
        self.table: Any = importlib.import_module("numpy").array(table)

    def moons(self) -> float:
        def step() -> None:
            model, count = self.model, len(self.table)
            model.zero_grad()
            self.step.backward(self.table)
            for p in model.parameters():
                p.data -= 0.05 * (p.grad / count + 2e-4 * p.data)

        return median_time(step, 0.5)


def main() -> None:
    engine, task = sys.argv[1:3]
    data = json.load(sys.stdin)
    if not data["collector"]:
        gc.disable()
    kinds = {"program": Programs, "numpy": Hand, "torch": Torch, "plain": Plain}
    runner: Any = kinds.get(engine, Objects)(data)
    name, _, argument = task.partition(":")
    gc.collect()
    print(json.dumps(getattr(runner, name)(*([int(argument)] if argument else []))))


if __name__ == "__main__":
    main()
