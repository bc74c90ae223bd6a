"""Parameters from files and from PyTorch: all is checked before anything changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from micrograd.export import from_torch, to_torch
from micrograd.nn import MLP, Neuron

BAD: list[Any] = [
    [float("nan")] * 13,
    [float("inf")] * 13,
    ["1.0"] * 13,
    [True] * 13,
    [10**400] * 13,
    "1234567890123",
    {str(i): 0 for i in range(13)},
    [0.0] * 12,
    None,
]


def numbers(model: MLP) -> list[float]:
    return [p.data for p in model.parameters()]


@pytest.mark.parametrize("parameters", BAD, ids=lambda x: str(x)[:20])
def test_a_file_without_good_numbers(parameters: Any, tmp_path: Path) -> None:
    model = MLP(2, [3, 1])
    before, path = numbers(model), tmp_path / "model.json"
    path.write_text(json.dumps({"module": repr(model), "parameters": parameters}))
    with pytest.raises(ValueError, match="the file holds"):
        model.load(path)
    assert numbers(model) == before


@pytest.mark.parametrize("text", [b"[" * 200_000, b"\xff\xfe\x00", b"", b"3", b"{}"])
def test_a_file_that_is_no_state(text: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(text)
    with pytest.raises(ValueError, match="the file holds no saved parameters"):
        MLP(2, [3, 1]).load(path)


def test_numpy_numbers_are_saved(tmp_path: Path) -> None:
    model, other = MLP(1, [1]), MLP(1, [1])
    for p in model.parameters():
        p.data = np.float32(0.5)  # type: ignore[assignment]
    model.save(tmp_path / "model.json")
    other.load(tmp_path / "model.json")
    assert numbers(other) == [0.5, 0.5]


@pytest.mark.needs("torch")
@pytest.mark.parametrize("other", [MLP(12, [2]), MLP(3, [2, 2]), MLP(2, [3, 1])])
def test_another_shape_from_pytorch(other: MLP) -> None:
    before = numbers(other)
    with pytest.raises(ValueError, match="the network is Sequential"):
        from_torch(to_torch(MLP(3, [4, 2])), other)
    assert numbers(other) == before


@pytest.mark.needs("torch")
def test_neurons_that_differ() -> None:
    model = MLP(2, [2, 1])
    model.layers[0].neurons[1] = Neuron(2, activation="tanh")
    with pytest.raises(ValueError, match="the neurons of a layer differ"):
        to_torch(model)


@pytest.mark.needs("torch")
@pytest.mark.parametrize("where", ["activation", "output"])
def test_another_activation_from_pytorch(where: str) -> None:
    network, model = to_torch(MLP(2, [3, 1], **{where: "tanh"})), MLP(2, [3, 1])
    before = numbers(model)
    with pytest.raises(ValueError, match="the network is Sequential"):
        from_torch(network, model)
    assert numbers(model) == before
