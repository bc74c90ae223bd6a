"""Firefox, driven by its own protocol, so that no driver has to be there.

The protocol is Mozilla's Marionette: JSON over a socket, each message behind its
length.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PREFERENCES = """\
user_pref("marionette.port", {port});
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
"""


class Firefox:
    """One window of Firefox."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._number = 0
        self._buffer = b""
        self._read()  # it says hello
        self.ask("WebDriver:NewSession", {})
        self.ask("WebDriver:SetTimeouts", {"script": 120_000, "pageLoad": 120_000})

    def ask(self, name: str, parameters: dict[str, Any]) -> Any:
        """Give a command, and wait for its result."""
        self._number += 1
        text = json.dumps([0, self._number, name, parameters]).encode()
        self._connection.sendall(b"%d:%s" % (len(text), text))
        _, _, error, result = self._read()
        assert error is None, error
        return result

    def go(self, address: str) -> None:
        """Open a page."""
        self.ask("WebDriver:Navigate", {"url": address})

    def wait_for(self, script: str, *arguments: Any) -> Any:
        """Run the body of an async function on the page, and return its value."""
        whole = (
            "const done = arguments[arguments.length - 1];"
            f"(async (...given) => {{{script}}})(...arguments)"
            ".then(done, error => done(String(error)));"
        )
        parameters = {"script": whole, "args": list(arguments)}
        return self.ask("WebDriver:ExecuteAsyncScript", parameters)["value"]

    def _read(self) -> Any:
        while b":" not in self._buffer:
            self._receive()
        length, _, rest = self._buffer.partition(b":")
        self._buffer = rest
        while len(self._buffer) < int(length):
            self._receive()
        text, self._buffer = self._buffer[: int(length)], self._buffer[int(length) :]
        return json.loads(text)

    def _receive(self) -> None:
        data = self._connection.recv(65536)
        assert data, "Firefox has ended"
        self._buffer += data


@contextlib.contextmanager
def firefox(program: str) -> Iterator[Firefox]:
    """Start Firefox without a window, with a profile of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        Path(profile, "user.js").write_text(PREFERENCES.format(port=port))
        command = [program, "--headless", "--marionette", "--no-remote"]
        process = subprocess.Popen(
            [*command, "--profile", profile],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with _connection(port) as connection:
                yield Firefox(connection)
        finally:
            process.terminate()
            process.wait(30)


def _connection(port: int) -> socket.socket:
    """Connect as soon as Firefox listens."""
    end = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=180)
        except ConnectionRefusedError:
            assert time.monotonic() < end, "Firefox does not listen"
            time.sleep(0.2)
