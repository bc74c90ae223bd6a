"""Serving: the site while its author writes. What is saved is on the page at once."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer

from literate.book.blocks import Block
from literate.book.book import Book
from literate.book.config import find_config
from literate.errors import BookError
from literate.running.pool import Cancelled, Pool
from literate.running.run import libraries
from literate.weaving.current import book_of
from literate.weaving.runs import WATCHING, Runs, runs_of


def serve(root: Path, address: str) -> None:
    """Serve the site of a book until somebody ends it.

    A broken chapter shows what is wrong on its page and in the terminal, and recovers.
    Where only prose was saved, only its page is made anew: what other pages say of it,
    such as its title in the navigation, follows with the next saved code. Where many
    chapters have to run, as the first time, their pages are there before: as they are
    written, without figures, until all have run.
    """
    os.environ[WATCHING] = "1"
    with (
        tempfile.TemporaryDirectory(prefix="literate-site-") as folder,
        tempfile.TemporaryDirectory(prefix="literate-ran-") as ran,
    ):
        builder = _Builder(root, Path(folder), Path(ran), address)
        config = builder.config()
        config.plugins.on_startup(command="serve", dirty=False)
        host, port = config.dev_addr
        path = urlsplit(config.site_url or "/").path
        server = LiveReloadServer(
            builder=builder.build, host=host, port=port, root=folder, mount_path=path
        )
        builder.build()
        print(f"serving at http://{address}, until Ctrl-C ends it", flush=True)
        watched = [config.docs_dir, config.config_file_path, *config.watch, ran]
        for each in filter(None, watched):
            server.watch(str(each))
        server = config.plugins.on_serve(server, config=config, builder=builder.build)
        try:
            server.serve()  # type: ignore[no-untyped-call]  # MkDocs has no types here
        except KeyboardInterrupt:
            pass
        finally:
            builder.close()
            server.shutdown()
            config.plugins.on_shutdown()


@dataclass
class _Builder:
    """Builds the site: all of it, or only pages of which nothing but words changed."""

    root: Path
    folder: Path  # of the site
    ran: Path  # changes when chapters have run in the background
    address: str
    _code: object = None
    _background: threading.Thread = field(default_factory=threading.Thread)
    _pool: Pool | None = None

    def config(self) -> MkDocsConfig:
        """The configuration as it is now."""
        file = find_config(self.root)
        config: MkDocsConfig = load_config(
            str(file), site_dir=str(self.folder), dev_addr=self.address
        )
        host, port = config.dev_addr
        path = urlsplit(config.site_url or "/").path
        config.site_url = f"http://{host}:{port}{path}"
        return config

    def build(self) -> None:
        """Build what has changed; what has to run for it runs on behind."""
        before, self._code = self._code, self._read()
        is_same = self._code is not None and self._code == before
        config = self.config()
        build(config, serve_url=config.site_url, dirty=is_same)
        book = self._book()
        runs = runs_of(book) if book else None
        if runs and runs.left and not self._background.is_alive():
            chapters = [runs.book.chapters[path] for path in runs.left]
            self._pool = Pool(libraries=libraries(runs.book, chapters))
            self._background = threading.Thread(
                target=self._run, args=(runs, self._pool)
            )
            self._background.start()

    def close(self) -> None:
        """End what runs in the background."""
        if self._pool:
            self._pool.cancel()
            self._background.join()

    def _book(self) -> Book | None:
        """The book of the pages; None where it cannot be read."""
        file = find_config(self.root)
        with contextlib.suppress(BookError):
            return book_of(file.resolve()) if file else None
        return None

    def _run(self, runs: Runs, pool: Pool) -> None:
        """Run the chapters that are left, and have the site built again."""
        with pool, contextlib.suppress(Cancelled):
            runs.finish(pool)
            self._code = None
            (self.ran / "again").touch()

    def _read(self) -> object:
        """All that pages say of each other: the code; None where it cannot be read."""
        if (book := self._book()) is None:
            return None
        chapters = book.chapters.values()
        words = [_words(block) for chapter in chapters for block in chapter.blocks]
        return (book.config.read_bytes(), words)


def _words(block: Block) -> object:
    """What a block says, without where it stands."""
    fences = (getattr(block, "output", None), getattr(block, "figure", None))
    told = [fence and fence.text for fence in fences]
    return (block.code, block.fence.options, told)
