# Tangled from the book: edit its chapters. Digest: 358000751f81
"""Pictures of the graph behind a Value, laid out by Graphviz."""

from __future__ import annotations

import re
from collections.abc import Callable
from mimetypes import types_map
from typing import NamedTuple

from micrograd.engine import Value
from micrograd.fused import is_fused, operand_roles, unfused

try:
    import graphviz
except ImportError as error:
    raise ImportError("to draw graphs, install graphviz and pygraphviz") from error

FORMATS = ("svg", "png", "jpeg", "pdf")
RANKDIRS = ("LR", "RL", "TB", "BT")


class Drawing(graphviz.Digraph):
    """A directed graph that can be displayed without the program ``dot``."""

    def picture(self) -> bytes:
        """Lay the graph out, and return the picture in the drawing's format.

        Raises:
            RuntimeError: If neither pygraphviz nor the program ``dot`` is there.
        """
        try:
            from pygraphviz import AGraph
        except ImportError:
            try:
                return bytes(self.pipe())
            except (graphviz.ExecutableNotFound, OSError) as error:
                raise RuntimeError(
                    "cannot lay out the graph: install pygraphviz or the program dot"
                ) from error
        return bytes(AGraph(string=self.source).draw(format=self.format, prog="dot"))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str | bytes]:
        try:
            picture = self.picture()
        except RuntimeError:  # whoever shows it may know how to lay it out
            return {"text/vnd.graphviz": self.source}
        kind = types_map[f".{self.format}"]
        return {kind: picture.decode() if self.format == "svg" else picture}


def trace(root: Value) -> tuple[list[Value], list[tuple[Value, Value]]]:
    """Collect the graph that a value was computed by.

    Args:
        root: The value to start from.

    Returns:
        The nodes, each once, the root first; and the edges, from operand to result.
    """
    nodes = [root]
    edges = []
    seen = {root}
    for node in nodes:  # the list grows while the loop walks along it
        for operand in node._prev:
            edges.append((operand, node))
            if operand not in seen:
                seen.add(operand)
                nodes.append(operand)
    return nodes, edges


Attributes = dict[str, str]  # of a box or an edge, as Graphviz calls them


def draw_dot(
    root: Value,
    format: str = "svg",
    rankdir: str = "LR",
    *,
    slopes: bool = False,
    fused: bool = True,
) -> Drawing:
    """Draw the graph behind a value.

    Args:
        root: The value whose graph is drawn.
        format: What it is displayed as: svg, png, jpeg or pdf.
        rankdir: Where the arrows point: LR (from left to right), RL, TB or BT.
        slopes: Whether each edge shows the local derivative along it.
        fused: Whether a weighted sum is drawn as the one operation that it is, or
            as the products and sums that it stands for.

    Returns:
        The drawing, which shows itself in a notebook.

    Raises:
        ValueError: If the format or the direction is none of these.
    """
    shown = root if fused else unfused(root)
    boxes = {v: {"label": _fields(v, f"{v.grad:.4f}")} for v in trace(shown)[0]}
    edges: dict[Value, list[Attributes]] = {}
    for node in boxes:
        blank = [""] * len(node._prev)
        numbers = [f"{s:.4f}" for s in local_derivatives(node)] if slopes else blank
        roles = operand_roles(node) if is_fused(node) else blank
        edges[node] = []
        for operand, role, number in zip(node._prev, roles, numbers, strict=True):
            label = f"{'' if operand.label else role} {number}".strip()
            edges[node].append({"label": label} if label else {})
    return _drawing(shown, format, rankdir, boxes, edges)


def _drawing(
    root: Value,
    format: str,
    rankdir: str,
    boxes: dict[Value, Attributes],
    edges: dict[Value, list[Attributes]],
) -> Drawing:
    """Draw the graph behind a value, with these boxes, and these edges into nodes."""
    options = {"format": (format, FORMATS), "rankdir": (rankdir, RANKDIRS)}
    for name, (text, known) in options.items():
        if text not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, not {text!r}")
    drawing = Drawing(format=format)
    drawing.attr(rankdir=rankdir, ranksep="0.25", nodesep="0.15")
    drawing.attr("node", width="0.5", margin="0.05")
    drawing.attr("edge", fontsize="14", arrowsize="0.7")
    names = {node: f"n{i}" for i, node in enumerate(trace(root)[0])}
    for node, name in names.items():
        label = boxes[node]["label"]
        fields = label if rankdir in ("LR", "RL") else f"{{{label}}}"
        drawing.node(name, **{**boxes[node], "label": fields, "shape": "record"})
        if node._op:
            drawing.node(f"{name}op", label=_operation(node))
            drawing.edge(f"{name}op", name)
    for node, name in names.items():
        attributes = edges.get(node) or [{} for _ in node._prev]
        for operand, attribute in zip(node._prev, attributes, strict=True):
            drawing.edge(names[operand], f"{name}op", **attribute)
    return drawing


UNKNOWN_TO_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _operation(node: Value) -> str:
    """Return the text of an operation: its name, and the plain number in it."""
    number = "" if node._number is None else f"{node._number:g}"
    return _text(node._op) + number


def draw_backward(
    root: Value, format: str = "svg", rankdir: str = "LR"
) -> list[Drawing]:
    """Run a value's backward(), and draw the graph at the start and after each rule.

    The node whose rule has run is bold, with the edges that it used: on them stands
    its gradient times the local derivative. Format and direction are as in `draw_dot`.
    """
    steps = watch(root)
    notes = {step.node: step.notes for step in steps}
    longest = {  # text in each box: its width must not change
        node: max([len(step.grads[node]) for step in steps]) for node in steps[0].grads
    }
    frames = []
    for i, step in enumerate(steps):
        used = {past.node for past in steps[: i + 1] if past.notes}
        boxes: dict[Value, Attributes] = {}
        edges: dict[Value, list[Attributes]] = {}
        for node, grad in step.grads.items():
            pen = {"penwidth": "2.5", "class": "current"} if node is step.node else {}
            line = pen if node in used else {"fontcolor": "transparent"}
            width = f"{0.11 * (longest[node] + 6):.2f}"
            boxes[node] = {"label": _fields(node, grad), "width": width, **pen}
            edges[node] = [{"label": n, **line} for n in notes.get(node, [])]
        frames.append(_drawing(root, format, rankdir, boxes, edges))
    return frames


def _fields(node: Value, grad: str) -> str:
    """Return what a node's box holds: its label, if any, its data and its gradient."""
    label = re.sub(r"([{}|])", r"\\\1", _text(node.label))
    fields = [label, f"data {node.data:.4f}", f"grad {grad}"]
    return " | ".join(filter(None, fields))


def _text(text: object) -> str:
    """Return what DOT shows as this text: in one line, without commands."""
    shown = UNKNOWN_TO_XML.sub("\ufffd", str(text)).replace("&", "&amp;")
    shown = shown.replace("<", "&lt;").replace(">", "&gt;")
    return str(graphviz.escape(shown)).replace("\n", r"\n")


class Tally(float):
    """A gradient that remembers what was added to it."""

    added: tuple[float, ...] = ()

    def __add__(self, contribution: float) -> Tally:
        total = Tally(float(self) + contribution)
        total.added = (*self.added, contribution)
        return total

    def __sub__(self, contribution: float) -> Tally:
        return self + -contribution


def local_derivatives(node: Value) -> list[float]:
    """Measure what a node's rule hands to each operand if the node's gradient is 1."""
    kept = {value: value.grad for value in (node, *node._prev)}
    try:
        for operand in node._prev:
            operand.grad = Tally()
        node.grad = 1.0
        node._backward()
        added = {v: list(getattr(v.grad, "added", [v.grad])) for v in node._prev}
        return [added[v].pop(0) if added[v] else 0.0 for v in node._prev]
    finally:
        for value, grad in kept.items():
            value.grad = grad


class Step(NamedTuple):
    """What one rule did in a backward pass."""

    node: Value
    notes: list[str]  # on each of its edges: its gradient × the local derivative
    grads: dict[Value, str]  # in each box of the graph: the gradient after the rule


def watch(root: Value) -> list[Step]:
    """Run a value's backward(), and take notes: at the start, and after each rule."""
    nodes, _ = trace(root)
    rules = {node: node._backward for node in nodes if node._op}
    slopes = {node: local_derivatives(node) for node in rules}
    steps: list[Step] = []

    def take_notes(node: Value, notes: list[str], changes: dict[Value, str]) -> None:
        steps.append(Step(node, notes, {v: f"{v.grad:.4f}" for v in nodes} | changes))

    def watched(node: Value, rule: Callable[[], None]) -> Callable[[], None]:
        def _backward() -> None:
            if not steps:
                take_notes(root, [], {})
            notes = [f"{node.grad:z.4g} × {slope:z.4g}" for slope in slopes[node]]
            take_notes(node, notes, _run(rule, node._prev))

        return _backward

    try:
        for node, rule in rules.items():
            node._backward = watched(node, rule)
        root.backward()
    finally:
        for node, rule in rules.items():
            node._backward = rule
    return steps or [Step(root, [], {root: f"{root.grad:.4f}"})]  # a leaf has no rule


def _run(rule: Callable[[], None], operands: tuple[Value, ...]) -> dict[Value, str]:
    """Run a rule, and tell how it changed the gradients of its operands."""
    before = {operand: operand.grad for operand in operands}
    for operand in before:
        operand.grad = Tally(operand.grad)
    rule()
    changes = {}
    for operand, grad in before.items():
        after, operand.grad = operand.grad, float(operand.grad)
        if isinstance(after, Tally):
            terms = " + ".join(f"{term:z.4g}" for term in (grad, *after.added))
            changes[operand] = f"{terms} = {after:z.4g}"
        else:
            changes[operand] = f"{grad:z.4g} → {after:z.4g}"
    return changes
