"""The installed package: a snapshot on disk, for this process and its children."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

from literate.kernel.definitions import Origin
from literate.kernel.merging import Line, render

if TYPE_CHECKING:
    from literate.book.book import Snapshot


class Installed:
    """Snapshots of a package, of which the newest leads `sys.path` and `PYTHONPATH`.

    Each snapshot gets a folder of its own, so that `inspect.getsource`, pickle and
    worker processes see the very code that runs. A context manager: leaving it puts
    back the modules that were imported under the package's name before.

    Args:
        package: The package's name.
        folder: An empty folder.
    """

    def __init__(self, package: str, folder: Path) -> None:
        self.package = package
        self.folder = folder
        self._root: Path | None = None
        self._lines: dict[str, tuple[str, list[Line]]] = {}
        self._old: dict[str, ModuleType] = {}
        self._snapshot: Snapshot = {}

    def __enter__(self) -> Self:
        self._outer = self._forget()
        return self

    def __exit__(self, *_: object) -> None:
        self._forget()
        sys.modules.update(self._outer)

    def install(self, snapshot: Snapshot) -> None:
        """Write a snapshot and let it lead the path; nothing is imported yet.

        Args:
            snapshot: The package.
        """
        self._snapshot = snapshot
        before, self._root = str(self._root), self._write(snapshot)
        root = str(self._root)
        sys.path[:] = [root, *(entry for entry in sys.path if entry != before)]
        paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        others = [entry for entry in paths if entry and entry != before]
        os.environ["PYTHONPATH"] = os.pathsep.join([root, *others])
        self._old = self._forget() or self._old
        importlib.invalidate_caches()

    def import_all(self) -> None:
        """Import every module of the newest snapshot."""
        for title in self._snapshot:
            importlib.import_module(module_name(title))

    def carry_over(self, namespace: dict[str, Any]) -> None:
        """Bind a chapter's names to the newest package, and instances to its classes.

        Args:
            namespace: The chapter's names.
        """
        for name, value in namespace.items():
            if isinstance(value, ModuleType) and value in self._old.values():
                namespace[name] = sys.modules.get(value.__name__, value)
            elif (successor := self._successor(value)) is not None:
                namespace[name] = successor
        self._carry_instances()

    def _successor(self, value: Any) -> Any:
        """What stands in the newest package where a class or function stood."""
        module = getattr(value, "__module__", None)
        name = getattr(value, "__qualname__", None)
        old = self._old.get(module) if isinstance(module, str) else None
        if old is None or not name or vars(old).get(name) is not value:
            return None
        return vars(sys.modules.get(old.__name__, old)).get(name)

    def _carry_instances(self) -> None:
        """Give the instances of each class its successor, where the layouts agree."""
        successors: dict[type, type] = {}
        for module in self._old.values():
            for old in vars(module).values():
                if isinstance(old, type) and old.__module__ == module.__name__:
                    new = self._successor(old)
                    if isinstance(new, type):
                        successors[old] = new
        for instance in gc.get_referrers(*successors):
            new = successors.get(type(instance))
            if new is not None:
                # TypeError: another layout, such as new __slots__; it stays as it is
                with contextlib.suppress(TypeError):
                    instance.__class__ = new

    def beside(self, snapshot: Snapshot) -> ModuleType:
        """Import another snapshot, beside the present one.

        Args:
            snapshot: The package as it stood somewhere else in the book.

        Returns:
            The package, under module objects of its own.
        """
        root = str(self._write(snapshot))
        present = self._forget()
        sys.path.insert(0, root)
        importlib.invalidate_caches()
        try:
            for title in snapshot:
                importlib.import_module(module_name(title))
            return importlib.import_module(self.package)
        finally:
            sys.path.remove(root)
            self._forget()
            sys.modules.update(present)

    def locate(self, filename: str, line: int) -> tuple[str, Origin | None] | None:
        """Where a line of an installed file was written.

        Args:
            filename: The file.
            line: Its line, counted from 1.

        Returns:
            The file's title and the chapter line, or None for any other file.
        """
        if filename not in self._lines:
            return None
        title, lines = self._lines[filename]
        return title, lines[line - 1].origin if 0 < line <= len(lines) else None

    def _write(self, snapshot: Snapshot) -> Path:
        """Write the files of a snapshot into a new folder."""
        root = Path(tempfile.mkdtemp(dir=self.folder))
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
