"""Edits of the package that are carried into the chapters, one kind at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from habits import MORE, OPEN, SHUT, UNPACK, Edit, boxes, carried, chapters, make


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return boxes(tmp_path)


# The edits; the options; the chapter that is changed, and what stands in it then.
CARRIED: dict[str, tuple[list[Edit], list[str], str, str]] = {
    "comment above a method": (
        [Edit(OPEN, f"    # Why.\n{OPEN}")], [], "three",
        "        # Why.\n        def open",
    ),
    "comment at the end of a line": (
        [Edit("return None", "return None  # why")], [], "two",
        "                return None  # why\n",
    ),
    "comment below the last member": (
        [Edit(SHUT, f"{SHUT}        # It stays.\n")], [], "two",
        "                return None\n                # It stays.\n",
    ),
    "comment at the end of the file": (
        [Edit('["Box", "unpack"]\n', '["Box", "unpack"]\n# The end.\n')], [], "three",
        "# The end.\n",
    ),
    "comment above an import": (
        [Edit("import math\n", "# For floor.\nimport math\n")], [], "one",
        "# For floor.\nimport math\n",
    ),
    "comment at an import": (
        [Edit("import math\n", "import math  # for floor\n")], [], "one",
        "import math  # for floor\n",
    ),
    "comment above the docstring": (
        [Edit('"""Boxes."""', '# Boxes.\n"""Boxes."""')], [], "one",
        '# Boxes.\n"""Boxes."""',
    ),
    "comment in a class header": (
        [Edit("class Box:", "class Box:  # holds one thing")], [], "one",
        "class Box:  # holds one thing\n",
    ),
    "blank line in a function": (
        [Edit('"""Unpack."""\n', '"""Unpack."""\n\n')], [], "three",
        '"""Unpack."""\n\n    return',
    ),
    "space at the end of a line": (
        [Edit("return -self.x", "return -self.x  ")], [], "three", "-self.x  \n",
    ),
    "decorator on a method": (
        [Edit(SHUT, f"    @final\n{SHUT}")], [], "two", "            @final\n",
    ),
    "decorator of several lines": (
        [Edit(UNPACK, f"@wraps(\n    pack,\n)\n{UNPACK}")], [], "three",
        "@wraps(\n    pack,\n)\ndef unpack",
    ),
    "decorator on a class": (
        [Edit("class Box:", "@final\nclass Box:")], [], "one", "@final\nclass Box:",
    ),
    "setter alone": (
        [Edit("self.x = 2 * value", "self.x = value * 2")], [], "one", "value * 2",
    ),
    "setter gone": (
        [Edit("    @half.setter\n    def half(self, value):\n        self.x = 2 * value"
              "\n\n", "")], [], "one", "return self.x / 2\n\n    def open",
    ),
    "deleter more": (
        [Edit("2 * value\n", "2 * value\n\n    @half.deleter\n    def half(self):\n"
              "        del self.x\n")], [], "one", "@half.deleter",
    ),
    "bases of a class on several lines": (
        [Edit("class Box:", "class Box(\n    Any,\n):")], [], "one",
        "class Box(\n    Any,\n):",
    ),
    "docstring of an attribute": (
        [Edit('"""How large."""', '"""How large it is."""')], [], "one", "large it is",
    ),
    "docstring of an attribute is new": (
        [Edit("    rows = 2\n", '    rows = 2\n    """How many."""\n', MORE)], [],
        "two",
        '    """How many."""\n',
    ),
    "docstring of the module": (
        [Edit('"""Boxes."""', '"""Boxes.\n\nAnd more.\n"""')], [], "one", "And more.",
    ),
    "docstring of a class that had none": (
        [Edit("class Shelf:\n", 'class Shelf:\n    """A shelf."""\n\n', MORE)], [],
        "two", 'class Shelf:\n    """A shelf."""\n\n    class Board:',
    ),
    "function becomes a value": (
        [Edit(f"{UNPACK}\n", "unpack = Box.open\n")], [], "three",
        "unpack = Box.open\n",
    ),
    "annotation": ([Edit("size: int", "size: float")], [], "one", "size: float = 1"),
    "text of several lines in a tab": (
        [Edit("return None", 'return """a\n            b\n        """')], [], "two",
        '                return """a\n                    b\n                """\n',
    ),
    "three backquotes inside of four": (
        [Edit('"""Unpack."""', '"""Unpack.\n\n    ```text\n    box\n    ```\n    """')],
        [], "three", "    ```text\n    box\n    ```\n",
    ),
    "signs at which only some programs end a line": (
        [Edit("return -self.x", "return -self.x  # a\u2028b\x85c")], [], "three",
        "a\u2028b\x85c\n",
    ),
    "name in another script": (
        [Edit("rows = 2", "rows = 2 * größe", MORE)], [], "two", "2 * größe",
    ),
    "member of a nested class": (
        [Edit("width = 1", "width = 10", MORE)], [], "two", "        width = 10\n",
    ),
    "new member of a nested class": (
        [Edit("width = 1", "width = 1\n        depth = 2", MORE)],
        ["--after", "Shelf.Board.width"], "two", "width = 1\n        depth = 2\n",
    ),
    "new member of a nested class at the end of a chapter": (
        [Edit("width = 1", "width = 1\n        depth = 2", MORE)],
        ["--chapter", "docs/three.md"], "three",
        "class Shelf:\n    ...\n\n    class Board:\n        ...\n        depth = 2\n",
    ),
    "member of a nested class gone": (
        [Edit("        width = 1\n", "        pass\n", MORE)], [], "two",
        "    class Board:\n        pass\n",
    ),
    "all members gone": (
        [Edit("    class Board:\n        width = 1\n\n    rows = 2\n", "    pass\n",
              MORE)], [], "two", "class Shelf:\n    pass\n",
    ),
    "first member of an empty class": (
        [Edit("class Empty(Exception):\n    pass\n",
          "class Empty(Exception):\n    x = 1\n")],
        ["--after", "Empty"], "two", "class Empty(Exception):\n    x = 1\n",
    ),
    "header of an empty class": (
        [Edit("Empty(Exception)", "Empty(ValueError)")], [], "two",
        "class Empty(ValueError): ...\n",
    ),
    "first member above all others": (
        [Edit("    class Board:\n", "    depth = 3\n\n    class Board:\n", MORE)],
        ["--after", "Shelf"], "two", "class Shelf:\n    depth = 3\n\n    class Board:",
    ),
    "first member below the docstring": (
        [Edit("    size: int", "    name = 'x'\n    size: int")],
        ["--after", "Box"], "one", "    name = 'x'\n    size: int",
    ),
    "list of names that a block adds to": (
        [Edit('["Box", "unpack"]', '["Box", "unpack", "pack"]')], [], "three",
        '__all__ = ["Box", "unpack", "pack"]\n',
    ),
    "list of names grows beyond a line": (
        [Edit('__all__ = ["Box", "unpack"]', "__all__ = [\n" + "".join(
            f'    "{name * 8}",\n' for name in "abcdefg") + "]")], [], "three",
        '    "gggggggg",\n]\n',
    ),
    "choice of imports": (
        [Edit("except ImportError:", "except ModuleNotFoundError:", MORE)], [], "two",
        "except ModuleNotFoundError:",
    ),
    "import moves below TYPE_CHECKING": (
        [Edit("from typing import TYPE_CHECKING, Any\n",
          "from typing import TYPE_CHECKING\n"),
         Edit("    from os import PathLike\n",
              "    from os import PathLike\n    from typing import Any\n")], [], "one",
        "if TYPE_CHECKING:\n    from os import PathLike\n    from typing import Any\n",
    ),
    "import leaves TYPE_CHECKING": (
        [Edit("import math\n", "import math\nfrom os import PathLike\n"),
         Edit("if TYPE_CHECKING:\n    from os import PathLike\n\n\n", "\n")], [], "one",
        "import math\nfrom os import PathLike\n",
    ),
    "import of another name in the same module": (
        [Edit("import TYPE_CHECKING, Any", "import TYPE_CHECKING, Any, cast"),
         Edit("return -self.x", "return cast(int, -self.x)")], [], "three",
        "    from typing import cast\n\n\n    class Box:",
    ),
    "import of a module below another": (
        [Edit("import math\n", "import math\nimport os.path\n"),
         Edit("return box.x", "return os.path.join(box.x)")], [], "three",
        "import os.path\n\n\ndef unpack",
    ),
    "import inside a function": (
        [Edit("return box.x", "import os\n\n    return os.name")], [], "three",
        "    import os\n\n    return os.name\n",
    ),
    "import under another name, with its uses": (
        [Edit("import math\n", "import math as m\n"), Edit("math.floor", "m.floor")],
        [], "one", "import math as m\nfrom typing",
    ),
    "relative import": (
        [Edit("\nif TYPE_CHECKING:", "\nfrom .more import Shelf\n\nif TYPE_CHECKING:"),
         Edit("return box.x", "return Shelf(box.x)")], [], "three",
        "from .more import Shelf\n\n\ndef unpack",
    ),
    "import for types alone": (
        [Edit("    from os import PathLike\n",
              "    from os import PathLike\n    from pathlib import Path\n"),
         Edit("-> Any", "-> Path")], [], "three",
        "if TYPE_CHECKING:\n    from pathlib import Path\n\n\ndef unpack",
    ),
    "edits in three chapters and two files": (
        [Edit("2 * value", "3 * value"), Edit("return None", "return 0"),
         Edit("-self.x", "+self.x"), Edit("rows = 2", "rows = 3", MORE)], [], "three",
        "+self.x",
    ),
    "bodies of two functions change places": (
        [Edit("return None", "return NONE"), Edit("return -self.x", "return None"),
         Edit("return NONE", "return -self.x")], [], "three", "        return None\n",
    ),
    "function goes into another file": (
        [Edit(f"{UNPACK}\n\n", ""),
         Edit("    rows = 2\n", f"    rows = 2\n\n\n{UNPACK}", MORE)],
        ["--chapter", "docs/three.md"], "three",
        f'```python title="{MORE}"\n{UNPACK}```\n',
    ),
    "class goes into another file": (
        [Edit("class Empty(Exception):\n    pass\n\n\n", ""),
         Edit("    rows = 2\n", "    rows = 2\n\n\nclass Empty(Exception):\n    pass\n",
          MORE)],
        ["--chapter", "docs/three.md"], "three",
        f'```python title="{MORE}"\nclass Empty(Exception):\n    pass\n```\n',
    ),
    "function that several chapters write is removed": (
        [Edit(f"{OPEN}\n", "")], ["--chapter", "docs/three.md"], "three",
        "class Box:\n    ...\n\n    del open\n",
    ),
    "member of a nested class is removed at the end": (
        [Edit("        width = 1\n", "        pass\n", MORE)],
        ["--chapter", "docs/three.md"], "two", "    class Board:\n        pass\n",
    ),
    "members change places": (
        [Edit("    class Board:\n        width = 1\n\n    rows = 2\n",
              "    rows = 2\n\n    class Board:\n        width = 1\n", MORE)], [],
              "two",
        "    rows = 2\n\n    class Board:\n        width = 1\n",
    ),
    "three members in another order": (
        [Edit("    def __init__(self, x):\n        self.x = x\n\n", ""),
         Edit("2 * value\n",
          "2 * value\n\n    def __init__(self, x):\n        self.x = x\n")],
        [], "one",
        "2 * value\n\n    def __init__(self, x):\n        self.x = x\n\n    def open",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "options", "changed", "shown"), CARRIED.values(), ids=list(CARRIED)
)
def test_an_edit_is_carried(root, edits, options, changed, shown):
    before = chapters(root)
    make(root, edits)
    after = carried(root, *options)
    assert shown in after[changed]
    if len(edits) == 1 and not options:
        assert {name for name in after if after[name] != before[name]} == {changed}
