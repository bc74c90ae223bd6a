"""Measure how long a reader waits after a click on *Run*, in Chromium.

    python benchmarks/page.py [--rounds N]

The built site is served from this machine, without compression. A cold start is a new
browser that has nothing stored: it loads Python, starts it, runs what stands above a
cell, and shows that the cell is as in the book. It is measured with the snapshot of
memory that the site brings, and with Python's plain start; the two take turns. Warm is
a click on the next cell. The table shows medians.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from _tables import ROOT, duration, factor, table, write
from playwright.sync_api import Browser, Page, sync_playwright

CHAPTER = "03-value/"
READY = "['same', 'done'].includes(document.querySelector('{}').dataset.state)"


class Server(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the built site; its address."""
    handler = functools.partial(Server, directory=str(ROOT / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def click(page: Page, fence: str) -> float:
    """Return the seconds from a click on *Run* to its result."""
    button = page.locator(fence).get_by_role("button", name="Run", exact=True)
    button.scroll_into_view_if_needed()
    start = time.perf_counter()
    button.click()
    page.wait_for_function(READY.format(fence), timeout=120_000)
    return time.perf_counter() - start


def visit(browser: Browser, address: str, plain: bool) -> tuple[float, float]:
    """Return the seconds of a cold start, and of the next click."""
    context = browser.new_context()
    page = context.new_page()
    if plain:
        context.route("**/snapshot.bin", lambda route: route.abort())
    page.goto(address + CHAPTER, wait_until="networkidle")
    times = click(page, "#fence-1"), click(page, "#fence-2")
    context.close()
    return times


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds: int = parser.parse_args().rounds
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    found: dict[str, list[float]] = {"snapshot": [], "plain": [], "warm": []}
    with sync_playwright() as playwright, served() as address:
        for _ in range(rounds):
            for kind in ("snapshot", "plain"):
                browser = playwright.chromium.launch(
                    executable_path=program, args=["--no-sandbox"]
                )
                cold, warm = visit(browser, address, plain=kind == "plain")
                browser.close()
                found[kind].append(cold)
                found["warm"].append(warm)
                print(f"measured: {kind}, {cold:.2f} s, then {warm:.2f} s", flush=True)
    median = {kind: statistics.median(times) for kind, times in found.items()}
    pairs = zip(found["plain"], found["snapshot"], strict=True)
    ratio = factor(statistics.median(plain / snapshot for plain, snapshot in pairs))
    text = table(
        ["a click on Run", "until its result", "which is"],
        [
            ["the first one", duration(median["snapshot"]), ""],
            ["the first one, no snapshot", duration(median["plain"]), f"{ratio} that"],
            ["the next one", duration(median["warm"]), ""],
        ],
    )
    write("page", text)


if __name__ == "__main__":
    main()
