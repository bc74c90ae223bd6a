# Tangled from the book: edit its chapters. Digest: f651aff442c9
"""A traced graph printed line by line, a number at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import count
from typing import NamedTuple

from micrograd.engine import Value
from micrograd.rules import RULES, contribution
from micrograd.terms import SUM, Term, Terms
from micrograd.trace import Trace

LONGEST = 100  # terms of a sum in one line: Python's compiler recurses along a sum
NAME = re.compile(r"[abcf-oq-uw-z][0-9]*")  # nothing else in a program looks like it


class Variable:
    """A variable of a program: the numbers of one term, or of many, a line for each.

    Attributes:
        parts: What is to be added to its gradient, and to which of its lines.
        varies: Whether it depends on an input.
        trained: Whether it depends on a parameter.
    """

    def __init__(self, name: str, terms: Sequence[Term]) -> None:
        self.name, self.terms = name, terms
        self.parts: list[tuple[str, str]] = []
        self.varies = any([term.varies for term in terms])
        self.trained = any([term.trained for term in terms])


class Reading(NamedTuple):
    """How an operation gets an operand: a plain number, a variable, or lines of it."""

    text: str
    variable: Variable | None = None
    where: str = ""


class Printer:
    """Prints operations by their rules, and what each hands on to its operands.

    Attributes:
        place: The variable of each term, and the term's line in it.
        forward: The lines of the forward pass.
        steps: The variables that are computed, each with what hands its gradient on.
    """

    def __init__(self) -> None:
        self.place: dict[Term, tuple[Variable, int]] = {}
        self.forward: list[str] = []
        self.steps: list[tuple[Variable, Callable[[Variable], None]]] = []
        self.number = count(1)

    def variable(self, name: str, terms: Sequence[Term]) -> Variable:
        """Make a variable, in which terms have their places."""
        variable = Variable(name, terms)
        for i, term in enumerate(terms):
            self.place.setdefault(term, (variable, i))
        return variable

    def operand(self, terms: tuple[Term, ...]) -> Reading:
        """Return how to get an operand: a term for each result of an operation."""
        first = terms[0]
        if first.op == "constant" and set(terms) == {first}:
            return Reading(number_of(terms)[0])
        return self.read(terms)

    def read(self, terms: tuple[Term, ...]) -> Reading:
        """Return how to get the numbers of some terms, in this order."""
        variable, _ = self.place[terms[0]]
        return Reading(variable.name, variable)

    def operation(self, terms: Sequence[Term]) -> None:
        """Print the operation that makes some terms."""
        if terms[0].op == SUM:
            self.sum(terms)
        else:
            self.by_rule(terms)

    def by_rule(self, terms: Sequence[Term]) -> None:
        """Print an operation by its rule."""
        first = terms[0]
        operands = self.operands(terms)
        texts = [x.text for x in operands]
        a, b = [*texts, *number_of(terms), ""][:2]
        result, *slopes = RULES[first.op]
        many = "{all}" in result

        def hand_on(made: Variable) -> None:
            for i, x in enumerate(operands):
                one, slope = (x.text, slopes[0]) if many else (a, slopes[i])
                slope = slope.format(a=one, b=b, v=made.name, d="{d}")
                self.give(x, contribution(slope, f"d{made.name}"), made.varies)

        every = f"[{', '.join(texts)}]"
        self.step(terms, [result.format(a=a, b=b, v="", all=every)], hand_on)

    def operands(self, terms: Sequence[Term]) -> list[Reading]:
        """Return the first operands of some terms, the second ones, and so on."""
        columns = zip(*(term.operands for term in terms), strict=True)
        return [self.operand(column) for column in columns]

    def sum(self, terms: Sequence[Term]) -> None:
        """Print a sum of terms and of products."""
        alone = self.operands(terms)
        columns = zip(*(term.pairs for term in terms), strict=True)
        pairs = [tuple(map(self.operand, zip(*c, strict=True))) for c in columns]

        def hand_on(made: Variable) -> None:
            grad = f"d{made.name}"
            for x in alone:
                self.give(x, grad, made.varies)
            for i in (0, 1):
                for pair in pairs:
                    self.give(pair[i], f"{pair[1 - i].text} * {grad}", made.varies)

        parts = [x.text for x in alone] + [f"{a.text} * {b.text}" for a, b in pairs]
        self.step(terms, parts + (number_of(terms) if terms[0].number else []), hand_on)

    def step(
        self,
        terms: Sequence[Term],
        parts: list[str],
        hand_on: Callable[[Variable], None],
    ) -> Variable:
        """Print an operation, and remember how it hands its gradient on."""
        variable = self.variable(f"v{next(self.number)}", terms)
        self.forward += assign(variable.name, parts)
        self.steps.append((variable, hand_on))
        return variable

    def give(self, x: Reading, grad: str, varies: bool) -> None:
        """Add to the gradient of an operand what something made of it hands on."""
        if x.variable and x.variable.trained:
            x.variable.parts.append((x.where, grad))

    def backward(self) -> list[str]:
        """Print the backward pass: a line for each gradient, the last result first."""
        lines: list[str] = []
        for variable, hand_on in reversed(self.steps):
            if variable.trained:
                lines += self.gradient(variable)
                hand_on(variable)
        return lines

    def gradient(self, variable: Variable) -> list[str]:
        """Print the gradient of a variable: all that was given to it."""
        parts = [text for _, text in variable.parts]
        return assign(f"d{variable.name}", parts or ["0.0"])


class Lines(Printer):
    """Prints a traced graph with a variable for each of its values.

    Attributes:
        source: The program's text: `forward` and `backward`.
    """

    def __init__(self, trace: Trace, parameters: Sequence[Value]) -> None:
        super().__init__()
        graph = Terms(trace, parameters, merge=False)
        self.names: set[str] = set()
        for i, x in enumerate(graph.inputs):
            wish = trace.arguments[i] if i < len(trace.arguments) else ""
            self.variable(self.free_name(wish, f"x{i}"), [x])
        for i, (p, value) in enumerate(zip(graph.parameters, parameters, strict=True)):
            name = self.free_name(value.label, f"p{i}")
            self.variable(name, [p]).parts.append(("", f"d{name}"))
        for term in graph.operations:
            self.operation([term])
        results = [self.operand((term,)) for term in graph.results]
        for result in results:
            self.give(result, "1.0", True)
        ps = [self.place[p][0] for p in graph.parameters]
        xs = ", ".join(self.place[x][0].name for x in graph.inputs)
        found = ", ".join(x.text for x in results)
        backward = self.backward() + [line for p in ps for line in self.gradient(p)]
        self.source = TEXT.format(
            parameters=", ".join(p.name for p in ps),
            gradients=", ".join(f"d{p.name}" for p in ps),
            inputs=xs,
            results=found,
            count=len(results),
            forward=indented(4, self.forward),
            again=indented(8, self.forward),
            backward=indented(8, backward),
        )

    def free_name(self, wish: str, default: str) -> str:
        """Return the name wished for, if it can be one, or else the default."""
        name = wish if NAME.fullmatch(wish) else default
        while name in self.names:
            name += "_"
        self.names.add(name)
        return name


TEXT = """\
def forward(parameters, row):
    [{parameters}] = parameters
    [{inputs}] = row
{forward}    return [{results}]


def backward(parameters, gradients, rows):
    [{parameters}] = parameters
    [{gradients}] = gradients
    totals = [0.0] * {count}
    for [{inputs}] in rows:
{again}        totals = [t + v for t, v in zip(totals, [{results}])]
{backward}    return totals, [{gradients}]
"""


def indented(width: int, lines: Sequence[str]) -> str:
    """Return lines as a text, with spaces before each."""
    return "".join(f"{' ' * width}{line}\n" for line in lines)


def text_of(number: float) -> str:
    """Return the text of a number, in brackets if it is negative."""
    return f"({number!r})" if repr(number)[0] == "-" else repr(number)


def number_of(terms: Sequence[Term]) -> list[str]:
    """Return the text of the plain number in an operation, if there is one."""
    return [text_of(terms[0].number)] if terms[0].number is not None else []


def assign(name: str, parts: Sequence[str]) -> list[str]:
    """Print a sum; a long one in several lines."""
    lines = [f"{name} = {' + '.join(parts[:LONGEST])}"]
    for i in range(LONGEST, len(parts), LONGEST):
        lines.append(f"{name} = {' + '.join([name, *parts[i : i + LONGEST]])}")
    return lines
