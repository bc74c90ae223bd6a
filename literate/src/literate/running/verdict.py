"""The verdict: whether a page says what came of its blocks. Everybody asks here."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from literate.book.blocks import Block, Cell, Exercise
from literate.kernel.blocks import Result
from literate.kernel.comparing import difference, matches
from literate.kernel.source.names import parse
from literate.kernel.tracebacks import HEADER

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
LONGEST = 100_000
"""Characters of an output: beyond that no reader reads, and no browser scrolls."""
MOST = 400
"""Lines of a message."""
HEAVIEST = 2_000_000
"""Characters of the pictures of one figure."""

CURES = {
    "FileNotFoundError: ": (
        "\nbeside a cell lie the files of the folder that `data` names in the "
        "configuration, and what cells of the same chapter have written, unless one "
        "of these has changed the folder"
    ),
    "ModuleNotFoundError: ": (
        "\na cell imports what is installed, what lies beside mkdocs.yml, and of the "
        "package what the source blocks above it make"
    ),
    "NameError: name 'display'": (
        "\nthe value of a last expression is displayed, and others are printed"
    ),
    "EOFError: EOF when reading": "\nnobody answers what a cell asks",
    "bdb.BdbQuit": "\nto stop here in a debugger, run the page with --pdb",
}
"""What to do about exceptions, by how their lines begin."""
PROMPT = "\nwrite the code without `>>> `, and what it displays into an `output` fence"
CURES_OF_CONTROL = {
    "\r": "or turn a progress bar off",
    "\x1b": "or turn colors off",
}


class Verdict(NamedTuple):
    """What is to be said of a block.

    Attributes:
        kind: `right`; `wrong`; `unverified`, where an optional library lacks, which
            passes everywhere but in CI; `not run`, because of a block above.
        message: What its author is told.
    """

    kind: Literal["right", "wrong", "unverified", "not run"]
    message: str = ""


RIGHT = Verdict("right")


def verdict(block: Block, result: Result) -> Verdict:
    """Hold a block against what came of it."""
    match result.status:
        case "missing" if "CI" not in os.environ:
            return Verdict("unverified", result.because)
        case "missing":
            message = result.trace.rstrip() or f"not run because of {result.because}"
        case "not run":
            return Verdict("not run", _readable(f"not run because of {result.because}"))
        case "ended":
            message = _of_end(block, result)
        case _:
            message = next(_problems(block, result), "")
    return Verdict("wrong", _readable(message)) if message else RIGHT


def _of_end(block: Block, result: Result) -> str:
    """What is said of a block with which its process has ended."""
    message = result.because
    if isinstance(block, Exercise):
        tried = [each.status for each in result.trials]
        message = f"{_answers(block)[tried.index('ended')]}: {message}"
    if result.text.strip():
        message += f"\nuntil then it had displayed\n{_indented(result.text)}"
    return message


def _problems(block: Block, result: Result) -> Iterator[str]:
    """What is wrong with a block, the worst first."""
    match block:
        case Exercise():
            yield from _of_exercise(block, result)
        case Cell():
            yield from _of_cell(block, result)
        case _:
            yield from _of_source(result)


def _of_source(result: Result) -> Iterator[str]:
    """What is wrong with a source block."""
    if result.status == "raised":
        yield result.trace.rstrip()
    elif result.text:
        yield (
            "the package displays text while it is imported, which no page shows"
            f"{_cure(result.text)}\n{_indented(result.text)}"
        )


def shows_exception(cell: Cell) -> bool:
    """Whether a page says that a cell ends in an exception."""
    return cell.output is not None and HEADER in cell.output.text.split("\n")


def is_writable(text: str) -> bool:
    """Whether an output block can hold a text."""
    return not CONTROL.search(text) and len(text) <= LONGEST


def _of_cell(cell: Cell, result: Result) -> Iterator[str]:
    """What is wrong with a cell, its text before its pictures."""
    if result.status == "raised" and not shows_exception(cell):
        trace = result.trace.rstrip()
        error = trace.rpartition("\n")[2]
        yield trace + _cure_of_exception(cell, error)
    if len(result.text) > LONGEST:
        yield (
            f"the cell displays more than {LONGEST:,} characters, which is the most "
            "that a page shows: display less"
        )
    if match := CONTROL.search(result.text):
        line = result.text.count("\n", 0, match.start()) + 1
        cure = CURES_OF_CONTROL.get(match[0], "or keep it from being written")
        yield (
            f"the cell displays {match[0]!r} in line {line}, which no output block can "
            f"hold: display its repr, {cure}"
        )
    if cell.prediction and not (result.text or result.pictures):
        yield (
            f"the prediction of line {cell.prediction} asks for what this cell "
            "displays, which is nothing"
        )
    yield from _of_text(cell, result)
    yield from _of_pictures(cell, result)


def _of_text(cell: Cell, result: Result) -> Iterator[str]:
    """What is wrong with the text of a cell."""
    output = cell.output
    if output is None and result.text:
        yield (
            "the cell displays text, but no output block follows it: "
            f"run with --update-outputs{_cure(result.text)}{_silent(result)}\n"
            f"{_indented(result.text)}"
            f"{_behind(result)}"
        )
    elif output is not None and not result.text:
        yield "the cell displays no text, but an output block follows it"
    elif output is not None and not _says(cell, result.text):
        diff = difference(result.text, output.text)
        cure = _cure(diff)
        yield (
            f"the cell displays something else than its output block{cure}\n{diff}"
            f"{_behind(result)}"
        )


def _cure_of_exception(cell: Cell, error: str) -> str:
    """What to do about an exception, where that can be guessed."""
    show = f"\nto show it, begin the output by `{HEADER}`"
    if cell.output is not None and error in cell.output.text:
        return show
    if error.startswith("SyntaxError: ") and re.search("^ *>>> ", cell.code, re.M):
        return PROMPT
    is_empty = cell.output is not None and not cell.output.text.strip()
    cures = (cure for start, cure in CURES.items() if error.startswith(start))
    return next(cures, show if is_empty else "")


def _cure(text: str) -> str:
    """What to do about a warning that nobody wanted to show."""
    if re.search(r"^[+]?\w*Warning: ", text, re.MULTILINE):
        return "; `warnings.simplefilter('ignore')` in a cell above keeps warnings away"
    return ""


def _silent(result: Result) -> str:
    """What to do about the value of a line that has drawn a picture."""
    meant = ", or end the last line with `;` where only the picture is meant"
    return meant if result.pictures else ""


def _behind(result: Result) -> str:
    """The frames of exceptions behind a text."""
    return f"\n\n{result.trace.rstrip()}" if result.trace else ""


def _says(cell: Cell, text: str) -> bool:
    """Whether a text is the one that the page shows."""
    assert cell.output is not None
    if matches(text, cell.output.text):
        return True
    if cell.example is None:
        return False
    import doctest  # here, because few pages need it and it is slow to import

    flags = sum(flag for flag, is_on in cell.example.options.items() if is_on)
    want = cell.example.want
    if cell.example.exc_msg is not None:
        want, text = cell.example.exc_msg, text.partition(f"{HEADER}\n")[2]
        if flags & doctest.IGNORE_EXCEPTION_DETAIL:  # the name of the class is enough
            names = (each.partition(":")[0].strip() for each in (want, text))
            want, text = (each.rpartition(".")[2] for each in names)
    return doctest.OutputChecker().check_output(want, text, flags)


def _of_pictures(cell: Cell, result: Result) -> Iterator[str]:
    """What is wrong with the pictures of a cell."""
    if cell.figure is None and result.pictures:
        yield "the cell displays a picture: add a figure block with its caption"
    elif cell.figure is not None and not result.pictures:
        yield "the cell displays no picture, but a figure block follows it"
    elif cell.figure is not None and not cell.figure.text.strip():
        yield "the figure block is empty: write the picture's caption into it"
    weight = sum(map(len, result.pictures))
    if weight > HEAVIEST:
        yield (
            f"the figure has {weight:,} characters: a page shows at most {HEAVIEST:,}, "
            "draw fewer points, or rasterize them"
        )


def _of_exercise(exercise: Exercise, result: Result) -> Iterator[str]:
    """What is wrong with an exercise: with the stub, a wrong answer or the solution."""
    for node in ast.walk(parse(exercise.check.text)):
        if isinstance(node, ast.Assert) and _is_empty(node.msg):
            place = f"the assertion of line {exercise.check.line + node.lineno}"
            yield f'{place} has no hint: write `assert …, "what to think of"`'
    stub, *wrong, solution = result.trials
    places = _answers(exercise)[1:]
    if stub.status == "ran":
        yield "the exercise as it is printed passes its check: there is nothing to do"
    if solution.status != "ran":
        yield f"the solution does not pass the check\n{solution.trace.rstrip()}"
    for fence, trial, place in zip(exercise.wrong, wrong, places, strict=False):
        hint = fence.option("hint")
        if not hint:
            yield f'{place} names no hint: add hint="…", words of the one that it gets'
        elif trial.status == "ran":
            yield f"{place} passes the check"
        elif "AssertionError" not in trial.text or hint not in trial.because:
            said = trial.text.rstrip().rpartition("\n")[2]
            yield f"{place} is to be refused by the hint {hint!r}, but: {said}"


def _is_empty(hint: ast.expr | None) -> bool:
    """Whether a hint says nothing."""
    return hint is None or (isinstance(hint, ast.Constant) and not hint.value)


def _answers(exercise: Exercise) -> list[str]:
    """The answers to an exercise that are tried, as messages call them."""
    wrong = [f"the wrong answer of line {fence.line}" for fence in exercise.wrong]
    return ["the exercise as it is printed", *wrong, "the solution"]


def _readable(message: str) -> str:
    """A message without what steers a terminal, and without lines that nobody reads."""
    lines = CONTROL.sub(lambda match: ascii(match[0])[1:-1], message).split("\n")
    lines = [line if len(line) <= 404 else f"{line[:404]}…" for line in lines]
    left = [f"… {len(lines) - MOST} more lines"] if len(lines) > MOST else []
    return "\n".join([*lines[:MOST], *left])


def _indented(text: str) -> str:
    lines = text.rstrip().split("\n")
    shown = lines if len(lines) <= 40 else [*lines[:40], f"… {len(lines) - 40} more"]
    return "".join(f"    {line}\n" for line in shown).rstrip()
