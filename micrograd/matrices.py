# Tangled from the book: edit its chapters. Digest: bd1ebccac4c8
"""A traced graph printed as a few operations on matrices, and their gradients."""

from __future__ import annotations

from collections.abc import Sequence

from micrograd.engine import Value
from micrograd.rules import RULES, contribution
from micrograd.terms import NEURON, SUM, Term, Terms, groups_of, neurons_in
from micrograd.trace import Trace
from micrograd.variables import Variable, Variables, number_of

MANY = 4  # operands from which on a sum is taken along an axis


class Matrices(Variables):
    """Prints a traced graph as operations on arrays: a column for each row of data.

    Attributes:
        parameters: The numbers in the program's arrays of parameters, in their order.
        shapes: The shapes of these arrays.
        widest: The number of lines of the largest variable.
        source: The program's text: `forward` and `backward`.
    """

    def __init__(self, trace: Trace, parameters: Sequence[Value]) -> None:
        super().__init__()
        graph = Terms(trace, parameters)
        groups = groups_of(graph.operations)
        self.variable("X", graph.inputs)
        arrays = self.parameter_arrays(groups, graph.parameters)
        for group in groups:
            self.operation(group)
        result = self.read(tuple(graph.results))
        self.give(result, f"ones(({len(graph.results)}, X.shape[1]))", True)
        backward = self.backward() + [x for p in arrays for x in p.gradient()]
        self.source = self.text([p.name for p in arrays], result.text, backward)
        self.shapes = [p.shape for p in arrays]
        self.widest = max([1, *(len(v.terms) for v, _ in self.steps)])
        values = dict(zip(graph.parameters, parameters, strict=True))
        self.parameters = [values[term] for p in arrays for term in p.terms]

    def parameter_arrays(
        self, groups: Sequence[Sequence[Term]], parameters: Sequence[Term]
    ) -> list[Variable]:
        """Make an array of each layer's weights, one of its biases, one of the rest."""
        found: list[Variable] = []

        def place(letter: str, terms: Sequence[Term], columns: int = 1) -> None:
            new = {x for x in terms if x.op == "parameter" and x not in self.place}
            if terms and len(new) == len(terms):
                found.append(self.variable(self.new(letter), terms, columns))

        for group in groups:
            if group[0].op == NEURON:
                layer = group[: neurons_in(group)]
                weights = [weight for term in layer for weight, _ in term.pairs]
                place("W", weights, len(weights) // len(layer))
                for bias in zip(*(term.operands for term in layer), strict=True):
                    place("b", bias)
        place("p", [p for p in parameters if p not in self.place])
        return found

    def operation(self, terms: Sequence[Term]) -> None:
        """Print the operation that makes some terms."""
        op, count = terms[0].op, len(terms[0].operands)
        if op == NEURON:
            self.layer(terms)
        elif op == SUM and count > MANY:
            self.along(terms, ("{all}.sum(axis=1)", f"{{d}}.repeat({count}, 1)"))
        elif op == SUM:
            self.sum(terms)
        elif "{all}" in RULES[op][0]:
            self.along(terms, RULES[op])
        else:
            self.by_rule(terms)

    def by_rule(self, terms: Sequence[Term]) -> None:
        """Print an operation by its rule."""
        operands = self.operands(terms)
        a, b = [*(x.text for x in operands), *number_of(terms[0]), ""][:2]
        result, *slopes = RULES[terms[0].op]

        def hand_on(made: Variable) -> None:
            grad = f"d{made.name}"
            for x, slope in zip(operands, slopes, strict=False):
                text = contribution(slope, grad, a=a, b=b, v=made.name)
                self.give(x, text, made.varies)

        self.step(terms, [result.format(a=a, b=b)], hand_on)

    def sum(self, terms: Sequence[Term]) -> None:
        """Print a sum of a few terms."""
        operands = self.operands(terms)

        def hand_on(made: Variable) -> None:
            for x in operands:
                self.give(x, f"d{made.name}", made.varies)

        self.step(terms, [*(x.text for x in operands), *number_of(terms[0])], hand_on)

    def along(self, terms: Sequence[Term], rule: tuple[str, ...]) -> None:
        """Print an operation that takes all operands of a term along an axis."""
        x = self.read(tuple([operand for term in terms for operand in term.operands]))
        count = len(terms[0].operands)
        every = f"{x.text}.reshape({len(terms)}, {count}, -1)"

        def hand_on(made: Variable) -> None:
            grad, v = f"d{made.name}[:, None]", f"{made.name}[:, None]"
            text = contribution(rule[1], grad, a=every, v=v)
            self.give(x, f"({text}).reshape({len(terms) * count}, -1)", made.varies)

        self.step(terms, [rule[0].format(all=every), *number_of(terms[0])], hand_on)

    def layer(self, terms: Sequence[Term]) -> None:
        """Print neurons that share their inputs: weights @ inputs + biases."""
        neurons, width = neurons_in(terms), len(terms[0].pairs)
        places = len(terms) // neurons
        pairs = [pair for term in terms[:neurons] for pair in term.pairs]
        weights = self.read(tuple([weight for weight, _ in pairs]))
        pairs = [pair for term in terms[::neurons] for pair in term.pairs]
        inputs = self.read(tuple([x for _, x in pairs]))
        alone = self.operands(terms)
        w, matrix, x = weights.variable, weights.text, inputs.text
        whole = w and not weights.where and w.shape == (neurons, width)
        matrix = w.name if w and whole else f"{matrix}.reshape({neurons}, {width})"

        def hand_on(made: Variable) -> None:
            d = f"d{made.name}"
            for one in alone:
                self.give(one, d, made.varies)
            by_weights, by_inputs = f"{d} @ {x}.T", f"{matrix}.T @ {d}"
            if places > 1:
                by_weights = f"over_places({d}, {x}, {matrix}.shape)"
                by_inputs = f"at_places({matrix}.T, {d})"
            if w and whole:
                w.parts.append(("", by_weights))
            else:
                self.give(weights, f"({by_weights}).reshape(-1, 1)", False)
            self.give(inputs, by_inputs, True)

        text = f"{matrix} @ {x}" if places == 1 else f"at_places({matrix}, {x})"
        parts = [text, *(one.text for one in alone), *number_of(terms[0])]
        self.step(terms, parts, hand_on)

    def text(self, names: Sequence[str], result: str, backward: Sequence[str]) -> str:
        """Return the text of the program."""
        unpack = [f"[{', '.join(names)}] = parameters"] if names else []
        return TEXT.format(
            constants="\n".join(self.constants),
            forward=indented([*unpack, *self.forward]),
            backward=indented(backward),
            result=result,
            grads=", ".join(f"d{name}" for name in names),
        ).lstrip()


TEXT = """\
{constants}


def forward(parameters, X):
{forward}    return {result}


def backward(parameters, X):
{forward}{backward}    return {result}, [{grads}]
"""


def indented(lines: Sequence[str]) -> str:
    """Return the lines of a function."""
    return "".join(f"    {line}\n" for line in lines)
