"""Pictures of weighted sums, of plain numbers, and of local derivatives."""

from __future__ import annotations

import copy
import html
import importlib
import re
import sys
from xml.etree import ElementTree

import pytest

from micrograd.engine import Value
from micrograd.fused import weighted_sum
from micrograd.graph import draw_backward, draw_dot


def neuron(labels: bool = False) -> Value:
    names = ("w1", "w2", "x1", "x2", "b") if labels else ("",) * 5
    numbers = (-3.0, 1.0, 2.0, 0.0, 6.5)
    pairs = zip(numbers, names, strict=True)
    w1, w2, x1, x2, b = (Value(number, label=name) for number, name in pairs)
    out = weighted_sum([w1, w2], [x1, x2], b)
    out.backward()
    return out


def edge_labels(source: str) -> list[str]:
    return re.findall(r'n\d+ -> n\d+op \[label="?([^"\]]+)', source)


def operations(source: str) -> list[str]:
    return sorted(re.findall(r'n\d+op \[label="?([^"\]]+)', source))


def nodes(source: str) -> int:
    return len(re.findall(r"shape=record", source))


def test_a_weighted_sum_is_one_operation() -> None:
    source = draw_dot(neuron()).source
    assert sorted(edge_labels(source)) == ["b", "w1", "w2", "x1", "x2"]
    assert "w·x+b" in source
    assert nodes(source) == 6


def test_operands_with_names_of_their_own_need_no_roles() -> None:
    assert edge_labels(draw_dot(neuron(labels=True)).source) == []


def test_a_weighted_sum_in_parts() -> None:
    source = draw_dot(neuron(), fused=False).source
    assert nodes(source) == 9
    assert "w·x+b" not in source


def test_plain_inputs_in_parts() -> None:
    w, b = Value(2.0), Value(1.0)
    out = weighted_sum([w], [3.0], b) * 5
    out.backward()
    source = draw_dot(out, fused=False).source
    assert "data 3.0000 | grad 10.0000" in source
    assert "data 6.0000 | grad 5.0000" in source
    assert nodes(draw_dot(out).source) == 4


def test_local_derivatives_on_the_edges() -> None:
    source = draw_dot(neuron(), slopes=True).source
    assert sorted(edge_labels(source)) == [
        "b 1.0000",
        "w1 2.0000",
        "w2 0.0000",
        "x1 -3.0000",
        "x2 1.0000",
    ]


def test_plain_numbers_stand_beside_the_operation() -> None:
    source = draw_dot((Value(3.0) * 2 - 1) ** 2).source
    for text in ("*2", "-1", "**2"):
        assert text in source
    assert nodes(source) == 4


@pytest.mark.parametrize("rankdir", ["LR", "TB"])
def test_texts_of_several_lines(rankdir: str) -> None:
    a = Value(1.0, label="a\n\n{b}")
    out = Value(2.0, (a,), "two\n\nlines", local=(1.0,))
    source = draw_dot(out, rankdir=rankdir).source
    assert "\n\n" not in source.strip()
    assert r"a\n\n\{b\} | data 1.0000" in source
    assert r'label="two\n\nlines"' in source


TEXTS = ["\\", "a\\", "<b>x</b>", "\\N", "&lt;", "a|b{c}", '"', "a<b"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_shown_as_it_is(text: str) -> None:
    out = Value(1.0, (Value(2.0, label=text),), text, local=(1.0,))
    svg = html.unescape(draw_dot(out).picture().decode()).replace("\xa0", " ")
    assert svg.count(f">{text}<") == 2


@pytest.mark.parametrize("text", ["\x1b", "\x0b", "\ud800", "\uffff", "\x00"])
def test_a_text_that_no_picture_can_hold(text: str) -> None:
    out = Value(1.0, (Value(2.0, label=text),), text, local=(1.0,))
    svg = draw_dot(out).picture().decode()
    ElementTree.fromstring(svg)
    assert svg.count("\ufffd") + svg.count("&#65533;") >= 2


def test_drawing_a_sum_of_nothing_changes_nothing() -> None:
    b = Value(1.0, label="bias")
    out = weighted_sum([], [], b)
    out.label = "out"
    out.backward()
    draw_dot(out, fused=False)
    assert (b.label, b.grad) == ("bias", 1.0)


def test_a_label_that_is_no_text() -> None:
    assert "7 | data" in draw_dot(Value(1.0, label=7)).source  # type: ignore[arg-type]
    assert draw_dot(Value(1.0, label="\0")).picture()


def test_drawing_changes_nothing() -> None:
    out = neuron()
    before = [(v.data, v.grad) for v in (out, *out._prev)]
    draw_dot(out, fused=False)
    assert [(v.data, v.grad) for v in (out, *out._prev)] == before


def test_watching_leaves_no_trace() -> None:
    out = (Value(2.0) * 3).tanh()
    draw_backward(out)
    assert copy.deepcopy(out).data == out.data
    assert not any(node._rule for node in (out, *out._prev))


def test_without_graphviz_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "graphviz", None)
    monkeypatch.delitem(sys.modules, "micrograd.graph")
    with pytest.raises(ImportError, match="install graphviz and pygraphviz"):
        importlib.import_module("micrograd.graph")
