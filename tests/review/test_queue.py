from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from review import Filters, NoSuchCell, NotAllowed, Station, Taken, User

FIRST = "a/forms/01-甲.json"


def test_queue_is_in_order_of_expected_cost(station: Station, anna: User) -> None:
    items = station.queue(anna)
    assert len(items) == 15
    costs = [i.cost for i in items]
    assert costs == sorted(costs, reverse=True)
    # 10 x doubt for numbers in rules, 1 x doubt for texts
    assert items[0].address == "total.score" and items[0].cost == pytest.approx(10 * (1 - 0.58))
    assert [i.kind for i in items].count("number") == 9
    assert {i.address for i in items[-6:]} == {"goals.actual", "unit"}
    assert [i.address for i in station.queue(anna, limit=2, offset=3)] == [i.address for i in items[3:5]]


def test_item_tells_place_label_and_rule(station: Station, anna: User) -> None:
    item = station.take(anna, FIRST, "indicators.0.score")
    assert item.label == "产出指标(50分) › 数量指标 › 培训人次 · 得分"
    assert (item.document, item.project, item.page, item.raw) == ("a", "项目0", 1, "18")
    assert item.box.width == 200


def test_filters_narrow_the_queue(station: Station, anna: User) -> None:
    assert {i.document for i in station.queue(anna, Filters(document="b/c"))} == {"b/c"}
    assert {i.address for i in station.queue(anna, Filters(kind="text"))} == {"goals.actual", "unit"}
    assert len(station.queue(anna, Filters(text="96.00"))) == 3
    assert station.queue(anna, Filters(rule="total-score")) == []
    assert station.counts(Filters(document="b/c", kind="number")).open == 3


def test_rule_filter_finds_the_cells_of_a_broken_rule(station: Station, anna: User) -> None:
    item = station.take(anna, FIRST, "total.score")
    station.confirm(anna, FIRST, "total.score", "95.00", version=item.version)
    found = station.queue(anna, Filters(rule="total-score"))
    assert {(i.form_id, i.address) for i in found} >= {(FIRST, "indicators.0.score")}
    assert all("total-score" in {f.rule for f in i.findings} for i in found)
    assert station.queue(anna, Filters(rule="total_score")) == []  # no pattern: "_" is itself


def test_next_gives_each_cell_to_one_person(station: Station, anna: User, bo: User) -> None:
    first, second = station.next(anna), station.next(bo)
    assert first is not None and second is not None
    assert (first.form_id, first.address) != (second.form_id, second.address)
    again = station.next(anna)
    assert again is not None and (again.form_id, again.address) == (first.form_id, first.address)
    assert (first.form_id, first.address) not in [(i.form_id, i.address) for i in station.queue(bo)]


def test_an_expired_lease_returns(station: Station, clock, anna: User, bo: User) -> None:
    first = station.next(anna)
    assert first is not None
    clock.forward(119)
    with pytest.raises(Taken) as error:
        station.take(bo, first.form_id, first.address)
    assert error.value.by == "anna"
    clock.forward(2)
    second = station.next(bo)
    assert second is not None and (second.form_id, second.address) == (first.form_id, first.address)
    with pytest.raises(Taken):
        station.renew(anna, first.form_id, first.address)
    with pytest.raises(Taken):
        station.confirm(anna, first.form_id, first.address, "1", version=first.version)
    assert station.history(first.form_id) == []


def test_renewed_and_released_leases(station: Station, clock, anna: User, bo: User) -> None:
    first = station.next(anna)
    assert first is not None
    clock.forward(100)
    assert station.renew(anna, first.form_id, first.address) == clock.now + 120
    clock.forward(100)
    with pytest.raises(Taken):
        station.take(bo, first.form_id, first.address)
    assert station.counts().leased == 1
    station.release(bo, first.form_id, first.address)  # not hers: nothing happens
    assert station.counts().leased == 1
    station.release(anna, first.form_id, first.address)
    assert station.counts().leased == 0
    assert station.take(bo, first.form_id, first.address).lease_until == clock.now + 120


def test_after_leaves_out_one_cell(station: Station, anna: User) -> None:
    first, second = station.queue(anna, limit=2)
    got = station.next(anna, after=(first.form_id, first.address))
    assert got is not None and (got.form_id, got.address) == (second.form_id, second.address)


def test_postponed_cells_come_last_and_can_be_undone(station: Station, anna: User) -> None:
    seen = []
    for _ in range(15):
        item = station.next(anna)
        assert item is not None
        seen.append((item.form_id, item.address))
        station.postpone(anna, item.form_id, item.address, version=item.version, seconds=1)
    assert len(set(seen)) == 15
    assert (station.counts().open, station.counts().postponed) == (0, 15)
    item = station.next(anna)
    assert item is not None and (item.form_id, item.address) == seen[0]
    station.undo(anna)
    item = station.queue(anna)[0]
    assert (item.form_id, item.address) == seen[-1]
    assert station.counts().postponed == 14


def test_many_people_at_once_never_share_a_cell(station: Station, opened) -> None:
    stations = [station, opened()]
    users = [User(f"user{k}") for k in range(6)]

    def clear(k: int) -> list[tuple[str, str]]:
        mine, held = stations[k % 2], []
        while (item := mine.next(users[k])) is not None:
            held.append((item.form_id, item.address))
            mine.confirm(users[k], item.form_id, item.address, item.text, version=item.version)
        return held

    with ThreadPoolExecutor(len(users)) as pool:
        found = [cell for cells in pool.map(clear, range(len(users))) for cell in cells]
    assert len(found) == len(set(found)) == 15
    assert station.counts().done == 15


def test_counts_and_time_left(station: Station, clock, anna: User) -> None:
    assert station.counts().seconds_left is None
    for seconds in (2.0, 4.0, 100.0):
        item = station.next(anna)
        assert item is not None
        station.confirm(anna, item.form_id, item.address, item.text, version=item.version, seconds=seconds)
    item = station.next(anna)
    assert item is not None
    station.unreadable(anna, item.form_id, item.address, version=item.version)
    counts = station.counts()
    assert (counts.open, counts.done, counts.unreadable) == (11, 3, 1)
    assert counts.seconds_left == 11 * 4.0


def test_lists_of_documents_and_forms(station: Station, anna: User) -> None:
    assert station.documents() == [("a", 10), ("b/c", 5)]
    rows = station.forms()
    assert [r.form_id for r in rows] == [FIRST, "a/forms/02-乙.json", "b/c/forms/01-丙.json"]
    assert (rows[0].project, rows[0].open, rows[0].done, rows[0].findings) == ("项目0", 5, 0, 0)
    assert [r.document for r in station.forms("b/c")] == ["b/c"]
    assert "total-score" in station.rules()


def test_a_reader_looks_but_decides_nothing(station: Station) -> None:
    reader = User("rita", "reader")
    item = station.queue(reader)[0]
    assert station.form(item.form_id).form.project.text
    for attempt in (
        lambda: station.next(reader),
        lambda: station.take(reader, item.form_id, item.address),
        lambda: station.confirm(reader, item.form_id, item.address, "1", version=item.version),
        lambda: station.unreadable(reader, item.form_id, item.address, version=item.version),
        lambda: station.postpone(reader, item.form_id, item.address, version=item.version),
        lambda: station.key(reader, item.form_id, item.address, "1"),
        lambda: station.accept_as_printed(reader, item.form_id, "rate", ["funds.0.rate"], "x"),
        lambda: station.confirm_group(reader, [(item.form_id, item.address, item.version)]),
        lambda: station.group("96.00", user=reader),
        lambda: station.undo(reader),
        lambda: station.set_critical(reader, ["total.score"]),
        lambda: station.renew(reader, item.form_id, item.address),
    ):
        with pytest.raises(NotAllowed):
            attempt()


@pytest.mark.parametrize("form_id", ["../x/forms/a.json", "/etc/passwd", "a/forms/09.json", "", "a\0b", "\udc80"])
def test_no_form_outside_the_run(station: Station, anna: User, form_id: str) -> None:
    with pytest.raises(NoSuchCell):
        station.form(form_id)
    with pytest.raises(NoSuchCell):
        station.take(anna, form_id, "total.score")
    with pytest.raises(NoSuchCell):
        station.renew(anna, form_id, "total.score")


@pytest.mark.parametrize("address", ["total", "funds.9.rate", "findings", "__class__", "funds.-1.rate", "x\0"])
def test_no_cell_outside_the_form(station: Station, anna: User, address: str) -> None:
    with pytest.raises(NoSuchCell):
        station.take(anna, FIRST, address)
    with pytest.raises(NoSuchCell):
        station.confirm(anna, FIRST, address, "1", version=0)
    with pytest.raises(NoSuchCell):
        station.preview(FIRST, address, "1")
