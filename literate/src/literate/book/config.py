"""The configuration: what the book takes from `mkdocs.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, TypeGuard

import yaml
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils import markdown_extensions as MARKDOWN
from mkdocs.utils.yaml import yaml_load

from literate.book.options import Options, line_of, read_options
from literate.errors import BookError

NAMES = ("mkdocs.yml", "mkdocs.yaml")
MEANT = re.compile(r"literate[._-]?weav", re.IGNORECASE)
"""The extension, whose name may be misspelt: then the book is one that is wrong."""
UNLISTED = ("draft_docs", "not_in_nav", "exclude_docs")
"""The settings that name pages which need not stand in the nav."""


class Config(NamedTuple):
    """What a book is made of.

    Attributes:
        file: The configuration itself.
        docs: The folder of the pages, below that of the configuration.
        paths: The chapters, in the order of the nav.
        options: What it says to this program.
        settings: What it says to the site.
    """

    file: Path
    docs: str
    paths: list[str]
    options: Options
    settings: dict[str, Any]


def find_config(start: Path, of_any_site: bool = False) -> Path | None:
    """The configuration of the book to which a folder belongs.

    One of another name than MkDocs's usual ones, as for `mkdocs build -f book.yml`, is
    found as well: nobody else may run the pages of a book.

    Args:
        start: The folder; those above it are looked at, too.
        of_any_site: Take one as well that does not ask for `literate.weave`.

    Returns:
        The file; None where there is none.
    """
    usual: list[Path] = []
    for folder in (start, *start.parents):
        found = [folder / name for name in NAMES if (folder / name).is_file()]
        usual += found
        for file in (*found, *sorted(folder.glob("*.y*ml"))):
            if file.is_file() and any(map(MEANT.search, _texts(file))):
                return file
    return usual[0] if usual and of_any_site else None


def read_config(file: Path) -> Config:
    """Read a configuration, and hold its nav against the files on disk.

    Raises:
        BookError: Where it names no package, or a chapter that is not there, or leaves
            one out that is.
    """
    settings = load(file)
    docs = PurePosixPath(str(settings.get("docs_dir") or "docs"))
    if docs.is_absolute() or ".." in docs.parts:
        message = f"docs_dir: {docs} is no folder below that of {file.name}"
        raise BookError(file.name, line_of(file, "docs_dir:"), message)
    names = list(_pages(settings.get("nav")))
    paths = [(docs / name).as_posix() for name in names]
    options = read_options(file, settings, paths)
    _check_nav(file, settings, docs, names)
    return Config(file, docs.as_posix(), paths, options, settings)


def _check_nav(
    file: Path, settings: dict[str, Any], docs: PurePosixPath, names: list[str]
) -> None:
    """Hold the pages of a nav against those on disk."""
    folder = file.parent / docs
    found = (page for page in folder.rglob("*.m*") if page.suffix in MARKDOWN)
    pages = sorted(page.relative_to(folder).as_posix() for page in found)
    left = _forgotten(settings, [each for each in pages if each not in names])
    for name in names:
        if not (folder / name).is_file() or ".." in PurePosixPath(name).parts:
            hint = f"; not in the nav: {', '.join(left)}" if left else ""
            message = f"nav names {docs}/{name}, which is not there{hint}"
            raise BookError(file.name, line_of(file, name), message)
        if names.count(name) > 1:
            message = f"nav names {docs}/{name} twice: a chapter has one place"
            raise BookError(file.name, line_of(file, name), message)
    for name in (*names, *left):
        for is_so, cure in (
            (not name.endswith(".md"), "let its name end in .md"),
            ("[" in name or "::" in name, "pytest reads `[` and `::`: rename it"),
        ):
            if is_so:
                message = f"this page would be shown but not run: {cure}"
                raise BookError(f"{docs}/{name}", 1, message)
    if left:
        message = (
            f"this page is not in the nav of {file.name}: add it there, or name it "
            "in `draft_docs`"
        )
        raise BookError(f"{docs}/{left[0]}", 1, message)


def load(file: Path) -> dict[str, Any]:
    """The settings of a configuration, with those that it inherits.

    Raises:
        BookError: Where it is no YAML.
    """
    try:
        with file.open("rb") as source:
            settings = yaml_load(source, _Loader)  # type: ignore[arg-type]  # any loader does
    except ConfigurationError as error:
        cause = error.__context__
        if not isinstance(cause, yaml.MarkedYAMLError):
            raise BookError(file.name, 1, str(error)) from None
        line = cause.problem_mark.line + 1 if cause.problem_mark else 1
        message = f"not valid YAML: {cause.problem}"
        raise BookError(file.name, line, message) from None
    except RecursionError:
        message = "it inherits from itself, or nests its lists without an end"
        raise BookError(file.name, 1, message) from None
    except OSError as error:
        message = f"cannot be read: {error.filename}: {error.strerror}"
        raise BookError(file.name, 1, message) from None
    return settings if isinstance(settings, dict) else {}


def _texts(file: Path, *below: Path) -> Iterator[str]:
    """The text of a configuration, and of those that it inherits from."""
    text = file.read_text("utf-8", "replace")
    yield text
    for line in text.splitlines():
        name, _, value = line.partition(":")
        parent = file.parent / value.strip().strip("\"'")
        if name == "INHERIT" and parent.is_file() and parent not in (file, *below):
            yield from _texts(parent, file, *below)


def _forgotten(settings: dict[str, Any], left_out: list[str]) -> list[str]:
    """Those of some pages that have to stand in the nav."""
    if not left_out:
        return []
    import pathspec  # here, because most books have no such page

    texts = [settings.get(name) for name in UNLISTED]
    lines = [line for text in texts if text for line in str(text).splitlines()]
    unlisted = pathspec.GitIgnoreSpec.from_lines(lines)
    return [name for name in left_out if not unlisted.match_file(name)]


def is_page(entry: Any) -> TypeGuard[str]:
    """Whether an entry of a nav is a page, and no link or another file."""
    return isinstance(entry, str) and entry.endswith(MARKDOWN) and "://" not in entry


def _pages(nav: Any) -> Iterator[str]:
    """The Markdown files of a nav, in order."""
    if is_page(nav):
        yield PurePosixPath(nav).as_posix()
    elif isinstance(nav, dict):
        yield from _pages(list(nav.values()))
    elif isinstance(nav, list):
        for value in nav:
            yield from _pages(value)


class _Loader(yaml.SafeLoader):
    """A safe loader; the site's own tags (`!ENV`, `!!python/…`) are nothing to it."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
