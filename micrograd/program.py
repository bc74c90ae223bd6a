# Tangled from the book: edit its chapters. Digest: ef2a5d019cc7
"""Functions of values, traced and printed as straight-line Python."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from keyword import iskeyword
from typing import Any

from micrograd import floats
from micrograd.engine import Value, topological_order
from micrograd.fused import VALUES, is_fused, terms

# Of each operation: the result, and its derivative by each operand.
# {a} and {b} stand for the operands, {v} for the result.
RULES: dict[str, tuple[str, ...]] = {
    "+": ("{a} + {b}", "1.0", "1.0"),
    "-": ("{a} - {b}", "1.0", "-1.0"),
    "*": ("{a} * {b}", "{b}", "{a}"),
    "/": ("quotient({a}, {b})", "inverse({b})", "(-quotient({v}, {b}))"),
    "**": ("power({a}, {b})", "slope_by_base({a}, {b})", "slope_by_exponent({a}, {b})"),
    "exp": ("exp({a})", "{v}"),
    "log": ("log({a})", "inverse({a})"),
    "tanh": ("tanh({a})", "(1 - {v}**2)"),
    "sigmoid": ("sigmoid({a})", "{v} * (1.0 - {v})"),
    "relu": ("0.0 if {a} < 0 else {a}", "(0.0 if {a} <= 0 else 1.0)"),
    "abs": ("abs({a})", "sign({a})"),
}

# A branch looks at one number. An array needs an operation on all its rows.
ARRAY_RULES: dict[str, tuple[str, ...]] = {
    "relu": ("maximum({a}, 0.0)", "(1.0 - ({a} <= 0))"),
}

RESERVED = ("parameters", "gradients", "rows", "row", "total", "count", "array", "dot")
LONGEST = 100  # terms of a sum in one line: Python's compiler recurses along a sum
MANY = 4  # products in the sum of arrays from which on a matrix is worth its making

Products = list[tuple[str, str]]


class Printer:
    """Prints the lines of a traced graph, with a name for each of its values."""

    def __init__(self, trace: Trace, parameters: list[Value], arrays: bool) -> None:
        self.order = trace.order
        self.parameters = parameters
        self.arrays = arrays
        self.rules = RULES | ARRAY_RULES if arrays else RULES
        self.names: dict[Value, str] = {}
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
                self.names.setdefault(value, repr(value.data))
        leaves = {v for v in self.order if not v._prev}.difference(trace.inputs)
        self.scalars = {self.names[leaf] for leaf in leaves}  # the same for all rows
        self.matrices: dict[str, str] = {}

    def free_name(self, wish: str, default: str) -> str:
        """Return the name wished for, or else the default, where nothing has it."""
        usable = wish.isidentifier() and not iskeyword(wish) and wish[0] not in "dmv"
        name = wish if usable else default
        taken = {*self.names.values(), *vars(math), *vars(floats), *RESERVED}
        while name in taken:
            name += "_"
        return name

    def text(self, x: Value | float | None) -> str:
        """Return the name of a value; a number as it is."""
        return self.names[x] if isinstance(x, Value) else repr(x)

    def rule(self, value: Value) -> tuple[list[str], Products, list[str]]:
        """Return a value's terms, the products among them, and local derivatives."""
        operands = [self.text(x) for x in value._prev]
        if is_fused(value):
            pairs = [(self.text(w), self.text(x)) for w, x in terms(value)]
            slopes = [x for _, x in pairs]
            if value._op == VALUES:
                slopes += [w for w, _ in pairs]
            return operands[:1], pairs, ["1.0", *slopes]
        if value._op not in self.rules or value._rule:
            raise TypeError(f"the operation {value._op!r} has no rule in RULES")
        a, b = [*operands, self.text(value._number)][:2]
        v = self.names[value]
        rule = [text.format(a=a, b=b, v=v) for text in self.rules[value._op]]
        return rule[:1], [], rule[1:]

    def forward(self) -> list[str]:
        """Print the forward pass: a line for each operation."""
        lines = []
        for value in self.order:
            if value._prev:
                parts, products, _ = self.rule(value)
                lines += self.total(self.names[value], parts, products)
        return lines

    def total(self, name: str, parts: list[str], products: Products) -> list[str]:
        """Print a sum of terms and products, for arrays with the help of a matrix."""
        lines = []
        shared = [pair for pair in products if pair[0] in self.scalars]
        if self.arrays and len(shared) >= MANY:
            rows = ", ".join(array for _, array in shared)
            if rows not in self.matrices:
                self.matrices[rows] = f"m{len(self.matrices) + 1}"
                lines.append(f"{self.matrices[rows]} = as_matrix({rows})")
            numbers = ", ".join(number for number, _ in shared)
            parts = [*parts, f"array([{numbers}]) @ {self.matrices[rows]}"]
            products = [pair for pair in products if pair[0] not in self.scalars]
        parts = [*parts, *(self.product(*pair) for pair in products)]
        return lines + assign(name, parts)

    def product(self, slope: str, grad: str) -> str:
        """Print a product, or less where a factor is 1 or -1."""
        if slope in ("1.0", "-1.0"):
            return grad if slope == "1.0" else f"-{grad}"
        return f"{slope} * {grad}"

    def backward(self) -> list[str]:
        """Print the backward pass: a line for each gradient, the result's first."""
        leaves = set(self.parameters)
        wanted = set(leaves)  # what a parameter has a part in
        for value in self.order:
            if not wanted.isdisjoint(value._prev):
                wanted.add(value)
        products: dict[Value, Products] = {value: [] for value in self.order}
        products[self.order[-1]] = [("1.0", "1.0")]
        lines = []
        for value in reversed(self.order):
            if value in leaves or value not in wanted:
                continue
            name = "d" + self.names[value]
            lines += self.total(name, [], products[value])
            for operand, slope in zip(value._prev, self.rule(value)[-1], strict=False):
                products[operand].append((slope, name))
        for p in self.parameters:
            name = "d" + self.names[p]
            parts = [self.over_rows(*pair) for pair in products[p]]
            lines += assign(name, [name, *parts])
        return lines

    def over_rows(self, slope: str, grad: str) -> str:
        """Print a product, for arrays summed over the rows."""
        if self.arrays:
            return f"dot({slope}, {grad}, count)"
        return self.product(slope, grad)


def assign(name: str, parts: list[str]) -> list[str]:
    """Print a sum; a long one in several lines."""
    lines = [f"{name} = {' + '.join(parts[:LONGEST])}"]
    for i in range(LONGEST, len(parts), LONGEST):
        lines.append(f"{name} = {' + '.join([name, *parts[i : i + LONGEST]])}")
    return lines


class Trace:
    """The graph that a function leaves behind when it is called with a row."""

    def __init__(self, function: Callable[..., Value], row: Sequence[float]) -> None:
        self.inputs = [Value(x) for x in row]
        self.arguments = list(inspect.signature(function).parameters)
        self.result = function(*self.inputs)
        if not isinstance(self.result, Value):
            raise TypeError(f"expected a Value, got {type(self.result).__name__}")
        self.order = topological_order(self.result)
        inputs = set(self.inputs)
        self.leaves = [v for v in self.order if not v._prev and v not in inputs]

    def source(self, parameters: list[Value], arrays: bool = False) -> str:
        """Print the graph as two functions, `forward` and `backward`."""
        printer = Printer(self, parameters, arrays)
        names = printer.names
        ps = ", ".join(names[p] for p in parameters)
        ds = ", ".join("d" + names[p] for p in parameters)
        xs = ", ".join(names[x] for x in self.inputs)
        loop = f"count, [{xs}] in blocks(rows)" if arrays else f"[{xs}] in rows"
        forward = printer.forward()
        total = printer.over_rows("1.0", names[self.result])
        lines = [
            "def forward(parameters, row):",
            f"    [{ps}] = parameters",
            f"    [{xs}] = row",
            *("    " + line for line in forward),
            f"    return {names[self.result]}",
            "",
            "",
            "def backward(parameters, gradients, rows):",
            f"    [{ps}] = parameters",
            f"    [{ds}] = gradients",
            "    total = 0.0",
            f"    for {loop}:",
            *("        " + line for line in forward),
            f"        total = total + {total}",
            *("        " + line for line in printer.backward()),
            f"    return total, [{ds}]",
        ]
        return "\n".join(lines) + "\n"


class Program:
    """A function of numbers, traced and printed as straight-line Python.

    The function is called with a `Value` for every number of a row, and returns a
    `Value`. The other leaves that it uses are the program's parameters: a run reads
    their data as it is by then, and adds to their gradients, as `backward` does.

    A branch cannot be part of a program: it would be frozen. So the function is
    traced on every example, and refused if two of them give different programs.

    Args:
        function: What to trace.
        rows: Examples of its inputs, at least one.

    Raises:
        TypeError: If the function does not return a `Value`, or if it uses an
            operation that has no rule in `RULES`.
        ValueError: If two runs give different programs.

    Attributes:
        source: The program's text.
        parameters: The leaves that it reads and whose gradients it adds to.
    """

    def __init__(
        self, function: Callable[..., Value], rows: Iterable[Sequence[float]]
    ) -> None:
        examples = list(rows)
        if not examples:
            raise ValueError("a function is traced on at least one row")
        trace = Trace(function, examples[0])
        fresh = set(Trace(function, examples[0]).leaves)  # made anew: a constant
        self.parameters = [leaf for leaf in trace.leaves if leaf in fresh]
        self.source = trace.source(self.parameters)
        for i, row in enumerate(examples):
            if Trace(function, row).source(self.parameters) != self.source:
                when = "than row 0" if i else "each time"
                raise ValueError(f"row {i} gives another program {when}")
        self._array_source = trace.source(self.parameters, arrays=True)
        self._built: dict[bool, dict[str, Any]] = {}

    def __repr__(self) -> str:
        return f"Program of {len(self.source.splitlines())} lines"

    def __call__(self, *row: Any) -> Any:
        """Return the result for a row of numbers, or of NumPy arrays."""
        forward = self._function("forward", any(getattr(x, "shape", ()) for x in row))
        return forward([p.data for p in self.parameters], row)

    def backward(self, rows: Any) -> float:
        """Add to the parameters' gradients those of the sum of the rows' results.

        Args:
            rows: The rows, as sequences of numbers; or all rows as one NumPy array,
                which is then computed column by column.

        Returns:
            The sum of the results.
        """
        backward = self._function("backward", hasattr(rows, "shape"))
        data = [p.data for p in self.parameters]
        total, grads = backward(data, [p.grad for p in self.parameters], rows)
        for p, grad in zip(self.parameters, grads, strict=True):
            p.grad = float(grad)
        return float(total)

    def _function(self, name: str, arrays: bool) -> Callable[..., Any]:
        if arrays not in self._built:
            source = self._array_source if arrays else self.source
            self._built[arrays] = build(source, arrays)
        function: Callable[..., Any] = self._built[arrays][name]
        return function


def build(source: str, arrays: bool) -> dict[str, Any]:
    """Run a program's source, with the functions of floats or of arrays at hand."""
    if arrays:
        from micrograd.arrays import names, quiet

        built = names()
    else:
        built = {**vars(math), **vars(floats)}
    exec(compile(source, "<program>", "exec"), built)
    if arrays:
        built |= {name: quiet(built[name]) for name in ("forward", "backward")}
    return built
