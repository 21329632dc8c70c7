"""Any sequence of operations, then derive == a model that keeps no log at all but a plain list of what counts."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_runs import small_form, write_run
from sqlalchemy import select, update

from forms import form_to_dict
from review import NothingToUndo, Stale, Station, User, schema
from scoring import check

ADDRESSES = ("total.score", "funds.0.executed", "unit", "goals.actual", "indicators.2.weight")
USERS = (User("anna"), User("bo"), User("chief", "senior"))
TEXTS = st.sampled_from(["96.00", "95.00", "80.00", "第一中学", "x", ""])


@dataclass
class Model:
    """Per cell the stack of decisions that were not taken back, as (number, user, text or None for unreadable)."""

    stacks: dict[str, list[tuple[int, str, str | None]]] = field(default_factory=dict)
    number: int = 0

    def decide(self, user: str, address: str, text: str | None) -> None:
        self.number += 1
        self.stacks.setdefault(address, []).append((self.number, user, text))

    def undo(self, user: str) -> bool:
        mine = [(d[0], a) for a, stack in self.stacks.items() for d in stack if d[1] == user]
        if not mine:
            return False
        number, address = max(mine)
        stack = self.stacks[address]
        if any(n > number and u != user for n, u, _ in stack):
            return False
        self.stacks[address] = [d for d in stack if d[0] != number]
        return True


operations = st.lists(
    st.one_of(
        st.tuples(st.just("confirm"), st.sampled_from(USERS), st.sampled_from(ADDRESSES), TEXTS),
        st.tuples(st.just("unreadable"), st.sampled_from(USERS), st.sampled_from(ADDRESSES)),
        st.tuples(st.just("undo"), st.sampled_from(USERS)),
    ),
    max_size=12,
)
READING = small_form("甲", {"total.score": 0.6, "unit": 0.7})
numbers = itertools.count()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """One station for all examples; each gets a form and users of its own."""
    out = write_run(tmp_path_factory.mktemp("model"), {"d/forms/00.json": READING})
    clock = itertools.count(1_700_000_000, 1000)  # every lease has ended when the next step comes
    station = Station.open(out, audit_share=0.0, clock=lambda: float(next(clock)))
    yield station
    station.close()


@settings(max_examples=25, deadline=None)
@given(operations)
def test_forms_are_readings_and_log(shared: Station, ops: list[Any]) -> None:
    number = next(numbers)
    form_id = f"d/forms/{number:04}.json"
    write_run(shared.folder.out, {form_id: READING})
    shared.refresh()
    model = Model()
    for kind, user, *rest in ops:
        apply(shared, model, form_id, replace(user, name=f"{user.name}{number}"), kind, rest)
    matches(shared, model, form_id)
    rebuilt_rows_are_the_same(shared, form_id)


def apply(station: Station, model: Model, form_id: str, user: User, kind: str, rest: list[str]) -> None:
    if kind == "undo":
        try:
            station.undo(user)
        except (NothingToUndo, Stale):
            assert not model.undo(user.name)
        else:
            assert model.undo(user.name)
        return
    version = station.form(form_id).items[rest[0]].version
    if kind == "confirm":
        station.confirm(user, form_id, rest[0], rest[1], version=version, seconds=1)
        model.decide(user.name, rest[0], rest[1])
    else:
        station.unreadable(user, form_id, rest[0], version=version)
        model.decide(user.name, rest[0], None)


def matches(station: Station, model: Model, form_id: str) -> None:
    reading, state = READING, station.form(form_id)
    plain = {}
    for address, read in reading.cells():
        cell, stack = state.form.cell(address), model.stacks.get(address, [])
        assert cell.raw == read.raw and cell.box == read.box
        if not stack or stack[-1][2] is None:
            assert (cell.text, cell.confidence, cell.origin) == (read.text, read.confidence, read.origin)
            assert cell.needs_review or not (stack or read.needs_review)
        else:
            assert (cell.text, cell.confidence, cell.needs_review) == (stack[-1][2], 1.0, False)
            assert (cell.origin == "corrected") == (cell.text != read.text)
            plain[address] = cell
    found = {(f.rule, f.cells, f.found, f.expected) for f in state.findings}
    assert found == {(f.rule, f.cells, f.found, f.expected) for f in check(reading.with_cells(plain))}


def rebuilt_rows_are_the_same(station: Station, form_id: str) -> None:
    """The index is nothing but readings and log: made anew from them, it is the same."""
    columns = [c for c in schema.cell.columns if c.name not in ("form", "lease_user", "lease_until")]
    joined = schema.cell.join(schema.form, schema.form.c.id == schema.cell.c.form)
    query = select(*columns).select_from(joined).where(schema.form.c.form_id == form_id).order_by(schema.cell.c.address)
    summary = select(schema.form.c.findings, schema.form.c.found).where(schema.form.c.form_id == form_id)
    with station.database.write() as connection:
        before, findings = connection.execute(query).all(), connection.execute(summary).all()
        connection.execute(update(schema.form).where(schema.form.c.form_id == form_id).values(size=0))
    assert station.refresh() == 1
    with station.database.read() as connection:
        assert connection.execute(query).all() == before
        assert connection.execute(summary).all() == findings


def test_the_same_log_gives_the_same_bytes(station: Station, opened, anna: User) -> None:
    item = station.next(anna)
    assert item is not None
    station.confirm(anna, item.form_id, item.address, "95.00", version=item.version)
    one, two = station.form(item.form_id).form, opened().form(item.form_id).form
    assert json.dumps(form_to_dict(one)) == json.dumps(form_to_dict(two))
