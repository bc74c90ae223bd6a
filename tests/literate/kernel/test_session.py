"""What a cell can rely on, and what a chapter leaves behind."""

from __future__ import annotations

import gc
import io
import os
import random
import sys
import types
from pathlib import Path

import pytest
from literate.kernel.blocks import Result
from literate.kernel.installing import Installed, module_name
from literate.kernel.session import Session
from literate.kernel.tracebacks import HEADER
from literate.running.docstrings import examples
from literate.running.here import HereRun
from literate.running.run import page_of, run
from making import book, cell, merged, source

ZERO = "ZeroDivisionError: division by zero\n"
SUM = source("def add(a: int, b: int) -> int:\n    return a + b\n")
PRODUCT = source("def add(a: int, b: int) -> int:\n    return a * b\n")


def results(root: Path, text: str, **others: str) -> list[Result]:
    """Run a chapter that stands behind some others."""
    it = book(root, **others, chapter=text)
    [chapter] = run(it, ["docs/chapter.md"])
    return list(chapter.results)


def shown(root: Path, text: str, **others: str) -> list[str]:
    """What its cells display."""
    found = results(root, text, **others)
    assert [each.trace for each in found if each.status != "ran"] == []
    return [each.text for each in found]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("1 + 1\n", "2\n"),
        ("'a'\n", "'a'\n"),
        ("None\n", ""),
        ("x = 3\n", ""),
        ("1 + 1;\n", ""),
        ("1 + 1;  # a comment\n", ""),
        ("1 + 1  # a comment;\n", "2\n"),
        ("(\n    1\n);\n", ""),
        ("';'\n", "';'\n"),
        ("print('said')\n5\n", "said\n5\n"),
        ("for i in range(2):\n    print(i)\n", "0\n1\n"),
        ("print(1, end='')\n1 / 0\n", f"1\n{HEADER}\n{ZERO}"),
        ("print(1)\n1 / 0\n", f"1\n{HEADER}\n{ZERO}"),
        ("import sys\nsys.argv\n", "['']\n"),
        ("__file__\n", f"{HEADER}\nNameError: name '__file__' is not defined\n"),
    ],
)
def test_a_cell_displays_what_a_notebook_would(
    tmp_path: Path, code: str, text: str
) -> None:
    [result] = results(tmp_path, cell(code))
    assert result.text == text


def test_a_chapter_is_one_namespace_that_starts_empty(tmp_path: Path) -> None:
    first = cell("x = 20\n") + cell("x + 1\n")
    assert shown(tmp_path, cell("'x' in globals()\n"), first=first) == ["False\n"]
    assert shown(tmp_path / "b", first) == ["", "21\n"]


def test_futures_of_the_machine_are_not_those_of_a_cell(tmp_path: Path) -> None:
    code = "def f(a: int) -> None: ...\nf.__annotations__['a'].__name__\n"
    assert shown(tmp_path, cell(code)) == ["'int'\n"]


def test_an_exception_stops_the_chapter_and_says_where(tmp_path: Path) -> None:
    text = cell("def f():\n    raise ValueError('no')\n") + cell("f()\n") + cell("1\n")
    [_, raised, below] = results(tmp_path, text)
    assert raised.status == "raised"
    assert raised.text == "Traceback (most recent call last):\nValueError: no\n"
    assert raised.trace.splitlines() == [
        "Traceback (most recent call last):",
        "  docs/chapter.md:9 in <module>",
        "    f()",
        "  docs/chapter.md:4 in f",
        "    raise ValueError('no')",
        "ValueError: no",
    ]
    assert below == Result("not run", because="docs/chapter.md:8 (ValueError: no)")


def test_of_many_lines_of_an_exception_the_first_one_is_the_reason(
    tmp_path: Path,
) -> None:
    text = cell("raise ValueError('no\\n\\nand\\nno')\n") + cell("1\n")
    [_, below] = results(tmp_path, text)
    assert below.because == "docs/chapter.md:2 (ValueError: no)"


def test_a_frame_in_tangled_code_names_the_chapter_line(tmp_path: Path) -> None:
    text = cell("from thing.core import add\nadd(1, None)\n")
    [result] = results(tmp_path, text, first="# First\n" + SUM)
    assert "  thing/core.py:2 in add, written at docs/first.md:5" in result.trace
    assert "    return a + b" in result.trace


def test_an_exception_that_the_page_shows_stops_nothing(tmp_path: Path) -> None:
    output = "Traceback (most recent call last):\nValueError: other words\n"
    found = results(tmp_path, cell("int('x')\n", output) + cell("1\n"))
    assert [each.status for each in found] == ["raised", "ran"]


def test_a_syntax_error_is_shown_without_a_path(tmp_path: Path) -> None:
    [result] = results(tmp_path, cell("1 +\n"))
    header, message = result.text.splitlines()
    assert (header, message.partition(":")[0]) == (
        "Traceback (most recent call last):",
        "SyntaxError",
    )
    assert f'docs/chapter.md", line {3}' in result.trace


def test_a_warning_is_displayed_so_that_a_page_without_it_fails(
    tmp_path: Path,
) -> None:
    code = (
        "import warnings\nprint('before')\nwarnings.warn('careful')\n"
        "for _ in range(2):\n    warnings.warn('twice', DeprecationWarning)\n'after'\n"
    )
    assert shown(tmp_path, cell(code)) == [
        "before\nUserWarning: careful\nDeprecationWarning: twice\n'after'\n"
    ]


def test_exit_does_not_end_the_machine(tmp_path: Path) -> None:
    [result] = results(tmp_path, cell("raise SystemExit('bye')\n"))
    assert result.text.endswith("SystemExit: bye\n")


def test_the_package_is_what_stands_above_the_line(tmp_path: Path) -> None:
    use = cell("from thing.core import add\nadd(3, 4)\n")
    again = cell("add(3, 4)\n")
    text = use + PRODUCT + again
    assert shown(tmp_path, text, first=SUM) == ["7\n", "", "12\n"]


def test_functions_modules_classes_and_instances_get_successors(tmp_path: Path) -> None:
    first = source(
        "class Box:\n    def __init__(self, x: int) -> None:\n        self.x = x\n"
    )
    grown = source("class Box:\n    ...\n\n    def twice(self) -> int:\n"
                   "        return 2 * self.x\n")  # fmt: skip
    text = (
        cell("import thing.core as core\nfrom thing.core import Box\nbox = Box(3)\n")
        + grown
        + cell("box.twice(), Box is core.Box, isinstance(box, core.Box)\n")
    )
    assert shown(tmp_path, text, first=first)[-1] == "(6, True, True)\n"


def test_an_instance_of_another_layout_stays_what_it_was(tmp_path: Path) -> None:
    first = source("class Box:\n    def __init__(self) -> None:\n        self.x = 1\n")
    slim = source('class Box:\n    __slots__ = ("x",)\n')
    text = (
        cell("from thing.core import Box\nbox = Box()\n")
        + slim
        + cell("box.x, isinstance(box, Box)\n")
    )
    assert shown(tmp_path, text, first=first)[-1] == "(1, False)\n"


def test_a_snapshot_stands_beside_the_present_package(tmp_path: Path) -> None:
    text = cell(
        "import literate\nfrom thing.core import add\n"
        "old = literate.snapshot('docs/first.md').core\n"
        "old.add(3, 4), add(3, 4), old.add is add\n"
    )
    found = shown(tmp_path, text, first=SUM, second=PRODUCT)
    assert found == ["(7, 12, False)\n"]


def test_a_snapshot_leaves_the_present_package_as_it_was(tmp_path: Path) -> None:
    snapshot = "import literate\nliterate.snapshot('docs/first.md');\n"
    present = "import thing.core\nbefore = thing.core\n"
    same = "import thing.core\nthing.core is before, thing.core.add(3, 4)\n"
    first = SUM + source("X = 1\n", "thing/old.py")
    text = (
        cell(snapshot + "from thing.core import add\nadd(3, 4)\n")
        + source("del X\n", "thing/old.py")
        + cell(present + snapshot)
        + cell(same)
        + cell("from thing.old import X\n", f"{HEADER}\n...\n")
    )
    found = results(tmp_path, text, first=first, second=PRODUCT)
    assert [each.text for each in found[:4]] == ["12\n", "", "", "(True, 12)\n"]
    assert "ImportError: cannot import name 'X'" in found[4].text


def test_a_folder_of_the_package_is_the_books_alone(tmp_path: Path) -> None:
    (tmp_path / "thing/sub").mkdir(parents=True)
    (tmp_path / "thing/sub/other.py").write_text("X = 'on disk'\n")
    text = (
        source("X = 1\n", "thing/sub/deep/core.py")
        + cell(f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n")
        + cell("from thing.sub.deep import core\ncore.X\n")
        + source("X = 2\n", "thing/sub/deep/core.py")
        + cell("core.X\n")
        + cell("import thing.sub.other\n")
    )
    found = results(tmp_path, text)
    assert [each.text for each in found[2::2]] == ["1\n", "2\n"]
    assert found[5].because == "No module named 'thing.sub.other'"


def test_no_other_finder_is_asked_for_a_part_of_the_package(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom importlib.machinery import ModuleSpec\n\n"
        "class Elsewhere:\n"
        "    def find_spec(self, name, *_):\n"
        "        return ModuleSpec(name, self) if 'nowhere' in name else None\n\n"
        "    def create_module(self, spec): ...\n\n"
        "    def exec_module(self, module): ...\n\n"
        "sys.meta_path.append(Elsewhere())\nimport nowhere, thing\n"
    )
    output = f"{HEADER}\n...\n"
    text = SUM + cell(code) + cell("import thing.nowhere\n", output)
    text += cell("from thing import nowhere\n", output)
    found = results(tmp_path, text)[1:]
    assert [each.status for each in found] == ["ran", "raised", "raised"]
    assert found[1].because == "No module named 'thing.nowhere'"
    assert found[2].because.startswith("cannot import name 'nowhere' from 'thing'")


def test_only_a_line_of_an_installed_file_was_written_somewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("PYTHONPATH", "")
    with Installed("thing", tmp_path) as installed:
        installed.install({"thing/core.py": merged("x = 1\n")})
        [file] = tmp_path.rglob("core.py")
        origins = [installed.locate(str(file), line) for line in range(3)]
    title = "thing/core.py"
    assert origins == [(title, None), (title, ("block 1", 1)), (title, None)]
    assert installed.locate("elsewhere.py", 1) is None


def test_a_folder_below_the_package_is_named_like_it() -> None:
    titles = ["thing/__init__.py", "thing/sub/__init__.py", "thing/sub/core.py"]
    assert [*map(module_name, titles)] == ["thing", "thing.sub", "thing.sub.core"]


def test_child_processes_have_the_newest_package_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([outer, "", "mine"]))
    (tmp_path / "thing").mkdir()
    (tmp_path / "thing/__init__.py").touch()
    (tmp_path / "thing/core.py").write_text("def add(a, b):\n    return 'on disk'\n")
    ask = (
        "import os, subprocess, sys\n"
        "program = 'import thing.core; print(thing.core.add(3, 4))'\n"
        f"paths = os.environ['PYTHONPATH'] + os.pathsep + {str(tmp_path)!r}\n"
        "environment = {**os.environ, 'PYTHONPATH': paths}\n"
        "said = subprocess.run([sys.executable, '-c', program], env=environment,\n"
        "                      text=True, capture_output=True)\n"
        "(said.stdout or said.stderr).splitlines()[-1]\n"
    )
    entries = "entries = paths.split(os.pathsep)\n"
    entries += "['packages' in each for each in entries].count(True),"
    entries += " '' in entries, 'mine' in entries\n"
    text = cell(ask) + SUM + cell(ask) + PRODUCT + cell(ask) + SUM + cell(entries)
    it = book(tmp_path, chapter=text)
    assert [each.text for each in run(it, it.paths)[0].results[0::2]] == [
        "\"ModuleNotFoundError: No module named 'thing'\"\n",
        "'7'\n",
        "'12'\n",
        "(1, False, True)\n",
    ]


def test_a_snapshot_of_no_chapter_is_an_error(tmp_path: Path) -> None:
    text = cell("import literate\nliterate.snapshot('docs/none.md')\n")
    [result] = results(tmp_path, text, first=SUM)
    assert "docs/none.md:1: no such chapter in the nav" in result.text


def test_source_code_is_found_in_the_chapter_and_in_the_package(tmp_path: Path) -> None:
    text = (
        cell("def f():\n    return 1\n")
        + '??? success "Solution"\n'
        + "".join(f"    {line}\n" for line in cell("def h():\n    pass\n").split("\n"))
        + cell("import inspect\nprint(inspect.getsource(f), end='')\n")
        + cell("print(inspect.getsource(h), end='')\n")
        + cell(
            "from thing.core import add\nprint(inspect.getsource(add), end='')\n"
            "inspect.getsourcelines(f)[1]\n"
        )
    )
    found = shown(tmp_path, text, first=SUM)
    assert found[2:] == [
        "def f():\n    return 1\n",
        "def h():\n    pass\n",
        "def add(a: int, b: int) -> int:\n    return a + b\n3\n",
    ]


def test_the_package_itself_has_names(tmp_path: Path) -> None:
    text = source("X = 1\n", "thing/__init__.py") + cell("from thing import X\nX\n")
    text += source("X = 2\n", "thing/__init__.py") + cell("X\n")
    assert shown(tmp_path, text)[1::2] == ["1\n", "2\n"]


def test_the_source_of_a_solution_is_found(tmp_path: Path) -> None:
    text = "\n```exercise\ndef f(): ...\n```\n\n```check\nassert f() == 1, 'one'\n```\n"
    text += '\n```wrong hint="one"\ndef f():\n    return 2\n```\n'
    text += cell("def f():\n    return 1\n")
    text += cell("import inspect\nprint(inspect.getsource(f), end='')\n")
    assert shown(tmp_path, text)[-1] == "def f():\n    return 1\n"


def test_pickle_and_processes_see_the_same_package(tmp_path: Path) -> None:
    (tmp_path / "thing").mkdir()
    (tmp_path / "thing/core.py").write_text("def add(a, b):\n    return 'on disk'\n")
    text = cell(
        "import multiprocessing, pickle, subprocess, sys\n"
        "from thing.core import add\n"
        "print(pickle.loads(pickle.dumps(add)) is add)\n"
        "with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "    print(pool.starmap(add, [(3, 4)]))\n"
        "program = 'from thing.core import add; print(add(3, 4))'\n"
        "said = subprocess.run([sys.executable, '-c', program], capture_output=True)\n"
        "print(said.stdout.decode().strip())\n"
    )
    assert shown(tmp_path, text, first=PRODUCT) == ["True\n[12]\n12\n"]


def test_a_class_of_a_cell_can_be_pickled(tmp_path: Path) -> None:
    text = "import pickle\nclass A: pass\npickle.loads(pickle.dumps(A)) is A\n"
    assert shown(tmp_path, cell(text)) == ["True\n"]


def test_leaving_a_chapter_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    import matplotlib
    import numpy

    text = SUM + cell(
        "import os, random, sys\n"
        "import numpy\n"
        "import thing.core\n"
        "os.environ['LEFT'] = 'behind'\n"
        "sys.path.append('left-behind')\n"
        "sys.modules['thing.more'] = thing.core\n"
        "random.seed(1)\n"
        "numpy.random.seed(1)\n"
        "open('left-behind.txt', 'w').close()\n"
        "import matplotlib\n"
        "matplotlib.rcParams['lines.linewidth'] = 99\n"
    )

    def state() -> tuple[object, ...]:
        own = {name for name in sys.modules if name.split(".")[0] == "thing"}
        numbers = numpy.random.get_state(legacy=False)["state"]["key"]
        main, folder = sys.modules["__main__"], os.getcwd()
        path, environment = list(sys.path), dict(os.environ)
        return (
            own,
            random.getstate(),
            numbers.tolist(),
            main,
            folder,
            path,
            environment,
        )

    before, files = state(), {*tmp_path.iterdir()}
    assert shown(tmp_path, text) == ["", ""]
    assert state() == before  # its process has taken all of it along
    assert {*tmp_path.iterdir()} - files == {tmp_path / "docs", tmp_path / "mkdocs.yml"}
    assert matplotlib.rcParams["lines.linewidth"] != 99


def test_a_module_that_is_not_there_is_told_without_who_has_looked(
    tmp_path: Path,
) -> None:
    text = SUM + cell("import thing.nowhere\n")
    assert results(tmp_path, text)[-1].trace.splitlines() == [
        "Traceback (most recent call last):",
        "  docs/chapter.md:9 in <module>",
        "    import thing.nowhere",
        "ModuleNotFoundError: No module named 'thing.nowhere'",
    ]


def test_a_traceback_tells_what_has_led_to_an_exception(tmp_path: Path) -> None:
    code = (
        "try:\n    try:\n        {}['a']\n    except KeyError:\n        1 / 0\n"
        "except ZeroDivisionError as error:\n    raise ValueError('no') from error\n"
    )
    [result] = results(tmp_path, cell(code))
    assert result.text == f"{HEADER}\nValueError: no\n"
    during, cause = (
        "During handling of the above exception, another exception occurred:",
        "The above exception was the direct cause of the following exception:",
    )
    assert result.trace.splitlines() == [
        *(HEADER, "  docs/chapter.md:5 in <module>", "    {}['a']", "KeyError: 'a'"),
        *("", during, ""),
        *(HEADER, "  docs/chapter.md:7 in <module>", "    1 / 0"),
        *("ZeroDivisionError: division by zero", "", cause, ""),
        *(HEADER, "  docs/chapter.md:9 in <module>"),
        *("    raise ValueError('no') from error", "ValueError: no"),
    ]
    hidden = code.replace("from error", "from None")
    [result] = results(tmp_path / "b", cell(hidden))
    assert "ZeroDivisionError:" not in result.trace


def test_a_traceback_tells_the_notes_and_the_members_of_a_group(tmp_path: Path) -> None:
    code = (
        "error = ExceptionGroup('two', [ValueError('a'), ExceptionGroup('one', "
        "[KeyError('b')])])\nerror.add_note('look here')\nraise error\n"
    )
    [result] = results(tmp_path, cell(code))
    assert result.text == f"{HEADER}\nExceptionGroup: two (2 sub-exceptions)\n"
    assert result.trace.splitlines()[3:] == [
        "ExceptionGroup: two (2 sub-exceptions)",
        "look here",
        "  ValueError: a",
        "  ExceptionGroup: one (1 sub-exception)",
        "    KeyError: 'b'",
    ]


def test_a_chain_of_exceptions_ends(tmp_path: Path) -> None:
    code = (
        "error = None\nfor n in range(2000):\n    made = ValueError(n)\n"
        "    made.__context__, error = error, made\nraise error\n"
    )
    [result] = results(tmp_path, cell(code))
    assert result.trace.count("ValueError: ") == 10
    assert result.trace.endswith("ValueError: 1999\n")


def test_the_ways_of_the_import_system_lead_to_the_newest_package(
    tmp_path: Path,
) -> None:
    ask = (
        "import importlib, pkgutil, subprocess, sys\nfrom importlib import resources\n"
        "import thing.core as core\n"
        "found = pkgutil.walk_packages(thing.__path__, 'thing.')\n"
        "print([each.name for each in found])\n"
        "print('return' in resources.files('thing').joinpath('core.py').read_text())\n"
        "print(importlib.reload(core) is core, core.add(3, 4))\n"
        "said = subprocess.run([sys.executable, '-m', 'thing.core'])\n"
        "del sys.modules['thing.core']\n"
        "import thing.core\nsaid.returncode, thing.core.add(3, 4)\n"
    )
    text = cell("import thing\n") + cell(ask) + PRODUCT + cell(ask)
    text += cell("sys.path = []\n") + SUM + cell(ask) + cell("sys.meta_path.clear()\n")
    found = "['thing.core']\nTrue\nTrue {0}\n(0, {0})\n".format
    told = shown(tmp_path, text, first=SUM)
    assert [told[index] for index in (1, 3, 6)] == [found(7), found(12), found(7)]


def test_a_frame_without_a_text_is_a_line(tmp_path: Path) -> None:
    [result] = results(tmp_path, cell("exec('1 / 0')\n"))
    assert result.trace.splitlines() == [
        HEADER,
        "  docs/chapter.md:3 in <module>",
        "    exec('1 / 0')",
        "  <string>:1 in <module>",
        "ZeroDivisionError: division by zero",
    ]


@pytest.mark.parametrize(("depth", "left"), [(18, ""), (19, "  … 1 more frames\n")])
def test_a_long_traceback_is_shown_from_both_ends(
    tmp_path: Path, depth: int, left: str
) -> None:
    code = f"def f(n):\n    return f(n - 1) if n else n.none\nf({depth})\n"
    [result] = results(tmp_path, cell(code))
    assert result.trace.count(" in f\n") + result.trace.count(" in <module>\n") == 20
    frame = "  docs/chapter.md:4 in f\n    return f(n - 1) if n else n.none\n"
    assert f"{frame * 9}{left}{frame * 10}AttributeError: " in result.trace


def test_a_traceback_through_an_event_loop_is_the_pages_alone(tmp_path: Path) -> None:
    [result] = results(tmp_path, cell("async def f():\n    1 / 0\nawait f()\n"))
    assert result.trace.splitlines()[1::2] == [
        "  docs/chapter.md:5 in <module>",
        "  docs/chapter.md:4 in f",
        "ZeroDivisionError: division by zero",
    ]


def test_the_package_of_before_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Other:
        def find_spec(self, name: str, *_: object) -> None:
            assert not name.startswith("thing")

    monkeypatch.setattr(sys, "meta_path", [Other(), *sys.meta_path])
    outer = types.ModuleType("thing")
    monkeypatch.setitem(sys.modules, "thing", outer)
    it = book(tmp_path, chapter=SUM + cell("import thing.core\n"))
    path, folder = "docs/chapter.md", os.getcwd()
    here = HereRun(page_of(it, path), it.snapshot, it.chapters[path].blocks)
    finders = list(sys.meta_path)
    assert [here.result(index).status for index in range(2)] == ["ran", "ran"]
    assert (os.getcwd(), sys.meta_path) == (folder, finders)
    assert sys.modules["thing"] is outer
    assert "thing.core" not in sys.modules


def test_a_source_block_that_does_not_import_stops_the_chapter(tmp_path: Path) -> None:
    text = source("import nowhere_to_be_found\n\nX = 1\n") + cell("1\n")
    [broken, below] = results(tmp_path, text)
    assert broken.status == "raised"
    assert "written at docs/chapter.md:3" in broken.trace
    assert below.status == "not run"


def test_a_missing_optional_library_is_told_apart(tmp_path: Path) -> None:
    cells = [
        "import not_here.at_all\n\nmade = not_here.at_all\n",
        "def use():\n    return made\n",
        "rows = [use() for _ in range(3)]\n",
        "1 + 1\n",
        "made = 2\n",
        "made + 1\n",
        "rows\n",
    ]
    it = book(tmp_path, chapter="".join(map(cell, cells)))
    it.options = it.options._replace(optional=("not_here",))
    found = run(it, ["docs/chapter.md"])[0].results
    assert [each.status for each in found] == [
        *("missing", "missing", "missing"),
        *("ran", "ran", "ran"),
        "missing",
    ]
    assert [each.text for each in found[3:6]] == ["2\n", "", "3\n"]
    assert found[0].because == "No module named 'not_here'"
    why = "docs/chapter.md:2 (No module named 'not_here')"
    assert {found[place].because for place in (1, 2, 6)} == {why}


def test_a_cell_may_say_itself_that_a_module_lacks(tmp_path: Path) -> None:
    it = book(tmp_path, chapter=cell("raise ModuleNotFoundError('not here')\n"))
    it.options = it.options._replace(optional=("not_here",))
    [result] = run(it, it.paths)[0].results
    assert (result.status, result.because) == ("raised", "not here")


def test_what_needs_no_lost_name_runs_though_a_library_lacks(tmp_path: Path) -> None:
    exercise = (
        "\n```exercise\nmade = ...\n```\n\n```check\nassert made == 3, 'three'\n```\n"
        '\n```wrong hint="three"\nmade = 2\n```\n'
    )
    text = (
        cell("import not_here\n\nmade = not_here.rows()\n")
        + source("made = 5\nnot_here = made\n")
        + cell("made = made + 1\n")
        + cell("async def use():\n    return made\n")
        + cell("await use()\n")
        + exercise
        + cell("made = 3\n")
        + cell("made\n")
    )
    it = book(tmp_path, chapter=text)
    it.options = it.options._replace(optional=("not_here",))
    found = run(it, ["docs/chapter.md"])[0].results
    assert [each.status for each in found] == [
        *("missing", "ran", "missing", "missing", "missing"),
        *("ran", "ran", "ran"),
    ]
    assert [each.status for each in found[5].trials] == ["raised", "raised", "ran"]
    assert found[7].text == "3\n"


def test_data_files_lie_beside_the_cells_in_their_folders(tmp_path: Path) -> None:
    files = {"top.txt": "1", "more/x.txt": "2", "more/still/y.txt": "3"}
    it = book(tmp_path, chapter=cell(f"[open(name).read() for name in {[*files]}]\n"))
    for name, text in files.items():
        file = tmp_path / "docs/data" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    it.options = it.options._replace(data="docs/data")
    assert run(it, it.paths)[0].results[0].text == "['1', '2', '3']\n"


@pytest.mark.needs("matplotlib")
def test_a_figure_of_a_cell_that_raised_is_not_the_next_ones(tmp_path: Path) -> None:
    drawing = "from matplotlib import pyplot\npyplot.plot([1, 2])\n1 / 0\n"
    raised = f"{HEADER}\nZeroDivisionError: division by zero\n"
    [first, below] = results(tmp_path, cell(drawing, raised) + cell("1\n"))
    assert (first.pictures, below.pictures, below.text) == ((), (), "1\n")


def test_recursion_ends_where_a_readers_own_does(tmp_path: Path) -> None:
    text = cell("import sys\nsys.getrecursionlimit()\n")
    assert shown(tmp_path, text) == ["1000\n"]


def test_builtins_that_a_cell_has_replaced_are_put_back(tmp_path: Path) -> None:
    it = book(tmp_path, chapter=cell("import builtins\nbuiltins.open = None\n"))
    path = it.paths[0]
    here = HereRun(page_of(it, path), it.snapshot, it.chapters[path].blocks)
    assert here.result(0) == Result("ran")
    assert open is io.open


def test_what_ends_a_debugger_is_no_result_of_a_cell(tmp_path: Path) -> None:
    it = book(tmp_path, chapter=cell("raise KeyboardInterrupt\n"))
    path = it.paths[0]
    here = HereRun(page_of(it, path), it.snapshot, it.chapters[path].blocks)
    with pytest.raises(KeyboardInterrupt):
        here.result(0)


def test_an_example_has_the_names_of_its_module(tmp_path: Path) -> None:
    it = book(tmp_path, first=SUM)
    text = (
        '"""A.\n\n>>> add(3, 4)\n7\n>>> add = 3\n>>> add\n3\n'
        ">>> def f(x: int): ...\n>>> f.__annotations__['x'].__name__\n'int'\n"
        '>>> add(1)\n"""\n'
    )
    blocks = list(examples("thing/core.py", text))
    here = HereRun(page_of(it, "thing/core.py", "thing.core"), it.snapshot, blocks)
    shown = [here.result(n).text for n in range(5)]
    assert shown == ["7\n", "", "3\n", "", "'int'\n"]
    assert "  thing/core.py:11 in <module>\n    add(1)\n" in here.result(5).trace


def test_a_warning_for_developers_of_the_package_is_none_for_readers(
    tmp_path: Path,
) -> None:
    warn = source("import warnings\n\n\ndef f():\n    warnings.warn('old', "
                  "DeprecationWarning)\n")  # fmt: skip
    text = warn + cell("from thing.core import f\nf()\n")
    assert shown(tmp_path, text) == ["", ""]


def test_a_page_that_runs_here_gives_back_what_it_has_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASKED", "before")
    depth, frozen, words = sys.getrecursionlimit(), gc.get_freeze_count(), sys.argv
    sys.setrecursionlimit(depth + 1000)
    code = (
        "import asyncio, os, sys, warnings\nasync def f():\n"
        "    return asyncio.get_running_loop()\nos.environ['LEFT'] = 'behind'\n"
        "os.environ['ASKED'] = 'now'\nsys.left_loop = await f()\n"
        "warnings.warn('careful')\nprint(sys.getrecursionlimit())\n"
    )
    it = book(tmp_path, chapter=cell(code))
    path, before = "docs/chapter.md", dict(os.environ)
    here = HereRun(page_of(it, path), it.snapshot, it.chapters[path].blocks)
    try:
        assert here.result(0) == Result("ran", "UserWarning: careful\n1000\n")
        assert sys.getrecursionlimit() == depth + 1000
        assert sys.left_loop.is_closed()  # type: ignore[attr-defined]  # of the cell
    finally:
        sys.setrecursionlimit(depth)
    assert (dict(os.environ), gc.get_freeze_count()) == (before, frozen)
    assert sys.argv is words
    assert Session.current is None
