"""The text of a source block from what it says, and the other way round."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from literate.book.book import Book
from literate.kernel.source.definitions import (
    ClassBlock,
    Definition,
    Import,
    Item,
    Origin,
)
from literate.kernel.source.reading import read
from literate.tangling.writing import code_of
from random_source import random_block

HERE = Origin("docs/a.md", 1)


def meaning(item: Item) -> object:
    """What an item says, wherever it stands."""
    if isinstance(item, ClassBlock):
        inside = [meaning(each) for each in item.items]
        return item.header.text, item.bare, item.reopens, item.flat, inside
    if isinstance(item, Definition):
        return item.names, item.kind, item.text, item.adds
    if isinstance(item, Import):
        return item.name, item.module, item.original, item.guarded, item.above
    return "del", item.name


@given(st.randoms(use_true_random=True))
def test_what_is_written_is_read_again(chance: Random) -> None:
    items = read(random_block(chance, []).code, HERE)
    code = code_of(items, "thing")
    again = read(code, HERE)
    imports = [meaning(each) for each in items if isinstance(each, Import)]
    rest = [meaning(each) for each in items if not isinstance(each, Import)]
    assert rest == [meaning(each) for each in again if not isinstance(each, Import)]
    written = [meaning(each) for each in again if isinstance(each, Import)]
    assert sorted(map(repr, imports)) == sorted(map(repr, written))
    assert code_of(again, "thing") == code


@pytest.mark.parametrize(
    "code",
    [
        '"""Doc."""\n\nx = 1\ny = 2\n\nz = 3\n',
        "del a\ndel b, c\n\ndel d\n\n\ndef f():\n    pass\n",
        "import math\n\ndel cmath\n\nx = math.pi\n",
        "if TYPE_CHECKING:\n    from os import PathLike\n\nx = 1\n",
        "# why\nimport math  # floor\nfrom typing import Any\n\n\nclass A: ...\n",
        'class A:\n    """Doc."""\n\n    ...\n\n    x = 1\n',
        "class A:\n    ...\n    x = 1\n    y = 2\n\n    del f\n    del g\n",
        "@final\nclass A(B):\n    ...\n\n    class C:\n        ...\n\n        x = 1\n",
        "class A:\n    class B:\n        pass\n\n    x = 1\n    '''Text.'''\n",
        "class E(Error): ...\n\n\nclass F(Error):\n    ...\n",
        "try:\n    import a\nexcept ImportError:\n    a = None\n\n__all__ += ['x']\n",
        "if sys.platform == 'x':\n\n    def f():\n        pass\n\n\nx = f\n",
    ],
)
def test_a_block_that_is_laid_out_is_written_as_it_was(code: str) -> None:
    assert code_of(read(code, HERE), "thing") == code


def test_the_blocks_of_the_book_are_written_as_they_are(the_book: Book) -> None:
    for path in the_book.paths:
        for step in the_book.steps(path):
            code = step.source.code.rstrip("\n") + "\n"
            assert code_of(step.items, the_book.package) == code
