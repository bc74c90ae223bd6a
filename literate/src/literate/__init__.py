"""The machine of a book: from chapters to a package, tests, pages and notebooks.

Data goes one way. `book` reads chapters into blocks; `kernel` merges source by name and
runs cells against it; `running` gives each chapter a process, and a verdict on what it
displays; `tangling`, `weaving`, `exporting` and the pytest plugin show what came of it.
"""

from __future__ import annotations

from types import ModuleType

__all__ = ["snapshot"]


def snapshot(path: str) -> ModuleType:
    """The package as it stood at the end of a chapter, beside the present one.

    Its modules are objects of their own, so two designs can run side by side. What it
    holds cannot be pickled: pickle looks names up in the present package.

    Args:
        path: A chapter, such as `docs/06-accumulation.md`.

    Returns:
        The package, with its modules as attributes.

    Raises:
        BookError: Where there is no such chapter, or no book.
    """
    from literate.kernel.session import Session  # importing literate stays cheap

    if Session.current is not None:
        return Session.current.snapshot(path)
    from literate.running.run import snapshot_here  # a notebook does not bring it

    return snapshot_here(path)
