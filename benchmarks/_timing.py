"""How times are taken: CPU times of one process, or the time on the wall of several."""

from __future__ import annotations

import signal
import statistics
import time
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any

clock = time.process_time


def seconds(work: Callable[[], object]) -> float:
    """How long some work takes, by the clock on the wall."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_time(work: Callable[[], Any], budget: float, least: int = 3) -> float:
    """Repeat some work for about `budget` seconds; return the median of its times."""
    work()
    times: list[float] = []
    while len(times) < least or sum(times) < budget:
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


def time_per_operation(work: Callable[[int], Any], count: int) -> float:
    """Do the work on a chain again and again, a million operations; return the median.

    The first time is not counted: it fetches the memory that the others use again.
    """
    work(count)
    times = []
    for _ in range(max(3, 1_000_000 // count)):
        start = clock()
        work(count)
        times.append((clock() - start) / count)
    return statistics.median(times)


def sampled(work: Callable[[], Any], seconds: float) -> dict[str, float]:
    """Do some work for a while; return the share of the time in each function."""
    found: Counter[str] = Counter()

    def note(number: int, frame: FrameType | None) -> None:
        if frame:
            found[frame.f_code.co_name] += 1

    signal.signal(signal.SIGPROF, note)
    signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
    end = clock() + seconds
    while clock() < end:
        work()
    signal.setitimer(signal.ITIMER_PROF, 0)
    del found["sampled"]  # this function
    return {name: count / found.total() for name, count in found.items()}
