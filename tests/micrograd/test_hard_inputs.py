"""Numbers at the edge, numbers of all kinds, and things that are no numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from micrograd.engine import Value
from micrograd.losses import cross_entropy
from micrograd.nn import MLP, Embedding, Layer, Neuron
from micrograd.program import Program

INF, NAN = math.inf, math.nan

Function = Callable[..., Any]
EDGES: list[tuple[str, Function, tuple[float, ...]]] = [
    *((f"tanh {x}", lambda x: x.tanh(), (x,)) for x in (1e3, -1e3, 400.0, INF, NAN)),
    *((f"exp {x}", lambda x: x.exp(), (x,)) for x in (1e3, -1e3, INF, -INF, NAN)),
    *((f"log {x}", lambda x: x.log(), (x,)) for x in (0.0, -0.0, -1.0, INF, NAN)),
    *((f"relu {x}", lambda x: x.relu(), (x,)) for x in (0.0, -0.0, NAN, INF, -INF)),
    *((f"sigmoid {x}", lambda x: x.sigmoid(), (x,)) for x in (1e3, -1e3, INF, -INF)),
    *((f"abs {x}", lambda x: abs(x), (x,)) for x in (0.0, -0.0, NAN, -INF)),
    *((f"{x} ** -1", lambda x: x**-1, (x,)) for x in (0.0, -0.0, INF)),
    *((f"{x} ** 0", lambda x: x**0, (x,)) for x in (0.0, NAN, INF, -2.0)),
    *((f"{x} ** .5", lambda x: x**0.5, (x,)) for x in (0.0, -1.0, INF)),
    *((f"0 ** {n}", lambda x, n=n: x**n, (0.0,)) for n in (0.0, 1, 2, 0.5, -2)),
    ("-8 ** (1/3)", lambda x: x ** (1 / 3), (-8.0,)),
    ("1e200 ** 2", lambda x: x**2, (1e200,)),
    ("-1e200 ** 3", lambda x: x**3, (-1e200,)),
    ("1e200 * 1e200", lambda x, y: x * y, (1e200, 1e200)),
    ("2 ** 2000", lambda x: 2**x, (2000.0,)),
    ("2 ** 3", lambda x: 2**x, (3.0,)),
    ("0 ** 2", lambda x: 0**x, (2.0,)),
    ("0 ** 0", lambda x: 0**x, (0.0,)),
    ("0 ** -1", lambda x: 0**x, (-1.0,)),
    ("-2 ** 3", lambda x: (-2) ** x, (3.0,)),
    *(
        (f"{x} ** {y}, both", lambda x, y: x**y, (x, y))
        for x in (0.0, 2.0, -2.0, INF, 1.0)
        for y in (0.0, 2.0, 3.0, -1.0, 0.5, INF)
    ),
    *((f"1 / {x}", lambda x: 1 / x, (x,)) for x in (0.0, INF)),
    *((f"{x} / 0", lambda x: x / 0, (x,)) for x in (3.0, 0.0)),
    *((f"{x} / {y}", lambda x, y: x / y, (x, y)) for x in (0.0, 3.0) for y in (0.0,)),
    ("inf - inf", lambda x, y: x - y, (INF, INF)),
    ("0 * inf", lambda x, y: x * y, (0.0, INF)),
]


def same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b) or math.isclose(a, b, rel_tol=1e-12)


@pytest.mark.needs("torch")
@pytest.mark.parametrize(
    ("name", "function", "inputs"), EDGES, ids=[edge[0] for edge in EDGES]
)
def test_edges_as_in_pytorch(
    name: str, function: Function, inputs: tuple[float, ...]
) -> None:
    import torch

    ours = [Value(x) for x in inputs]
    result = function(*ours)
    result.backward()
    theirs = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in inputs]
    expected = function(*theirs)
    expected.backward()
    assert isinstance(result.data, float | int)
    assert same(result.data, expected.item())
    for a, b in zip(ours, theirs, strict=True):
        assert same(a.grad, b.grad.item()), (a.grad, b.grad.item())


def test_a_quotient_does_not_go_by_the_inverse() -> None:
    tiny = 4e-309  # its inverse is too large for a float, the quotient is not
    assert tiny / tiny == 1.0
    assert (Value(tiny) / tiny).data == (Value(tiny) / Value(tiny)).data == 1.0


KINDS = [
    2,
    2.0,
    True,
    Fraction(1, 2),
    np.float64(2),
    np.float32(2),
    np.int64(2),
    np.bool_(True),
    Decimal(2),
]


@pytest.mark.parametrize("number", KINDS, ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv", "pow"])
def test_numbers_of_all_kinds_on_both_sides(number: Any, name: str) -> None:
    function = getattr(operator, name)
    for left, right in ((Value(3.0), number), (number, Value(3.0))):
        result = function(left, right)
        assert type(result) is Value
        assert result.data == pytest.approx(function(float(left), float(right)))
        assert type(result.data) in (int, float)
        (operand,) = (v for v in (left, right) if isinstance(v, Value))
        result.backward()
        assert type(operand.grad) is float
    assert Value(number).data == float(number)


NO_NUMBERS = [
    "2",
    b"2",
    [2.0],
    (2.0,),
    {},
    None,
    2j,
    object(),
]


@pytest.mark.parametrize("thing", NO_NUMBERS, ids=lambda x: type(x).__name__)
def test_other_things_are_refused(thing: Any) -> None:
    for name in ("add", "sub", "mul", "truediv", "pow", "lt", "ge"):
        for pair in ((Value(2.0), thing), (thing, Value(2.0))):
            with pytest.raises(TypeError):
                getattr(operator, name)(*pair)
    kind = type(thing).__name__
    with pytest.raises(TypeError, match=f"expected a number, not {kind}"):
        Value(2.0) * thing
    with pytest.raises(TypeError, match=f"expected a number, not {kind}"):
        Value(thing)


@pytest.mark.needs("torch")
def test_a_tensor_is_no_number() -> None:
    import torch

    with pytest.raises(TypeError, match="expected a number, not Tensor"):
        Value(1.0) + torch.tensor(1.0)


def test_a_value_in_a_value() -> None:
    with pytest.raises(TypeError, match="expected a number, not Value"):
        Value(Value(1.0))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv", "pow"])
def test_an_operator_goes_over_an_array(name: str) -> None:
    function, array = getattr(operator, name), np.array([1.0, 2.0])
    for left, right in ((array, Value(3.0)), (Value(3.0), array)):
        found = [x.data for x in function(left, right)]
        numbers = [x.data if isinstance(x, Value) else x for x in (left, right)]
        assert found == pytest.approx(list(function(*numbers)))


def test_softmax_of_an_array_of_values() -> None:
    scores = np.array([Value(0.0), Value(1.0)])
    e = np.exp(scores)
    assert [x.data for x in e / e.sum()] == pytest.approx([0.2689414, 0.7310586])


def test_one_number_in_an_array() -> None:
    assert Value(np.array([3.0])).data == Value(np.array(3.0)).data == 3.0
    with pytest.raises(TypeError, match="expected a number, not ndarray"):
        Value(np.array([1.0, 2.0]))  # type: ignore[arg-type]


def test_a_masked_number_is_refused() -> None:
    row = np.ma.array([1.0, 2.0], mask=[False, True])
    for use in (
        lambda: Value(np.ma.masked),
        lambda: Value(1.0) * np.ma.masked,
        lambda: Value(row[1:]),
        lambda: MLP(2, [1])(row),
        lambda: Program(lambda x: x.exp(), row[:, None]),
    ):
        with pytest.raises(TypeError, match="expected a number, not Masked"):
            use()
    assert Value(row[:1]).data == 1.0  # type: ignore[arg-type]


@pytest.mark.needs("torch")
@pytest.mark.parametrize(
    ("x", "y"), [(0.0, 1e-160), (1e300, 1e200), (4e-309, 4e-309), (-3.0, 7.0)]
)
def test_quotients_keep_their_gradients(x: float, y: float) -> None:
    import torch

    a, b = Value(x), Value(y)
    (a / b).backward()
    t = [torch.tensor(n, dtype=torch.float64, requires_grad=True) for n in (x, y)]
    (t[0] / t[1]).backward()
    assert [a.grad, b.grad] == [n.grad.item() for n in t]


def test_powers_keep_their_gradients() -> None:
    x = Value(1e-309)
    (x**1e-300).backward()
    assert x.grad == pytest.approx(1e9, rel=1e-6)


@pytest.mark.parametrize("f", [lambda x: x.relu(), lambda x: x.maximum(0.0)])
def test_a_shut_switch_lets_nothing_through(f: Callable[[Value], Value]) -> None:
    x = Value(-1.0)
    f(x).log().backward()
    assert x.grad == 0.0
    y = Value(-1.0)
    (y * 0).log().backward()
    assert math.isnan(y.grad)


def test_inputs_of_all_kinds() -> None:
    model = MLP(2, [3, 1])
    expected = model([0.5, -1.0])
    row = (0.5, -1.0)
    for inputs in (
        (x for x in row),
        np.array(row),
        map(Value, row),
        (0.5, Value(-1.0)),
    ):
        assert model(inputs).data == expected.data  # type: ignore[union-attr]


def test_a_replaced_activation_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Value, "relu", lambda self: self * 0 + 7.0)
    assert Neuron(2)([1.0, 2.0]).data == 7.0


def test_powers_of_values() -> None:
    x, y = Value(2.0), Value(3.0)
    (x**y).backward()
    assert x.grad == 12.0
    assert y.grad == pytest.approx(8 * math.log(2))
    z = Value(3.0)
    (2**z).backward()
    assert z.grad == pytest.approx(8 * math.log(2))


def test_sums() -> None:
    values = [Value(1.0), Value(2.0)]
    total = sum(values)
    assert isinstance(total, Value)
    total.backward()
    assert total.data == 3.0
    assert [v.grad for v in values] == [1.0, 1.0]
    assert sum([]) == 0


def test_conversions() -> None:
    x = Value(2.5, label="x")
    assert float(x) == 2.5
    assert f"{x:.3f}|{x}|{x!r}" == "2.500|Value(data=2.5)|Value(data=2.5)"
    assert math.isclose(x, 2.5)
    assert bool(x) and bool(Value(0.0))  # as in `if self.bias`
    assert +x is x
    with pytest.raises(TypeError):
        int(x)  # type: ignore[call-overload]


def test_comparisons_look_at_the_data() -> None:
    x, y = Value(1.0), Value(2.0)
    assert x < y and x <= y and y > x and y >= x and x <= Value(1.0)
    assert x < 2 and x <= 1.0 and x > Fraction(1, 2) and x >= np.float64(1)
    assert 0 < x < 2 and max(x, y) is y and sorted([y, x]) == [x, y]
    nan = Value(NAN)
    assert not nan < x and not nan >= x


def test_equality_and_hash_look_at_the_object() -> None:
    x = Value(1.0)
    assert x == x and x != Value(1.0) and x != 1.0
    assert len({x, Value(1.0)}) == 2
    table = {x: "x"}
    x.data = 5.0
    assert table[x] == "x"


def test_a_middle_layer_of_width_one() -> None:
    model = MLP(2, [3, 1, 2])
    outputs = model([1.0, -1.0])
    assert isinstance(outputs, list) and len(outputs) == 2
    assert isinstance(MLP(2, [1, 1])([1.0, -1.0]), Value)


@pytest.mark.parametrize("nouts", [[], [0], [3, -1], [4, 0, 1]])
def test_a_layer_without_a_neuron(nouts: list[int]) -> None:
    with pytest.raises(ValueError, match=r"^layers need at least one neuron each: \["):
        MLP(2, nouts)


@pytest.mark.parametrize("make", [lambda: Neuron(3), lambda: Layer(3, 2)])
@pytest.mark.parametrize("inputs", [[1.0], [1.0] * 4, []])
def test_a_wrong_number_of_inputs(make: Callable[[], Any], inputs: list[float]) -> None:
    with pytest.raises(ValueError, match=f"expected 3 inputs, got {len(inputs)}"):
        make()(inputs)
    with pytest.raises(ValueError, match=f"expected 3 inputs, got {len(inputs)}"):
        MLP(3, [2, 1])(inputs)


@pytest.mark.parametrize("thing", [3.0, Value(3.0), np.float64(3.0), None])
def test_a_number_is_no_row(thing: Any) -> None:
    kind = type(thing).__name__
    for use in (
        MLP(1, [2, 1]),
        Embedding(3, 2),
        lambda target: cross_entropy([Value(0.0), Value(1.0)], target),
    ):
        with pytest.raises(TypeError, match=f"expected a row of numbers, not {kind}"):
            use(thing)


@pytest.mark.parametrize("number", [np.complex64(1 + 2j), np.complex128(3), 1j])
def test_complex_numbers_are_refused(number: Any) -> None:
    for use in (Value, lambda x: Value(1.0) * x):
        with pytest.raises(TypeError, match="expected a number, not complex"):
            use(number)
