"""The indicator rows of a made-up form: a three-level tree of names, target and actual values, weights and scores."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Literal

from forms import Cell, Indicator

from . import corpus
from .corpus import Topic
from .numbers import half_width, printed, round_half_up, shares

OPERATORS = {
    "symbol": ("≥", "≤", ""), "ascii": (">=", "<=", "="), "words": ("不少于", "不超过", ""), "none": ("", "", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Style:
    """How a form prints its numbers. Decimals of None: as many as the number needs."""

    template: str
    amount_decimals: int | None = None
    score_decimals: int | None = None
    rate_decimals: int | None = None
    operator: Literal["symbol", "ascii", "words", "none"] = "symbol"
    equals: bool = False
    blank: str = "—"
    scheme: Literal["proportional", "banded"] = "proportional"
    total_unit: str = ""
    level1_weight: str = ""
    empty_reason: str = ""
    own_cost_level: bool = False
    numbered: bool = False
    half_width: bool = False
    thousands: bool = False
    basis: bool = False
    funds_weight: int = 10

    @property
    def reasons(self) -> bool:
        """False for the department-wide form: it has no column for them, so nothing may lose points there."""
        return self.template != "dept"

    @property
    def score_decimals_of_total(self) -> int | None:
        """The total never has fewer decimals than it needs, else the sum would not be the printed one."""
        return None if self.score_decimals == 1 or self.template == "2023" else self.score_decimals


def make_indicators(style: Style, topic: Topic, rng: Random, year: int) -> tuple[tuple[Indicator, ...], Fraction]:
    """The rows in print order and the sum of their scores."""
    rows: list[Indicator] = []
    points = Fraction(0)
    for level1, weight, kinds in _tree(style, rng):
        counts = [_count(kind, rng) for kind in kinds]
        weights = iter(shares(weight, sum(counts), rng, rng.choice((100, 100, 100, 50))))
        shown = level1 + style.level1_weight.format(printed(Fraction(weight, 100), None))
        for kind, count in zip(kinds, counts, strict=True):
            for k in range(count):
                own = Fraction(next(weights), 100)
                name, target, actual, met = _measure(kind, style, topic, rng, year)
                score = own if met or not style.reasons else _reduced(own, style, rng)
                points += score
                reason = _reason(rng) if score < own else style.empty_reason
                mark = f"指标{k + 1}：" if style.numbered else ""
                basis = _basis(topic, year, rng) if style.basis else None
                texts = (shown, kind, mark + name, target, actual)
                numbers = (printed(own, None), printed(score, style.score_decimals))
                l1, l2, l3, want, have, top, point, why = (_cell(t, style) for t in (*texts, *numbers, reason))
                cited = None if basis is None else _cell(basis, style)
                rows.append(Indicator(l1, l2, l3, want, have, top, point, why, cited))
    return tuple(rows), points


def _tree(style: Style, rng: Random) -> list[tuple[str, int, list[str]]]:
    """(level 1, its weight in hundredths, its level-2 kinds)."""
    rest = 10000 - style.funds_weight * 100
    output, benefit, people = ["数量指标", "质量指标", "时效指标"], list(corpus.BENEFIT_KINDS), "服务对象满意度指标"
    some = sorted(rng.sample(benefit, rng.randint(1, 3)), key=benefit.index)
    if style.template == "dept":
        return [
            ("履职效能", rest - 2000, output[: rng.randint(1, 3)]),
            ("社会效应", 2000, ["社会效益指标", "满意度指标"]),
        ]
    if style.own_cost_level:
        parts = (rest - 5000, 2000, 2000, 1000)
        return [("产出指标", parts[0], output[: rng.randint(2, 3)]), ("成本指标", parts[1], ["经济成本指标"]),
                ("效益指标", parts[2], some[:2]), ("满意度指标", parts[3], ["满意度指标"])]  # fmt: skip
    if style.template == "other" and rng.random() < 0.4:
        return [("决策", 1500, ["项目立项", "绩效目标"]), ("过程", 2000, ["资金管理", "组织实施"]),
                ("产出", rest - 5500, output), ("效益", 2000, [rng.choice(benefit), people])]  # fmt: skip
    return [("产出指标", rest - 4000, [*output, "成本指标"]), ("效益指标", 3000, some), ("满意度指标", 1000, [people])]


def _count(kind: str, rng: Random) -> int:
    return (
        rng.choice((1, 2, 2, 3, 4, 5))
        if kind == "数量指标"
        else rng.choice((1, 1, 1, 2, 3))
        if "成本" in kind
        else rng.choice((1, 1, 2))
    )


def _measure(kind: str, style: Style, topic: Topic, rng: Random, year: int) -> tuple[str, str, str, bool]:
    """(name, target, actual, whether the target is met)."""
    at_least, at_most, exact = OPERATORS[style.operator]
    got = "=" if style.equals else ""
    met = rng.random() < 0.82
    verb, thing, unit, lo, hi = rng.choice(topic.things)
    if kind == "数量指标":
        n = rng.randint(lo, hi)
        actual = (
            n + (0 if rng.random() < 0.6 else rng.randint(0, n)) if met else max(0, n - rng.randint(1, max(1, n // 2)))
        )
        name = rng.choice((f"{verb}{thing}数量", f"{verb}{thing}", f"{verb}{thing}（{unit}）"))
        return name, f"{at_least}{_count_text(n, style)}{unit}", f"{got}{_count_text(actual, style)}{unit}", met
    if kind == "时效指标":
        return _timely(style, topic, rng, year, met)
    if "成本" in kind:
        cost = rng.randint(30, 40000)
        spent = cost if met and rng.random() < 0.5 else int(cost * rng.uniform(0.3, 0.99))
        amount = [printed(Fraction(v, 100), None, style.thousands) for v in (cost, max(1, spent))]
        name = rng.choice((f"{verb}{thing}成本", f"{rng.choice(topic.names)}成本", "预算成本控制率"))
        if name == "预算成本控制率":
            return name, f"{at_most}100%", f"{got}100%", met
        return name, f"{at_most}{amount[0]}万元", f"{got}{amount[1]}万元", met
    if "满意度" in kind:
        goal = rng.choice((80, 85, 90, 95, 98))
        above = round(goal + rng.uniform(0, 100 - goal), rng.choice((0, 0, 1, 2)))
        got_rate = f"{above:g}" if met else str(goal - rng.randint(1, 9))
        return f"{rng.choice(topic.people)}满意度", f"{at_least}{goal}%", f"{got}{got_rate}%", met
    if kind in corpus.BENEFIT_KINDS:
        word = rng.choice(corpus.QUALITATIVE)
        outcome = word if met else rng.choice(("基本达成目标", "部分达成预期指标并具有一定效果", "90%"))
        return rng.choice(topic.effects), word, outcome, met
    goal = rng.choice((80, 85, 90, 95, 100))
    reached = goal if goal == 100 or rng.random() < 0.5 else min(100, goal + rng.randint(0, 10))
    if not met:
        reached = goal - rng.randint(1, 20)
    sign = exact if goal == 100 else at_least
    return (
        rng.choice(topic.quality),
        f"{sign}{goal}%",
        f"{got}{reached}{rng.choice(('', '', '.5')) if not met else ''}%",
        met,
    )


def _timely(style: Style, topic: Topic, rng: Random, year: int, met: bool) -> tuple[str, str, str, bool]:
    got, exact = ("=" if style.equals else ""), OPERATORS[style.operator][2]
    month = rng.randint(6, 12)
    late = f"{year + 1}年{rng.randint(1, 5)}月"
    return rng.choice((
        ("项目完成时间", f"{year}年{month}月底前", f"{year}年{month}月" if met else late, met),
        ("项目按期完成及时率（%）", f"{exact}100%", f"{got}{100 if met else rng.randint(50, 99)}%", met),
        (f"{rng.choice(topic.things)[1]}响应时间", f"{OPERATORS[style.operator][1]}{month}小时",
         f"{got}{month if met else month + 3}小时", met),
        ("资金支付时间", f"{OPERATORS[style.operator][1]}{month}月", f"{month}月" if met else "未支付", met),
    ))  # fmt: skip


def _count_text(n: int, style: Style) -> str:
    return f"{n:,}" if style.thousands else str(n)


def _reduced(weight: Fraction, style: Style, rng: Random) -> Fraction:
    """A score below the weight, with the decimals the style prints."""
    decimals = style.score_decimals if style.score_decimals is not None else rng.choice((0, 1, 2))
    score = round_half_up(weight * Fraction(rng.randint(0, 95), 100), decimals)
    return score if score < weight else Fraction(0)


def _reason(rng: Random) -> str:
    texts = rng.sample(corpus.REASONS, rng.choice((1, 1, 1, 2)))
    return "".join(t.format(month=rng.randint(1, 12), num=rng.randint(1, 60)) for t in texts)


def _basis(topic: Topic, year: int, rng: Random) -> str:
    paper = f"{topic.office[:1]}财〔{year}〕{rng.randint(1, 160)}号"
    return f"《关于下达{year}年{rng.choice(topic.names)}预算的通知》（{paper}）"


def _cell(text: str, style: Style) -> Cell:
    shown = half_width(text) if style.half_width else text
    return Cell(shown, raw=shown)
