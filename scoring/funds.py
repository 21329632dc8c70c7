"""The funds rows: three columns that add up, a rate on every row, the budget beside the adjusted budget.

A row's amounts (年初预算数, 全年预算数, 全年执行数) are taken together, its rate summed out of them; the rows are then
added as triples of partial sums, so that the columns' sums and the rows' rates, which share cells, stay exact
together. A column's sum is unknown (None) as soon as one of its cells is some other text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import prod

from .error_model import Priors
from .funds_rows import (
    TINY,
    FundsLine,
    Places,
    Triple,
    alone,
    rate_chances,
    rate_factors_of,
    row_states,
    row_values,
)
from .variables import match, normalised

MOST_SUMS = 3000  # the heaviest triples of sums that are kept


@dataclass(frozen=True, slots=True)
class FundsGraph:
    """``whole`` is the row that adds up the others; ``summed`` says for which columns a rule demands it."""

    lines: tuple[FundsLine, ...]
    whole: int
    summed: tuple[bool, bool, bool]
    priors: Priors


@dataclass(frozen=True, slots=True)
class FundsPosterior:
    """``beliefs`` by address, aligned with the variables' chances; ``rates``: per row what the amounts say of its
    rate's candidates (their own chances left out); ``as_read``: per rule key the probability that its cells are as
    read; ``evidence``: the mass of all combinations."""

    beliefs: dict[str, list[float]]
    rates: tuple[list[float], ...]
    as_read: dict[tuple[str, str], float]
    evidence: float


def solve_funds(graph: FundsGraph) -> FundsPosterior:
    """The marginals of every amount and rate of the funds rows.

    Where no rule ties rates to amounts (department-wide form) the columns share nothing and are solved one by one, the
    budget beside the adjusted budget left aside.
    """
    if any(line.has_ratio for line in graph.lines):
        return _solve(graph)
    columns = [
        _solve(replace(graph, lines=tuple(alone(line, c) for line in graph.lines)), budget=False) for c in range(3)
    ]
    beliefs: dict[str, list[float]] = {}
    for column, solved in enumerate(columns):
        for line in graph.lines:
            address = line.amounts[column].address
            beliefs[address] = solved.beliefs[address]
            beliefs[line.rate.address] = solved.beliefs[line.rate.address]
    return FundsPosterior(beliefs, columns[0].rates, {}, prod(solved.evidence for solved in columns))


def _solve(graph: FundsGraph, *, budget: bool = True) -> FundsPosterior:
    states = [row_states(line, graph.priors, budget=budget and i != graph.whole) for i, line in enumerate(graph.lines)]
    parts = [i for i in range(len(states)) if i != graph.whole]
    whole = _Whole(graph, states[graph.whole])
    says: list[dict[Places, float]] = [{} for _ in states]
    forward: list[dict[Triple, float]] = [{(0, 0, 0): 1.0}]
    for i in parts:
        forward.append(_added(forward[-1], states[i], graph.lines[i]))
    after = {s: whole.factor(s) for s in forward[-1]}
    evidence = sum(m * after[s] for s, m in forward[-1].items())
    says[graph.whole] = whole.heard(forward[-1])
    for i, before in zip(reversed(parts), reversed(forward[:-1]), strict=True):
        after, says[i] = _back(before, after, states[i], graph.lines[i])
    beliefs: dict[str, list[float]] = {}
    as_read: dict[tuple[str, str], float] = {}
    rates = []
    for line, state, heard in zip(graph.lines, states, says, strict=True):
        joint = {places: mass * heard[places] for places, mass in state.items()}
        rates.append(_line_beliefs(line, joint, graph.priors, beliefs, as_read))
    return FundsPosterior(beliefs, tuple(rates), as_read, evidence)


def _plus(sums: Triple, values: Triple) -> Triple:
    a, b, c = sums
    x, y, z = values
    return (
        None if a is None or x is None else a + x,
        None if b is None or y is None else b + y,
        None if c is None or z is None else c + z,
    )


def _added(sums: dict[Triple, float], states: dict[Places, float], line: FundsLine) -> dict[Triple, float]:
    merged: dict[Triple, float] = {}
    for places, mass in states.items():
        values = row_values(line, places)
        merged[values] = merged.get(values, 0.0) + mass
    out: dict[Triple, float] = {}
    for values, mass in merged.items():
        for s, m in sums.items():
            key = _plus(s, values)
            out[key] = out.get(key, 0.0) + m * mass
    least = max(out.values()) * TINY
    kept = {s: m for s, m in out.items() if m >= least}
    if len(kept) > MOST_SUMS:
        kept = dict(sorted(kept.items(), key=lambda item: -item[1])[:MOST_SUMS])
    return kept


def _back(
    before: dict[Triple, float], after: dict[Triple, float], states: dict[Places, float], line: FundsLine
) -> tuple[dict[Triple, float], dict[Places, float]]:
    """(the factor carried back over this row, what the others say of each of the row's combinations)."""
    merged: dict[Triple, float] = {}
    for places, mass in states.items():
        values = row_values(line, places)
        merged[values] = merged.get(values, 0.0) + mass
    carried = dict.fromkeys(before, 0.0)
    heard: dict[Triple, float] = {}
    for values, mass in merged.items():
        reached = 0.0
        for s, m in before.items():
            f = after.get(_plus(s, values), 0.0)
            reached += m * f
            carried[s] += mass * f
        heard[values] = reached
    return carried, {places: heard[row_values(line, places)] for places in states}


_MODES = {"unknown": None, "zero": 0, "known": -1, "matched": -1}  # a sum that stands for the mode


def _mode(computed: int | None) -> str:
    return "unknown" if computed is None else "known" if computed else "zero"


class _Whole:
    """The row that adds up the others: the factor it makes of the parts' sums, and what those say of it."""

    def __init__(self, graph: FundsGraph, states: dict[Places, float]) -> None:
        self.line = graph.lines[graph.whole]
        self.states = states
        self.summed = graph.summed
        self.prior = graph.priors.rule("fund-parts")
        self.rounded, self.blanks = graph.priors.rounded, graph.priors.blank
        self.margins: dict[tuple[str, ...], dict[Places, float]] = {}
        self.cache: list[dict[int | None, tuple[list[float], list[tuple[int, float]]]]] = [{}, {}, {}]

    def _column(self, column: int, computed: int | None) -> tuple[list[float], list[tuple[int, float]]]:
        """(the factor of each candidate if the sum says nothing of it, (place, factor more) where it matches)."""
        if computed not in self.cache[column]:
            variable, prior = self.line.amounts[column], self.prior
            base = [prior.spread] * len(variable.chances)
            more: list[tuple[int, float]] = []
            if self.summed[column] and computed is None:
                base = [self.blanks.total.probability if n is None else prior.spread for n in variable.numbers]
                base.append(prior.spread)
            elif self.summed[column] and computed is not None:
                for i, number in enumerate(variable.numbers):
                    if number is None:
                        found = self.blanks.total if computed else self.blanks.unfounded
                        base[i] = found.probability
                    else:
                        base[i] = (1.0 - prior.probability) * prior.spread
                        if matched := match(variable, i, computed, self.rounded):
                            more.append((i, prior.probability * matched))
            self.cache[column][computed] = (base, more)
        return self.cache[column][computed]

    def _margin(self, modes: tuple[str, ...]) -> dict[Places, float]:
        """The row's masses by the places of the matched columns; the others summed out with their base factors.

        A column's mode is "matched", or its sum matches nothing and is "zero", "known" or "unknown"."""
        if modes not in self.margins:
            bases = [self._column(c, _MODES[mode])[0] for c, mode in enumerate(modes)]
            out: dict[Places, float] = {}
            for places, mass in self.states.items():
                for c, mode in enumerate(modes):
                    if mode != "matched":
                        mass *= bases[c][places[c]]
                key = _matched(places, modes)
                out[key] = out.get(key, 0.0) + mass
            self.margins[modes] = out
        return self.margins[modes]

    def factor(self, sums: Triple) -> float:
        """The whole row's masses times the three columns' factors, for these sums of the parts."""
        choices = []
        for column, computed in enumerate(sums):
            more = self._column(column, computed)[1]
            plain = (_mode(computed), -1, 1.0)
            choices.append([plain, *(("matched", place, value) for place, value in more)])
        total = 0.0
        for first, second, third in product(*choices):
            margin = self._margin((first[0], second[0], third[0]))
            mass = margin.get((first[1], second[1], third[1]))
            if mass is not None:
                total += mass * first[2] * second[2] * third[2]
        return total

    def heard(self, sums: dict[Triple, float]) -> dict[Places, float]:
        """What the parts' sums say of each combination of the whole row."""
        out = dict.fromkeys(self.states, 0.0)
        by_modes: dict[tuple[str, ...], dict[Places, float]] = {}
        for s, mass in sums.items():
            choices = []
            for column, computed in enumerate(s):
                plain = (_mode(computed), -1, 1.0)
                more = self._column(column, computed)[1]
                choices.append([plain, *(("matched", place, value) for place, value in more)])
            for first, second, third in product(*choices):
                table = by_modes.setdefault((first[0], second[0], third[0]), {})
                key = (first[1], second[1], third[1])
                table[key] = table.get(key, 0.0) + mass * first[2] * second[2] * third[2]
        for modes, table in by_modes.items():
            bases = [self._column(c, _MODES[mode])[0] for c, mode in enumerate(modes)]
            for places in out:
                if mass := table.get(_matched(places, modes), 0.0):
                    for c, mode in enumerate(modes):
                        if mode != "matched":
                            mass *= bases[c][places[c]]
                    out[places] += mass
        return out


def _matched(places: Places, modes: tuple[str, ...]) -> Places:
    """The places of the matched columns, -1 for the others."""
    first, second, third = (p if mode == "matched" else -1 for p, mode in zip(places, modes, strict=True))
    return first, second, third


def _line_beliefs(
    line: FundsLine,
    joint: dict[Places, float],
    priors: Priors,
    beliefs: dict[str, list[float]],
    as_read: dict[tuple[str, str], float],
) -> list[float]:
    """Write down the row's marginals; returns what the amounts say of the rate's candidates."""
    for column, variable in enumerate(line.amounts):
        out = [0.0] * len(variable.chances)
        for places, mass in joint.items():
            out[places[column]] += mass
        beliefs[variable.address] = normalised(out)
    pairs: dict[tuple[int, int], float] = {}
    for (_, a, e), mass in joint.items():
        pairs[a, e] = pairs.get((a, e), 0.0) + mass
    total = sum(pairs.values())
    chances = rate_chances(line)
    says = [0.0] * len(chances)
    annual, executed = line.amounts[1], line.amounts[2]
    for (a, e), mass in pairs.items():
        factors = rate_factors_of(line, a, e, priors)
        share = mass / total / sum(c * f for c, f in zip(chances, factors, strict=True))
        for i, f in enumerate(factors):
            says[i] += share * f
        if (a, e) == (annual.read, executed.read) and line.rate.read is not None:
            as_read["rate", line.rate.address] = share * factors[line.rate.read] * chances[line.rate.read]
    beliefs[line.rate.address] = normalised([c * s for c, s in zip(chances, says, strict=True)])
    return says
