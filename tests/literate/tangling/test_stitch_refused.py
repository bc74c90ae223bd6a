"""Edits of the package that no chapter can take: they are refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from habits import MORE, OPEN, PACK, SHUT, UNPACK, Edit, boxes, make, refused


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return boxes(tmp_path)


# The edits; the options; what the message says.
REFUSED: dict[str, tuple[list[Edit], list[str], str]] = {
    "mark of an annotation": (
        [Edit("return -self.x", "return -self.x  # (1)!")], [], "thing/core.py:31: ",
    ),
    "two blank lines between members": (
        [Edit(f"{SHUT}", f"\n{SHUT}")], [], "format the file first",
    ),
    "blank line with spaces": (
        [Edit('"""Unpack."""\n', '"""Unpack."""\n    \n')], [], "thing/core.py:",
    ),
    "blank lines at the end": (
        [Edit('"unpack"]\n', '"unpack"]\n\n\n')], [], "format the file first",
    ),
    "no end of the last line": (
        [Edit('"unpack"]\n', '"unpack"]')], [], "thing/core.py:51: no line end",
    ),
    "getter gone": (
        [Edit("    @property\n    def half(self):\n        return self.x / 2\n\n", "")],
        [], "a part of 'half' alone",
    ),
    "import that nothing uses": (
        [Edit("import math\n", "import math\nimport os\n")], [],
        "no block writes the import of `os`: say where",
    ),
    "import of everything": (
        [Edit("import math\n", "import math\nfrom os import *\n")], [], "a star import",
    ),
    "names of an import in another order": (
        [Edit("TYPE_CHECKING, Any", "Any, TYPE_CHECKING")], [], "format the file first",
    ),
    "fence in a docstring": (
        [Edit('"""Pack x."""', '"""Pack x.\n\n    ```\n    x\n    ```\n    """')], [],
        "with the edit carried back, this breaks",
    ),
    "tab in a text": ([Edit("return None", "return '\t'")], [], "a tab in Python"),
    "tab for an indent": (
        [Edit("        return None", "\t\treturn None")], [],
        "inconsistent use of tabs",
    ),
    "form feed": ([Edit("\n\n\ndef pack", "\n\n\f\ndef pack")], [], "format the file"),
    "form feed in a text": ([Edit("return None", "return '\f'")], [],
     "control character"),
    "NUL": ([Edit("return None", "return '\0'")], [], "thing/core.py:"),
    "byte order mark": ([Edit("# Tangled", "\ufeff# Tangled")], [], "byte order mark"),
    "CRLF": ([Edit("import math\n", "import math\r\n")], [],
     "core.py:6: CRLF line end"),
    "marks of a merge": (
        [Edit("        return None\n", "<<<<<<< HEAD\n        return None\n=======\n"
              "        return 1\n>>>>>>> other\n")], [],
        "thing/core.py:34: a merge left its marks here",
    ),
    "marks of a merge at the first line": (
        [Edit("# Tangled", "<<<<<<< HEAD\n# Tangled")], [],
        "thing/core.py:1: a merge left its marks here",
    ),
    "two statements on a line": (
        [Edit("rows = 2", "rows = 2; columns = 3", MORE)], [], "two statements on one",
    ),
    "code at the end": (
        [Edit("    rows = 2\n", "    rows = 2\n\n\nprint(1)\n", MORE)], [],
        "into a cell",
    ),
    "another name in the file alone": (
        [Edit("def pack", "def wrap")], [], "`literate rename pack wrap`",
    ),
    "another name of a class in the file alone": (
        [Edit("class Empty", "class Void")], [], "`literate rename Empty Void`",
    ),
    "another name of a value with others new": (
        [Edit("rows = 2", "lines = 2\n    columns = 3", MORE)], [], "no block writes",
    ),
    "functions of two chapters change places": (
        [Edit(f"{PACK}\n\n", ""), Edit(UNPACK, f"{UNPACK}\n\n{PACK}")], [],
        "`pack` was moved",
    ),
    "function goes into another file without a word": (
        [Edit(f"{UNPACK}\n\n", ""),
         Edit("    rows = 2\n", f"    rows = 2\n\n\n{UNPACK}", MORE)],
        [], "no block writes `unpack`",
    ),
    "value becomes a class": (
        [Edit("    rows = 2\n", "    class rows:\n        pass\n", MORE)], [],
        "a class on one side only",
    ),
    "import becomes a function": (
        [Edit("import math\n", ""),
         Edit("def pack", "def math():\n    return 1\n\n\ndef pack")],
        ["--chapter", "docs/three.md"], "",
    ),
    "function becomes an import": (
        [Edit(f"{PACK}\n\n", ""),
         Edit("import math\n", "import math\n\nimport pack\n")],
        ["--chapter", "docs/three.md"], "",
    ),
    "space inside a text": (
        [Edit("return None", 'return """\n    \n"""')], [], "thing/core.py:",
    ),
    "member that several chapters write is gone": (
        [Edit(f"{OPEN}\n", "")], [],
        "it is also written in docs/two.md:7, docs/one.md:3",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "options", "message"), REFUSED.values(), ids=list(REFUSED)
)
def test_an_edit_is_refused(root, edits, options, message):
    make(root, edits)
    told = refused(root, *options)
    assert message in told
    assert told.count("\n") == 1 and told.startswith(("thing/", "docs/"))
