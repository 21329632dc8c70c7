from dataclasses import replace
from itertools import product
from math import isclose, prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring_forms import cell, funds_row, indicator, total

from forms import Form
from scoring import default_rulebook, load_error_model, load_priors, read_number
from scoring.funds import FundsGraph, solve_funds
from scoring.funds_rows import FundsLine, budget_factor, executed_factor, rate_factors_of
from scoring.marks import MarksGraph, Row, score_table, solve_marks
from scoring.posterior import posterior
from scoring.variables import Variable, match

PRIORS = load_priors()
chance = st.floats(0.05, 1.0)


def variable(address: str, texts: list[str], chances: list[float]) -> Variable:
    numbers = tuple(read_number(t) for t in texts)
    values = tuple(0 if n is None else int(n.amount * 100) for n in numbers)
    steps = tuple(1 if n is None else int(n.step * 100) for n in numbers)
    share = tuple(c / sum(chances) for c in chances)
    return Variable(address, tuple(texts), numbers, values, steps, share, 0)


def _cell(address: str, texts: list[str]) -> st.SearchStrategy[Variable]:
    return st.lists(chance, min_size=len(texts) + 1, max_size=len(texts) + 1).map(
        lambda chances: variable(address, texts, chances)
    )


def _line(row: int, amounts: list[list[str]], rate: list[str]) -> st.SearchStrategy[FundsLine]:
    names = ("initial_budget", "annual_budget", "executed")
    cells = st.tuples(*(_cell(f"funds.{row}.{n}", t) for n, t in zip(names, amounts, strict=True)))
    return st.builds(
        lambda a, r: FundsLine(a, r, True), cells, _cell(f"funds.{row}.rate", rate)
    )  # fmt: skip


def _row_factor(line: FundsLine, places: tuple[int, ...], *, whole: bool) -> float:
    i, a, e, r = places
    budget = 1.0 if whole else budget_factor(line.amounts[0], line.amounts[1], i, a, PRIORS)
    chances = [v.chances[p] for v, p in zip((*line.amounts, line.rate), places, strict=True)]
    spent = executed_factor(line.amounts[1], line.amounts[2], a, e, PRIORS)
    return prod(chances) * budget * spent * rate_factors_of(line, a, e, PRIORS)[r]


def _column_factor(whole: Variable, place: int, computed: int | None) -> float:
    prior = PRIORS.rule("fund-parts")
    if place == len(whole.texts):
        return prior.spread
    if whole.numbers[place] is None:
        found = PRIORS.blank.unfounded if computed == 0 else PRIORS.blank.total
        return found.probability
    if computed is None:
        return prior.spread
    kept = match(whole, place, computed, PRIORS.rounded)
    return prior.probability * kept + (1 - prior.probability) * prior.spread


@settings(max_examples=4, deadline=None)
@given(
    _line(0, [["12"], ["12", "72"], ["6", "8"]], ["50%"]),
    _line(1, [["10"], ["10"], ["5", ""]], ["50%", ""]),
    _line(2, [["2"], ["2"], ["1"]], [""]),
)
def test_the_funds_rows_equal_full_enumeration(first: FundsLine, second: FundsLine, third: FundsLine) -> None:
    graph = FundsGraph((first, second, third), 0, (True, True, True), PRIORS)
    solved = solve_funds(graph)
    sizes = [[range(len(v.chances)) for v in (*line.amounts, line.rate)] for line in graph.lines]
    rows = [
        [(places, _row_factor(line, places, whole=i == 0)) for places in product(*sizes[i])]
        for i, line in enumerate(graph.lines)
    ]
    beliefs: dict[str, list[float]] = {}
    for world in product(*rows):
        mass = prod(m for _, m in world)
        for column in range(3):
            parts = [
                None if p[column] == len(line.amounts[column].texts) else line.amounts[column].values[p[column]]
                for line, (p, _) in zip(graph.lines[1:], world[1:], strict=True)
            ]
            computed = None if None in parts else sum(v for v in parts if v is not None)
            mass *= _column_factor(first.amounts[column], world[0][0][column], computed)
        for line, (places, _) in zip(graph.lines, world, strict=True):
            for v, p in zip((*line.amounts, line.rate), places, strict=True):
                beliefs.setdefault(v.address, [0.0] * len(v.chances))[p] += mass
    for address, expected in beliefs.items():
        scale = sum(expected)
        for found, want in zip(solved.beliefs[address], expected, strict=True):
            assert isclose(found, want / scale, abs_tol=1e-6)


def _marks(weights: list[list[str]], scores: list[list[str]], totals: list[list[str]], doubt: float) -> MarksGraph:
    def sure(address: str, texts: list[str]) -> Variable:
        rest = doubt / len(texts)
        return variable(address, texts, [1 - doubt, *([rest] * (len(texts) - 1)), rest])

    rows = []
    for i, (w, s) in enumerate(zip(weights, scores, strict=True)):
        weight, score = sure(f"{i}.weight", w), sure(f"{i}.score", s)
        rows.append(Row(weight, score, score_table(weight, score, reason=0.0, priors=PRIORS)))
    return MarksGraph(tuple(rows), (), sure("total.weight", totals[0]), sure("total.score", totals[1]), PRIORS)


def _enumerated(graph: MarksGraph) -> dict[str, list[float]]:
    """The marginals of the whole graph at once, without layers."""
    assert graph.total_weight is not None
    assert graph.total_score is not None
    cells = [v for row in graph.rows for v in (row.weight, row.score)] + [graph.total_weight, graph.total_score]
    beliefs = {v.address: [0.0] * len(v.chances) for v in cells}
    for places in product(*(range(len(v.chances)) for v in cells)):
        mass = prod(v.chances[p] for v, p in zip(cells, places, strict=True))
        for row, w, s in zip(graph.rows, places[:-2:2], places[1:-2:2], strict=True):
            mass *= row.table[w][s]
        for column, (t, name) in enumerate(((graph.total_weight, "weights-total"), (graph.total_score, "total-score"))):
            prior, place = PRIORS.rule(name), places[-2 + column]
            terms = list(zip(cells[column:-2:2], places[column:-2:2], strict=True))
            known = place < len(t.texts) and all(p < len(v.texts) for v, p in terms)
            kept = match(t, place, sum(v.values[p] for v, p in terms), PRIORS.rounded) if known else 0.0
            broken = (1 - prior.probability) if known else 1.0
            mass *= prior.probability * kept + broken * prior.spread
        for v, p in zip(cells, places, strict=True):
            beliefs[v.address][p] += mass
    return {a: [m / sum(b) for m in b] for a, b in beliefs.items()}


@pytest.mark.parametrize(
    "read",
    [
        ([["10", "70"], ["5", "6"]], [["10", "70"], ["5", "6"]], [["15", "75"], ["15", "75"]]),
        ([["10", "70"], ["5", "6"]], [["10", "70"], ["6", "5"]], [["15", "75"], ["15", "75"]]),
        ([["10", "70"], ["6", "5"]], [["10", "70"], ["5", "6"]], [["15", "75"], ["15", "75"]]),
        ([["10", "70"], ["5", "6"]], [["8", "3"], ["5", "6"]], [["15", "75"], ["12", "13"]]),
    ],
)
def test_the_two_layers_stay_close_to_the_whole_graph(read: tuple[list[list[str]], ...]) -> None:
    graph = _marks(read[0], read[1], read[2], 0.05)
    found, exact = solve_marks(graph).beliefs, _enumerated(graph)
    for address, beliefs in exact.items():
        best = max(range(len(beliefs)), key=beliefs.__getitem__)
        assert max(range(len(beliefs)), key=found[address].__getitem__) == best
        assert all(abs(f - e) < 0.02 for f, e in zip(found[address], beliefs, strict=True))


def _big_form(size: int) -> Form:
    weights = [2.5 if i % 2 else 2 for i in range(size)]
    rows = tuple(indicator(f"{w:g}", f"{w:g}", level1=f"产出指标({sum(weights):g}分)") for w in weights)
    funds = (
        funds_row("年度资金总额", "1462.55", "1462.55", "1359.83", "10", "92.98%", "9.30"),
        funds_row("其中：当年财政拨款", "1200", "1200", "1097.28", "—", "91.44%", "—"),
        funds_row("上年结转资金", "262.55", "262.55", "262.55", "—", "100%", "—"),
        funds_row("其他资金", "", "", "", "—", "", "—"),
    )
    return Form("2024", funds=funds, indicators=rows, total=total("100", f"{sum(weights) + 9.3:g}"))


def test_a_form_of_forty_indicators_whose_numbers_are_all_in_doubt_is_as_printed() -> None:
    form = _big_form(40)
    form = form.with_cells({a: replace(c, confidence=0.99) for a, c in form.cells() if c.origin == "read"})
    found = posterior(form, default_rulebook(), load_error_model(), PRIORS)
    assert all(v.as_read(found.beliefs[a]) > 0.95 for a, v in found.variables.items())


def test_words_in_a_number_column_do_not_break_the_sums() -> None:
    form = _big_form(4).with_cells({"indicators.1.score": cell("优", 0.9), "indicators.2.weight": cell("见附件", 0.9)})
    found = posterior(form, default_rulebook(), load_error_model(), PRIORS)
    assert found.beliefs["indicators.1.score"] == [1.0]
    assert all(isclose(sum(b), 1.0) for b in found.beliefs.values())
