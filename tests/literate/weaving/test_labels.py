from __future__ import annotations

import re
from pathlib import Path

import pytest
from literate.book.history import History
from literate.weaving.parts.labels import changed_lines, label
from making import book, source

FIRST = "# The first\n" + source(
    "class Box:\n"
    "    def __init__(self, x: int) -> None:\n"
    "        self.x = x\n"
    "\n"
    "    def show(self) -> str:\n"
    "        return str(self.x)\n"
)
SECOND = (
    "# The second\n"
    + source(
        "import math\n\n\n"
        "class Box:\n"
        "    ...\n"
        "\n"
        "    def __init__(self, x: int) -> None:\n"
        "        self.x = x\n"
        "        self.y = math.pi\n"
        "\n"
        "    def grow(self) -> None:\n"
        "        self.x += 1\n"
    )
    + source("def make() -> Box:\n    return Box(1)\n")
    + source("class Box:\n    ...\n\n    del show\n")
    + source("class Box:\n    ...\n\n    def grow(self) -> None:\n        pass\n")
    + source("import os\n")
)


@pytest.fixture
def labels(tmp_path: Path) -> list[str]:
    it = book(tmp_path, first=FIRST, second=SECOND)
    history = History(it)
    steps = [step for path in it.paths for step in it.steps(path)]
    return [label(it, history, step) for step in steps]


def plain(text: str) -> str:
    """A label without anchors and reference links."""
    return re.sub(r"<span [^>]*></span>|</?autoref[^>]*>", "", text)


def test_labels_tell_the_place_and_the_life_of_definitions(labels: list[str]) -> None:
    assert [plain(each) for each in labels] == [
        "`thing/core.py` new file. "
        "Later replaced in a later chapter: "
        "[`__init__`](second.md#thing.core.Box.__init__). "
        "Later removed in a later chapter: [`show`](second.md#thing.core.Box.show)",
        "`thing/core.py` adds `grow` to `Box`, after `__init__`; "
        "replaces `__init__` of `Box` from "
        "[The first](first.md#thing.core.Box.__init__). "
        "Later replaced below: [`grow`](#thing.core.Box.grow-2)",
        "`thing/core.py` adds `make` after `Box`",
        "`thing/core.py` removes `show` of `Box` from "
        "[The first](first.md#thing.core.Box.show)",
        "`thing/core.py` replaces `grow` of `Box` from [above](#thing.core.Box.grow)",
        "`thing/core.py` imports or docstring",
    ]


def test_what_has_other_versions_says_so(labels: list[str]) -> None:
    told = [re.findall(r'data-versions="([^"]+)"', each) for each in labels]
    init, show = "thing.core.Box.__init__", "thing.core.Box.show"
    grow = "thing.core.Box.grow"
    assert told == [[init, show], [init, grow], [], [show], [grow], []]


def test_every_version_has_an_anchor_of_its_own(labels: list[str]) -> None:
    anchors = [re.findall(r'<span id="([^"]+)"', each) for each in labels]
    assert anchors == [
        ["thing.core.Box", "thing.core.Box.__init__", "thing.core.Box.show"],
        ["thing.core.Box.__init__", "thing.core.Box.grow"],
        ["thing.core.make"],
        ["thing.core.Box.show"],
        ["thing.core.Box.grow-2"],
        [],
    ]


def test_only_what_differs_from_the_replaced_version_is_marked(tmp_path: Path) -> None:
    it = book(tmp_path, first=FIRST, second=SECOND)
    steps = [step for path in it.paths for step in it.steps(path)]
    assert [changed_lines(step) for step in steps] == [[], [9], [], [], [5], []]


def test_a_class_that_is_written_anew_is_compared_member_by_member(
    tmp_path: Path,
) -> None:
    code = FIRST.split("```")[1].partition("\n")[2].replace("str(self.x)", "'x'")
    it = book(tmp_path, first=FIRST, second=source(code))
    assert changed_lines(it.steps("docs/second.md")[0]) == [6]
