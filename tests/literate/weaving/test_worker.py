"""The reader's worker, asked as a page asks it, but in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from literate.weaving.browser.inside.worker import Runner, agrees
from literate.weaving.browser.lessons import lesson
from making import book, cell, source

ADD = "def add(total, more):\n    total.append(more)\n"
EXERCISE = (
    "\n```exercise\ndef double(x):\n    return x\n```\n\n"
    '```check\nassert double(3) == 6, "twice three"\n```\n\n'
    '```wrong hint="twice three"\ndef double(x):\n    return 5\n```\n\n'
)
PAGE = (
    "# One\n"
    + cell("n = 1\nprint(n)\n", "1\n")
    + source(ADD)
    + cell("from thing.core import add\n\nt = []\nadd(t, 1)\nt\n", "[1]\n")
    + cell("1 / 0\n", "Traceback (most recent call last):\nZeroDivisionError: ...\n")
    + cell("import numpy\n\nm = 2\nnumpy.ones(m)\n", "array([1., 1.])\n")
    + cell("m + n\n", "3\n")
    + EXERCISE
    + cell("def double(x):\n    return x + x\n")
)
ONE, SOURCE, TWO, RAISING, LACKING, REST, TASK, SOLUTION = range(8)


class Reader:
    """A reader of a page: what they ask for, and what each block told them."""

    def __init__(self, root: Path, page: str = PAGE) -> None:
        it = book(root, one=page)
        packed = lesson(it, it.chapters["docs/one.md"]).packed()
        self.told: list[dict[str, Any]] = []
        self.runner = Runner(packed, lambda text: self.told.append(json.loads(text)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.runner._end()  # a browser ends the whole process

    def states(self) -> dict[int, str]:
        """The state of each block that has told one, since the last time."""
        told, self.told[:] = {each["index"]: each["state"] for each in self.told}, []
        return told

    def run(self, index: int, **edits: str) -> dict[str, Any]:
        """Run a block, with some blocks changed, and return the last report."""
        changed = {name.removeprefix("at"): text for name, text in edits.items()}
        self.runner.run(index, json.dumps(changed))
        return self.told[-1]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    with Reader(tmp_path) as it:
        yield it


def test_every_block_says_whether_it_is_as_in_the_book(reader: Reader) -> None:
    reader.run(SOLUTION)
    assert reader.states() == {
        ONE: "same",
        SOURCE: "done",
        TWO: "same",
        RAISING: "same",
        LACKING: "unavailable",
        REST: "same",
        SOLUTION: "done",
    }


def test_what_was_run_is_not_run_again(reader: Reader) -> None:
    reader.run(ONE)
    reader.states()
    reader.run(TWO)
    assert list(reader.states()) == [SOURCE, TWO]


def test_a_block_runs_against_the_page_above_it(reader: Reader) -> None:
    reader.run(TWO)
    reader.states()
    reader.run(TWO)
    assert list(reader.states()) == [ONE, SOURCE, TWO]


def test_an_edit_above_begins_the_page_anew(reader: Reader) -> None:
    reader.run(TWO)
    changed = ADD.replace("append(more)", "extend([more, more])")
    last = reader.run(TWO, at1=changed)
    assert (last["state"], last["text"]) == ("different", "[1, 1]\n")


def test_an_exception_keeps_those_below_from_running(reader: Reader) -> None:
    last = reader.run(TWO, at0="1 / 0\n")
    assert reader.states() == {ONE: "failed", TWO: "failed"}
    assert last["because"] == "docs/one.md:3 (ZeroDivisionError: division by zero)"
    assert reader.run(TWO)["state"] == "same"


def test_a_block_that_has_ended_python_is_left_out(reader: Reader) -> None:
    reader.runner.leave_out(json.dumps([ONE]))
    assert reader.run(TWO)["state"] == "same"
    assert reader.states()[ONE] == "unavailable"


def test_exercises(reader: Reader) -> None:
    def check(answer: str | None) -> dict[str, Any]:
        reader.runner.check(TASK, "{}", answer)
        return reader.told[-1]

    stub = check(None)
    assert (stub["state"], stub["hint"]) == ("refused", "twice three")
    assert check("def double(x):\n    return 2 * x\n")["state"] == "passed"
    missing = check("pass\n")
    assert (missing["state"], "NameError" in missing["text"]) == ("refused", True)


def test_an_answer_without_return_is_told_so(reader: Reader) -> None:
    reader.runner.check(TASK, "{}", "def double(x):\n    print(2 * x)\n")
    last = reader.told[-1]
    assert last["hint"].startswith("double returns nothing")
    assert last["text"].startswith("6\n")  # what it prints is there as well


def test_a_generator_is_told_what_it_gives_and_no_return(reader: Reader) -> None:
    reader.runner.check(TASK, "{}", "def double(x):\n    yield 2 * x\n")
    assert "return" not in reader.told[-1]["hint"]


def test_an_answer_that_is_longer_than_the_exercise_is_at_fault_itself(
    reader: Reader,
) -> None:
    lines = "    # one of four lines\n" * 4
    long = f"def double(x):\n{lines}    return x + 'a'\n"
    reader.runner.check(TASK, "{}", long)
    assert reader.told[-1]["hint"] == ""


def test_an_exception_in_an_answer_is_told_without_the_check(reader: Reader) -> None:
    reader.runner.check(TASK, "{}", "def double(x):\n    return y\n")
    last = reader.told[-1]
    assert last["hint"] == ""
    assert "in double\n    return y\nNameError" in last["trace"]
    assert "assert" not in last["trace"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2.0^x", "write **"),
        ("2x", "a product needs its *"),
        ("x(1 + 1)", "needs its *, before parentheses"),
        ("−2 * x", "type a - for a minus"),
        ("2 · x", "a product is *"),
    ],
)
def test_what_is_written_as_on_paper_is_told(
    reader: Reader, written: str, told: str
) -> None:
    reader.runner.check(TASK, "{}", f"def double(x):\n    return {written}\n")
    assert told in reader.told[-1]["hint"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("twice = 2\n", "Keep double: the check asks for it."),
        ("6\n", "Keep double: the check asks for it."),
        (
            "def double():\n    return 6\n",
            "cannot use what it gives. TypeError: double",
        ),
        ("double = {}.__getitem__\n", "runs, but what it gives has no 3."),
    ],
)
def test_an_answer_of_another_kind_is_told_without_the_check(
    reader: Reader, answer: str, told: str
) -> None:
    reader.runner.check(TASK, "{}", answer)
    last = reader.told[-1]
    assert (last["state"], told in last["hint"]) == ("refused", True), last["hint"]
    assert "assert" not in last["hint"]


def test_an_answer_that_changes_the_page_spoils_nothing(reader: Reader) -> None:
    reader.run(TWO)
    spoiling = "t.append(2)\n\n\ndef double(x):\n    return 5\n"
    for _ in range(2):
        reader.runner.check(TASK, "{}", spoiling)
        told = "twice three (What t holds was changed on the way, and has been put back"
        assert reader.told[-1]["hint"].startswith(told)
    shown = reader.run(SOLUTION, at7="t")
    assert shown["text"] == "[1]\n"


def test_an_answer_takes_no_random_numbers_from_the_cells_below(reader: Reader) -> None:
    drawing = "import random\n\nrandom.seed(1)\n"
    first = reader.run(SOLUTION, at0=drawing, at7="random.random()")["text"]
    reader.run(REST, at0=drawing)
    answer = "import random\n\n\ndef double(x):\n    return random.random()\n"
    reader.runner.check(TASK, json.dumps({"0": drawing}), answer)
    assert reader.run(SOLUTION, at0=drawing, at7="random.random()")["text"] == first


def test_an_answer_knows_nothing_of_the_solution_below(reader: Reader) -> None:
    reader.run(SOLUTION)
    reader.runner.check(TASK, "{}", "pass\n")
    assert reader.told[-1]["state"] == "refused"


def test_a_call_gives_values_and_what_is_displayed(reader: Reader) -> None:
    edits = json.dumps({ONE: "n = 1\ndef play(x):\n    return {'x': x}, x + n\n"})
    answer = json.loads(reader.runner.call("play", edits, "[3]"))
    assert (answer["values"], answer["text"]) == ({"x": 3}, "4\n")
    answer = json.loads(reader.runner.call("play", edits, '["3"]'))
    assert answer["error"].startswith("TypeError: ")


def test_much_text_is_cut(reader: Reader) -> None:
    last = reader.run(ONE, at0="for _ in range(30):\n    print('x' * 100_000)\n")
    assert len(last["text"]) < 25_000
    assert last["text"].endswith("characters more\n")


def test_nobody_sits_at_the_input(reader: Reader) -> None:
    assert "EOFError" in reader.run(ONE, at0="input()\n")["text"]


@pytest.mark.parametrize(
    ("answer", "output", "expected"),
    [
        ("0.6", "0.5992", True),
        ("0.5", "0.5992", False),
        ("0.59920001", "0.5992", True),
        ("3", "3.0", True),
        ("4", "3.0", False),
        ("[1,2]", "[1, 2]", True),
        ("true", "True", True),
        ("false", "True", False),
        ("", "3", None),
        ("(" * 500, "3", None),
        ("w1 up, w2 down", "w1: -0.1   w2: 0.1", None),
        ("both zero", "(-0.0, 0.0)", None),
        ("Ldf", "['L', 'd', 'f']", True),
        ("6 and -4", "6.0 -4.0", True),
        ("(6, 4)", "6.0 -4.0", False),
        ("0, 0", "(-0.0, 0.0)", True),
        ("4251", "4,251 parameters", True),
        ("90", "90%", True),
        (".5", "0.50", True),
        ("5e-1", "0.50", True),
        ("l d f", "['L', 'd', 'f']", True),
        ("d L f", "['L', 'd', 'f']", False),
        ("no", "False", True),
        ("yes", "False", False),
        ("98", "loss 0.0420, accuracy 98%", None),
        ("inf", "Value(data=inf)", None),
    ],
)
def test_predictions(answer: str, output: str, expected: bool | None) -> None:
    assert agrees(answer, output) is expected


def test_a_module_that_lacks_a_library_is_a_file_that_nobody_imports(
    tmp_path: Path,
) -> None:
    names = "import thing\nfrom pathlib import Path\n\n"
    names += 'sorted(p.name for p in Path(thing.__file__).parent.glob("*.py"))\n'
    page = source("import numpy\n") + source("x = 1\n", "thing/other.py")
    page += cell("from thing.other import x\n\nx\n", "1\n") + cell(names, "...\n")
    with Reader(tmp_path, page) as asked:
        assert asked.run(2)["state"] == "same"
        assert "'core.py'" in asked.run(3)["text"]


def test_an_exercise_needs_what_its_solution_needs(tmp_path: Path) -> None:
    solved = cell("import numpy\n\ndef double(x):\n    return numpy.add(x, x)\n")
    it = book(tmp_path, one=EXERCISE + solved + EXERCISE + cell("double = abs\n"))
    pieces = lesson(it, it.chapters["docs/one.md"]).pieces
    assert [piece.lacks for piece in pieces] == [("numpy",), ("numpy",), (), ()]


def test_calls_that_return_are_folded(reader: Reader) -> None:
    last = reader.run(ONE, at0="def f():\n    f()\n\nf()\n")
    assert last["trace"].count("in f\n") < 5
    assert "times more\nRecursionError" in last["trace"]


def test_a_reader_sees_no_folder_of_the_machine(reader: Reader) -> None:
    last = reader.run(TWO, at2="from thing.core import ad\n")
    assert "(thing/core.py)" in last["trace"]
