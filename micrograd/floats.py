# Tangled from the book: edit its chapters. Digest: b15278b05f05
"""Functions of floats that do not raise: what has no value is inf or nan."""

from __future__ import annotations

import math
from typing import Any


def plain(x: Any) -> float:
    """Return a real number of any kind as an int or a float.

    Raises:
        TypeError: If it is not a number, or is several.
    """
    if type(x) is float or type(x) is int:
        return x
    container = hasattr(x, "__len__") or hasattr(x, "backward")
    if not hasattr(x, "__float__") or container:
        raise TypeError(f"expected a number, not {type(x).__name__}")
    return float(x)


def exp(x: float) -> float:
    """Return e to the power of x."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def log(x: float) -> float:
    """Return the natural logarithm of x: -inf at 0, nan below."""
    if x > 0:
        return math.log(x)
    return -math.inf if x == 0 else math.nan


def sigmoid(x: float) -> float:
    """Return 1 / (1 + exp(-x)), by an exponential that cannot overflow."""
    e = math.exp(-abs(x))
    return (e if x < 0 else 1.0) / (1.0 + e)


def sign(x: float) -> float:
    """Return 1.0, -1.0 or, at 0, 0.0."""
    return float(x > 0) - float(x < 0)


def inverse(x: float) -> float:
    """Return 1 / x: at 0, inf with the sign of the 0."""
    return 1 / x if x else math.copysign(math.inf, x)


def power(base: float, exponent: float) -> float:
    """Return base ** exponent: inf at a pole, nan instead of a complex number."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        size = math.inf
    except ValueError:
        size = math.nan if base else math.inf
    return math.copysign(size, base) if exponent % 2 == 1 else size


def slope_by_base(base: float, exponent: float) -> float:
    """Return the derivative of base ** exponent by the base."""
    return exponent * power(base, exponent - 1) if exponent else 0.0


def slope_by_exponent(base: float, exponent: float) -> float:
    """Return the derivative of base ** exponent by the exponent."""
    if base == 0 and exponent >= 0:
        return 0.0
    return power(base, exponent) * log(base)
