"""The worker: a session that is asked and answers in JSON, as in a reader's browser."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from literate.kernel.blocks import Code, Page
from literate.kernel.comparing import difference, matches
from literate.kernel.session import Session
from literate.kernel.source.definitions import Module, Origin
from literate.kernel.source.merging import merge
from literate.kernel.source.reading import read

Files = Mapping[str, str]
"""The text of each file of a package, by its title."""


class Worker:
    """Runs the pieces of one page, of which a host asks for one after another."""

    def __init__(self) -> None:
        self._session: Session | None = None

    def open(self, told: str) -> None:
        """Begin a page anew.

        Args:
            told: An object with the `package`, the `path`, the files `above` the page,
                those of other chapters' ends by chapter (`snapshots`), the names of
                `optional` libraries, and `data` files as base 64.
        """
        self.close()
        page = json.loads(told)
        snapshots: Mapping[str, Files] = page.get("snapshots", {})
        data = page.get("data", {})
        described = Page(
            package=page["package"],
            path=page["path"],
            root=Path("/book"),
            above=modules(page["above"]),
            optional=tuple(page.get("optional", ())),
            data={name: base64.b64decode(text) for name, text in data.items()},
        )
        session = Session(described, lambda path: modules(snapshots[path]))
        self._session = session.__enter__()

    def run(self, told: str) -> str:
        """Run one piece.

        Args:
            told: The fields of a `Code`; with `output`, the text that the page shows.

        Returns:
            The fields of its `Result`; where there is an output, with `same`, and with
            the `difference` where it is not.
        """
        assert self._session is not None, "open a page first"
        piece = json.loads(told)
        output = piece.pop("output", None)
        result = self._session.run(Code(**piece))
        answer: dict[str, Any] = asdict(result)
        if output is not None:
            answer["same"] = matches(result.text, output)
            answer["difference"] = difference(result.text, output)
        return json.dumps(answer)

    def close(self) -> None:
        """End the page."""
        if self._session:
            self._session.__exit__()
            self._session = None


def modules(files: Files) -> dict[str, Module]:
    """The modules that some files are.

    Args:
        files: The files, as tangling writes them.
    """
    return {
        title: merge(Module(), read(text, Origin(title, 1)))[0]
        for title, text in files.items()
    }
