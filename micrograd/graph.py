# Tangled from the book: edit its chapters. Digest: 3000f6d283c1
"""Pictures of the graph behind a Value, laid out by Graphviz."""

from __future__ import annotations

import re
from collections.abc import Iterable

from graphviz import Digraph, ExecutableNotFound

from micrograd.engine import Value
from micrograd.fused import is_fused, operand_roles, unfused

FORMATS = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "pdf": "application/pdf",
}
RANKDIRS = ("LR", "RL", "TB", "BT")


class Drawing(Digraph):
    """A directed graph that is displayed without the program ``dot``."""

    def picture(self) -> bytes:
        """Lay the graph out, and return the picture in the drawing's format.

        Raises:
            RuntimeError: If neither pygraphviz nor the program ``dot`` is there.
        """
        try:
            from pygraphviz import AGraph
        except ImportError:
            return self._picture_by_program()
        return bytes(AGraph(string=self.source).draw(format=self.format, prog="dot"))

    def _picture_by_program(self) -> bytes:
        try:
            return bytes(self.pipe())
        except ExecutableNotFound as error:
            raise RuntimeError(
                "cannot lay out the graph: install pygraphviz or the program dot"
            ) from error

    def _repr_mimebundle_(
        self,
        include: Iterable[str] | None = None,
        exclude: Iterable[str] | None = None,
        **_: object,
    ) -> dict[str, str | bytes]:
        picture = self.picture()
        shown = picture.decode() if self.format == "svg" else picture
        return {FORMATS[self.format]: shown}


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
        slopes: Whether each edge shows the local derivative by its operand.
        fused: Whether a weighted sum is drawn as the one operation that it is, or
            as the products and sums that it stands for.

    Returns:
        The drawing, which shows itself in a notebook.

    Raises:
        ValueError: If the format or the direction is none of these.
    """
    if format not in FORMATS:
        raise ValueError(f"format must be one of {', '.join(FORMATS)}, not {format!r}")
    if rankdir not in RANKDIRS:
        raise ValueError(
            f"rankdir must be one of {', '.join(RANKDIRS)}, not {rankdir!r}"
        )
    drawing = Drawing(format=format)
    drawing.attr(rankdir=rankdir, ranksep="0.25", nodesep="0.15")
    drawing.attr("node", width="0.5", margin="0.05")
    nodes, _ = trace(root if fused else unfused(root))
    names = {node: f"n{i}" for i, node in enumerate(nodes)}
    for node, name in names.items():
        fields = _fields(node) if rankdir in ("LR", "RL") else f"{{{_fields(node)}}}"
        drawing.node(name, label=fields, shape="record")
        if node._op:
            drawing.node(f"{name}op", label=_operation(node))
            drawing.edge(f"{name}op", name)
    for node, name in names.items():
        roles = operand_roles(node) or [""] * len(node._prev)
        for operand, slope, role in zip(node._prev, node._local, roles, strict=True):
            role = "" if operand.label else role
            label = f"{role} {slope:.4f}" if slopes else role
            drawing.edge(names[operand], f"{name}op", label=label.strip() or None)
    return drawing


def _operation(node: Value) -> str:
    """Return the text of an operation: its name, and the plain number in it."""
    if is_fused(node):
        return "w·x+b"
    return node._op if node._number is None else f"{node._op}{node._number:g}"


def _fields(node: Value) -> str:
    """Return what a node's box holds: its label, if any, its data and its gradient."""
    label = re.sub(r"([\\{}|<>])", r"\\\1", node.label)
    fields = [label, f"data {node.data:.4f}", f"grad {node.grad:.4f}"]
    return " | ".join(filter(None, fields))
