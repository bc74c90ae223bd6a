"""`python -m literate` is the command `literate`."""

from __future__ import annotations

import sys

from literate.cli import main

if __name__ == "__main__":
    sys.exit(main())
