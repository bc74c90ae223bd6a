"""The HTML of every page, read by the Nu HTML checker."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from built import ROOT, SITE

pytestmark = pytest.mark.browser

JAR = ROOT / "build/vnu/node_modules/vnu-jar/build/dist/vnu.jar"
STOCK = """\
site_name: stock
nav: [index.md, {Section: [page.md]}]
theme:
  name: material
  features: [navigation.sections]
"""
TYPES = (
    "“color”, “date”, “datetime-local”, “email”, “hidden”, “month”, “number”, "
    "“password”, “range”, “search”, “tel”, “text”, “time”, “url”, or “week”"
)
BOX = f"Attribute “autocomplete” is only allowed when the input type is {TYPES}."
# Errors of the theme's own navigation, and the tags that have them.
ALLOWED = {
    (
        BOX,
        '<input class="md-toggle" data-md-toggle="drawer" type="checkbox" '
        'id="__drawer" autocomplete="off">',
    ),
    (
        BOX,
        '<input class="md-toggle" data-md-toggle="search" type="checkbox" '
        'id="__search" autocomplete="off">',
    ),
    (
        "Bad value “” for attribute “tabindex” on element “label”: The empty string is "
        "not a valid integer.",
        '<label class="md-nav__link" for="__nav_0" id="__nav_0_label" tabindex="">',
    ),
}


def errors(site: Path) -> set[tuple[str, str]]:
    """The errors in the pages of a site: what is wrong, and with which tag.

    The numbers in a tag are left out, as they differ from page to page.
    """
    java = shutil.which(os.environ.get("JAVA", "java"))
    assert java, "no java on the path: install it, or set JAVA"
    assert JAR.is_file(), f"no {JAR}: `make test-site` gets it"
    pages = [str(file) for file in site.rglob("*.html")]
    assert pages, f"no site in {site}: build it with `make build`"
    options = ["-jar", str(JAR), "--errors-only", "--stdout", "--format", "json"]
    told = subprocess.run([java, *options, *pages], capture_output=True, text=True)
    found = set()
    for each in json.loads(told.stdout)["messages"]:
        start = each.get("hiliteStart", 0)
        tag = each.get("extract", "")[start : start + each.get("hiliteLength", 0)]
        found.add((each["message"], re.sub(r"\d+", "0", tag)))
    return found


def test_the_checker_finds_what_is_wrong(tmp_path: Path) -> None:
    page = '<!doctype html><html lang="en"><title>A</title><p id="a"></p><p id="a">'
    (tmp_path / "index.html").write_text(page)
    assert {message for message, _ in errors(tmp_path)} == {"Duplicate ID “a”."}


def test_the_theme_alone_has_just_the_errors_that_are_allowed(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text(STOCK)
    (tmp_path / "docs").mkdir()
    for name in ("index", "page"):
        (tmp_path / f"docs/{name}.md").write_text(f"# {name}\n")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True)
    assert errors(tmp_path / "site") == ALLOWED


def test_no_page_has_another_error() -> None:
    assert errors(SITE) - ALLOWED == set()
