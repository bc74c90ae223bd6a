# Tangled from the book: edit its chapters. Digest: e300d29b6e99
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
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from micrograd import arrays
from micrograd.engine import ONE_AT_A_TIME
from micrograd.matrices import Matrices
from micrograd.rules import RULES
from micrograd.trace import Row, Trace, traced

__all__ = ["RULES", "Program"]


class Program:
    """A function of numbers, traced and printed as a program without objects.

    The function is called with a `Value` for every number of a row, and returns a
    `Value`, or several. The other leaves that it uses are the program's parameters: a
    run reads their data as it is by then, and adds to their gradients, as `backward`
    does.

    A branch cannot be part of a program: it would be frozen. So the function is traced
    on every example, and with other numbers as parameters and inputs, and refused if
    two of these give different programs. Meanwhile other programs wait, and no other
    thread may compute with the parameters.

    Args:
        function: What to trace.
        rows: Examples of its inputs, at least one.

    Raises:
        TypeError: If the function does not return values, or if it uses an operation
            that has no rule in `RULES`.
        ValueError: If two runs give different programs, if a value was computed before
            the call, or if an operation does not compute what its rule says.

    Attributes:
        parameters: The leaves that it reads and whose gradients it adds to.
        several: Whether the function returns a list of results.
        source: The text of the program; a row of data is a column of its arrays.
    """

    def __init__(self, function: Callable[..., Any], rows: Iterable[Row]) -> None:
        examples = [list(row) for row in rows]
        if not examples:
            raise ValueError("a function is traced on at least one row")
        with ONE_AT_A_TIME:  # the parameters have other numbers for a while
            trace, parameters = traced(function, examples)
            printed = Matrices(trace, parameters)
            self.source, self.parameters = printed.source, printed.parameters
            self.several = trace.several
            self._width, self._count = len(trace.inputs), len(trace.results)
            self._shapes, self._widest = printed.shapes, printed.widest
            self._compare(trace)

    def __repr__(self) -> str:
        return f"Program of {len(self.source.splitlines())} lines"

    def __call__(self, *row: Any) -> Any:
        """Return the result for a row of numbers, or of NumPy arrays of one shape."""
        return self.forward(self.read(), row)

    def backward(self, rows: Any) -> Any:
        """Add to the parameters' gradients those of the sum of all results.

        Args:
            rows: The rows, as sequences of numbers or as a NumPy array.

        Returns:
            The sum of the results over the rows; a list, if there are several.
        """
        totals, gradient = self.gradient(self.read(), rows)
        with ONE_AT_A_TIME:
            for p, grad in zip(self.parameters, gradient.tolist(), strict=True):
                p.grad += grad
        return totals

    # For those who keep the parameters in an array

    def read(self) -> Any:
        """Return the parameters' numbers as one NumPy array."""
        with ONE_AT_A_TIME:
            return np.array([p.data for p in self.parameters], dtype=np.float64)

    def write(self, numbers: Any) -> None:
        """Give the parameters the numbers of an array such as `read` returns."""
        row = self._row(numbers).tolist()
        with ONE_AT_A_TIME:
            for p, number in zip(self.parameters, row, strict=True):
                p.data = number

    @arrays.quiet
    def gradient(self, numbers: Any, rows: Any) -> tuple[Any, Any]:
        """Return the sum of the results, and its gradient as one array.

        Args:
            numbers: The parameters, as `read` returns them.
            rows: The rows, as sequences of numbers or as a NumPy array.
        """
        totals, gradient = np.zeros(self._count), np.zeros(len(self.parameters))
        for (results, grads), count in self._run("backward", numbers, rows):
            totals += arrays.over_rows(results, count).sum(axis=1)
            if grads:
                gradient += np.concatenate([grad.ravel() for grad in grads])
        return self._told(totals.tolist()), gradient

    def forward(self, numbers: Any, columns: Sequence[Any]) -> Any:
        """Return the results for columns of inputs.

        Args:
            numbers: The parameters, as `read` returns them.
            columns: A number for each input, or an array, all of one shape.
        """
        shape = np.broadcast_shapes(*map(np.shape, columns))
        flat = [np.broadcast_to(arrays.unmasked(x), shape).ravel() for x in columns]
        rows = np.array(flat).T if flat else [()]
        found = [arrays.over_rows(*run) for run in self._run("forward", numbers, rows)]
        empty = np.zeros((self._count, 0))  # if there are no rows
        told = np.concatenate([empty, *found], axis=1).reshape(self._count, *shape)
        return self._told(list(told) if shape else told.tolist())

    def _row(self, numbers: Any) -> Any:
        return arrays.table(np.asarray(numbers)[None], len(self.parameters))[0]

    def _run(self, name: str, numbers: Any, rows: Any) -> Iterator[Any]:
        """Yield what a function returns for some rows at a time, and how many."""
        parameters = arrays.views(self._row(numbers), self._shapes)
        for block in arrays.blocks(arrays.table(rows, self._width), self._widest):
            yield compiled(self.source)[name](parameters, block), block.shape[1]

    def _told(self, results: Any) -> Any:
        return results if self.several else results[0]

    def _compare(self, trace: Trace) -> None:
        """Compare what the program computes with what the objects have computed."""
        row = [x.data for x in trace.inputs]
        totals, gradient = self.gradient(self.read(), [row, row])  # it adds up rows
        found = np.append(totals, gradient) / 2
        results = [v.data for v in trace.results]
        expected = np.array([*results, *trace.gradient(self.parameters)], dtype=float)
        sizes = abs(np.append(expected, [1e-6 * v.data for v in trace.order]))
        near = 1e-6 * sizes[np.isfinite(sizes)].max(initial=0.0)  # what rounding does
        same = np.isclose(found, expected, rtol=1e-9, atol=near)
        same |= ~np.isfinite(expected)
        if not same.all():
            i = same.argmin()
            raise ValueError(
                f"the program gives {found[i]} where the objects give {expected[i]}"
            )


@lru_cache
def compiled(source: str) -> dict[str, Any]:
    """Return a program's functions by name, and let tracebacks find its lines."""
    name = f"<program {zlib.crc32(source.encode()):08x}>"
    linecache.cache[name] = len(source), None, source.splitlines(True), name
    names = arrays.names()
    exec(compile(source, name, "exec"), names)
    return {name: arrays.quiet(names[name]) for name in ("forward", "backward")}
