"""The pytest plugin: `pytest --markdown-docs` runs books, a test for each block.

The option, and the collecting of Markdown that belongs to no book, are
pytest-markdown-docs's own. The pages of a book and the modules of its package are
collected here instead, because the cells of a page share a session, and because what
they display is compared.
"""

from __future__ import annotations

import pytest

from literate.errors import BookError
from literate.pytest_plugin.books import README, Books, is_on


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-outputs`."""
    parser.addoption(
        "--update-outputs",
        action="store_true",
        help="with --markdown-docs: write what the cells display into their chapters",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Give each xdist worker whole chapters: a chapter is one run."""
    option = config.option
    if is_on(config) and getattr(option, "numprocesses", None) and option.dist == "no":
        option.dist = "loadfile"


def pytest_configure(config: pytest.Config) -> None:
    """Prepare to run books; where no path is given, the one that is here, whole."""
    if config.option.update_outputs:
        if not is_on(config):
            raise pytest.UsageError("--update-outputs goes with --markdown-docs")
        if getattr(config.option, "numprocesses", None):
            raise pytest.UsageError("--update-outputs writes files: run it without -n")
    if not is_on(config):
        return
    books = Books(config)
    config.pluginmanager.register(books, "literate-books")
    if config.args_source != pytest.Config.ArgsSource.ARGS:
        try:
            book = books.of(config.invocation_params.dir / README)
        except BookError as error:
            raise pytest.UsageError(str(error)) from None
        if book:
            parts = [book.root / part for part in (README, *book.paths, book.package)]
            config.args = [str(part) for part in parts if part.exists()]
