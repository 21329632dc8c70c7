"""The amounts that a form's rules ask of each cell when all other cells are taken as read.

They choose which misreadings are worth keeping as candidates, and tell how hard it is for a text that nobody thought of
to keep the rules; they make no candidate likelier.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from forms import Form, is_number_column

from .check import evaluate, rate_percents
from .error_model import Priors
from .instances import Instance, declared_weight
from .numbers import Number, decimal_text, is_blank, read_number, round_half_up
from .rulebook import DeclaredRule, PartsRule, RangeRule, RatioRule, Rulebook, SchemeRule, SumRule

Asked = tuple[str, frozenset[Fraction]]
LEAST_SURE = 1e-6
FITS = 0.1  # of misreadings of the other cells, those that fit a text nobody asked for
_MOST_MISPRINTS = 4  # intended amounts kept per cell


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the rules ask of one cell. ``amounts``: with any of them some rule would hold, the other cells as read.

    ``rules``: for each equation around the cell its amounts, and the probability that it holds in print and all its
    other cells are as read, so that the cell cannot print anything else. ``meant``: amounts that, if the print itself
    had a misprint in this cell, would mend two or more rules at once.
    """

    amounts: frozenset[Fraction] = frozenset()
    rules: tuple[tuple[frozenset[Fraction], float], ...] = ()
    meant: frozenset[Fraction] = frozenset()

    def by_chance(self, amounts: Iterable[Fraction]) -> float:
        """The share of its probability that a text nobody thought of keeps where ``amounts`` are thought of: a rule
        that asks for one of these lets no other text pass unless it is broken or another of its cells misread."""
        known = set(amounts)
        return math.prod(1.0 - firm for asked, firm in self.rules if not known.isdisjoint(asked))

    def unasked(self, amounts: Iterable[Fraction]) -> float:
        """The same for texts that were thought of and not kept, for they are not what the rules ask for: a misreading
        of another cell would have to fit them."""
        known = set(amounts)
        return math.prod(1.0 - math.pow(firm, FITS) for asked, firm in self.rules if not known.isdisjoint(asked))


def wanted_amounts(form: Form, rules: tuple[Instance, ...], rulebook: Rulebook, priors: Priors) -> dict[str, Wanted]:
    """What the rules ask, by address (a weight printed in a label under the label's address)."""
    amounts: dict[str, set[Fraction]] = defaultdict(set)
    firmly: dict[str, list[tuple[frozenset[Fraction], float]]] = defaultdict(list)
    for instance in rules:
        rule = instance.rule
        if isinstance(rule, RangeRule):
            for address, asked in _each_other(form, instance.result, instance.terms[0]):
                amounts[address] |= asked
            continue
        sure = {a: max(form.cell(a).confidence, LEAST_SURE) for a in instance.cells}
        every = math.prod(sure.values())
        for address, asked in _of(form, instance):
            amounts[address] |= asked
            others = every / sure[address]
            firmly[address].append((asked, priors.rule(rule.name).probability * others))
    for row in range(len(form.funds)):
        for address, asked in _each_other(form, f"funds.{row}.initial_budget", f"funds.{row}.annual_budget"):
            amounts[address] |= asked
    usual = {a: _usual_amount(u.value) for a, u in priors.usual.items() if u.value}
    meant = _meant(form, rules, rulebook, firmly, usual)
    return {
        a: Wanted(frozenset(found), tuple(firmly.get(a, ())), meant.get(a, frozenset())) for a, found in amounts.items()
    }


def _of(form: Form, instance: Instance) -> Iterator[Asked]:
    if isinstance(instance.rule, SumRule | PartsRule | DeclaredRule):
        yield from _of_sum(form, instance)
    elif isinstance(instance.rule, RatioRule):
        yield from _of_ratio(form, instance)
    elif isinstance(instance.rule, SchemeRule):
        yield from _of_scheme(form, instance)


def _number(form: Form, address: str) -> Number | None:
    return read_number(form.cell(address).text)


def _of_sum(form: Form, instance: Instance) -> Iterator[Asked]:
    if isinstance(instance.rule, DeclaredRule):
        total = declared_weight(form.cell(instance.result).text, instance.rule.patterns)
    else:
        total = _number(form, instance.result)
    numbers = [_number(form, term) for term in instance.terms]
    amounts = [Fraction(0) if n is None else n.amount for n in numbers]
    words = [
        i for i, (n, t) in enumerate(zip(numbers, instance.terms, strict=True))
        if n is None and not is_blank(form.cell(t).text)
    ]  # fmt: skip
    computed = sum(amounts, Fraction(0))
    if not words:
        yield instance.result, frozenset([computed])
    if total is not None and len(words) <= 1:
        for i, term in enumerate(instance.terms):
            if not words or i in words:
                yield term, frozenset([total.amount - computed + amounts[i]])


def _of_ratio(form: Form, instance: Instance) -> Iterator[Asked]:
    rate = _number(form, instance.result)
    above, below = (_number(form, term) for term in instance.terms)
    if above is not None and below is not None and below.amount != 0:
        share = above.amount / below.amount
        yield instance.result, _rounded([share * 100]) | {round_half_up(share, d) for d in range(2, 5)}
    if rate is None or rate.value == 0:
        return
    percents = rate_percents(rate)
    if below is not None:
        yield instance.terms[0], _rounded(below.amount * p / 100 for p in percents)
    if above is not None:
        yield instance.terms[1], _rounded(above.amount * 100 / p for p in percents)


def _of_scheme(form: Form, instance: Instance) -> Iterator[Asked]:
    rate, weight = (_number(form, term) for term in instance.terms)
    if rate is not None and weight is not None and isinstance(instance.rule, SchemeRule):
        earned = (s.score(p, weight.value) for s in instance.rule.schemes for p in rate_percents(rate))
        yield instance.result, _rounded(earned)


def _rounded(values: Iterable[Fraction]) -> frozenset[Fraction]:
    return frozenset(round_half_up(v, decimals) for v in values for decimals in range(3))


def _each_other(form: Form, one: str, two: str) -> Iterator[Asked]:
    for address, other in ((one, two), (two, one)):
        if (number := _number(form, other)) is not None:
            yield address, frozenset([number.amount])


def _meant(
    form: Form,
    rules: tuple[Instance, ...],
    rulebook: Rulebook,
    firmly: dict[str, list[tuple[frozenset[Fraction], float]]],
    usual: Mapping[str, Fraction | None],
) -> dict[str, frozenset[Fraction]]:
    """By address: amounts that would mend at least two broken rules at once, the usual one counting as a rule."""
    broken = [i for i in rules if evaluate(form, i, rulebook)]
    around: dict[str, list[Instance]] = defaultdict(list)
    for instance in broken:
        for address in instance.cells:
            if is_number_column(address):
                around[address].append(instance)
    out = {}
    for address, some in around.items():
        number = _number(form, address)
        wont = usual.get(address, None if number is None else number.amount)
        if number is None or len(some) + (wont != number.amount) < 2:
            continue
        asked = {amount for amounts, _ in firmly.get(address, ()) for amount in amounts} - {number.amount}
        found = [
            a for a in sorted(asked)
            if a >= 0 and _mended(form, address, number, a, some, rulebook) + (a == wont) >= 2
        ]  # fmt: skip
        if found:
            out[address] = frozenset(sorted(found, key=lambda a: abs(a - number.amount))[:_MOST_MISPRINTS])
    return out


def _usual_amount(text: str) -> Fraction | None:
    number = read_number(text)
    return None if number is None else number.amount


def _mended(
    form: Form, address: str, number: Number, amount: Fraction, some: list[Instance], rulebook: Rulebook
) -> int:
    """How many of these broken rules hold with ``amount``, printed with as many decimals as the number read."""
    value = amount / number.scale
    if (value / number.step).denominator != 1:
        return 0
    text = decimal_text(value, number.decimals) + number.unit
    tried = form.with_cells({address: replace(form.cell(address), text=text)})
    return sum(not evaluate(tried, i, rulebook) for i in some)
