# Tangled from the book: edit its chapters. Digest: 691d330a8bd4
"""Scores of several classes: as probabilities, and judged by the right one."""

from __future__ import annotations

from collections.abc import Sequence

from micrograd.engine import Value
from micrograd.fused import weighted_sum


def log_sum_exp(xs: Sequence[Value]) -> Value:
    """Return log(exp(x1) + exp(x2) + …), by exponentials that cannot overflow."""
    largest = xs[0]
    for x in xs[1:]:
        largest = largest + (x - largest).relu()  # the larger of the two
    total = Value(0.0)
    for x in xs:
        total = total + (x - largest).exp()
    return total.log() + largest


def softmax(logits: Sequence[Value]) -> list[Value]:
    """Turn scores into probabilities: positive, and 1 together."""
    total = log_sum_exp(logits)
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
        return log_sum_exp(logits) - logits[target]
    return log_sum_exp(logits) - weighted_sum(logits, target, Value(0.0))
