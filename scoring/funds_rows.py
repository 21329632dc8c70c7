"""One funds row: its three amounts taken together, its rate summed out of them, its budget beside the adjusted one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .check import ratio_agrees
from .error_model import Priors
from .variables import Variable

Triple = tuple[int | None, int | None, int | None]
Places = tuple[int, int, int]

COLUMNS = ("initial_budget", "annual_budget", "executed")
TINY = 1e-8  # of the heaviest: lighter combinations of a row, lighter triples of sums are dropped


@dataclass(frozen=True, slots=True)
class FundsLine:
    """One printed row: its three amounts in COLUMNS' order and its rate, with whether a rule ties the rate to them.

    ``rate_factors`` is what the score says of the rate's candidates (1 for each where nothing does)."""

    amounts: tuple[Variable, Variable, Variable]
    rate: Variable
    has_ratio: bool
    rate_factors: tuple[float, ...] = ()


def alone(line: FundsLine, column: int) -> FundsLine:
    """The row with its other two amounts taken out of play."""
    first, second, third = (
        v if c == column else Variable(v.address, ("",), (None,), (0,), (1,), (1.0, 0.0), 0)
        for c, v in enumerate(line.amounts)
    )
    return replace(line, amounts=(first, second, third))


def row_states(line: FundsLine, priors: Priors, *, budget: bool) -> dict[Places, float]:
    """Places of a row's three amounts with their mass, the rate summed out; the lightest dropped."""
    initial, annual, executed = line.amounts
    with_rate = {
        (a, e): annual.chances[a] * executed.chances[e] * _rate_mass(line, a, e, priors)
        for a in range(len(annual.chances))
        for e in range(len(executed.chances))
    }
    over = 1.0 - priors.executed.probability
    for a, e in with_rate:
        if line.has_ratio:
            with_rate[a, e] *= executed_factor(annual, executed, a, e, priors)
        if _above(executed, e, annual, a):
            with_rate[a, e] *= over
    least = max(with_rate.values()) * TINY
    out: dict[Places, float] = {}
    for (a, e), mass in with_rate.items():
        if mass >= least:
            for i in range(len(initial.chances)):
                out[i, a, e] = (
                    mass * initial.chances[i] * (budget_factor(initial, annual, i, a, priors) if budget else 1.0)
                )
    least = max(out.values()) * TINY
    return {places: mass for places, mass in out.items() if mass >= least}


def _number(variable: Variable, place: int) -> int | None:
    if place == len(variable.texts) or variable.numbers[place] is None:
        return None
    return variable.values[place]


def _is_blank(variable: Variable, place: int) -> bool:
    return place < len(variable.texts) and variable.numbers[place] is None


def _above(one: Variable, i: int, two: Variable, k: int) -> bool:
    first, second = _number(one, i), _number(two, k)
    return first is not None and second is not None and first > second


def budget_factor(initial: Variable, annual: Variable, i: int, a: int, priors: Priors) -> float:
    """Of a part's budget beside its adjusted budget; the whole row copies its parts and adds no word of its own."""
    prior, blanks = priors.budget, priors.blank
    blank = _is_blank(initial, i)
    if _is_blank(annual, a):
        given = blanks.unfounded.probability
        return given if blank else (1.0 - given) * prior.spread
    if blank:
        return blanks.budget.probability
    first, second = _number(initial, i), _number(annual, a)
    if first is None or second is None:
        return prior.spread
    if first == second:
        return prior.probability
    nought = priors.nought.budget.probability
    return (1.0 - prior.probability) * (nought if first == 0 else (1.0 - nought) * prior.spread)


def executed_factor(annual: Variable, executed: Variable, a: int, e: int, priors: Priors) -> float:
    """Of what was spent beside the budget: a row prints both or leaves both blank."""
    given = priors.blank.unfounded if _is_blank(annual, a) else priors.blank.executed
    return given.probability if _is_blank(executed, e) else 1.0 - given.probability


def rate_factors_of(line: FundsLine, a: int, e: int, priors: Priors) -> list[float]:
    """The ratio's factor for each candidate of the rate, beside these two amounts."""
    prior, blanks = priors.rule("rate"), priors.blank
    if not line.has_ratio:
        return [prior.spread] * len(line.rate.chances)
    annual, executed = _number(line.amounts[1], a), _number(line.amounts[2], e)
    blank = (blanks.first_rate if line.rate.address.startswith("funds.0.") else blanks.rate).probability
    unknown = a == len(line.amounts[1].texts) or e == len(line.amounts[2].texts)
    if annual == 0 and executed is not None:
        return rates_of_nought(line.rate, priors)
    if unknown:
        return [*(blank if n is None else prior.spread for n in line.rate.numbers), prior.spread]
    if annual is None or executed is None:
        return rates_of_blank(line.rate, priors)
    out: list[float] = []
    for printed in line.rate.numbers:
        if printed is None:
            out.append(blank)
        elif ratio_agrees(printed, executed, annual):
            out.append(prior.probability)
        else:
            out.append((1.0 - prior.probability) * prior.spread)
    return [*out, prior.spread]


def rates_of_blank(rate: Variable, priors: Priors) -> list[float]:
    """How likely each candidate is printed as the rate of amounts that are left blank."""
    given = priors.blank.unfounded.probability
    number = (1.0 - given) * priors.rule("rate").spread
    return [*(given if n is None else number for n in rate.numbers), number]


def rates_of_nought(rate: Variable, priors: Priors) -> list[float]:
    """How likely each candidate is printed as the rate of a budget of 0: most forms leave it blank, some print 0."""
    blank, nought = priors.nought.no_rate.probability, priors.nought.rate.probability
    other = (1.0 - blank) * (1.0 - nought) * priors.rule("rate").spread
    return [
        *(blank if n is None else (1.0 - blank) * nought if n.value == 0 else other for n in rate.numbers),
        other,
    ]


def rate_chances(line: FundsLine) -> list[float]:
    if not line.rate_factors:
        return list(line.rate.chances)
    return [c * f for c, f in zip(line.rate.chances, line.rate_factors, strict=True)]


def _rate_mass(line: FundsLine, a: int, e: int, priors: Priors) -> float:
    return sum(c * f for c, f in zip(rate_chances(line), rate_factors_of(line, a, e, priors), strict=True))


def row_values(line: FundsLine, places: Places) -> Triple:
    first, second, third = (
        None if place == len(v.texts) else v.values[place] for v, place in zip(line.amounts, places, strict=True)
    )
    return first, second, third
