"""Measure the engines of the book beside micrograd 0.1.0, PyTorch and NumPy.

    python benchmarks/engine.py [--rounds N]

Each measurement runs in a fresh process. The rivals take turns, round after round, so
that a slow minute of the machine hits them all alike; a table shows the median of the
rounds, and a ratio is the median of the rounds' ratios. Times are CPU times, by one
thread. Where valgrind is installed, instructions are counted too: they hardly vary.

Engines that train the same network are checked to arrive at the same loss.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
from typing import Any

from _tables import ROOT, duration, factor, folded, table, write

RIVALS = ROOT / "build" / "rivals"
PYPI = "micrograd==0.1.0"
UNTIL = {"first": "docs/10-zero-grad.md", "nodes": "docs/12-second-design.md"}
"""The last chapters of engines that are not the last one."""
NAMES = {
    "pypi": "micrograd 0.1.0",
    "first": "first design",
    "nodes": "second design, so far",
    "book": "second design",
    "program": "its program",
    "plain": "objects alone",
    "numpy": "NumPy by hand",
    "torch": "PyTorch tensors",
}
RUN: Any = {"text": True, "check": True, "capture_output": True}
LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
SHARES = ("weighted_sum", "topological_order", "_hand_on", "computed")


def prepare() -> None:
    """Put each rival into a folder of its own below build/rivals."""
    if not (RIVALS / "pypi" / "micrograd").exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--target", str(RIVALS / "pypi"), PYPI], check=True)
    for name in (*UNTIL, "book"):
        until = ["--until", UNTIL[name]] if name in UNTIL else []
        shutil.rmtree(RIVALS / name, ignore_errors=True)
        tangle = [sys.executable, "-m", "literate", "tangle", *until]
        subprocess.run(
            [*tangle, "--into", str(RIVALS / name)],
            check=True,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )


def moons(copies: int = 1) -> dict[str, Any]:
    """Return the data of the moons chapter, as often as asked for."""
    import numpy as np
    from sklearn.datasets import make_moons

    np.random.seed(1337)
    points, classes = make_moons(n_samples=100, noise=0.1)
    targets = (2.0 * classes - 1.0).tolist()
    return {"rows": points.tolist() * copies, "ys": targets * copies}


def command(engine: str, task: str) -> tuple[list[str], dict[str, str]]:
    """Return the command of a measurement, and its environment."""
    folder = engine if engine in ("pypi", *UNTIL) else "book"
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    environment = {"PYTHONPATH": str(RIVALS / folder), "PYTHONHASHSEED": "0"}
    script = str(ROOT / "benchmarks" / "_tasks.py")
    return [sys.executable, script, engine, task], os.environ | threads | environment


def measure(
    engine: str, task: str, data: dict[str, Any], collector: bool = False
) -> Any:
    """Run one task of one engine in a fresh process."""
    arguments, environment = command(engine, task)
    text = json.dumps({**data, "collector": collector})
    done = subprocess.run(arguments, env=environment, input=text, **RUN)
    return json.loads(done.stdout)


def instructions(engine: str, data: dict[str, Any]) -> int | None:
    """Count the instructions of a training step, or return None without valgrind."""
    valgrind = shutil.which("valgrind")
    if not valgrind:
        return None
    text, counts = json.dumps({**data, "collector": False}), []
    for steps in (1, 2):
        arguments, environment = command(engine, f"steps:{steps}")
        tool = [valgrind, "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        done = subprocess.run([*tool, *arguments], env=environment, input=text, **RUN)
        found = re.search(r"Collected : (\d+)", done.stderr)
        assert found, done.stderr
        counts.append(int(found[1]))
    return counts[1] - counts[0]


class Rounds:
    """Measurements of several engines that take turns."""

    def __init__(self, rounds: int) -> None:
        self.rounds = rounds
        self.found: dict[tuple[str, ...], list[Any]] = {}

    def run(
        self, label: str, engines: list[str], task: str, data: dict[str, Any]
    ) -> None:
        """Measure a task of each engine, with the collector off and on."""
        for _ in range(self.rounds):
            for engine in engines:
                for collector in (False, True):
                    key = (label, engine, "on" if collector else "off")
                    found = measure(engine, task, data, collector)
                    self.found.setdefault(key, []).append(found)
        print(f"measured: {label}", flush=True)

    def time(self, label: str, engine: str, collector: str = "off") -> str:
        """Return the median of a time, for a cell of a table."""
        times = self.found.get((label, engine, collector), [])
        return "" if not times else duration(statistics.median(times))

    def ratio(
        self, label: str, engine: str, collector: str = "off", base: str = "pypi"
    ) -> str:
        """Return how many times faster than the base an engine is."""
        pairs = zip(
            self.found[label, base, collector],
            self.found[label, engine, collector],
            strict=True,
        )
        return factor(statistics.median(slow / fast for slow, fast in pairs))


def same_end(engines: list[str], data: dict[str, Any]) -> None:
    """Check that all engines train the lecture network to the same loss."""
    ends = {engine: measure(engine, "end_of_lecture", data) for engine in engines}
    for engine, loss in ends.items():
        assert math.isclose(loss, ends["book"], rel_tol=1e-12), (engine, ends)


def training(found: Rounds, counts: dict[str, int | None]) -> str:
    """Write the table of training steps by engines of objects."""
    head = ["engine", "collector off", "gain", "collector on", "gain"]
    head += ["instructions", "gain"]
    rows = []
    for engine in ("pypi", "first", "nodes", "book"):
        row = [NAMES[engine]]
        for collector in ("off", "on"):
            row.append(found.time("moons", engine, collector))
            row.append(found.ratio("moons", engine, collector))
        count, base = counts.get(engine), counts.get("pypi")
        row.append(f"{count / 1e6:.0f} million" if count else "")
        row.append(factor(base / count) if count and base else "")
        rows.append(row)
    return table(head, rows)


def programs(found: Rounds) -> str:
    """Write the table of training steps by programs, and by what does without us."""
    head = ["engine", "100 rows", "against 0.1.0", "the same, as run", "10,000 rows"]
    rows = []
    for engine in ("pypi", "book", "program", "numpy", "torch"):
        if ("moons", engine, "off") not in found.found:
            continue
        row = [NAMES[engine], found.time("moons", engine)]
        row += [found.ratio("moons", engine), found.ratio("moons", engine, "on")]
        rows.append([*row, found.time("many", engine)])
    return table(head, rows)


def costs(found: Rounds, data: dict[str, Any]) -> str:
    """Write the table of other work, and of memory."""
    engines = ["pypi", "first", "book"]
    rows = []
    for label, text in (
        ("lecture", "lecture network, 20 steps"),
        ("forward", "forward only, 100 rows"),
    ):
        cells = [found.time(label, engine) for engine in engines]
        rows.append([text, *cells, found.ratio(label, "book")])
    names = [NAMES[engine] for engine in engines]
    work = table(["task", *names, "gain"], rows)
    sizes = {engine: measure(engine, "memory", data) for engine in engines}
    rows = []
    for name, ours in sizes["book"].items():
        found_sizes = [sizes[engine].get(name) for engine in engines]
        cells = [f"{size:.0f} bytes" if size else "" for size in found_sizes]
        base = found_sizes[0]
        rows.append([f"`{name}`", *cells, factor(base / ours) if base else ""])
    memory = table(["memory for", *names, "gain"], rows)
    return f"{work}\n\n{folded('Memory', memory)}"


def chains(data: dict[str, Any], rounds: int) -> str:
    """Write the table of the time for an operation in chains of several lengths."""
    engines = ["pypi", "first", "book", "plain"]
    times: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        for length in LENGTHS:
            for engine in engines:
                time = measure(engine, f"chain:{length}", data)
                times.setdefault((engine, length), []).extend([time] if time else [])
    rows = []
    for length in LENGTHS:
        row = [f"{length:,}"]
        for engine in engines:
            tries, shortest = times[engine, length], times[engine, LENGTHS[0]]
            row.append(
                duration(statistics.median(tries)) if tries else "RecursionError"
            )
            if engine in ("book", "plain"):
                growth = statistics.median(tries) / statistics.median(shortest) - 1
                row.append(f"{growth:+.0%}")
        rows.append(row)
    first, second, third, fourth = (NAMES[engine] for engine in engines)
    head = ["operations", first, second, third, "growth", fourth, "growth"]
    told = (
        "The time to make it, to run it backward, and to free it.\n"
        "The last columns are no engine, but plain objects with five fields and a "
        "tuple, made in a row, visited once and freed."
    )
    text = f"{told}\n\n{table(head, rows)}"
    return folded("One operation in chains of four lengths", text)


def floor(found: Rounds, data: dict[str, Any]) -> str:
    """Write the table of what a training cannot do without, and where the rest goes."""
    works = ("moons", "lecture")
    tries = [measure("book", "objects", data) for _ in range(found.rounds)]
    profile = measure("book", "profile", data)
    rows = [
        [NAMES["pypi"], *(found.time(work, "pypi") for work in works)],
        [NAMES["book"], *(found.time(work, "book") for work in works)],
    ]
    for name in SHARES:
        shares = [profile[work].get(name, 0.0) for work in works]
        rows.append([f"its time in `{name}`", *(f"{share:.0%}" for share in shares)])
    rest = [1 - sum(profile[work].get(name, 0.0) for name in SHARES) for work in works]
    rows.append(["its time elsewhere", *(f"{share:.0%}" for share in rest)])
    made = [statistics.median(each[work] for each in tries) for work in works]
    rows.append(["its objects alone, made and freed", *map(duration, made)])
    return table(["what is timed", "moons, a step", "lecture network, 20 steps"], rows)


def scalars(found: Rounds) -> str:
    """Write the table of single numbers in PyTorch."""
    rows = [
        [
            name,
            found.time("lecture", engine),
            found.ratio("lecture", engine, base="torch"),
        ]
        for engine, name in (
            ("torch", "PyTorch, a tensor for each number"),
            ("pypi", NAMES["pypi"]),
            ("book", NAMES["book"]),
        )
    ]
    return table(
        ["lecture network, 20 steps", "collector off", "against PyTorch"], rows
    )


def main() -> None:
    """Measure everything, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    found = Rounds(parser.parse_args().rounds)
    prepare()
    data = moons()
    torch = ["torch"] if importlib.util.find_spec("torch") else []
    objects = ["pypi", "first", "book"]
    rivals = [*objects, "nodes", "program", "numpy", *torch]
    found.run("moons", rivals, "moons", data)
    counts = {engine: instructions(engine, data) for engine in (*objects, "nodes")}
    write("training", training(found, counts))
    found.run("many", ["program", "numpy", *torch], "moons", moons(copies=100))
    write("programs", programs(found))
    same_end([*objects, *torch], data)
    found.run("lecture", [*objects, *torch], "lecture", data)
    if torch:
        write("scalars", scalars(found))
    write("floor", floor(found, data))
    found.run("forward", objects, "forward", data)
    write("costs", costs(found, data))
    write("chains", chains(data, found.rounds))


if __name__ == "__main__":
    main()
