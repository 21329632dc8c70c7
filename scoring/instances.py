"""A rulebook's rules laid on one form: which cells each of them ties together.

The checker evaluates these instances; the inference makes factors of the same ones, so that both mean one thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from forms import Form

from .numbers import Number, folded, read_number
from .rulebook import (
    DeclaredRule,
    PartsRule,
    RangeRule,
    RatioRule,
    ReasonRule,
    Rule,
    Rulebook,
    SchemeRule,
    SumRule,
)
from .views import View, view_of


@dataclass(frozen=True, slots=True)
class Instance:
    """One application of ``rule``. ``key`` is the address its finding names; ``result`` the cell that should follow
    from the cells in ``terms``. For a ratio the terms are (numerator, denominator), for a scheme (rate, weight), for a
    range (limit,), for a reason (value, limit)."""

    rule: Rule
    key: str
    result: str
    terms: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.result, *self.terms)


def instances(form: Form, rulebook: Rulebook) -> tuple[Instance, ...]:
    """Every application of the rulebook's rules to the form, in the rulebook's order, then in print order."""
    if view := view_of(form):
        return tuple(_as_printed(i, view) for i in instances(view.form, rulebook))
    return tuple(i for rule in rulebook.for_template(form.template) for i in _of_rule(form, rule))


def _as_printed(instance: Instance, view: View) -> Instance:
    """An instance of a view on the form as it is printed."""
    key, result, *terms = map(view.printed, (instance.key, *instance.cells))
    return replace(instance, key=key, result=result, terms=tuple(terms))


def _of_rule(form: Form, rule: Rule) -> Iterator[Instance]:
    if isinstance(rule, RatioRule):
        for result in _expanded(form, rule.result):
            row = result.split(".")[1]
            above, below = (path.replace("*", row) for path in (rule.numerator, rule.denominator))
            if _exists(form, above) and _exists(form, below):
                yield Instance(rule, result, result, (above, below))
    elif isinstance(rule, SchemeRule):
        cells = (rule.score, rule.rate, rule.weight)
        if all(_exists(form, cell) for cell in cells):
            yield Instance(rule, rule.score, rule.score, cells[1:])
    elif isinstance(rule, PartsRule):
        yield from _parts(form, rule)
    elif isinstance(rule, SumRule):
        terms = tuple(cell for path in rule.terms for cell in _expanded(form, path))
        if terms and _exists(form, rule.total):
            yield Instance(rule, rule.total, rule.total, terms)
    elif isinstance(rule, DeclaredRule):
        yield from _declared(form, rule)
    else:
        yield from _by_row(form, rule)


def _parts(form: Form, rule: PartsRule) -> Iterator[Instance]:
    rows = list(range(len(form.funds)))
    if len(rows) < 2:
        return
    whole = rows.pop(0 if rule.whole_of.get(form.template, rule.whole) == "first" else -1)
    for column in rule.columns:
        terms = tuple(f"funds.{row}.{column}" for row in rows)
        yield Instance(rule, f"funds.{column}", f"funds.{whole}.{column}", terms)


def _declared(form: Form, rule: DeclaredRule) -> Iterator[Instance]:
    groups: dict[str, list[int]] = {}
    for i in range(len(form.indicators)):
        text = folded(form.cell(f"indicators.{i}.{rule.label}").text)
        groups.setdefault(text, []).append(i)
    for text, rows in groups.items():
        if declared_weight(text, rule.patterns) is not None:
            label = f"indicators.{rows[0]}.{rule.label}"
            terms = tuple(f"indicators.{i}.{rule.column}" for i in rows)
            yield Instance(rule, form.cell(label).text, label, terms)


def _by_row(form: Form, rule: RangeRule | ReasonRule) -> Iterator[Instance]:
    for path in rule.rows:
        for value in _expanded(form, f"{path}.{rule.value}"):
            row = value.rpartition(".")[0]
            limit = f"{row}.{rule.limit}"
            if isinstance(rule, RangeRule):
                yield Instance(rule, value, value, (limit,))
            else:
                reason = f"{row}.{rule.reason}"
                yield Instance(rule, reason, reason, (value, limit))


def declared_weight(label: str, patterns: tuple[str, ...]) -> Number | None:
    """The weight that a label such as "产出指标(50分)" prints, by the first pattern that finds one."""
    text = folded(label)
    for pattern in patterns:
        if match := _compiled(pattern).search(text):
            return read_number(match["weight"])
    return None


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _expanded(form: Form, path: str) -> list[str]:
    """The addresses of a path of the rulebook, "*" taken for every row that the form has."""
    head, _, rest = path.partition(".")
    if head in ("funds", "indicators"):
        row, _, column = rest.partition(".")
        rows = range(len(getattr(form, head))) if row == "*" else [int(row)]
        return [f"{head}.{r}.{column}" for r in rows if r < len(getattr(form, head))]
    return [path]


def _exists(form: Form, address: str) -> bool:
    head, _, rest = address.partition(".")
    return head == "total" or int(rest.partition(".")[0]) < len(getattr(form, head))
