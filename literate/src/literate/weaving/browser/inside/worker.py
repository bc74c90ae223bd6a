"""The reader's worker: the session of one page, asked for by the page itself.

What the page asks for comes as JSON, and so do the answers.
"""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import random
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from literate.errors import BookError
from literate.kernel.blocks import Code, Page, Result, Snapshot
from literate.kernel.display import display
from literate.kernel.session import Session, below
from literate.weaving.browser.inside.changes import changed, prints
from literate.weaving.browser.inside.pieces import Lesson
from literate.weaving.browser.inside.telling import (
    ROOT,
    Screen,
    agrees,
    drawn,
    short,
    slip,
    spoiled,
    state,
    unusable,
    without_check,
    without_return,
)

__all__ = ["Runner", "agrees", "drawn"]

ENDING = "more calls or memory than there is"
"""What a piece needs that has ended Python."""


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
        printed = codes[index].code
        result = self._run_above(index, codes)
        if result is None:
            code = printed if answer is None else answer
            result, touched = self._try(replace(codes[index], code=code))
        else:
            code, touched = "", []
        state = "passed" if result.status == "ran" else "refused"
        hint = result.because if "AssertionError" in result.text else ""
        result = replace(result, trace=without_check(result.trace, codes[index].check))
        if result.status == "missing":
            hint = f"Here this cannot be checked: {result.because}."
        elif state == "refused":
            hint = without_return(code, printed) or slip(result.text) or hint
            hint = hint or (unusable(result.trace, code, printed) if code else "")
        if hint and touched:
            hint += f" {spoiled(touched)}"
        self._tell(index, result, state=state, hint=hint)

    def _try(self, code: Code) -> tuple[Result, list[str]]:
        """Run a trial, and begin anew if it has changed what the page's names hold.

        Returns:
            The result, and these names. Random numbers go on as if nothing had run.
        """
        assert self._session is not None  # it has run what stands above
        names, numbers = self._session.namespace, random.getstate()
        before = prints(names)
        result = self._session.run(code)
        random.setstate(numbers)
        touched = changed(before, prints(names))
        if touched:
            self._end()
        return result, touched

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
        except SyntaxError as error:  # the text has one line, and no file
            return json.dumps({"error": f"SyntaxError: {error.msg}"})
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
        lesson = self.lesson
        page = Page(
            lesson.package,
            lesson.path,
            Path(ROOT),
            lesson.above,
            lesson.optional,
            lesson.data,
        )
        self._left.enter_context(_no_input())
        session = Session(page, self._snapshot, Screen())
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
            "text": short(result.text),
            "trace": short(result.trace),
            "because": result.because,
            "pictures": result.pictures,
            "keys": result.keys,
            "html": result.html,
        }
        self._report(json.dumps({**told, **more}))


class _NoInput(io.StringIO):
    """Standard input, where there is no one to ask."""

    def readline(  # type: ignore[override]  # the stubs see two superclasses
        self, size: int | None = -1, /
    ) -> str:
        """Say so."""
        raise EOFError("nobody can answer input() here: write the value into the code")


@contextlib.contextmanager
def _no_input() -> Iterator[None]:
    """Let standard input be that of nobody."""
    before, sys.stdin = sys.stdin, _NoInput()
    try:
        yield
    finally:
        sys.stdin = before
