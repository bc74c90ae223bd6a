"""The merge, rule by rule."""

from __future__ import annotations

import re
import sys
from textwrap import dedent

import pytest
from literate.errors import BookError
from literate.kernel.source.definitions import Module, Origin
from literate.kernel.source.merging import merge
from literate.kernel.source.reading import read
from literate.kernel.source.rendering import render
from making import merge_text, merged


def text(*blocks: str) -> str:
    return merge_text(*map(dedent, blocks))


def refusal(*blocks: str) -> str:
    with pytest.raises(BookError) as caught:
        text(*blocks)
    return str(caught.value)


VALUE = '''\
    class Value:
        """A number."""

        def __init__(self, data):
            self.data = data

        def __repr__(self):
            return f"Value({self.data})"
    '''


def test_rule_1_a_reopened_class_gains_members_and_replaces_others_in_place():
    assert text(
        VALUE,
        """\
        class Value:
            ...

            def __init__(self, data, label=""):
                self.data = data
                self.label = label

            def double(self):
                return 2 * self.data
        """,
    ) == dedent(
        '''\
        class Value:
            """A number."""

            def __init__(self, data, label=""):
                self.data = data
                self.label = label

            def double(self):
                return 2 * self.data

            def __repr__(self):
                return f"Value({self.data})"
        '''
    )


def test_rule_1_without_the_mark_a_class_is_defined_whole():
    assert text(VALUE, "class Value:\n    x = 1\n") == "class Value:\n    x = 1\n"


def test_rule_1_what_does_not_exist_cannot_be_reopened():
    message = "class Value is re-opened by `...`, but it does not exist here"
    assert refusal("class Value:\n    ...\n\n    x = 1\n") == f"block 1:1: {message}"
    inner = "class A:\n    ...\n\n    class Value:\n        ...\n\n        x = 1\n"
    assert refusal("class A:\n    x = 1\n", inner) == f"block 2:4: {message}"


def test_rule_1_a_class_inside_a_class_is_reopened_as_well():
    assert (
        text(
            "class A:\n    class B:\n        x = 1\n",
            "class A:\n    ...\n\n    class B:\n        ...\n        y = 2\n",
        )
        == "class A:\n    class B:\n        x = 1\n        y = 2\n"
    )


def test_rule_2_a_bare_header_keeps_the_header():
    first = "@final\nclass A(Base, metaclass=Meta):\n    x = 1\n"
    second = "class A:\n    ...\n    x = 2\n"
    assert text(first, second) == first.replace("1", "2")


@pytest.mark.parametrize(
    "header", ["class A(Base):", "class A(metaclass=Meta):", "@final\nclass A:"]
)
def test_rule_2_any_other_header_replaces_it(header):
    first = "class A:\n    x = 1\n"
    assert text(first, f"{header}\n    ...\n") == f"{header}\n    x = 1\n"
    assert text(f"{header}\n    x = 1\n", "class A(B, C):\n    ...\n") == (
        "class A(B, C):\n    x = 1\n"
    )


def test_rule_2_a_comment_would_make_a_bare_header_ambiguous():
    message = "re-open a class with `class A:` and nothing beside it"
    first = "class A(Base):\n    x = 1\n"
    for second in ("# note\nclass A:\n    ...\n", "class A:  # note\n    ...\n"):
        assert refusal(first, second) == f"block 2:1: {message}"


def test_rule_3_the_top_of_a_module_follows_the_same_rule():
    assert text("a = 1\n\n\ndef f():\n    return a\n", "a = 2\nb = 3\n") == (
        "a = 2\nb = 3\n\n\ndef f():\n    return a\n"
    )


def test_rule_3_every_file_is_a_module_of_its_own():
    assert text("a = 1\n") == "a = 1\n"
    assert Module() == Module()


@pytest.mark.parametrize(
    ("block", "order"),
    [
        ("b = 1\nnew = 1\n", "abnewc"),  # after the nearest predecessor
        ("a = 1\nother = 1\nnew = 1\n", "aothernewbc"),  # which may be new itself
        ("new = 1\nb = 1\n", "anewbc"),  # else before the nearest successor
        ("new = 1\na = 1\n", "newabc"),
        ("new = 1\nother = 1\nc = 1\n", "abnewotherc"),
        ("a = 1\nnew = 1\nc = 1\n", "anewbc"),  # the predecessor counts first
        ("new = 1\n", "abcnew"),  # else at the end
        ("new = 1\nother = 1\n", "abcnewother"),
    ],
)
def test_rule_4_a_new_name_has_its_place_from_its_neighbors(block, order):
    module = merged("a = 0\nb = 0\nc = 0\n", block)
    assert "".join(module.entries) == order


def test_rule_4_holds_for_members():
    assert text(
        "class A:\n    def __add__(self, other):\n        return 1\n\n    x = 1\n",
        "class A:\n    ...\n\n    def __add__(self, other):\n        return 2\n\n"
        "    __radd__ = __add__\n",
    ) == (
        "class A:\n    def __add__(self, other):\n        return 2\n\n"
        "    __radd__ = __add__\n\n    x = 1\n"
    )


def test_rule_4_a_docstring_that_comes_later_stands_first():
    assert text("class A:\n    x = 1\n", 'class A:\n    """An A."""\n\n    ...\n') == (
        'class A:\n    """An A."""\n\n    x = 1\n'
    )
    assert text("import a\n\nx = a\n", '"""A module."""\n') == (
        '"""A module."""\n\nimport a\n\nx = a\n'
    )


def test_rule_5_del_removes_and_leaves_no_text():
    assert text("a = 1\nb = 2\nc = 3\n", "del b\n") == "a = 1\nc = 3\n"
    assert text("import os\nimport re\n\na = 1\n", "del os\n") == "import re\n\na = 1\n"
    assert text("import os.path\n\na = 1\n", "del os.path\n") == "a = 1\n"
    assert text('"""A module."""\n\na = 1\n', "del __doc__\n") == "a = 1\n"
    assert text(VALUE, "class Value:\n    ...\n    del __init__, __doc__\n") == (
        'class Value:\n    def __repr__(self):\n        return f"Value({self.data})"\n'
    )
    assert text("class A:\n    x = 1\n", "class A:\n    ...\n    del x\n") == (
        "class A:\n    pass\n"
    )


def test_rule_5_a_name_can_be_removed_and_defined_in_another_way():
    assert text(
        "class A:\n    x = 1\n\n\nb = A\n", "del A\n\n\ndef A():\n    pass\n"
    ) == ("b = A\n\n\ndef A():\n    pass\n")


def test_rule_5_an_unknown_name_is_an_error():
    assert refusal("a = 1\n", "b = 1\ndel c\n") == (
        "block 2:2: `del c`: there is no c to remove"
    )
    assert refusal(VALUE, "class Value:\n    ...\n    del c\n") == (
        "block 2:3: `del c`: there is no Value.c to remove"
    )
    assert refusal("class A:\n    del x\n") == (
        "block 1:2: `del x`: there is no A.x to remove"
    )


PROPERTY = """\
    class A:
        @property
        def x(self):
            return 1

        @x.setter
        def x(self, value):
            pass
    """


def test_rule_5_a_member_is_removed_in_its_class():
    assert refusal(VALUE, "del Value.__init__\n") == (
        "block 2:1: `del Value.__init__`: write `del __init__` into `class Value:`"
    )
    assert refusal(VALUE, "del Vale.__init__\n") == (
        "block 2:1: `del Vale.__init__`: there is no Vale.__init__ to remove"
    )


def test_rule_6_adjacent_definitions_of_one_name_are_one():
    assert text(PROPERTY) == dedent(PROPERTY)
    reopened = "class A:\n    ...\n    x = 2\n"
    assert text(PROPERTY, reopened) == "class A:\n    x = 2\n"
    whole = dedent(PROPERTY).replace("A:\n", "A:\n    ...\n\n")
    assert text("class A:\n    x = 2\n", whole) == dedent(PROPERTY)


def test_rule_6_a_comment_right_below_a_value_and_above_none_belongs_to_it():
    below = "x = 1\n# about x\n\n\nclass A:\n    y = 2\n    # about y\n\n    z = 3\n"
    assert text(below) == below
    assert text(below, "x = 2\n") == below.replace("1\n# about x\n", "2\n")
    assert "# about" not in text(below, "del x\n\n\nclass A:\n    z = 3\n")
    above = "x = 1\n# about z\nz = 2\n"
    assert text(above, "x = 2\n") == "x = 2\n# about z\nz = 2\n"


def test_rule_6_definitions_of_one_name_apart_are_an_error():
    assert (
        refusal("x = 1\ny = 2\nx = 3\n")
        == "block 1:3: 'x' is defined twice in this block"
    )
    two = "class A:\n    x = 1\n\n\nclass A:\n    y = 1\n"
    assert refusal(two) == "block 1:5: 'A' is defined twice in this block"


def test_rule_6_a_part_of_a_definition_alone_is_an_error():
    setter = "class A:\n    ...\n\n    @x.setter\n    def x(self, to):\n        pass\n"
    assert refusal(PROPERTY, setter) == (
        "block 2:4: this block has a part of 'x' alone: write all of it, such as a "
        "property's getter above its setter"
    )
    inherited = "class B(A):\n    @A.x.setter\n    def x(self, to):\n        pass\n"
    assert text(inherited) == inherited


def test_rule_6_what_is_registered_under_no_name_belongs_to_its_function():
    show = "@singledispatch\ndef show(x):\n    return 1\n"
    rest = "\n\n@show.register\ndef _(x: int):\n    return 2\n"
    rest += "\n\n@show.register(str)\ndef _(x):\n    return 3\n"
    area = f"{show}{rest}".replace("show", "area")
    both = f"{show}{rest}\n\n{area}"
    assert text(both) == both
    assert text(both, show) == f"{show}\n\n{area}"
    named = "@show.register\ndef show_text(x: str):\n    return 3\n"
    assert text(show, named) == f"{show}\n\n{named}"
    alone = (
        "`_` is no name by which a later block could replace this: write it right "
        "below the function that it is registered with, or give it a name"
    )
    for block in (rest.lstrip(), f"{area}{rest}"):
        assert refusal(show, block).endswith(f": {alone}")


def test_a_type_is_named_like_a_value_and_a_class_may_take_types():
    if sys.version_info < (3, 12):
        assert refusal("type Number = int\n") == (
            "block 1:1: this source block is not valid Python: invalid syntax"
        )
        return
    first = 'type Number = int\n"""What counts."""\n\n\nclass A[T]:\n    x: T\n'
    reopened = "class A:\n    ...\n\n    type Item = Number\n"
    assert text(first, "type Number = float\n", reopened) == (
        "type Number = float\n\n\nclass A[T]:\n    x: T\n\n    type Item = Number\n"
    )
    assert text("class E[T]: ...\n") == "class E[T]:\n    pass\n"


def test_rule_7_imports_stand_at_the_top_sorted_by_section():
    assert text(
        '"""A module."""\n\nimport zlib\n\nx = 1\n',
        """\
        from __future__ import annotations

        import math
        from typing import TYPE_CHECKING, Any

        import numpy as np

        from thing.other import helper

        if TYPE_CHECKING:
            from collections.abc import Iterator
        """,
    ) == dedent(
        '''\
        """A module."""

        from __future__ import annotations

        import math
        import zlib
        from typing import TYPE_CHECKING, Any

        import numpy as np

        from thing.other import helper

        if TYPE_CHECKING:
            from collections.abc import Iterator

        x = 1
        '''
    )


def test_rule_7_an_import_is_addressed_by_the_name_that_it_binds():
    assert text("from a import x\nfrom a import y\n", "from b import x\n") == (
        "from a import y\nfrom b import x\n"
    )
    assert text("import a as x\n", "from b import c as x\n") == "from b import c as x\n"


def test_rule_7_a_name_that_is_said_to_be_given_on_is_kept():
    first = "from a import x as x\n"
    assert text(first) == first
    assert text(first, "from a import x\n") == "from a import x\n"
    assert text("import b as b\n") == "import b\n"
    assert text("from a import y, x as x, z\n") == (
        "from a import x as x\nfrom a import y, z\n"
    )


STAR = (
    "a star import binds no name: write `from ... import name, other` with the names "
    "that are used"
)
ELSE = (
    "a source block holds imports, functions, classes, single-name assignments "
    "and a docstring: put anything else into a cell"
)


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("print(1)\n", f"1: {ELSE}"),
        ("x = 1\n\nfor i in x:\n    pass\n", f"3: {ELSE}"),
        ("x.y = 1\n", f"1: {ELSE}"),
        ("x = (y := 5)\n", f"1: {ELSE}"),
        ("x: list[int] = [y := n for n in range(3)]\n", f"1: {ELSE}"),
        ("(x := 5)\n", f"1: {ELSE}"),
        ("match x:\n    case 1:\n        y = 2\n", f"1: {ELSE}"),
        ('def f(): ...\n"""no docstring"""\n', f"2: {ELSE}"),
        ("class A:\n    import a\n", f"2: {ELSE}"),
        (
            "if x:\n    y = 1\n",
            "1: an `if` in a source block asks for `TYPE_CHECKING`, "
            "`sys.version_info` or `sys.platform`, and stands outside of classes",
        ),
        (
            "if TYPE_CHECKING:\n    import a\nelse:\n    import b\n",
            "1: `if TYPE_CHECKING:` takes no `else` in a source block",
        ),
        ("A, B = 1, 2\n", "1: two names in one assignment: write a line for each name"),
        ("a = b = 1\n", "1: one value for two names: write a line for each name"),
        (
            "__all__ += more\n",
            "1: `__all__ +=` takes a list of names in quotes, and no comment",
        ),
        ("x += 1\n", "1: `x` is changed in place: write `x = ...`, whole"),
        (
            "x = 1\nimport a\n",
            "2: an import below a definition would be moved to the top of the file: "
            "write it above; where it is to break a circle, import inside the "
            "function that needs it",
        ),
        (
            "try:\n    import a\nexcept ValueError:\n    a = None\n",
            "1: the only `try` in a source block is `try: import ...` with "
            "`except ImportError:`",
        ),
        (
            "try:\n    import a\nexcept ImportError:\n    a = 1\n"
            "except ValueError:\n    a = 2\n",
            "1: the only `try` in a source block is `try: import ...` with "
            "`except ImportError:`",
        ),
        (
            "try:\n    from a import *\nexcept ImportError:\n    pass\n",
            f"2: {STAR}",
        ),
        (
            "try:\n    import a\nexcept ImportError:\n    a, b = None, None\n",
            "4: two names in one assignment: write a line for each name",
        ),
        (
            "try:\n    import a\nexcept ImportError:\n    print(1)\n",
            "4: a choice holds imports, functions, classes and single-name assignments",
        ),
        (
            "if sys.version_info >= (3, 12):\n    pass\n",
            "1: this choice binds no name",
        ),
        (
            'if __name__ == "__main__":\n    main()\n',
            "1: `if __name__ == ...` has no name by which a later block could replace "
            "it: define `main()`, and name it in `project.scripts`, "
            "or call it in a cell",
        ),
        ("if TYPE_CHECKING:\n    x = 1\n", "2: `if TYPE_CHECKING:` holds imports only"),
        ("import b\nfrom a import *\n", f"2: {STAR}"),
        ("x = 1; y = 2\n", "1: two statements on one line: write two lines"),
        ("class A: x = 1\n", "1: write the body of a class on lines of its own"),
        ("class A:\n  x = 1\n", "2: indent by 4 spaces here, as the package does"),
        ("del x[0]\n", "1: `del` takes the names of definitions"),
        ("", "1: a source block must define something"),
        (
            "__doc__ = 1\n",
            "1: a docstring is a string alone, above all else: write it so",
        ),
        (
            "# encoding: a letter is a number\nx = 1\n",
            "1: Python would take this comment for the encoding of the file, "
            "which is UTF-8: word it otherwise",
        ),
        ("...\n", "1: a source block must define something"),
        ("def f(:\n", "1: this source block is not valid Python: invalid syntax"),
        (
            "x = 1\ny = '\n",
            "2: this source block is not valid Python: "
            "unterminated string literal (detected at line 2)",
        ),
        (
            'x = "\\d"\n',
            "1: this source block is not valid Python: invalid escape sequence '\\d'",
        ),
    ],
)
def test_rule_7_anything_else_is_an_error(block, message):
    assert refusal(block) == f"block 1:{message}"


def test_rule_8_a_comment_belongs_to_the_definition_below_it():
    first = "# about a\na = 1\n\n# about b\n\n# and more\ndef b():\n    pass\n"
    assert text(first, "a = 2\n") == (
        "a = 2\n\n\n# about b\n\n# and more\ndef b():\n    pass\n"
    )
    assert text(first, "del b\n") == "# about a\na = 1\n"


def test_rule_8_a_comment_below_guarded_imports_is_none_of_theirs():
    guarded = "if TYPE_CHECKING:\n    import a\n\n# about x\nx = 1\n"
    assert text(guarded) == guarded


def test_rule_8_or_to_the_one_above_where_none_follows():
    first = "def a():\n    pass\n    # inside a\n\n\nb = 1\n# about b\n"
    assert text(first, "a = 1\n") == "a = 1\n\nb = 1\n# about b\n"
    assert text(first, "b = 2\n") == "def a():\n    pass\n    # inside a\n\n\nb = 2\n"
    member = "class A:\n    x = 1\n    # about x\n\n\ny = 1\n"
    assert text(member, "class A:\n    ...\n    x = 2\n") == (
        "class A:\n    x = 2\n\n\ny = 1\n"
    )


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("# alone\n", "1: a comment with no definition to belong to"),
        (
            "class A:\n    ...\n    # alone\n",
            "3: a comment at `...` would be lost: put it at a member",
        ),
        (
            "class A:\n    y = 1\n    # alone\n    ...\n    x = 2\n",
            "3: a comment at `...` would be lost: put it at a member",
        ),
        (
            "class B:\n    pass  # alone\n",
            "2: a comment at `pass` would be lost: put it at a member",
        ),
        (
            "class A:\n    ...  # the rest\n    x = 1\n",
            "2: a comment at `...` would be lost: put it at a member",
        ),
        (
            "from a import b, c  # why\n",
            "1: a comment at an import stands above its statement, or on a line with "
            "a single name, since imports are sorted",
        ),
        (
            "if TYPE_CHECKING:\n    import a  # why\n",
            "1: a comment at `if TYPE_CHECKING:` would be lost, since its imports are "
            "sorted: say it in the prose, or in the docstring of what uses them",
        ),
        (
            "# why\nif TYPE_CHECKING:\n    import a\n",
            "1: a comment at `if TYPE_CHECKING:` would be lost, since its imports are "
            "sorted: say it in the prose, or in the docstring of what uses them",
        ),
        (
            "class E(Exception): ...  # why\n",
            "1: a comment at `...` would be lost: put it above",
        ),
        ("del x  # why\n", "1: a comment at a `del` would be lost: remove it"),
        ("# why\ndel x\n", "1: a comment at a `del` would be lost: remove it"),
        (
            "del (\n    x  # why\n)\n",
            "1: a comment at a `del` would be lost: remove it",
        ),
    ],
)
def test_rule_8_a_comment_that_would_be_lost_is_an_error(block, message):
    assert refusal("class A:\n    x = 1\n", block) == f"block 2:{message}"


def test_rule_9_text_is_kept_to_the_letter():
    odd = "def f( a ,b ):\n\n  return  a+b   # so\n"
    assert text(odd) == odd
    string = 'x = """\n# no comment\n\n\n\n  end"""\n'
    assert text(string) == string


@pytest.mark.parametrize("space", ["\n", "\n\n", "\n\n\n\n"])
def test_rule_9_the_space_between_definitions_is_the_formatters(space):
    formatted = dedent(
        """\
        import a

        x = 1


        def f():
            pass


        y = 2
        z = 3


        class A:
            w = 1

            def g(self):
                pass

            v = 2
        """
    )
    assert text(re.sub("\n\n+", space, formatted)) == formatted


def test_rule_10_a_definition_is_shown_whole_so_its_last_text_is_its_text():
    first = "def f():\n    a = 1\n    return a\n"
    second = "def f():\n    return 2\n"
    assert text(first, second) == second


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            "class A:\n    x = 1\n",
            "def A():\n    pass\n",
            "'A' is a class since block 1:1 and a function or value here",
        ),
        (
            "def A():\n    pass\n",
            "class A:\n    x = 1\n",
            "'A' is a function or value since block 1:1 and a class here",
        ),
        (
            "import A\n",
            "A = 1\n",
            "'A' is an import since block 1:1 and a function or value here",
        ),
        (
            "A = 1\n",
            "import A\n",
            "'A' is a function or value since block 1:1 and an import here",
        ),
    ],
)
def test_a_name_keeps_its_kind(first, second, message):
    assert refusal(first, second) == (
        f"block 2:1: {message}: remove it first with `del A`"
    )


def test_a_function_may_become_a_value():
    assert text("def f():\n    pass\n", "f = abs\n") == "f = abs\n"


def test_merging_leaves_the_module_before_as_it_was():
    before = merged("class A:\n    x = 1\n\n\nb = 1\n")
    shown = render(before, "thing")
    merge(
        before,
        read("class A:\n    ...\n    x = 2\n    y = 3\n\n\ndel b\n", Origin("c", 1)),
    )
    assert render(before, "thing") == shown


def test_every_line_knows_the_chapter_line_that_wrote_it():
    module = merged(
        "import a\n\nx = 1\n", "class A:\n    # note\n    y = 1\n", "x = 3\n"
    )
    assert [(line.text, line.origin) for line in render(module, "thing")] == [
        ("import a", ("block 1", 1)),
        ("", None),
        ("x = 3", ("block 3", 1)),
        ("", None),
        ("", None),
        ("class A:", ("block 2", 1)),
        ("    # note", ("block 2", 2)),
        ("    y = 1", ("block 2", 3)),
    ]


def test_what_a_block_says_knows_its_first_and_last_line():
    block = (
        "# why\nclass A:\n    x = 1\n\n    y = 2\n    # so\n\n\n"
        "def f():\n    return 1\n\n\nb = 1\n"
    )
    found = [(it.name, it.origin.line, it.last) for it in read(block, Origin("c", 5))]
    assert found == [("A", 5, 10), ("f", 13, 14), ("b", 17, 17)]


def test_changes_tell_what_became_of_each_name():
    module = merged("import a\n\nx = 1\n\n\nclass A:\n    y = 1\n")
    block = "import b\n\nx = 2\nz = 3\n\n\nclass A:\n    ...\n    del y\n    w = 1\n"
    _, changes = merge(module, read(block, Origin("c", 1)))
    assert [(each.address, each.action, each.after) for each in changes] == [
        ("b", "added", None),
        ("x", "replaced", None),
        ("z", "added", "x"),
        ("A.y", "removed", None),
        ("A.w", "added", None),
        ("A", "replaced", None),
    ]
    assert changes[1].before.text == "x = 1\n"


def test_a_docstring_is_told_like_a_name():
    first = '"""A module."""\n\nx = 1\n'
    module, told = Module(), []
    for block in (first, first.replace("A", "The"), "del __doc__\n"):
        module, changes = merge(module, read(block, Origin("c", 1)))
        told += [(each.action, each.before) for each in changes if each.address != "x"]
    texts = [(action, before and before.text) for action, before in told]
    assert texts == [
        ("added", None),
        ("replaced", '"""A module."""\n'),
        ("removed", '"""The module."""\n'),
    ]


def test_a_string_below_an_assignment_belongs_to_it():
    first = 'rate = 1\n"""How far a step goes."""\n\n\ndef f():\n    pass\n'
    assert text(first) == first
    assert text(first, "rate = 2\n") == "rate = 2\n\n\ndef f():\n    pass\n"
    member = 'class A:\n    x: int = 1\n    """A number."""\n\n    y = 2\n'
    assert text(member) == member
    assert text(member, "class A:\n    ...\n    del x\n") == "class A:\n    y = 2\n"


def test_a_new_class_with_bases_may_have_the_mark_for_a_body():
    error = "class E(Exception):\n    ...\n"
    assert text(error) == "class E(Exception):\n    pass\n"
    assert text("class E(Exception): ...\n") == text(error)
    assert text("class E(Exception): pass\n") == text(error)
    assert text("# why\n@final\nclass E: ...\n") == (
        "# why\n@final\nclass E:\n    pass\n"
    )
    inner = "class A:\n    class E(Exception):"
    assert text(f"{inner} ...\n") == f"{inner}\n        pass\n"
    with_text = 'class E(Exception):\n    """No."""\n'
    assert text(with_text, error) == with_text


@pytest.mark.parametrize(
    ("first", "second", "result"),
    [
        (
            "@overload\ndef f(x: int): ...\n@overload\ndef f(x: str): ...\n"
            "def f(x):\n    return x\n",
            "def f(x):\n    return 1\n",
            "def f(x):\n    return 1\n",
        ),
        (
            "class A:\n    x = property(lambda self: 1)\n\n    @x.setter\n"
            "    def x(self, to):\n        pass\n\n    @x.deleter\n"
            "    def x(self):\n        pass\n\n    y = 1\n",
            "class A:\n    ...\n    del x\n",
            "class A:\n    y = 1\n",
        ),
        ("async def f():\n    pass\n", "def f():\n    1\n", "def f():\n    1\n"),
        ("cafe\u0301 = 1\n", "caf\u00e9 = 2\n", "caf\u00e9 = 2\n"),
        (
            "class A(\n    Base,  # why\n):\n    x = 1\n",
            "class A:\n    ...\n    y = 2\n",
            "class A(\n    Base,  # why\n):\n    x = 1\n    y = 2\n",
        ),
        (
            "if TYPE_CHECKING:\n    from a import B\n",
            "from a import B\n",
            "from a import B\n",
        ),
        ("import numpy as np\n\nx = 1\n", "del np\n", "x = 1\n"),
        ("x = lambda: (y := 5)\n", "del x\nz = 1\n", "z = 1\n"),
    ],
)
def test_other_definitions_of_one_name(first, second, result):
    assert text(first, second) == result


def test_a_near_miss_of_a_name_is_told():
    assert refusal(VALUE, "class Valeu:\n    ...\n    x = 1\n") == (
        "block 2:1: class Valeu is re-opened by `...`, but it does not exist here: "
        "did you mean Value?"
    )
    assert refusal("def forward(): ...\n", "del foward\n") == (
        "block 2:1: `del foward`: there is no foward to remove: did you mean forward?"
    )


CHOICE = "try:\n    import fast as lib\nexcept ImportError:\n    lib = None\n"
BY_VERSION = """\
import sys

x = 1


if sys.version_info >= (3, 12):

    def f():
        return x

else:

    def f():
        return -x


y = f()
"""


def test_a_choice_of_imports_stands_below_the_imports_under_its_first_name():
    first = "import os\n\nx = 1\n"
    assert text(first, CHOICE) == f"import os\n\n{CHOICE}\nx = 1\n"
    assert text(CHOICE, "lib = 3\n") == "lib = 3\n"
    assert text(CHOICE, "x = 1\n", "del lib\n") == "x = 1\n"
    other = CHOICE.replace("fast as lib", "json").replace("lib", "json")
    assert text(first, CHOICE, other).index("fast") < text(first, CHOICE, other).index(
        "json"
    )


def test_a_choice_may_say_what_is_to_be_installed():
    told = "try:\n    import fast\nexcept ImportError as error:\n    "
    told += 'raise ImportError("install fast") from error\n'
    assert text("import os\n\nx = 1\n", told) == f"import os\n\n{told}\nx = 1\n"
    assert text(told, "del fast\n\nx = 1\n") == "x = 1\n"


def test_a_choice_of_definitions_has_its_place_from_its_neighbors():
    assert text(BY_VERSION) == BY_VERSION
    assert text(BY_VERSION, "def f():\n    return 0\n") == (
        "import sys\n\nx = 1\n\n\ndef f():\n    return 0\n\n\ny = f()\n"
    )


def test_a_choice_of_values_has_its_place_from_its_neighbors():
    values = 'if sys.platform == "win32":\n    b = 1\nelse:\n    b = 2\n'
    module = merged("a = 0\nc = 0\n", f"a = 1\n{values}")
    assert [*module.entries] == ["a", "b", "c"]


@pytest.mark.parametrize("word", ["def f():", "async def f():", "class f:"])
def test_a_choice_that_imports_and_defines_is_one_of_definitions(word):
    both = BY_VERSION[BY_VERSION.index("if ") : BY_VERSION.index("\n\ny =")]
    both = both.replace("    def f():\n        return x", "    from m import f", 1)
    both = both.replace("def f():", word).replace("return -x", "x")
    assert text("x = 1\n", both).startswith("x = 1\n\n\nif sys.version_info")


def test_a_value_does_not_become_a_choice_of_imports_where_it_stands():
    choice = "try:\n    import a\nexcept ImportError:\n    a = None\n"
    assert refusal("x = 1\na = 2\n", choice) == (
        "block 2:1: 'a' is a function or value since block 1:2 and a choice of imports "
        "here: remove it first with `del a`"
    )
    assert text("x = 1\na = 2\n", f"del a\n\n{choice}") == f"{choice}\nx = 1\n"


def test_two_choices_do_not_bind_one_name():
    choice = (
        "try:\n    import {0}\n    HAS = True\nexcept ImportError:\n    HAS = False\n"
    )
    assert refusal(choice.format("a"), choice.format("b")) == (
        "block 2:1: 'HAS' is bound together with 'a' since block 1:1: write both "
        "anew, or remove them first with `del a`"
    )


def test_names_that_are_bound_together_are_written_together():
    two = (
        "try:\n    import fast\n    HAS = True\nexcept ImportError:\n    HAS = False\n"
    )
    assert refusal(two, "HAS = 1\n") == (
        "block 2:1: 'HAS' is bound together with 'fast' since block 1:1: write both "
        "anew, or remove them first with `del fast`"
    )
    assert refusal("HAS = 1\n", two) == (
        "block 2:1: 'HAS' is bound since block 1:1: remove it first with `del HAS`"
    )
    assert (
        refusal(f"HAS = 1\n{two}") == "block 1:2: 'HAS' is defined twice in this block"
    )
    assert text(two, "del fast\n\nHAS = 1\n") == "HAS = 1\n"
    assert text("HAS = 1\n", f"del HAS\n\n{two}") == two
    assert text(two, two.replace("True", "1")) == two.replace("True", "1")


def test_names_can_be_added_to_all():
    assert text('__all__ = ["a"]\n', '__all__ += ["b"]\n', '__all__ += ["a"]\n') == (
        '__all__ = ["a", "b"]\n'
    )
    assert text('__all__ += ["b"]\n') == '__all__ = ["b"]\n'
    long = [f"{letter * 40}" for letter in "ab"]
    assert text(f'__all__ = ["{long[0]}"]\n', f'__all__ += ["{long[1]}"]\n') == (
        f'__all__ = [\n    "{long[0]}",\n    "{long[1]}",\n]\n'
    )
    fits = "a" * (88 - len('__all__ = ["", "b"]'))
    added = '__all__ += ["b"]\n'
    assert text(f'__all__ = ["{fits}"]\n', added) == f'__all__ = ["{fits}", "b"]\n'
    assert text(f'__all__ = ["{fits}a"]\n', added).count("\n") == 4
    whole = "`__all__` is no plain list of names here: write `__all__ = ...`, whole"
    for first in (
        "__all__ = names()\n",
        '__all__ = ["a"]  # why\n',
        '__all__: list[str] = ["a"]\n',
        '__all__ = ["a"]\n"""What is public."""\n',
    ):
        assert refusal(first, '__all__ += ["b"]\n') == f"block 2:1: {whole}"


def test_comments_stay_at_their_imports():
    first = "# about b\n# and more\nimport b\nimport a  # noqa: F401\n"
    assert text(first) == (
        "import a  # noqa: F401\n\n# about b\n# and more\nimport b\n"
    )
    assert text("from m import x  # why\n") == "from m import x  # why\n"
    assert text("# up\nfrom m import x  # why\n", "from m import y\n") == (
        "# up\nfrom m import (\n    x,  # why\n    y,\n)\n"
    )
    assert text("import a  # why\n", "import a\n") == "import a\n"


def test_the_methods_of_a_protocol_are_no_mark():
    first = "class P(Protocol):\n    def f(self) -> int: ...\n"
    assert text(first, "class P(Protocol):\n    def g(self) -> int: ...\n") == (
        "class P(Protocol):\n    def g(self) -> int: ...\n"
    )
