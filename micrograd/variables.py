# Tangled from the book: edit its chapters. Digest: 37e2845ed027
"""The variables of a printed program: where each number lies, and what it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from micrograd.terms import Term

LONGEST = 100  # terms of a sum in one line: Python's compiler recurses along a sum


class Variable:
    """An array of a program: the numbers of some terms, a line for each.

    Attributes:
        shape: The lines and the columns; what varies has a column for each row of data.
        flat: What makes lines of one number of it: an array of weights has several.
        parts: What is to be added to its gradient, and to which of its lines.
        gives: What it hands on: the operand, the text, and whether that varies.
        varies: Whether it depends on an input.
        trained: Whether it depends on a parameter.
    """

    def __init__(self, name: str, terms: Sequence[Term], columns: int = 1) -> None:
        self.name, self.terms = name, tuple(terms)
        self.shape = len(terms) // columns, columns
        self.flat = "" if columns == 1 else ".reshape(-1, 1)"
        self.parts: list[tuple[str, str]] = []
        self.gives: list[tuple[Reading, str, bool]] = []
        self.varies = any([term.varies for term in terms])
        self.trained = any([term.trained for term in terms])

    def gradient(self) -> list[str]:
        """Print the gradient: all that was given to it."""
        name, parts = self.name, self.parts
        if parts and not any(where for where, _ in parts):
            return assign(f"d{name}", [text for _, text in parts])
        lines = [f"d{name} = zeros_like({name})"]
        for where, text in parts:
            lines.append(f"d{name}{self.flat + where if where else ''} += {text}")
        return lines

    def give(self, x: Reading, grad: str, varies: bool = True) -> None:
        """Note what is handed on to an operand; it may be the same in all rows."""
        self.gives.append((x, grad, varies and self.varies))


class Reading(NamedTuple):
    """How an operation gets an operand: a variable, or some lines of it."""

    text: str
    variable: Variable
    where: str = ""


class Variables:
    """Finds the numbers of terms, and prints what brings them together.

    Attributes:
        place: The variable of each term, and the term's line in it.
        constants: The lines before the functions.
        forward: The lines of the forward pass.
        steps: The variables that are computed.
    """

    def __init__(self) -> None:
        self.place: dict[Term, tuple[Variable, int]] = {}
        self.constants: list[str] = []
        self.forward: list[str] = []
        self.steps: list[Variable] = []
        self.readings: dict[tuple[Term, ...], Reading] = {}
        self.counts: Counter[str] = Counter()

    def new(self, letter: str) -> str:
        """Return the next name of a kind."""
        self.counts[letter] += 1
        return f"{letter}{self.counts[letter]}"

    def variable(self, name: str, terms: Sequence[Term], columns: int = 1) -> Variable:
        """Make a variable, in which terms have their places."""
        variable = Variable(name, terms, columns)
        for i, term in enumerate(terms):
            self.place.setdefault(term, (variable, i))
        return variable

    def step(self, terms: Sequence[Term], parts: list[str]) -> Variable:
        """Print an operation."""
        variable = self.variable(self.new("v"), terms)
        self.forward += assign(variable.name, parts)
        self.steps.append(variable)
        return variable

    def add(self, x: Reading, grad: str, varies: bool) -> None:
        """Add to the gradient of an operand what something made of it hands on."""
        if not x.variable.trained:
            return
        if varies and not x.variable.varies:
            grad = f"{bracketed(grad)}.sum(axis=1, keepdims=True)"
        if not x.where and x.text != x.variable.name:
            grad = f"{bracketed(grad)}.reshape({x.variable.name}.shape)"
        x.variable.parts.append((x.where, grad))

    def backward(self) -> list[str]:
        """Print the backward pass: a line for each gradient, the last result first."""
        lines: list[str] = []
        for variable in reversed(self.steps):
            if variable.trained:
                lines += variable.gradient()
                for x, grad, varies in variable.gives:
                    self.add(x, grad, varies)
        return lines

    # Where numbers lie

    def operands(self, terms: Sequence[Term]) -> list[Reading]:
        """Return the first operands of some terms, the second ones, and so on."""
        columns = zip(*(term.operands for term in terms), strict=True)
        return [self.operand(column) for column in columns]

    def operand(self, terms: tuple[Term, ...]) -> Reading:
        """Return how to get an operand: a term for each result of an operation."""
        if terms[0].op == "constant" and set(terms) == {terms[0]}:
            return Reading(number_of(terms[0])[0], Variable("", terms))
        return self.read(terms)

    def read(self, terms: tuple[Term, ...]) -> Reading:
        """Return how to get the numbers of some terms, in this order."""
        if terms not in self.readings:
            self.readings[terms] = self.collected(terms)
        return self.readings[terms]

    def collected(self, terms: tuple[Term, ...]) -> Reading:
        """Collect the numbers of some terms, from wherever they lie."""
        new = [x for x in dict.fromkeys(terms) if x not in self.place]
        if new:  # constants: all others have a place
            variable = self.variable(self.new("c"), new)
            numbers = [[x.number] for x in new]
            self.constants.append(f"{variable.name} = array({numbers})")
        lines: dict[Variable, list[int]] = {}
        for variable, line in [self.place[x] for x in terms]:
            lines.setdefault(variable, []).append(line)
        if len(lines) == 1:
            return self.lines_of(*lines.popitem())
        runs = [v.terms[min(i) : max(i) + 1] for v, i in lines.items()]
        whole = tuple([x for run in runs for x in run])
        if terms == whole:
            return self.joined(runs)
        line_of = {x: i for i, x in enumerate(whole)}
        return self.lines_of(self.read(whole).variable, [line_of[x] for x in terms])

    def joined(self, runs: Sequence[tuple[Term, ...]]) -> Reading:
        """Put lines of several variables one below the other."""
        pieces = [self.read(run) for run in runs]
        text = f"join({', '.join(piece.text for piece in pieces)})"
        made = self.step([x for run in runs for x in run], [text])
        end = 0
        for piece, run in zip(pieces, runs, strict=True):
            start, end = end, end + len(run)
            made.give(piece, f"d{made.name}[{start}:{end}]")
        return Reading(made.name, made)

    def lines_of(self, variable: Variable, lines: list[int]) -> Reading:
        """Return how to get some lines of a variable: all, a slice, or any."""
        text = variable.name + variable.flat
        if lines == [*range(len(variable.terms))]:
            return Reading(text, variable)
        step = lines[1] - lines[0] if len(lines) > 1 else 1
        if step > 0 and lines == [*range(lines[0], lines[-1] + 1, step)]:
            where = f"[{lines[0]}:{lines[-1] + 1}{f':{step}' if step > 1 else ''}]"
            return Reading(text + where, variable, where)
        index = self.new("i")
        self.constants.append(f"{index} = index({lines})")
        terms = [variable.terms[line] for line in lines]
        made = self.step(terms, [f"pick({text}, {index})"])
        grad = f"unpick(d{made.name}, {index}, len({text}))"
        made.give(Reading(text, variable), grad)
        return Reading(made.name, made)


def number_of(term: Term) -> list[str]:
    """Return the text of the plain number in an operation, if there is one."""
    if term.number is None:
        return []
    text = repr(term.number)
    return [f"({text})" if text[0] == "-" else text]


def bracketed(text: str) -> str:
    """Put a text into brackets, unless it is a name."""
    return text if text.isidentifier() else f"({text})"


def assign(name: str, parts: Sequence[str]) -> list[str]:
    """Print a sum; a long one in several lines."""
    lines = [f"{name} = {' + '.join(parts[:LONGEST])}"]
    for i in range(LONGEST, len(parts), LONGEST):
        lines.append(f"{name} = {' + '.join([name, *parts[i : i + LONGEST]])}")
    return lines
