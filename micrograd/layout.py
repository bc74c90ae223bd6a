# Tangled from the book: edit its chapters. Digest: c36420f55cc0
"""Where the terms of a graph lie: in which array, and in which of its lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from micrograd.lines import assign
from micrograd.terms import Term

RUNS = 6  # so many pieces of arrays are joined as they are; of more, whole arrays


@dataclass
class Array:
    """An array of the program: a line for each of its terms, a column for each row.

    Attributes:
        shape: Of parameters their own shape; else only the number of terms.
        parts: What is to be added to its gradient, and where.
    """

    name: str
    terms: Sequence[Term]
    shape: tuple[int, ...]
    varies: bool
    trained: bool
    parts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def flat(self) -> str:
        """The text of the array as one column for each row."""
        square = len(self.shape) == 1 or self.shape[1] == 1
        return self.name if square else f"{self.name}.reshape(-1, 1)"


@dataclass
class Reading:
    """How an operation gets its operands: a number, an array, or a slice of one."""

    text: str
    array: Array | None = None
    where: str = ""
    repeated: bool = False  # one line for all

    def lines(self, count: int) -> str:
        """Return the text of the lines, one for each operand."""
        return f"repeat({self.text}, {count}, 0)" if self.repeated else self.text


class Layout:
    """Gives terms their places, and prints how they are read and get gradients.

    Attributes:
        place: The array of each term, and its line there.
        constants: The lines that the program begins with.
        forward: The lines of the forward pass.
        lines: The lines of the backward pass.
        steps: The arrays that are computed, each with what hands its gradient on.
    """

    def __init__(self) -> None:
        self.place: dict[Term, tuple[Array, int]] = {}
        self.readings: dict[tuple[Term, ...], Reading] = {}
        self.counts: dict[str, int] = {}
        self.constants: list[str] = []
        self.forward: list[str] = []
        self.lines: list[str] = []
        self.steps: list[tuple[Array, Callable[[], None]]] = []

    def new(self, letter: str) -> str:
        """Return the next name of a kind."""
        self.counts[letter] = self.counts.get(letter, 0) + 1
        return f"{letter}{self.counts[letter]}"

    def array(self, name: str, terms: Sequence[Term], shape: tuple[int, ...]) -> Array:
        """Give terms their place in a new array."""
        varies = any(term.varies for term in terms)
        array = Array(name, terms, shape, varies, any(term.trained for term in terms))
        for i, term in enumerate(terms):
            self.place.setdefault(term, (array, i))
        return array

    def read(self, terms: tuple[Term, ...], numbers: bool = True) -> Reading:
        """Return how to get some terms, in this order."""
        first = terms[0]
        if numbers and first.op == "constant" and set(terms) == {first}:
            number = f"{first.number!r}"
            return Reading(f"({number})" if number[0] == "-" else number)
        if terms not in self.readings:
            self.readings[terms] = self.reading(terms)
        return self.readings[terms]

    def reading(self, terms: tuple[Term, ...]) -> Reading:
        """Find out how to get some terms: whole, as a slice, or collected."""
        new = [x for x in dict.fromkeys(terms) if x not in self.place]
        if new:  # constants: all others have a place
            name = self.new("c")
            self.constants.append(f"{name} = array({[[x.number] for x in new]})")
            self.array(name, new, (len(new),))
        places = [self.place[x] for x in terms]
        array = places[0][0]
        if any(other is not array for other, _ in places):
            return self.collected(terms)
        indices = [i for _, i in places]
        start, stop = indices[0], indices[-1] + 1
        step = indices[1] - start if len(indices) > 1 else 1
        if indices == list(range(len(array.terms))):
            return Reading(array.flat, array)
        if step == 0 and set(indices) == {start}:
            where = f"[{start}:{start + 1}]"
            return Reading(array.flat + where, array, where, repeated=True)
        if step > 0 and indices == list(range(start, stop, step)):
            where = f"[{start}:{stop}{f':{step}' if step > 1 else ''}]"
            return Reading(array.flat + where, array, where)
        return self.gathered(array, terms, indices)

    def gathered(
        self, array: Array, terms: tuple[Term, ...], indices: list[int]
    ) -> Reading:
        """Pick lines of an array."""
        index = self.new("i")
        self.constants.append(f"{index} = array({indices})")
        where, once = f"[{index}]", len(set(indices)) == len(indices)
        if not once:
            self.constants.append(f"n{index} = lines({index})")

        def backward() -> None:
            if once:
                self.give(Reading("", array, where), f"d{made.name}", made.varies)
            else:
                size = f"len({array.flat})"
                text = f"add_lines(d{made.name}, n{index}, {size})"
                self.give(Reading("", array), text, made.varies)

        made = self.step("g", terms, array.flat + where, backward)
        return Reading(made.name, made)

    def collected(self, terms: tuple[Term, ...]) -> Reading:
        """Collect terms from several arrays."""
        runs: list[list[Term]] = []
        for term in terms:
            if runs and self.place[runs[-1][0]][0] is self.place[term][0]:
                runs[-1].append(term)
            else:
                runs.append([term])
        if len(runs) > RUNS:
            return self.picked(terms)
        return self.joined(runs)

    def joined(self, runs: Sequence[Sequence[Term]]) -> Reading:
        """Put lines of several arrays one below the other."""
        whole = [term for run in runs for term in run]
        pieces = [self.read(tuple(run), numbers=False) for run in runs]
        ends = [0]
        for run in runs:
            ends.append(ends[-1] + len(run))

        def backward() -> None:
            for piece, start, stop in zip(pieces, ends, ends[1:], strict=False):
                self.give(piece, f"d{made.name}[{start}:{stop}]", made.varies)

        texts = ", ".join(
            piece.lines(len(run)) for piece, run in zip(pieces, runs, strict=True)
        )
        made = self.step("g", whole, f"join({texts})", backward)
        return Reading(made.name, made)

    def picked(self, terms: tuple[Term, ...]) -> Reading:
        """Pick lines out of several arrays that are joined as a whole."""
        arrays = {id(a): a for a, _ in (self.place[term] for term in terms)}
        whole = tuple([term for a in arrays.values() for term in a.terms])
        if whole not in self.readings:
            self.readings[whole] = self.joined([a.terms for a in arrays.values()])
        made = self.readings[whole].array
        assert made is not None
        index = {term: i for i, term in enumerate(whole)}
        return self.gathered(made, terms, [index[term] for term in terms])

    def step(
        self,
        letter: str,
        terms: Sequence[Term],
        text: str,
        backward: Callable[[], None],
    ) -> Array:
        """Print an operation, and remember how its gradient goes on."""
        array = self.array(self.new(letter), terms, (len(terms),))
        self.forward.append(f"{array.name} = {text}")
        self.steps.append((array, backward))
        return array

    def give(self, reading: Reading, grad: str, varies: bool) -> None:
        """Add to the gradient of what was read."""
        array = reading.array
        if array is None or not array.trained:
            return
        if reading.repeated:
            grad = f"{bracketed(grad)}.sum(axis=0, keepdims=True)"
        if varies and not array.varies:
            grad = f"{bracketed(grad)}.sum(axis=1, keepdims=True)"
        if array.flat != array.name and not reading.where:
            grad = f"{bracketed(grad)}.reshape({array.name}.shape)"
        array.parts.append((reading.where, grad))

    def gradient(self, array: Array) -> None:
        """Print the gradient of an array, all that was given to it."""
        name = f"d{array.name}"
        if array.parts and not any(where for where, _ in array.parts):
            self.lines += assign(name, [text for _, text in array.parts])
            return
        self.lines.append(f"{name} = zeros_like({array.name})")
        for where, text in array.parts:
            target = f"d{array.flat}{where}" if where else name
            self.lines.append(f"{target} += {text}")


def bracketed(text: str) -> str:
    """Put a text into brackets, unless it is a name."""
    return text if text.isidentifier() else f"({text})"
