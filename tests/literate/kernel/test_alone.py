"""The kernel needs the standard library, and nothing of the machine around it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from making import ROOT

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from literate.kernel.blocks import Code, Page
from literate.kernel.comparing import matches
from literate.kernel.session import Session

page = Page("thing", "docs/a.md", Path(sys.argv[1]), {}, (), {}, "")
grown = "class Box:\\n    ...\\n\\n    def twice(self):\\n        return 2 * self.x\\n"
codes = [
    Code("source", "class Box:\\n    x = 0.1234\\n", "docs/a.md", 1, "thing/core.py"),
    Code("cell", "from thing.core import Box\\nbox = Box()\\n", "docs/a.md", 9),
    Code("source", grown, "docs/a.md", 19, "thing/core.py"),
    Code("cell", "box.twice()\\n", "docs/a.md", 29),
]
with Session(page, lambda path: {}) as session:
    results = list(session.run_all(codes))
print([each.status for each in results])
print(matches(results[-1].text, "0.25\\n"), matches(results[-1].text, "0.24\\n"))
"""


def test_merges_runs_and_compares_without_any_other_package(tmp_path: Path) -> None:
    machine, alone = ROOT / "literate/src/literate", tmp_path / "literate"
    alone.mkdir()
    for name in ("__init__.py", "errors.py"):
        shutil.copy(machine / name, alone)
    shutil.copytree(machine / "kernel", alone / "kernel")
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PROGRAM, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.stderr == ""
    assert said.stdout == "['ran', 'ran', 'ran', 'ran']\nTrue False\n"
