# Tangled from the book: edit its chapters. Digest: a46e491d7b58
"""A traced graph printed as a few operations on matrices, and their gradients."""

from __future__ import annotations

from collections.abc import Sequence

from micrograd.engine import Value
from micrograd.groups import Group, groups_of
from micrograd.layout import Array, Layout, Reading
from micrograd.rules import ARRAY_RULES, RULES, SHORTER, contribution, many_operands
from micrograd.terms import Term, Terms
from micrograd.trace import Trace


class Matrices(Layout):
    """Prints a traced graph as operations on arrays.

    Attributes:
        parameters: The arrays of parameters, in the order of the program's arguments.
        source: The program's text: `forward` and `backward`.
    """

    def __init__(self, trace: Trace, parameters: list[Value]) -> None:
        super().__init__()
        graph = Terms(trace, parameters)
        self.value = dict(zip(graph.parameters, parameters, strict=True))
        self.parameters: list[Array] = []
        self.array("X", graph.inputs, (len(graph.inputs),))
        groups = groups_of(graph.operations)
        self.place_parameters(groups, graph)
        for group in groups:
            self.operation(group)
        result = self.read(tuple(graph.results), numbers=False)
        count = len(graph.results)
        self.give(result, f"ones(({count}, X.shape[1]))", True)
        for array, backward in reversed(self.steps):
            if array.trained:
                self.gradient(array)
                backward()
        for array in self.parameters:
            self.gradient(array)
        self.source = self.text(result.text)

    def place_parameters(self, groups: list[Group], graph: Terms) -> None:
        """Make an array of each layer's weights, one of its biases, one of the rest."""
        for group in groups:
            if group.neurons:
                number = self.counts.get("W", 0) + 1
                shape = group.neurons, group.width
                if self.place_if_new(f"W{number}", group.weights, shape):
                    self.counts["W"] = number
                    for bias in group.biases():
                        self.place_if_new(f"b{number}", bias, (group.neurons, 1))
        rest = [p for p in graph.parameters if p not in self.place]
        if rest:
            self.parameters.append(self.array("p", rest, (len(rest), 1)))

    def place_if_new(
        self, name: str, terms: Sequence[Term], shape: tuple[int, int]
    ) -> bool:
        """Make an array of parameters, if none of them has a place yet."""
        new = all(p.op == "parameter" and p not in self.place for p in terms)
        if (
            not new
            or len(set(terms)) < len(terms)
            or name in [array.name for array in self.parameters]
        ):
            return False
        self.parameters.append(self.array(name, terms, shape))
        return True

    def operation(self, group: Group) -> None:
        """Print the operation of a group."""
        if group.op != "sum":
            if many_operands(group.op):
                self.along(group)
            else:
                self.elementwise(group)
        elif group.neurons:
            self.layer(group)
        else:
            self.sums(group)

    def elementwise(self, group: Group) -> None:
        """Print one operation for all terms of a group, by its rule."""
        terms, number = group.terms, group.number
        operands = [
            self.read(column)
            for column in zip(*(t.operands for t in terms), strict=True)
        ]
        texts = [operand.text for operand in operands]
        rule = {**RULES, **ARRAY_RULES}[group.op]
        if number is not None:
            texts.append(f"{number!r}" if number >= 0 else f"({number!r})")
            rule = SHORTER.get((group.op, number), rule)
        a, b = [*texts, ""][:2]

        def backward() -> None:
            name = made.name
            for operand, slope in zip(operands, rule[1:], strict=False):
                text = slope.format(a=a, b=b, v=name, d="{d}")
                self.give(operand, contribution(text, f"d{name}"), made.varies)

        text = rule[0].format(a=a, b=b, v="")
        made = self.step("v", terms, text, backward)

    def along(self, group: Group) -> None:
        """Print an operation that takes all operands of a term along an axis."""
        size, count = len(group.terms), len(group.terms[0].operands)
        operands = self.read(group.every_operand(), numbers=False)
        text = f"{operands.lines(size * count)}.reshape({size}, {count}, -1)"
        result, slope = ARRAY_RULES[group.op]

        def backward() -> None:
            grad = slope.format(a=text, v=made.name, d=f"d{made.name}")
            grad = f"({grad}).reshape({size * count}, -1)"
            self.give(operands, grad, made.varies)

        made = self.step("v", group.terms, result.format(a=text), backward)

    def layer(self, group: Group) -> None:
        """Print neurons that share their inputs: weights @ inputs + biases."""
        terms, neurons, width = group.terms, group.neurons, group.width
        places = len(terms) // neurons
        deep = places > 1
        weights = self.read(group.weights, numbers=False)
        w = weights.array
        exact = w is not None and weights.text == w.flat and w.shape == (neurons, width)
        matrix = w.name if exact and w else weights.lines(neurons * width)
        if not exact:
            matrix = f"{matrix}.reshape({neurons}, {width})"
        inputs = self.read(group.inputs, numbers=False)
        x = inputs.lines(places * width)
        if deep:
            x = f"{x}.reshape({places}, {width}, -1)"
        shared = [self.read(bias) for bias in group.biases()]
        others = [self.read(column) for column in group.others()]
        sums = " + ".join([f"{matrix} @ {x}", *(bias.text for bias in shared)])
        if deep:
            sums = f"({sums}).reshape({places * neurons}, -1)"
        numbers = [f"{group.number!r}"] if group.number else []
        text = " + ".join([sums, *(other.text for other in others), *numbers])

        def backward() -> None:
            d = f"d{made.name}"
            for other in others:
                self.give(other, d, made.varies)
            if made.varies and not group.product_varies:
                d = f"{d}.sum(axis=1, keepdims=True)"
            if deep:
                d = f"{d}.reshape({places}, {neurons}, -1)"
            for bias in shared:
                below = f"{d}.sum(axis=0)" if deep else d
                self.give(bias, below, group.product_varies)
            by_weights = f"{d} @ {x}.T"
            if deep:
                by_weights = f"tensordot({d}, {x}, ((0, 2), (0, 2)))"
            if exact and w:
                w.parts.append(("", by_weights))
            else:
                self.give(weights, f"({by_weights}).reshape(-1, 1)", False)
            by_inputs = f"{matrix}.T @ {d}"
            if deep:
                by_inputs = f"({by_inputs}).reshape({places * width}, -1)"
            self.give(inputs, by_inputs, group.product_varies)

        made = self.step("v", terms, text, backward)

    def sums(self, group: Group) -> None:
        """Print sums of products and of terms, side by side."""
        terms, size, width = group.terms, len(group.terms), group.width
        pairs = [pair for term in terms for pair in term.pairs]
        factors = [self.read(side, width == 1) for side in zip(*pairs, strict=True)]
        each = [self.read(column) for column in group.others()]
        many = [self.read(group.every_operand(), False)] if group.many else []
        count = len(terms[0].operands)
        over = ".sum(axis=0, keepdims=True)" if size == 1 else ".sum(axis=1)"
        parts = []
        if pairs:
            texts = [self.in_lines(x, size, width) for x in factors]
            product = " * ".join(texts)
            parts.append(product if width == 1 else f"({product}){over}")
        parts += [x.text for x in each]
        for x in many:
            lines = self.in_lines(x, size, count)
            parts.append(f"{lines}{over}")
        if group.number:
            parts.append(f"{group.number!r}")

        def backward() -> None:
            d = f"d{made.name}"
            for x in each:
                self.give(x, d, made.varies)
            for x in many:
                self.give(x, f"repeat({d}, {count}, 0)", made.varies)
            if not pairs:
                return
            for x, text in zip(factors, texts[::-1], strict=True):
                grad = f"{text} * {d}"
                if width > 1 and size > 1:
                    grad = f"({text} * {d}[:, None]).reshape({size * width}, -1)"
                self.give(x, grad, made.varies)

        made = self.step("v", terms, " + ".join(parts), backward)

    def in_lines(self, x: Reading, size: int, width: int) -> str:
        """Return the text of operands with an axis for those of one sum."""
        if width == 1:
            return x.text
        lines = x.lines(size * width)
        return lines if size == 1 else f"{lines}.reshape({size}, {width}, -1)"

    def text(self, result: str) -> str:
        """Return the text of the program."""
        names = [array.name for array in self.parameters]
        unpack = [f"    [{', '.join(names)}] = parameters"] if names else []
        body = [f"    {line}" for line in self.forward]
        grads = ", ".join(f"d{name}" for name in names)
        lines = [
            *self.constants,
            *(["", ""] if self.constants else []),
            "def forward(parameters, X):",
            *unpack,
            *body,
            f"    return {result}",
            "",
            "",
            "def backward(parameters, X):",
            *unpack,
            *body,
            *(f"    {line}" for line in self.lines),
            f"    return {result}, [{grads}]",
        ]
        return "\n".join(lines) + "\n"
