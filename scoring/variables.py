"""The unknowns of the inference: one per numeric cell, with its candidates as whole numbers of one small unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import lcm

from .candidates import Domain
from .numbers import Number


@dataclass(frozen=True, slots=True)
class Variable:
    """A numeric cell. The last place of ``chances`` belongs to "some other text"; the others to ``texts``.

    ``values`` are in units of 1 / ``unit`` (of 万元 for money), 0 for a blank; ``steps`` are the units of the last
    printed decimal. ``read`` is the place of the text that was read, or None where that is no number and no blank;
    further places with the same text stand for a misprint: the value is then what was meant.
    """

    address: str
    texts: tuple[str, ...]
    numbers: tuple[Number | None, ...]
    values: tuple[int, ...]
    steps: tuple[int, ...]
    chances: tuple[float, ...]
    read: int | None

    @property
    def other(self) -> float:
        return self.chances[-1]

    def as_read(self, beliefs: Sequence[float]) -> float:
        """The belief that what was read is printed, be it meant or not; that of "some other text" where it is no
        number."""
        if self.read is None:
            return beliefs[-1]
        return sum(b for t, b in zip(self.texts, beliefs, strict=False) if t == self.texts[self.read])

    def masses(self, weights: Iterable[float] | None = None) -> dict[int, float]:
        """The chances by value, other texts left out; each multiplied by its weight."""
        factors = self.chances if weights is None else [c * w for c, w in zip(self.chances, weights, strict=True)]
        out: dict[int, float] = {}
        for value, mass in zip(self.values, factors, strict=False):
            out[value] = out.get(value, 0.0) + mass
        return out


def common_unit(domains: Iterable[Domain]) -> int:
    """The least whole number of parts of 1 that makes every candidate's value and printed step whole; at least 100."""
    unit = 100
    for domain in domains:
        for candidate in domain.candidates:
            if candidate.number is not None:
                unit = lcm(unit, _parts(candidate.number))
    return unit


@lru_cache(maxsize=16384)
def _parts(number: Number) -> int:
    return (number.step * number.scale).denominator


@lru_cache(maxsize=16384)
def _whole(number: Number, unit: int) -> tuple[int, int]:
    """The number's amount and its last printed decimal, in units of 1 / ``unit``."""
    return int(number.amount * unit), int(number.step * number.scale * unit)


def variables(domains: Mapping[str, Domain], texts: Mapping[str, str], unit: int) -> dict[str, Variable]:
    """The variables of these addresses; ``texts`` are the texts read there."""
    return {address: _variable(address, domain, texts[address], unit) for address, domain in domains.items()}


def _variable(address: str, domain: Domain, read: str, unit: int) -> Variable:
    candidates = domain.candidates
    values, steps = [], []
    for c in candidates:
        if c.number is None:
            values.append(0)
            steps.append(1)
        else:
            value, step = _whole(c.number, unit)
            values.append(value)
            steps.append(step)
    places = [i for i, c in enumerate(candidates) if c.text == read]
    return Variable(
        address=address,
        texts=tuple(c.text for c in candidates),
        numbers=tuple(c.number for c in candidates),
        values=tuple(values),
        steps=tuple(steps),
        chances=(*(c.probability for c in candidates), domain.other),
        read=places[0] if places else None,
    )


def match(total: Variable, place: int, computed: int, rounded: float) -> float:
    """The probability that a kept rule prints candidate ``place`` of ``total`` for the ``computed`` value: exact
    figures are the rule, figures that only agree after rounding the exception (share ``rounded``)."""
    if total.numbers[place] is None:
        return 0.0
    value, step = total.values[place], total.steps[place]
    if value == computed:
        return 1.0 - rounded
    return rounded if (2 * computed + step) // (2 * step) * step == value else 0.0


def normalised(beliefs: list[float]) -> list[float]:
    """The beliefs divided by their sum."""
    total = sum(beliefs)
    return [b / total for b in beliefs]


def times(variable: Variable, factors: Iterable[float]) -> Variable:
    """The variable with each chance (those of its texts and that of another one) times a factor; as it is where nothing
    would be left."""
    chances = [c * f for c, f in zip(variable.chances, factors, strict=True)]
    total = sum(chances)
    return replace(variable, chances=tuple(c / total for c in chances)) if total > 0 else variable
