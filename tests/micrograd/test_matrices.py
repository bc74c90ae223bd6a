"""Programs for arrays: the objects' numbers, by few operations on matrices."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import expressions
import numpy as np
import pytest

from micrograd.engine import Value
from micrograd.fused import weighted_sum
from micrograd.nn import Layer
from micrograd.program import Program


def by_objects(
    function: Callable[..., Any],
    parameters: list[Value],
    rows: Sequence[Sequence[float]],
) -> tuple[list[float], list[float]]:
    """Return the sums of the results, and the gradients of them all."""
    for p in parameters:
        p.grad = 0.0
    totals: list[float] = []
    for row in rows:
        found = function(*map(Value, row))
        results = list(found) if isinstance(found, (list, tuple)) else [found]
        sum(results, Value(0.0)).backward()
        totals = totals or [0.0] * len(results)
        totals = [t + v.data for t, v in zip(totals, results, strict=True)]
    return totals, [p.grad for p in parameters]


def agree(
    function: Callable[..., Any], parameters: list[Value], rows: list[list[float]]
) -> Program:
    """Compare a program with the objects: by numbers, by arrays, and in an array."""
    program = Program(function, rows[:1])
    totals, grads = by_objects(function, parameters, rows)
    size = max([1.0, *map(abs, totals), *map(abs, grads)])
    if not size < 1e6:
        return program
    table = np.array(rows)
    for given in (rows, table):
        for p in parameters:
            p.grad = 0.0
        found = program.backward(given)
        np.testing.assert_allclose(found, totals if program.several else totals[0])
        found = [p.grad for p in parameters]
        np.testing.assert_allclose(found, grads, rtol=1e-9, atol=1e-9 * size)
    _, gradient = program.gradient(program.read(), table)
    grad_of = dict(zip(program.parameters, gradient, strict=True))
    found = [grad_of.get(p, 0.0) for p in parameters]
    np.testing.assert_allclose(found, grads, rtol=1e-9, atol=1e-9 * size)
    each = np.reshape(program(*table.T), (len(totals), -1))
    for row, column in zip(rows, each.T, strict=True):
        one = program(*row)
        np.testing.assert_allclose(np.reshape(one, -1), column, rtol=1e-9, atol=1e-9)
    return program


def random_graph(choose: random.Random) -> tuple[Callable[..., Any], list[Value]]:
    """Return a function of two numbers, of all operations, with shared parts."""
    parameters = [Value(choose.uniform(-2, 2)) for _ in range(3)]
    count = len(expressions.OPERATIONS)
    steps = [
        [
            (
                choose.randrange(count),
                choose.randrange(40),
                choose.randrange(40),
                number,
            )
            for number in choose.choices(expressions.NUMBERS, k=choose.randint(1, 20))
        ]
        for _ in range(choose.randint(1, 3))
    ]

    def function(x: Value, y: Value) -> Any:
        results = [expressions.build([*parameters, x, y, Value(0.5)], s) for s in steps]
        return results if len(results) > 1 else results[0]

    return function, parameters


def random_network(choose: random.Random) -> tuple[Callable[..., Any], list[Value]]:
    """Return a network: layers used at several places, residuals, softmax, branches."""
    random.seed(choose.random())
    width, places = choose.randint(1, 4), choose.randint(1, 3)
    kinds = ["tanh", "relu", "linear", "sigmoid"]
    first = Layer(2, width, activation=choose.choice(kinds), bias="random")
    second = Layer(width, width, activation=choose.choice(kinds), bias="random")
    third = Layer(width * places, choose.randint(1, 3), activation="linear")
    scale = [Value(choose.uniform(-1, 1)) for _ in range(width)]
    residual, attention, softmax = (choose.random() < 0.5 for _ in range(3))

    def called(layer: Layer, x: list[Value]) -> list[Value]:
        out = layer(x)
        return out if isinstance(out, list) else [out]

    def dot(a: Sequence[Value], b: Sequence[Value]) -> Value:
        return weighted_sum(a, b, Value(0.0))

    def function(*row: Value) -> Any:
        xs = [called(first, [x, row[-1]]) for x in row[:places]]
        hs = [called(second, x) for x in xs]
        if residual:
            hs = [
                [a + b for a, b in zip(h, x, strict=True)]
                for h, x in zip(hs, xs, strict=True)
            ]
        if attention:
            looks = [
                [dot(h, other).exp() for other in hs[: i + 1]] for i, h in enumerate(hs)
            ]
            hs = [
                [
                    dot(look, column) / sum(look)
                    for column in zip(*hs[: i + 1], strict=True)
                ]
                for i, look in enumerate(looks)
            ]
        out = called(third, [s * x for h in hs for s, x in zip(scale, h, strict=True)])
        if softmax:
            powers = [x.exp() for x in out]
            return [p / sum(powers) for p in powers]
        penalty = 0.01 * sum(p * p for p in scale)
        return out if len(out) > 1 else out[0] + penalty

    parameters = [p for m in (first, second, third) for p in m.parameters()]
    return with_inputs(function, places + 1), [*parameters, *scale]


def with_inputs(function: Callable[..., Any], count: int) -> Callable[..., Any]:
    def called(*row: Value) -> Any:
        return function(*row)

    called.count = count  # type: ignore[attr-defined]
    return called


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_five_hundred_random_graphs(part: int) -> None:
    for seed in range(50 * part, 50 * part + 50):
        choose = random.Random(seed)
        function, parameters = random_graph(choose)
        rows = [[choose.uniform(-2, 2) for _ in range(2)] for _ in range(3)]
        agree(function, parameters, rows)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_five_hundred_random_networks(part: int) -> None:
    for seed in range(50 * part, 50 * part + 50):
        choose = random.Random(seed)
        function, parameters = random_network(choose)
        count = function.count  # type: ignore[attr-defined]
        rows = [[choose.uniform(-2, 2) for _ in range(count)] for _ in range(3)]
        agree(function, parameters, rows)
