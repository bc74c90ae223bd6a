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

ENGINES = ("objects", "program", "torch")
MODELS = {
    "digits": "digits, 80 pictures",
    "language": "three characters, 256 places",
    "attention": "attention, 32 names",
}


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


def row_of(found: dict[str, list[Any]]) -> list[str]:
    """Write a step by objects, by the program and by PyTorch, each with its gain."""

    def median(engine: str, what: str) -> str:
        times = [each[what] for each in found[engine]]
        return duration(statistics.median(times)) if times else ""

    def gain(engine: str) -> str:
        pairs = zip(found["objects"], found[engine], strict=False)
        ratios = [slow["step"] / fast["step"] for slow, fast in pairs]
        return factor(statistics.median(ratios)) if ratios else ""

    return [
        median("objects", "step"),
        median("program", "step"),
        gain("program"),
        median("program", "made"),
        median("torch", "step"),
        gain("torch"),
    ]


def main() -> None:
    """Measure all models, and write their table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    engines = [name for name in ENGINES if name != "torch" or has_torch()]
    rows = []
    for model, text in MODELS.items():
        found: dict[str, list[Any]] = {engine: [] for engine in ENGINES}
        for _ in range(rounds):
            for engine in engines:
                found[engine].append(measure(engine, model))
        losses = [tries[0]["loss"] for tries in found.values() if tries]
        assert all(math.isclose(loss, losses[0], rel_tol=1e-9) for loss in losses)
        rows.append([text, *row_of(found)])
    head = ["a step of", "objects", "as a program", "gain", "made in"]
    write("models", table([*head, "PyTorch tensors", "gain"], rows))


def has_torch() -> bool:
    """Tell whether PyTorch is installed."""
    return importlib.util.find_spec("torch") is not None


if __name__ == "__main__":
    main()
