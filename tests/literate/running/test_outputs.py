from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from literate.book.blocks import Cell, parse
from literate.errors import BookError
from literate.kernel.blocks import Result
from literate.running.outputs import Edit, edit, is_settled, rewrite
from literate.running.verdict import HEAVIEST, LONGEST, Verdict, verdict
from making import book, cell

RAISED = "Traceback (most recent call last):\nValueError: no\n"
FIGURE = "```figure\nA line.\n```\n"


def only(text: str) -> Cell:
    [block] = parse("docs/one.md", text)
    assert isinstance(block, Cell)
    return block


@pytest.mark.parametrize(
    ("text", "result", "message"),
    [
        (cell("1\n", "1\n"), Result("ran", "1\n"), None),
        (cell("x\n"), Result("ran"), None),
        (cell("1\n"), Result("ran", "1\n"), "no output block follows"),
        (cell("1\n", "1\n"), Result("ran"), "displays no text"),
        (cell("1\n", "1\n"), Result("ran", "2\n"), "something else"),
        (cell("f\n", RAISED), Result("raised", RAISED), None),
        (cell("f\n", RAISED), Result("ran", "1\n"), "something else"),
        (cell("f\n"), Result("raised", RAISED, trace="the trace"), "the trace"),
        (cell("f\n"), Result("ran", "", ("<svg/>",)), "displays a picture: add"),
        (cell("f\n") + FIGURE, Result("ran", "", ("<svg/>",)), None),
        (cell("f\n") + FIGURE, Result("ran"), "displays no picture"),
        (
            cell("f\n") + "```figure\n```\n",
            Result("ran", "", ("<svg/>",)),
            "the figure block is empty",
        ),
        (cell("f\n"), Result("not run", because="docs/one.md:1 (x)"), "not run becau"),
    ],
)
def test_problems(text: str, result: Result, message: str | None) -> None:
    kind, found = verdict(only(text), result)
    assert (kind == "right") is (message is None)
    assert (message or "") in found


@pytest.mark.parametrize("text", ["\x1b[1m", "a\rb", "\x0c", "\0", "\ud800", "\udc80"])
def test_what_no_output_can_hold_is_named_and_not_written(text: str) -> None:
    block = only(cell("f\n"))
    kind, message = verdict(block, Result("ran", f"fine\n{text}\n"))
    assert (kind, "in line 2" in message) == ("wrong", True)
    assert edit(block, Result("ran", f"fine\n{text}\n")) is None
    assert "in line 2" in verdict(block, Result("ran", f"\n{text}\n")).message


def test_an_output_that_nobody_reads_is_refused() -> None:
    result = Result("ran", "x" * (LONGEST + 1) + "\n")
    assert "display less" in verdict(only(cell("f\n")), result).message
    assert edit(only(cell("f\n")), result) is None


@pytest.mark.parametrize(("ci", "kind"), [(False, "unverified"), (True, "wrong")])
def test_a_missing_library_passes_everywhere_but_in_ci(
    ci: bool, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    if ci:
        monkeypatch.setenv("CI", "true")
    result = Result("missing", because="No module named 'torch'")
    assert verdict(only(cell("f\n")), result).kind == kind


def test_in_ci_a_missing_library_is_told_with_its_frames(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI", "true")
    above = Result("missing", because="docs/one.md:1 (no torch)")
    said = verdict(only(cell("f\n")), above).message
    assert said == "not run because of docs/one.md:1 (no torch)"
    here = Result("missing", because="no torch", trace="the trace\n")
    assert verdict(only(cell("f\n")), here).message == "the trace"


def test_a_figure_that_is_too_heavy_is_refused() -> None:
    block, half = only(cell("f\n") + FIGURE), "x" * (HEAVIEST // 2)
    assert verdict(block, Result("ran", "", (half, half))) == Verdict("right")
    heavier = Result("ran", "", (half, f"{half}x"))
    assert "draw fewer points" in verdict(block, heavier).message


def test_the_end_of_a_process_is_told() -> None:
    ended = Result("ended", because="it crashed Python (SIGSEGV)")
    expected = Verdict("wrong", "it crashed Python (SIGSEGV)")
    for blank in ("", " \n"):
        assert verdict(only(cell("f\n")), replace(ended, text=blank)) == expected
    said = Result("ended", "so far\n", because="it crashed")
    told = "it crashed\nuntil then it had displayed\n    so far"
    assert verdict(only(cell("f\n")), said) == Verdict("wrong", told)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (cell("1\n", "1\n"), Result("ran", "1\n")),
        (cell("0.123\n", "0.12\n"), Result("ran", "0.123\n")),
        (cell("1\n", "1\n"), Result("raised", RAISED)),
        (cell("1\n", RAISED), Result("missing", RAISED)),
        (cell("1\n", RAISED), Result("not run")),
    ],
)
def test_no_edit(text: str, result: Result) -> None:
    assert edit(only(text), result) is None


def test_an_address_is_written_as_an_ellipsis() -> None:
    got = Result("ran", "<A object at 0x7F31>  \nlook at 0x7F31\n")
    lines = ("", "```output", "<A object at ...>", "look at 0x7F31", "```")
    assert edit(only(cell("f\n")), got) == Edit(4, 4, lines)


def test_an_output_has_a_longer_fence_than_its_text() -> None:
    got = Result("ran", "```\n`````\n````\n")
    lines = ("", "``````output", "```", "`````", "````", "``````")
    assert edit(only(cell("f\n")), got) == Edit(4, 4, lines)


def test_what_comes_out_in_another_way_is_not_settled() -> None:
    block, once, again = only(cell("f\n")), Result("ran", "1\n"), Result("ran", "2\n")
    is_settled(block, once, once)
    with pytest.raises(
        BookError, match=r"docs/one\.md:2: this cell displays"
    ) as caught:
        is_settled(block, once, again)
    assert caught.value.message.splitlines()[-2:] == ["-1", "+2"]


def test_an_output_between_cell_and_figure_goes_without_a_trace(tmp_path: Path) -> None:
    text = cell("1\n", "old\n") + FIGURE
    page = book(tmp_path, one=text).chapters["docs/one.md"]
    change = edit(only(text), Result("ran"))
    assert change
    rewrite(tmp_path, page, [change])
    assert (tmp_path / page.path).read_text() == cell("1\n") + FIGURE


def test_a_chapter_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    text = cell("1\n", "2\n")
    page = book(tmp_path, one=text).chapters["docs/one.md"]
    change = edit(only(text), Result("ran", "1\n"))
    assert change
    (tmp_path / page.path).write_text("a new text\n")
    with pytest.raises(BookError, match=r"docs/one\.md:1: changed while"):
        rewrite(tmp_path, page, [change])
    assert (tmp_path / page.path).read_text() == "a new text\n"
