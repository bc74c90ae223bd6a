from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from literate.kernel.source.definitions import Definition, Module, Origin
from literate.kernel.source.merging import merge, module_of
from literate.kernel.source.reading import read
from making import text_of
from random_source import Block, Class, apply, random_block


@st.composite
def sequences(draw: st.DrawFn) -> list[Block]:
    """Source blocks that can be merged one after the other."""
    chance = draw(st.randoms(use_true_random=False))
    module: list[tuple[str, str | Class]] = []
    blocks = []
    for _ in range(draw(st.integers(1, 6))):
        blocks.append(random_block(chance, module))
        apply(module, blocks[-1])
    return blocks


def merge_all(blocks: list[Block]) -> list[Module]:
    """The module after each block."""
    states = [Module()]
    for number, block in enumerate(blocks):
        module, _ = merge(states[-1], read(block.code, Origin(f"{number}", 1)))
        states.append(module)
    return states


def told(module: Module) -> list[tuple[str, object]]:
    """A module as the plain telling has it."""
    result: list[tuple[str, object]] = []
    if module.docstring:
        result.append(("__doc__", module.docstring.text))
    for name, entry in module.entries.items():
        if isinstance(entry, Definition):
            result.append((name, entry.text))
        else:
            members = [(each, member.text) for each, member in entry.members.items()]
            result.append((name, Class(entry.header.text, members)))
    return result


@pytest.mark.slow
@given(sequences())
@settings(max_examples=500, deadline=None)
def test_every_name_has_its_place_and_its_last_text_to_the_letter(blocks):
    expected: list[tuple[str, str | Class]] = []
    for block, module in zip(blocks, merge_all(blocks)[1:], strict=True):
        apply(expected, block)
        assert told(module) == expected
        imported = {line for each in blocks for line in each.imports}
        assert len(module.imports) <= len(imported)


@pytest.mark.slow
@given(sequences())
@settings(max_examples=200, deadline=None)
def test_the_text_of_a_module_parses_and_reads_as_the_module(blocks):
    module = merge_all(blocks)[-1]
    text = text_of(module)
    if text:
        ast.parse(text)
        again = module_of(text, Origin("file", 1))
        assert told(again) == told(module)
        assert text_of(again) == text


@pytest.mark.slow
@given(sequences())
@settings(max_examples=200, deadline=None)
def test_merging_a_block_twice_is_merging_it_once(blocks):
    states = merge_all(blocks)
    if "del " not in blocks[-1].code:
        again, changes = merge(states[-1], read(blocks[-1].code, Origin("x", 1)))
        assert told(again) == told(states[-1])
        assert {change.action for change in changes} == {"replaced"}


@pytest.mark.slow
@given(sequences(), st.integers(0, 6))
@settings(max_examples=200, deadline=None)
def test_merging_a_row_of_blocks_gives_the_same_and_leaves_its_start_alone(blocks, at):
    states = merge_all(blocks)
    start = states[min(at, len(blocks))]
    before = told(start)
    module = start
    for block in blocks[at:]:
        module, _ = merge(module, read(block.code, Origin("", 1)))
    assert told(module) == told(states[-1])
    assert told(start) == before


@pytest.mark.slow
@given(sequences())
@settings(max_examples=200, deadline=None)
def test_a_later_block_leaves_every_state_before_it_alone(blocks):
    states = merge_all(blocks)
    for end in range(len(blocks)):
        assert told(states[end]) == told(merge_all(blocks[:end])[-1])


@pytest.mark.slow
def test_what_is_rendered_is_formatted_and_its_imports_are_sorted(tmp_path: Path):
    texts: set[str] = set()

    @given(sequences())
    @settings(max_examples=300, deadline=None)
    def collect(blocks: list[Block]) -> None:
        texts.update(filter(None, map(text_of, merge_all(blocks))))

    collect()
    package = tmp_path / "thing"
    package.mkdir()
    (package / "__init__.py").touch()
    for number, text in enumerate(sorted(texts)):
        (package / f"m{number}.py").write_text(text)
    ruff = [sys.executable, "-m", "ruff"]
    for command in (["format", "--check", "--diff"], ["check", "--select", "I"]):
        run = subprocess.run(
            [*ruff, *command, "--isolated", "--no-cache", "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-300:]
    assert len(texts) > 300
