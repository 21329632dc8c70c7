"""Errors a document can have of its own: one of each of the eight rules, planted on purpose and recorded."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from .content import Sample, changed
from .numbers import rate_score, round_half_up

RULES = (
    "rate", "fund-score", "fund-parts", "weights-total", "level1-weight", "total-score", "score-range",
    "reason-missing",
)  # fmt: skip
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def plant(sample: Sample, rule: str, rng: Random) -> Sample | None:
    """The sample with one cell changed so that this rule, and no other, is broken; None where the rule cannot be.

    The record names the cell as ``findings.json`` does: ``level1-weight`` by the level's text, ``fund-parts`` by
    its column. A department-wide form has no total row and no rate rule.
    """
    if sample.form.template == "dept" and rule in ("rate", "fund-score", "weights-total", "total-score"):
        return None
    made = _PLANTERS[rule](sample, rng)
    if made is None:
        return None
    texts, name = made
    return replace(changed(sample, texts), planted=(*sample.planted, (rule, name)))


def number(text: str) -> Decimal | None:
    """The number a cell prints, without what hangs on it; None where there is none."""
    found = _NUMBER.search(text)
    return Decimal(found.group().replace(",", "")) if found else None


def with_number(text: str, value: Decimal) -> str:
    """``text`` with its number replaced; decimals as before, more where ``value`` needs them."""
    found = _NUMBER.search(text)
    if found is None:
        raise ValueError(f"no number in {text!r}")
    old = found.group()
    decimals = max(len(old.partition(".")[2]), _decimals(value))
    return text[: found.start()] + f"{value:{',' if ',' in old else ''}.{decimals}f}" + text[found.end() :]


Planted = tuple[dict[str, str], str] | None


def _shifted(sample: Sample, address: str, by: Decimal) -> dict[str, str]:
    text = sample.form.cell(address).text
    value = number(text)
    if value is None:
        return {}
    return {address: with_number(text, value + by)}


def _and_total(sample: Sample, texts: dict[str, str]) -> dict[str, str]:
    """The texts, and a total score that follows them (so that only the rule meant is broken)."""
    (address, text), total = next(iter(texts.items())), sample.form.total.score.text
    old, new, whole = number(sample.form.cell(address).text), number(text), number(total)
    if old is None or new is None or whole is None:
        return texts
    return {**texts, "total.score": with_number(total, (whole + new - old).normalize())}


def _rate(sample: Sample, rng: Random) -> Planted:
    """A wrong rate; the score follows from it, as where somebody mistyped the rate first."""
    row, style = sample.form.funds[0], sample.style
    rate, weight, score = (number(getattr(row, k).text) for k in ("rate", "weight", "score"))
    if rate is None or weight is None or score is None:
        return None
    wrong = rate + rng.choice((3, 5, 7)) * (-1 if rate > 90 else 1)
    decimals = _decimals(score) if style.score_decimals is None else style.score_decimals
    points = round_half_up(rate_score(Fraction(wrong) / 100, Fraction(weight), style.scheme), max(decimals, 2))
    texts = {"funds.0.score": with_number(row.score.text, Decimal(points.numerator) / points.denominator)}
    return {**_and_total(sample, texts), "funds.0.rate": with_number(row.rate.text, wrong)}, "funds.0.rate"


def _fund_score(sample: Sample, rng: Random) -> Planted:
    """A score that follows from the rate under neither scheme."""
    row = sample.form.funds[0]
    rate, weight, score = (number(getattr(row, k).text) for k in ("rate", "weight", "score"))
    if rate is None or weight is None or score is None:
        return None
    right = [rate_score(Fraction(rate) / 100, Fraction(weight), scheme) for scheme in ("proportional", "banded")]
    shifts = [Decimal(x) for x in ("-1.3", "-0.7", "0.7", "1.3", "-2.1", "2.1")]
    fit = [
        d
        for d in shifts
        if 0 <= score + d <= weight and all(abs(Fraction(score + d) - r) > Fraction(1, 2) for r in right)
    ]
    if not fit:
        return None
    return _and_total(sample, _shifted(sample, "funds.0.score", rng.choice(fit))), "funds.0.score"


def _fund_parts(sample: Sample, rng: Random) -> Planted:
    whole = len(sample.form.funds) - 1 if sample.form.template == "dept" else 0
    others = [r for i, r in enumerate(sample.form.funds) if i != whole]
    if not any(number(r.initial_budget.text) is not None for r in others):
        return None
    texts = _shifted(sample, f"funds.{whole}.initial_budget", Decimal(rng.choice((1, 5, 20))))
    return (texts, "funds.initial_budget") if texts else None


def _weights_total(sample: Sample, rng: Random) -> Planted:
    return _shifted(sample, "total.weight", Decimal(rng.choice((2, 5, 10)))), "total.weight"


def _level1_weight(sample: Sample, rng: Random) -> Planted:
    first = rng.choice(sample.form.indicators).level1.text
    value = number(first)
    if value is None or "分" not in first:
        return None
    text = with_number(first, value + rng.choice((5, 10)))
    return {
        f"indicators.{i}.level1": text for i, r in enumerate(sample.form.indicators) if r.level1.text == first
    }, text


def _total_score(sample: Sample, rng: Random) -> Planted:
    return _shifted(sample, "total.score", Decimal(rng.choice((-1, "-0.5", -3)))), "total.score"


def _score_range(sample: Sample, rng: Random) -> Planted:
    k = rng.randrange(len(sample.form.indicators))
    row = sample.form.indicators[k]
    weight, score = number(row.weight.text), number(row.score.text)
    if weight is None or score is None:
        return None
    texts = _shifted(sample, f"indicators.{k}.score", weight - score + rng.choice((1, 2)))
    return _and_total(sample, texts), f"indicators.{k}.score"


def _reason_missing(sample: Sample, rng: Random) -> Planted:
    lost = [k for k, r in enumerate(sample.form.indicators) if _lost(r.score.text, r.weight.text)]
    if not lost:
        return None
    k = rng.choice(lost)
    return {f"indicators.{k}.reason": rng.choice(("", "/", "—"))}, f"indicators.{k}.reason"


def _lost(score: str, weight: str) -> bool:
    s, w = number(score), number(weight)
    return s is not None and w is not None and s < w


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


_PLANTERS = {
    "rate": _rate, "fund-score": _fund_score, "fund-parts": _fund_parts, "weights-total": _weights_total,
    "level1-weight": _level1_weight, "total-score": _total_score, "score-range": _score_range,
    "reason-missing": _reason_missing,
}  # fmt: skip
