"""The canon: what the book must show, row by row, and where it does.

Numbers are written as a page prints them. The numbers of one `Shown` stand in the
output of a single cell, in this order, perhaps with others between them; and none of
them is typed in that cell, but for those which the canon itself gives as an input.
"""

from __future__ import annotations

from typing import NamedTuple


class Shown(NamedTuple):
    """Numbers that a cell of a chapter displays.

    Attributes:
        chapter: The chapter.
        numbers: The numbers.
        given: Those of them that are inputs of the example.
        section: The heading above the cell, where another cell could be taken for it.
    """

    chapter: str
    numbers: str
    given: str = ""
    section: str = ""


class Section(NamedTuple):
    """A section of a chapter that explains something, by its heading."""

    chapter: str
    heading: str


Row = tuple[str, str, list[Shown | Section]]

NEURON = "0.70710678 -1.5 1.0 0.5 0.0"
EXACT = "0.707106781187 -1.5 1.0 0.5 0.0"
ROUNDED = (
    "0.7071066904050358 -1.5000003851533106 1.0000002567688737 0.5000001283844369 0.0"
)
RATES = "6.0054 2.5453 6.0054 0.0596 6.0054 0.0178 6.0054 0.0001"
FORGOTTEN = "2.5453 0.0001 0.0596 3.9752 0.0178 0.0000 0.0001 8.0000"
MOONS = "0.8958441028683 50 1.7235905336972 81 0.0109783701355 100"

CONCEPTS: list[Row] = [
    (
        "1",
        "derivative of one input",
        [
            Shown("01-derivatives", "44 20 60"),
            Shown("01-derivatives", "-22 0 14 26"),
            Shown("01-derivatives", "3.6667"),
        ],
    ),
    (
        "1b",
        "how small may h be?",
        [
            Shown(
                "01-derivatives",
                "14.00300000000243 14.00000009 14.001244608152774 10.66 0.0",
            ),
            Shown("01-derivatives", "14.00000000018"),
        ],
    ),
    ("1c", "rules of derivatives", [Section("01-derivatives", "Exact rules")]),
    (
        "1d",
        "the limit; two meanings of gradient",
        [
            Section("01-derivatives", "The slope of a curve"),
            Section("01-derivatives", 'Two meanings of "gradient"'),
        ],
    ),
    (
        "2",
        "partial derivatives",
        [
            Shown("01-derivatives", "4.0"),
            Shown("01-derivatives", "3.997 -3 4.002 2 4.001 1"),
        ],
    ),
    (
        "2b",
        "f(x, y, z) = xy + z",
        [Shown("01-derivatives", "2 -3 -3 2 1", given="2 -3 1")],
    ),
    (
        "3",
        "Value, children, op, label, repr, draw_dot",
        [
            Shown("03-value", "-6 10", given="10"),
            Shown("03-value", "4.0", section="Operators are methods"),
            Shown("03-value", "-8.0", section="Names and gradients"),
            Section("03-value", "The picture of an expression"),
        ],
    ),
    ("4", "chain rule", [Shown("02-chain-rule", "4 2 8", given="4 2")]),
    (
        "4b",
        "backpropagation of L by hand",
        [
            Shown("02-chain-rule", "1 -2 4 -2 -2", given="1"),
            Shown("02-chain-rule", "6.0 -4.0"),
            Shown("03-value", "6.0 -4.0"),
        ],
    ),
    (
        "4c",
        "local rules: routes, swaps, switches",
        [
            Section("02-chain-rule", "What an operation does to a gradient"),
            Shown("02-chain-rule", "-2 -6"),
        ],
    ),
    (
        "4d",
        "numerical check in its own scope",
        [Shown("02-chain-rule", "-1.9999999999953388 -3.9999999999995595")],
    ),
    (
        "5",
        "one step",
        [
            Shown("02-chain-rule", "2.06 -3.04 9.98 -1.96 3.7176 -7.286496"),
            Shown("02-chain-rule", "-8.726304"),
            Shown("03-value", "-8.726304"),
        ],
    ),
    (
        "6",
        "a neuron",
        [
            Shown("04-neuron", "0.8814 0.70710678"),
            Shown("04-neuron", "0.5", section="Backpropagation by hand"),
            Shown("04-neuron", "-1.5 1 0.5 0 0.5"),
            Shown("04-neuron", "6.8813735870195432 0.70710678"),
            Shown("04-neuron", "0.707106777676776"),
        ],
    ),
    (
        "6b",
        "the biological picture; the derivative of tanh",
        [
            Section("04-neuron", "From nerve cells to arithmetic"),
            Section("04-neuron", "The derivative of tanh"),
        ],
    ),
    (
        "6c",
        "why understand it; how fine the operations are",
        [
            Section("04-neuron", "Ten times as decided"),
            Section("04-neuron", "The dead relu"),
            Section("04-neuron", "tanh in parts"),
        ],
    ),
    (
        "7",
        "`_backward`, topological order, `backward()`",
        [
            Shown("05-backward", "0.5 0.5 -1.5 1 0.5 0"),
            Section("05-backward", "Topological order"),
            Section("05-backward", "backward()"),
        ],
    ),
    (
        "7b",
        "why an order is needed",
        [Shown("06-accumulation", "25 19"), Shown("06-accumulation", "46 35 29 22")],
    ),
    (
        "8",
        "the `=` bug",
        [Shown("06-accumulation", "1"), Shown("06-accumulation", "2")],
    ),
    (
        "8b",
        "any reuse",
        [
            Shown("06-accumulation", "-6 3 -2", given="3 -2"),
            Shown("06-accumulation", "-3 -8"),
        ],
    ),
    (
        "9",
        "more operations; tanh broken into exp",
        [
            Shown("07-operations", NEURON, given="1"),
            Shown("07-operations", "0.4999999999999999 0.5"),
        ],
    ),
    (
        "9b",
        "the classic expression",
        [
            Shown("11-pytorch", "24.7041 138.8338 645.5773"),
            Shown("11-pytorch", "2421 98 47620 343 221433 343"),
        ],
    ),
    ("9c", "sanity", [Shown("07-operations", "-20 46")]),
    (
        "10",
        "the same in PyTorch",
        [
            Shown("11-pytorch", ROUNDED),
            Shown("11-pytorch", EXACT),
            Section("11-pytorch", "Leaves"),
            Section("11-pytorch", "A custom function"),
        ],
    ),
    ("11", "Neuron, Layer, MLP", [Shown("08-networks", "16 20 5 41")]),
    (
        "12",
        "data set, loss",
        [Section("09-descent", "Four examples"), Shown("09-descent", "6.0054")],
    ),
    (
        "12b",
        "the four examples need no network",
        [
            Shown("09-descent", "0.0818 0.93 -0.92 -0.80 0.83"),
            Shown("09-descent", "4.0000 0.0000 0.0000 0.0000 0.0000"),
            Shown("09-descent", "6.6824 0.0355 -0.89 0.92 0.92 -0.90"),
            Section("09-descent", "One neuron on the same examples"),
        ],
    ),
    ("13", "gradient descent, learning rate", [Shown("09-descent", RATES)]),
    (
        "13b",
        "a rate too high",
        [
            Shown("09-descent", "0.33 0.6674 0.34 1.518e+07", given="0.33 0.34"),
            Shown("09-descent", "2.0 8.0000", given="2.0"),
        ],
    ),
    (
        "13c",
        "other losses; predictions beside targets",
        [
            Section("09-descent", "Sum or mean"),
            Section("09-descent", "The absolute error"),
            Shown("09-descent", "0.8678 -0.9786 -0.8655 0.8676"),
        ],
    ),
    (
        "13d",
        "normalising inputs",
        [Section("09-descent", "Inputs of different sizes")],
    ),
    (
        "13e",
        "credit assignment",
        [
            Section("01-derivatives", "More than one input"),
            Shown("01-derivatives", "110 95"),
            Shown("08-networks", "4 8 1"),
        ],
    ),
    ("14", "zero_grad", [Shown("10-zero-grad", FORGOTTEN)]),
    (
        "14b",
        "forgetting zero, the best example",
        [Shown("10-zero-grad", "3.78 2.21 0.00 0.00 0.00 0.00 8.00 50 8.00")],
    ),
    (
        "15",
        "the moons demo",
        [Shown("14-moons", "337"), Shown("14-moons", MOONS, given="50 100")],
    ),
    (
        "15b",
        "digits",
        [
            Shown("17-digits", "5018"),
            Shown("17-digits", "2.3026"),
            Section("17-digits", "A loss for probabilities"),
            Section("17-digits", "The size of the first weights"),
            Section("17-digits", "Learning by heart"),
        ],
    ),
    (
        "16",
        "how PyTorch does it",
        [
            Section("11-pytorch", "The graph is there, too"),
            Section("14-moons", "Batches"),
            Section("16-tensors", "All neurons and all rows at once"),
            Section("16-tensors", "Nobody builds a Jacobian"),
        ],
    ),
    (
        "17",
        "a small language model",
        [
            Shown("18-characters", "3.2958"),
            Shown("18-characters", "2.5299"),
            Section("18-characters", "And descent finds it"),
            Section("18-characters", "Three characters"),
            Section("19-attention", "One head"),
            Section("19-attention", "Names that are not"),
        ],
    ),
    (
        "18",
        "as PyTorch users write it",
        [Section("20-where-next", "The same model in PyTorch")],
    ),
]
