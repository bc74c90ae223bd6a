# Tangled from the book: edit its chapters. Digest: 53f70f37d2b4
"""Functions of values, traced and printed as programs without objects.

    program = Program(loss, rows[:10])   # a function of numbers, and examples
    program(x1, x2, y)                   # its result, for numbers or for arrays
    program.backward(rows)               # adds to `grad` of the parameters

A training that keeps its parameters in one array between the steps, where reading and
writing all the values at each step would cost more than the arithmetic:

    weights = program.read()                            # the parameters, as an array
    for k in range(100):
        total, grad = program.gradient(weights, rows)   # sums; changes no value
        weights -= rate * grad / len(rows)
    program.write(weights)                              # home again
"""

from __future__ import annotations

import linecache
import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from micrograd import floats
from micrograd.engine import ONE_AT_A_TIME, Value
from micrograd.floats import plain
from micrograd.lines import Lines
from micrograd.matrices import Matrices
from micrograd.rules import RULES
from micrograd.trace import Row, Trace, close, traced

__all__ = ["RULES", "Program"]


class Program:
    """A function of numbers, traced and printed as a program without objects.

    The function is called with a `Value` for every number of a row, and returns a
    `Value`, or several. The other leaves that it uses are the program's parameters: a
    run reads their data as it is by then, and adds to their gradients, as `backward`
    does.

    A branch cannot be part of a program: it would be frozen. So the function is traced
    on every example, and with other numbers as parameters and inputs, and refused if
    two of these give different programs.

    Args:
        function: What to trace.
        rows: Examples of its inputs, at least one.

    Raises:
        TypeError: If the function does not return values, or if it uses an operation
            that has no rule in `RULES`.
        ValueError: If two runs give different programs, or if an operation does not
            compute what its rule says.

    Attributes:
        parameters: The leaves that it reads and whose gradients it adds to.
        several: Whether the function returns a list of results.
        matrices: The text of the program for arrays: a row of data in each column.
        source: The text of the program for numbers, a row at a time.
    """

    def __init__(self, function: Callable[..., Any], rows: Iterable[Row]) -> None:
        examples = [list(row) for row in rows]
        if not examples:
            raise ValueError("a function is traced on at least one row")
        self._trace, parameters = traced(function, examples)
        printed = Matrices(self._trace, parameters)
        self.matrices = printed.source
        self.parameters = printed.parameters
        self.several = self._trace.several
        self._shapes = list(printed.shapes.values())
        self._width, self._widest = len(self._trace.inputs), printed.widest
        self._example = example_of(self._trace, self.parameters)

    def __repr__(self) -> str:
        return f"Program of {len(self.matrices.splitlines())} lines"

    def __getstate__(self) -> dict[str, Any]:
        compiled = ("_trace", "_numbers", "_arrays")
        state = {"source": self.source, **vars(self)}
        return {name: state[name] for name in state if name not in compiled}

    @cached_property
    def source(self) -> str:
        """The text of the program for numbers, a row at a time."""
        return Lines(self._trace, self.parameters).source

    def __call__(self, *row: Any) -> Any:
        """Return the result for a row of numbers, or of NumPy arrays of one shape."""
        if any(getattr(x, "shape", ()) for x in row):
            return self.forward(self.read(), self._checked(row))
        data, numbers = [p.data for p in self.parameters], self._checked(row)
        return self._told(self._numbers["forward"](data, [*map(plain, numbers)]))

    def backward(self, rows: Any) -> Any:
        """Add to the parameters' gradients those of the sum of all results.

        Args:
            rows: The rows, as sequences of numbers; or all rows as one NumPy array,
                which is then computed as matrices.

        Returns:
            The sum of the results over the rows; a list, if there are several.
        """
        if hasattr(rows, "shape"):
            totals, gradient = self.gradient(self.read(), rows)
            grads = gradient.tolist()
        else:
            numbers = [[*map(plain, self._checked(row))] for row in rows]
            data = [float(p.data) for p in self.parameters]
            backward = self._numbers["backward"]
            sums, grads = backward(data, [0.0] * len(data), numbers)
            totals = self._told(sums)
        with ONE_AT_A_TIME:
            for p, grad in zip(self.parameters, grads, strict=True):
                p.grad += grad
        return totals

    # For those who keep the parameters in an array

    def read(self) -> Any:
        """Return the parameters' numbers as one NumPy array."""
        import numpy as np

        return np.array([p.data for p in self.parameters], dtype=np.float64)

    def write(self, numbers: Any) -> None:
        """Give the parameters the numbers of an array such as `read` returns."""
        for p, number in zip(self.parameters, numbers.tolist(), strict=True):
            p.data = number

    def gradient(self, numbers: Any, rows: Any) -> tuple[Any, Any]:
        """Return the sum of the results, and its gradient as one array.

        Args:
            numbers: The parameters, as `read` returns them.
            rows: All rows, as a NumPy array.
        """
        import numpy as np

        from micrograd import arrays

        backward = self._arrays["backward"]
        parameters = arrays.views(numbers, self._shapes)
        totals, gradient = np.zeros(len(self._example[1])), np.zeros(len(numbers))
        for block in self._blocks(rows):
            results, grads = backward(parameters, block)
            totals += arrays.over_rows(results, block).sum(axis=1)
            if grads:
                gradient += np.concatenate([grad.ravel() for grad in grads])
        return self._told(totals.tolist()), gradient

    def forward(self, numbers: Any, columns: Sequence[Any]) -> Any:
        """Return the results for columns of inputs.

        Args:
            numbers: The parameters, as `read` returns them.
            columns: An array for each input, all of one shape.
        """
        import numpy as np

        from micrograd import arrays

        forward = self._arrays["forward"]
        parameters = arrays.views(numbers, self._shapes)
        shape = np.broadcast_shapes(*map(np.shape, columns))
        flat = [np.broadcast_to(x, shape).ravel() for x in columns]
        found = [np.zeros((len(self._example[1]), 0))]
        for block in self._blocks(np.array(flat).T):
            found.append(arrays.over_rows(forward(parameters, block), block))
        results = np.concatenate(found, axis=1)
        return self._told(list(results.reshape(-1, *shape)))

    def _blocks(self, rows: Any) -> Iterator[Any]:
        from micrograd import arrays

        return arrays.blocks(arrays.table(rows, self._width), self._widest)

    # Making the functions

    def _told(self, results: Any) -> Any:
        return results if self.several else results[0]

    def _checked(self, row: Sequence[Any]) -> Sequence[Any]:
        if len(row) != self._width:
            raise ValueError(f"expected {self._width} inputs, got {len(row)}")
        return row

    @cached_property
    def _numbers(self) -> dict[str, Any]:
        built = compiled(self.source, {**vars(math), **vars(floats)})
        row, _, gradient, data = self._example
        totals, grads = built["backward"](data, [0.0] * len(gradient), [row])
        self._compare([*totals, *grads])
        return built

    @cached_property
    def _arrays(self) -> dict[str, Any]:
        import numpy as np

        from micrograd import arrays

        built = compiled(self.matrices, arrays.names())
        for name in ("forward", "backward"):
            built[name] = arrays.quiet(built[name])
        row, _, _, data = self._example
        views = arrays.views(np.array(data, dtype=float), self._shapes)
        two = np.array([row, row], dtype=float).reshape(2, self._width).T
        results, grads = built["backward"](views, two)
        half = [x for grad in grads for x in (grad / 2).ravel().tolist()]
        self._compare([*results[:, 0].tolist(), *half])
        return built

    def _compare(self, found: list[float]) -> None:
        """Raise an error if a program's numbers are not those of the objects."""
        _, results, gradient, _ = self._example
        expected = [*results, *gradient]
        scale = max([abs(x) for x in expected if math.isfinite(x)], default=0.0)
        for x, y in zip(found, expected, strict=True):
            if not (close(x, y) or abs(x - y) <= 1e-6 * scale or not math.isfinite(y)):
                raise ValueError(f"the program gives {x} where the objects give {y}")


Example = tuple[list[float], list[float], list[float], list[float]]


def example_of(trace: Trace, parameters: list[Value]) -> Example:
    """Return a row, its results and gradients by the objects, and the parameters."""
    grads = dict.fromkeys(trace.order, 0.0)
    for result in trace.results:
        grads[result] += 1.0
    for v in reversed(trace.order):
        for operand, slope in zip(v._prev, v._local, strict=True):
            grads[operand] += slope * grads[v]
    row = [float(x.data) for x in trace.inputs]
    results = [float(v.data) for v in trace.results]
    gradient = [grads[p] for p in parameters]
    return row, results, gradient, [float(p.data) for p in parameters]


def compiled(source: str, names: dict[str, Any]) -> dict[str, Any]:
    """Run a program's source, and let tracebacks find its lines."""
    name = f"<program {zlib.crc32(source.encode()):08x}>"
    linecache.cache[name] = len(source), None, source.splitlines(True), name
    exec(compile(source, name, "exec"), names)
    return names
