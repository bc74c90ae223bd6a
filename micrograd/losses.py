# Tangled from the book: edit its chapters. Digest: 2a9e49fbb654
"""Scores of several classes: as probabilities, and judged by the right one."""

from __future__ import annotations

from collections.abc import Sequence

from micrograd.engine import Value
from micrograd.fused import logsumexp, weighted_sum


def softmax(logits: Sequence[Value]) -> list[Value]:
    """Turn scores into probabilities: positive, and 1 together."""
    total = logsumexp(logits)
    return [(logit - total).exp() for logit in logits]


def cross_entropy(
    logits: Sequence[Value], target: int | Sequence[Value | float]
) -> Value:
    """Return -log of the probability that softmax gives to the right class.

    Args:
        logits: The score of each class.
        target: The number of the right class; or what each class has of it, 1 for the
            right one and 0 for the others.
    """
    if isinstance(target, int):
        return logsumexp(logits) - logits[target]
    return logsumexp(logits) - weighted_sum(logits, target, Value(0.0))
