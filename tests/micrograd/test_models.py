"""The larger models of the book, beside PyTorch in float64."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from micrograd.attention import Head, Transformer, norm
from micrograd.engine import Value
from micrograd.losses import cross_entropy, softmax
from micrograd.nn import MLP, Embedding, Layer
from micrograd.optim import Adam
from micrograd.program import Program

ROOT = Path(__file__).resolve().parents[2]
NAMES = (ROOT / "docs" / "data" / "cities.txt").read_text(encoding="ascii").split()
ALPHABET = ".abcdefghijklmnopqrstuvwxyz"
PLACES = 9
CLOSE = 1e-9
scores = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=6)


def numbers_of(name: str) -> list[int]:
    return [ALPHABET.index(character) for character in f".{name}."]


def batches(steps: int, size: int) -> list[list[str]]:
    chance = random.Random(7)
    return [chance.sample(NAMES, size) for _ in range(steps)]


def test_the_data_are_names_of_one_kind() -> None:
    assert len(NAMES) == len(set(NAMES)) == 4000
    assert sorted(NAMES) == NAMES
    assert {3, 8} >= {min(map(len, NAMES)), max(map(len, NAMES))}
    assert set("".join(NAMES)) == set(ALPHABET[1:])


@pytest.mark.slow
@pytest.mark.needs("torch")
@settings(max_examples=300, deadline=None)
@given(numbers=scores, data=st.data())
def test_cross_entropy_and_softmax_of_any_size(
    numbers: list[float], data: st.DataObject
) -> None:
    import torch

    right = data.draw(st.integers(0, len(numbers) - 1))
    logits = [Value(number) for number in numbers]
    theirs = torch.tensor(numbers, dtype=torch.float64, requires_grad=True)

    loss = cross_entropy(logits, right)
    loss.backward()
    expected = torch.nn.functional.cross_entropy(theirs, torch.tensor(right))
    expected.backward()  # type: ignore[no-untyped-call]  # torch has it untyped

    assert loss.data == pytest.approx(expected.item(), rel=CLOSE, abs=CLOSE)
    assert theirs.grad is not None
    assert [z.grad for z in logits] == pytest.approx(theirs.grad.tolist(), abs=CLOSE)
    shares = torch.softmax(theirs, 0).tolist()
    assert [p.data for p in softmax(logits)] == pytest.approx(shares, abs=CLOSE)


@given(numbers=scores)
def test_a_class_by_its_number_is_a_class_one_hot(numbers: list[float]) -> None:
    logits = [Value(number) for number in numbers]
    one_hot = [1.0] + [0.0] * (len(numbers) - 1)
    by_number = cross_entropy(logits, 0).data
    assert cross_entropy(logits, one_hot).data == pytest.approx(by_number, abs=CLOSE)


@pytest.mark.slow
@pytest.mark.needs("torch")
def test_the_digits() -> None:
    import rivals
    import torch

    digits = load_digits()
    random.seed(0)
    ours = MLP(64, [48, 32, 10])
    *hidden, last = ours.layers
    for layer in hidden:
        layer.scale(6)
    last.scale(3)
    theirs = rivals.Perceptron(ours, torch.relu)
    for step in range(20):
        chosen = random.sample(range(len(digits.data)), 6)
        pictures, classes = digits.data[chosen] / 16, digits.target[chosen]
        pairs = zip(pictures.tolist(), classes.tolist(), strict=True)
        loss: Any = sum(cross_entropy(ours(x), y) for x, y in pairs) / 6
        expected = torch.nn.functional.cross_entropy(
            theirs(torch.tensor(pictures)), torch.tensor(classes)
        )
        assert loss.data == pytest.approx(expected.item(), abs=CLOSE)
        ours.zero_grad()
        loss.backward()
        expected.backward()
        assert rivals.largest_gap(ours.parameters(), theirs.gradients()) < CLOSE, step
        rivals.descend(list(theirs.parts()), 0.5)
        for p in ours.parameters():
            p.data -= 0.5 * p.grad


@pytest.mark.needs("torch")
def test_the_table_of_pairs() -> None:
    import rivals
    import torch

    random.seed(1)
    ours = Embedding(27, 27)
    theirs = rivals.Table(ours)
    for batch in batches(20, 8):
        pairs = [pair for name in batch for pair in rivals.windows(numbers_of(name), 2)]
        loss: Any = sum(cross_entropy(ours(a), b) for a, b in pairs) / len(pairs)
        first, second = (torch.tensor(column) for column in zip(*pairs, strict=True))
        expected = torch.nn.functional.cross_entropy(theirs.rows[first], second)
        assert loss.data == pytest.approx(expected.item(), abs=CLOSE)
        ours.zero_grad()
        loss.backward()
        expected.backward()
        assert rivals.largest_gap(ours.parameters(), theirs.gradients()) < CLOSE
        rivals.descend(list(theirs.parts()), 5.0)
        for p in ours.parameters():
            p.data -= 5.0 * p.grad


@pytest.mark.slow
@pytest.mark.needs("torch")
def test_the_reader_of_three_characters() -> None:
    import rivals
    import torch

    random.seed(2)
    places, network = Embedding(27, 2), MLP(6, [64, 27], activation="tanh")
    for layer in network.layers:
        layer.scale(3)
    parameters = places.parameters() + network.parameters()
    table, theirs = rivals.Table(places), rivals.Perceptron(network, torch.tanh)
    for batch in batches(20, 3):
        rows = [
            window
            for name in batch
            for window in rivals.windows([0, 0, *numbers_of(name)], 4)
        ]
        loss: Any = sum(
            cross_entropy(network([x for c in row[:3] for x in places(c)]), row[3])
            for row in rows
        ) / len(rows)
        text = torch.tensor(rows)
        logits = theirs(table.rows[text[:, :3]].flatten(1))
        expected = torch.nn.functional.cross_entropy(logits, text[:, 3])
        assert loss.data == pytest.approx(expected.item(), abs=CLOSE)
        for p in parameters:
            p.grad = 0.0
        loss.backward()
        expected.backward()
        gradients = table.gradients() + theirs.gradients()
        assert rivals.largest_gap(parameters, gradients) < CLOSE
        rivals.descend([*table.parts(), *theirs.parts()], 1.0)
        for p in parameters:
            p.data -= 1.0 * p.grad


def loss_of(model: Transformer, batch: list[str]) -> Value:
    losses: list[Value] = []
    for name in batch:
        row = numbers_of(name)
        losses += map(cross_entropy, model(row[:-1]), row[1:])
    total: Value = sum(losses, Value(0.0))
    return total / len(losses)


@pytest.mark.slow
@pytest.mark.needs("torch")
def test_the_transformer_and_adam() -> None:
    import rivals
    import torch

    random.seed(3)
    ours = Transformer(characters=27, places=PLACES, width=16, heads=4)
    theirs = rivals.Attention(ours)
    our_adam = Adam(ours.parameters())
    their_adam = torch.optim.Adam(list(theirs.parts()), betas=(0.9, 0.99), lr=0.01)
    for step, batch in enumerate(batches(20, 2)):
        loss = loss_of(ours, batch)
        rows = [numbers_of(name) for name in batch]
        padded = [(row + [0] * 9)[:10] for row in rows]
        text = torch.tensor(padded)
        logits = theirs(text[:, :-1])
        counted = torch.tensor([[i + 1 < len(row) for i in range(9)] for row in rows])
        expected = torch.nn.functional.cross_entropy(
            logits[counted], text[:, 1:][counted]
        )
        assert loss.data == pytest.approx(expected.item(), abs=CLOSE), step
        ours.zero_grad()
        their_adam.zero_grad()
        loss.backward()
        expected.backward()
        assert rivals.largest_gap(ours.parameters(), theirs.gradients()) < CLOSE, step
        our_adam.step(0.01)
        their_adam.step()


@pytest.mark.slow
@pytest.mark.needs("torch")
@pytest.mark.parametrize("momentum, memory", [(0.9, 0.99), (0.0, 0.999), (0.5, 0.9)])
def test_adam_on_any_gradients(momentum: float, memory: float) -> None:
    import torch

    chance = random.Random(4)
    ours = [Value(1.0), Value(-2.0)]
    theirs = torch.tensor([1.0, -2.0], dtype=torch.float64, requires_grad=True)
    our_adam = Adam(ours, momentum, memory)
    their_adam = torch.optim.Adam([theirs], betas=(momentum, memory))
    for _ in range(20):
        gradients, rate = [chance.gauss(0, 1e3), chance.gauss(0, 1e-3)], chance.random()
        for p, grad in zip(ours, gradients, strict=True):
            p.grad = grad
        theirs.grad = torch.tensor(gradients, dtype=torch.float64)
        their_adam.param_groups[0]["lr"] = rate
        our_adam.step(rate)
        their_adam.step()
        assert [p.data for p in ours] == pytest.approx(theirs.tolist(), rel=CLOSE)


def test_a_program_has_the_gradients_of_the_objects() -> None:
    random.seed(5)
    model = Transformer(characters=5, places=4, width=4, heads=2)

    def loss_of_row(*row: Value) -> Value:
        vectors = [row[i : i + 5] for i in range(0, 40, 5)]
        losses = map(cross_entropy, model(vectors[:4]), vectors[4:])
        return sum(losses, Value(0.0))

    texts = [[random.randrange(5) for _ in range(5)] for _ in range(6)]
    rows = [
        [float(c == i) for c in text[:-1] + text[1:] for i in range(5)]
        for text in texts
    ]
    program = Program(loss_of_row, rows[:2])
    model.zero_grad()
    total = program.backward(rows)
    found = [p.grad for p in model.parameters()]
    model.zero_grad()
    expected = 0.0
    for text in texts:
        losses = list(map(cross_entropy, model(text[:-1]), text[1:]))
        loss: Value = sum(losses, Value(0.0))
        loss.backward()
        expected += loss.data
    assert total == pytest.approx(expected, rel=CLOSE)
    assert found == pytest.approx([p.grad for p in model.parameters()], abs=CLOSE)


texts = st.lists(st.integers(0, 26), min_size=PLACES, max_size=PLACES)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(text=texts, other=texts, place=st.integers(1, PLACES - 1))
def test_no_place_sees_what_comes_after_it(
    text: list[int], other: list[int], place: int
) -> None:
    random.seed(6)
    model = Transformer(characters=27, places=PLACES, width=8, heads=2)
    before = model(text)[:place]
    after = model(text[:place] + other[place:])[:place]
    shorter = model(text[:place])
    numbers = [[z.data for z in logits] for logits in before]
    assert numbers == [[z.data for z in logits] for logits in after]
    assert numbers == [[z.data for z in logits] for logits in shorter]


def test_a_text_longer_than_the_places_is_refused() -> None:
    model = Transformer(characters=5, places=4, width=4, heads=2)
    assert len(model([1, 2, 3, 0])) == 4
    with pytest.raises(ValueError, match="5 characters for 4 places"):
        model([1, 2, 3, 0, 1])


def test_heads_that_cannot_share_the_width() -> None:
    with pytest.raises(ValueError, match="a width of 6 cannot be shared by 4 heads"):
        Transformer(characters=5, places=4, width=6, heads=4)


def test_the_weights_of_a_head_add_up_to_1() -> None:
    random.seed(8)
    head = Head(4, 2)
    xs = [[Value(random.uniform(-3, 3)) for _ in range(4)] for _ in range(5)]
    table = head.weights(xs)
    assert [len(weights) for weights in table] == [1, 2, 3, 4, 5]
    totals = [sum(w.data for w in weights) for weights in table]
    assert totals == pytest.approx([1.0] * 5)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8))
def test_a_norm_leaves_a_mean_square_of_1(numbers: list[float]) -> None:
    square = sum(x * x for x in numbers) / len(numbers)
    normed = [x.data for x in norm([Value(x) for x in numbers])]
    expected = square / (square + 1e-5)
    assert sum(x * x for x in normed) / len(normed) == pytest.approx(expected)


def test_a_row_by_its_number_is_a_row_one_hot() -> None:
    random.seed(9)
    table = Embedding(4, 3)
    one_hot = [0.0, 0.0, 1.0, 0.0]
    assert [x.data for x in table(one_hot)] == [x.data for x in table(2)]
    sum(table(one_hot), Value(0.0)).backward()
    assert [[p.grad for p in row] for row in table.rows] == [
        [float(thing == 2)] * 3 for thing in range(4)
    ]


@pytest.mark.parametrize("inputs, gain", [(3, 3.0), (64, 6.0), (1, 0.5)])
def test_scaling_multiplies_the_weights_alone(inputs: int, gain: float) -> None:
    layer = Layer(inputs, 2, bias="random")
    before = [p.data for p in layer.parameters()]
    assert layer.scale(gain) is layer
    factor = math.sqrt(gain / inputs)
    expected = [
        x * (factor if i % (inputs + 1) < inputs else 1.0) for i, x in enumerate(before)
    ]
    assert [p.data for p in layer.parameters()] == pytest.approx(expected)


@pytest.mark.parametrize("number", [2, np.int64(2), np.uint8(2)])
def test_a_whole_number_of_any_kind_is_a_place(number: Any) -> None:
    table = Embedding(4, 3)
    assert table(number) is table.rows[2]
    logits = [Value(0.5), Value(-1.0), Value(2.0)]
    expected = cross_entropy(logits, [0.0, 0.0, 1.0]).data
    assert cross_entropy(logits, number).data == pytest.approx(expected)


@pytest.mark.parametrize("number", [-1, 4, np.int64(-1)])
def test_there_is_no_place_from_the_end(number: Any) -> None:
    with pytest.raises(ValueError, match="is not in range"):
        Embedding(4, 3)(number)
    with pytest.raises(ValueError, match="is not in range"):
        cross_entropy([Value(0.0)] * 4, number)


def test_softmax_of_a_generator() -> None:
    numbers = [1.0, 2.0, -1.0]
    once = softmax(Value(x) for x in numbers)
    assert [p.data for p in once] == [
        p.data for p in softmax(list(map(Value, numbers)))
    ]


def test_losses_of_plain_numbers() -> None:
    numbers = [1.0, 2.0, -1.0]
    shares = [p.data for p in softmax(map(Value, numbers))]
    for scores in (numbers, np.array(numbers), [Value(1.0), 2.0, -1.0]):
        assert [p.data for p in softmax(scores)] == shares
        for target in (1, [0, 1, 0]):
            assert cross_entropy(scores, target).data == -math.log(shares[1])


@pytest.mark.needs("torch")
@pytest.mark.parametrize("shares", [[0.0] * 3, [0.0, 2.5, 0.0], [1.0, 1.0, 0.5]])
def test_shares_that_are_not_1_together(shares: list[float]) -> None:
    import torch

    numbers = [0.1, 0.7, -0.3]
    theirs = torch.tensor(numbers, dtype=torch.float64, requires_grad=True)
    target = torch.tensor(shares, dtype=torch.float64)
    expected = torch.nn.functional.cross_entropy(theirs, target)
    expected.backward()  # type: ignore[no-untyped-call]  # torch has it untyped
    logits = list(map(Value, numbers))
    loss = cross_entropy(logits, shares)
    loss.backward()
    assert loss.data == pytest.approx(expected.item(), abs=CLOSE)
    assert theirs.grad is not None
    assert [z.grad for z in logits] == pytest.approx(theirs.grad.tolist(), abs=CLOSE)
    program = Program(lambda *row: cross_entropy(logits, row), [(0.0, 1.0, 0.0)])
    assert program(*shares) == pytest.approx(expected.item(), abs=CLOSE)


def test_a_parameter_in_two_places_makes_one_step() -> None:
    p = Value(1.0)
    p.grad = 3.0
    Adam([p, p]).step(0.25)
    assert p.data == pytest.approx(0.75)


def test_a_huge_gradient_stops_no_training() -> None:
    p = Value(1.0)
    optimizer = Adam([p])
    p.grad = 1e200
    optimizer.step(0.1)
    assert math.isfinite(p.data)
