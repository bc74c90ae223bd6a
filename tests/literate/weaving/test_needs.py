"""What the blocks of a page need that a browser lacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate.weaving.browser.libraries import brought
from literate.weaving.browser.needs import Needs, without_lacking
from making import book, cell, source


def lacks(root: Path, *blocks: str) -> list[tuple[str, ...]]:
    """What the blocks of a page lack."""
    it = book(root, one="# One\n" + "".join(blocks))
    needs = Needs("thing", {})
    return [needs.of(block).lacks for block in it.chapters["docs/one.md"].blocks]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import math\n", ()),
        ("import numpy as np\n", ("numpy",)),
        ("from matplotlib import pyplot\n", ("matplotlib",)),
        ("import subprocess\n", ("processes",)),
        ("import threading\n\nthreading.RLock();\n", ()),
        (
            "import threading\n\nthreading.Thread(target=print).start()\n",
            ("processes",),
        ),
        ("from threading import Thread\n", ("processes",)),
        ("import graphviz\n", ()),
        ("import literate\nliterate.snapshot\n", ()),
        ("import literate\nliterate.__file__\n", ("literate",)),
        ("from literate.running import run\n", ("literate",)),
        ("import nowhere\n", ("nowhere",)),
        ("def f():\n    import numpy\n", ()),
    ],
)
def test_imports(tmp_path: Path, code: str, expected: tuple[str, ...]) -> None:
    assert lacks(tmp_path, cell(code)) == [expected]


def test_who_uses_what_lacks_lacks_it_too(tmp_path: Path) -> None:
    found = lacks(
        tmp_path,
        cell("import numpy\n\nn = 2\n\ndef f(x):\n    return numpy.exp(x)\n"),
        cell("n\n"),
        cell("y = f(n)\n"),
        cell("y\n"),
        cell("y = 3\n"),
        cell("y\n"),
        cell("def g(f):\n    y = f(n)\n    return y\n\ng(abs)\n"),
    )
    assert found == [("numpy",), (), ("numpy",), ("numpy",), (), (), ()]


@pytest.mark.parametrize(
    "code",
    [
        "for x in [1]:\n    print(x)\n",
        "[x for x in [1]];\n",
        "{x: y for x in [1] for y in [x]};\n",
        "with open('f') as x:\n    x\n",
        "lambda x: x;\n",
    ],
)
def test_a_name_that_is_bound_where_it_is_read_is_another(
    tmp_path: Path, code: str
) -> None:
    using = cell("import numpy\n\nx = numpy.zeros(2)\n")
    assert lacks(tmp_path, using, cell(code)) == [("numpy",), ()]
    other = code.replace("[1]", "x").replace("'f'", "x").replace(": x;", "y=x: y;")
    assert lacks(tmp_path, using, cell(other)) == [("numpy",), ("numpy",)]


def test_the_rest_of_a_cell_still_runs(tmp_path: Path) -> None:
    defined = "n = 2\n\n\n@print\ndef f():\n    pass\n\n"
    code = f"import numpy\n\n{defined}numpy.zeros(\n    n\n)\n"
    it = book(tmp_path, one=cell(code))
    [block] = it.chapters["docs/one.md"].blocks
    rest = Needs("thing", {}).of(block).rest
    assert rest == f"\n\n{defined}\n\n\n"


def test_a_module_that_lacks_takes_its_users_with_it(tmp_path: Path) -> None:
    chapter = (
        source("from thing.low import f\n", "thing/high.py")
        + source("import numpy\n\n\ndef f():\n    return numpy.e\n", "thing/low.py")
        + source("import math\n", "thing/free.py")
    )
    it = book(tmp_path, one=chapter, two=cell("from thing.high import f\n"))
    above = it.snapshot_above("docs/two.md")
    assert list(without_lacking("thing", above)) == ["thing/free.py"]
    [block] = it.chapters["docs/two.md"].blocks
    assert Needs("thing", above).of(block).lacks == ("numpy",)


def test_what_is_python_alone_is_brought() -> None:
    assert brought("thing", ["import graphviz, numpy, math, thing.core\n"]) == [
        "graphviz"
    ]


def test_what_trains_a_model_takes_its_users_with_it(tmp_path: Path) -> None:
    found = lacks(
        tmp_path,
        cell("class Model:\n    pass\n\nmodel = Model()\nother = Model()\nn = 2\n"),
        cell("def loss(x):\n    return model.w * x + n\n\nloss\n"),
        cell("import numpy\n\nprogram = numpy.vectorize(loss)\n"),
        cell("model\n"),
        cell("for k in range(3):\n    program.step(k)\n"),
        cell("model\n"),
        cell("other, n\n"),
        cell("loss(1)\n"),
    )
    assert found == [(), (), ("numpy",), (), ("numpy",), ("numpy",), (), ("numpy",)]


def test_an_exercise_needs_what_its_wrong_answers_need(tmp_path: Path) -> None:
    fences = {"exercise": "half = ...", "check": "assert half == 1, 'twice'"}
    text = cell("import torch\n")
    text += "".join(f"\n```{name}\n{code}\n```\n" for name, code in fences.items())
    text += '\n```wrong hint="twice"\nhalf = torch.tensor(2)\n```\n' + cell(
        "half = 1\n"
    )
    assert lacks(tmp_path, text) == [("torch",), ("torch",), ()]


def test_what_only_another_system_needs_is_not_brought_along() -> None:
    found = brought("thing", ["import pytest"])
    assert {"pytest", "pluggy"} <= {*found}
    assert "colorama" not in found  # pytest wants it on Windows
