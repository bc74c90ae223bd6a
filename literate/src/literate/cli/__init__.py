"""The command line: `literate new`, `run`, `serve`, `tangle` and the others."""

from literate.cli.main import main

__all__ = ["main"]
