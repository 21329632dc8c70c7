"""The funds rows: three columns that add up, a rate on every row, the budget beside the adjusted budget.

A row's amounts (年初预算数, 全年预算数, 全年执行数) are taken together, its rate summed out of them; the rows are then
added as triples of partial sums, so that the columns' sums and the rows' rates, which share cells, stay exact
together. A column's sum is unknown (None) as soon as one of its cells is some other text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import prod

from .check import ratio_agrees
from .error_model import Priors
from .variables import Variable, match, normalised

Triple = tuple[int | None, int | None, int | None]
Places = tuple[int, int, int]

TINY = 1e-8  # of the heaviest: lighter combinations of a row, lighter triples of sums are dropped
MOST_SUMS = 3000  # the heaviest triples of sums that are kept


@dataclass(frozen=True, slots=True)
class FundsLine:
    """One printed row: its three amounts in COLUMNS' order and its rate, with whether a rule ties the rate to them.

    ``rate_factors`` is what the score says of the rate's candidates (1 for each where nothing does)."""

    amounts: tuple[Variable, Variable, Variable]
    rate: Variable
    has_ratio: bool
    rate_factors: tuple[float, ...] = ()


COLUMNS = ("initial_budget", "annual_budget", "executed")


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
    alone = [_solve(replace(graph, lines=tuple(_alone(line, c) for line in graph.lines))) for c in range(3)]
    beliefs: dict[str, list[float]] = {}
    for column, solved in enumerate(alone):
        for line in graph.lines:
            address = line.amounts[column].address
            beliefs[address] = solved.beliefs[address]
            beliefs[line.rate.address] = solved.beliefs[line.rate.address]
    return FundsPosterior(beliefs, alone[0].rates, {}, prod(solved.evidence for solved in alone))


def _alone(line: FundsLine, column: int) -> FundsLine:
    """The row with its other two amounts taken out of play."""
    first, second, third = (
        v if c == column else Variable(v.address, ("",), (None,), (0,), (1,), (1.0, 0.0), 0)
        for c, v in enumerate(line.amounts)
    )
    return replace(line, amounts=(first, second, third))


def _solve(graph: FundsGraph) -> FundsPosterior:
    states = [_states(line, graph.priors, budget=i != graph.whole) for i, line in enumerate(graph.lines)]
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


def _states(line: FundsLine, priors: Priors, *, budget: bool) -> dict[Places, float]:
    """Places of a row's three amounts with their mass, the rate summed out; the lightest dropped."""
    initial, annual, executed = line.amounts
    with_rate = {
        (a, e): annual.chances[a] * executed.chances[e] * _rate_mass(line, a, e, priors)
        for a in range(len(annual.chances))
        for e in range(len(executed.chances))
    }
    least = max(with_rate.values()) * TINY
    out: dict[Places, float] = {}
    for (a, e), mass in with_rate.items():
        if mass >= least:
            for i in range(len(initial.chances)):
                out[i, a, e] = mass * initial.chances[i] * (_budget(initial, annual, i, a, priors) if budget else 1.0)
    least = max(out.values()) * TINY
    return {places: mass for places, mass in out.items() if mass >= least}


def _number(variable: Variable, place: int) -> int | None:
    if place == len(variable.texts) or variable.numbers[place] is None:
        return None
    return variable.values[place]


def _budget(initial: Variable, annual: Variable, i: int, a: int, priors: Priors) -> float:
    """Of a part's budget beside its adjusted budget; the whole row copies its parts and adds no word of its own."""
    prior, blanks = priors.budget, priors.blank
    blank = i < len(initial.texts) and initial.numbers[i] is None
    if a < len(annual.texts) and annual.numbers[a] is None:
        given = blanks.unfounded.probability
        return given if blank else (1.0 - given) * prior.spread
    if blank:
        return blanks.budget.probability
    first, second = _number(initial, i), _number(annual, a)
    if first is None or second is None:
        return prior.spread
    return prior.probability if first == second else (1.0 - prior.probability) * prior.spread


def _rate_factors(line: FundsLine, a: int, e: int, priors: Priors) -> list[float]:
    """The ratio's factor for each candidate of the rate, beside these two amounts."""
    prior, blanks = priors.rule("rate"), priors.blank
    if not line.has_ratio:
        return [prior.spread] * len(line.rate.chances)
    annual, executed = _number(line.amounts[1], a), _number(line.amounts[2], e)
    blank = (blanks.first_rate if line.rate.address.startswith("funds.0.") else blanks.rate).probability
    unknown = a == len(line.amounts[1].texts) or e == len(line.amounts[2].texts)
    if unknown or annual is None or executed is None or annual == 0:
        given = blank if unknown else blanks.unfounded.probability
        number = prior.spread if unknown else (1.0 - given) * prior.spread
        return [*(given if n is None else number for n in line.rate.numbers), number]
    out: list[float] = []
    for printed in line.rate.numbers:
        if printed is None:
            out.append(blank)
        elif ratio_agrees(printed, executed, annual):
            out.append(prior.probability)
        else:
            out.append((1.0 - prior.probability) * prior.spread)
    return [*out, prior.spread]


def _rate_chances(line: FundsLine) -> list[float]:
    if not line.rate_factors:
        return list(line.rate.chances)
    return [c * f for c, f in zip(line.rate.chances, line.rate_factors, strict=True)]


def _rate_mass(line: FundsLine, a: int, e: int, priors: Priors) -> float:
    return sum(c * f for c, f in zip(_rate_chances(line), _rate_factors(line, a, e, priors), strict=True))


def _values(line: FundsLine, places: Places) -> Triple:
    first, second, third = (
        None if place == len(v.texts) else v.values[place] for v, place in zip(line.amounts, places, strict=True)
    )
    return first, second, third


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
        values = _values(line, places)
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
        values = _values(line, places)
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
    return carried, {places: heard[_values(line, places)] for places in states}


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
    chances = _rate_chances(line)
    says = [0.0] * len(chances)
    annual, executed = line.amounts[1], line.amounts[2]
    for (a, e), mass in pairs.items():
        factors = _rate_factors(line, a, e, priors)
        share = mass / total / sum(c * f for c, f in zip(chances, factors, strict=True))
        for i, f in enumerate(factors):
            says[i] += share * f
        if (a, e) == (annual.read, executed.read) and line.rate.read is not None:
            as_read["rate", line.rate.address] = share * factors[line.rate.read] * chances[line.rate.read]
    beliefs[line.rate.address] = normalised([c * s for c, s in zip(chances, says, strict=True)])
    return says
