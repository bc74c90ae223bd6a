"""What the commands say to somebody who has not used them before."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from literate.book.book import Book
from literate.cli import site
from making import cell, literate, make_book, source
from making import site as good_site
from processes import outcome, run_pytest

GOOD = "# One\n" + cell("1 + 1\n", "2\n")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return good_site(tmp_path, one=GOOD)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `run` asks of Python."""
    words: list[str] = []

    def note(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        words[:] = command
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(site.subprocess, "run", note)
    return words


def test_without_a_command_all_of_them_are_shown(tmp_path: Path) -> None:
    run = literate(tmp_path)
    assert run.returncode == 2
    assert "make a book that runs at once" in run.stderr


def test_the_help_of_a_command_says_what_it_does(tmp_path: Path) -> None:
    assert "carry hand edits into the chapters" in literate(
        tmp_path, "stitch", "--help"
    ).stdout  # fmt: skip
    assert literate(tmp_path, "--version").stdout.startswith("literate-book ")


def test_run_leaves_the_words_of_pytest_where_they_stand(
    root: Path, asked: list[str]
) -> None:
    literate(root, "run", "-k", "two", "docs/one.md::one-1", "--update-outputs")
    page = str(root / "docs/one.md::one-1")
    assert asked[-4:] == ["-k", "two", page, "--update-outputs"]
    literate(root / "docs", "run", "-x", "one.md")
    assert asked[-2:] == ["-x", str(root / "docs/one.md")]
    literate(root, "run", "--deselect", "docs/one.md::one-1")
    assert asked[-1] == "docs/one.md::one-1"
    literate(root, "run", "-k", "docs")
    assert asked[-2:] == ["-k", "docs"]


def test_run_says_which_page_was_meant(root: Path, asked: list[str]) -> None:
    run = literate(root, "run", "-q", "one.md")
    message = "no such chapter in the nav of mkdocs.yml: did you mean docs/one.md?"
    assert (run.returncode, run.stderr) == (1, f"one.md: {message}\n")
    assert asked == []


def test_run_finds_the_book_of_the_page_that_is_named(
    root: Path, tmp_path: Path, asked: list[str]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    run = literate(tmp_path / "elsewhere", "run", "../docs/one.md::one-1")
    assert (run.returncode, asked[-1].endswith("docs/one.md::one-1")) == (0, True)


@pytest.mark.parametrize("words", [["-p", "no:literate.pytest_plugin"],
                                   ["-pno:literate.pytest_plugin"]])  # fmt: skip
def test_run_lets_nobody_else_run_the_pages(
    root: Path, asked: list[str], words: list[str]
) -> None:
    run = literate(root, "run", *words)
    assert "nobody else may run the pages of a book" in run.stderr
    assert (run.returncode, asked) == (1, [])


def test_what_is_wrong_in_one_chapter_is_told_once_and_the_others_run(
    tmp_path: Path,
) -> None:
    wrong = "# Two\n" + source("def half(x)\n    return x / 2\n")
    make_book(tmp_path, one=GOOD, two=wrong, three="# Three\n" + cell("3\n", "3\n"))
    run = run_pytest(tmp_path, "--continue-on-collection-errors", "-rs")
    assert run.returncode == 1
    assert outcome(run) == {"passed": 1, "skipped": 1, "error": 1}
    assert run.stdout.count("is not valid Python: expected ':'") == 1
    assert "not read because of docs/two.md:4" in run.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("packge: thing", "no option `packge`: did you mean `package`?"),
        (
            "{package: thing, color: red}",
            "no option `color`: it has package, optional, data, limit",
        ),
        (
            "{package: thing, data: docs/dat}",
            "the data folder docs/dat is not there: make it, or drop this option",
        ),
        (
            "{package: thing, data: ../thing}",
            "the data folder ../thing is no folder below that of the book",
        ),
        (
            "{package: thing, data: .}",
            "the data folder . is no folder below that of the book",
        ),
        ("package: a.b", "the package `a.b` cannot be imported: give it another name"),
        ("package: json", "the package `json` is a module already"),
        ("{package: thing, limit: 0}", "limit takes the seconds of a cell"),
        ("{package: thing, limit: yes}", "such as 60, not True"),
        ("{package: thing, limit: .inf}", "such as 60, not inf"),
        ("{package: thing, optional: [3]}", "optional takes a list of words, not [3]"),
    ],
)
def test_an_option_of_the_book_that_is_wrong(
    root: Path, options: str, message: str
) -> None:
    config = root / "mkdocs.yml"
    text = config.read_text().replace("\n      package: thing", f" {options}")
    if not options.startswith("{"):
        text = config.read_text().replace("package: thing", options)
    config.write_text(text)
    for command in ("tangle", "doctor", "build"):
        run = literate(root, command)
        assert run.returncode == 1
        assert message in run.stdout + run.stderr


def test_a_single_word_is_a_list_of_one(root: Path) -> None:
    config = root / "mkdocs.yml"
    options = "package: thing\n      optional: torch\n      common: value"
    config.write_text(config.read_text().replace("package: thing", options))
    it = Book(root)
    assert (it.options.optional, it.options.common) == (("torch",), ("value",))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("site_name", "docs_dir: ../docs\nsite_name", "docs_dir: ../docs is no folder"),
        ("site_name", "docs_dir: /docs\nsite_name", "docs_dir: /docs is no folder"),
        ("site_name", "INHERIT: docs\nsite_name", "Is a directory"),
        ("site_name", "INHERIT: mkdocs.yml\nsite_name", "it inherits from itself"),
        ("nav:", "nav:\n  - ../other.md", "docs/../other.md, which is not there"),
        ("nav:", "nav:\n  - b.markdown", "docs/b.markdown:1: this page would be shown"),
    ],
)
def test_a_configuration_that_cannot_hold_is_told(
    root: Path, old: str, new: str, message: str
) -> None:
    (root / "other.md").write_text("")
    (root / "docs/b.markdown").write_text(cell("1\n", "2\n"))
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace(old, new))
    for command in ("tangle", "doctor"):
        run = literate(root, command)
        assert run.returncode == 1
        assert message in run.stdout + run.stderr


@pytest.mark.parametrize("docs", ["docs/", "./docs", "docs/."])
def test_a_page_has_one_name_however_the_configuration_writes_it(
    root: Path, docs: str
) -> None:
    config = root / "mkdocs.yml"
    before = Book(root).paths
    text = config.read_text().replace("  - ", "  - ./", 1)
    config.write_text(f"docs_dir: {docs}\n{text}")
    assert Book(root).paths == before


def test_a_nav_says_which_pages_it_lacks_and_which_it_has_twice(root: Path) -> None:
    config = root / "mkdocs.yml"
    config.write_text(config.read_text().replace("one.md", "docs/one.md"))
    assert literate(root, "doctor").stdout == (
        "mkdocs.yml:3: nav names docs/docs/one.md, which is not there; "
        "not in the nav: one.md\n"
    )
    config.write_text(config.read_text().replace("docs/one.md", "one.md\n  - one.md"))
    assert "nav names docs/one.md twice" in literate(root, "doctor").stdout


def test_doctor_speaks_of_the_libraries_that_the_chapters_import(root: Path) -> None:
    assert "not installed" not in literate(root, "doctor").stdout
    text = "# One\n" + cell("import no_such_library\nimport thing, os\n")
    (root / "docs/one.md").write_text(text)
    assert literate(root, "doctor").stdout.count("is not installed") == 1
    assert (
        "note: docs/one.md:3: no_such_library is not installed"
        in literate(root, "doctor").stdout
    )


@pytest.mark.parametrize("is_built", [True, False])
def test_a_build_says_where_its_pages_cannot_run(
    root: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch, is_built: bool
) -> None:
    monkeypatch.setattr(site, "is_built", lambda: is_built)
    monkeypatch.setattr(site, "finish", lambda *_: None)
    run = literate(root, "build")
    assert (run.returncode, "without the scripts" in run.stderr) == (0, not is_built)


@pytest.mark.parametrize(
    ("words", "folder"), [([], "public"), (["--site-dir", "other"], "other")]
)
def test_what_is_built_is_finished_where_it_is(
    root: Path,
    asked: list[str],
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    folder: str,
) -> None:
    config = root / "mkdocs.yml"
    config.write_text(f"site_dir: public\n{config.read_text()}")
    (root / folder).mkdir()
    finished: list[Path] = []
    monkeypatch.setattr(site, "finish", lambda _, built: finished.append(built))
    assert literate(root, "build", *words).returncode == 0
    assert finished == [root / folder]


def test_an_address_may_be_a_port_alone(root: Path) -> None:
    assert site._address("9000") == "127.0.0.1:9000"
    assert site._address("0.0.0.0:80") == "0.0.0.0:80"
    run = literate(root, "serve", "--address", "localhost")
    assert run.returncode == 2
    assert "is no address: give one such as 127.0.0.1:9000" in run.stderr


@pytest.mark.slow
def test_an_output_is_written_without_addresses(tmp_path: Path) -> None:
    make_book(tmp_path, one="# One\n" + cell("object()\n"))
    assert run_pytest(tmp_path, "--update-outputs").returncode == 0
    assert "<object object at ...>\n" in (tmp_path / "docs/one.md").read_text()
    assert run_pytest(tmp_path).returncode == 0


def test_an_exception_that_is_to_be_shown_says_how(tmp_path: Path) -> None:
    shown = "ValueError: no\n"
    make_book(tmp_path, one="# One\n" + cell("raise ValueError('no')\n", shown))
    cure = "to show it, begin the output by `Traceback (most recent call last):`"
    assert cure in run_pytest(tmp_path).stdout


@pytest.mark.slow
def test_a_picture_that_also_has_a_value_says_how_to_be_silent(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    text = cell("import matplotlib.pyplot as plt\nplt.bar([1], [2])\n")
    make_book(tmp_path, one="# One\n" + text + "```figure\nA bar.\n```\n")
    run = run_pytest(tmp_path)
    assert "end the last line with `;` where only the picture is meant" in run.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("new mkdocs.yml/thing", "mkdocs.yml: Not a directory"),
        ("notebook docs/one.md --into mkdocs.yml", "mkdocs.yml: File exists"),
        ("tangle --into mkdocs.yml/a/b", "/mkdocs.yml: cannot be written: Not a dir"),
        ("finish nowhere", "nowhere: is no built site: build it first"),
        ("build --site-dir mkdocs.yml", "mkdocs.yml: is no folder: name another one"),
    ],
)
def test_a_place_that_cannot_be_written_is_named(
    root: Path, words: str, message: str
) -> None:
    (root / "docs/one.md").write_text(source("x = 1\n") + GOOD)
    run = literate(root, *words.split())
    assert (run.returncode, message in run.stderr) == (1, True), run.stderr


def test_an_address_has_one_of_the_ports_that_there_are(root: Path) -> None:
    run = literate(root, "serve", "--address", "65536")
    assert (run.returncode, "'65536' is no address" in run.stderr) == (2, True)


@pytest.mark.parametrize(
    ("folder", "word"), [(".", "./docs/one.md"), ("docs", "one.md"), ("docs", "")]
)
def test_a_chapter_is_named_from_where_one_is(
    root: Path, folder: str, word: str
) -> None:
    word = word or str(root / "docs/one.md")
    (root / "docs/one.md").write_text("# One\n" + source("x = 1\n"))
    run = literate(root / folder, "tangle", "--until", word)
    assert (run.stdout, run.stderr) == ("wrote thing/core.py\n", "")
    assert literate(root / folder, "notebook", word).stdout == "wrote one.ipynb\n"
    assert literate(root / folder, "stitch", "--chapter", word).returncode == 0
