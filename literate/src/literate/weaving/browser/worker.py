"""The reader's worker: the session of one page, asked for by the page itself.

This module goes into the browser beside the kernel, so it needs nothing else. What the
page asks for comes as JSON, and so do the answers.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import pickle
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from literate.errors import BookError
from literate.kernel.blocks import Code, MemoryScreen, Page, Result, Snapshot
from literate.kernel.comparing import difference, matches
from literate.kernel.display import clean, display
from literate.kernel.session import Session, below
from literate.weaving.figures import figure

LARGEST = 1_000_000
"""Characters that one piece may write; what comes after is only counted."""
LONGEST = 20_000
"""Characters of a text that a page shows."""
ENDING = "more calls or memory than there is"
"""What a piece needs that has ended Python."""
ROOT = "/book"
"""The folder of the book, as paths in a reader's tracebacks show it: not at all."""


@dataclass(frozen=True)
class Piece:
    """A block of a page, as a reader runs it.

    Attributes:
        code: What the kernel runs.
        output: What the page says that it displays.
        draws: Whether the page shows a figure for it.
        lacks: The libraries that it needs and a browser does not have.
        rest: The code without the statements that need them.
    """

    code: Code
    output: str = ""
    draws: bool = False
    lacks: tuple[str, ...] = ()
    rest: str = ""


@dataclass(frozen=True)
class Lesson:
    """All that a browser needs to run a page.

    Attributes:
        package: The name of the book's package.
        path: The page.
        above: The package above its first line.
        left_out: The titles among them that a browser cannot import.
        pieces: The blocks.
        optional: Libraries that lack.
        data: The files that lie beside the cells.
        snapshots: The package at the end of other chapters, which cells ask for.
    """

    package: str
    path: str
    above: Snapshot
    left_out: frozenset[str]
    pieces: tuple[Piece, ...]
    optional: tuple[str, ...]
    data: Mapping[str, bytes]
    snapshots: Mapping[str, Snapshot]

    def packed(self) -> bytes:
        """The lesson for the way to the browser."""
        target = io.BytesIO()
        pickler = pickle.Pickler(target, protocol=4)
        pickler.fast = True  # the same bytes, whichever of its parts are one object
        pickler.dump(self)
        return zlib.compress(target.getvalue(), 9)


class Screen(MemoryScreen):
    """A screen that stays small, whatever is written."""

    def __init__(self) -> None:
        super().__init__()
        self._left = LARGEST
        self._lost = 0

    def write(self, text: str) -> int:
        """Keep a text, or count what is too much of it."""
        kept = text[: self._left]
        self._left -= len(kept)
        self._lost += len(text) - len(kept)
        super().write(kept)
        return len(text)

    def take(self) -> str:
        """What was written since it was last asked for."""
        text = super().take()
        if self._lost:
            text += f"\n… and {self._lost:,} characters more\n"
        self._left, self._lost = LARGEST, 0
        return text


class Runner:
    """Runs what a reader asks for; what stands above it has been run, or is run first.

    Args:
        packed: The lesson.
        report: Takes the report on a piece, as JSON.
    """

    def __init__(self, packed: bytes, report: Callable[[str], object]) -> None:
        self.lesson: Lesson = pickle.loads(zlib.decompress(packed))
        self._report = report
        self._session: Session | None = None
        self._ran: list[Code] = []
        self._left_out: set[int] = set()
        self._left = contextlib.ExitStack()

    def leave_out(self, indexes: str) -> None:
        """Leave pieces out where others are run: they have ended Python before.

        Args:
            indexes: Their places, as JSON.
        """
        self._left_out = set(json.loads(indexes))

    def run(self, index: int, edits: str) -> None:
        """Run a piece, and report on each that was run on the way.

        Args:
            index: Its place on the page.
            edits: What the reader has made of pieces: their texts by their places.
        """
        codes = self._codes(edits)
        if (stopped := self._run_above(index, codes)) is not None:
            self._tell(index, stopped)
            return
        self._run_piece(index, codes[index])

    def run_above(self, index: int, edits: str) -> None:
        """Run what stands above a piece, and report on each.

        Args:
            index: Its place on the page.
            edits: What the reader has made of pieces.
        """
        stopped = self._run_above(index, self._codes(edits))
        if stopped is not None:
            self._tell(index, stopped)

    def check(self, index: int, edits: str, answer: str | None) -> None:
        """Hold a reader's answer to an exercise against its check, and report.

        Args:
            index: The place of the exercise.
            edits: What the reader has made of other pieces.
            answer: The answer; by default the exercise as it is printed.
        """
        codes = self._codes(edits)
        result = self._run_above(index, codes)
        if result is None:
            assert self._session is not None  # it has run what stands above
            code = codes[index].code if answer is None else answer
            result = self._session.run(replace(codes[index], code=code))
        state = "passed" if result.status == "ran" else "refused"
        hint = result.because if "AssertionError" in result.text else ""
        self._tell(index, result, state=state, hint=hint)

    def call(self, name: str, edits: str, arguments: str) -> str:
        """Call a function that the page's cells define.

        Args:
            name: The function.
            edits: What the reader has made of pieces.
            arguments: Its arguments, as JSON.

        Returns:
            A report, as JSON. A function that returns a pair of a mapping and a value
            to display gives the mapping back as `values`.
        """
        end = len(self.lesson.pieces)
        result = self._run_above(end, self._codes(edits))
        if result is not None:
            return json.dumps({"error": result.because or result.text})
        assert self._session is not None  # it has run what stands above
        try:
            values, shown = self._session.namespace[name](*json.loads(arguments))
            displayed = display(shown)
        except Exception as error:  # of what the reader has typed: they are told
            return json.dumps({"error": f"{type(error).__name__}: {error}"})
        pictures, text = displayed.pictures, displayed.text
        return json.dumps({"values": values, "pictures": pictures, "text": text})

    def _codes(self, edits: str) -> list[Code]:
        """The pieces with what the reader has made of them."""
        texts = {int(index): text for index, text in json.loads(edits).items()}
        return [
            replace(piece.code, code=texts.get(index, piece.code.code))
            for index, piece in enumerate(self.lesson.pieces)
        ]

    def _run_above(self, index: int, codes: Sequence[Code]) -> Result | None:
        """Bring the session to the line above a piece.

        Args:
            index: The place of the piece.
            codes: All pieces.

        Returns:
            None; or the result of the piece, where one above keeps it from running.
        """
        count = len(self._ran)
        if self._session is None or count > index or self._ran != codes[:count]:
            self._start()
        for each in range(len(self._ran), index):
            if each in self._left_out:
                self._tell(each, Result("missing", because=ENDING))
                self._ran.append(codes[each])
                continue
            result = self._run_piece(each, codes[each])
            if result.status == "raised" and not codes[each].may_raise:
                return below(codes[each], result)
        return None

    def _run_piece(self, index: int, code: Code) -> Result:
        """Run one piece, if it can be run here, and report on it."""
        assert self._session is not None  # _run_above has seen to it
        piece = self.lesson.pieces[index]
        if code.kind == "trial":
            result = Result("ran")  # the page goes on with the solution below it
        elif piece.lacks:
            if code.kind == "source":  # the file is there, and nothing imports it
                self._session.installed.left_out |= {code.title}
                self._session.run(code)
            else:
                self._session.run(replace(code, code=piece.rest))
            result = Result("missing", because=", ".join(piece.lacks))
            self._tell(index, result)
        else:
            self._report(json.dumps({"index": index, "state": "running"}))
            result = self._session.run(code)
            self._tell(index, result)
        if result.status == "raised" and not code.may_raise:
            self._end()  # what it has left half done, nobody builds upon
        else:
            self._ran.append(code)
        return result

    def _start(self) -> None:
        """Begin the page from its top."""
        self._end()
        lesson, screen = self.lesson, Screen()
        page = Page(
            lesson.package,
            lesson.path,
            Path(ROOT),
            lesson.above,
            lesson.optional,
            lesson.data,
        )
        self._left.enter_context(contextlib.redirect_stdout(screen))
        self._left.enter_context(contextlib.redirect_stderr(screen))
        self._left.enter_context(_no_input())
        session = Session(page, self._snapshot, screen)
        self._session = self._left.enter_context(session)
        session.installed.left_out = lesson.left_out

    def _end(self) -> None:
        """Leave the session."""
        self._session = None
        self._ran = []
        self._left.close()

    def _snapshot(self, path: str) -> Snapshot:
        """The package at the end of another chapter."""
        if path not in self.lesson.snapshots:
            raise BookError(path, 1, "this page has not brought that chapter along")
        return self.lesson.snapshots[path]

    def _tell(self, index: int, result: Result, **more: str) -> None:
        """Report on a piece."""
        told = {
            "index": index,
            "state": state(self.lesson.pieces[index], result),
            "text": _short(result.text),
            "trace": _short(result.trace),
            "because": result.because,
            "pictures": result.pictures,
            "keys": result.keys,
            "html": result.html,
        }
        output = self.lesson.pieces[index].output
        if told["state"] == "different" and len(result.text) <= LONGEST:
            told["difference"] = difference(result.text, output)
        self._report(json.dumps({**told, **more}))


def state(piece: Piece, result: Result) -> str:
    """What a page says of a piece that a reader has run.

    Args:
        piece: The piece.
        result: What became of it.

    Returns:
        `same` or `different`, where the page shows what it displays; `done`, where
        there is no text to compare; `failed` and `unavailable`.
    """
    if result.status == "missing":
        return "unavailable"
    if result.status != "ran" and not (piece.code.may_raise and result.text):
        return "failed"
    if piece.code.kind != "cell":
        return "done"
    is_same = matches(result.text, piece.output)
    if not is_same or bool(result.pictures) != piece.draws:
        return "different"
    return "same" if piece.output else "done"


def drawn(pictures: str, keys: str, index: int) -> str:
    """The figure of what a reader's code displays.

    Args:
        pictures: SVG or `<img>`, as JSON.
        keys: What each picture belongs to, as JSON.
        index: The place of the piece on the page.
    """
    shown = tuple(
        clean(picture) if "<svg" in picture else picture
        for picture in json.loads(pictures)
    )
    result = Result("ran", pictures=shown, keys=tuple(json.loads(keys)))
    return figure(result, "What the code draws now.", f"drawn-{index}")


def agrees(answer: str, output: str) -> bool:
    """Whether a reader has predicted what a cell displays.

    A reader may write fewer digits than the page, and a number in their own way.

    Args:
        answer: What the reader has typed.
        output: What the page shows.

    Example:
        >>> agrees("0.6", "0.5992"), agrees("3", "3.0"), agrees("0.5", "0.5992")
        (True, True, False)
    """
    typed, shown = answer.strip(), output.strip()
    if matches(typed, shown) or matches(shown, typed):
        return True
    with contextlib.suppress(ValueError, SyntaxError, TypeError, RecursionError):
        values: Any = ast.literal_eval(typed), ast.literal_eval(shown)
        return bool(values[0] == values[1])
    return typed.casefold() == shown.casefold()


def _short(text: str) -> str:
    """A text that a page can show."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n… and {len(text) - LONGEST:,} characters more\n"


@contextlib.contextmanager
def _no_input() -> Any:
    """Let standard input be at its end: there is no one to ask."""
    import sys

    before, sys.stdin = sys.stdin, io.StringIO()
    try:
        yield
    finally:
        sys.stdin = before
