"""Measure programs beside NumPy by hand and PyTorch: steps, and their making.

    python benchmarks/program.py [--rounds N]

Each measurement runs in a fresh process, by one thread. The rivals take turns, round
after round; a table shows the median of the rounds.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from _tables import duration, folded, table, write

SCRIPT = Path(__file__).with_name("_program_tasks.py")
STEPS = {
    ("moons", 100): "moons, 100 rows",
    ("moons", 10_000): "moons, 10,000 rows",
    ("digits", 1): "digits, 1 row",
    ("digits", 32): "digits, 32 rows",
    ("digits", 100): "digits, 100 rows",
    ("digits", 1797): "digits, 1,797 rows",
    ("attention", 32): "attention, 32 rows",
}
MADE = {
    ("attention", 2): "attention",
    ("wide", 32): "784-32-10",
    ("wide", 100): "784-100-10",
}


def measure(name: str, count: int, way: str) -> float:
    """Measure one way of one task in a fresh process."""
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    environment = os.environ | threads | {"PYTHONHASHSEED": "0"}
    command = [sys.executable, str(SCRIPT), name, str(count), way]
    done = subprocess.run(
        command, env=environment, text=True, check=True, capture_output=True
    )
    return float(json.loads(done.stdout))


def main() -> None:
    """Measure everything, and write the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    ways = ["values", "objects", "arrays", "numpy"]
    ways += ["torch"] if importlib.util.find_spec("torch") else []
    found: dict[tuple[str, int, str], list[float]] = {}
    for _ in range(rounds):
        for name, count in STEPS:
            for way in ways:
                if (name, way) != ("attention", "numpy"):
                    time = measure(name, count, way)
                    found.setdefault((name, count, way), []).append(time)
        for name, count in MADE:
            time = measure(name, count, "making")
            found.setdefault((name, count, "making"), []).append(time)
    medians = {key: statistics.median(times) for key, times in found.items()}

    def cell(name: str, count: int, way: str) -> str:
        time = medians.get((name, count, way))
        return duration(time) if time else ""

    def ratio(name: str, count: int, way: str, base: str) -> str:
        ours, theirs = medians[name, count, way], medians.get((name, count, base))
        return f"{ours / theirs:.2g} ×" if theirs else ""

    head = ["a step", "program", "its objects alone", "in an array"]
    head += ["NumPy by hand", "PyTorch"]
    head += ["program : NumPy", "array : NumPy", "program : PyTorch"]
    rows = []
    for (name, count), text in STEPS.items():
        shown = ("values", "objects", "arrays", "numpy", "torch")
        row = [text, *(cell(name, count, way) for way in shown)]
        row += [ratio(name, count, way, "numpy") for way in ("values", "arrays")]
        rows.append([*row, ratio(name, count, "values", "torch")])
    made = [[text, cell(*key, "making")] for key, text in MADE.items()]
    mine = sum(name == "moons" for name, _ in STEPS)
    others = [table(head, rows[mine:]), table(["tracing and printing", "time"], made)]
    more = folded(
        "Models of later chapters, and how long they take to print", "\n\n".join(others)
    )
    write("matrices", f"{table(head, rows[:mine])}\n\n{more}")


if __name__ == "__main__":
    main()
