from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from literate.book.blocks import Cell, Source, parse
from literate.errors import BookError


def codes(text: str) -> list[str]:
    return [block.code for block in parse("docs/a.md", text)]


CRLF = (
    "1: CRLF line end: save the file with LF line ends, and keep git from changing "
    "them by a line `* text=auto eol=lf` in .gitattributes"
)


def refusal(text: str) -> str:
    with pytest.raises(BookError) as caught:
        parse("docs/a.md", text)
    return str(caught.value)


def test_a_title_makes_a_source_block_and_none_makes_a_cell():
    blocks = parse(
        "docs/a.md",
        '```python title="a/b.py" hl_lines="1-1" linenums="1"\nx = 1\n```\n\n'
        "```python\nx\n```\n",
    )
    assert [type(block) for block in blocks] == [Source, Cell]
    assert (blocks[0].title, blocks[0].end) == ("a/b.py", 3)
    assert blocks[0].fence.option("hl_lines") == "1-1"
    assert blocks[0].code == "x = 1\n"


def test_a_block_knows_its_lines_and_its_section():
    [block] = parse("docs/a.md", "# One\n\n## Two { #two }\n\n```python\nx\n\ny\n```\n")
    fence = block.fence
    assert (fence.line, fence.first, fence.end) == (5, 6, 9)
    assert fence.section == "Two"
    assert fence.text == "x\n\ny\n"


def test_output_and_figure_belong_to_the_cell_above():
    text = "```python\nx\n```\n\n```output\n1\n```\n\n\n```figure\nA picture.\n```\n"
    [cell] = parse("docs/a.md", text)
    assert cell.output.text == "1\n"
    assert cell.figure.text == "A picture.\n"
    assert cell.end == 12


@pytest.mark.parametrize(
    "text",
    [
        "```output\n1\n```\n",
        "```text\n1\n```\n\n```output\n1\n```\n",
        '```python title="a/b.py"\nx = 1\n```\n\n```output\n1\n```\n',
        "```python\nx\n```\n\nprose\n\n```output\n1\n```\n",
        "```python\nx\n```\n\n```output\n1\n```\n\n```output\n1\n```\n",
        "```python\nx\n```\n\n```figure\nA.\n```\n\n```output\n1\n```\n",
        "```python\nx\n```\n\n```text\n1\n```\n\n```output\n1\n```\n",
        "!!! note\n\n    ```python\n    x\n    ```\n\n```output\n1\n```\n",
    ],
)
def test_an_output_that_no_cell_displays_is_refused(text):
    assert "an output without a cell: it must stand right below its cell" in refusal(
        text
    )


TASK = "```exercise\nx = ...\n```\n\n```check\nassert x\n```\n\n"
WRONG = '```wrong hint="no"\nx = 0\n```\n\n'
SOLUTION = "```python\nx = 1\n```\n"


def test_check_and_wrong_answers_belong_to_the_exercise_above():
    other = WRONG.replace("0", "''")
    [exercise, solution] = parse("docs/a.md", TASK + WRONG + other + SOLUTION)
    assert exercise.code == "x = ...\n"
    assert exercise.check.text == "assert x\n"
    assert [each.text for each in exercise.wrong] == ["x = 0\n", "x = ''\n"]
    assert (exercise.end, solution.code) == (15, "x = 1\n")
    [exercise, _] = parse("docs/a.md", TASK + SOLUTION)
    assert (exercise.wrong, exercise.end) == ((), 7)


CHECK = "a check without an exercise: it must stand right below its exercise"
HOMELESS = "a wrong answer without a check: it must stand right below its check"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TASK[TASK.index("```check") :] + SOLUTION, f"1: {CHECK}"),
        (TASK + TASK[TASK.index("```check") :] + SOLUTION, f"9: {CHECK}"),
        (WRONG + SOLUTION, f"1: {HOMELESS}"),
        (TASK + "prose\n\n" + WRONG + SOLUTION, f"11: {HOMELESS}"),
        (
            TASK.replace("```check", "prose\n\n```check") + SOLUTION,
            "1: an exercise without a check: it must stand right below it",
        ),
        (
            TASK[: TASK.index("```check")] + WRONG + TASK + SOLUTION,
            "1: an exercise without a check: it must stand right below it",
        ),
        (
            TASK + TASK + SOLUTION,
            "1: an exercise without a solution: fold one into a cell below it",
        ),
        (TASK, "1: an exercise without a solution: fold one into a cell below it"),
    ],
)
def test_a_part_of_an_exercise_alone_is_refused(text, message):
    assert refusal(text) == f"docs/a.md:{message}"


def test_a_figure_that_no_cell_displays_is_refused():
    text = "prose\n\n```figure\nA.\n```\n"
    assert refusal(text) == (
        "docs/a.md:3: a figure without a cell: "
        "it must stand right below its cell or output"
    )


def test_a_prediction_belongs_to_the_next_cell():
    ask, cell = "**Predict.** Which?\n\n", "```python\nx\n```\n\n"
    source = '```python title="a/b.py"\n**Predict.**\n```\n\n'
    blocks = parse("docs/a.md", cell + ask + ask + source + cell + cell + ask + cell)
    found = [getattr(block, "prediction", "none") for block in blocks]
    assert found == [None, "none", 7, None, 21]
    assert refusal(cell + ask + source) == (
        "docs/a.md:5: a prediction without a cell below it"
    )


@pytest.mark.parametrize(
    "mark", ["**Predict:**", "__Predict.__", "**predict.**", "**Prediction.**"]
)
def test_what_is_nearly_a_prediction_is_refused(mark):
    assert refusal(f"{mark} Which?\n\n```python\nx\n```\n") == (
        "docs/a.md:1: a prediction begins with `**Predict.**`, by these very signs"
    )
    assert codes("**Predictions** are hard.\n\n```python\nx\n```\n") == ["x\n"]


def test_other_languages_are_stepped_over():
    text = "```bash\n# not a heading\n```\n\n````text\n```python\nx\n```\n````\n"
    assert codes(text) == []


def test_a_longer_fence_holds_shorter_ones():
    text = "````python\ns = '''\n```python\n```\n'''\n````\n"
    assert codes(text) == ["s = '''\n```python\n```\n'''\n"]


@pytest.mark.parametrize("opening", ["```python", "``` python"])
def test_a_fence_that_opens_inside_another_one_is_refused(opening):
    assert refusal(f"{opening}\nx\n\n```text\ny\n```\n") == (
        "docs/a.md:4: a fence opens inside this one, whose closing line is missing; if "
        "it belongs to the text, open and close with one mark more"
    )


def test_a_tilde_fence_is_a_fence():
    assert codes("~~~python\nx\n~~~\n") == ["x\n"]
    assert codes("~~~python\n```\n~~~\n") == ["```\n"]


@pytest.mark.parametrize(
    "above",
    [
        "!!! note\n",
        '!!! note "A title"\n\n    text\n\n',
        '??? success "Solution"\n\n',
        "???+ tip\n\n    text\n\n        more\n\n",
        '=== "Tab"\n\n',
        '===! "Tab"\n\n',
        '===+ "Tab"\n\n',
        '===!+ "Tab"\n\n',
        '===+! "Tab"\n\n',
        '!!! note inline end "A title"\n\n',
        "- item\n\n",
        "text\n\n1. item\n2. item\n\n",
        "* item\n    continued\n\n",
    ],
)
def test_a_fence_in_a_container_counts(above):
    block = "    ```python\n    if x:\n\n        y\n    ```\n"
    assert codes(above + block) == ["if x:\n\n    y\n"]


@pytest.mark.parametrize(
    "above",
    [
        "<!-- a comment -->",
        "<!--\na comment\n-->",
        "<!-- one --> <!--\nanother -->",
        "`<!--` begins a comment.",
    ],
)
def test_a_fence_below_a_comment_counts(above):
    assert codes(f"{above}\n\n```python\nx\n```\n") == ["x\n"]


def test_containers_nest():
    text = '=== "Tab"\n\n    - item\n\n        ```python\n        x\n        ```\n'
    assert codes(text) == ["x\n"]


@pytest.mark.parametrize(
    "above",
    [
        "text\n\n",
        "text\n- no list inside a paragraph\n\n",
        "- - -\n\n",
        "- item\n\ntext\n\n",
        '!!! note "unclosed\n\n',
        "1) no list for Python-Markdown\n\n",
        "- item\n\n  text\n\n",
    ],
)
def test_an_indented_fence_elsewhere_is_refused(above):
    text = above + "    ```python\n    x\n    ```\n"
    line = above.count("\n") + 1
    assert refusal(text) == (
        f"docs/a.md:{line}: an indented fence must stand four spaces inside "
        "an admonition, a tab or a list item"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x\n\n```python\nx\n", "3: unclosed fence"),
        ("```python\nx\n````\n", "3: a closing fence must repeat its opening, ```"),
        (
            "- item\n\n\t```python\n\tx\n\t```\n",
            "3: tab before a fence: indent it with spaces",
        ),
        (
            "> ```python\n> x\n> ```\n",
            "1: a fence in a block quote: move it out of the quote",
        ),
        (
            "- ```python\n  x\n  ```\n",
            "1: a fence on the line of a list marker: "
            "start it on a line of its own, indented by four spaces",
        ),
        (
            "- item\n\n    ```python\n  x\n    ```\n",
            "4: a line inside a fence is indented less than the fence",
        ),
        ("text\n```python\nx\n```\n", "2: a fence needs a blank line above it"),
        ("!!! note\n```python\nx\n```\n", "2: a fence needs a blank line above it"),
        (
            "- item\n    ```python\n    x\n    ```\n",
            "2: a fence needs a blank line above it",
        ),
        ("```python\nx\n```\ntext\n", "3: a fence needs a blank line below it"),
        ("```python\nif x:\n\ty\n```\n", "3: a tab in Python: write spaces"),
        (
            "<!--\n\n```python\nx\n```\n\n-->\n",
            "3: a fence inside an HTML comment: the page does not show it",
        ),
        (
            "\ufeff```python\nx\n```\n",
            "1: byte order mark: save the file as UTF-8 without one",
        ),
        ("    \n\n", "1: the chapter starts with a space: remove it"),
        (" text\n", "1: the chapter starts with a space: remove it"),
        ("a\r\nb\r\n", CRLF),
        ("a\n\n<<<<<<< HEAD\nb\n", "3: a merge left its marks here: settle it"),
        ("b\n>>>>>>> other\n", "2: a merge left its marks here: settle it"),
        ("\nb\x02\n", "2: control character '\\x02': remove it"),
        (
            "```py\nx\n```\n",
            "1: a fence named 'py' is shown but not run: write ```python",
        ),
        (
            "```Python\nx\n```\n",
            "1: a fence named 'Python' is shown but not run: write ```python",
        ),
        (
            "``` {.python}\nx\n```\n",
            '1: a fence starts with a language and options such as title="…"',
        ),
        (
            "```python notest\nx\n```\n",
            "1: unknown fence option 'notest': "
            "only title, hl_lines, linenums are known",
        ),
        (
            '```python continuation="1"\nx\n```\n',
            "1: unknown fence option 'continuation': "
            "only title, hl_lines, linenums are known",
        ),
        (
            "```text wrap\nx\n```\n",
            "1: unknown fence option 'wrap': only title, hl_lines, linenums are known",
        ),
        (
            '```python\nx\n```\n\n```output title="a"\n1\n```\n',
            "5: unknown fence option 'title': none is",
        ),
        (
            "```python title=a/b.py\nx\n```\n",
            "1: the fence option 'title' is written title=\"…\"",
        ),
        (
            "```python title\nx\n```\n",
            "1: the fence option 'title' is written title=\"…\"",
        ),
        (
            '```python title="a/b.py" title="a/c.py"\nx\n```\n',
            "1: the fence option 'title' is given twice",
        ),
        (
            '```python hl_lines="one"\nx\n```\n',
            "1: hl_lines takes line numbers such as \"2 4-6\", not 'one'",
        ),
        (
            '```python hl_lines="1 2-3"\nx\ny\n```\n',
            "1: hl_lines names line 3, and the last one is 2",
        ),
        (
            '```text hl_lines="0"\nx\n```\n',
            "1: hl_lines names line 0, and the last one is 1",
        ),
        (
            "```x``` is code\n",
            "1: inline code that looks like a fence: do not start a line with it",
        ),
    ],
)
def test_what_the_page_would_show_otherwise_is_refused(text, message):
    assert refusal(text) == f"docs/a.md:{message}"


def test_an_annotation_marker_never_reaches_the_code():
    text = '```python title="a/b.py"\nx = 1  # (1)!\ny = "# (1)! "\n```\n'
    [block] = parse("docs/a.md", text)
    assert block.code == 'x = 1\ny = "# (1)! "\n'
    assert block.fence.text == 'x = 1  # (1)!\ny = "# (1)! "\n'


MARKS = ["```", "````", "~~~", "python", "output", "figure", 'title="a/b.py"', "py"]
PIECES = [
    *MARKS,
    "\n",
    "\n\n",
    "    ",
    "- ",
    "> ",
    "\t",
    "!!! note\n",
    "<!--",
    "-->",
    "x",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_any_text_is_read_or_refused_with_a_line(text):
    try:
        blocks = parse("docs/a.md", text)
    except BookError as error:
        assert error.path == "docs/a.md"
        assert 1 <= error.line <= text.count("\n") + 1
        return
    lines = text.split("\n")
    for block in blocks:
        fence = block.fence
        assert "python" in lines[fence.line - 1]
        assert (
            lines[fence.end - 1].strip()
            == lines[fence.line - 1].split("python")[0].strip()
        )
        shown = "\n".join(
            line[fence.indent :] for line in lines[fence.line : fence.end - 1]
        )
        assert [line.rstrip() for line in shown.split("\n")] == [
            line.rstrip() for line in fence.text.rstrip("\n").split("\n")
        ] or not shown.strip()


@given(st.lists(st.sampled_from(PIECES)).map("".join), st.text(alphabet="ab \n"))
def test_prose_above_moves_blocks_and_changes_nothing_else(text, prose):
    try:
        blocks = parse("docs/a.md", text)
    except BookError:
        return
    moved = parse("docs/a.md", f"x{prose}\n\n{text}")
    shift = prose.count("\n") + 2
    assert [(b.code, b.fence.line + shift) for b in blocks] == [
        (b.code, b.fence.line) for b in moved
    ]
