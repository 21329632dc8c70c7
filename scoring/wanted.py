"""The amounts that a form's rules ask of each cell when all other cells are taken as read.

They only choose which misreadings are worth keeping as candidates; they add nothing to any probability.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

from forms import Form

from .check import rate_percents
from .instances import Instance, declared_weight
from .numbers import Number, is_blank, read_number, round_half_up
from .rulebook import DeclaredRule, PartsRule, RangeRule, RatioRule, SchemeRule, SumRule

Wanted = dict[str, set[Fraction]]


def wanted_amounts(form: Form, rules: tuple[Instance, ...]) -> dict[str, frozenset[Fraction]]:
    """By address: the amounts with which some rule would hold, the other cells as read."""
    wanted: Wanted = defaultdict(set)
    for instance in rules:
        rule = instance.rule
        if isinstance(rule, SumRule | PartsRule | DeclaredRule):
            _of_sum(form, instance, wanted)
        elif isinstance(rule, RatioRule):
            _of_ratio(form, instance, wanted)
        elif isinstance(rule, SchemeRule):
            _of_scheme(form, instance, wanted)
        elif isinstance(rule, RangeRule):
            _each_other(form, instance.result, instance.terms[0], wanted)
    for row in range(len(form.funds)):
        _each_other(form, f"funds.{row}.initial_budget", f"funds.{row}.annual_budget", wanted)
    return {address: frozenset(amounts) for address, amounts in wanted.items()}


def _number(form: Form, address: str) -> Number | None:
    return read_number(form.cell(address).text)


def _of_sum(form: Form, instance: Instance, wanted: Wanted) -> None:
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
        wanted[instance.result].add(computed)
    if total is not None and len(words) <= 1:
        for i, term in enumerate(instance.terms):
            if not words or i in words:
                wanted[term].add(total.amount - computed + amounts[i])


def _of_ratio(form: Form, instance: Instance, wanted: Wanted) -> None:
    rate = _number(form, instance.result)
    above, below = (_number(form, term) for term in instance.terms)
    if above is not None and below is not None and below.amount != 0:
        share = above.amount / below.amount
        for decimals in range(3):
            wanted[instance.result].add(round_half_up(share * 100, decimals))
            wanted[instance.result].add(round_half_up(share, decimals + 2))
    if rate is None or rate.value == 0:
        return
    for percent in rate_percents(rate):
        for decimals in range(3):
            if below is not None:
                wanted[instance.terms[0]].add(round_half_up(below.amount * percent / 100, decimals))
            if above is not None:
                wanted[instance.terms[1]].add(round_half_up(above.amount * 100 / percent, decimals))


def _of_scheme(form: Form, instance: Instance, wanted: Wanted) -> None:
    rate, weight = (_number(form, term) for term in instance.terms)
    if rate is None or weight is None or not isinstance(instance.rule, SchemeRule):
        return
    for scheme in instance.rule.schemes:
        for percent in rate_percents(rate):
            for decimals in range(3):
                wanted[instance.result].add(round_half_up(scheme.score(percent, weight.value), decimals))


def _each_other(form: Form, one: str, two: str, wanted: Wanted) -> None:
    for address, other in ((one, two), (two, one)):
        if (number := _number(form, other)) is not None:
            wanted[address].add(number.amount)
