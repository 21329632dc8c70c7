from itertools import product
from math import isclose, prod

from hypothesis import given
from hypothesis import strategies as st

from scoring.error_model import RulePrior, load_priors
from scoring.sums import leave_one_out
from scoring.totals import Group, Term, TotalFactor, solve, solve_nested
from scoring.variables import Variable, match

PRIORS = load_priors()
mass = st.floats(0.01, 1.0)
term = st.dictionaries(st.integers(0, 12), mass, min_size=1, max_size=3)


@given(st.lists(term, min_size=1, max_size=4), st.dictionaries(st.integers(0, 30), mass, min_size=1, max_size=4))
def test_messages_equal_full_enumeration(terms: list[dict[int, float]], peaks: dict[int, float]) -> None:
    messages, sums = leave_one_out(terms, lambda a: peaks.get(a, 0.0))
    for i, message in enumerate(messages):
        others = terms[:i] + terms[i + 1 :]
        for value, found in message.items():
            expected = sum(
                prod(m for _, m in combination) * peaks.get(value + sum(v for v, _ in combination), 0.0)
                for combination in product(*(o.items() for o in others))
            )
            assert isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)
    assert isclose(sum(sums.values()), prod(sum(t.values()) for t in terms), rel_tol=1e-9)


def _variable(values: list[int], chances: list[float], step: int = 1) -> Variable:
    from scoring.numbers import read_number

    numbers = tuple(read_number(str(v)) for v in values)
    total = sum(chances)
    steps = tuple(step for _ in values)
    return Variable("t", tuple(map(str, values)), numbers, tuple(values), steps, tuple(c / total for c in chances), 0)


printed = st.lists(st.integers(0, 20), min_size=1, max_size=3, unique=True).flatmap(
    lambda values: st.builds(
        _variable,
        st.just(values),
        st.lists(mass, min_size=len(values) + 1, max_size=len(values) + 1),
        st.sampled_from([1, 2, 4]),
    )
)
terms_with_other = st.lists(
    st.builds(Term.of, st.dictionaries(st.integers(0, 8), mass, min_size=1, max_size=2), st.floats(0.0, 0.5)),
    min_size=1,
    max_size=3,
)


def _factor_of(factor: TotalFactor, computed: int | None) -> float:
    """The factor written out: every candidate of the total, kept or broken."""
    if factor.total is None:
        return 1.0
    spread, keeps = factor.prior.spread, factor.prior.probability
    out = factor.chances[-1] * spread
    for i, chance in enumerate(factor.chances[:-1]):
        if computed is None:
            out += chance * spread
        else:
            kept = match(factor.total, i, computed, factor.priors.rounded)
            out += chance * (keeps * kept + (1 - keeps) * spread)
    return out


def _worlds(terms: tuple[Term, ...]) -> list[tuple[tuple[int | None, ...], float]]:
    choices = [[*t.masses.items(), (None, t.other)] for t in terms]
    return [(tuple(v for v, _ in c), prod(m for _, m in c)) for c in product(*choices)]


def _sum(values: tuple[int | None, ...]) -> int | None:
    return None if None in values else sum(v for v in values if v is not None)


@given(terms_with_other, printed)
def test_a_total_equals_full_enumeration(terms: list[Term], total: Variable) -> None:
    factor = TotalFactor(total, total.chances, RulePrior(held=8, of=9, values=20), PRIORS)
    solved = solve(terms, factor)
    worlds = [(values, m * _factor_of(factor, _sum(values))) for values, m in _worlds(tuple(terms))]
    for i, t in enumerate(terms):
        for value in t.masses:
            expected = sum(m for values, m in worlds if values[i] == value)
            assert isclose(t.masses[value] * solved.messages[i].at(value), expected, rel_tol=1e-9, abs_tol=1e-12)
        unknown = sum(m for values, m in worlds if values[i] is None)
        assert isclose(t.other * solved.messages[i].other, unknown, rel_tol=1e-9, abs_tol=1e-12)


@given(terms_with_other, terms_with_other, printed, printed, printed)
def test_declared_groups_inside_a_total_equal_full_enumeration(
    first: list[Term], second: list[Term], one: Variable, two: Variable, whole: Variable
) -> None:
    prior = RulePrior(held=8, of=9, values=20)
    groups = [Group(tuple(ts), TotalFactor(v, v.chances, prior, PRIORS)) for ts, v in ((first, one), (second, two))]
    factor = TotalFactor(whole, whole.chances, prior, PRIORS)
    solved = solve_nested(groups, factor)
    every = (*groups[0].terms, *groups[1].terms)
    split = len(first)
    worlds = [
        (
            values,
            m
            * _factor_of(groups[0].factor, _sum(values[:split]))
            * _factor_of(groups[1].factor, _sum(values[split:]))
            * _factor_of(factor, _sum(values)),
        )
        for values, m in _worlds(every)
    ]
    total = sum(m for _, m in worlds)
    messages = (*solved.groups[0].messages, *solved.groups[1].messages)
    for i, t in enumerate(every):
        found = {v: m * messages[i].at(v) for v, m in t.masses.items()}
        scale = sum(found.values()) + t.other * messages[i].other
        for value in t.masses:
            expected = sum(m for values, m in worlds if values[i] == value) / total
            assert isclose(found[value] / scale, expected, rel_tol=1e-7, abs_tol=1e-9)
