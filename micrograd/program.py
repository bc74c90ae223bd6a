# Tangled from the book: edit its chapters. Digest: 393091556502
"""Functions of values, traced and printed as programs without objects.

    program = Program(loss, rows[:10])   # a function of numbers, and examples
    program(x1, x2, y)                   # its result, for numbers or for arrays
    program.backward(rows)               # adds to `grad` of the parameters

A training that keeps its parameters in one array between the steps, where reading and
writing all the values at each step would cost more than the arithmetic:

    weights = program.read()                            # the parameters, as an array
    for k in range(100):
        total, grad = program.gradient(weights, rows)   # changes no value
        weights -= rate * grad / len(rows)
    program.write(weights)                              # home again
"""

from __future__ import annotations

import linecache
import math
import zlib
from collections.abc import Callable, Iterable
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
        trace, parameters = traced(function, examples)
        printed = Matrices(trace, parameters)
        self.matrices = printed.source
        self.parameters = [
            printed.value[term] for array in printed.parameters for term in array.terms
        ]
        self.several = trace.several
        self._shapes = [array.shape for array in printed.parameters]
        self._width = len(trace.inputs)
        self._trace: Trace | None = trace  # until its lines are printed
        self._lines = ""
        self._example = example_of(trace, self.parameters)
        self._built: dict[str, dict[str, Any]] = {}

    def __repr__(self) -> str:
        return f"Program of {len(self.matrices.splitlines())} lines"

    def __getstate__(self) -> dict[str, Any]:
        source = self.source
        return {**vars(self), "_built": {}, "_lines": source}

    @property
    def source(self) -> str:
        """The text of the program for numbers, a row at a time."""
        trace = self._trace
        if trace is not None:
            self._lines = Lines(trace, self.parameters).source()
            self._trace = None
        return self._lines

    def __call__(self, *row: Any) -> Any:
        """Return the result for a row of numbers, or of NumPy arrays of one shape."""
        if len(row) != self._width:
            raise ValueError(f"expected {self._width} inputs, got {len(row)}")
        if any(getattr(x, "shape", ()) for x in row):
            return self.forward(self.read(), row)
        forward = self._numbers()["forward"]
        results = forward([p.data for p in self.parameters], [plain(x) for x in row])
        return results if self.several else results[0]

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
            numbers = [self._row(row) for row in rows]
            data = [float(p.data) for p in self.parameters]
            zeros = [0.0] * len(data)
            totals, grads = self._numbers()["backward"](data, zeros, numbers)
            totals = totals if self.several else totals[0]
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

        backward = self._arrays()["backward"]

        parameters = arrays.views(numbers, self._shapes)
        totals = np.zeros(len(self._example[1]))
        gradient = np.zeros(len(self.parameters))
        for block in arrays.blocks(arrays.table(rows, self._width)):
            results, grads = backward(parameters, block)
            totals += arrays.over_rows(results, block.shape[1]).sum(axis=1)
            if grads:
                gradient += np.concatenate([grad.ravel() for grad in grads])
        sums = totals.tolist()
        return (sums if self.several else sums[0]), gradient

    def forward(self, numbers: Any, columns: Any) -> Any:
        """Return the results for columns of inputs.

        Args:
            numbers: The parameters, as `read` returns them.
            columns: An array for each input, all of one shape.
        """
        import numpy as np

        from micrograd import arrays

        forward = self._arrays()["forward"]

        parameters = arrays.views(numbers, self._shapes)
        rows, shape = arrays.table_of(columns)
        found = [
            arrays.over_rows(forward(parameters, block), block.shape[1])
            for block in arrays.blocks(rows)
        ]
        count = len(self._example[1])
        empty = np.zeros((count, 0))
        results = np.concatenate([empty, *found], axis=1)
        results = results.reshape(count, *shape)
        return list(results) if self.several else results[0]

    # Making the functions

    def _row(self, row: Row) -> list[float]:
        if len(row) != self._width:
            raise ValueError(f"expected {self._width} inputs, got {len(row)}")
        return [plain(x) for x in row]

    def _numbers(self) -> dict[str, Any]:
        if "numbers" not in self._built:
            built = compiled(self.source, {**vars(math), **vars(floats)})
            row, results, gradient = self._example[:3]
            data, zeros = self._example[3], [0.0] * len(gradient)
            totals, grads = built["backward"](data, zeros, [row])
            compare([*totals, *grads], [*results, *gradient], self.source)
            self._built["numbers"] = built
        return self._built["numbers"]

    def _arrays(self) -> dict[str, Any]:
        if "arrays" not in self._built:
            import numpy as np

            from micrograd import arrays

            built = compiled(self.matrices, arrays.names())
            for name in ("forward", "backward"):
                built[name] = arrays.quiet(built[name])
            row, results, gradient, data = self._example
            two = np.array([row, row], dtype=float).reshape(2, self._width).T
            views = arrays.views(np.array(data, dtype=float), self._shapes)
            found, grads = built["backward"](views, two)
            half = [x for grad in grads for x in (grad / 2).ravel().tolist()]
            found = arrays.over_rows(found, 2)[:, 1].tolist()
            compare([*found, *half], [*results, *gradient], self.matrices)
            self._built["arrays"] = built
        return self._built["arrays"]


Example = tuple[list[float], list[float], list[float], list[float]]


def example_of(trace: Trace, parameters: list[Value]) -> Example:
    """Return a row, its results and gradients by the objects, and the parameters."""
    grads = {v: 0.0 for v in trace.order}
    for result in trace.results:
        grads[result] += 1.0
    for v in reversed(trace.order):
        for operand, slope in zip(v._prev, v._local, strict=True):
            grads[operand] += slope * grads[v]
    row = [float(x.data) for x in trace.inputs]
    results = [float(v.data) for v in trace.results]
    gradient = [grads[p] for p in parameters]
    return row, results, gradient, [float(p.data) for p in parameters]


def compare(found: list[float], expected: list[float], source: str) -> None:
    """Raise an error if a program's numbers are not those of the objects."""
    scale = max([abs(x) for x in expected if math.isfinite(x)], default=0.0)
    for x, y in zip(found, expected, strict=True):
        if not (close(x, y) or abs(x - y) <= 1e-6 * scale or not math.isfinite(y)):
            raise ValueError(f"the program gives {x} where the objects give {y}")


def compiled(source: str, names: dict[str, Any]) -> dict[str, Any]:
    """Run a program's source, and let tracebacks find its lines."""
    name = f"<program {zlib.crc32(source.encode()):08x}>"
    linecache.cache[name] = len(source), None, source.splitlines(True), name
    exec(compile(source, name, "exec"), names)
    return names
