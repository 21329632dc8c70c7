from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review import Filters, Station, User
from review.audit import at_most, clopper_pearson
from review.rows import AUDITABLE, rank_of


def test_known_intervals() -> None:
    # Values of Clopper and Pearson's method as tables print them.
    assert clopper_pearson(0, 20) == pytest.approx((0.0, 0.16843), abs=1e-5)
    assert clopper_pearson(1, 20) == pytest.approx((0.00127, 0.24873), abs=1e-5)
    assert clopper_pearson(5, 10) == pytest.approx((0.18709, 0.81291), abs=1e-5)
    assert clopper_pearson(10, 10) == pytest.approx((0.69150, 1.0), abs=1e-5)
    assert clopper_pearson(0, 0) == (0.0, 1.0)
    assert clopper_pearson(0, 10_000)[1] == pytest.approx(3.688e-4, rel=1e-3)


@settings(deadline=None)
@given(st.integers(1, 60), st.data())
def test_the_tails_are_what_they_are_called(sampled: int, data) -> None:
    wrong = data.draw(st.integers(0, sampled))
    low, high = clopper_pearson(wrong, sampled)
    assert 0.0 <= low <= wrong / sampled <= high <= 1.0
    if wrong < sampled:
        assert at_most(wrong, sampled, high) == pytest.approx(0.025, abs=1e-6)
    if wrong:
        assert 1.0 - at_most(wrong - 1, sampled, low) == pytest.approx(0.025, abs=1e-6)


@settings(deadline=None)
@given(st.integers(1, 40), st.integers(0, 40), st.fractions(0, 1, max_denominator=50))
def test_the_binomial_tail_is_the_exact_one(sampled: int, wrong: int, share: Fraction) -> None:
    exact = sum(comb(sampled, k) * share**k * (1 - share) ** (sampled - k) for k in range(min(wrong, sampled) + 1))
    assert at_most(wrong, sampled, float(share)) == pytest.approx(float(exact), abs=1e-9)


@pytest.mark.parametrize(("wrong", "sampled", "level"), [(-1, 3, 0.9), (4, 3, 0.9), (1, 3, 1.0), (1, 3, 0.0)])
def test_what_is_no_sample(wrong: int, sampled: int, level: float) -> None:
    with pytest.raises(ValueError, match="no sample"):
        clopper_pearson(wrong, sampled, level)


def test_every_cell_has_the_same_chance_to_be_drawn() -> None:
    ranks = [r for k in range(20_000) if (r := rank_of("run", "a/forms/1.json", f"cell.{k}")) is not None]
    assert len(ranks) == pytest.approx(20_000 * AUDITABLE, rel=0.1)
    assert sum(ranks) / len(ranks) == pytest.approx(AUDITABLE / 2, rel=0.05)
    assert rank_of("run", "f", "a") == rank_of("run", "f", "a")
    other = {k for k in range(2000) if rank_of("other run", "a/forms/1.json", f"cell.{k}") is not None}
    this = {k for k in range(2000) if rank_of("run", "a/forms/1.json", f"cell.{k}") is not None}
    assert other != this  # nobody can tell from another run


@pytest.fixture
def audited(opened, tmp_path, small, put_run) -> Station:
    """A run large enough that some cells can be drawn: 20 forms of 60 undoubted cells."""
    form = small("甲", {"total.score": 0.6, "unit": 0.7})
    folder = put_run(tmp_path / "many", {f"d/forms/{k:02}.json": form for k in range(20)})
    return opened(folder, audit_share=1.0)


def draw(station: Station, user: User, number: int) -> list:
    items = []
    while len(items) < number:
        item = station.next(user)
        assert item is not None
        if item.audit:
            items.append(item)
            station.confirm(user, item.form_id, item.address, item.text, version=item.version, seconds=1)
        else:
            station.release(user, item.form_id, item.address)
    return items


def test_audited_cells_are_undoubted_and_look_like_the_rest(audited: Station, anna: User) -> None:
    counts, queue = audited.counts(), audited.queue(anna)
    items = draw(audited, anna, 5)
    assert len({(i.form_id, i.address) for i in items}) == 5
    for item in items:
        assert item.address not in ("total.score", "unit")
        assert item.confidence < 0.9 and item.reasons == ()  # what stands beside it, not its own 0.9999
        assert audited.form(item.form_id).items[item.address].audit is False
    assert audited.counts().open == counts.open
    assert [i.address for i in audited.queue(anna)] == [i.address for i in queue]


def test_the_estimate_counts_what_was_wrong(audited: Station, anna: User) -> None:
    estimate = audited.audit_estimate()
    assert (estimate.sampled, estimate.rate, estimate.low, estimate.high) == (0, None, 0.0, 1.0)
    draw(audited, anna, 3)
    wrong = None
    while wrong is None or not wrong.audit:
        wrong = audited.next(anna)
        assert wrong is not None
    audited.confirm(anna, wrong.form_id, wrong.address, "something else", version=wrong.version)
    estimate = audited.audit_estimate()
    assert (estimate.sampled, estimate.wrong, estimate.rate) == (4, 1, 0.25)
    assert (estimate.low, estimate.high) == clopper_pearson(1, 4)
    reading = audited.folder.read(wrong.form_id)
    assert estimate.population == 20 * (len(list(reading.cells())) - 2)
    audited.undo(anna)
    assert audited.audit_estimate().wrong == 0
    # the same cell, come to otherwise: it is still of the sample, and what counts is what it is in the end
    item = audited.take(anna, wrong.form_id, wrong.address)
    audited.confirm(anna, wrong.form_id, wrong.address, "something else", version=item.version)
    item = audited.take(anna, wrong.form_id, wrong.address)
    audited.confirm(anna, wrong.form_id, wrong.address, "something else", version=item.version)
    assert (audited.audit_estimate().sampled, audited.audit_estimate().wrong) == (4, 1)


def test_cells_that_people_look_at_of_their_own_are_no_sample(audited: Station, anna: User) -> None:
    item = audited.take(anna, "d/forms/00.json", "goals.actual")
    audited.confirm(anna, item.form_id, item.address, "not what is read", version=item.version)
    assert audited.audit_estimate().sampled == 0


def test_a_drawn_cell_comes_back_to_somebody(audited: Station, anna: User, bo: User, clock) -> None:
    first = None
    while first is None or not first.audit:
        first = audited.next(anna)
    assert audited.audit_estimate().pending == 1
    clock.forward(121)
    second = None
    while second is None or not second.audit:
        second = audited.next(bo)
    assert (second.form_id, second.address) == (first.form_id, first.address)


def test_no_audit_beside_a_narrow_filter_nor_where_it_is_off(audited: Station, opened, anna: User) -> None:
    for filters in (Filters(text="96.00"), Filters(rule="total-score")):
        items = [audited.next(anna, filters) for _ in range(10)]
        assert not any(i is not None and i.audit for i in items)
    off = opened(audited.folder.out)
    assert not any(i is not None and i.audit for i in [off.next(anna) for _ in range(20)])


def test_the_share_of_audited_cells(opened, tmp_path, small, put_run, anna: User) -> None:
    form = small("甲", {a: 0.6 for a, c in small("甲").cells() if c.origin != "absent" and not a.startswith("funds")})
    folder = put_run(tmp_path / "many", {f"d/forms/{k:02}.json": form for k in range(30)})
    station = opened(folder, audit_share=0.25, seed=5)
    kinds = []
    for _ in range(60):
        item = station.next(anna)
        assert item is not None
        kinds.append(item.audit)
        if item.audit:
            station.confirm(anna, item.form_id, item.address, item.text, version=item.version)
    assert 4 <= sum(kinds) <= 22  # 12 expected


def test_a_masked_item_is_otherwise_the_cell(audited: Station, anna: User) -> None:
    (item,) = draw(audited, anna, 1)
    cell = audited.folder.read(item.form_id).cell(item.address)
    assert (item.text, item.raw, item.box, item.page) == (cell.text, cell.raw, cell.box, cell.page)
    assert replace(item, audit=False).label
