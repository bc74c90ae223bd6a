# Tangled from the book: edit its chapters. Digest: 742c42d3567e
"""A traced graph printed as a few operations on matrices, and their gradients."""

from __future__ import annotations

from collections.abc import Sequence

from micrograd.engine import Value
from micrograd.rules import RULES
from micrograd.terms import NEURON, SUM, Term, Terms, groups_of, neurons_in
from micrograd.trace import Trace
from micrograd.variables import Reading, Variable, Variables, number_of

MANY = 4  # a sum of more operands is taken along an axis


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
        self.add(result, f"ones(({len(graph.results)}, X.shape[1]))", True)
        backward = self.backward() + [x for p in arrays for x in p.gradient()]
        self.source = self.text([p.name for p in arrays], result.text, backward)
        self.shapes = [p.shape for p in arrays]
        self.widest = max([1, *(len(v.terms) for v in self.steps)])
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
                weights = [weight for term in layer for weight in term.weights]
                place("W", weights, len(weights) // len(layer))
                for bias in zip(*(term.operands for term in layer), strict=True):
                    place("b", bias)
        place("p", [p for p in parameters if p not in self.place])
        return found

    def operation(self, terms: Sequence[Term]) -> None:
        """Print the operation that makes some terms."""
        op, few = terms[0].op, len(terms[0].operands) <= MANY
        rule = RULES.get(op, ("{all}.sum(axis=1)", "{d}"))  # or it is a sum
        if op == NEURON:
            self.layer(terms)
        elif "{all}" in rule[0] and not (op == SUM and few):
            self.along(terms, rule)
        else:
            self.each(terms)

    def each(self, terms: Sequence[Term]) -> None:
        """Print an operation on one number after the other: by its rule, or a sum."""
        operands = self.operands(terms)
        parts = [*(x.text for x in operands), *number_of(terms[0])]
        grads: Sequence[str] = ["{d}"] * len(operands)
        a, b = [*parts, ""][:2]
        if terms[0].op != SUM:
            result, *grads = RULES[terms[0].op]
            parts = [result.format(a=a, b=b)]
        made = self.step(terms, parts)
        for x, grad in zip(operands, grads, strict=False):
            made.give(x, grad.format(a=a, b=b, v=made.name, d=f"d{made.name}"))

    def along(self, terms: Sequence[Term], rule: tuple[str, ...]) -> None:
        """Print an operation that takes all operands of a term along an axis."""
        x = self.read(tuple([operand for term in terms for operand in term.operands]))
        count = len(terms[0].operands)
        every = f"{x.text}.reshape({len(terms)}, {count}, -1)"
        made = self.step(terms, [rule[0].format(all=every), *number_of(terms[0])])
        d, v = f"d{made.name}[:, None].repeat({count}, 1)", f"{made.name}[:, None]"
        grad = rule[1].format(a=every, all=every, v=v, d=d)
        made.give(x, f"({grad}).reshape({len(terms) * count}, -1)")

    def layer(self, terms: Sequence[Term]) -> None:
        """Print neurons that share their inputs: weights @ inputs + biases."""
        neurons, width = neurons_in(terms), len(terms[0].weights)
        weights = self.read(tuple([w for t in terms[:neurons] for w in t.weights]))
        inputs = self.read(tuple([x for t in terms[::neurons] for x in t.inputs]))
        alone = self.operands(terms)
        matrix, x = weights.variable.name, inputs.text
        whole = not weights.where and weights.variable.shape == (neurons, width)
        if whole:
            weights = Reading(matrix, weights.variable)
        else:
            matrix = f"{weights.text}.reshape({neurons}, {width})"
        at_places = len(terms) > neurons
        text = f"at_places({matrix}, {x})" if at_places else f"{matrix} @ {x}"
        parts = [text, *(one.text for one in alone), *number_of(terms[0])]
        made = self.step(terms, parts)
        d = f"d{made.name}"
        for one in alone:
            made.give(one, d)
        by_weights, by_inputs = f"{d} @ {x}.T", f"{matrix}.T @ {d}"
        if at_places:
            by_weights = f"over_places({d}, {x}, {matrix}.shape)"
            by_inputs = f"at_places({matrix}.T, {d})"
        by_weights = by_weights if whole else f"({by_weights}).reshape(-1, 1)"
        made.give(weights, by_weights, varies=False)
        made.give(inputs, by_inputs)

    def text(self, names: Sequence[str], result: str, backward: Sequence[str]) -> str:
        """Return the text of the program."""
        unpack = [f"[{', '.join(names)}] = parameters"] if names else []
        forward = unpack + self.forward
        grads = ", ".join(f"d{name}" for name in names)
        functions = {
            "forward": [*forward, f"return {result}"],
            "backward": [*forward, *backward, f"return {result}, [{grads}]"],
        }
        parts = ["\n".join(self.constants)]
        for name, lines in functions.items():
            parts.append("\n    ".join([f"def {name}(parameters, X):", *lines]))
        return "\n\n\n".join(filter(None, parts)) + "\n"
