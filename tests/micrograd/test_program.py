"""Programs: the engine's numbers on any row, and what cannot be traced."""

from __future__ import annotations

import math
import pickle
import random
import threading
import traceback
import tracemalloc
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import expressions
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from micrograd.engine import Value
from micrograd.fused import logsumexp, weighted_sum
from micrograd.losses import cross_entropy, softmax
from micrograd.nn import MLP, Module
from micrograd.program import RULES, Program, compiled
from micrograd.trace import leaves_within

Row = Sequence[float]


def by_objects(
    function: Callable[..., Value], parameters: list[Value], rows: Sequence[Row]
) -> list[float]:
    """Return the total and the gradients, as the engine computes them row by row."""
    for p in parameters:
        p.grad = 0.0
    total = 0.0
    for row in rows:
        result = function(*(Value(x) for x in row))
        result.backward()
        total = total + result.data
    return [total, *(p.grad for p in parameters)]


def by_program(program: Program, parameters: list[Value], rows: Any) -> list[float]:
    for p in parameters:
        p.grad = 0.0
    return [program.backward(rows), *(p.grad for p in parameters)]


pairs = st.lists(st.floats(-2, 2, allow_subnormal=False), min_size=2, max_size=2)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    data=pairs,
    traced=pairs,
    rows=st.lists(pairs, min_size=1, max_size=3),
    steps=expressions.steps,
)
def test_random_graphs_on_rows_other_than_the_traced(
    data: list[float],
    traced: list[float],
    rows: list[list[float]],
    steps: list[expressions.Step],
) -> None:
    parameters = [Value(x) for x in data]

    def function(x: Value, y: Value) -> Value:
        result = expressions.build([*parameters, x, y], steps)
        assert isinstance(result, Value)
        return result

    program = Program(function, [traced])
    expected = by_objects(function, parameters, rows)
    assume(expressions.tame(*expected))
    near = 1e-9 * max(1.0, *map(abs, expected))
    found = by_program(program, parameters, rows)
    assert np.allclose(found, expected, rtol=1e-9, atol=near)
    result = function(*map(Value, rows[0])).data
    assert math.isclose(program(*rows[0]), result, rel_tol=1e-9, abs_tol=near)


def test_a_network_and_all_its_branches() -> None:
    random.seed(5)
    model = MLP(2, [8, 8, 1])

    def loss(x: Value, y: Value, target: Value) -> Value:
        return (1 - target * model([x, y])).relu()

    choose = random.Random(5)
    rows = [[choose.uniform(-2, 2) for _ in range(3)] for _ in range(50)]
    program = Program(loss, rows[:3])
    parameters = model.parameters()
    expected = by_objects(loss, parameters, rows)
    for table in (rows, np.array(rows)):
        found = by_program(program, parameters, table)
        assert np.allclose(found, expected, rtol=1e-12, atol=1e-12)
    many = by_program(program, parameters, np.array(rows * 60))  # more than a block
    assert np.allclose(many, 60 * np.array(expected), rtol=1e-10, atol=1e-9)
    assert set(program.parameters) == set(parameters)
    model.layers[0].neurons[0].w[0].data += 0.5
    found = by_program(program, parameters, rows)
    assert np.allclose(found, by_objects(loss, parameters, rows), rtol=1e-12)


EDGES: list[tuple[str, Callable[[Any], Any], float]] = [
    ("exp", lambda x: x.exp(), 1000.0),
    ("tanh", lambda x: x.tanh(), -1000.0),
    ("log", lambda x: x.log(), 0.0),
    ("log of a negative", lambda x: x.log(), -1.0),
    ("pole", lambda x: x**-1, 0.0),
    ("zeroth power", lambda x: x**0, 0.0),
    ("root", lambda x: x**0.5, -4.0),
    ("overflow", lambda x: x**2, 1e200),
    ("relu of nan", lambda x: x.relu(), math.nan),
    ("relu of 0", lambda x: x.relu(), 0.0),
    ("abs", lambda x: abs(x), 0.0),
    ("sigmoid", lambda x: x.sigmoid(), -1000.0),
    ("base 0", lambda x: 0**x, 2.0),
]


@pytest.mark.parametrize(("name", "function", "x"), EDGES, ids=[e[0] for e in EDGES])
def test_edges(name: str, function: Callable[[Any], Any], x: float) -> None:
    leaf = Value(1.0)
    program = Program(lambda shift: function(leaf * shift), [(0.75,)])
    leaf.data = x
    expected = by_objects(lambda one: function(leaf * one), [leaf], [(1.0,)])
    assert np.array_equal(
        by_program(program, [leaf], [(1.0,)]), expected, equal_nan=True
    )
    assert np.allclose(
        by_program(program, [leaf], np.array([[1.0]])), expected, equal_nan=True
    )


def test_gradients_add_up() -> None:
    a = Value(3.0)
    program = Program(lambda x: a * x, [(1.0,)])
    program.backward([(2.0,), (5.0,)])
    program.backward([(10.0,)])
    assert a.grad == 17.0


def test_a_parameter_as_the_result() -> None:
    a = Value(3.0)
    program = Program(lambda x: a, [(1.0,)])
    assert by_program(program, [a], [(0.0,)] * 4) == [12.0, 4.0]
    assert by_program(program, [a], np.zeros((4, 1))) == [12.0, 4.0]


def test_whole_numbers_in_an_operation() -> None:
    a = Value(3)
    program = Program(lambda x: (a * x / 4) ** 2 + 2 / (a + x), [(1,)])
    expected = by_objects(lambda x: (a * x / 4) ** 2 + 2 / (a + x), [a], [(5.0,)])
    assert np.allclose(by_program(program, [a], [(5,)]), expected, rtol=1e-12)


def test_constants_are_not_parameters() -> None:
    a = Value(3.0)
    program = Program(lambda x: a * x + Value(2.0) * x, [(1.0,)])
    assert program.parameters == [a]
    assert program(10.0) == 50.0


def test_sums_of_numbers_and_arrays() -> None:
    w = [Value(0.5 + i) for i in range(6)]
    b = Value(0.25)

    def function(x: Value) -> Value:
        inputs = [x, x * x, w[0] * 2, x, Value(3.0), x + 1]
        hidden = [weighted_sum(w, inputs, b) for _ in range(5)]
        return sum((w[1] * h for h in hidden), w[2] * w[3]).tanh()

    rows = [[0.01], [-0.02], [0.03]]
    program = Program(function, rows)
    expected = by_objects(function, [*w, b], rows)
    assert by_program(program, [*w, b], rows) == expected
    arrays = by_program(program, [*w, b], np.array(rows))
    assert np.allclose(arrays, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.slow
def test_long_sums() -> None:
    weights = [Value(0.001 * i) for i in range(3000)]
    bias, inputs = Value(1.0), [0.5] * 3000
    wide = Program(lambda x: weighted_sum(weights, [x] * 3000, bias), [(0.5,)])
    total = by_objects(
        lambda x: weighted_sum(weights, inputs, bias), [*weights, bias], [(0.5,)]
    )
    assert by_program(wide, [*weights, bias], [(0.5,)]) == total

    a = Value(1.0)

    def busy(x: Value) -> Value:
        out = x
        for _ in range(3000):
            out = out + a * x
        return out

    assert by_program(Program(busy, [(2.0,)]), [a], [(2.0,)]) == [6002.0, 6000.0]


@pytest.mark.parametrize(
    "label",
    ["rows", "v1", "dv1", "class", "d", "exp", "x", "total", "p0", "a b", "", "é"],
)
def test_names_do_not_collide(label: str) -> None:
    a, b = Value(2.0, label=label), Value(3.0, label=label)
    program = Program(lambda x, total: a * x + (b * total).exp(), [(1.0, 0.0)])
    assert by_program(program, [a, b], [(5.0, 0.0)]) == [11.0, 5.0, 0.0]


def test_rows_of_a_wrong_length() -> None:
    a = Value(2.0)
    program = Program(lambda x, y: a * x * y, [(1.0, 0.0)])
    for rows in ([(1.0,)], [(1.0, 2.0, 3.0)]):
        with pytest.raises(ValueError, match="expected rows of 2 numbers"):
            program.backward(rows)
    with pytest.raises(ValueError, match="expected rows of 2 numbers"):
        program(1.0)


def test_branches_are_refused() -> None:
    def bent(x: Value) -> Value:
        return x * 1 if x.data > 0 else x * 2

    with pytest.raises(ValueError, match="row 2 gives another program than row 0"):
        Program(bent, [(1.0,), (2.0,), (-1.0,)])


@pytest.mark.parametrize("wrong", ["data", "slope"])
def test_an_operation_that_leaves_its_rule_on_a_later_row_is_refused(
    wrong: str,
) -> None:
    def bent_tanh(x: Value) -> Value:
        odd = float(5.4 < x.data < 5.6)
        t = np.tanh(x.data)
        data, slope = (t + odd, 1 - t**2) if wrong == "data" else (t, 1 - t**2 + odd)
        return Value(data, (x,), "tanh", local=[slope])

    Program(bent_tanh, [(0.5,), (1.5,)])
    with pytest.raises(ValueError, match="the operation 'tanh' gives"):
        Program(bent_tanh, [(0.5,), (5.5,)])


UNSEEN: list[Callable[[Any, Any], Any]] = [
    lambda a, x: max(a * x, 0),
    lambda a, x: max(a * x, 0).log(),
    lambda a, x: (x if x > 0 else 0).exp(),
]


@pytest.mark.parametrize("function", UNSEEN)
def test_branches_that_no_example_takes_are_refused(
    function: Callable[[Value, Value], Value],
) -> None:
    a = Value(2.0)
    with pytest.raises((AttributeError, TypeError)) as caught:
        Program(lambda x: function(a, x), [(1.0,), (2.0,)])
    assert "A branch?" in caught.value.__notes__[0]
    assert a.data == 2.0


@pytest.mark.parametrize("target", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("whole", [int, round])
def test_a_class_that_is_a_number_is_refused(
    target: float, whole: Callable[[float], int]
) -> None:
    model = MLP(2, [3])
    rows = [(0.5, -1.0, target), (1.5, 0.5, target)]

    def loss(x1: Value, x2: Value, y: Value) -> Value:
        return cross_entropy(model.layers[0].outputs([x1, x2]), whole(y.data))

    with pytest.raises(ValueError, match="other numbers give another program"):
        Program(loss, rows)


def test_an_operation_of_its_own_need_not_take_all_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(RULES, "root", ("sqrt({a})", "0.5 / {v} * {d}"))

    def root(x: Value) -> Value:
        y = math.sqrt(x.data)
        return Value(y, (x,), "root", local=(0.5 / y,))

    a = Value(4.0)
    assert Program(lambda x: root(a * x), [(1.0,)])(4.0) == 4.0


def test_what_was_computed_before_the_call_is_refused() -> None:
    a = Value(2.0)
    penalty = a * a
    with pytest.raises(ValueError, match="computed before the call: compute it inside"):
        Program(lambda x: a * x + penalty, [(1.0,)])


def test_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="row 0 gives another program each time"):
        Program(lambda x: x * random.random(), [(1.0,)])


def test_numbers_from_outside_the_graph_are_refused() -> None:
    with pytest.raises(ValueError, match="row 1 gives another program"):
        Program(lambda x: x * x.data, [(1.0,), (2.0,)])


def test_what_has_no_rule_is_refused() -> None:
    def unknown(x: Value) -> Value:
        return Value(math.cos(x.data), (x,), "cos", local=(-math.sin(x.data),))

    with pytest.raises(TypeError, match="'cos' has no rule in RULES"):
        Program(unknown, [(1.0,)])

    def overridden(x: Value) -> Value:
        out = x * 2
        out._backward = lambda: None
        return out

    with pytest.raises(TypeError, match=r"'\*' has no rule in RULES"):
        Program(overridden, [(1.0,)])


def test_a_rule_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, "cos", ("cos({a})", "-sin({a}) * {d}"))
    a = Value(0.5)

    def function(x: Value) -> Value:
        y = a * x
        return Value(math.cos(y.data), (y,), "cos", local=(-math.sin(y.data),))

    program = Program(function, [(1.0,)])
    expected = by_objects(function, [a], [(2.0,), (3.0,)])
    assert by_program(program, [a], [(2.0,), (3.0,)]) == expected
    arrays = by_program(program, [a], np.array([[2.0], [3.0]]))
    assert np.allclose(arrays, expected)


def test_what_is_no_value_is_refused() -> None:
    results: tuple[Any, ...] = ({}, [1.0], [], 3, None)
    for result in results:
        with pytest.raises(TypeError, match="expected a Value or a list of them, got"):
            Program(lambda x, result=result: result, [(1.0,)])  # type: ignore[misc]
    with pytest.raises(ValueError, match="at least one row"):
        Program(lambda x: x * 1, [])


def test_several_results() -> None:
    a, b = Value(2.0), Value(3.0)
    program = Program(lambda x: [a * x, b + x, a * b], [(1.0,)])
    for rows in ([[1.0], [4.0]], np.array([[1.0], [4.0]])):
        assert by_program(program, [a, b], rows) == [[10.0, 11.0, 12.0], 11.0, 6.0]
    assert program(5.0) == [10.0, 8.0, 6.0]
    assert np.array_equal(program(np.array([5.0, 0.0])), [[10, 0], [8, 3], [6, 6]])


USED_AS_NUMBERS: list[Callable[[Value, Value], Value]] = [
    lambda a, x: x * a.data,
    lambda a, x: x * math.exp(a),
    lambda a, x: a * x * float(a),
    lambda a, x: a * x if a > 1 else a + x,
    lambda a, x: a * x if a.data > 3 else x - a,
]


@pytest.mark.parametrize("function", USED_AS_NUMBERS)
def test_parameters_used_as_numbers_are_refused(
    function: Callable[[Value, Value], Value],
) -> None:
    a = Value(2.0)
    with pytest.raises(ValueError, match="other numbers give another program"):
        Program(lambda x: function(a, x), [(1.0,), (2.0,)])
    assert a.data == 2.0


def test_an_operation_that_is_not_its_rule_is_refused() -> None:
    a = Value(-0.5)

    def leaky(v: Value) -> Value:
        d = v.data
        slope = 1.0 if d > 0 else 0.1
        return Value(d * slope, (v,), "relu", local=(slope,))

    with pytest.raises(ValueError, match="the operation 'relu' gives"):
        Program(lambda x: leaky(a * x), [(1.0,)])
    with pytest.raises(ValueError, match="the operation 'relu' gives"):
        Program(lambda x: leaky(a * x), [(-1.0,)])


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_rule_for_any_number_of_operands_is_compared(count: int) -> None:
    a = Value(0.5)

    def mean(values: list[Value]) -> Value:
        honest = logsumexp(values)
        slopes = [0.3] * len(values)
        return Value(honest.data, values, "logsumexp", local=slopes)

    with pytest.raises(ValueError, match=r"the operation 'logsumexp' gives 0\.3"):
        Program(lambda x: mean([a * x + i for i in range(count)]), [(1.0,)])


@pytest.mark.parametrize(
    "kind", ["uint8", "int16", "float16", "float32", "bool", "object"]
)
def test_inputs_become_floats(kind: str) -> None:
    w = Value(0.5)
    program = Program(lambda x: w * (x * x), [(1.0,), (2.0,)])
    number = np.array([[1 if kind == "bool" else 200]]).astype(kind)
    expected = 0.5 * float(number[0, 0]) ** 2
    assert program(number[:, 0])[0] == expected
    assert program(number[0, 0]) == expected
    assert program.backward(list(number)) == program.backward(number) == expected


def test_shapes() -> None:
    w = Value(2.0)
    program = Program(lambda x, y: w * x + y, [(1.0, 2.0)])
    grid = program(np.ones((2, 3)), np.arange(6.0).reshape(2, 3))
    assert np.array_equal(grid, 2 + np.arange(6.0).reshape(2, 3))
    assert program.backward(np.array([1.0, 2.0])) == 4.0
    for rows in (np.ones(3), np.ones((2, 3)), np.ones((1, 1, 2))):
        with pytest.raises(ValueError, match="expected rows of 2 numbers"):
            program.backward(rows)
    for bad in (np.array([["1", "2"]]), np.array([[1j, 2]])):
        with pytest.raises(TypeError, match="expected real numbers"):
            program.backward(bad)
    with pytest.raises(ValueError, match="expected rows of 2 numbers"):
        program(np.ones(3))
    with pytest.raises(TypeError, match="expected a number, not Value"):
        program(w, 1.0)
    assert program.backward(np.ones((0, 2))) == 0.0
    assert program.backward([]) == 0.0


@pytest.mark.parametrize(
    "label",
    ["abs", "blocks", "ot", "__debug__", "as_matrix", "µ", "v3", "X", "W1", "row"],
)
def test_labels_are_never_names_of_something_else(label: str) -> None:
    a, b = Value(2.0, label=label), Value(-3.0, label="\u03bc")
    program = Program(lambda x: abs(a * x) + abs(b), [(1.0,)])
    for rows in ([(5.0,)], np.array([[5.0]])):
        assert by_program(program, [a, b], rows) == [13.0, 5.0, -1.0]


def test_a_program_after_a_run_can_be_pickled() -> None:
    random.seed(2)
    model = MLP(2, [3, 1])
    program = Program(lambda x, y: model([x, y]), [(1.0, 2.0)])
    expected = program(1.0, 2.0)
    program.backward(np.ones((2, 2)))
    again = pickle.loads(pickle.dumps(program))
    assert again(1.0, 2.0) == expected
    assert again.backward(np.array([[1.0, 2.0]])) == pytest.approx(expected)


def test_threads_lose_no_gradient() -> None:
    a = Value(1.0)
    program = Program(lambda x: a * x, [(1.0,)])
    rows = [[1.0]] * 10

    def work() -> None:
        for _ in range(200):
            program.backward(rows)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert a.grad == 4 * 200 * 10


def test_a_traceback_shows_the_line() -> None:
    a = Value(1.0)
    program = Program(lambda x: (a * x).exp(), [(1.0,)])
    try:
        compiled(program.source)["forward"]([np.array(["text"])], 2.0)
    except TypeError:
        assert "    v1 = p1 * X" in traceback.format_exc()
    else:
        raise AssertionError("a text has no product")


def test_a_training_in_an_array_comes_home() -> None:
    random.seed(4)
    model = MLP(2, [4, 1])

    def loss(x: Value, y: Value) -> Any:
        return (model([x, y]) - 1) ** 2

    rows = np.array([[0.5, -1.0], [1.0, 0.25]])
    program = Program(loss, rows)
    before = [p.data for p in model.parameters()]
    weights = program.read()
    total, gradient = program.gradient(weights, rows)
    assert [p.data for p in model.parameters()] == before
    assert all(p.grad == 0 for p in model.parameters())
    assert by_program(program, program.parameters, rows) == [total, *gradient]
    program.write(weights - 0.1 * gradient)
    assert program.backward(rows) == program.gradient(program.read(), rows)[0] < total


def test_largest_and_logsumexp() -> None:
    w = Value(1.0)

    def loss(x: Value, y: Value) -> Value:
        logits = [w * x, w * y, w.maximum(x)]
        largest = logits[0].maximum(logits[1])
        return logsumexp(logits) - largest + (w / x).maximum(0.5)

    rows = [[1.0, 2.0], [300.0, -2.0], [-1.0, -1.0]]
    program = Program(loss, rows)
    for data in (1.0, 400.0, -3.0):
        w.data = data
        expected = by_objects(loss, [w], rows)
        assert np.allclose(by_program(program, [w], rows), expected, rtol=1e-12)
        assert np.allclose(
            by_program(program, [w], np.array(rows)), expected, rtol=1e-12
        )


def test_a_list_of_one_is_not_the_one() -> None:
    a = Value(2.0)

    def function(x: Value) -> Any:
        return [a * x] if x.data > 0.5 else a * x

    with pytest.raises(ValueError, match="row 1 gives another program"):
        Program(function, [(1.0,), (0.1,)])


class Kept:
    """Parameters in a class, which no closure and no attribute holds."""

    a = Value(2.0)


IN_AN_ARRAY = np.array([Value(2.0)])
OUT_OF_SIGHT: list[tuple[Callable[[Value], Value], Value]] = [
    (lambda x: x * Kept.a.data, Kept.a),
    (lambda x: x * IN_AN_ARRAY[0].data, IN_AN_ARRAY[0]),
]


@pytest.mark.parametrize(("function", "a"), OUT_OF_SIGHT, ids=["class", "array"])
def test_numbers_out_of_sight_are_refused(
    function: Callable[[Value], Value], a: Value
) -> None:
    with pytest.raises(ValueError, match="other numbers give another program"):
        Program(function, [(1.0,)])
    assert a.data == 2.0


OTHER_OPERANDS: list[Callable[[Value, Value], Value]] = [
    lambda a, x: Value(a.data, (a,), "+", local=(1.0,)) * x + (a + 1),
    lambda a, x: Value(a.data, (a, x), "relu", local=(1.0, 0.0)),
    lambda a, x: Value(math.tanh(a.data), (a * x,), "tanh"),
]


@pytest.mark.parametrize("function", OTHER_OPERANDS)
def test_a_known_name_with_other_operands_has_no_rule(
    function: Callable[[Value, Value], Value],
) -> None:
    a = Value(0.5)
    with pytest.raises(TypeError, match="has no rule in RULES"):
        Program(lambda x: function(a, x), [(1.0,)])


@pytest.mark.parametrize("name", ["sum", "Σ", "mean", "neuron"])
def test_rules_for_any_number_of_operands(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = "{all}.shape[1]"
    monkeypatch.setitem(RULES, "mean", ("{all}.mean(axis=1)", f"{{d}} / {count}"))
    monkeypatch.setitem(RULES, "neuron", ("{all}.sum(axis=1)", "{d}"))
    monkeypatch.setitem(RULES, "sum", ("{all}.sum(axis=1)", "{d}"))
    a = Value(0.5)

    def function(x: Value) -> Value:
        values = [a * x, x, a]
        share = 1 / 3 if name == "mean" else 1.0
        total = sum(v.data for v in values) * share
        known = name if name in RULES else "sum"
        made = Value(total, values, known, local=[share] * 3)
        return made * x + sum([a, x, a, x, a * x])

    program = Program(function, [(1.0,)])
    rows = [(2.0,), (-3.0,)]
    expected = by_objects(function, [a], rows)
    assert np.allclose(by_program(program, [a], rows), expected, rtol=1e-12)


def test_a_rule_that_forgets_the_gradient_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(RULES, "cos", ("cos({a})", "-sin({a})"))

    def cos(v: Value) -> Value:
        return Value(math.cos(v.data), (v,), "cos", local=(-math.sin(v.data),))

    with pytest.raises(ValueError, match="the operation 'cos' gives"):
        Program(cos, [(1.0,)])


WRONG_NUMBERS: list[Any] = [
    np.ones(3),
    np.ones(1),
    np.ones((1, 2)),
    np.array([1j, 2]),
    np.array(["1", "2"]),
]


@pytest.mark.parametrize("numbers", WRONG_NUMBERS, ids=str)
def test_other_numbers_than_those_of_the_parameters(numbers: Any) -> None:
    a, b = Value(2.0), Value(3.0)
    program = Program(lambda x: a * x + b, [(1.0,)])
    for use in (
        lambda: program.write(numbers),
        lambda: program.gradient(numbers, [(1.0,)]),
        lambda: program.forward(numbers, [1.0]),
    ):
        with pytest.raises((TypeError, ValueError), match="expected"):
            use()
    assert (a.data, b.data) == (2.0, 3.0)


@pytest.mark.parametrize("kind", ["uint8", "float16", "int64", "list"])
def test_parameters_become_floats(kind: str) -> None:
    a = Value(2.0)
    program = Program(lambda x: a * a * x, [(1.0,)])
    numbers: Any = [200] if kind == "list" else np.array([200]).astype(kind)
    total, gradient = program.gradient(numbers, [(1.0,)])
    assert (total, *gradient) == (40_000.0, 400.0)
    program.write(numbers)
    assert type(a.data) is float
    assert a.data == 200.0


@pytest.mark.parametrize("kind", [np.float32, np.int64, np.array, bool])
def test_parameters_of_another_kind(kind: Any) -> None:
    a, b = Value(0.0), Value(0.0)
    a.data, b.data = kind(0.1), kind(3.3)

    def function(x: Value) -> Value:
        return weighted_sum([a, b], [x, x * 3], b) * a

    program = Program(function, [(1.0,)])
    rows = [(1.1,), (2.0,)]
    found = by_program(program, [a, b], rows)
    assert np.allclose(found, by_objects(function, [a, b], rows), rtol=1e-12)
    assert (a.data, b.data) == (float(kind(0.1)), float(kind(3.3)))


def test_no_rows_and_masked_rows() -> None:
    a = Value(2.0)
    program = Program(lambda x: a * x, [(1.0,)])
    assert program(np.zeros(0)).shape == (0,)
    assert program(np.zeros((2, 0))).shape == (2, 0)
    masked = np.ma.array([[1.0], [5.0]], mask=[[False], [True]])
    with pytest.raises(ValueError, match="masked"):
        program.backward(masked)
    with pytest.raises(ValueError, match="masked"):
        program(masked[:, 0])


def test_whole_numbers_beyond_64_bits() -> None:
    a = Value(2.0)
    program = Program(lambda x: a * x, [(1.0,)])
    assert program(10**30) == program.backward([(10**30,)]) == 2e30


@pytest.mark.filterwarnings("error")
def test_sums_of_infinities_do_not_warn() -> None:
    a = Value(2.0)
    program = Program(lambda x: a * x, [(1.0,)])
    total, gradient = program.gradient([2.0], [(math.inf,), (-math.inf,)])
    assert math.isnan(total) and math.isnan(gradient[0])


def normal(scores: list[Value]) -> list[Value]:
    """Return the logarithms of the probabilities that softmax gives."""
    total = logsumexp(scores)
    return [score - total for score in scores]


def test_a_result_of_nothing_but_rounding() -> None:
    a, b, c = Value(0.1), Value(0.2), Value(0.3)
    for k in range(1, 30):
        a.data, b.data = k / 10, -k / 7
        program = Program(lambda x: sum(softmax([a * x, b, c * x])) - 1, [(1.0,)])
        assert program(1.0) == pytest.approx(0.0, abs=1e-15)
    for k in (4, 10, 35):
        a.data, b.data = k / 10, -k / 7
        program = Program(lambda x: a + logsumexp(normal([a * x, b * x, c * x])), [[1]])
        assert program(1.0) == pytest.approx(a.data)


def test_large_logits() -> None:
    a, b = Value(1e16), Value(1e16)
    program = Program(lambda x: logsumexp([a * x, b * x]), [(1.0,)])
    assert by_program(program, [a, b], [(1.0,)]) == [1e16, 0.5, 0.5]


def test_threads_that_trace_one_model() -> None:
    random.seed(3)
    model = MLP(2, [3, 1])
    before = [p.data for p in model.parameters()]

    def work() -> None:
        for _ in range(5):
            Program(lambda x, y: model([x, y]), [(1.0, 2.0)])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [p.data for p in model.parameters()] == before


def test_a_program_waits_while_another_is_traced() -> None:
    a, tracing, looked = Value(2.0), threading.Event(), threading.Event()
    program = Program(lambda x: a * x, [(1.0,)])
    found: list[Any] = []

    def traced(x: Value) -> Value:
        if a.data != 2.0:  # another number, to try the function with
            tracing.set()
            looked.wait(0.2)
        return a * x * x

    def look() -> None:
        tracing.wait()
        program.write(program.read() + 1)
        found.append(program(1.0))
        looked.set()

    thread = threading.Thread(target=look)
    thread.start()
    Program(traced, [(1.0,)])
    thread.join()
    assert found == [3.0] and a.data == 3.0


def test_a_table_in_reach_is_not_remembered_number_by_number() -> None:
    a, table = Value(2.0), [x / 7 for x in range(100_000)]
    tracemalloc.start()
    try:
        assert leaves_within(lambda x: a * x + table[0]) == [a]
        assert tracemalloc.get_traced_memory()[1] < 20 * len(table)
    finally:
        tracemalloc.stop()


SCALE = Value(2.0)


class Scaled(Module):
    """A model that uses a leaf as a number, in a method that its call calls."""

    def __call__(self, x: Value) -> Value:
        return self.twice(x) * 3

    def twice(self, x: Value) -> Value:
        return x * SCALE.data


class ScaledToo(Scaled):
    """The same in a class between."""


MINE = ModuleType("mine")
MINE.scaled = Scaled()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "function",
    [
        Scaled(),
        ScaledToo(),
        lambda x: ScaledToo()(x),
        lambda x: MINE.scaled(x),
    ],
)
def test_a_parameter_as_a_number_in_a_method_is_refused(
    function: Callable[[Value], Value],
) -> None:
    with pytest.raises(ValueError, match="other numbers give another program"):
        Program(function, [(1.0,)])
