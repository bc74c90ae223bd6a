"""Imports as the linter sorts them; `test_merge_properties.py` asks it."""

from __future__ import annotations

from literate.kernel.source.rendering import render
from making import merge_text, merged


def test_a_long_line_is_wrapped_with_a_name_a_line():
    names = [f"a_rather_long_name_{number}" for number in range(4)]
    assert merge_text(f"from somewhere import {', '.join(names)}\n") == (
        "from somewhere import (\n"
        + "".join(f"    {name},\n" for name in names)
        + ")\n"
    )


def test_sections_and_names_are_sorted():
    block = """\
from . import near
from .. import far
from thing.a import B1, a, A, A_B
import thing
from Zeb import x
from alpha import q10, q9
import zlib, sys
import sys as s
from typing import cast as c
from typing import Any, cast
"""
    assert (
        merge_text(block)
        == """\
import sys
import sys as s
import zlib
from typing import Any, cast
from typing import cast as c

from alpha import q9, q10
from Zeb import x

import thing
from thing.a import A_B, B1, A, a

from .. import far
from . import near
"""
    )


def test_names_of_one_thing_are_sorted():
    assert merge_text("from a import b as d\nfrom a import b, b as c\n") == (
        "from a import b\nfrom a import b as c\nfrom a import b as d\n"
    )


def test_the_line_of_a_guard_comes_from_the_first_guarded_import():
    module = merged(
        "if TYPE_CHECKING:\n    import json\n", "if TYPE_CHECKING:\n    import abc\n"
    )
    assert [(line.text, line.origin) for line in render(module, "thing")] == [
        ("if TYPE_CHECKING:", ("block 1", 2)),
        ("    import abc", ("block 2", 2)),
        ("    import json", ("block 1", 2)),
    ]


def test_guarded_imports_come_last_with_sections_of_their_own():
    block = """\
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    import json
"""
    assert (
        merge_text(block)
        == """\
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import json

    import numpy
"""
    )


def test_an_import_can_become_guarded():
    guarded = "if TYPE_CHECKING:\n    import json\n"
    assert merge_text("import json\n", guarded) == guarded
    assert merge_text(guarded, "import json\n") == "import json\n"


def test_a_line_of_88_characters_is_the_longest():
    def block(length: int) -> str:
        return f"from somewhere import a, {'b' * (length - 25)}\n"

    assert merge_text(block(88)) == block(88)
    assert merge_text(block(89)).startswith("from somewhere import (\n    a,\n")
