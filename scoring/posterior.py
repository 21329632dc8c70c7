"""One factor graph per form: its numeric cells, the rules that tie them, and the marginals of each.

The graph is two solved pieces, the funds rows (``funds``) and the weights with the scores (``marks``), joined at the
rate of the first funds row: the funds tell the first score which rates are likely, the score tells them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from forms import Form

from .check import rate_percents
from .error_model import ErrorModel, Priors
from .funds import FundsGraph, FundsPosterior, solve_funds
from .funds_rows import COLUMNS, FundsLine
from .instances import Instance, instances
from .marks import Declared, MarksGraph, MarksPosterior, Row, Table, score_table, solve_marks
from .numbers import is_blank, round_half_up
from .rulebook import DeclaredRule, PartsRule, RatioRule, Rulebook, SchemeRule, SumRule
from .unknowns import unknowns
from .variables import Variable

OUTSIDE_RANGE = 0.002  # that a printed score lies outside 0 to its weight: none of 439 does, by the rule of succession


@dataclass(frozen=True, slots=True)
class Posterior:
    """``variables`` and ``beliefs`` by address (beliefs aligned with the variable's chances). ``as_read`` by (rule,
    key): the probability that every cell of that rule is as read, for rules that the graph holds."""

    variables: dict[str, Variable]
    beliefs: dict[str, list[float]]
    as_read: dict[tuple[str, str], float]


def posterior(form: Form, rulebook: Rulebook, errors: ErrorModel, priors: Priors, *, size: int = 5) -> Posterior:
    """The marginals of every numeric cell of the form; ``size`` bounds the misreadings kept per cell."""
    rules = instances(form, rulebook)
    every = unknowns(form, rules, rulebook, errors, priors, size)
    funds = _funds_graph(form, rules, every, priors)
    scheme = next((i for i in rules if isinstance(i.rule, SchemeRule)), None)
    marks = _marks_graph(form, rules, every, priors)
    as_read: dict[tuple[str, str], float] = {}
    beliefs = {a: list(v.chances) for a, v in every.items()}
    row = _row_of(marks, scheme)
    first = solve_funds(funds) if funds is not None else None
    says: list[float] = []
    tensor: Tensor = []
    if scheme is not None and row is not None:
        says = _rate_says(scheme, every, first)
        tensor = _scheme_factors(scheme, every, priors)
        marks = _with_scheme(marks, row, tensor, says)
    solved = solve_marks(marks)
    if scheme is not None and row is not None:
        back, joint = _scheme_back(marks, row, tensor, says, every[scheme.terms[0]].read, solved)
        if joint is not None:
            as_read[scheme.rule.name, scheme.key] = joint
        funds = _told(funds, scheme, back)
    if funds is not None:
        second = solve_funds(funds) if says else first
        assert second is not None
        beliefs |= second.beliefs
        as_read |= second.as_read
        _parts_as_read(funds, rules, second, as_read)
    beliefs |= solved.beliefs
    as_read |= solved.as_read
    return Posterior(every, beliefs, as_read)


def _funds_graph(
    form: Form, rules: tuple[Instance, ...], every: Mapping[str, Variable], priors: Priors
) -> FundsGraph | None:
    if not form.funds:
        return None
    parts = [i for i in rules if isinstance(i.rule, PartsRule)]
    ratios = {
        i.result for i in rules
        if isinstance(i.rule, RatioRule) and [t.split(".")[-1] for t in i.terms] == ["executed", "annual_budget"]
    }  # fmt: skip
    lines = []
    for row in range(len(form.funds)):
        first, second, third = (every[f"funds.{row}.{column}"] for column in COLUMNS)
        rate = every[f"funds.{row}.rate"]
        lines.append(FundsLine((first, second, third), rate, rate.address in ratios))
    summed = {i.key.removeprefix("funds."): int(i.result.split(".")[1]) for i in parts}
    whole = next(iter(summed.values()), 0)
    a, b, c = (column in summed for column in COLUMNS)
    return FundsGraph(tuple(lines), whole, (a, b, c), priors)


def _marks_graph(form: Form, rules: tuple[Instance, ...], every: Mapping[str, Variable], priors: Priors) -> MarksGraph:
    sums = {i.result: i for i in rules if isinstance(i.rule, SumRule)}
    names = [f"indicators.{i}" for i in range(len(form.indicators))]
    if form.funds:
        names.insert(0, "funds.0")
    weights, scores = (sums.get(f"total.{column}") for column in ("weight", "score"))
    rows = []
    for name in names:
        weight, score = every[f"{name}.weight"], every[f"{name}.score"]
        if name.startswith("funds"):
            table = _range_table(weight, score)
        else:
            reason = form.cell(f"{name}.reason")
            given = 0.0 if is_blank(reason.text) else 1.0
            doubt = 0.5 * (1.0 - reason.confidence)
            table = score_table(weight, score, reason=given * (1 - doubt) + (1 - given) * doubt, priors=priors)
        rows.append(Row(weight, score, table))
    places = {f"{name}.weight": i for i, name in enumerate(names)}
    declared = tuple(
        Declared(i.key, every[f"declared:{i.key}"], tuple(places[t] for t in i.terms))
        for i in rules
        if isinstance(i.rule, DeclaredRule) and i.rule.column == "weight" and i.rule.label == "level1"
    )
    return MarksGraph(
        tuple(rows),
        declared,
        every["total.weight"] if _covers(weights, names, "weight") else None,
        every["total.score"] if _covers(scores, names, "score") else None,
        priors,
    )


def _covers(instance: Instance | None, names: list[str], column: str) -> bool:
    """Whether a sum is the one the graph knows: over every row, the first funds row included."""
    return instance is not None and set(instance.terms) == {f"{name}.{column}" for name in names}


def _range_table(weight: Variable, score: Variable) -> Table:
    size = len(score.values)
    rows = [[*(1.0 if 0 <= s <= w else OUTSIDE_RANGE for s in score.values), 1.0] for w in weight.values]
    return [*rows, [1.0] * (size + 1)]


def _row_of(marks: MarksGraph, scheme: Instance | None) -> int | None:
    """The place of the row whose score the scheme computes."""
    if scheme is None:
        return None
    return next((i for i, row in enumerate(marks.rows) if row.score.address == scheme.result), None)


def _rate_says(scheme: Instance, every: Mapping[str, Variable], funds: FundsPosterior | None) -> list[float]:
    """The masses of the rate's candidates before the score is heard."""
    rate = every[scheme.terms[0]]
    if funds is None:
        return list(rate.chances)
    said = funds.rates[int(scheme.terms[0].split(".")[1])]
    return [c * s for c, s in zip(rate.chances, said, strict=True)]


Tensor = list[list[list[float]]]  # [place of the weight][place of the score][place of the rate]


def _scheme_factors(scheme: Instance, every: Mapping[str, Variable], priors: Priors) -> Tensor:
    """The scheme's factor for every combination of candidates, "some other text" last in each direction."""
    prior = priors.rule(scheme.rule.name)
    rate, weight, score = (every[a] for a in (*scheme.terms, scheme.result))
    assert isinstance(scheme.rule, SchemeRule)
    broken = (1.0 - prior.probability) * prior.spread
    tensor = [[[prior.spread] * len(rate.chances) for _ in score.chances] for _ in weight.chances]
    for w, of in enumerate(weight.numbers):
        for r, percent in enumerate(rate.numbers):
            if of is None or percent is None:
                continue
            earned = {x.score(p, of.value) for x in scheme.rule.schemes for p in rate_percents(percent)}
            rounded = {n.decimals: {round_half_up(e, n.decimals) for e in earned} for n in score.numbers if n}
            for s, number in enumerate(score.numbers):
                if number is not None:
                    tensor[w][s][r] = prior.probability if number.value in rounded[number.decimals] else broken
    return tensor


def _with_scheme(marks: MarksGraph, row: int, tensor: Tensor, says: list[float]) -> MarksGraph:
    """The graph with the scheme, the rate summed out, in the table of its row."""
    target = marks.rows[row]
    table = [
        [
            cell * sum(m * factor for m, factor in zip(says, factors, strict=True))
            for cell, factors in zip(line, sheet, strict=True)
        ]
        for line, sheet in zip(target.table, tensor, strict=True)
    ]
    rows = list(marks.rows)
    rows[row] = replace(target, table=table)
    return replace(marks, rows=tuple(rows))


def _scheme_back(
    marks: MarksGraph,
    row: int,
    tensor: Tensor,
    says: list[float],
    read: int | None,
    solved: MarksPosterior,
) -> tuple[list[float], float | None]:
    """(what score and weight say of the rate's candidates, the probability that all three are as read)."""
    target, context = marks.rows[row], solved.context[row]
    plain = _range_table(target.weight, target.score)
    back = [0.0] * len(says)
    for w, line in enumerate(context):
        for s, mass in enumerate(line):
            if mass > 0:
                for r, factor in enumerate(tensor[w][s]):
                    back[r] += mass * plain[w][s] * factor
    every_mass = sum(b * m for b, m in zip(back, says, strict=True))
    joint = None
    if target.weight.read is not None and target.score.read is not None and read is not None:
        w, s = target.weight.read, target.score.read
        joint = context[w][s] * plain[w][s] * says[read] * tensor[w][s][read] / every_mass
    return [b / every_mass for b in back], joint


def _told(funds: FundsGraph | None, scheme: Instance, back: list[float]) -> FundsGraph | None:
    if funds is None:
        return None
    row = int(scheme.terms[0].split(".")[1])
    lines = list(funds.lines)
    lines[row] = replace(lines[row], rate_factors=tuple(back))
    return replace(funds, lines=tuple(lines))


def _parts_as_read(
    funds: FundsGraph, rules: tuple[Instance, ...], solved: FundsPosterior, as_read: dict[tuple[str, str], float]
) -> None:
    """The probability that a funds column is as read: the mass that is left with all its cells held to their text."""
    for instance in rules:
        if not isinstance(instance.rule, PartsRule):
            continue
        column = COLUMNS.index(instance.key.removeprefix("funds."))
        if any(line.amounts[column].read is None for line in funds.lines):
            continue
        if _adds_up(funds, column):
            continue
        lines = tuple(_held(line, column) for line in funds.lines)
        as_read[instance.rule.name, instance.key] = solve_funds(replace(funds, lines=lines)).evidence / solved.evidence


def _adds_up(funds: FundsGraph, column: int) -> bool:
    reads = [(line.amounts[column], line.amounts[column].read) for line in funds.lines]
    values = [v.values[r] for v, r in reads if r is not None]
    return 2 * values[funds.whole] == sum(values)


def _held(line: FundsLine, column: int) -> FundsLine:
    variable = line.amounts[column]
    chances = tuple(c if i == variable.read else 0.0 for i, c in enumerate(variable.chances))
    amounts = list(line.amounts)
    amounts[column] = replace(variable, chances=chances)
    return replace(line, amounts=(amounts[0], amounts[1], amounts[2]))
