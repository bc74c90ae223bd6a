# Tangled from the book: edit its chapters. Digest: ad89af70a928
"""The functions of printed programs, for arrays with a column for each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import pow as power
from typing import Any

import numpy as np

from micrograd.floats import plain

quiet = np.errstate(all="ignore")  # inf and nan are results like others


def names() -> dict[str, Any]:
    """Return all functions that a program may use, by name."""
    return {**vars(np), **globals()}


def sigmoid(x: Any) -> Any:
    """Return 1 / (1 + exp(-x))."""
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1.0) / (1.0 + e)


def sign(x: Any) -> Any:
    """Return 1.0, -1.0 or 0.0 for each number."""
    return np.where(x > 0, 1.0, 0.0) - np.where(x < 0, 1.0, 0.0)


def share(x: Any, other: Any, grad: Any) -> Any:
    """Return the gradient where x is the larger of two, and half of it for equals."""
    return np.where(x == other, grad / 2, np.where(x < other, 0.0, grad))


def slope_by_base(base: Any, exponent: Any) -> Any:
    """Return the derivative of base ** exponent with respect to the base."""
    return np.where(exponent == 0, 0.0, exponent * power(base, exponent - 1))


def slope_by_exponent(base: Any, exponent: Any) -> Any:
    """Return the derivative of base ** exponent with respect to the exponent."""
    slope = power(base, exponent) * np.log(base)
    return np.where((base == 0) & (exponent >= 0), 0.0, slope)


def shift(x: Any) -> Any:
    """Return the largest number along axis 1, but 0 where that is infinite."""
    largest = x.max(axis=1, keepdims=True)
    return np.where(np.isinf(largest), 0.0, largest)


def logsumexp(x: Any) -> Any:
    """Return log(exp(x1) + exp(x2) + …) along axis 1."""
    largest = shift(x)
    return np.log(np.exp(x - largest).sum(axis=1)) + largest[:, 0]


def softmax(x: Any) -> Any:
    """Return the slopes of logsumexp: along axis 1 they are 1 together."""
    e = np.exp(x - shift(x))
    return e / e.sum(axis=1, keepdims=True)


BLOCK = 32_768  # numbers in an array, so that it fits into a fast cache
# After a large array was made and freed, the C library of Linux keeps the memory that
# small ones free, and does not return it to the system between two blocks.
FREED = np.empty(1 << 21).nbytes


def table(rows: Any, width: int) -> Any:
    """Return rows of numbers as an array of floats.

    Raises:
        TypeError: If it does not hold real numbers.
        ValueError: If it is not a table with a column for each input.
    """
    found = np.asarray(unmasked(rows) if hasattr(rows, "shape") else list(rows))
    if found.dtype.kind == "O":
        found = np.reshape([float(plain(x)) for x in found.ravel()], found.shape)
    if found.dtype.kind not in "biuf":
        raise TypeError(f"expected real numbers, not {found.dtype}")
    found = found.astype(np.float64, copy=False)
    if found.ndim == 1 and found.size in (0, width):
        found = found.reshape(found.size and 1, width)  # a single row, or none
    if found.ndim != 2 or found.shape[1] != width:
        raise ValueError(f"expected rows of {width} numbers, got {found.shape}")
    return found


def unmasked(x: Any) -> Any:
    """Return what this is, unless numbers in it are masked."""
    if np.ma.is_masked(x):
        raise ValueError("a masked number is no number")
    return x


def blocks(rows: Any, widest: int) -> Iterator[Any]:
    """Yield some rows at a time, turned: a line for each input."""
    count = max(256, BLOCK // widest)
    for i in range(0, len(rows), count):
        yield np.ascontiguousarray(rows[i : i + count].T)


def views(numbers: Any, shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """Return the arrays of parameters that lie one after the other in one array."""
    found, start = [], 0
    for lines, columns in shapes:
        stop = start + lines * columns
        found.append(numbers[start:stop].reshape(lines, columns))
        start = stop
    return found


def over_rows(x: Any, count: int) -> Any:
    """Return an array with a column for each row, also where all rows have the same."""
    return x if x.shape[1] == count else np.repeat(x, count, 1)


def join(*arrays: Any) -> Any:
    """Put arrays one below the other; what is the same in all rows is repeated."""
    count = max(a.shape[1] for a in arrays)
    return np.concatenate([over_rows(a, count) for a in arrays])


def index(lines: Sequence[int]) -> tuple[Any, ...]:
    """Return lines, their order, and in it the first place of each line."""
    order = np.argsort(lines, kind="stable")
    found, first = np.unique(np.array(lines)[order], return_index=True)
    return np.array(lines), order, first, found


def pick(x: Any, index: tuple[Any, ...]) -> Any:
    """Return some lines of an array, perhaps several times."""
    return x[index[0]]


def unpick(grad: Any, index: tuple[Any, ...], count: int) -> Any:
    """Add up the gradients of each line that was picked."""
    _, order, first, found = index
    total = np.zeros((count, grad.shape[1]))
    total[found] = np.add.reduceat(grad[order], first)
    return total


def at_places(weights: Any, x: Any) -> Any:
    """Return weights @ x for each of the places whose inputs lie below each other."""
    columns = x.shape[1]
    return (weights @ x.reshape(-1, weights.shape[1], columns)).reshape(-1, columns)


def over_places(grad: Any, x: Any, shape: tuple[int, int]) -> Any:
    """Return the gradient of weights of this shape that were used at several places."""
    columns = x.shape[1]
    grads = grad.reshape(-1, shape[0], columns)
    return np.tensordot(grads, x.reshape(-1, shape[1], columns), ((0, 2), (0, 2)))
