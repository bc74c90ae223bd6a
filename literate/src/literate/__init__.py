"""The machine of the book: from chapters to a package, tests, pages and notebooks.

Data goes one way: `blocks` reads a chapter, `reader` and `modules` merge its source by
name, `book` keeps every state of the package, `session` runs the cells against it, and
`tangle`, the pytest plugin, `weave` and `notebook` show what came of it.
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
        BookError: Where there is no such chapter.
    """
    # Here, because a notebook brings this module but not what runs the book.
    from literate.running.run import snapshot

    return snapshot(path)
