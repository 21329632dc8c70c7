"""A printed total over terms that have candidates: one factor of the form's graph.

The total prints the sum with the rule's prior; if the form breaks the rule, or a term or the total is some text that
nobody thought of, every figure is equally likely (``spread``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from .error_model import Priors, RulePrior
from .sums import Masses, leave_one_out, pruned, total_of
from .variables import Variable, match, normalised


@dataclass(frozen=True, slots=True)
class TotalFactor:
    """What the total's cell says of the sum, ready to be asked. ``known`` is the factor of a known sum that the total
    does not match, ``unknown`` that of an unknown sum."""

    total: Variable | None
    chances: tuple[float, ...]
    prior: RulePrior
    priors: Priors

    @property
    def unknown(self) -> float:
        if self.total is None:
            return 1.0
        return self.prior.spread * (1.0 - self._blank) + self.priors.blank.total.probability * self._blank

    @property
    def known(self) -> float:
        if self.total is None:
            return 1.0
        kept = self.prior.probability * (1.0 - self._blank - self.chances[-1])
        return self.unknown - self.prior.spread * kept

    @property
    def _blank(self) -> float:
        """The chance that no total is printed, which says nothing of the sum."""
        assert self.total is not None
        return sum(c for c, n in zip(self.chances, self.total.numbers, strict=False) if n is None)

    def peak(self, computed: int) -> float:
        if self.total is None:
            return 0.0
        total, matched = self.total, 0.0
        for i, (value, step) in enumerate(zip(total.values, total.steps, strict=True)):
            if -step <= value - computed <= step:
                matched += self.chances[i] * match(total, i, computed, self.priors.rounded)
        return self.prior.probability * matched

    def broken(self, computed: int) -> float:
        """The factor of the total as read beside a known sum that it does not match."""
        if self.total is None or self.total.read is None:
            return 0.0
        return self.chances[self.total.read] * (1.0 - self.prior.probability) * self.prior.spread

    def beliefs(self, sums: Masses, known: float) -> list[float]:
        """The total's posterior, from the masses of the sum and the mass ``known`` that it is known at all."""
        if self.total is None:
            return []
        spread, keeps = self.prior.spread, self.prior.probability
        out = []
        for i, chance in enumerate(self.chances[:-1]):
            if self.total.numbers[i] is None:
                out.append(chance * self.priors.blank.total.probability)
                continue
            value, step = self.total.values[i], self.total.steps[i]
            near = range(value - step // 2, value + (step + 1) // 2) if step < len(sums) else sums
            matched = sum(sums[a] * match(self.total, i, a, self.priors.rounded) for a in near if a in sums)
            out.append(chance * (keeps * matched + known * (1.0 - keeps) * spread + (1.0 - known) * spread))
        return normalised([*out, self.chances[-1] * spread])


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a sum: its masses by value and the mass ``other`` of its being unknown; together 1."""

    masses: Masses
    other: float

    @staticmethod
    def of(masses: Masses, other: float) -> Term:
        total = sum(masses.values()) + other
        return Term({v: m / total for v, m in masses.items()}, other / total)

    @property
    def known(self) -> float:
        return 1.0 - self.other


@dataclass(frozen=True, slots=True)
class Message:
    """What the rest of the graph says of a term: ``base`` for every known value, more for those in ``peaks``."""

    base: float
    peaks: Masses
    other: float

    def at(self, value: int) -> float:
        return self.base + self.peaks.get(value, 0.0)


@dataclass(frozen=True, slots=True)
class Sum:
    """The messages to the terms, the masses of the sum and the mass ``known`` of its being known."""

    messages: tuple[Message, ...]
    sums: Masses
    known: float


def solve(terms: Sequence[Term], factor: TotalFactor) -> Sum:
    """Exact messages of one total over its terms."""
    peaks, sums = leave_one_out([t.masses for t in terms], factor.peak)
    return Sum(_messages(terms, peaks, factor.known, factor.unknown), sums, prod(t.known for t in terms))


@dataclass(frozen=True, slots=True)
class Group:
    """Terms under a declared total of their own."""

    terms: tuple[Term, ...]
    factor: TotalFactor


@dataclass(frozen=True, slots=True)
class Nested:
    """Groups inside one sum: each group's messages, the whole's sum, and per group what the whole says of it."""

    groups: tuple[Sum, ...]
    whole: Sum
    outer: tuple[Message, ...]


def solve_nested(groups: Sequence[Group], factor: TotalFactor) -> Nested:
    """Exact messages of declared group totals inside one grand total: the graph is a tree, one pass up, one down."""
    inner = [total_of([t.masses for t in g.terms]) for g in groups]
    known = [prod(t.known for t in g.terms) for g in groups]
    upper = [
        Term.of(
            pruned({a: m * (g.factor.known + g.factor.peak(a)) for a, m in sums.items()}), (1.0 - k) * g.factor.unknown
        )
        for g, sums, k in zip(groups, inner, known, strict=True)
    ]
    whole = solve(upper, factor)
    solved = []
    for group, outer, k in zip(groups, whole.messages, known, strict=True):
        base = group.factor.known * outer.base

        def peak(a: int, group: Group = group, outer: Message = outer, base: float = base) -> float:
            return (group.factor.known + group.factor.peak(a)) * outer.at(a) - base

        peaks, sums = leave_one_out([t.masses for t in group.terms], peak)
        messages = _messages(group.terms, peaks, base, group.factor.unknown * outer.other)
        solved.append(Sum(messages, sums, k))
    return Nested(tuple(solved), whole, whole.messages)


def _messages(terms: Sequence[Term], peaks: Sequence[Masses], known: float, unknown: float) -> tuple[Message, ...]:
    every = prod(t.known for t in terms)
    out = []
    for i, (term, peak) in enumerate(zip(terms, peaks, strict=True)):
        rest = every / term.known if term.known > 1e-6 else prod(t.known for j, t in enumerate(terms) if j != i)
        out.append(Message(known * rest + unknown * (1.0 - rest), peak, unknown))
    return tuple(out)
