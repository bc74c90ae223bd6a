"""Code written for micrograd 0.1.0 runs unchanged."""

from __future__ import annotations

import random

from micrograd.engine import Value
from micrograd.nn import MLP, Layer, Module, Neuron


def test_signatures_and_reprs() -> None:
    assert repr(Neuron(2)) == "ReLUNeuron(2)"
    assert repr(Neuron(2, False)) == repr(Neuron(2, nonlin=False)) == "LinearNeuron(2)"
    assert repr(Layer(2, 2, nonlin=False)) == (
        "Layer of [LinearNeuron(2), LinearNeuron(2)]"
    )
    assert repr(MLP(2, [1, 1])) == (
        "MLP of [Layer of [ReLUNeuron(2)], Layer of [LinearNeuron(1)]]"
    )
    assert Module().parameters() == []
    assert Neuron(2).nonlin is True


def test_the_fields_of_a_neuron() -> None:
    random.seed(1)
    neuron = Neuron(3)
    draws = random.Random(1)
    assert [w.data for w in neuron.w] == [draws.uniform(-1, 1) for _ in range(3)]
    assert neuron.b.data == 0
    assert neuron.parameters() == [*neuron.w, neuron.b]
    model = MLP(3, [4, 4, 1])
    assert len(model.layers) == 3
    assert len(model.layers[0].neurons) == 4
    assert len(model.parameters()) == 41


def test_the_fields_of_a_value() -> None:
    a, b = Value(2.0), Value(-3.0)
    c = a * b
    assert c._op == "*"
    assert set(c._prev) == {a, b}
    out = Value(5.0, (a, b), "mine")
    assert (out.data, out.grad, out._op, set(out._prev)) == (5.0, 0, "mine", {a, b})
