"""A form's unknowns: every numeric cell with its candidates, told how forms print their numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace

from forms import Cell, Form, Indicator, is_number_column

from .candidates import LOST_VALUES, NOTHING, UNSHAPED, Domain, Misprint, Shape, domain
from .error_model import ErrorModel, Priors, RulePrior
from .funds_rows import COLUMNS, rates_of_blank, rates_of_nought
from .habits import with_habits
from .instances import Instance, declared_weight
from .numbers import folded, is_blank, read_number
from .rulebook import DeclaredRule, PartsRule, RatioRule, Rulebook, SchemeRule, SumRule
from .variables import Variable, common_unit, times, variables
from .wanted import wanted_amounts

_TEMPLATE = re.compile(r"指标\d*")
UNUSED = 0.02  # of the chance of a number, what is left in a row without a name
LABEL_SHARE = 0.25  # of a label's doubt that falls on its printed weight: two of some eight characters


def unknowns(
    form: Form, rules: tuple[Instance, ...], rulebook: Rulebook, errors: ErrorModel, priors: Priors, size: int
) -> dict[str, Variable]:
    wanted = wanted_amounts(form, rules, rulebook, priors)
    shapes = _shapes(form)
    texts: dict[str, str] = {}
    domains: dict[str, Domain] = {}
    for address, cell in form.cells():
        if is_number_column(address):
            texts[address] = cell.text
            domains[address] = domain(
                cell, errors, rate=address.endswith(".rate"), wanted=wanted.get(address, NOTHING), size=size,
                shape=shapes.get(_column(address), UNSHAPED), misprint=_misprint(address, priors),
            )  # fmt: skip
    for instance in rules:
        if isinstance(instance.rule, DeclaredRule) and instance.rule.column == "weight":
            label = form.cell(instance.result)
            number = declared_weight(label.text, instance.rule.patterns)
            assert number is not None
            token = Cell(str(int(number.value)) if number.decimals == 0 else str(float(number.value)))
            token = replace(token, confidence=1.0 - LABEL_SHARE * (1.0 - label.confidence))
            texts[f"declared:{instance.key}"] = token.text
            domains[f"declared:{instance.key}"] = domain(
                token, errors, wanted=wanted.get(instance.result, NOTHING), size=size
            )
    found = variables(domains, texts, common_unit(domains.values()))
    whole = next((i.result.rpartition(".")[0] for i in rules if isinstance(i.rule, PartsRule)), "funds.0")
    told = with_habits(found, priors, frozenset(i.result for i in rules if isinstance(i.rule, SumRule)), whole)
    for instance in rules:
        if isinstance(instance.rule, SumRule | PartsRule | RatioRule | SchemeRule):
            told[instance.result] = _perhaps_lost(told[instance.result])
    followed = {i.result for i in rules if isinstance(i.rule, RatioRule)}
    for i in range(len(form.funds)):
        rate, annual = (f"funds.{i}.{name}" for name in ("rate", "annual_budget"))
        if rate not in followed:
            told[rate] = _none_of_nothing(told[rate], told[annual], priors)
    for i in range(len(form.indicators)):
        score, weight = (f"indicators.{i}.{name}" for name in ("score", "weight"))
        told[score] = _perhaps_lost(told[score])
        idle = is_blank(form.indicators[i].actual.text)
        told[weight] = _seldom_blank(told[weight], told[score], priors, idle=idle)
        if _is_unused(form.indicators[i]):
            told[weight], told[score] = (_blank_as_its_row(told[a]) for a in (weight, score))
    return told


def _is_unused(row: Indicator) -> bool:
    """Whether a row was left as the empty form has it: 指标2： or …… and no target, or no name, target and result."""
    name = _TEMPLATE.sub("", folded(row.level3.text))
    blank = is_blank(row.target.text) and (bool(row.level3.text) or is_blank(row.actual.text))
    return blank and not any(c.isalnum() for c in name)


def _blank_as_its_row(variable: Variable) -> Variable:
    """A weight or score in such a row, told that it is as blank as the rest of it."""
    return times(variable, [*(1.0 if n is None else UNUSED for n in variable.numbers), UNUSED])


def _column(address: str) -> str:
    """The cells that print alike many decimals."""
    head, _, column = address.rpartition(".")
    return f"{head.partition('.')[0]}.{'amount' if column in COLUMNS else column}"


def _shapes(form: Form) -> dict[str, Shape]:
    """By column, how its numbers are mostly printed."""
    seen: dict[str, Counter[tuple[int, str]]] = defaultdict(Counter)
    for address, cell in form.cells():
        if is_number_column(address) and (number := read_number(cell.text)) is not None:
            seen[_column(address)][number.decimals, number.unit] += 1
    return {column: Shape(*max(found, key=lambda shape: (found[shape], shape))) for column, found in seen.items()}


def _misprint(address: str, priors: Priors) -> Misprint:
    """How likely the column prints a number where a given other one was meant."""
    column = address.rpartition(".")[2]
    prior: RulePrior = getattr(priors.misprints, "amount" if column in COLUMNS else column)
    chance = (1.0 - prior.probability) * prior.spread
    return Misprint(chance * (1.0 - priors.misprints.far), chance * priors.misprints.far)


def _perhaps_lost(variable: Variable) -> Variable:
    """A cell that follows from others and was read as blank. A number lost there leaves no trace of which it was, so
    that it is not one of many equally likely ones: what is lost is what the other cells give."""
    if variable.read is None or variable.numbers[variable.read] is not None:
        return variable
    weights = [1.0 if n is None or n.value == 0 else LOST_VALUES for n in variable.numbers]
    return times(variable, [*weights, LOST_VALUES])


def _none_of_nothing(rate: Variable, annual: Variable, priors: Priors) -> Variable:
    """A rate of which no rule of the form speaks, told what is printed of a budget that is 0 or left blank."""
    of = list(zip(annual.chances, annual.numbers, strict=False))
    blank, nought = sum(c for c, n in of if n is None), sum(c for c, n in of if n is not None and n.value == 0)
    factors = zip(rates_of_blank(rate, priors), rates_of_nought(rate, priors), strict=True)
    return times(rate, [1.0 - blank - nought + blank * b + nought * o for b, o in factors])


def _seldom_blank(weight: Variable, score: Variable, priors: Priors, *, idle: bool) -> Variable:
    """A weight told that hardly any is left blank, but beside a blank score.

    In an ``idle`` row, of which nothing was done, it is a nought or as blank as the rest."""
    numbers = sum(c for c, n in zip(score.chances, score.numbers, strict=False) if n is not None)
    blank = priors.blank.weight.probability * (1.0 - numbers * priors.blank.score.probability)
    if idle:
        given = priors.blank.idle_weight.probability
        blank = numbers * blank + (1.0 - numbers) * given / (1.0 - given)
    return times(weight, [*(blank if n is None else 1.0 for n in weight.numbers), 1.0])
