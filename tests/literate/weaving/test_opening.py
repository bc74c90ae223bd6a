"""What stands at the top of a chapter, and the versions of what the book writes."""

from __future__ import annotations

from pathlib import Path

from literate.book.history import History
from literate.weaving.fragments import told_apart
from literate.weaving.parts.opening import opened, timed
from literate.weaving.parts.reference import with_origins
from making import BOX, book, cell, source

HEADING = '<h2 id="{}" class="doc doc-heading">x</h2>'


def opening(root: Path, stem: str, **chapters: str) -> str:
    """The first lines of a chapter's page."""
    it = book(root, **chapters)
    chapter = it.chapters[f"docs/{stem}.md"]
    return "\n".join(opened(chapter.text.split("\n")[:1], it, History(it), chapter))


def test_a_chapter_says_its_number_and_what_is_in_it(tmp_path: Path) -> None:
    first = "# Boxes\n\n" + source(BOX)
    second = "# More\n\n" + cell("from thing.core import Box\nBox(1);\n")
    chapters = {"01-boxes": first, "02-more": second}
    lines = opening(tmp_path / "a", "01-boxes", **chapters)
    assert lines.startswith("# 1. Boxes\n\nAbout 5 minutes.")
    assert "Defines [`Box`](#thing.core.Box)." in lines
    assert "Builds on" not in lines
    assert 'Ends with <a href="#package">`core.py` of 3 lines</a>.' in lines
    lines = opening(tmp_path / "b", "02-more", **chapters)
    assert lines.startswith("# 2. More\n")
    assert "Defines" not in lines and "Ends with" not in lines
    assert "Builds on [1. Boxes](01-boxes.md)." in lines


def test_exercises_are_counted(tmp_path: Path) -> None:
    exercise = (
        "```exercise\ndef f():\n    return 1\n```\n\n```check\nassert f() == 2, 'two'\n"
        "```\n\n" + cell("def f():\n    return 2\n")
    )
    lines = opening(tmp_path, "01-a", **{"01-a": f"# A\n\n{exercise}"})
    assert "1 exercise to check" in lines


def test_a_page_without_a_number_is_left_alone(tmp_path: Path) -> None:
    assert opening(tmp_path, "one", one="# One\n\n" + source(BOX)) == "# One"


def test_the_reference_tells_all_versions(tmp_path: Path) -> None:
    it = book(
        tmp_path,
        one="# One\n" + source(BOX),
        two="# Two\n" + source(BOX.replace("= x", "= 2 * x")),
    )
    text = HEADING.format("thing.core.Box.__init__")
    told = with_origins(text, it, History(it), lambda path: path)
    first, last = (f"{each}.md#thing.core.Box.__init__" for each in ("one", "two"))
    links = f'<a href="{first}">One</a>, then in <a href="{last}">Two</a>.'
    assert f'data-versions="thing.core.Box.__init__">Written in {links}' in told


def test_versions_of_one_chapter_are_told_shortly(tmp_path: Path) -> None:
    again = source(BOX) + source("class Box:\n    ...\n\n    del __init__\n")
    it = book(tmp_path, one="# One\n" + source(BOX) + again)
    name = "thing.core.Box.__init__"
    told = with_origins(HEADING.format(name), it, History(it), lambda path: path)
    second, third = (f'<a href="one.md#{name}-{number}">' for number in (2, 3))
    assert f">One</a>, {second}again</a>, {third}removed</a>.</p>" in told


def test_what_was_written_once_has_no_history(tmp_path: Path) -> None:
    it = book(tmp_path, one="# One\n" + source(BOX))
    text = HEADING.format("thing.core.Box")
    told = with_origins(text, it, History(it), lambda path: path)
    assert "Written in" in told and "data-versions" not in told


def test_folds_of_one_name_are_told_apart() -> None:
    fold = "<details><summary>Solution</summary>x</details>"
    heading = '<h3 id="a">A <code>b</code><a class="headerlink" href="#a">¶</a></h3>'
    text = heading + fold + heading.replace("A ", "C ") + fold
    shown = told_apart(text + "<summary>Once</summary>")
    assert '>Solution<span class="literate-unseen">: A b</span></summary>' in shown
    assert '>Solution<span class="literate-unseen">: C b</span></summary>' in shown
    assert "<summary>Once</summary>" in shown


def test_a_list_of_chapters_says_how_long_each_takes(tmp_path: Path) -> None:
    long = "# Long\n\n" + "word " * 2400
    it = book(tmp_path, **{"01-a": "# A\n", "02-long": long, "end": "# End\n"})
    lines = [
        "1. [A](01-a.md)",
        "2. [Long](02-long.md)",
        "1. [Long](02-long.md)",
        "3. [Gone](03-gone.md)",
        "See 1. [A](01-a.md)",
    ]
    told = timed(lines, it, it.chapters["docs/end.md"])
    assert [line.rpartition("<span")[2] for line in told[:2]] == [
        ' class="literate-minutes">5 min</span>',
        ' class="literate-minutes">10 min</span>',
    ]
    assert told[2:] == lines[2:]
