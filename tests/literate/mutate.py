"""Mutation of the machine's own rules: `python tests/literate/mutate.py`.

Each mutant changes one thing in one module; the tests of that module have to notice. A
survivor is a test that lacks, or code that nobody needs. `-k N` takes every Nth mutant.
Tests run in copies of the repository, so that the processes which they start have the
mutant, too. One whose tests do not end is told apart: a busy machine may be the cause.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

ROOT = Path(__file__).parents[2]
LEFT = shutil.ignore_patterns(".*", "site", "static", "node_modules", "__pycache__")
LIMIT, SIDE = 240, 2
"""The seconds that tests may take, and how many mutants are tried side by side."""
SOURCE = ROOT / "literate/src/literate"
RULES = "kernel/source/test_merging.py kernel/source/test_rendering.py"
SESSION = "kernel/test_session.py running/test_hostile_cells.py kernel/test_carrying.py"
TESTS = {
    "kernel/source/merging.py": RULES,
    "kernel/source/reading.py": RULES,
    "kernel/source/text.py": RULES,
    "kernel/source/choices.py": RULES,
    "kernel/source/imports.py": RULES,
    "kernel/source/names.py": "kernel/source/test_names.py",
    "kernel/comparing.py": "kernel/test_comparing.py",
    "kernel/display.py": "kernel/test_display.py",
    "kernel/carrying.py": SESSION,
    "kernel/session.py": SESSION,
    "kernel/surroundings.py": SESSION,
    "kernel/executing.py": SESSION,
    "kernel/installing.py": SESSION,
    "kernel/tracebacks.py": SESSION,
    "running/process.py": f"{SESSION} running/test_process.py",
    "running/verdict.py": "running/test_outputs.py running/test_verdict.py",
    "book/checking.py": "book/test_checking.py",
    "book/fences.py": "book/test_blocks.py",
    "book/blocks.py": "book/test_blocks.py",
}
"""The modules that hold a rule, and the tests of each."""
SWAPPED: dict[type[ast.AST], type[Any]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt,
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip


def others(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the place of a node."""
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPPED:
            yield ast.Compare(node.left, [SWAPPED[type(op)]()], node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(SWAPPED[type(node.op)](), node.values)
        case ast.BinOp() if type(node.op) in SWAPPED:
            yield ast.BinOp(node.left, SWAPPED[type(node.op)](), node.right)
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
        case ast.If() | ast.IfExp():
            changed = copy.copy(node)
            changed.test = ast.UnaryOp(ast.Not(), node.test)
            yield changed
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Continue() | ast.Break():
            yield ast.Pass()


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def mutants(text: str) -> Iterator[tuple[int, str, str]]:
    """The line of each change, what it is, and the text with it."""
    count = sum(1 for _ in ast.walk(ast.parse(text)))
    for index in range(count):
        tree = ast.parse(text)
        node = list(ast.walk(tree))[index]
        for other in others(node):
            new = ast.fix_missing_locations(ast.copy_location(other, node))
            replaced = _replace(tree, node, new)
            if replaced:
                line = getattr(node, "lineno", 0)
                told = f"{ast.unparse(node)[:60]!r} -> {ast.unparse(new)[:60]!r}"
                yield line, told, ast.unparse(tree)


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> bool:
    """Put a node in the place of another; not in annotations."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if name in ("annotation", "returns"):
                continue
            if value is old:
                setattr(parent, name, new)
                return True
            if isinstance(value, list) and any(each is old for each in value):
                value[:] = [new if each is old else each for each in value]
                return True
    return False


def outcome(module: str, text: str, copies: SimpleQueue[Path]) -> str:
    """What the tests of a module say of another text: `noticed`, or what else."""
    tests = [f"tests/literate/{name}" for name in TESTS[module].split()]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", *tests]
    command += ["-p", "no:randomly", "-p", "no:cacheprovider"]
    copy = copies.get()
    source = copy / "literate/src"
    file = source / "literate" / module
    kept = file.read_text()
    try:
        file.write_text(text)
        run = subprocess.run(
            command,
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(source)},
            capture_output=True,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return "does not end"
    finally:
        file.write_text(kept)
        copies.put(copy)
    return "noticed" if run.returncode else "survives"


def main() -> None:
    """Tell the mutants that are not noticed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*", default=list(TESTS))
    parser.add_argument("-k", type=int, default=1, help="every k-th mutant")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(SIDE) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(SIDE):
            copies.put(shutil.copytree(ROOT, Path(folder, str(number)), ignore=LEFT))
        for module in options.modules:
            chosen = list(mutants((SOURCE / module).read_text()))[:: options.k]
            tries = [(module, text, copies) for _, _, text in chosen]
            told = list(pool.map(outcome, *zip(*tries, strict=True)))
            print(f"{module}: {dict(Counter(told))}", flush=True)
            for (line, change, _), each in zip(chosen, told, strict=True):
                if each != "noticed":
                    print(f"  {line}: {change} {each}", flush=True)


if __name__ == "__main__":
    main()
