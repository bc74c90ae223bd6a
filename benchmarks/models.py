"""Measure a training step of the larger models: objects, program, PyTorch.

    python benchmarks/models.py [--rounds N]

As in `engine.py`, each measurement runs in a fresh process, the engines take turns, and
a table shows medians of CPU times by one thread. All engines begin with the same
parameters and the same rows, and are checked to find the same loss.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import statistics
import subprocess
import sys
from typing import Any

from _tables import ROOT, duration, factor, table, write

NAMES = {
    "objects": "an object for each operation",
    "program": "as a program",
    "torch": "PyTorch tensors",
}
MODELS = ("digits", "language", "attention")


def measure(engine: str, model: str) -> Any:
    """Time one model with one engine, in a fresh process."""
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    found = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "_models.py"), engine, model],
        env=os.environ | threads | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
        text=True,
        check=True,
        capture_output=True,
    )
    return json.loads(found.stdout)


def rows_of(found: dict[str, list[Any]]) -> list[list[str]]:
    """Write a row for each engine: a step, its gain, and what it took to make it."""
    rows = []
    for engine, tries in found.items():
        step = statistics.median(each["step"] for each in tries)
        pairs = zip(found["objects"], tries, strict=True)
        gain = statistics.median(slow["step"] / fast["step"] for slow, fast in pairs)
        made = statistics.median(each["made"] for each in tries)
        rows.append(
            [
                NAMES[engine],
                duration(step),
                factor(gain),
                duration(made) if made else "",
            ]
        )
    return rows


def main() -> None:
    """Measure all models, and write their tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    engines = [name for name in NAMES if name != "torch" or has_torch()]
    for model in MODELS:
        found: dict[str, list[Any]] = {engine: [] for engine in engines}
        for _ in range(rounds):
            for engine in engines:
                found[engine].append(measure(engine, model))
        losses = [tries[0]["loss"] for tries in found.values()]
        assert all(math.isclose(loss, losses[0], rel_tol=1e-9) for loss in losses)
        head = ["engine", "a step", "gain", "made in"]
        write(model, table(head, rows_of(found)))


def has_torch() -> bool:
    """Tell whether PyTorch is installed."""
    return importlib.util.find_spec("torch") is not None


if __name__ == "__main__":
    main()
