"""Places: where the page that is being rendered comes from, and where it goes.

Each site builder tells a Markdown extension so in a way of its own: MkDocs, and with it
ProperDocs, among the tree processors, Zensical among the preprocessors.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from markdown import Markdown


class Place(NamedTuple):
    """Where a page comes from and goes.

    Attributes:
        source: Its Markdown file.
        config: The configuration of the site, where the builder tells it.
        folder: The folder of the site that its HTML goes to.
        beside: What the address of a file in that folder starts with.
        url: Gives the address of another page, by the path of its Markdown file below
            the folder of all pages.
        address: Gives its address from the top of the site, by the same path.
        site: The folder of the whole site.
        home: What the address of a file in that folder starts with.
        settings: What stands above the page's text, as its template reads it; what is
            set here counts as well.
    """

    source: Path
    config: Path | None
    folder: Path
    beside: str
    url: Callable[[str], str]
    address: Callable[[str], str]
    site: Path
    home: str
    settings: dict[str, Any]


def place(md: Markdown) -> Place | None:
    """The place of the page that some Markdown renders; None without a builder."""
    if "relpath" in md.treeprocessors:
        return _of_mkdocs(md.treeprocessors["relpath"])
    if "rendering_context" in md.preprocessors:
        return _of_zensical(md.preprocessors["rendering_context"])
    return None


def is_docstring(md: Markdown) -> bool:
    """Whether a docstring is rendered, for the page that shows it.

    mkdocstrings does so with a converter of its own, in the place of that page.
    """
    return "mkdocstrings_headings" in md.treeprocessors


def _of_mkdocs(relative: Any) -> Place:
    """The place that MkDocs's processor of relative links knows."""
    file, find = relative.file, relative.files.get_file_from_path
    target, depth = Path(file.abs_dest_path), len(PurePosixPath(file.dest_uri).parts)
    return Place(
        source=Path(file.abs_src_path),
        config=Path(relative.config.config_file_path),
        folder=target.parent,
        beside="",
        url=lambda path: str(find(path).url_relative_to(file)),
        address=lambda path: str(find(path).url),
        site=target.parents[depth - 1],
        home=posixpath.relpath(".", posixpath.dirname(file.url) or ".") + "/",
        settings=file.page.meta,
    )


def _of_zensical(context: Any) -> Place:
    """The place that Zensical's context names.

    It takes each relative address on a page for one in the Markdown file, and changes
    it to where the files go.
    """
    page, config = context.page, context.config
    root, start = Path(config["root_dir"]), posixpath.dirname(page.path) or "."
    folder = posixpath.dirname(page.url)
    return Place(
        source=root / config["docs_dir"] / page.path,
        config=None,
        folder=root / config["site_dir"] / folder,
        beside=posixpath.relpath(folder or ".", start) + "/",
        url=lambda path: posixpath.relpath(path, start),
        address=lambda path: _address(path, config["use_directory_urls"]),
        site=root / config["site_dir"],
        home=posixpath.relpath(".", start) + "/",
        settings=page.meta,
    )


def _address(path: str, is_folder: bool) -> str:
    """The address of a page from the top of the site, by the rules of MkDocs."""
    page = PurePosixPath(path)
    is_index = page.stem in ("index", "README")
    if not is_folder:
        return str(page.with_name("index.html" if is_index else f"{page.stem}.html"))
    folder = page.parent if is_index else page.with_suffix("")
    return f"{folder}/"
