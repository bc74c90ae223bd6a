"""The configuration: what the book takes from `mkdocs.yml`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from literate.errors import BookError

CONFIG = "mkdocs.yml"
EXTENSION = "literate.weave"


def find_config(start: Path) -> Path | None:
    """The configuration of the book to which a folder belongs.

    Args:
        start: The folder; those above it are looked at, too.

    Returns:
        The file; None where there is none that asks for `literate.weave`.
    """
    for folder in (start, *start.parents):
        for name in (CONFIG, "mkdocs.yaml"):
            file = folder / name
            if file.is_file() and EXTENSION in file.read_text("utf-8", "replace"):
                return file
    return None


class Config(NamedTuple):
    """The package that the chapters write, and the chapters in the order of the nav."""

    package: str
    optional: tuple[str, ...]
    docs: str
    paths: list[str]


def read_config(root: Path) -> Config:
    """Read `mkdocs.yml`, and hold its nav against the files on disk.

    Args:
        root: The folder that holds it.

    Returns:
        The configuration.

    Raises:
        BookError: Where it names no package, or a chapter that is not there, or leaves
            one out that is.
    """
    text = (root / CONFIG).read_text(encoding="utf-8")
    settings = load(text)
    options = _options(settings)
    docs = settings.get("docs_dir", "docs")
    paths = [f"{docs}/{name}" for name in _pages(settings.get("nav"))]
    for path in paths:
        if not (root / path).is_file():
            line = _line_of(text, path.removeprefix(f"{docs}/"))
            raise BookError(CONFIG, line, f"nav names {path}, which is not there")
    for file in sorted((root / docs).rglob("*.md")):
        path = file.relative_to(root).as_posix()
        if path not in paths:
            message = f"this chapter is not in the nav of {CONFIG}: add it or move it"
            raise BookError(path, 1, message)
    return Config(options["package"], tuple(options.get("optional", ())), docs, paths)


def load(text: str) -> dict[str, Any]:
    """The settings that the text of `mkdocs.yml` holds."""
    try:
        settings = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BookError(CONFIG, line, f"not valid YAML: {error.problem}") from None
    return settings if isinstance(settings, dict) else {}


def _options(settings: dict[str, Any]) -> dict[str, Any]:
    """The options of `literate.weave` among the Markdown extensions."""
    for entry in settings.get("markdown_extensions") or []:
        if isinstance(entry, dict) and EXTENSION in entry:
            options = entry[EXTENSION]
            if isinstance(options, dict) and options.get("package"):
                return options
    message = f"name the package: `{EXTENSION}: {{package: …}}` as an extension"
    raise BookError(CONFIG, 1, message)


def _pages(nav: Any) -> Iterator[str]:
    """The Markdown files of a nav, in order."""
    if isinstance(nav, str) and nav.endswith(".md") and "://" not in nav:
        yield nav
    elif isinstance(nav, dict):
        yield from _pages(list(nav.values()))
    elif isinstance(nav, list):
        for value in nav:
            yield from _pages(value)


def _line_of(text: str, name: str) -> int:
    """The line that names a chapter."""
    lines = text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if name in line), 1)


class _Loader(yaml.SafeLoader):
    """A safe loader; the site's own tags (`!ENV`, `!!python/…`) are nothing to it."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
