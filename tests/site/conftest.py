"""A server for the built site, and Chromium to visit it with."""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from typing import Any

import pytest
from built import SITE, file_of
from playwright.sync_api import Browser, sync_playwright
from visiting import QUIET, WIDE, Opener, Server, Visit, open_page


@pytest.fixture(scope="session")
def root() -> Iterator[str]:
    """The address of the site."""
    assert file_of("").is_file(), f"no site in {SITE}: build it with `make build`"
    handler = functools.partial(Server, directory=str(SITE))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "no chromium on the path: install it, or set CHROMIUM"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, root: str) -> Iterator[Opener]:
    """Opens pages of the site, each with a browser's settings of its own."""
    contexts = []

    def visit(path: str, **options: Any) -> Visit:
        context = browser.new_context(**{"viewport": WIDE, **options})
        contexts.append(context)
        return open_page(context, root + path)

    yield visit
    for context in contexts:
        context.close()
