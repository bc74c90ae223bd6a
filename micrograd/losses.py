# Tangled from the book: edit its chapters. Digest: 6fad60e03a89
"""Scores of several classes: as probabilities, and judged by the right one."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral

from micrograd.engine import Value
from micrograd.fused import Inputs, logsumexp, weighted_sum


def softmax(logits: Iterable[Value | float]) -> list[Value]:
    """Turn scores into probabilities: positive, and 1 together."""
    scores = list(logits)
    total = logsumexp(scores)
    return [(score - total).exp() for score in scores]


def cross_entropy(
    logits: Iterable[Value | float], target: int | Iterable[Value | float]
) -> Value:
    """Return -log of the probability that softmax gives to the right class.

    Args:
        logits: The score of each class.
        target: The number of the right class; or what each class has of it, 1 for the
            right one and 0 for the others.
    """
    total = logsumexp(logits)
    scores = total._prev  # the logits, all as values
    if isinstance(target, (int, Integral)):
        return total - scores[range(len(scores)).index(int(target))]
    shares = Inputs(target)
    return sum(shares) * total - weighted_sum(scores, shares, Value(0.0))
