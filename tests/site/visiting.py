"""How the site is served and visited."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, Protocol

from axe_playwright_python.base import AXE_SCRIPT
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
FADED = "Promise.allSettled(document.getAnimations().map(each => each.finished))"
# As for a reader who has come there: what is far away has no size of its own.
LAID_OUT = "* { content-visibility: visible !important }"
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


def shift(page: Page, address: str) -> float:
    """Open a page as a new reader, whose fonts come after the first paint.

    Returns:
        How far the page moves then.
    """
    held: list[Route] = []
    page.route("**/*.woff2", lambda route: held.append(route))
    page.goto(address, wait_until="domcontentloaded")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint')[0]")
    page.wait_for_timeout(300)
    for route in held:
        route.continue_()
    page.evaluate("document.fonts.ready.then(() => 0)")
    moved: float = page.evaluate(SHIFT)
    assert held, "no font was asked for"
    page.unroute("**/*.woff2")
    page.wait_for_load_state()
    return moved


def listen(page: Page) -> Visit:
    """Note what a page asks for and what it says from now on."""
    visit = Visit(page, [], [])
    page.on("request", lambda request: visit.asked.append(request.url))
    page.on("console", lambda message: visit.said.append(message.text))
    page.on("pageerror", lambda error: visit.said.append(str(error)))
    return visit


def open_page(context: BrowserContext, address: str, idle: bool = True) -> Visit:
    """Open a page, and note what it asks for and what it says from then on.

    Args:
        context: The settings of the browser.
        address: The page's address.
        idle: Whether to wait, half a second and more, until it asks for nothing more.
            Its scripts have run in any case.
    """
    visit = listen(context.new_page())
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


# Marks one of the texts that have the same colors, on the same grounds, in letters of
# one size. What may lie over something else is on a ground of its own.
MARK_KINDS = """() => {
  const seen = new Set();
  const grounds = new Map();
  const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
  for (const each of document.querySelectorAll("body, body *")) {
    const style = getComputedStyle(each);
    const own = [style.backgroundColor, style.backgroundImage, style.opacity];
    if (/absolute|fixed|sticky/.test(style.position)) own.push(grounds.size);
    const before = grounds.get(each.parentElement) ?? "";
    const isClear = own.join() === "rgba(0, 0, 0, 0),none,1";
    grounds.set(each, isClear ? before : `${before} ${own}`);
    const { width, height } = each.getBoundingClientRect();
    if (width * height < 4 || ![...each.childNodes].some(isText)) continue;
    const letters = [style.color, style.fontSize, style.fontWeight, each.tagName];
    const kind = `${letters} ${grounds.get(each)}`;
    each.toggleAttribute("data-kind", each.checkVisibility() && !seen.has(kind));
    if (each.checkVisibility()) seen.add(kind);
  }
}"""
AXE = """async ([place, rules]) => {
  // To describe what is in order as well takes three times as long.
  const told = await axe.run(place, { resultTypes: ["violations"], ...rules });
  return told.violations.map(({ id, nodes }) => [id, nodes[0].html]);
}"""


def faults(page: Page) -> list[tuple[str, str, str]]:
    """What axe finds in the two color schemes; only colors differ in the second.

    The page is dark afterwards, and its code is short of most of its words.
    """
    names = ["color-contrast", "link-in-text-block"]
    others = {"rules": {name: {"enabled": False} for name in names}}
    page.add_style_tag(content=LAID_OUT)
    page.evaluate(AXE_SCRIPT)
    found = [("default", *each) for each in page.evaluate(AXE, ["html", others])]
    page.evaluate(LEAVE_ONE)
    for scheme, system in (("default", "light"), ("slate", "dark")):
        page.emulate_media(color_scheme=system)
        page.locator(f"body[data-md-color-scheme={scheme}]").wait_for()
        page.evaluate(FADED)
        page.evaluate(MARK_KINDS)
        told = page.evaluate(AXE, ["[data-kind]", {"runOnly": names}])
        found += [(scheme, *each) for each in told]
    return found
