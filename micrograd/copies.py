# Tangled from the book: edit its chapters. Digest: 51589e9c034b
"""Copies of values, with the graph behind them, however deep it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from micrograd.engine import Value


def twin(value: Value, edges: Iterable[Any]) -> Value:
    """Copy a single value, with these edges."""
    if "backward" in value._extra:
        raise TypeError(f"cannot copy {value._op!r}: it has its own _backward")
    out = value.__new__(type(value))
    out.data, out.grad, out._op = value.data, value.grad, value._op
    out._edges, out._extra = tuple(edges), value._extra
    return out


def copy_all(order: list[Value], memo: dict[int, Any]) -> None:
    """Put the copy of each value into the memo, by the id of the value."""
    for value in order:
        if id(value) not in memo:
            memo[id(value)] = twin(value, [memo.get(id(x), x) for x in value._edges])


def flat(order: list[Value]) -> tuple[list[Value], list[list[Any]]]:
    """Return the nodes without edges, and lists of edges with places for operands."""
    place = {value: i for i, value in enumerate(order)}
    nodes = [twin(value, ()) if value._edges else value for value in order]
    return nodes, [[place.get(x, x) for x in value._edges] for value in order]


def linked(nodes: list[Value], links: list[list[Any]]) -> Value:
    """Give nodes their edges back; return the last node."""
    for node, link in zip(nodes, links, strict=True):
        link[:-1:2] = [nodes[place] for place in link[:-1:2]]
        node._edges = tuple(link)
    return nodes[-1]
