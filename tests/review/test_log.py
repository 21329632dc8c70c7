from __future__ import annotations

import sqlite3

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from review import Entry, Station, User, WrongRun
from review.database import Database
from review.log import fold

FIRST = "a/forms/01-甲.json"


def one_entry(station: Station, user: User) -> None:
    item = station.next(user)
    assert item is not None
    station.confirm(user, item.form_id, item.address, "1", version=item.version)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE review_entry SET after = 'x'",
        "UPDATE review_entry SET \"user\" = 'x' WHERE id = 1",
        "DELETE FROM review_entry",
        "DELETE FROM review_entry WHERE id = 1",
    ],
)
def test_nobody_changes_or_deletes_an_entry(station: Station, anna: User, statement: str) -> None:
    one_entry(station, anna)
    with pytest.raises(DBAPIError, match="append-only"), station.database.write() as connection:
        connection.execute(text(statement))
    with station.database.read() as connection:
        assert connection.execute(text('SELECT "user", after FROM review_entry')).all() == [("anna", "1")]


def test_an_entry_cannot_be_replaced_either(station: Station, anna: User) -> None:
    one_entry(station, anna)
    columns = "at, user, form_id, address, action, before, after, why, seconds, batch, audit, page, box, raw"
    copied = columns.replace("user", '"user"').replace(" after,", " 'x',")
    if station.database.is_sqlite:
        statement = f"INSERT OR REPLACE INTO review_entry (id, {columns}) SELECT id, {copied} FROM review_entry"
    else:
        statement = "TRUNCATE review_entry"
    with pytest.raises(DBAPIError, match="append-only"), station.database.write() as connection:
        connection.execute(text(statement))


def test_other_programs_cannot_change_the_log_of_sqlite(station: Station, anna: User) -> None:
    if not station.database.is_sqlite:
        pytest.skip("is about the file")
    one_entry(station, anna)
    plain = sqlite3.connect(station.folder.out / "review.sqlite")
    with pytest.raises(sqlite3.DatabaseError, match="append-only"):
        plain.execute("DELETE FROM review_entry")
    plain.close()


def test_sqlite_is_durable(station: Station) -> None:
    if not station.database.is_sqlite:
        pytest.skip("is about SQLite")
    with station.database.write() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    assert (station.folder.out / "review.sqlite").stat().st_mode & 0o077 == 0


def test_postgresql_commits_are_on_disk(station: Station, url: str | None) -> None:
    if url is None:
        pytest.skip("is about PostgreSQL")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER DATABASE postgres SET synchronous_commit TO off")
        try:
            with Database(url).read() as other:
                assert other.execute(text("SHOW synchronous_commit")).scalar() == "on"
        finally:
            connection.execute("ALTER DATABASE postgres RESET synchronous_commit")


def test_a_failed_decision_leaves_no_trace(station: Station, anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    item = station.next(anna)
    assert item is not None
    with monkeypatch.context() as broken:
        broken.setattr(station.shelf, "save", lambda *_: (_ for _ in ()).throw(RuntimeError("pulled the plug")))
        with pytest.raises(RuntimeError):
            station.confirm(anna, item.form_id, item.address, "1", version=item.version)
    assert station.history(item.form_id) == []
    station.confirm(anna, item.form_id, item.address, "1", version=item.version)


def test_a_database_of_a_newer_program_is_refused(opened) -> None:
    station = opened()
    with station.database.write() as connection:
        connection.execute(text("UPDATE review_setting SET value = '99' WHERE key = 'version'"))
    with pytest.raises(WrongRun, match="99"):
        opened()


def test_other_databases_are_refused(out) -> None:
    from review import BadInput

    for url in ("mysql://x@y/z", "no url", "oracle://x"):
        with pytest.raises(BadInput):
            Station.open(out, url)
    with pytest.raises(WrongRun):
        Station.open(out, "postgresql://nobody@/nothing?host=/nowhere")


actions = st.sampled_from(["confirmed", "corrected", "unreadable", "postponed", "odd", "settled"])


@settings(deadline=None)
@given(st.lists(st.tuples(actions, st.sampled_from("ab"), st.sampled_from("xyz")), max_size=12), st.data())
def test_undone_entries_count_as_if_they_had_never_been(made, data) -> None:
    entries = [Entry(k, float(k), "u", "f", a, action, after=t) for k, (action, a, t) in enumerate(made, 1)]
    undone = data.draw(st.sets(st.sampled_from(entries), max_size=len(entries))) if entries else set()
    back = [
        Entry(100 + e.id, 0.0, "u", "f", e.address, "undone", undoes=e.id) for e in sorted(undone, key=lambda e: e.id)
    ]
    left = [e for e in entries if e not in undone]
    assert fold([*entries, *back]).decisions == fold(left).decisions
    assert sum(fold([*entries, *back]).versions.values()) == len(entries) + len(back)
