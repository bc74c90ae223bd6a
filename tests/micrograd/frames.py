"""Reading the pictures of a backward pass, and recording what an engine does."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any, NamedTuple

BOX = re.compile(r'^\tn(\d+) \[label="(.*?)"(.*)\]$', re.MULTILINE)
EDGE = re.compile(r"^\tn(\d+) -> n(\d+)op(?: \[(.*)\])?$", re.MULTILINE)
LABEL = re.compile(r'label="?([^"\]]*?)"?(?= \w+=|$)')
NUMBER = r"-?[\d.]+(?:e[-+]\d+)?"


class Frame(NamedTuple):
    """What one picture says."""

    bold: list[int]  # the nodes, by their place in `trace`
    grads: list[str]  # the text in each box
    edges: list[tuple[int, int, str, bool, bool]]  # from, to, text, visible?, bold?


def read(drawing: Any) -> Frame:
    boxes = BOX.findall(drawing.source)
    edges = []
    for start, end, attributes in EDGE.findall(drawing.source):
        text = LABEL.search(attributes)
        visible = "transparent" not in attributes
        heavy = "penwidth" in attributes
        edges.append((int(start), int(end), text[1] if text else "", visible, heavy))
    return Frame(
        [int(number) for number, _, attributes in boxes if "penwidth" in attributes],
        [text.rpartition("grad ")[2] for _, text, _ in boxes],
        edges,
    )


class Run(NamedTuple):
    """What the engine did when one rule ran."""

    node: Any
    before: dict[Any, float]
    after: dict[Any, float]


def record(package: ModuleType, root: Any) -> list[Run]:
    """Do by hand what backward() does on a new graph, and keep every gradient."""
    nodes = package.graph.trace(root)[0]
    root.grad = 1.0
    runs = []
    for node in reversed(package.engine.topological_order(root)):
        if node._op:
            before = {value: value.grad for value in nodes}
            node._backward()
            runs.append(Run(node, before, {value: value.grad for value in nodes}))
    return runs


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(NUMBER, text)]
