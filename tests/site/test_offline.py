"""A book that a reader keeps offline: only when they ask, and until they remove it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from visiting import address, serving

pytestmark = pytest.mark.browser

CONFIG = """\
site_name: small
nav: [index.md, 01-one.md]
theme: {name: material, font: false}
markdown_extensions:
  - attr_list
  - pymdownx.highlight: {pygments_lang_class: true}
  - pymdownx.superfences
  - literate.weave: {package: small}
"""
ONE = '# One\n\nOne is one.\n\n```python\nprint("one")\n```\n\n```output\none\n```\n'
KEPT = "Kept: every page opens without a network."
WORKERS = "navigator.serviceWorker.getRegistrations().then(all => all.length)"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    """Serves a small book below a folder, as many hosts do."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(CONFIG)
    (tmp_path / "docs/index.md").write_text("# Small\n\nA small book.\n")
    (tmp_path / "docs/01-one.md").write_text(ONE)
    build = [sys.executable, "-m", "literate", "build", "--site-dir", "up/books/small"]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)
    with serving(tmp_path / "up") as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: ThreadingHTTPServer) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address(server)}books/small/01-one/")
    yield page
    context.close()


def end(server: ThreadingHTTPServer) -> None:
    """Let nobody be answered any more."""
    server.shutdown()
    server.server_close()


def test_what_is_kept_opens_and_runs_without_a_network(
    page: Page, server: ThreadingHTTPServer
) -> None:
    place = page.locator(".literate-offline")
    expect(place.get_by_role("button").first).to_contain_text(" MB)")
    assert page.evaluate(WORKERS) == 0
    place.get_by_role("button", name="what runs its code").click()
    expect(place.get_by_role("status")).to_have_text(KEPT, timeout=60_000)
    end(server)
    page.goto(page.url.replace("01-one/", ""))
    expect(page.locator("article h1")).to_contain_text("Small")
    page.goto(f"{page.url}01-one/")
    page.locator(".literate-cell").get_by_role("button", name="Run").click()
    cell = page.locator(".literate-cell")
    expect(cell).to_have_attribute("data-state", "same", timeout=60_000)
    page.goto(page.url.replace("01-one/", "nowhere/"))
    expect(page.locator("body")).to_contain_text("not among what you keep offline")


def test_what_was_kept_can_be_removed(page: Page, server: ThreadingHTTPServer) -> None:
    place = page.locator(".literate-offline")
    place.get_by_role("button", name="Keep this book offline").click()
    expect(place.get_by_role("status")).to_have_text(KEPT, timeout=60_000)
    page.reload()
    place.get_by_role("button", name="Remove").click()
    expect(place.get_by_role("status")).to_have_text("Removed.")
    assert page.evaluate(WORKERS) == 0
    assert page.evaluate("caches.keys()") == []
    end(server)
    with pytest.raises(Error):
        page.reload()


def test_a_new_page_is_shown_while_there_is_a_network(
    page: Page, tmp_path: Path
) -> None:
    place = page.locator(".literate-offline")
    place.get_by_role("button", name="Keep this book offline").click()
    expect(place.get_by_role("status")).to_have_text(KEPT, timeout=60_000)
    file = tmp_path / "up/books/small/01-one/index.html"
    file.write_text(file.read_text().replace("One is one.", "One is new."))
    page.reload()
    expect(page.locator("article")).to_contain_text("One is new.")
