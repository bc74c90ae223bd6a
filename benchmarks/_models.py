"""One step of training of a larger model, by one engine, in a process of its own.

`python _models.py ENGINE MODEL` prints as JSON the seconds of CPU time of a step, those
that it took to make the program if there is one, and the loss before the first step.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _timing import clock, median_time

NAMES = (Path(__file__).resolve().parent.parent / "docs/data/cities.txt").read_text()
ALPHABET = ".abcdefghijklmnopqrstuvwxyz"
PLACES = 9
RATE = 0.01


def one_hot(numbers: list[int], many: int) -> list[float]:
    """Write numbers one-hot, one after the other."""
    return [float(i == number) for number in numbers for i in range(many)]


class Digits:
    """The network of the chapter on digits, and a batch of its size, 80 pictures."""

    def __init__(self) -> None:
        from sklearn.datasets import load_digits

        from micrograd.nn import MLP

        digits = load_digits()
        self.pictures = (digits.data[:80] / 16).tolist()
        self.classes = digits.target[:80].tolist()
        self.model = MLP(64, [48, 32, 10])
        self.parameters = self.model.parameters()

    def rows(self) -> list[list[float]]:
        """The rows of the program."""
        pairs = zip(self.pictures, self.classes, strict=True)
        return [[*x, *one_hot([y], 10)] for x, y in pairs]

    def loss_of_row(self, *row: Any) -> Any:
        """The loss of one picture, its class one-hot."""
        from micrograd.losses import cross_entropy

        return cross_entropy(self.model(row[:64]), row[64:])

    def loss(self) -> Any:
        """The mean loss, by objects."""
        from micrograd.losses import cross_entropy

        pairs = zip(self.pictures, self.classes, strict=True)
        losses = [cross_entropy(self.model(x), y) for x, y in pairs]
        return sum(losses) / len(losses)

    def torch_loss(self) -> tuple[Callable[[], Any], list[Any]]:
        """The same in PyTorch, and its parameters."""
        import torch

        model = torch.nn.Sequential(*perceptron(self.model, torch.nn.ReLU)).double()
        x, y = torch.tensor(self.pictures).double(), torch.tensor(self.classes)
        entropy = torch.nn.functional.cross_entropy
        return lambda: entropy(model(x), y), list(model.parameters())


class Reader:
    """The network that reads three characters, and 256 places of names."""

    def __init__(self) -> None:
        from micrograd.nn import MLP, Embedding

        texts = [[0, 0, 0, *map(ALPHABET.index, name), 0] for name in NAMES.split()]
        found = [text[i : i + 4] for text in texts for i in range(len(text) - 3)]
        self.windows = random.sample(found, 256)
        self.places = Embedding(27, 2)
        self.model = MLP(6, [64, 27], activation="tanh")
        self.parameters = self.places.parameters() + self.model.parameters()

    def rows(self) -> list[list[float]]:
        """The rows of the program."""
        return [one_hot(window, 27) for window in self.windows]

    def loss_of_row(self, *row: Any) -> Any:
        """The loss of the fourth character, all one-hot."""
        from micrograd.losses import cross_entropy

        first, second, third, last = (row[i : i + 27] for i in range(0, 108, 27))
        xs = [x for c in (first, second, third) for x in self.places(c)]
        return cross_entropy(self.model(xs), last)

    def loss(self) -> Any:
        """The mean loss, by objects."""
        from micrograd.losses import cross_entropy

        losses = []
        for *before, last in self.windows:
            xs = [x for c in before for x in self.places(c)]
            losses.append(cross_entropy(self.model(xs), last))
        return sum(losses) / len(losses)

    def torch_loss(self) -> tuple[Callable[[], Any], list[Any]]:
        """The same in PyTorch, and its parameters."""
        import torch

        table = torch.nn.Embedding(27, 2).double()
        table.weight.data = data_of(self.places.rows)
        model = torch.nn.Sequential(*perceptron(self.model, torch.nn.Tanh)).double()
        text, entropy = torch.tensor(self.windows), torch.nn.functional.cross_entropy

        def loss() -> Any:
            return entropy(model(table(text[:, :3]).flatten(1)), text[:, 3])

        return loss, [*table.parameters(), *model.parameters()]


class Attention:
    """The transformer, and 32 names."""

    def __init__(self) -> None:
        from micrograd.attention import Transformer

        self.names = random.sample(NAMES.split(), 32)
        self.texts = [[0, *map(ALPHABET.index, name), 0] for name in self.names]
        self.model = Transformer(characters=27, places=PLACES, width=16, heads=4)
        self.parameters = self.model.parameters()
        self.guesses = sum(len(text) - 1 for text in self.texts)

    def rows(self) -> list[list[float]]:
        """The rows of the program; weights such that the mean over rows is the loss."""
        rows = []
        for text in self.texts:
            padded = (text + [0] * PLACES)[: PLACES + 1]
            share = len(self.texts) / self.guesses
            weights = [share * (place + 1 < len(text)) for place in range(PLACES)]
            rows.append([*one_hot(padded[:-1] + padded[1:], 27), *weights])
        return rows

    def loss_of_row(self, *row: Any) -> Any:
        """The losses of a name, each with its weight."""
        from micrograd.losses import cross_entropy

        vectors = [row[i : i + 27] for i in range(0, 2 * 27 * PLACES, 27)]
        inputs, targets, weights = vectors[:PLACES], vectors[PLACES:], row[-PLACES:]
        losses = map(cross_entropy, self.model(inputs), targets)
        return sum(w * loss for w, loss in zip(weights, losses, strict=True))

    def loss(self) -> Any:
        """The mean loss, by objects."""
        from micrograd.losses import cross_entropy

        losses: list[Any] = []
        for text in self.texts:
            losses += map(cross_entropy, self.model(text[:-1]), text[1:])
        return sum(losses) / len(losses)

    def torch_loss(self) -> tuple[Callable[[], Any], list[Any]]:
        """The same in PyTorch, and its parameters."""
        import torch
        import torch.nn.functional as F

        block = self.model.block
        tables = [data_of(self.model.characters.rows), data_of(self.model.places.rows)]
        layers = [
            joined([head.query.neurons for head in block.heads]),
            joined([head.key.neurons for head in block.heads]),
            joined([head.value.neurons for head in block.heads]),
            joined([block.join.neurons]),
            joined([block.widen.neurons]),
            joined([block.narrow.neurons]),
            joined([self.model.out.neurons]),
        ]
        characters, places = (table.requires_grad_() for table in tables)
        query, key, value, join, widen, narrow, out = layers
        padded = [(text + [0] * PLACES)[: PLACES + 1] for text in self.texts]
        text = torch.tensor(padded)
        targets = torch.tensor(
            [
                [c if i + 1 < len(text) else -100 for i, c in enumerate(row[1:])]
                for text, row in zip(self.texts, padded, strict=True)
            ]
        )

        def norm(x: Any) -> Any:
            return F.rms_norm(x, x.shape[-1:], eps=1e-5)

        def split(x: Any) -> Any:
            return x.unflatten(-1, (4, -1)).transpose(1, 2)

        def loss() -> Any:
            x = characters[text[:, :-1]] + places
            read = norm(x)
            q, k, v = (split(layer(read)) for layer in (query, key, value))
            found = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + join(found.transpose(1, 2).flatten(2))
            x = x + narrow(torch.relu(widen(norm(x))))
            return F.cross_entropy(out(norm(x)).flatten(0, 1), targets.flatten())

        weights = [p for layer in layers for p in layer.parameters()]
        return loss, [characters, places, *weights]


def data_of(rows: list[list[Any]]) -> Any:
    """The numbers of rows of values as a tensor."""
    import torch

    return torch.tensor([[p.data for p in row] for row in rows], dtype=torch.float64)


def joined(groups: list[list[Any]]) -> Any:
    """A linear layer in PyTorch with the neurons of several layers."""
    import torch

    neurons = [neuron for group in groups for neuron in group]
    linear = torch.nn.Linear(len(neurons[0].w), len(neurons)).double()
    linear.weight.data = data_of([neuron.w for neuron in neurons])
    linear.bias.data = data_of([[neuron.b for neuron in neurons]])[0]
    return linear


def perceptron(model: Any, bend: Any) -> list[Any]:
    """The layers of an MLP in PyTorch."""
    layers = [
        part for layer in model.layers for part in (joined([layer.neurons]), bend())
    ]
    return layers[:-1]


def by_objects(model: Any) -> tuple[Callable[[], float], float]:
    """A step by objects."""

    def step() -> float:
        for p in model.parameters:
            p.grad = 0.0
        loss = model.loss()
        loss.backward()
        for p in model.parameters:
            p.data -= RATE * p.grad
        return float(loss.data)

    return step, 0.0


def by_program(model: Any) -> tuple[Callable[[], float], float]:
    """A step by a program with arrays, and the time that it took to make it."""
    import numpy as np

    from micrograd.program import Program

    rows = np.array(model.rows())
    start = clock()
    program = Program(model.loss_of_row, rows[:2].tolist())

    def step() -> float:
        for p in model.parameters:
            p.grad = 0.0
        total = program.backward(rows)
        for p in model.parameters:
            p.data -= RATE / len(rows) * p.grad
        return total / len(rows)

    return step, clock() - start


def by_torch(model: Any) -> tuple[Callable[[], float], float]:
    """A step by PyTorch's tensors."""
    import torch

    torch.set_num_threads(1)
    loss_of, parameters = model.torch_loss()
    sgd = torch.optim.SGD(parameters, lr=RATE)

    def step() -> float:
        sgd.zero_grad()
        loss = loss_of()
        loss.backward()
        sgd.step()
        return float(loss.item())

    return step, 0.0


MODELS: dict[str, Any] = {"digits": Digits, "language": Reader, "attention": Attention}
ENGINES = {"objects": by_objects, "program": by_program, "torch": by_torch}


def main() -> None:
    engine, name = sys.argv[1:3]
    random.seed(1)
    step, made = ENGINES[engine](MODELS[name]())
    first = step()
    print(json.dumps({"loss": first, "made": made, "step": median_time(step, 1.0)}))


if __name__ == "__main__":
    main()
