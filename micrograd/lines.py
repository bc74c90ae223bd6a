# Tangled from the book: edit its chapters. Digest: b49e1ea8415e
"""A traced graph printed line by line, a number at a time."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from itertools import count
from keyword import iskeyword, issoftkeyword

from micrograd import floats
from micrograd.engine import Value
from micrograd.fused import VALUES, is_fused, terms
from micrograd.rules import RULES, contribution, many_operands
from micrograd.trace import Trace, constants

LONGEST = 100  # terms of a sum in one line: Python's compiler recurses along a sum
OWN = {"parameters", "gradients", "rows", "row", "totals"}
TAKEN = OWN | {*vars(builtins), *vars(math), *vars(floats)}


class Lines:
    """Prints the lines of a traced graph, with a name for each of its values."""

    def __init__(self, trace: Trace, parameters: Sequence[Value]) -> None:
        self.trace, self.order, self.parameters = trace, trace.order, parameters
        self.names: dict[Value, str] = {}
        self.taken = set(TAKEN)
        for i, x in enumerate(trace.inputs):
            wish = trace.arguments[i] if i < len(trace.arguments) else ""
            self.names[x] = self.free_name(wish, f"x{i}")
        for i, p in enumerate(parameters):
            self.names[p] = self.free_name(p.label, f"p{i}")
        number = count(1)
        for value in self.order:
            if value._prev:
                self.names[value] = f"v{next(number)}"
            else:  # a constant, unless it has a name
                self.names.setdefault(value, repr(float(value.data)))

    def free_name(self, wish: str, default: str) -> str:
        """Return the name wished for, or else the default, where nothing has it.

        Only ASCII: other letters may be the same for Python, and look different.
        """
        usable = wish.isascii() and wish.isidentifier() and wish[0] not in "_dv"
        if not usable or iskeyword(wish) or issoftkeyword(wish):
            wish = default
        while wish in self.taken or f"d{wish}" in self.taken:
            wish += "_"
        self.taken |= {wish, f"d{wish}"}
        return wish

    def text(self, x: Value | float) -> str:
        """Return the name of a value; a number as it is, in brackets if negative."""
        name = self.names[x] if isinstance(x, Value) else repr(float(x))
        return f"({name})" if name[0] == "-" else name

    def rule(self, value: Value) -> tuple[list[str], list[str]]:
        """Return the terms that a value is the sum of, and its local derivatives."""
        operands = [self.text(x) for x in value._prev]
        if is_fused(value):
            pairs = [(self.text(w), self.text(x)) for w, x in terms(value)]
            slopes = [x for _, x in pairs]
            if value._op == VALUES:
                slopes += [w for w, _ in pairs]
            return [operands[0], *(f"{w} * {x}" for w, x in pairs)], ["1.0", *slopes]
        if many_operands(value._op):
            result, slope = RULES[value._op]
            v, every = self.names[value], ", ".join(operands)
            slopes = [slope.format(a=a, v=v, d="{d}") for a in operands]
            return [result.format(all=every)], slopes
        operands += map(self.text, constants(value))
        a, b = [*operands, ""][:2]
        rule = RULES[value._op][: 1 + len(value._prev)]
        texts = [text.format(a=a, b=b, v=self.names[value], d="{d}") for text in rule]
        return texts[:1], texts[1:]

    def forward(self) -> list[str]:
        """Print the forward pass: a line for each operation."""
        lines: list[str] = []
        for value in self.order:
            if value._prev:
                lines += assign(self.names[value], self.rule(value)[0])
        return lines

    def backward(self) -> list[str]:
        """Print the backward pass: a line for each gradient, the result's first."""
        leaves = set(self.parameters)
        wanted = set(leaves)  # what a parameter has a part in
        for value in self.order:
            if not wanted.isdisjoint(value._prev):
                wanted.add(value)
        parts: dict[Value, list[str]] = {value: [] for value in self.order}
        for result in self.trace.results:
            parts[result].append("1.0")
        lines = []
        for value in reversed(self.order):
            if value in leaves or value not in wanted:
                continue
            name = "d" + self.names[value]
            lines += assign(name, parts[value])
            for operand, slope in zip(value._prev, self.rule(value)[1], strict=True):
                parts[operand].append(contribution(slope, name))
        for p in self.parameters:
            name = "d" + self.names[p]
            lines += assign(name, [name, *parts[p]])
        return lines

    def source(self) -> str:
        """Print the graph as two functions, `forward` and `backward`."""
        names = self.names
        ps = ", ".join(names[p] for p in self.parameters)
        ds = ", ".join("d" + names[p] for p in self.parameters)
        xs = ", ".join(names[x] for x in self.trace.inputs)
        results = ", ".join(names[v] for v in self.trace.results)
        forward = self.forward()
        lines = [
            "def forward(parameters, row):",
            f"    [{ps}] = parameters",
            f"    [{xs}] = row",
            *("    " + line for line in forward),
            f"    return [{results}]",
            "",
            "",
            "def backward(parameters, gradients, rows):",
            f"    [{ps}] = parameters",
            f"    [{ds}] = gradients",
            f"    totals = [0.0] * {len(self.trace.results)}",
            f"    for [{xs}] in rows:",
            *("        " + line for line in forward),
            f"        totals = [t + v for t, v in zip(totals, [{results}])]",
            *("        " + line for line in self.backward()),
            f"    return totals, [{ds}]",
        ]
        return "\n".join(lines) + "\n"


def assign(name: str, parts: list[str]) -> list[str]:
    """Print a sum; a long one in several lines."""
    lines = [f"{name} = {' + '.join(parts[:LONGEST])}"]
    for i in range(LONGEST, len(parts), LONGEST):
        lines.append(f"{name} = {' + '.join([name, *parts[i : i + LONGEST]])}")
    return lines
