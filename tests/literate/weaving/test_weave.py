"""Pages, built by MkDocs from small books."""

from __future__ import annotations

from pathlib import Path

import pytest
from literate.book.config import load
from literate.book.options import extensions_of
from making import BOX, cell, literate, site, source
from markdown import markdown
from processes import build

DRAW = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show = None\n"


@pytest.mark.slow
def test_a_page_shows_what_its_cells_display(tmp_path: Path) -> None:
    first = "# First\n" + source(BOX)
    second = (
        "# Second\n"
        + cell("from thing.core import Box\nBox(3).x, '<'\n", "(3, '<')\n")
        + cell(DRAW)
        + "```figure\nA *line*\nthat `rises`, [of](first.md) & 2 \\* <.\n```\n"
        + source(BOX.replace("x\n", "2 * x\n"))
        + '\n??? success "Solution"\n\n    ```python\n    0.123\n    ```\n\n'
        + "    ```output\n    0.12\n    ```\n"
    )
    site(tmp_path, first=first, second=second)
    run = build(tmp_path)
    assert run.returncode == 0, run.stderr
    page = (tmp_path / "site/second.html").read_text()
    assert "literate-sentence\"><pre><code>(3, '&lt;')</code></pre>" in page
    words = page.split("<figcaption>")[1].split("</figcaption>")[0]
    link = '<a href="first.html">of</a>'
    assert words == (f"A <em>line</em> that <code>rises</code>, {link} &amp; 2 * &lt;.")
    assert page.count("<svg") == 1
    assert 'href="first.html#thing.core.Box"' in page
    assert '<span class="hll">' in page
    assert "0.12\n" not in page.split("Solution")[0]
    assert page.split("Solution")[1].count("literate-output") == 1
    assert "{:" not in page and "wzxhzdk" not in page and "```" not in page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (cell("1\n", "2\n"), "docs/one.md:2: the cell displays something else"),
        (cell("1\n"), "docs/one.md:2: the cell displays text, but no output block"),
        (cell("1 / 0\n"), "docs/one.md:2: Traceback (most recent call last):"),
        (source("import nowhere\n"), "docs/one.md:2: Traceback (most recent call"),
        (source("def f(:\n"), "docs/one.md:3: "),
        ("```python\n1;\n", "docs/one.md:1: unclosed fence"),
        (
            "<div>\n```python\n1;\n```\n</div>\n",
            "docs/one.md:",
        ),
        (
            '--8<-- "more.txt"\n',
            "docs/one.md:1: the page shows other Python fences than the chapter",
        ),
    ],
)
def test_a_broken_chapter_fails_the_build(
    tmp_path: Path, text: str, message: str
) -> None:
    site(tmp_path, one=text)
    (tmp_path / "more.txt").write_text("\n```python\n1;\n```\n")
    config = (tmp_path / "mkdocs.yml").read_text()
    config = config.replace(
        "  - admonition\n", "  - pymdownx.snippets\n  - admonition\n"
    )
    (tmp_path / "mkdocs.yml").write_text(config)
    run = build(tmp_path)
    assert run.returncode == 1, run.stderr
    assert message in run.stderr


@pytest.mark.slow
@pytest.mark.parametrize("ci", [False, True])
def test_a_missing_library_is_told_on_the_page_but_fails_in_ci(
    tmp_path: Path, ci: bool
) -> None:
    text = cell("import not_here\n1\n", "1\n") + cell("not_here.two\n", "2\n")
    draw = cell(DRAW.replace("\n", "\nnot_here\n", 1))
    text += draw + "```figure\nA line.\n```\n" + cell("3\n", "3\n")
    site(tmp_path, one=text)
    config = (tmp_path / "mkdocs.yml").read_text()
    config = config.replace("thing\n", "thing\n      optional: [not_here]\n")
    (tmp_path / "mkdocs.yml").write_text(config)
    run = build(tmp_path, ci=ci)
    assert (run.returncode == 0) is not ci, run.stderr
    if not ci:
        page = (tmp_path / "site/one.html").read_text()
        assert "Not run for this page: No module named 'not_here'." in page.replace(
            "&#x27;", "'"
        )
        # What was checked elsewhere stands, and the page says so at each cell.
        assert "<pre><code>2</code></pre>" in page
        assert page.count("Not run for this page.") == 2
        assert "Its figure would show: A line." in page


@pytest.mark.slow
def test_while_watching_an_error_is_shown_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITERATE_WATCH", "1")
    site(tmp_path, one=source(BOX) + cell("1\n", "<2>\n"), two=cell("1\n", "1\n"))
    run = build(tmp_path)
    assert run.returncode == 0, run.stderr
    assert "docs/one.md:9: the cell displays something else" in run.stderr
    page = (tmp_path / "site/one.html").read_text()
    assert "docs/one.md:9: the cell displays something else" in page
    assert "-&lt;2&gt;\n+1" in page
    assert "is broken" not in (tmp_path / "site/two.html").read_text()
    assert (tmp_path / "thing/core.py").read_text().endswith(BOX)
    text = (tmp_path / "docs/one.md").read_text()
    (tmp_path / "docs/one.md").write_text(text.replace("<2>", "1"))
    assert build(tmp_path).returncode == 0
    assert "is broken" not in (tmp_path / "site/one.html").read_text()


@pytest.mark.slow
def test_footnotes_stand_above_what_can_be_taken_along(tmp_path: Path) -> None:
    site(
        tmp_path, one="# One\n\nA claim.[^1]\n" + source(BOX) + "\n[^1]: Its source.\n"
    )
    config = tmp_path / "mkdocs.yml"
    extensions = "markdown_extensions:\n"
    text = config.read_text().replace(extensions, f"{extensions}  - footnotes\n", 1)
    config.write_text(text)
    run = build(tmp_path)
    assert run.returncode == 0, run.stderr
    page = (tmp_path / "site/one.html").read_text()
    assert 0 < page.index("Its source.") < page.index("literate-package")
    assert "Go Here" not in page


def test_a_new_book_has_footnotes(tmp_path: Path) -> None:
    literate(tmp_path, "new", "counting")
    extensions = extensions_of(load(tmp_path / "counting/mkdocs.yml"))
    names = [name for name in extensions if not name.startswith("literate.")]
    page = markdown("A page[^1].\n\n[^1]: Its note.\n", extensions=names)
    assert 'class="footnote"' in page
