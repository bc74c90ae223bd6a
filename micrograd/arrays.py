# Tangled from the book: edit its chapters. Digest: ac3ff5a5c8d0
"""The functions of `micrograd.floats` for NumPy arrays, with a number for each row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

BLOCK = 2048  # rows: the arrays of a block should fit into the processor's cache
power = np.float_power
quotient = np.divide
quiet = np.errstate(all="ignore")  # inf and nan are results like others


def names() -> dict[str, Any]:
    """Return all functions that a program may use, by name."""
    return {**vars(np), **globals()}


def blocks(rows: Any) -> Iterator[tuple[int, Any]]:
    """Yield some rows at a time: how many, and their columns."""
    for i in range(0, len(rows), BLOCK):
        block = np.asarray(rows[i : i + BLOCK], dtype=float)
        yield len(block), np.ascontiguousarray(block.T)


def as_matrix(*arrays: Any) -> Any:
    """Return a matrix whose rows are the arrays; a number fills its row."""
    return np.array(np.broadcast_arrays(*arrays))


def dot(slope: Any, grad: Any, count: int) -> float:
    """Return the sum of slope * grad over the rows."""
    if np.ndim(slope) == np.ndim(grad) == 1:
        return float(slope @ grad)
    return float(np.broadcast_to(slope * grad, count).sum())


def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + exp(-x))."""
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1.0) / (1.0 + e)


def sign(x: Any) -> Any:
    """Return 1.0, -1.0 or 0.0 for each number."""
    return np.where(x > 0, 1.0, 0.0) - np.where(x < 0, 1.0, 0.0)


def inverse(x: Any) -> Any:
    """Return 1 / x."""
    return np.divide(1.0, x)


def slope_by_base(base: Any, exponent: Any) -> Any:
    """Return the derivative of base ** exponent by the base."""
    return np.where(exponent == 0, 0.0, exponent * power(base, exponent - 1))


def slope_by_exponent(base: Any, exponent: Any) -> Any:
    """Return the derivative of base ** exponent by the exponent."""
    slope = power(base, exponent) * np.log(base)
    return np.where((base == 0) & (exponent >= 0), 0.0, slope)
