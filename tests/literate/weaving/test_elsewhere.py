"""The same book under the successors of MkDocs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import lxml.html
import pytest
from literate.book.book import Book
from literate.running.cache import FOLDER
from making import BOX, ROOT, cell, chapters, site, source
from processes import run_builder
from sites import (
    expected_fences,
    expected_figures,
    expected_outputs,
    fences,
    figures,
    links,
    outputs,
    page,
    words,
)

GENERATOR = re.compile(rb'<meta name="generator" content="[^"]*">')
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "build", "site")
# What keeps a figure out of the search; Zensical obeys it, and takes it away.
EXCLUDED = ' data-search-exclude=""'


def run(root: Path, *words: str) -> None:
    """Run a program of this Python, which has to succeed."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def files(site: Path) -> dict[str, bytes]:
    """The files of a site, but for the name of what made them."""
    return {
        file.relative_to(site).as_posix(): GENERATOR.sub(b"", file.read_bytes())
        for file in site.rglob("*")
        if file.is_file()
    }


@pytest.mark.night
def test_properdocs_makes_the_same_files(the_site: Path, tmp_path: Path) -> None:
    config = ("--config-file", "mkdocs.yml")
    run(ROOT, "properdocs", "build", "--strict", *config, "-d", str(tmp_path))
    ours, theirs = files(the_site), files(tmp_path)
    assert sorted(ours) == sorted(theirs)
    # The files of lessons are pickles, whose bytes differ from process to process.
    differing = [name for name in ours if ours[name] != theirs[name]]
    assert [name for name in differing if not name.endswith(".literate.json")] == []


@pytest.fixture(scope="session")
def of_zensical(the_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site that Zensical builds, of a copy: it writes into the project only.

    The copy has the results of `the_site`'s cells.
    """
    root = tmp_path_factory.mktemp("zensical") / "book"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    shutil.copytree(ROOT / FOLDER, root / FOLDER)
    run(root, "zensical", "build", "--clean")
    return root / "site"


@pytest.mark.night
@pytest.mark.parametrize("path", chapters())
def test_zensical_shows_all_of_a_chapter(
    path: str, the_book: Book, the_site: Path, of_zensical: Path
) -> None:
    blocks, html = the_book.chapters[path].blocks, page(of_zensical, path)
    assert fences(html) == expected_fences(blocks)
    assert outputs(html) == expected_outputs(blocks)
    assert len(figures(html)) == expected_figures(blocks)
    reference = page(the_site, path)
    assert [each.replace(EXCLUDED, "") for each in figures(reference)] == figures(html)
    assert words(html) == words(reference)
    assert links(html, path) == links(reference, path)


@pytest.mark.night
def test_zensical_puts_the_same_files_beside_the_pages(
    the_site: Path, of_zensical: Path
) -> None:
    kinds = (".html", ".ipynb", ".whl", ".diff")
    ours, theirs = (
        {name: content for name, content in files(site).items() if name.endswith(kinds)}
        for site in (the_site, of_zensical)
    )
    assert sorted(ours) == sorted(theirs)
    taken = [name for name in ours if not name.endswith(".html")]
    assert len(taken) > 30
    assert [name for name in taken if ours[name] != theirs[name]] == []


BUILDERS = ["mkdocs", "properdocs", "zensical"]


def built(folder: Path, address: str) -> Path:
    """The file of a page, by its address from a folder."""
    file = folder / address
    file = file if file.suffix else file / "index.html"
    assert file.is_file()
    return file


@pytest.mark.slow
@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize(
    ("setting", "file"), [("true", "part/one/index.html"), ("false", "part/one.html")]
)
def test_what_a_page_offers_is_where_its_links_lead(
    tmp_path: Path, builder: str, setting: str, file: str
) -> None:
    (tmp_path / "docs/part").mkdir(parents=True)
    words = "# Words\n\n- **Box**: a class.\n- **Slope**: how steep it is.\n"
    one = "# One\n\nA slope.\n" + source(BOX)
    site(tmp_path, **{"part/one": one, "words": words})
    config = (tmp_path / "mkdocs.yml").read_text() + "theme: material\n"
    config = config.replace("urls: false", f"urls: {setting}")
    option = "package: thing\n      glossary: docs/words.md"
    config = config.replace("package: thing", option)
    (tmp_path / "mkdocs.yml").write_text(config)
    done = run_builder(tmp_path, builder)
    assert done.returncode == 0, done.stderr
    folder = (tmp_path / "site" / file).parent
    html = lxml.html.parse(tmp_path / "site" / file)
    offered = html.xpath("//*[@class='literate-downloads']//a/@href")
    assert [Path(link).suffix for link in offered] == [".ipynb", ".whl", ".diff"]
    assert [link for link in offered if not (folder / link).is_file()] == []
    for record in (tmp_path / "site").glob("literate/record-*.json"):
        told = json.loads(record.read_text("utf-8"))["pages"]
        assert [built(tmp_path / "site", each["address"]) for each in told]
    [link] = html.xpath("//a[@class='literate-term']/@href")
    address, _, anchor = link.partition("#")
    words = built(folder, address).read_text("utf-8")
    assert f'id="{anchor}"' in words


@pytest.mark.slow
@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (source(BOX) + cell("1\n", "2\n"), "docs/one.md:9: the cell displays so"),
        ("# One\n\n\\(\\foo\\)\n", "docs/one.md:3: formula: unknown command \\foo"),
    ],
)
def test_a_broken_chapter_fails_every_build(
    tmp_path: Path, builder: str, text: str, message: str
) -> None:
    site(tmp_path, one=text)
    config = (tmp_path / "mkdocs.yml").read_text()
    config = config.replace("  - admonition\n", "  - literate.math\n  - admonition\n")
    (tmp_path / "mkdocs.yml").write_text(config + "theme: material\n")
    done = run_builder(tmp_path, builder)
    assert done.returncode == 1
    assert message in done.stderr
