# Tangled from the book: edit its chapters. Digest: 432ccb079802
"""Steps of descent that remember the steps before."""

from __future__ import annotations

from collections.abc import Iterable

from micrograd.engine import Value


class Adam:
    """Descent with momentum, and with a step of its own size for each parameter.

    Args:
        parameters: What to train.
        momentum: How much of the mean gradient is kept in each step.
        memory: How much of the mean squared gradient is kept.
    """

    def __init__(
        self, parameters: Iterable[Value], momentum: float = 0.9, memory: float = 0.99
    ) -> None:
        self.parameters = list({id(p): p for p in parameters}.values())
        self.momentum = momentum
        self.memory = memory
        self.means = [0.0] * len(self.parameters)
        self.squares = [0.0] * len(self.parameters)
        self.steps = 0

    def step(self, rate: float) -> None:
        """Move each parameter by at most about the rate, against its mean gradient."""
        self.steps += 1
        for i, p in enumerate(self.parameters):
            self.means[i] += (1 - self.momentum) * (p.grad - self.means[i])
            self.squares[i] += (1 - self.memory) * (p.grad * p.grad - self.squares[i])
            mean = self.means[i] / (1 - self.momentum**self.steps)
            square = self.squares[i] / (1 - self.memory**self.steps)
            p.data -= rate * mean / (square**0.5 + 1e-8)
