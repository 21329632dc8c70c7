"""分值 and 得分: the weights' sums, the scores' sum, and each score beside its weight.

Two layers, each exact on its own. First the weights: their sums (level-1 groups inside the grand total are a tree), and
of each score only what was read. Then the scores: their sum, and each row's weight as the first layer left it. Between
the layers only marginals pass, and a row's own reading is never counted twice (the message to a score leaves that
score's reading out). Last, each weight hears what the scores' sum says of the score beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .error_model import Priors, RulePrior, ScoreCounts
from .totals import Group, Message, Nested, Sum, Term, TotalFactor, solve, solve_nested
from .variables import Variable, normalised

Table = list[list[float]]  # [place of the weight][place of the score], the last places being "some other text"


@dataclass(frozen=True, slots=True)
class Row:
    """A weight and the score beside it with the factor that ties them."""

    weight: Variable
    score: Variable
    table: Table


@dataclass(frozen=True, slots=True)
class Declared:
    """A weight printed in a label over the rows at these places of the form's list of rows."""

    key: str
    total: Variable
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MarksGraph:
    """Rows in print order; totals are None where the rulebook or the form has no such rule."""

    rows: tuple[Row, ...]
    declared: tuple[Declared, ...]
    total_weight: Variable | None
    total_score: Variable | None
    priors: Priors


@dataclass(frozen=True, slots=True)
class MarksPosterior:
    """``beliefs`` by address, aligned with each variable's chances; ``as_read`` by rule key: the probability that all
    cells of that rule are as read; ``context``: per row the joint masses (weight, score) without the row's table."""

    beliefs: dict[str, list[float]]
    as_read: dict[tuple[str, str], float]
    context: tuple[Table, ...]


def score_table(weight: Variable, score: Variable, *, reason: float, priors: Priors) -> Table:
    """P(score | weight) for every pair of candidates; ``reason`` is the probability that the row gives a reason."""
    given, none = (_shares(c) for c in (priors.scores.with_reason, priors.scores.without_reason))
    equal, lower, zero, more = (reason * g + (1.0 - reason) * n for g, n in zip(given, none, strict=True))
    values = priors.scores.values
    unprinted = priors.blank.score.probability

    def chance(w: int, s: int, blank: bool) -> float:
        if w == s:
            return equal
        if blank:
            return unprinted
        if s > w or s < 0:
            return more / values
        return zero if s == 0 else lower / values

    unknown = (lower + zero + more) / values  # a text that nobody thought of is none that equals the other one
    rows = [
        [*(chance(w, s, n is None) for s, n in zip(score.values, score.numbers, strict=True)), unknown]
        for w in weight.values
    ]
    return [*rows, [unknown] * (len(score.values) + 1)]


def _shares(counts: ScoreCounts) -> tuple[float, float, float, float]:
    total = counts.equal + counts.lower + counts.zero + counts.more + 2.0
    return (
        (counts.equal + 0.5) / total,
        (counts.lower + 0.5) / total,
        (counts.zero + 0.5) / total,
        (counts.more + 0.5) / total,
    )


def solve_marks(graph: MarksGraph) -> MarksPosterior:
    """The marginals of every weight, score and printed total of them."""
    beliefs: dict[str, list[float]] = {}
    as_read: dict[tuple[str, str], float] = {}
    to_weight = [_seen_from_weight(row, row.score.chances) for row in graph.rows]
    weight_says = _weights(graph, to_weight, beliefs, as_read)
    to_score = [
        _seen_from_score(row, [c * m for c, m in zip(row.weight.chances, says, strict=True)])
        for row, says in zip(graph.rows, weight_says, strict=True)
    ]
    score_says = _scores(graph, to_score, beliefs, as_read)
    context = []
    for row, w_says, s_says, from_weight in zip(graph.rows, weight_says, score_says, to_score, strict=True):
        w_masses = [c * m for c, m in zip(row.weight.chances, w_says, strict=True)]
        s_masses = [c * m for c, m in zip(row.score.chances, s_says, strict=True)]
        beliefs[row.score.address] = normalised([m * f for m, f in zip(s_masses, from_weight, strict=True)])
        heard = _seen_from_weight(row, s_masses)
        beliefs[row.weight.address] = normalised([m * f for m, f in zip(w_masses, heard, strict=True)])
        context.append([[w * s for s in s_masses] for w in w_masses])
    return MarksPosterior(beliefs, as_read, tuple(context))


def _seen_from_weight(row: Row, scores: Sequence[float]) -> list[float]:
    return [sum(t * s for t, s in zip(line, scores, strict=True)) for line in row.table]


def _seen_from_score(row: Row, weights: Sequence[float]) -> list[float]:
    out = [0.0] * len(row.score.chances)
    for line, w in zip(row.table, weights, strict=True):
        for i, t in enumerate(line):
            out[i] += t * w
    return out


def _term(variable: Variable, factors: Sequence[float]) -> Term:
    return Term.of(variable.masses(factors), variable.other * factors[-1])


def _says(variable: Variable, message: Message) -> list[float]:
    return [*(message.at(v) for v in variable.values), message.other]


def _read_mass(variable: Variable, term: Term, factors: Sequence[float]) -> float:
    """The share of the term's mass that is the text as read."""
    if variable.read is None:
        return 0.0
    total = sum(c * f for c, f in zip(variable.chances, factors, strict=True))
    return variable.chances[variable.read] * factors[variable.read] / total


def _factor(total: Variable | None, prior: RulePrior, priors: Priors, chances: Sequence[float] = ()) -> TotalFactor:
    given = tuple(chances) or (total.chances if total is not None else ())
    return TotalFactor(total, given, prior, priors)


def _weights(
    graph: MarksGraph,
    heard: list[list[float]],
    beliefs: dict[str, list[float]],
    as_read: dict[tuple[str, str], float],
) -> list[list[float]]:
    """What the weights' sums say of each row's weight; beliefs of the printed totals are written down."""
    rows, priors = graph.rows, graph.priors
    terms = [_term(row.weight, h) for row, h in zip(rows, heard, strict=True)]
    grouped = {i for d in graph.declared for i in d.rows}
    places = [d.rows for d in graph.declared] + [(i,) for i in range(len(rows)) if i not in grouped]
    totals: list[Variable | None] = [d.total for d in graph.declared]
    totals += [None] * (len(places) - len(totals))
    groups = [
        Group(tuple(terms[i] for i in place), _factor(total, priors.rule("level1-weight"), priors))
        for place, total in zip(places, totals, strict=True)
    ]
    whole = _factor(graph.total_weight, priors.rule("weights-total"), priors)
    solved = solve_nested(groups, whole)
    reads = [_read_mass(row.weight, t, h) for row, t, h in zip(rows, terms, heard, strict=True)]
    if graph.total_weight is not None:
        beliefs[graph.total_weight.address] = whole.beliefs(solved.whole.sums, solved.whole.known)
    _declared_beliefs(graph, groups, solved, reads, beliefs, as_read)
    as_read["weights-total", "total.weight"] = _whole_as_read(graph, groups, solved, whole, reads, places)
    says: list[list[float]] = [[]] * len(rows)
    for place, group in zip(places, solved.groups, strict=True):
        for i, message in zip(place, group.messages, strict=True):
            says[i] = _says(rows[i].weight, message)
    return says


def _declared_beliefs(
    graph: MarksGraph,
    groups: list[Group],
    solved: Nested,
    reads: list[float],
    beliefs: dict[str, list[float]],
    as_read: dict[tuple[str, str], float],
) -> None:
    for declared, group, inner, outer in zip(graph.declared, groups, solved.groups, solved.outer, strict=False):
        told = {a: m * outer.at(a) for a, m in inner.sums.items()}
        unknown = (1.0 - inner.known) * outer.other
        known = sum(told.values())
        scale = known + unknown
        beliefs[f"declared:{declared.key}"] = group.factor.beliefs(
            {a: m / scale for a, m in told.items()}, known / scale
        )
        computed = _computed(graph.rows, declared.rows)
        if computed is None:
            continue
        every = sum(m * (group.factor.known + group.factor.peak(a)) for a, m in told.items())
        every += unknown * group.factor.unknown
        one = outer.at(computed) * group.factor.broken(computed)
        for i in declared.rows:
            one *= reads[i]
        as_read["level1-weight", declared.key] = one / every


def _computed(rows: Sequence[Row], places: Sequence[int]) -> int | None:
    """The sum of the weights as read, or None where one was read as words."""
    total = 0
    for i in places:
        weight = rows[i].weight
        if weight.read is None:
            return None
        total += weight.values[weight.read]
    return total


def _whole_as_read(
    graph: MarksGraph,
    groups: list[Group],
    solved: Nested,
    whole: TotalFactor,
    reads: list[float],
    places: list[tuple[int, ...]],
) -> float:
    """The probability that all weights and their total are as read, if that breaks the rule."""
    one, total = 1.0, 0
    for group, place in zip(groups, places, strict=True):
        computed = _computed(graph.rows, place)
        if computed is None:
            return 0.0
        total += computed
        sums = total_masses(group)
        one *= (group.factor.known + group.factor.peak(computed)) / sums
        for i in place:
            one *= reads[i]
    return one * whole.broken(total) / evidence(solved.whole, whole)


def total_masses(group: Group) -> float:
    """The group's evidence: its masses times its factor, summed out."""
    inner = solve(group.terms, group.factor)
    return evidence(inner, group.factor)


def evidence(solved: Sum, factor: TotalFactor) -> float:
    """The masses of the sum times the total's factor, summed out."""
    peaks = sum(m * factor.peak(a) for a, m in solved.sums.items())
    return peaks + solved.known * factor.known + (1.0 - solved.known) * factor.unknown


def _scores(
    graph: MarksGraph,
    heard: list[list[float]],
    beliefs: dict[str, list[float]],
    as_read: dict[tuple[str, str], float],
) -> list[list[float]]:
    """What the scores' sum says of each row's score."""
    rows, priors = graph.rows, graph.priors
    terms = [_term(row.score, h) for row, h in zip(rows, heard, strict=True)]
    chances = _not_above(graph, beliefs)
    factor = _factor(graph.total_score, priors.rule("total-score"), priors, chances)
    solved = solve(terms, factor)
    if graph.total_score is not None:
        beliefs[graph.total_score.address] = factor.beliefs(solved.sums, solved.known)
        scores = [row.score for row in rows]
        if all(s.read is not None for s in scores):
            computed = sum(s.values[s.read] for s in scores if s.read is not None)
            one = factor.broken(computed)
            for row, term, h in zip(rows, terms, heard, strict=True):
                one *= _read_mass(row.score, term, h)
            as_read["total-score", "total.score"] = one / evidence(solved, factor)
    return [_says(row.score, message) for row, message in zip(rows, solved.messages, strict=True)]


def _not_above(graph: MarksGraph, beliefs: Mapping[str, list[float]]) -> tuple[float, ...]:
    """The total score's chances, told that it is not above the total weight."""
    score, weight = graph.total_score, graph.total_weight
    if score is None or weight is None:
        return ()
    more = 1.0 / graph.priors.scores.values / 10
    trusted = beliefs[weight.address]

    def fits(value: int) -> float:
        below = sum(b for b, w, n in zip(trusted, weight.values, weight.numbers, strict=False) if n and w < value)
        return 1.0 - below + more * below

    factors = [*(fits(v) for v in score.values), 1.0]
    return tuple(normalised([c * f for c, f in zip(score.chances, factors, strict=True)]))
