# Tangled from the book: edit its chapters. Digest: eb4c0bb2cd30
"""Networks to PyTorch, and back."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from micrograd.nn import MLP

if TYPE_CHECKING:
    from torch import Tensor, nn


def to_torch(model: MLP) -> nn.Sequential:
    """Return the same network as a PyTorch module, with numbers of 64 bits.

    Args:
        model: The network; later changes to it do not reach the copy.

    Returns:
        A `torch.nn.Sequential` that takes a tensor with one row for each example.
    """
    import torch
    from torch import nn

    kinds = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}
    steps: list[nn.Module] = []
    for layer in model.layers:
        if len({(len(n.w), n.activation) for n in layer.neurons}) != 1:
            raise ValueError("the neurons of a layer differ: in PyTorch they are alike")
        weight = [[float(w) for w in neuron.w] for neuron in layer.neurons]
        bias = [float(neuron.b) for neuron in layer.neurons]
        linear = nn.Linear(len(weight[0]), len(weight))
        linear.weight = nn.Parameter(torch.tensor(weight, dtype=torch.float64))
        linear.bias = nn.Parameter(torch.tensor(bias, dtype=torch.float64))
        steps.append(linear)
        activation = layer.neurons[0].activation
        if activation != "linear":
            steps.append(kinds[activation]())
    return nn.Sequential(*steps)


def flatten(tensors: Iterable[Tensor]) -> list[float]:
    """List the numbers of PyTorch parameters, or of their gradients, in our order.

    Args:
        tensors: A weight table and a bias row for each layer, in turns.

    Returns:
        The numbers in the order of `MLP.parameters()`.
    """
    numbers: list[float] = []
    turns = iter(tensors)
    for weight, bias in zip(turns, turns, strict=True):
        for row, b in zip(weight.tolist(), bias.tolist(), strict=True):
            numbers += [*row, b]
    return numbers


def from_torch(network: nn.Sequential, model: MLP) -> None:
    """Copy the numbers of a network that `to_torch` made back into a model.

    Args:
        network: The PyTorch network, perhaps trained since.
        model: A model of the same shape, which takes over the numbers.
    """
    theirs, ours = repr(network), repr(to_torch(model))
    if theirs != ours:
        raise ValueError(f"the network is {theirs}, the model {ours}")
    numbers = flatten(network.parameters())
    if not all(map(math.isfinite, numbers)):
        raise ValueError("a parameter of the network is not finite")
    for p, number in zip(model.parameters(), numbers, strict=True):
        p.data = number
