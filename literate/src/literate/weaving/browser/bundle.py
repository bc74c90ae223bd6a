"""The bundle: the scripts and the Python that a page loads, put beside the site.

`literate/page` builds it with npm into this package's own folder. Where it was not
built, pages are what they are without scripts.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

from literate.exporting.archive import packed
from literate.sources import sources
from literate.weaving.browser.libraries import texts

STATIC = Path(__file__).parent / "static"
CARRIED = Path(__file__).with_name("carried.txt").read_text("ascii").split()
"""What runs in a browser of this program: `build.mjs` and make read it, too."""


def is_built() -> bool:
    """Whether there is a bundle."""
    return (STATIC / "digest.txt").is_file()


@cache
def kernel() -> str:
    """A digest of what runs in a browser: the snapshot has to be one of this."""
    digest = hashlib.sha256()
    for name, text in sorted(sources(*CARRIED).items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def folder() -> str:
    """The folder of the site that the bundle goes to: another one for each state."""
    built = (STATIC / "digest.txt").read_text("ascii")
    return f"literate/{built[:6]}{kernel()[:6]}"


def put(site: Path, libraries: Iterable[str]) -> list[str]:
    """Put the bundle into a site, with libraries that are written in Python alone.

    Returns:
        The names of the libraries' archives.
    """
    target = site / folder()
    if not target.exists():
        shutil.copytree(STATIC, target)
        (target / "kernel.zip").write_bytes(packed(sources(*CARRIED)))
        (target / "libraries").mkdir()
    archives = []
    for name in libraries:
        archive = f"{name}-{distribution(name).version}.zip"
        archives.append(archive)
        if not (target / "libraries" / archive).exists():
            (target / "libraries" / archive).write_bytes(packed(texts(name)))
    return archives
