from __future__ import annotations

import pytest

from review import Station, User


def decide(station: Station, user: User, seconds: float, text: str | None = None) -> None:
    item = station.next(user)
    assert item is not None
    text = item.text if text is None else text
    station.confirm(user, item.form_id, item.address, text, version=item.version, seconds=seconds)


def test_figures_per_day_and_person(station: Station, clock, anna: User, bo: User) -> None:
    assert station.statistics() == []
    for seconds, text in ((2.0, None), (4.0, "81"), (9.0, None), (1.0, "82")):
        decide(station, anna, seconds, text)
    clock.forward(86_400)
    decide(station, bo, 5.0)
    item = station.next(bo)
    assert item is not None
    station.unreadable(bo, item.form_id, item.address, version=item.version, seconds=7.0)
    first, second = station.statistics()
    assert (first.day, first.user, first.cells, first.seconds, first.changed) == ("2023-11-14", "anna", 4, 3.0, 0.5)
    assert (second.day, second.user, second.cells, second.seconds) == ("2023-11-15", "bo", 2, 6.0)
    assert (second.changed, second.unreadable) == (0.0, 1)


def test_what_was_taken_back_does_not_count(station: Station, anna: User) -> None:
    decide(station, anna, 2.0, "x")
    decide(station, anna, 4.0)
    station.undo(anna)
    (row,) = station.statistics()
    assert (row.cells, row.changed) == (1, 1.0)


def test_only_the_days_asked_for(station: Station, clock, anna: User) -> None:
    decide(station, anna, 2.0)
    clock.forward(10 * 86_400)
    decide(station, anna, 2.0)
    assert len(station.statistics(days=30)) == 2
    assert len(station.statistics(days=5)) == 1


def test_time_left_is_of_recent_days(station: Station, clock, anna: User) -> None:
    decide(station, anna, 100.0)
    clock.forward(20 * 86_400)
    assert station.counts().seconds_left is None
    decide(station, anna, 3.0)
    assert station.counts().seconds_left == pytest.approx(13 * 3.0)
