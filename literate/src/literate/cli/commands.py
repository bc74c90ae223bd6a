"""Commands: what each module of the command line adds its own to."""

from __future__ import annotations

import argparse

Commands = argparse._SubParsersAction  # argparse has no public name for it
