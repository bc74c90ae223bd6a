"""The installed package: a snapshot on disk, for this process and its children.

It owns its name, and all below it. A finder in front of all others answers for them
from the newest snapshot, so nothing that lies elsewhere under that name can. Child
processes have no such finder; for them the snapshot's folder, which leads `PYTHONPATH`,
holds a package in any case, though one that cannot be imported where the book has none
yet.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Self

from literate.kernel.source.definitions import Module, Origin
from literate.kernel.source.rendering import Line, render

ABSENT = "raise ModuleNotFoundError(\"No module named '{0}'\", name='{0}')\n"
"""The package as a child process finds it where the book has not begun it."""


class Finder:
    """Finds the modules of a package in one folder, and nowhere else."""

    def __init__(self, package: str, folder: Path) -> None:
        self.package = package
        self.folder = folder

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> ModuleSpec | None:
        """Find a module, as the import system asks for it.

        Raises:
            ModuleNotFoundError: Where the package has no such module: no other finder
                is asked.
        """
        if name != self.package and not name.startswith(f"{self.package}."):
            return None
        place = self.folder.joinpath(*name.split(".")[:-1])
        spec = PathFinder.find_spec(name, [str(place)])
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return spec


class Installed:
    """Snapshots of a package, of which the newest leads `sys.path` and `PYTHONPATH`.

    Each snapshot gets a folder of its own, so that `inspect.getsource`, pickle and
    worker processes see the very code that runs. A context manager: leaving it puts
    back the modules that were imported under the package's name before.

    Args:
        package: The package's name.
        folder: An empty folder.

    Attributes:
        replaced: The modules that the newest snapshot has replaced, by name.
        left_out: The titles that cannot be imported here, since a library lacks.
    """

    def __init__(self, package: str, folder: Path) -> None:
        self.package = package
        self.folder = folder
        self.replaced: dict[str, ModuleType] = {}
        self.left_out: frozenset[str] = frozenset()
        self._finder = Finder(package, folder)
        self._lines: dict[str, tuple[str, list[Line]]] = {}
        self._snapshot: Mapping[str, Module] = {}

    def __enter__(self) -> Self:
        self._outer = self._forget()
        sys.meta_path.insert(0, self._finder)
        return self

    def __exit__(self, *_: object) -> None:
        self._forget()
        sys.meta_path[:] = [it for it in sys.meta_path if it is not self._finder]
        sys.modules.update(self._outer)

    def install(self, snapshot: Mapping[str, Module]) -> None:
        """Write a snapshot and let it lead the path; nothing is imported yet."""
        self._snapshot = snapshot
        before, root = str(self._finder.folder), self._write(snapshot)
        self._finder.folder = root
        others = [entry for entry in sys.path if entry != before]
        sys.path[:] = [str(root), *others]
        paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        others = [entry for entry in paths if entry and entry != before]
        os.environ["PYTHONPATH"] = os.pathsep.join([str(root), *others])
        found = self._forget().items()
        modules = {name: it for name, it in found if isinstance(it, ModuleType)}
        self.replaced = modules or self.replaced

    def import_all(self) -> None:
        """Import every module of the newest snapshot that can be imported here."""
        for title in self._snapshot:
            if title not in self.left_out:
                importlib.import_module(module_name(title))

    def beside(self, snapshot: Mapping[str, Module]) -> ModuleType:
        """Import another snapshot, beside the present one.

        What its functions import when they are called is the present package's.

        Returns:
            The package, under module objects of its own.
        """
        present, folder = self._forget(), self._finder.folder
        self._finder.folder = self._write(snapshot)
        try:
            for title in snapshot:
                importlib.import_module(module_name(title))
            return importlib.import_module(self.package)
        finally:
            self._finder.folder = folder
            self._forget()
            sys.modules.update(present)

    def locate(self, filename: str, line: int) -> tuple[str, Origin | None] | None:
        """Where a line of an installed file was written.

        Returns:
            The file's title and the chapter line, or None for any other file.
        """
        if filename not in self._lines:
            return None
        title, lines = self._lines[filename]
        return title, lines[line - 1].origin if 0 < line <= len(lines) else None

    def _write(self, snapshot: Mapping[str, Module]) -> Path:
        """Write the files of a snapshot into a new folder."""
        root = Path(tempfile.mkdtemp(dir=self.folder))
        first = root / self.package / "__init__.py"
        first.parent.mkdir()
        first.write_text("" if snapshot else ABSENT.format(self.package), "utf-8")
        for title, module in snapshot.items():
            file = root / title
            lines = render(module, self.package)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("".join(f"{line.text}\n" for line in lines), "utf-8")
            self._lines[str(file)] = (title, lines)
        return root

    def _forget(self) -> dict[str, ModuleType]:
        """Take the package's modules out of `sys.modules`."""
        inside = self.package + "."
        names = [n for n in sys.modules if n == self.package or n.startswith(inside)]
        return {name: sys.modules.pop(name) for name in names}


def module_name(title: str) -> str:
    """The import name of a title.

    Example:
        >>> module_name("micrograd/engine.py"), module_name("micrograd/__init__.py")
        ('micrograd.engine', 'micrograd')
    """
    parts = title.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
