"""Commands: what each module of the command line adds its own to."""

from __future__ import annotations

import argparse
from typing import TypeAlias

# argparse has no public name for it.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
