"""The configuration: what the book takes from `mkdocs.yml`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from mkdocs.exceptions import ConfigurationError
from mkdocs.utils.yaml import yaml_load

from literate.errors import BookError

NAMES = ("mkdocs.yml", "mkdocs.yaml")
EXTENSION = "literate.weave"
UNLISTED = ("draft_docs", "not_in_nav", "exclude_docs")
"""The settings that name pages which need not stand in the nav."""
OPTIONS = ("package", "optional", "data", "limit", "glossary", "common")
"""The options of the extension."""
LIMIT = 60.0
"""The seconds that a cell may take where the book says nothing else."""


class Config(NamedTuple):
    """What a book is made of.

    Attributes:
        file: The configuration itself.
        package: The package that the chapters write.
        optional: Libraries whose cells may be left out where they lack.
        docs: The folder of the pages, below that of the configuration.
        paths: The chapters, in the order of the nav.
        data: The folder whose files lie beside the cells, or nothing.
        limit: The seconds that a cell may take.
        glossary: The page whose terms are explained on the others, or nothing.
        common: Its terms that mean other things as well, and are not explained.
    """

    file: Path
    package: str
    optional: tuple[str, ...]
    docs: str
    paths: list[str]
    data: str
    limit: float
    glossary: str
    common: tuple[str, ...]


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
            if file.is_file() and any(EXTENSION in text for text in _texts(file)):
                return file
    return usual[0] if usual and of_any_site else None


def read_config(file: Path) -> Config:
    """Read a configuration, and hold its nav against the files on disk.

    Raises:
        BookError: Where it names no package, or a chapter that is not there, or leaves
            one out that is.
    """
    settings = load(file)
    options = _options(file, settings)
    docs = settings.get("docs_dir", "docs")
    names = list(_pages(settings.get("nav")))
    folder = file.parent / docs
    pages = sorted(page.relative_to(folder).as_posix() for page in folder.rglob("*.md"))
    left = _forgotten(settings, [each for each in pages if each not in names])
    for name in names:
        if not (folder / name).is_file():
            hint = f"; not in the nav: {', '.join(left)}" if left else ""
            message = f"nav names {docs}/{name}, which is not there{hint}"
            raise BookError(file.name, _line_of(file, name), message)
        if names.count(name) > 1:
            message = f"nav names {docs}/{name} twice: a chapter has one place"
            raise BookError(file.name, _line_of(file, name), message)
    if left:
        message = (
            f"this page is not in the nav of {file.name}: add it there, or name it "
            "in `draft_docs`"
        )
        raise BookError(f"{docs}/{left[0]}", 1, message)
    paths = [f"{docs}/{name}" for name in names]
    return Config(
        file,
        options["package"],
        tuple(options.get("optional") or ()),
        docs,
        paths,
        _data(file, options),
        _limit(file, options),
        _glossary(file, options, paths),
        tuple(options.get("common") or ()),
    )


def settings_of(root: Path) -> dict[str, Any]:
    """The settings of the site whose configuration stands in a folder."""
    return load(find_config(root) or root / NAMES[0])


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
    return settings if isinstance(settings, dict) else {}


def _texts(file: Path) -> Iterator[str]:
    """The text of a configuration, and of those that it inherits from."""
    text = file.read_text("utf-8", "replace")
    yield text
    for line in text.splitlines():
        name, _, value = line.partition(":")
        parent = file.parent / value.strip().strip("\"'")
        if name == "INHERIT" and parent.is_file() and parent != file:
            yield from _texts(parent)


def _options(file: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """The options of `literate.weave` among the Markdown extensions."""
    extensions = settings.get("markdown_extensions") or []
    entries = [extensions] if isinstance(extensions, dict) else extensions
    found = [each.get(EXTENSION) for each in entries if isinstance(each, dict)]
    options: dict[str, Any] = next(
        (each for each in found if isinstance(each, dict)), {}
    )
    for name in set(options) - {*OPTIONS}:
        near = difflib.get_close_matches(name, OPTIONS, 1)
        guess = f"did you mean `{near[0]}`?" if near else f"it has {', '.join(OPTIONS)}"
        message = f"{EXTENSION} has no option `{name}`: {guess}"
        raise BookError(file.name, _line_of(file, f"{name}:"), message)
    if options.get("package"):
        return options
    message = f"name the package: `{EXTENSION}: {{package: …}}` as an extension"
    raise BookError(file.name, 1, message)


def _data(file: Path, options: dict[str, Any]) -> str:
    """The folder whose files lie beside the cells."""
    data = str(options.get("data") or "")
    if not (file.parent / data).is_dir():
        message = f"the data folder {data} is not there: make it, or drop this option"
        raise BookError(file.name, _line_of(file, "data:"), message)
    return data


def _limit(file: Path, options: dict[str, Any]) -> float:
    """The seconds that a cell may take."""
    limit = options.get("limit") or LIMIT
    if not isinstance(limit, int | float) or limit <= 0:
        message = f"limit takes the seconds of a cell, such as 60, not {limit!r}"
        raise BookError(file.name, _line_of(file, "limit"), message)
    return float(limit)


def _glossary(file: Path, options: dict[str, Any], paths: list[str]) -> str:
    """The page whose terms are explained on the others."""
    glossary = str(options.get("glossary") or "")
    if glossary and glossary not in paths:
        message = f"the glossary {glossary} is no page of the nav"
        raise BookError(file.name, _line_of(file, "glossary:"), message)
    return glossary


def _forgotten(settings: dict[str, Any], left_out: list[str]) -> list[str]:
    """Those of some pages that have to stand in the nav."""
    if not left_out:
        return []
    import pathspec  # here, because most books have no such page

    texts = [settings.get(name) for name in UNLISTED]
    lines = [line for text in texts if text for line in str(text).splitlines()]
    unlisted = pathspec.GitIgnoreSpec.from_lines(lines)
    return [name for name in left_out if not unlisted.match_file(name)]


def _pages(nav: Any) -> Iterator[str]:
    """The Markdown files of a nav, in order."""
    if isinstance(nav, str) and nav.endswith(".md") and "://" not in nav:
        yield nav
    elif isinstance(nav, dict):
        yield from _pages(list(nav.values()))
    elif isinstance(nav, list):
        for value in nav:
            yield from _pages(value)


def _line_of(file: Path, name: str) -> int:
    """The line that names a chapter."""
    lines = file.read_text("utf-8").splitlines()
    return next((n for n, line in enumerate(lines, 1) if name in line), 1)


class _Loader(yaml.SafeLoader):
    """A safe loader; the site's own tags (`!ENV`, `!!python/…`) are nothing to it."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
