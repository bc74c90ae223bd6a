"""Graphs: their depth, their end, copies, second passes, operations of one's own."""

from __future__ import annotations

import copy
import gc
import math
import pickle
import random
import sys
import tracemalloc
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from micrograd.engine import Value, topological_order
from micrograd.fused import logsumexp, weighted_sum
from micrograd.nn import MLP

T = TypeVar("T")


@pytest.fixture
def garbage() -> Iterator[None]:
    """Have the collector look before and after, and never in between."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.slow
def test_a_chain_of_a_million_operations(garbage: None) -> None:
    assert sys.getrecursionlimit() <= 1000
    x = Value(1.0)
    total = x
    for _ in range(1_000_000):
        total = total + x
    total.backward()
    assert (total.data, x.grad) == (1_000_001.0, 1_000_001.0)
    del total
    assert gc.collect() == 0


@pytest.mark.slow
def test_a_training_step_leaves_nothing_to_the_collector(garbage: None) -> None:
    model = MLP(3, [4, 4, 1], activation="tanh", output="sigmoid", bias="random")
    gc.collect()
    loss: Any = sum((model([0.1 * i, 1.0, -1.0]) - 1) ** 2 for i in range(5))
    loss.backward()
    del loss
    assert gc.collect() == 0


OPERATIONS = {
    "sum": lambda x, y: x + y,
    "product": lambda x, y: x * y,
    "number": lambda x, y: x * 2.5,
    "relu": lambda x, y: x.relu(),
    "exp": lambda x, y: x.exp(),
    "tanh": lambda x, y: x.tanh(),
    "power": lambda x, y: x**2,
}


@pytest.mark.slow
# The value has 128 bytes, a tuple 40 and 8 more for each entry, a float of its own 24.
@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("sum", 208),
        ("product", 264),
        ("number", 248),
        ("relu", 224),
        ("exp", 248),
        ("tanh", 272),
        ("power", 272),
    ],
)
def test_the_memory_of_an_operation(name: str, limit: int, garbage: None) -> None:
    x, y, operation, count = Value(1.5), Value(2.5), OPERATIONS[name], 10_000
    kept: list[Value | None] = [None] * count
    tracemalloc.start()
    for i in range(count):
        kept[i] = operation(x, y)
    size = tracemalloc.get_traced_memory()[0] / count
    tracemalloc.stop()
    # Python makes room for the attributes that instances of the class had before: where
    # another test gave some of them any, each value takes two words more.
    assert size < limit + 16 + 1


def test_the_order_is_that_of_the_recursion() -> None:
    choose = random.Random(7)
    nodes = [Value(float(i)) for i in range(4)]
    for _ in range(200):
        nodes.append(choose.choice(nodes) * choose.choice(nodes) + 1)
    order: list[Value] = []
    seen: set[Value] = set()

    def visit(node: Value) -> None:
        if node not in seen:
            seen.add(node)
            for operand in node._prev:
                visit(operand)
            order.append(node)

    visit(nodes[-1])
    assert topological_order(nodes[-1]) == order


def test_a_graph_with_a_cycle_ends() -> None:
    a = Value(1.0)
    b = a * 2
    c = b * 3
    b._prev = (c,)
    c.backward()
    assert set(topological_order(c)) == {b, c}


def test_a_second_pass_adds_to_leaves_only() -> None:
    a = Value(1.0)
    b = a * 3
    c = b * 5
    c.backward()
    c.backward()
    assert (a.grad, b.grad, c.grad) == (30.0, 5.0, 1.0)


def test_a_part_of_two_losses() -> None:
    a = Value(1.0)
    shared = a * 3
    (shared * 5).backward()
    (shared * 7).backward()
    assert a.grad == 36.0


@pytest.mark.needs("torch")
def test_second_passes_as_in_pytorch() -> None:
    import torch

    a = Value(1.0)
    t = torch.tensor(1.0, requires_grad=True)
    for x, keep in ((a, {}), (t, {"retain_graph": True})):
        shared = (x * 3).tanh()
        first, second = shared * 5, shared * shared
        first.backward(**keep)
        first.backward(**keep)
        second.backward(**keep)
    assert a.grad == pytest.approx(t.grad.item(), rel=1e-5)


def test_backward_on_a_leaf_adds_one() -> None:
    a = Value(3.0)
    a.backward()
    a.backward()
    assert a.grad == 2.0


def network() -> MLP:
    random.seed(3)
    model = MLP(2, [3, 1], activation="tanh", bias="random")
    (model([1.0, 2.0]) ** 2).backward()
    return model


@pytest.mark.parametrize("how", ["deepcopy", "pickle"])
def test_copies_of_a_network_and_its_loss(how: str) -> None:
    model = network()
    loss = (model([0.5, -1.0]) - 1) ** 2
    pair = (model, loss)
    twin_model, twin = (
        copy.deepcopy(pair) if how == "deepcopy" else pickle.loads(pickle.dumps(pair))
    )
    before = [p.grad for p in model.parameters()]
    assert [p.grad for p in twin_model.parameters()] == before
    twin.backward()
    assert [p.grad for p in model.parameters()] == before
    loss.backward()
    assert twin.data == loss.data
    after = [p.grad for p in model.parameters()]
    assert after != before
    assert [p.grad for p in twin_model.parameters()] == after
    assert not set(model.parameters()) & set(twin_model.parameters())


def test_a_copy_keeps_labels_and_shared_parts() -> None:
    a = Value(2.0, label="a")
    b = a * a
    b.label = "b"
    twins = copy.deepcopy([a, b, b])
    assert [twin.label for twin in twins] == ["a", "b", "b"]
    assert twins[1] is twins[2]
    assert twins[1]._prev == (twins[0], twins[0])
    twins[0].label = "other"
    assert a.label == "a"


def pickled(thing: T) -> T:
    copied: T = pickle.loads(pickle.dumps(thing))
    return copied


@pytest.mark.slow
@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
def test_a_deep_graph_can_be_copied(copied: Callable[[Value], Value]) -> None:
    assert sys.getrecursionlimit() <= 1000
    x = Value(1.5, label="x")
    total = x
    for i in range(100_000):
        total = total + x if i % 2 else total * 0.5
    total.backward()
    twin = copied(total)
    nodes, twins = topological_order(total), topological_order(twin)
    for field in ("data", "grad", "_op", "label", "_local", "_number"):
        assert [getattr(v, field) for v in twins] == [getattr(v, field) for v in nodes]
    place = {value: i for i, value in enumerate(nodes)}
    twin_place = {value: i for i, value in enumerate(twins)}
    for node, twin_node in zip(nodes, twins, strict=True):
        operands = [place[operand] for operand in node._prev]
        assert [twin_place[operand] for operand in twin_node._prev] == operands
    assert not place.keys() & twin_place.keys()
    before = x.grad
    twin.backward()
    assert (x.grad, twins[0].grad) == (before, 2 * before)


@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
def test_results_copied_together_share_their_leaves(
    copied: Callable[[list[Value]], list[Value]],
) -> None:
    a = Value(2.0)
    shared = a * 3
    twins = copied([shared * 5, shared * 7, a])
    for root in twins[:2]:
        root.backward()
    assert (twins[2].grad, a.grad) == (36.0, 0.0)
    (first,), (second,) = twins[0]._prev, twins[1]._prev
    assert (first is second) == (copied is copy.deepcopy)


def test_a_shallow_copy_has_the_operands_of_its_original() -> None:
    a = Value(2.0)
    b = a * a
    b.grad = 5.0
    twin = copy.copy(b)
    assert twin is not b
    assert (twin.data, twin.grad, twin._op, twin._prev) == (4.0, 5.0, "*", (a, a))


def long_sine(x: Value) -> Value:
    out = Value(math.sin(x.data), (x,), "sin")

    def _backward() -> None:
        x.grad += math.cos(x.data) * out.grad

    out._backward = _backward
    return out


def short_sine(x: Value) -> Value:
    return Value(math.sin(x.data), (x,), "sin", local=(math.cos(x.data),))


@pytest.mark.parametrize("sine", [long_sine, short_sine])
def test_operations_of_ones_own(sine: object) -> None:
    assert callable(sine)
    x = Value(2.0)
    y = sine(x) * x
    y.backward()
    y.backward()
    assert x.grad == pytest.approx(2 * (2 * math.cos(2) + math.sin(2)))


def test_an_operation_without_a_rule_hands_on_nothing() -> None:
    x = Value(2.0)
    out = Value(4.0, (x,), "square")
    (out * math.inf).backward()
    assert x.grad == 0.0


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("leaf", [True, False])
def test_subclasses_and_attributes_survive(protocol: int, leaf: bool) -> None:
    named = Named(2.0, "w")
    named.m = [1.0]
    thing = named if leaf else named * named
    for twin in (copy.deepcopy(thing), pickle.loads(pickle.dumps(thing, protocol))):
        node = twin if leaf else twin._prev[0]
        assert (type(node), node.name, node.m) == (Named, "w", [1.0])
        assert node is not named and node.m is not named.m
        twin.backward()
        assert (node.grad, named.grad) == (1.0 if leaf else 4.0, 0.0)


class Named(Value):
    m: list[float]

    def __init__(self, data: float, name: str) -> None:
        super().__init__(data)
        self.name = name


def test_weak_references_and_attributes() -> None:
    a = Value(2.0)
    for value in (a, a * a, MLP(1, [1])([1.0])):
        assert isinstance(value, Value)
        value.m = 0  # type: ignore[attr-defined]
        assert weakref.ref(value)() is value


def test_a_function_on_a_leaf_is_called() -> None:
    seen = []
    a = Value(2.0)
    a._backward = lambda: seen.append(a.grad)
    (a * 3).backward()
    assert seen == [3.0]


def test_threads_lose_no_gradient() -> None:
    x = Value(1.0)
    graphs = [sum([x] * 500) for _ in range(40)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda root: root.backward(), graphs))
    finally:
        sys.setswitchinterval(interval)
    assert x.grad == 40 * 500


@pytest.mark.needs("torch")
@pytest.mark.parametrize(
    "pair", [(1.0, 2.0), (2.0, 2.0), (-1.0, math.nan), (3.0, -3.0)]
)
def test_maximum_as_in_pytorch(pair: tuple[float, float]) -> None:
    import torch

    a, b = map(Value, pair)
    result = a.maximum(b)
    result.backward()
    t = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in pair]
    expected = torch.maximum(*t)
    expected.backward()
    assert result.data == pytest.approx(expected.item(), nan_ok=True)
    assert [a.grad, b.grad] == [x.grad.item() for x in t]


@pytest.mark.needs("torch")
@pytest.mark.parametrize(
    "numbers", [[0.0], [1.0, 2.0], [1000.0, -1000.0], [-2e3, -2e3], [5.0, -math.inf]]
)
def test_logsumexp_as_in_pytorch(numbers: list[float]) -> None:
    import torch

    values = [Value(x) for x in numbers]
    result = logsumexp(values)
    result.backward()
    t = torch.tensor(numbers, dtype=torch.float64, requires_grad=True)
    expected = torch.logsumexp(t, 0)
    expected.backward()
    assert result.data == pytest.approx(expected.item(), rel=1e-14)
    assert [x.grad for x in values] == pytest.approx(t.grad.tolist(), rel=1e-14)


def test_a_rule_can_be_called_by_hand() -> None:
    a, b = Value(2.0), Value(-3.0)
    product = a * b
    product.grad = 10.0
    product._backward()
    assert (a.grad, b.grad) == (-30.0, 20.0)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_a_function_of_its_own_cannot_be_copied(copied: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match="'sin': it has its own _backward"):
        copied(long_sine(Value(1.0)))


def test_as_many_derivatives_as_operands() -> None:
    with pytest.raises(ValueError, match="1 derivatives for 2 operands"):
        Value(1.0, (Value(1.0), Value(2.0)), "f", local=(1.0,))


def test_weighted_sum_is_the_sum_of_products() -> None:
    w, b = [Value(2.0), Value(-1.0), Value(0.5)], Value(0.25)
    x = [Value(3.0), Value(4.0), Value(3.0)]
    for inputs in ([1.5, 2.5, 3.5], x, [x[0], 2.5, x[0]]):
        plain = sum((wi * xi for wi, xi in zip(w, inputs, strict=True)), b)
        fused = weighted_sum(w, inputs, b)
        assert fused.data == plain.data
        grads = []
        for root in (plain, fused):
            for leaf in (*w, *x, b):
                leaf.grad = 0.0
            root.backward()
            grads.append([leaf.grad for leaf in (*w, *x, b)])
        assert grads[0] == grads[1]


def test_weighted_sum_counts_its_inputs() -> None:
    with pytest.raises(ValueError, match="expected 1 inputs, got 2"):
        weighted_sum([Value(1.0)], [1.0, 2.0], Value(0.0))


class Slotted(Value):
    """Has a place for a field of its own, and one that nobody else can name."""

    __slots__ = ("__secret", "extra")

    def __init__(self, data: float, extra: object) -> None:
        super().__init__(data)
        self.extra = self.__secret = extra

    def secret(self) -> object:
        return self.__secret


class Numbered(Value):
    """Is made with more than a number."""

    def __new__(cls, data: float, number: int) -> Numbered:
        out = super().__new__(cls)
        out.number = number
        return out

    def __init__(self, data: float, number: int) -> None:
        super().__init__(data)

    def __getnewargs__(self) -> tuple[float, int]:
        return self.data, self.number

    number: int


class Saying(Value):
    """Says itself what is to be kept of it."""

    said = ""

    def __getstate__(self) -> Any:
        return {"number": self.data}

    def __setstate__(self, state: Any) -> None:
        Value.__init__(self, state["number"])
        self.said = "made again"


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_subclasses_are_copied_as_they_say(protocol: int) -> None:
    def copies(value: T) -> list[T]:
        sent = pickle.loads(pickle.dumps(value, protocol))
        return [copy.copy(value), copy.deepcopy(value), sent]

    for slotted in copies(Slotted(1.0, [3])):
        assert (slotted.data, slotted.extra, slotted.secret()) == (1.0, [3], [3])
    for numbered in copies(Numbered(2.0, 7)):
        assert (numbered.data, numbered.number) == (2.0, 7)
    for saying in copies(Saying(3.0)):
        assert (saying.data, saying.said) == (3.0, "made again")


@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
def test_attributes_that_lead_back_to_the_graph(
    copied: Callable[[Value], Value],
) -> None:
    a = Value(1.0)
    out = a * 2
    a.result = out  # type: ignore[attr-defined]
    twin = copied(a)
    assert twin.result._prev == (twin,)  # type: ignore[attr-defined]
