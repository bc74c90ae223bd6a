"""The same digits: in every run, under every Python at hand, by both designs.

`docs/data/published_training.json` holds the loss and the accuracy of each step as the
notebook `demo.ipynb` of karpathy/micrograd shows them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import make_moons

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent


@cache
def data(steps: int) -> str:
    """The points and targets of the notebook, and how many steps to train."""
    np.random.seed(1337)
    points, classes = make_moons(n_samples=100, noise=0.1)
    targets = (2 * classes - 1).tolist()
    return json.dumps({"points": points.tolist(), "targets": targets, "steps": steps})


@cache
def digits(
    package: Path, python: str = sys.executable, seed: str = "0", steps: int = 100
) -> Any:
    """What a package computes under a Python, in a fresh process."""
    environment = {"PYTHONPATH": str(package), "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [python, str(HERE / "digits.py")],
        input=data(steps),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def pythons() -> list[str]:
    """The Pythons on the path that run, other than this one."""
    names = [f"python3.{minor}" for minor in range(11, 20)]
    found = [path for path in map(shutil.which, names) if path]
    question = "import sys; print(sys.version)"
    answers = {}
    for path in found:
        done = subprocess.run([path, "-c", question], capture_output=True, text=True)
        if done.returncode == 0:
            answers[done.stdout.strip()] = path
    answers.pop(sys.version, None)
    return sorted(answers.values())


@pytest.mark.slow
def test_the_first_design_has_the_same_digits(tmp_path: Path, whole: bool) -> None:
    until = ["--until", "docs/10-zero-grad.md", "--into", str(tmp_path)]
    command = [sys.executable, "-m", "literate", "tangle", *until]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    steps = 100 if whole else 10  # of half a second each, in the first design
    first, last = digits(tmp_path, steps=steps), digits(ROOT, steps=steps)
    for name in ("lecture", "moons"):
        assert first[name] == last[name]
    for name in ("classic", "neuron"):  # quotients: rounded once, and no longer twice
        assert first[name] == pytest.approx(last[name], rel=1e-15, abs=1e-15)


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["1", "2", "random"])
def test_every_run_has_the_same_digits(seed: str) -> None:
    assert digits(ROOT, seed=seed) == digits(ROOT)


@pytest.mark.slow
def test_every_python_has_the_same_digits() -> None:
    found = {python: digits(ROOT, python) for python in [sys.executable, *pythons()]}
    assert found == dict.fromkeys(found, digits(ROOT))


@pytest.mark.slow
def test_the_published_training() -> None:
    path = ROOT / "docs" / "data" / "published_training.json"
    published = json.loads(path.read_text())
    steps = digits(ROOT)["moons"]
    assert [accuracy for _, accuracy in steps] == [share for _, share in published]
    assert [loss for loss, _ in steps] == pytest.approx(
        [loss for loss, _ in published], rel=1e-13
    )
