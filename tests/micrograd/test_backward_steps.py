"""The pictures of a backward pass show what the engine did, rule by rule."""

from __future__ import annotations

import copy
import itertools
import math
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from expressions import build, leaves, steps
from frames import BOX, numbers, read, record
from hypothesis import given, settings

import literate
import micrograd.engine
import micrograd.graph
from micrograd.fused import weighted_sum
from micrograd.nn import MLP

FAULTY = literate.snapshot("docs/05-backward.md")
MENDED = literate.snapshot("docs/06-accumulation.md")
FIRST = literate.snapshot("docs/10-zero-grad.md")
ENGINES = {"faulty": FAULTY, "mended": MENDED, "first": FIRST, "second": micrograd}
ADDING = [MENDED, FIRST, micrograd]


def twice(value: Callable[..., Any]) -> Any:
    a = value(3.0, label="a")
    return a + a


def two_paths(value: Callable[..., Any]) -> Any:
    a, b = value(-2.0, label="a"), value(3.0, label="b")
    return (a * b) * (a + b)


def diamond(value: Callable[..., Any]) -> Any:
    a, b = value(2.0), value(3.0)
    d, e = a * b, a + b
    return d * e + (d + e)


def neuron(value: Callable[..., Any]) -> Any:
    x, w = (value(2.0), value(0.0)), (value(-3.0), value(1.0))
    return (x[0] * w[0] + x[1] * w[1] + value(6.8813735870195432)).tanh()


def cube(value: Callable[..., Any]) -> Any:
    a = value(-0.7)
    return a * a * a


GRAPHS = [twice, two_paths, diamond, neuron, cube]


def agrees(package: ModuleType, make: Callable[[Callable[..., Any]], Any]) -> None:
    """Compare the frames of one graph with the states of another just like it."""
    frames = [
        read(drawing)
        for drawing in package.graph.draw_backward(make(package.engine.Value))
    ]
    twin = make(package.engine.Value)
    runs = record(package, twin)
    nodes = package.graph.trace(twin)[0]
    assert len(frames) == len(runs) + 1
    assert frames[0].bold == [0]
    assert frames[0].grads == [f"{runs[0].before[node]:.4f}" for node in nodes]
    assert not any(visible or heavy for *_, visible, heavy in frames[0].edges)
    done = set()
    for frame, run in zip(frames[1:], runs, strict=True):
        done.add(run.node)
        assert [nodes[i] for i in frame.bold] == [run.node]
        for node, text in zip(nodes, frame.grads, strict=True):
            if node in run.node._prev:
                assert ("→" in text) == (package is FAULTY)
                first, *added, last = numbers(text)
                assert f"{first:.4g}" == f"{run.before[node]:z.4g}"
                assert f"{last:.4g}" == f"{run.after[node]:z.4g}"
                if "=" in text:
                    nothing = package is micrograd and run.before[run.node] == 0
                    assert len(added) == (not nothing) * run.node._prev.count(node)
                    rounding = 1e-3 * (1 + sum(map(abs, (first, *added))))
                    assert first + sum(added) == pytest.approx(last, abs=rounding)
            else:
                assert text == f"{run.after[node]:.4f}"
        for start, end, text, visible, heavy in frame.edges:
            assert nodes[start] in nodes[end]._prev
            assert visible == (nodes[end] in done)
            assert heavy == (nodes[end] is run.node)
            if heavy:
                upstream, _ = numbers(text)
                assert f"{upstream:.4g}" == f"{run.before[run.node]:z.4g}"


@pytest.mark.parametrize("make", GRAPHS)
@pytest.mark.parametrize("package", ENGINES.values(), ids=ENGINES)
def test_the_frames_show_the_states_of_the_engine(
    package: ModuleType, make: Callable[[Callable[..., Any]], Any]
) -> None:
    agrees(package, make)


@settings(max_examples=25, deadline=None)
@given(leaves, steps)
def test_the_frames_of_random_graphs(numbers: list[float], how: Any) -> None:
    agrees(micrograd, lambda value: build([value(n) for n in numbers], how))


@pytest.mark.parametrize("make", GRAPHS)
@pytest.mark.parametrize("package", ENGINES.values(), ids=ENGINES)
def test_local_derivatives_are_those_of_the_operation(
    package: ModuleType, make: Callable[[Callable[..., Any]], Any]
) -> None:
    root = make(package.engine.Value)
    for node in package.graph.trace(root)[0]:
        data = [operand.data for operand in node._prev]
        expected = {
            "": [],
            "+": [1.0, 1.0],
            "*": data[::-1],
            "tanh": [1 - node.data**2],
        }[node._op]
        assert package.graph.local_derivatives(node) == pytest.approx(expected)
        assert node.grad == 0


@settings(deadline=None)
@given(leaves, steps)
def test_local_derivatives_are_the_recorded_ones(
    numbers: list[float], how: Any
) -> None:
    root = build([micrograd.engine.Value(n) for n in numbers], how)
    for node in micrograd.engine.topological_order(root):
        assert micrograd.graph.local_derivatives(node) == [*node._local]


def test_wrong_and_right() -> None:
    wrong, right = (
        [read(frame).grads for frame in package.graph.draw_backward(make)]
        for package in (FAULTY, MENDED)
        for make in [two_paths(package.engine.Value)]
    )
    assert wrong[-1][-2:] == ["-6 → 3", "-6 → -2"]
    assert right[-1][-2:] == ["-6 + 3 = -3", "-6 + -2 = -8"]


@pytest.mark.parametrize("package", ADDING)
def test_both_arrows_of_a_sum_with_itself(package: ModuleType) -> None:
    frame = read(package.graph.draw_backward(twice(package.engine.Value))[-1])
    assert [text for *_, text, _, _ in frame.edges] == ["1 × 1", "1 × 1"]
    assert frame.grads == ["1.0000", "0 + 1 + 1 = 2"]


@pytest.mark.parametrize("package", ENGINES.values(), ids=ENGINES)
def test_the_pass_itself_is_that_of_backward(package: ModuleType) -> None:
    shown, plain = (diamond(package.engine.Value) for _ in range(2))
    package.graph.draw_backward(shown)
    plain.backward()
    nodes = [package.graph.trace(root)[0] for root in (shown, plain)]
    for node, twin in zip(*nodes, strict=True):
        assert type(node.grad) is float
        assert node.grad == twin.grad
    shown.backward()
    plain.backward()
    for node, twin in zip(*nodes, strict=True):
        assert node.grad == twin.grad


def test_nothing_is_left_behind() -> None:
    root = diamond(micrograd.engine.Value)
    micrograd.graph.draw_backward(root)
    assert copy.deepcopy(root).data == root.data
    assert not any(node._rule for node in micrograd.graph.trace(root)[0])


@pytest.mark.parametrize("package", ENGINES.values(), ids=ENGINES)
def test_a_rule_that_fails_is_put_back_with_the_others(package: ModuleType) -> None:
    a = package.engine.Value(2.0)
    middle = package.engine.Value(4.0, (a,), "square")
    root = middle * a
    calls = itertools.count()

    def rule() -> None:
        if next(calls) == 1:
            raise ArithmeticError

    middle._backward = rule
    with pytest.raises(ArithmeticError):
        package.graph.draw_backward(root)
    assert middle._backward is rule
    root.backward()
    assert next(calls) == 3


@pytest.mark.parametrize("package", ADDING)
def test_an_operation_of_ones_own(package: ModuleType) -> None:
    x = package.engine.Value(2.0)
    root = package.engine.Value(math.sin(2.0), (x,), "sin")

    def rule() -> None:
        x.grad -= -math.cos(2.0) * root.grad

    root._backward = rule
    assert package.graph.local_derivatives(root) == [math.cos(2.0)]
    assert read(package.graph.draw_backward(root)[-1]).grads[1] == (
        "0 + -0.4161 = -0.4161"
    )


@pytest.mark.parametrize("package", ENGINES.values(), ids=ENGINES)
def test_an_operation_without_a_rule_hands_on_nothing(package: ModuleType) -> None:
    x = package.engine.Value(2.0)
    root = package.engine.Value(0.9, (x,), "tanh")
    (*_, frame) = package.graph.draw_backward(root)
    assert [text for *_, text, _, _ in read(frame).edges] == ["1 × 0"]
    assert numbers(read(frame).grads[1])[-1] == 0


@pytest.mark.parametrize("package", ENGINES.values(), ids=ENGINES)
def test_a_leaf_has_one_picture(package: ModuleType) -> None:
    (frame,) = package.graph.draw_backward(package.engine.Value(2.0))
    assert read(frame).grads == ["1.0000"]


def test_a_weighted_sum() -> None:
    value = micrograd.engine.Value
    w, x, b = [value(2.0), value(-1.0)], [value(0.5), value(4.0)], value(1.0)
    frame = read(micrograd.graph.draw_backward(weighted_sum(w, x, b))[-1])
    assert [text for *_, text, _, _ in frame.edges] == [
        "1 × 1",
        "1 × 0.5",
        "1 × 4",
        "1 × 2",
        "1 × -1",
    ]


def test_a_network_keeps_its_parameters_gradients_adding_up() -> None:
    model = MLP(2, [2, 1])
    out = model([1.0, -2.0])
    out.backward()
    once = [p.grad for p in model.parameters()]
    micrograd.graph.draw_backward(out)
    assert [p.grad for p in model.parameters()] == [2 * grad for grad in once]


def test_boxes_and_texts_keep_their_sizes() -> None:
    drawings = micrograd.graph.draw_backward(diamond(micrograd.engine.Value))
    widths = [
        [re.findall(r"\bwidth=([\d.]+)", rest) for *_, rest in BOX.findall(d.source)]
        for d in drawings
    ]
    texts = [[text for *_, text, _, _ in read(drawing).edges] for drawing in drawings]
    assert all(len(width) == 1 for width in widths[0])
    assert all(each == widths[0] for each in widths)
    assert all(texts[0])
    assert all(each == texts[0] for each in texts)


def test_options_are_those_of_draw_dot() -> None:
    drawing = micrograd.graph.draw_backward(
        twice(micrograd.engine.Value), "png", rankdir="TB"
    )[0]
    assert drawing.format == "png"
    assert "rankdir=TB" in drawing.source
    with pytest.raises(ValueError, match="rankdir must be one of"):
        micrograd.graph.draw_backward(twice(micrograd.engine.Value), rankdir="up")
