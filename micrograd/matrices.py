# Tangled from the book: edit its chapters. Digest: 7cffa45aa5b9
"""A traced graph printed as a few operations on matrices, and their gradients."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from micrograd.engine import Value
from micrograd.lines import Printer, Reading, Variable, indented, number_of
from micrograd.rules import RULES, contribution
from micrograd.terms import SUM, Term, Terms, groups_of, is_neuron, neurons_in
from micrograd.trace import Trace

MANY = 4  # operands from which on a sum is taken along an axis


class Matrices(Printer):
    """Prints a traced graph as operations on arrays: a column for each row of data.

    Attributes:
        parameters: The arrays of parameters, in the order of the program's arguments.
        shapes: Their shapes.
        widest: The number of lines of the largest variable.
        source: The program's text: `forward` and `backward`.
    """

    def __init__(self, trace: Trace, parameters: Sequence[Value]) -> None:
        super().__init__()
        self.readings: dict[tuple[Term, ...], Reading] = {}
        self.constants: list[str] = []
        self.shapes: dict[Variable, tuple[int, int]] = {}
        self.counts: Counter[str] = Counter()
        graph = Terms(trace, parameters)
        groups = groups_of(graph.operations)
        self.variable("X", graph.inputs)
        self.place_parameters(groups, graph.parameters)
        for group in groups:
            self.operation(group)
        result = self.read(tuple(graph.results))
        self.give(result, f"ones(({len(graph.results)}, X.shape[1]))", True)
        self.widest = max([1, *(len(v.terms) for v, _ in self.steps)])
        backward = self.backward()
        for p in self.shapes:
            backward += self.gradient(p)
        self.source = self.text(result.text, backward)
        values = dict(zip(graph.parameters, parameters, strict=True))
        self.parameters = [values[term] for p in self.shapes for term in p.terms]

    def place_parameters(
        self, groups: Sequence[Sequence[Term]], parameters: Sequence[Term]
    ) -> None:
        """Make an array of each layer's weights, one of its biases, one of the rest."""
        for group in groups:
            if is_neuron(group[0]):
                layer = group[: neurons_in(group)]
                weights = [weight for term in layer for weight, _ in term.pairs]
                self.parameter("W", weights, len(layer))
                for bias in zip(*(term.operands for term in layer), strict=True):
                    self.parameter("b", bias, len(layer))
        rest = [p for p in parameters if p not in self.place]
        self.parameter("p", rest, len(rest))

    def parameter(self, letter: str, terms: Sequence[Term], lines: int) -> None:
        """Make an array of parameters, if there are some and none has a place yet."""
        new = {x for x in terms if x.op == "parameter" and x not in self.place}
        if terms and len(new) == len(terms):
            shape = lines, len(terms) // lines
            self.shapes[self.variable(self.new(letter), terms)] = shape

    def new(self, letter: str) -> str:
        """Return the next name of a kind."""
        self.counts[letter] += 1
        return f"{letter}{self.counts[letter]}"

    # Where numbers lie

    def read(self, terms: tuple[Term, ...]) -> Reading:
        """Return how to get the numbers of some terms, in this order."""
        if terms not in self.readings:
            new = [x for x in dict.fromkeys(terms) if x not in self.place]
            if new:  # constants: all others have a place
                variable = self.variable(self.new("c"), new)
                numbers = [[x.number] for x in new]
                self.constants.append(f"{variable.name} = array({numbers})")
            places = [self.place[x] for x in terms]
            variable, lines = places[0][0], [line for _, line in places]
            if any(other is not variable for other, _ in places):
                variable, lines = self.joined(places)
            self.readings[terms] = self.lines_of(variable, lines)
        return self.readings[terms]

    def joined(
        self, places: Sequence[tuple[Variable, int]]
    ) -> tuple[Variable, list[int]]:
        """Put lines of several variables one below the other; return where they are."""
        lines: dict[Variable, list[int]] = {}
        for variable, line in places:
            lines.setdefault(variable, []).append(line)
        runs = [(v, range(min(i), max(i) + 1)) for v, i in lines.items()]
        terms = tuple([v.terms[line] for v, run in runs for line in run])
        pieces = [self.lines_of(v, [*run]) for v, run in runs]
        starts, end = {}, 0
        for variable, run in runs:
            starts[variable] = end - run.start
            end += len(run)
        if terms not in self.readings:

            def hand_on(made: Variable) -> None:
                for (v, run), piece in zip(runs, pieces, strict=True):
                    start = starts[v] + run.start
                    part = f"d{made.name}[{start}:{start + len(run)}]"
                    self.give(piece, part, made.varies)

            text = f"join({', '.join(piece.text for piece in pieces)})"
            made = self.step(terms, [text], hand_on)
            self.readings[terms] = Reading(made.name, made)
        variable = self.readings[terms].variable or variable
        return variable, [starts[v] + line for v, line in places]

    def lines_of(self, variable: Variable, lines: list[int]) -> Reading:
        """Return how to get some lines of a variable: all, a slice, or any."""
        text = self.flat(variable)
        if lines == [*range(len(variable.terms))]:
            return Reading(text, variable)
        step = lines[1] - lines[0] if len(lines) > 1 else 1
        if step > 0 and lines == [*range(lines[0], lines[-1] + 1, step)]:
            where = f"[{lines[0]}:{lines[-1] + 1}{f':{step}' if step > 1 else ''}]"
            return Reading(text + where, variable, where)
        index = self.new("i")
        self.constants.append(f"{index} = index({lines})")

        def hand_on(made: Variable) -> None:
            grad = f"unpick(d{made.name}, {index}, len({text}))"
            self.give(Reading(text, variable), grad, made.varies)

        terms = [variable.terms[line] for line in lines]
        made = self.step(terms, [f"pick({text}, {index})"], hand_on)
        return Reading(made.name, made)

    def flat(self, variable: Variable) -> str:
        """Return the text of a variable as one column for each row of data."""
        _, columns = self.shapes.get(variable, (0, 1))
        return variable.name if columns == 1 else f"{variable.name}.reshape(-1, 1)"

    # The operations

    def operation(self, terms: Sequence[Term]) -> None:
        """Print the operation that makes some terms."""
        first, operands = terms[0], [term.operands for term in terms]
        count = len(first.pairs)
        if is_neuron(first):
            self.layer(terms)
        elif first.op != SUM and "{all}" in RULES[first.op][0]:
            self.along(terms, operands, RULES[first.op])
        elif first.op == SUM and count + len(first.operands) > MANY:
            products = [[Term("*", pair) for pair in term.pairs] for term in terms]
            if count:
                self.by_rule([one for some in products for one in some])
            added = zip(products, operands, strict=True)
            operands = [(*a, *b) for a, b in added]
            back = f"{{d}}.repeat({len(operands[0])}, 1)"
            self.along(terms, operands, ("{all}.sum(axis=1)", back))
        else:
            super().operation(terms)

    def along(
        self,
        terms: Sequence[Term],
        operands: Sequence[tuple[Term, ...]],
        rule: tuple[str, ...],
    ) -> None:
        """Print an operation that takes all operands of a term along an axis."""
        x = self.read(tuple([operand for some in operands for operand in some]))
        count = len(operands[0])
        every = f"{x.text}.reshape({len(terms)}, {count}, -1)"
        number = number_of(terms) if terms[0].number else []

        def hand_on(made: Variable) -> None:
            slope = rule[1].format(a=every, v=f"{made.name}[:, None]", d="{d}")
            grad = contribution(slope, f"d{made.name}[:, None]")
            self.give(x, f"({grad}).reshape({len(terms) * count}, -1)", made.varies)

        self.step(terms, [rule[0].format(all=every), *number], hand_on)

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
        whole = w and not weights.where and self.shapes.get(w) == (neurons, width)
        matrix = w.name if w and whole else f"{matrix}.reshape({neurons}, {width})"
        if places > 1:
            x = f"{x}.reshape({places}, {width}, -1)"
            text = f"({matrix} @ {x}).reshape({len(terms)}, -1)"
        else:
            text = f"{matrix} @ {x}"

        def hand_on(made: Variable) -> None:
            d = f"d{made.name}"
            for one in alone:
                self.give(one, d, made.varies)
            by_weights, by_inputs = f"{d} @ {x}.T", f"{matrix}.T @ {d}"
            if places > 1:
                d = f"{d}.reshape({places}, {neurons}, -1)"
                by_weights = f"tensordot({d}, {x}, ((0, 2), (0, 2)))"
                by_inputs = f"({matrix}.T @ {d}).reshape({places * width}, -1)"
            if w and whole:
                w.parts.append(("", by_weights))
            else:
                self.give(weights, f"({by_weights}).reshape(-1, 1)", False)
            self.give(inputs, by_inputs, True)

        number = number_of(terms) if terms[0].number else []
        self.step(terms, [text, *(one.text for one in alone), *number], hand_on)

    # Gradients

    def give(self, x: Reading, grad: str, varies: bool) -> None:
        """Add to the gradient of an operand what something made of it hands on."""
        if x.variable is None:
            return
        if varies and not x.variable.varies:
            grad = f"{bracketed(grad)}.sum(axis=1, keepdims=True)"
        if not x.where and x.text != x.variable.name:
            grad = f"{bracketed(grad)}.reshape({x.variable.name}.shape)"
        super().give(x, grad, varies)

    def gradient(self, variable: Variable) -> list[str]:
        """Print the gradient of a variable: all that was given to it."""
        name, parts = variable.name, variable.parts
        if parts and not any(where for where, _ in parts):
            return super().gradient(variable)
        flat = self.flat(variable).removeprefix(name)
        lines = [f"d{name} = zeros_like({name})"]
        for where, text in parts:
            lines.append(f"d{name}{flat + where if where else ''} += {text}")
        return lines

    def text(self, result: str, backward: Sequence[str]) -> str:
        """Return the text of the program."""
        names = [p.name for p in self.shapes]
        unpack = [f"[{', '.join(names)}] = parameters"] if names else []
        forward = indented(4, [*unpack, *self.forward])
        return TEXT.format(
            constants=indented(0, [*self.constants, "", ""] if self.constants else []),
            forward=forward,
            backward=indented(4, backward),
            result=result,
            grads=", ".join(f"d{name}" for name in names),
        )


TEXT = """\
{constants}def forward(parameters, X):
{forward}    return {result}


def backward(parameters, X):
{forward}{backward}    return {result}, [{grads}]
"""


def bracketed(text: str) -> str:
    """Put a text into brackets, unless it is a name."""
    return text if text.isidentifier() else f"({text})"
