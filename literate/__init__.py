"""The machine of the book: from chapters to a package, tests, pages and notebooks.

Data goes one way: `blocks` reads a chapter, `reader` and `modules` merge its source by
name, `book` keeps every state of the package, `session` runs the cells against it, and
`tangle`, the pytest plugin and `weave` show what came of it.
"""

from literate.run import snapshot

__all__ = ["snapshot"]
