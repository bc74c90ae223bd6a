"""Random expressions that use their parts again, for values of any engine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

NUMBERS = (-1.5, 0.5, 2.0, 3.0)

# Each takes two earlier results and a plain number, and stays in the domain of all.
OPERATIONS: list[Callable[[Any, Any, float], Any]] = [
    lambda a, b, c: a + b,
    lambda a, b, c: a - b,
    lambda a, b, c: a * b,
    lambda a, b, c: a / (b * b + 1.5),
    lambda a, b, c: a + c,
    lambda a, b, c: c + a,
    lambda a, b, c: a - c,
    lambda a, b, c: c - a,
    lambda a, b, c: a * c,
    lambda a, b, c: c * a,
    lambda a, b, c: a / c,
    lambda a, b, c: c / (a * a + 2),
    lambda a, b, c: a**2,
    lambda a, b, c: a.tanh() ** 3,
    lambda a, b, c: (a * a + 1) ** c,
    lambda a, b, c: (a * a + 1) ** b.tanh(),
    lambda a, b, c: abs(c) ** a.tanh(),
    lambda a, b, c: -a,
    lambda a, b, c: abs(a),
    lambda a, b, c: a.relu(),
    lambda a, b, c: a.tanh(),
    lambda a, b, c: a.sigmoid(),
    lambda a, b, c: a.tanh().exp(),
    lambda a, b, c: (a * a + 0.5).log(),
]
PLAIN = [f for i, f in enumerate(OPERATIONS) if i not in (3, 10, 11, 15, 16, 18, 23)]

Step = tuple[int, int, int, float]
leaves = st.lists(st.floats(-2, 2, allow_subnormal=False), min_size=4, max_size=4)
steps = st.lists(
    st.tuples(
        st.integers(0, len(OPERATIONS) - 1),
        st.integers(0, 40),
        st.integers(0, 40),
        st.sampled_from(NUMBERS),
    ),
    min_size=2,
    max_size=25,
)


def build(
    leaves: Sequence[Any],
    steps: Sequence[Step],
    operations: Sequence[Callable[[Any, Any, float], Any]] = OPERATIONS,
) -> Any:
    """Apply each step to results chosen among all earlier ones; add up the last."""
    pool = list(leaves)
    for operation, i, j, number in steps:
        a, b = pool[-1 - i % len(pool)], pool[-1 - j % len(pool)]
        pool.append(operations[operation % len(operations)](a, b, number))
    out = pool[-1]
    for x in pool[-5:-1]:
        out = out + x
    return out


def tame(*numbers: float) -> bool:
    """Tell whether all numbers are of a size at which digits can be compared."""
    return all(math.isfinite(x) and abs(x) < 1e8 for x in numbers)
