# Tangled from the book: edit its chapters. Digest: ed8edee7edd8
"""Scores of several classes: as probabilities, and judged by the right one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Integral

from micrograd.engine import Value
from micrograd.fused import logsumexp, weighted_sum


def softmax(logits: Iterable[Value]) -> list[Value]:
    """Turn scores into probabilities: positive, and 1 together."""
    scores = list(logits)
    total = logsumexp(scores)
    return [(score - total).exp() for score in scores]


def cross_entropy(
    logits: Sequence[Value], target: int | Sequence[Value | float]
) -> Value:
    """Return -log of the probability that softmax gives to the right class.

    Args:
        logits: The score of each class.
        target: The number of the right class; or what each class has of it, 1 for the
            right one and 0 for the others.
    """
    if isinstance(target, (int, Integral)):
        return logsumexp(logits) - logits[range(len(logits)).index(int(target))]
    return logsumexp(logits) - weighted_sum(logits, target, Value(0.0))
