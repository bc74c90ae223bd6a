"""Gradients beside PyTorch's, beside differences, and beside the first design's."""

from __future__ import annotations

import random
from typing import Any

import expressions
import pytest
from hypothesis import assume, given, settings

import literate
from micrograd import nn
from micrograd.engine import Value, topological_order

FIRST = literate.snapshot("docs/10-zero-grad.md")


@pytest.mark.slow
@pytest.mark.needs("torch")
@settings(max_examples=1200, deadline=None)
@given(data=expressions.leaves, steps=expressions.steps)
def test_random_graphs_agree_with_pytorch(
    data: list[float], steps: list[expressions.Step]
) -> None:
    import torch

    ours = [Value(x) for x in data]
    root = expressions.build(ours, steps)
    root.backward()
    grads = [node.grad for node in topological_order(root)]
    assume(expressions.tame(root.data, *grads))

    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in data]
    expected = expressions.build(theirs, steps)
    expected.backward()
    scale = max(1.0, *map(abs, grads))
    assert root.data == pytest.approx(expected.item(), rel=1e-9, abs=1e-9)
    for a, b in zip(ours, theirs, strict=True):
        truth = 0.0 if b.grad is None else b.grad.item()
        assert abs(a.grad - truth) <= 1e-9 * scale


@settings(max_examples=200, deadline=None)
@given(data=expressions.leaves, steps=expressions.steps)
def test_random_graphs_agree_with_central_differences(
    data: list[float], steps: list[expressions.Step]
) -> None:
    h = 1e-6
    leaves = [Value(x) for x in data]
    root = expressions.build(leaves, steps)
    root.backward()
    nodes = topological_order(root)
    assume(all(expressions.tame(node.grad, node.data) for node in nodes))
    assume(max(abs(node.grad) + abs(node.data) for node in nodes) < 1e3)

    def at(i: int, shift: float) -> list[Value]:
        moved = [Value(x + shift * (j == i)) for j, x in enumerate(data)]
        return topological_order(expressions.build(moved, steps))

    for i, leaf in enumerate(leaves):
        up, down = at(i, h), at(i, -h)
        kinks = [n for n in zip(nodes, up, down, strict=True) if n[0]._op in KINKED]
        for middle, high, low in kinks:  # a kink within reach spoils the difference
            assume(high._local == low._local == middle._local)
        difference = (up[-1].data - down[-1].data) / (2 * h)
        curvature = max(
            abs(u.data + d.data - 2 * n.data) / h
            for n, u, d in zip(nodes, up, down, strict=True)
        )
        assert leaf.grad == pytest.approx(difference, rel=1e-4, abs=1e-4 + curvature)


KINKED = ("relu", "abs")


@settings(max_examples=400, deadline=None)
@given(data=expressions.leaves, steps=expressions.steps)
def test_random_graphs_have_the_bits_of_the_first_design(
    data: list[float], steps: list[expressions.Step]
) -> None:
    def run(engine: Any) -> tuple[float, list[float]]:
        leaves = [engine.Value(x) for x in data]
        root = expressions.build(leaves, steps, expressions.PLAIN)
        root.backward()
        return root.data, [leaf.grad for leaf in leaves]

    from micrograd import engine

    try:
        expected = run(FIRST.engine)
    except (OverflowError, ZeroDivisionError):
        assume(False)
    assume(expressions.tame(expected[0], *expected[1]))
    assert run(engine) == expected


def train(nn: Any, points: list[list[float]], steps: int) -> list[float]:
    """Train on a line between the classes; return losses, then parameters."""
    random.seed(1337)
    model = nn.MLP(2, [16, 16, 1])
    losses = []
    for _ in range(steps):
        targets = [1.0 if x + y > 0 else -1.0 for x, y in points]
        scores = [model(point) for point in points]
        pairs = zip(targets, scores, strict=True)
        hinge = sum((1 + -t * s).relu() for t, s in pairs) * (1.0 / len(points))
        total = hinge + 1e-4 * sum(p * p for p in model.parameters())
        model.zero_grad()
        total.backward()
        for p in model.parameters():
            p.data -= 0.5 * p.grad
        losses.append(total.data)
    return losses + [p.data for p in model.parameters()]


@pytest.mark.slow
def test_training_has_the_bits_of_the_first_design() -> None:
    choose = random.Random(1)
    points = [[choose.uniform(-1, 1), choose.uniform(-1, 1)] for _ in range(20)]
    assert train(nn, points, 8) == train(FIRST.nn, points, 8)


def test_training_is_the_same_in_every_run() -> None:
    points = [[0.1 * i, 0.3 - 0.05 * i] for i in range(10)]
    assert train(nn, points, 5) == train(nn, points, 5)
