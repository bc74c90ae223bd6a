# Tangled from the book: edit its chapters. Digest: 6c12dcb5f812
"""Neurons, layers and networks: large expressions with parameters."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Sequence
from numbers import Integral
from pathlib import Path
from typing import Any

from micrograd.engine import Value
from micrograd.fused import Inputs, weighted_sum


class Module:
    """Anything that has parameters."""

    def parameters(self) -> list[Value]:
        """Return the parameters, in an order that stays the same."""
        return []

    def zero_grad(self) -> None:
        """Set the gradients of all parameters to 0."""
        for p in self.parameters():
            p.grad = 0.0

    def save(self, path: str | Path) -> None:
        """Write the parameters to a JSON file."""
        numbers = [float(p.data) for p in self.parameters()]
        state = {"module": repr(self), "parameters": numbers}
        text = json.dumps(state, indent=1, allow_nan=False)
        Path(path).write_text(text + "\n", encoding="utf-8")

    def load(self, path: str | Path) -> None:
        """Read parameters that a module of the same shape has saved."""
        try:
            state = json.loads(Path(path).read_bytes())
            saved, numbers = state["module"], state["parameters"]
            if not isinstance(numbers, list) or not all(map(is_number, numbers)):
                raise ValueError("a parameter is a finite number")
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise ValueError("the file holds no saved parameters") from error
        own = self.parameters()
        if len(numbers) != len(own):
            raise ValueError(
                f"the file holds {len(numbers)} parameters, this module has {len(own)}"
            )
        if saved != repr(self):
            raise ValueError(f"the file was saved from {saved}, this is {self!r}")
        for p, number in zip(own, numbers, strict=True):
            p.data = float(number)

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {len(self.parameters())} parameters"


def is_number(x: Any) -> bool:
    """Tell whether this, from a JSON file, is a number that a float can hold."""
    return type(x) in (int, float) and abs(x) <= sys.float_info.max


class Neuron(Module):
    """A weighted sum of the inputs plus a bias, bent by an activation function.

    Args:
        nin: The number of inputs.
        nonlin: False makes the neuron linear, whatever the activation.
        activation: "relu", "tanh", "sigmoid" or "linear".
        bias: "zero", or "random" to draw it after the weights.
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: str = "relu",
        bias: str = "zero",
    ) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation is {activation!r}, not in {[*ACTIVATIONS]}")
        if bias not in ("zero", "random"):
            raise ValueError(f"bias is {bias!r}, neither 'zero' nor 'random'")
        self.w = [Value(random.uniform(-1, 1)) for _ in range(nin)]
        self.b = Value(random.uniform(-1, 1) if bias == "random" else 0.0)
        self.nonlin = nonlin
        self.activation = activation if nonlin else "linear"

    def __call__(self, x: Iterable[Value | float]) -> Value:
        """Return the output for the inputs `x`."""
        act: Value = weighted_sum(self.w, x, self.b)
        return act if self.activation == "linear" else getattr(act, self.activation)()

    def parameters(self) -> list[Value]:
        """Return the weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        name = "ReLU" if self.activation == "relu" else self.activation.title()
        return f"{name}Neuron({len(self.w)})"


ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")


class Layer(Module):
    """Neurons side by side, all with the same inputs."""

    def __init__(self, nin: int, nout: int, **kwargs: Any) -> None:
        self.neurons = [Neuron(nin, **kwargs) for _ in range(nout)]

    def outputs(self, x: Iterable[Value | float]) -> list[Value]:
        """Return the list of outputs for the inputs `x`."""
        row = Inputs(x)
        return [neuron(row) for neuron in self.neurons]

    def __call__(self, x: Iterable[Value | float]) -> Value | list[Value]:
        """Return the outputs for the inputs `x`, or the output if there is one."""
        out = self.outputs(x)
        return out[0] if len(out) == 1 else out

    def parameters(self) -> list[Value]:
        """Return the parameters, neuron by neuron."""
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(repr, self.neurons))}]"

    def scale(self, gain: float) -> Layer:
        """Multiply the weights by the root of gain / inputs, and return the layer.

        A new layer's outputs are then about as large as its inputs, however many there
        are: with 6 where relu bends the sums, with 3 where nothing does.
        """
        for neuron in self.neurons:
            for w in neuron.w:
                w.data *= (gain / len(neuron.w)) ** 0.5
        return self


class MLP(Module):
    """A multilayer perceptron: layers, each feeding the next.

    Args:
        nin: The number of inputs.
        nouts: The sizes of the layers.
        activation: What bends the sums in the layers before the last.
        output: What bends the sums in the last layer.
        bias: "zero" or "random", for every neuron.
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: str = "relu",
        output: str = "linear",
        bias: str = "zero",
    ) -> None:
        if not nouts or min(nouts) < 1:
            raise ValueError(f"layers need at least one neuron each: {list(nouts)}")
        sizes = [nin, *nouts]
        kinds = [activation] * (len(nouts) - 1) + [output]
        self.layers = [
            Layer(sizes[i], sizes[i + 1], activation=kinds[i], bias=bias)
            for i in range(len(nouts))
        ]

    def __call__(self, x: Iterable[Value | float]) -> Value | list[Value]:
        """Return the outputs for the inputs `x`, or the output if there is one."""
        *hidden, last = self.layers
        for layer in hidden:
            x = layer.outputs(x)
        return last(x)

    def parameters(self) -> list[Value]:
        """Return the parameters, layer by layer."""
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(repr, self.layers))}]"


class Embedding(Module):
    """A table of parameters, with a row for each of some things.

    Args:
        things: The number of rows.
        size: The length of a row.
        spread: The numbers are drawn between -spread and spread.
    """

    def __init__(self, things: int, size: int, spread: float = 1.0) -> None:
        self.rows = [
            [Value(random.uniform(-spread, spread)) for _ in range(size)]
            for _ in range(things)
        ]

    def __call__(self, thing: int | Sequence[Value | float]) -> list[Value]:
        """Return a row by its number; or the sum of all rows, each times a number."""
        if isinstance(thing, (int, Integral)):
            return self.rows[range(len(self.rows)).index(int(thing))]
        columns = zip(*self.rows, strict=True)
        return [weighted_sum(column, thing, Value(0.0)) for column in columns]

    def parameters(self) -> list[Value]:
        """Return the parameters, row by row."""
        return [p for row in self.rows for p in row]

    def __repr__(self) -> str:
        return f"Embedding({len(self.rows)}, {len(self.rows[0])})"
