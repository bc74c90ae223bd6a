"""What the appendices correct and answer: each entry of the canon by its heading."""

from __future__ import annotations

CORRECTIONS_PAGE = "appendix-corrections"
QUESTIONS_PAGE = "appendix-questions"

# Which note, what it says, and the heading above its correction.
CORRECTIONS = [
    ("000", "nudging fills grad", '"Nudging fills in grad"'),
    ("000", "_backward is called recursively", '"`_backward` is called recursively"'),
    ("000", "squaring the mean, then summing", "Sums, means, and squares"),
    (
        "000",
        "the input gradients stay the same",
        '"The gradients of the inputs stay the same"',
    ),
    ("001", "f.grad = L.grad * d", "`f.grad = L.grad * d`"),
    (
        "001",
        "manual gradients and then L.backward()",
        "Gradients by hand, and then `L.backward()`",
    ),
    ("001", "c = 5 without a word", "c = 5 without a word"),
    (
        "002",
        "Value.tanh = tanh drops the backward",
        "`Value.tanh = tanh` drops the backward",
    ),
    (
        "002",
        "manual pass, then _backward()",
        "Gradients by hand, and then `_backward()` on the same nodes",
    ),
    ("002", "__neg__ returns -self", "Slips at the keyboard"),
    ("002", "nouts = [2.0, 3.0, -1.0]", "Slips at the keyboard"),
    ("002", "dot.exe on PATH", "A program in place of a folder"),
    ("002", "(n.data,) but not (n.data)", "`(n.data,)` or `(n.data)`?"),
    (
        "003",
        "x * weights_1_2 amount higher",
        '"Each of these nodes needs to be x · weight higher"',
    ),
    ("003", "two-sided difference", "A two-sided difference without its parenthesis"),
    ("003", "predict, compare, learn", "Predict, compare, learn"),
    ("004", "build_topo", "A sort that lists nodes twice"),
    ("004", "p.zero_grad() before p is defined", "Slips at the keyboard"),
    ("004", "^ for power", "Slips at the keyboard"),
    ("004", "draw_dot returns nothing", "`draw_dot` returns nothing"),
    ("004", "MSE named, sum used", "Sums, means, and squares"),
    ("000", "nin is a 3-element array; MLM", "Slips at the keyboard"),
    ("004", "chain rule = product rule", '"Chain rule = product rule"'),
]

# Which note, what it says, how a row of the table of what chapters have shown begins,
# and the section of a chapter to which that row links.
MET = [
    (
        "000, 002",
        "derivative of that node wrt L",
        '"The derivative of the node with respect to L"',
        "02-chain-rule.md#checking-by-nudging",
    ),
    (
        "000",
        "does + still route when c has a multiple?",
        "Does `+` still route when an operand has a factor?",
        "02-chain-rule.md#a-factor-on-the-way",
    ),
    (
        "000",
        "a step in the direction of the gradient is positive",
        '"A step in the direction of the gradient gives a positive result"',
        "02-chain-rule.md#one-step",
    ),
    (
        "000",
        "tanh makes positives 1 and negatives -1",
        '"tanh makes positive numbers 1 and negative ones −1"',
        "04-neuron.md#a-function-that-squashes",
    ),
    (
        "000",
        "the gotcha is adding the same term",
        'The gotcha is "adding the same term"',
        "06-accumulation.md#two-paths-from-a-to-f",
    ),
    (
        "000",
        "__call__ is nameless",
        '"`__call__` is a nameless function"',
        "08-networks.md#a-neuron-as-an-object",
    ),
    (
        "000",
        "zero after the forward pass",
        '"Zero the gradients after the forward pass"',
        "10-zero-grad.md#when-to-do-it",
    ),
    (
        "001",
        "is this a closure?",
        '"Is this a closure?"',
        "05-backward.md#rules-for-sum-and-product",
    ),
    (
        "002",
        "unable to sum a list",
        '"I was unable to sum a list of Value"',
        "07-operations.md#which-side-comes-first",
    ),
    (
        "002",
        "4.273 to 2.677 in one step",
        'From 4.273 to 2.677 "in one step"',
        "10-zero-grad.md#one-pass-too-many",
    ),
    (
        "002",
        "1 input layer and 3 output layers",
        '"One input layer and three output layers"',
        "08-networks.md#a-network",
    ),
    (
        "002",
        "the smaller h, the closer",
        '"The smaller h, the closer to the slope"',
        "01-derivatives.md#smaller-and-smaller",
    ),
    (
        "002",
        "will find the local minimum",
        '"Gradient descent will find the local minimum"',
        "09-descent.md#where-a-descent-ends",
    ),
    (
        "004",
        "local derivative called gradient",
        'The local derivative is "the gradient of the intermediate node"',
        "02-chain-rule.md#local-derivatives",
    ),
    (
        "004",
        "a wiggle machine",
        '"Backpropagation is a wiggle machine"',
        "05-backward.md#what-it-costs",
    ),
    (
        "004",
        "x3.grad before x3.backward()",
        "`x3.grad` before `x3.backward()`",
        "11-pytorch.md#leaves",
    ),
    ("engine", "_prev is a set", "`_prev` is a set", "03-value.md#remembering"),
    (
        "engine",
        "recursion",
        "The sort is recursive",
        "12-second-design.md#a-long-expression",
    ),
    ("engine", "tanh by exp", "tanh by exp", "07-operations.md#tanh-far-from-zero"),
    ("engine", "x**0 at 0", "`x**0` at 0", "07-operations.md#powers"),
]

# The question, its threads, and the heading above its answer.
QUESTIONS = [
    (
        "why a topological sort at all",
        "21 23 64 68 81 91 96",
        "Why a topological sort? Could `backward` not just call itself?",
    ),
    ("the reuse bug", "2", "Why `+=`?"),
    (
        "a second backward() on the same graph",
        "53 54 63 102",
        "Why is the result wrong when I call `backward()` twice?",
    ),
    (
        "why only the leaves need zeroing",
        "25 32",
        "Why does `zero_grad` clear the parameters only? What about the inner nodes?",
    ),
    (
        "RecursionError",
        "90",
        "`RecursionError: maximum recursion depth exceeded`",
    ),
    ("cycles in the graph", "67", "What if the graph has a cycle?"),
    (
        "Value ** Value",
        "17 35 36 41 70 122",
        "Why is `Value ** Value` not possible?",
    ),
    (
        "tanh, exp, log missing",
        "10 15 29 74 88 126",
        "Where are tanh, exp and log?",
    ),
    ("tanh overflow", "29 74", "tanh fails with `OverflowError`"),
    (
        "reflected operators",
        "39 56 76 82",
        "Why does `__radd__` return `self + other`, and not `other + self`?",
    ),
    (
        "why closures",
        "28",
        "Why a closure for each operation, and not one method with all the rules?",
    ),
    (
        "local gradients instead",
        "115",
        "Would it not be simpler to store the local derivatives?",
    ),
    (
        "a middle layer of width 1 crashes",
        "13",
        "A layer of one neuron in the middle crashes",
    ),
    ("tensors and GPUs", "9 11 37 44 94 112", "Can it work on tensors? On a GPU?"),
    (
        "a written companion with answers",
        "24 59 69 104",
        "Is there a written companion, and are there answers to the exercises?",
    ),
    ("teachers who adapt it", "5 6", "May I adapt this for my own course?"),
    ("an animated backward pass", "105", "Can I see the backward pass move?"),
    (
        "exp's local gradient",
        "52",
        "Should the local gradient of exp not be `self.data`?",
    ),
]
