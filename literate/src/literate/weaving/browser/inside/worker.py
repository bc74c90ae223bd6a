"""The reader's worker: the session of one page, asked for by the page itself.

What the page asks for comes as JSON, and so do the answers.
"""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from literate.errors import BookError
from literate.kernel.blocks import Code, Page, Result, Snapshot
from literate.kernel.display import display
from literate.kernel.session import Session, below
from literate.weaving.browser.inside.answers import agrees, hint, without_check
from literate.weaving.browser.inside.pieces import Lesson
from literate.weaving.browser.inside.telling import ROOT, Screen, drawn, short, state

__all__ = ["Runner", "agrees", "drawn"]

ENDING = "more calls or memory than there is"
"""What a piece needs that has ended Python."""


class Runner:
    """Runs what a reader asks for; what stands above it has been run, or is run first.

    Blocks are asked for by their places on the page. `edits` are the texts that the
    reader has made of some of them, by their places, as JSON.

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
        """Leave pieces out where others are run: they have ended Python before."""
        self._left_out = set(json.loads(indexes))

    def run(self, index: int, edits: str) -> None:
        """Run a piece, and report on each that was run on the way."""
        codes = self._codes(edits)
        if stopped := self._run_above(index, codes):
            self._tell(index, stopped)
        else:
            self._run_piece(index, codes[index])

    def run_above(self, index: int, edits: str) -> None:
        """Run what stands above a piece, and report on each."""
        if stopped := self._run_above(index, self._codes(edits)):
            self._tell(index, stopped)

    def check(self, index: int, edits: str, answer: str | None) -> None:
        """Hold an answer against the check of an exercise, and report.

        Without an answer it is the exercise as it is printed.
        """
        codes = self._codes(edits)
        if stopped := self._run_above(index, codes):
            self._tell(index, stopped, state="refused", hint="")
            return
        printed = codes[index].code
        mine = printed if answer is None else answer
        assert self._session is not None  # it has run what stands above
        result = self._session.run(replace(codes[index], code=mine))
        result = replace(result, trace=without_check(result.trace, codes[index].check))
        state = "passed" if result.status == "ran" else "refused"
        told = hint(result, mine, printed, sorted(self._session.touched))
        self._tell(index, result, state=state, hint=told)

    def call(self, name: str, edits: str, arguments: str) -> str:
        """Call a function that the page's cells define.

        Returns:
            A report, as JSON. A function that returns a pair of a mapping and a value
            to display gives the mapping back as `values`.
        """
        if stopped := self._run_above(len(self.lesson.pieces), self._codes(edits)):
            return json.dumps({"error": stopped.because})
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
        self._left.callback(setattr, sys, "stdin", sys.stdin)
        sys.stdin = _NoInput()
        session = Session(page, self._snapshot, Screen())
        self._session = self._left.enter_context(session)
        session.installed.left_out = frozenset(lesson.left_out)

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
