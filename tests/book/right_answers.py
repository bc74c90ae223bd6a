"""Right answers to exercises that differ from the solution as readers' answers do.

Each by its chapter and the heading above it. Checks have refused them before.
"""

RIGHT = {
    "docs/03-value.md": {
        "A different root": """\
h, at = 1e-6, {"a": 4.0, "b": 0.5, "c": -1.0, "f": 3.0}


def d_at(a, b, c, f):
    return a * b + c


gradients = {n: (d_at(**at | {n: at[n] + h}) - d_at(**at)) / h for n in at}
gradients |= {"d": 1.0, "e": 1.0}
""",
    },
    "docs/08-networks.md": {
        "A module of your own": """\
from micrograd.nn import Module


class Skip(Module):
    def __init__(self, layer):
        self.layer = layer

    def __call__(self, x):
        return [a + b for a, b in zip(x, self.layer.outputs(x))]

    def parameters(self):
        return tuple(self.layer.parameters())
""",
    },
    "docs/12-second-design.md": {
        "A relu that slopes": """\
import math


def silu(x):
    s = (1 + math.tanh(x.data / 2)) / 2
    return Value(x.data * s, (x,), "silu", local=[s + x.data * s * (1 - s)])
""",
    },
    "docs/16-tensors.md": {
        "Shapes": """\
def shapes(rows, sizes):
    for nin, nout in zip(sizes, sizes[1:]):
        yield [nin, nout], [rows, nout], [nin, nout]
""",
    },
}
