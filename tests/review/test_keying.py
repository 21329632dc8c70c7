from __future__ import annotations

import pytest

from review import BadInput, NotAllowed, Station, User

FIRST = "a/forms/01-甲.json"
CELL = "total.score"


@pytest.fixture
def keyed(station: Station, chief: User) -> Station:
    station.set_critical(chief, [CELL, "funds.0.executed"])
    return station


def test_two_equal_keyings_settle_a_number(keyed: Station, anna: User, bo: User) -> None:
    item = keyed.take(anna, FIRST, CELL)
    assert (item.keying, item.text, item.raw, item.alternatives, item.suggestion) == (1, "", "", (), None)
    keyed.key(anna, FIRST, CELL, "96.00", seconds=4)
    state = keyed.form(FIRST)
    assert state.items[CELL].keying == 2 and state.items[CELL].text == ""
    assert state.form.total.score.needs_review  # one person is not enough
    assert keyed.take(bo, FIRST, CELL).keying == 2
    keyed.key(bo, FIRST, CELL, "96.00")
    cell = keyed.form(FIRST).form.total.score
    assert (cell.text, cell.confidence, cell.needs_review) == ("96.00", 1.0, False)
    assert keyed.form(FIRST).items[CELL].state == "done"
    assert {e.after for e in keyed.history(FIRST, CELL)} == {"96.00"}


def test_differing_keyings_are_settled_by_a_third(keyed: Station, anna: User, bo: User, chief: User) -> None:
    keyed.key(anna, FIRST, CELL, "95.00")
    keyed.key(bo, FIRST, CELL, "96.00")
    assert keyed.form(FIRST).items[CELL].keying == 3
    for person in (anna, bo, User("carl"), User("bo", "senior")):
        with pytest.raises(NotAllowed):
            keyed.key(person, FIRST, CELL, "96.00")
        assert (FIRST, CELL) not in [(i.form_id, i.address) for i in keyed.queue(person)]
    item = keyed.take(chief, FIRST, CELL)
    assert (item.keying, [t for t, _ in item.alternatives]) == (3, ["95.00", "96.00"])
    keyed.key(chief, FIRST, CELL, "95.00")
    cell = keyed.form(FIRST).form.total.score
    assert (cell.text, cell.origin, cell.raw) == ("95.00", "corrected", "96.00")
    assert [e.action for e in keyed.history(FIRST, CELL)] == ["keyed", "keyed", "settled"]
    with pytest.raises(NotAllowed):
        keyed.key(chief, FIRST, CELL, "1")


def test_nobody_keys_twice_nor_sees_the_others_text(keyed: Station, anna: User, bo: User) -> None:
    keyed.key(anna, FIRST, CELL, "95.00")
    with pytest.raises(NotAllowed):
        keyed.key(anna, FIRST, CELL, "95.00")
    with pytest.raises(NotAllowed):
        keyed.take(anna, FIRST, CELL)
    assert (FIRST, CELL) not in [(i.form_id, i.address) for i in keyed.queue(anna)]
    assert (FIRST, CELL) in [(i.form_id, i.address) for i in keyed.queue(bo)]
    (entry,) = keyed.history(FIRST, CELL)
    assert (entry.before, entry.after) == ("", "")
    assert "95.00" not in repr(keyed.queue(bo)) + repr(keyed.form(FIRST)) + repr(keyed.take(bo, FIRST, CELL))


def test_a_critical_number_is_not_confirmed_by_one(keyed: Station, anna: User) -> None:
    version = keyed.form(FIRST).items[CELL].version
    with pytest.raises(NotAllowed):
        keyed.confirm(anna, FIRST, CELL, "96.00", version=version)
    with pytest.raises(NotAllowed):
        keyed.confirm_group(anna, [(FIRST, CELL, version)])
    assert "96.00" not in [g.key for g in keyed.groups()]
    with pytest.raises(NotAllowed):
        keyed.key(anna, FIRST, "unit", "x")


def test_keyings_are_taken_back(keyed: Station, anna: User, bo: User) -> None:
    keyed.key(anna, FIRST, CELL, "95.00")
    keyed.undo(anna)
    assert keyed.form(FIRST).items[CELL].keying == 1
    keyed.release(anna, FIRST, CELL)
    keyed.key(bo, FIRST, CELL, "96.00")
    keyed.key(anna, FIRST, CELL, "96.00")
    assert keyed.form(FIRST).items[CELL].state == "done"
    keyed.undo(anna)
    assert keyed.form(FIRST).items[CELL].keying == 2


def test_critical_numbers_are_keyed_however_sure_the_reading(station: Station, chief: User, anna: User) -> None:
    assert station.form(FIRST).items["indicators.3.weight"].state == "quiet"
    station.set_critical(chief, ["indicators.*.weight"])
    assert station.critical() == ("indicators.*.weight",)
    assert station.counts().open == 15 + 3 * 4
    assert station.form(FIRST).items["indicators.3.weight"].keying == 1
    station.set_critical(chief, [])
    assert station.counts().open == 15
    with pytest.raises(NotAllowed):
        station.set_critical(anna, ["total.score"])
    with pytest.raises(BadInput):
        station.set_critical(chief, ["total[score]"])


def test_a_single_decision_does_not_stand_for_two(station: Station, chief: User, anna: User, bo: User) -> None:
    item = station.take(anna, FIRST, CELL)
    station.confirm(anna, FIRST, CELL, "95.00", version=item.version)
    station.set_critical(chief, [CELL])
    assert station.form(FIRST).items[CELL].keying == 1
    station.key(anna, FIRST, CELL, "96.00")
    station.key(bo, FIRST, CELL, "96.00")
    assert station.form(FIRST).form.total.score.text == "96.00"
