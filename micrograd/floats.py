# Tangled from the book: edit its chapters. Digest: 93fa882eed3f
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
    if getattr(x, "size", 0) == 1 and hasattr(x, "item"):
        x = x if getattr(x, "mask", False) else x.item()  # the one number in an array
    container = hasattr(x, "__len__") or hasattr(x, "backward")
    if not hasattr(x, "__float__") or container:
        raise TypeError(f"expected a number, not {type(x).__name__}")
    return float(x)


def is_array(x: Any) -> bool:
    """Tell whether this is a NumPy array: an operator goes over all its elements."""
    return hasattr(x, "__array_ufunc__") and getattr(x, "ndim", 0) > 0


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


def quotient(x: float, y: float) -> float:
    """Return x / y: by 0 it is inf, or nan for 0 / 0."""
    return x / y if y else x * math.copysign(math.inf, y)


def power(base: float, exponent: float) -> float:
    """Return base ** exponent: inf at a pole, nan instead of a complex number."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        size = math.inf
    except ValueError:
        size = math.nan if base else math.inf
    return math.copysign(size, base) if exponent % 2 == 1 else size


def times_power(factor: float, base: float, exponent: float) -> float:
    """Return factor * base ** exponent, also where the power alone is no float."""
    result = power(base, exponent)
    if base and math.isfinite(exponent) and (result == 0 or math.isinf(result)):
        half = power(abs(base), exponent / 2)
        return math.copysign(1.0, result) * (factor * half * half)
    return factor * result


def slope_by_base(base: float, exponent: float) -> float:
    """Return the derivative of base ** exponent with respect to the base."""
    return times_power(exponent, base, exponent - 1) if exponent else 0.0


def slope_by_exponent(base: float, exponent: float) -> float:
    """Return the derivative of base ** exponent with respect to the exponent."""
    if base == 0 and exponent >= 0:
        return 0.0
    return times_power(log(base), base, exponent)
