"""How the site is served and visited."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, Protocol

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Route, ViewportSize

# Chromium would ask its maker's hosts for updates.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Solutions are folded away: what is wrong in them counts as well.
UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"
WIDE: ViewportSize = {"width": 1280, "height": 900}


class Visit(NamedTuple):
    """A page as a new reader opens it, with what it asked for and what it said."""

    page: Page
    asked: list[str]
    said: list[str]


SHIFT = """new Promise(resolve => {
  let total = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) total += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(total), 300);
})"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[ThreadingHTTPServer]:
    """Serve the files of a folder, at a free port."""
    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:  # it would go on for ever, and the process with it
            server.shutdown()
            thread.join()


def address(server: ThreadingHTTPServer) -> str:
    """Where a server is asked."""
    return f"http://127.0.0.1:{server.server_port}/"


class Opener(Protocol):
    """Opens a page of the site, with settings of the browser for this visit."""

    def __call__(self, path: str, idle: bool = False, **options: object) -> Visit: ...


def shift(context: BrowserContext, address: str) -> float:
    """How far a page moves for a new reader, whose fonts come after the first paint."""
    held: list[Route] = []
    context.route("**/*.woff2", lambda route: held.append(route))
    page = context.new_page()
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint')[0]")
    page.wait_for_timeout(300)
    for route in held:
        route.continue_()
    page.evaluate("document.fonts.ready.then(() => 0)")
    moved: float = page.evaluate(SHIFT)
    assert held, "no font was asked for"
    context.unroute("**/*.woff2")
    page.close()
    return moved


def open_page(context: BrowserContext, address: str, idle: bool = True) -> Visit:
    """Open a page, and note what it asks for and what it says from then on.

    Args:
        context: The settings of the browser.
        address: The page's address.
        idle: Whether to wait, half a second and more, until it asks for nothing more.
            Its scripts have run in any case.
    """
    visit = Visit(context.new_page(), [], [])
    visit.page.on("request", lambda request: visit.asked.append(request.url))
    visit.page.on("console", lambda message: visit.said.append(message.text))
    visit.page.on("pageerror", lambda error: visit.said.append(str(error)))
    # Of a long page on a busy machine the network is idle long before it is read: both.
    visit.page.goto(address)
    if idle:
        visit.page.wait_for_load_state("networkidle")
    return visit


# Of words in code that have the same names, on the same grounds, one is left: axe
# compares each with all that lies below it.
LEAVE_ONE = """() => {
  const names = new Map([[null, ""]]);
  const named = (each) => {
    if (!names.has(each)) {
      const attributes = ["class", "style"].map((name) => each.getAttribute(name));
      const own = [each.tagName, ...attributes];
      names.set(each, `${own} ${named(each.parentElement)}`);
    }
    return names.get(each);
  };
  const seen = new Set();
  for (const each of document.querySelectorAll("pre *, code *")) {
    if (seen.has(named(each)) && !each.firstElementChild) each.remove();
    else seen.add(named(each));
  }
}"""


def faults(page: Page) -> list[tuple[str, str, str]]:
    """What axe finds in the two color schemes; only colors differ in the second.

    The code of the page is short of most of its words afterwards.
    """
    everything: dict[str, object] = {"rules": {"color-contrast": {"enabled": False}}}
    colors: dict[str, object] = {"runOnly": ["color-contrast"]}
    runs = [("default", everything), ("default", colors), ("slate", colors)]
    found = []
    for scheme, rules in runs:
        light = "light" if scheme == "default" else "dark"
        page.emulate_media(color_scheme=light)
        page.locator(f"body[data-md-color-scheme={scheme}]").wait_for()
        if rules is colors:
            page.wait_for_timeout(300)  # colors fade
            page.evaluate(LEAVE_ONE)
        # To describe what is in order as well takes three times as long.
        options = {"resultTypes": ["violations"], **rules}
        told = Axe().run(page, options=options).response
        found += [
            (scheme, each["id"], each["nodes"][0]["html"])
            for each in told["violations"]
        ]
    return found
