"""Jupyter: what a notebook of the book carries along to run on its own.

A notebook brings the package as it stands above its chapter, this module and the ones
that merge source by name. A cell that starts with `%%source micrograd/engine.py` then
does what the source block does in the book.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import importlib.util
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import literate
from literate.kernel.carrying import Carrier
from literate.kernel.display import display
from literate.kernel.installing import Installed
from literate.kernel.source.definitions import Module, Origin
from literate.kernel.source.merging import merge, module_of
from literate.kernel.source.reading import read

DATA = "data"
"""The folder of the files that lie beside the cells."""
START = "start"
"""The folder of the package as it stands above the chapter."""
SNAPSHOTS = "snapshots"
"""The folder of the packages at the ends of other chapters, by their paths."""


class Carried:
    """A package that grows in a running notebook.

    The folder, where the notebook has put what it brings, is gone when its kernel ends.
    """

    def __init__(self, shell: Any, folder: Path, package: str) -> None:
        self.shell = shell
        self.folder = folder
        self.modules = self._modules(START)
        work = folder / "installed"
        work.mkdir()
        self.installed = Installed(package, work)
        self.installed.__enter__()  # for as long as the notebook's process lives
        self.installed.install(self.modules)
        self.carrier = Carrier(shell.user_ns)
        shell.events.register("pre_run_cell", self.note_imports)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)

    def source(self, line: str, cell: str) -> None:
        """Put a source block into the package: the magic `%%source FILE`."""
        title = line.strip()
        before = self.modules.get(title, Module())
        module, _ = merge(before, read(cell, Origin(title, 0)))
        self.modules = {**self.modules, title: module}
        self.installed.install(self.modules)
        self.installed.import_all()
        self.carrier.carry_over(self.installed.replaced)

    def note_imports(self, info: Any) -> None:
        """Remember what a cell imports, before it runs.

        Its `__future__` imports are its own, as in the book.
        """
        self.shell.compile.reset_compiler_flags()
        with contextlib.suppress(SyntaxError):  # a magic, or what IPython will tell
            self.carrier.note_imports(ast.parse(info.raw_cell))

    def snapshot(self, path: str) -> ModuleType:
        """The package at the end of another chapter: `literate.snapshot`."""
        return self.installed.beside(self._modules(f"{SNAPSHOTS}/{path}"))

    def _modules(self, name: str) -> dict[str, Module]:
        """Read a package that the notebook brings."""
        root = self.folder / name
        modules = {}
        for file in sorted(root.rglob("*.py")):
            title = file.relative_to(root).as_posix()
            modules[title] = module_of(file.read_text("utf-8"), Origin(title, 0))
        return modules


def prepare(shell: Any, folder: str, package: str) -> None:
    """Make a running notebook work as the chapter does."""
    carried = Carried(shell, Path(folder), package)
    if (data := Path(folder, DATA)).is_dir():  # it lies beside the cells
        shutil.copytree(data, Path.cwd(), dirs_exist_ok=True)
    shell.register_magic_function(carried.source, "cell", "source")
    literate.snapshot = carried.snapshot
    formatters = shell.display_formatter.formatters
    formatters["text/plain"].pprint = False  # a value is shown by its repr
    formatters["text/html"].for_type(list, _steps)
    formatters["text/html"].for_type(dict, _steps)
    if importlib.util.find_spec("matplotlib"):
        shell.run_line_magic("matplotlib", "inline")
        shell.events.register("pre_run_cell", lambda _: _show_once(formatters))


def _steps(values: list[Any] | dict[Any, Any]) -> str | None:
    """Pictures one below the other; None for what is no row of pictures."""
    pictures = display(values).pictures
    return "\n".join(f"<div>{picture}</div>" for picture in pictures) or None


def _show_once(formatters: Any) -> None:
    """Keep a figure that a cell returns from being shown a second time.

    Matplotlib forgets this whenever it sets up its formatters, so each cell says it.
    """
    from matplotlib import pyplot
    from matplotlib.figure import Figure

    formatters["text/html"].for_type(Figure, pyplot.close)
