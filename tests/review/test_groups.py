from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from review import Filters, Group, Stale, Station, Taken, User

FIRST, SECOND, THIRD = "a/forms/01-甲.json", "a/forms/02-乙.json", "b/c/forms/01-丙.json"


def chosen(items) -> list[tuple[str, str, int]]:
    return [(i.form_id, i.address, i.version) for i in items]


def test_groups_are_cells_read_as_the_same_short_value(station: Station) -> None:
    assert station.groups() == [
        Group("18", "number", 3), Group("80.00", "number", 3), Group("96.00", "number", 3), Group("已购置", "text", 3),
        Group("第一中学", "text", 3),
    ]  # fmt: skip
    assert station.groups(Filters(document="b/c")) == []  # one of each: no group
    assert [g.key for g in station.groups(Filters(kind="text"))] == ["已购置", "第一中学"]


def test_a_group_is_confirmed_in_one_stroke_and_taken_back_in_one(station: Station, anna: User) -> None:
    items = station.group("80.00", user=anna)
    assert {i.address for i in items} == {"funds.0.executed"} and len(items) == 3
    outcomes = station.confirm_group(anna, chosen(items[:2]), chosen(items[2:]), seconds=6.0)
    assert len(outcomes) == 3
    done = [station.form(f).items["funds.0.executed"].state for f in (FIRST, SECOND, THIRD)]
    assert sorted(done) == ["done", "done", "open"]
    entries = [e for f in (FIRST, SECOND, THIRD) for e in station.history(f)]
    assert sorted(e.action for e in entries) == ["confirmed", "confirmed", "odd"]
    assert {e.seconds for e in entries} == {2.0} and len({e.batch for e in entries}) == 1
    assert "80.00" not in [g.key for g in station.groups()]
    odd = station.queue(anna)[0]  # picked out: early in the queue, one by one
    assert (odd.form_id, odd.address) == (items[2].form_id, "funds.0.executed")
    station.undo(anna)
    assert station.counts().open == 15 and Group("80.00", "number", 3) in station.groups()


def test_all_of_a_group_or_none(station: Station, anna: User, bo: User) -> None:
    items = station.group("80.00")
    station.confirm(bo, items[1].form_id, items[1].address, "81.00", version=items[1].version)
    with pytest.raises(Stale):
        station.confirm_group(anna, chosen(items))
    assert station.counts().done == 1
    assert station.next(bo, Filters(text="80.00")) is not None
    with pytest.raises(Taken):
        station.confirm_group(anna, chosen(station.group("80.00")))
    assert station.counts().done == 1


def test_groups_that_cross_do_not_wait_for_each_other(station: Station) -> None:
    users = [User(f"user{k}") for k in range(4)]
    texts = ("18", "80.00", "96.00", "已购置")

    def confirm(k: int) -> int:
        cells = chosen(station.group(texts[k]))
        return len(station.confirm_group(users[k], cells if k % 2 else cells[::-1]))

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(confirm, range(4))) == [3, 3, 3, 3]
    assert station.counts().done == 12


def test_a_wall_is_leased(station: Station, anna: User, bo: User, clock) -> None:
    mine = station.group("80.00", limit=2, user=anna)
    assert {i.lease_until for i in mine} == {clock.now + 120}
    theirs = station.group("80.00", user=bo)
    assert len(theirs) == 1 and not set(chosen(mine)) & set(chosen(theirs))
