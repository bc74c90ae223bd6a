"""The tables of the benchmarks: how they are written, and where.

A table goes between `<!-- benchmark: NAME -->` and `<!-- end -->` in the pages that
have these lines, and below all earlier ones, into `benchmarks/history/NAME.md`.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import importlib.util
import platform
import re
import subprocess
from pathlib import Path
from textwrap import indent

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]
HISTORY = ROOT / "benchmarks" / "history"


def duration(seconds: float) -> str:
    """Write a time with three digits and a fitting unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def factor(ratio: float) -> str:
    """Write a ratio with two digits, or as a whole number."""
    return f"{ratio:.1f} ×" if ratio < 10 else f"{ratio:.0f} ×"


def table(head: list[str], rows: list[list[str]]) -> str:
    """Write a Markdown table: the first column to the left, all others to the right."""
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def folded(title: str, text: str) -> str:
    """Write what a page shows folded."""
    return f'??? note "{title}"\n\n{indent(text, "    ")}'


def machine() -> str:
    """Say what was measured on: processor, versions, date."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"model name\s*: (.*)", cpuinfo.read_text())
        model = found[1] if found else model
    versions = [
        f"{name} {importlib.metadata.version(name.lower())}"
        for name in ("NumPy", "torch")
        if importlib.util.find_spec(name.lower())
    ]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    date = f"<time>{datetime.date.today().isoformat()}</time>"  # it never breaks
    parts = [model, python, *versions, date]
    return "Measured on: " + ", ".join(parts) + "."


def write(name: str, rows: str) -> None:
    """Put a table between the marks for it, on every page that has them."""
    text = f"{machine()}\n\n{rows}"
    print(f"{name}\n\n{text}\n", flush=True)
    remember(name, text)
    marks = re.compile(rf"(<!-- benchmark: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    for page in PAGES:
        old = page.read_text(encoding="utf-8")
        new = marks.sub(lambda match: f"{match[1]}{text}\n{match[2]}", old)
        if new != old:
            page.write_text(new, encoding="utf-8")
            print(f"wrote {name} into {page.relative_to(ROOT)}")


def remember(name: str, text: str) -> None:
    """Add a table to those of earlier days, under the commit that was measured."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    commit = subprocess.run(git, capture_output=True, text=True).stdout.strip()
    HISTORY.mkdir(exist_ok=True)
    with (HISTORY / f"{name}.md").open("a", encoding="utf-8") as page:
        plain = re.sub("</?time>", "", text)
        page.write(f"## {datetime.date.today()}, {commit}\n\n{plain}\n\n")
