"""Made-up evaluation forms: plausible words, consistent arithmetic, and the truth in the layout of ``score.py``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

from forms import FUNDS_COLUMNS, Cell, Form, FundsRow, Goals, Indicator, Total

from . import corpus
from .corpus import Split, Topic
from .indicators import Style, make_indicators
from .numbers import half_width, printed, rate_score, round_half_up, shares

TEMPLATES = ("2020", "2023", "2024", "dept", "other")


@dataclass(frozen=True, slots=True)
class Sample:
    """A form as printed. ``planted`` are the document's own errors as (rule, address), as in ``findings.json``."""

    id: str
    form: Form
    style: Style
    attachment: str = ""
    planted: tuple[tuple[str, str], ...] = ()


def make_sample(sample_id: str, rng: Random, template: str = "2020", split: Split = "fit") -> Sample:
    """A form of that family whose eight rules all hold."""
    style = make_style(template, rng)
    topic = rng.choice(corpus.topics(split))
    place, year = rng.choice(corpus.PLACES), rng.randint(2018, 2025)
    project = rng.choice(topic.names)
    funds, funds_score = make_funds(style, rng)
    indicators, points = make_indicators(style, topic, rng, year)
    total_score = printed((funds_score + points).limit_denominator(10000), style.score_decimals_of_total)
    unit = place + topic.office
    dept = template == "dept"
    form = Form(
        template=template,
        title=_cell(_title(template, place, rng)),
        year=_cell(f"（{year}年度）" if template != "2024" else f"({year}年度)"),
        project=_cell("" if dept else (f"{year}年{project}" if rng.random() < 0.4 else project)),
        department=_cell("" if dept else (unit if rng.random() < 0.6 else place + rng.choice(corpus.PARENTS))),
        unit=_cell(unit),
        funds=funds,
        goals=Goals(*(_cell(t) for t in _goals(topic, place, year, style, rng))),
        indicators=indicators,
        total=Total()
        if dept
        else Total(_cell("100"), _cell(total_score + style.total_unit), _cell(style.empty_reason)),
        note=_cell(rng.choice(corpus.NOTES)) if template in ("2024", "other") and rng.random() < 0.7 else None,
    )
    attachment = f"附件{rng.randint(1, 9)}" if template in ("2024", "other") and rng.random() < 0.6 else ""
    return Sample(sample_id, form, style, attachment)


def make_style(template: str, rng: Random) -> Style:
    """How a family prints its numbers; the family ``other`` may print them in any way."""
    known = {
        "2020": Style("2020", level1_weight=rng.choice(("{}分", "{}分", "")), empty_reason=rng.choice(("", "", "/"))),
        "2023": Style("2023", amount_decimals=2, score_decimals=2, rate_decimals=2, operator="ascii", equals=True,
                      scheme="banded", total_unit="分", own_cost_level=True),
        "2024": Style("2024", operator=rng.choice(("words", "symbol")), numbered=True, level1_weight="({}分)",
                      half_width=rng.random() < 0.7),
        "dept": Style("dept", amount_decimals=2, rate_decimals=2, operator="ascii", equals=True, blank="-", basis=True),
    }  # fmt: skip
    if template in known:
        return known[template]
    return Style(
        template,
        amount_decimals=rng.choice((None, 2, 2, 4)),
        score_decimals=rng.choice((None, None, 1, 2)),
        rate_decimals=rng.choice((None, 0, 1, 2)),
        operator=rng.choice(("symbol", "ascii", "words", "none")),
        equals=rng.random() < 0.2,
        blank=rng.choice(("—", "-", "/", "")),
        scheme=rng.choice(("proportional", "banded")),
        total_unit=rng.choice(("", "", "分")),
        level1_weight=rng.choice(("", "{}分", "（{}分）", "({}分)")),
        empty_reason=rng.choice(("", "", "/", "无", "—")),
        own_cost_level=rng.random() < 0.4,
        numbered=rng.random() < 0.3,
        half_width=rng.random() < 0.3,
        thousands=rng.random() < 0.25,
        basis=rng.random() < 0.25,
        funds_weight=rng.choice((10, 10, 20, 15)),
    )


def make_funds(style: Style, rng: Random) -> tuple[tuple[FundsRow, ...], Fraction]:
    """The funds rows and the points they give."""
    labels = corpus.FUNDS_LABELS[style.template]
    dept = style.template == "dept"
    parts = _fund_parts(len(labels) - 1, style, rng)
    whole = tuple(sum(p[c] for p in parts if p is not None) for c in range(3))
    weight = Fraction(style.funds_weight)
    rate, score = _rate_and_score(Fraction(whole[2], whole[1]), weight, style)
    first = (printed(weight, None), rate, printed(score, style.score_decimals))
    blank, with_rates = style.blank, not dept and style.template != "2023" and rng.random() < 0.5
    rows = []
    for amounts in parts:
        own = _rate(Fraction(amounts[2], amounts[1]), style) if with_rates and amounts and amounts[1] else blank
        tail = (blank, own, blank)
        rows.append((*_amounts(amounts, style), *tail))
    if dept:
        rows = [(*rows[0][:3], *first), *rows[1:], (*_amounts(whole, style), blank, blank, blank)]
    else:
        rows = [(*_amounts(whole, style), *first), *rows]
    made = tuple(
        FundsRow(_cell(label), *(_cell(text) for text in row)) for label, row in zip(labels, rows, strict=True)
    )
    return made, score


def truth_dict(sample: Sample) -> dict[str, Any]:
    """The truth of one form in the JSON layout that ``score.py`` reads."""
    form = sample.form

    def indicator(row: Indicator) -> dict[str, str]:
        out = {"l1": row.level1.text, "l2": row.level2.text, "l3": row.level3.text, "target": row.target.text}
        if row.basis is not None:
            out["basis"] = row.basis.text
        return {**out, **{k: getattr(row, k).text for k in ("actual", "weight", "score", "reason")}}

    return {
        "template": form.template,
        "attachment": sample.attachment,
        **{k: getattr(form, k).text for k in ("title", "year", "project", "department", "unit")},
        "funds": [{"label": r.label.text, "cells": [getattr(r, c).text for c in FUNDS_COLUMNS]} for r in form.funds],
        "goal_expected": form.goals.expected.text,
        "goal_actual": form.goals.actual.text,
        "indicators": [indicator(row) for row in form.indicators],
        "total": {k: getattr(form.total, k).text for k in ("weight", "score", "reason")},
        "note": form.note.text if form.note is not None else "",
        "id": sample.id,
    }


def changed(sample: Sample, texts: dict[str, str]) -> Sample:
    """The sample with other texts at these addresses."""
    return replace(sample, form=sample.form.with_cells({a: _cell(t) for a, t in texts.items()}))


def _cell(text: str) -> Cell:
    return Cell(text, raw=text)


def _title(template: str, place: str, rng: Random) -> str:
    if template == "dept":
        return "部门（单位）整体支出绩效目标自评表"
    if template == "other":
        return rng.choice((
            "财政支出项目绩效自评表", f"{place}预算项目绩效自评情况表", "专项资金绩效目标自评表",
            "项目支出绩效自评价表", "市级部门预算项目支出绩效自评表",
        ))  # fmt: skip
    return ("自治区" if template == "2024" else "") + "项目支出绩效自评表"


def _fund_parts(n: int, style: Style, rng: Random) -> list[tuple[int, int, int] | None]:
    """Per part (initial, annual, executed) in hundredths; None for a part the form leaves blank."""
    top = rng.choice((9_00, 60_00, 480_00, 3600_00, 52_000_00))
    budget = max(100, rng.randint(top // 8, top))
    if rng.random() < 0.6:
        budget = max(100, budget // 100 * 100)
    spent = rng.choice((1.0, 1.0, rng.uniform(0.9, 1), rng.uniform(0.4, 0.95)))
    used = 1 if rng.random() < 0.55 else rng.randint(1, n)
    who = sorted({0, *rng.sample(range(n), used - 1)}) if used > 1 else [0]
    out: list[tuple[int, int, int] | None] = [None] * n
    if style.amount_decimals == 2 or rng.random() < 0.2:
        out = [(0, 0, 0)] * n
    for k, annual in zip(who, shares(budget, len(who), rng, 1), strict=True):
        initial = annual if rng.random() < 0.7 else rng.randint(0, annual * 3 // 2)
        out[k] = (initial, annual, min(annual, int(annual * spent)))
    return out


def _amounts(amounts: tuple[int, ...] | None, style: Style) -> tuple[str, ...]:
    if amounts is None:
        return (style.blank if style.template == "other" else "",) * 3
    return tuple(printed(Fraction(a, 100), style.amount_decimals, style.thousands) for a in amounts)


def _rate_and_score(rate: Fraction, weight: Fraction, style: Style) -> tuple[str, Fraction]:
    """The rate as printed and its score; more decimals where the score would not follow from the printed rate. Where it
    does with none, half a unit of the last place away, the printed rate's score is printed."""
    decimals = 2 if style.score_decimals is None else style.score_decimals
    score = round_half_up(rate_score(rate, weight, style.scheme), decimals)
    for shown in (_rate(rate, style), printed(rate * 100, 2) + "%", printed(rate * 100, 4) + "%"):
        follows = round_half_up(rate_score(Fraction(shown[:-1]) / 100, weight, style.scheme), decimals)
        if follows == score:
            break
    return shown, follows


def _rate(rate: Fraction, style: Style) -> str:
    decimals = style.rate_decimals
    if decimals is None:
        decimals = 0 if (rate * 100).denominator == 1 else 2
    return printed(rate * 100, decimals) + "%"


def _goals(topic: Topic, place: str, year: int, style: Style, rng: Random) -> tuple[str, str]:
    words = {
        "place": place, "topic": rng.choice(topic.names), "short": place[:1] + topic.office[:1], "year": year,
        "num": rng.randint(2, 190), "effect": rng.choice(topic.effects), "people": rng.choice(topic.people),
        "rate": rng.choice((80, 85, 90, 95)), "amount": f"{rng.randint(2, 900)}.{rng.randint(1, 99):02d}",
    }  # fmt: skip
    chosen = rng.sample(topic.things, rng.randint(2, len(topic.things)))
    planned = [(v, o, u, rng.randint(lo, hi)) for v, o, u, lo, hi in chosen]
    listed = rng.random() < 0.35
    mark = "目标{}：" if style.numbered else "{}、"

    def told(items: list[tuple[str, str, str, int]]) -> str:
        if not listed:
            return "，".join(f"{v}{o}{n}{u}" for v, o, u, n in items) + "。"
        lines = (mark.format(i) + f"{v}{o}{n}{u}" for i, (v, o, u, n) in enumerate(items, 1))
        return "；\n".join(lines) + "。\n"

    expected = rng.choice(corpus.GOAL_OPENINGS).format(**words) + told(planned)
    done = [(v, o, u, rng.choice((n, n, max(1, n + rng.randint(-n // 5 - 1, n // 3 + 1))))) for v, o, u, n in planned]
    actual = rng.choice((f"截至{year}年12月31日，", f"{year}年度", "")) + told(done)
    if rng.random() < 0.5:
        actual += f"实际支出资金{words['amount']}万元，项目完成率{rng.choice(('100', '98.6', '92.35'))}%。"
    closing = rng.choice(corpus.GOAL_CLOSINGS).format(**words)
    expected, actual = expected + closing, actual + (closing if rng.random() < 0.6 else "")
    shown = (expected.strip(), actual.strip())
    return (half_width(shown[0]), half_width(shown[1])) if style.half_width else shown
