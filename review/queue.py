"""The queue: what waits, who gets what next, and how much is left. Audited cells come in between, and look like the
rest."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, case, func, select, update

from . import schema
from .database import Database
from .decisions import may_decide
from .errors import NoSuchCell, NotAllowed
from .leases import (
    SECONDS,
    claim,
    filtered,
    first_free,
    free_for,
    give_back,
    joined,
    known_text,
    refuse_if_taken,
    waiting,
)
from .rows import detail, item_of
from .schema import cell, form
from .shelf import Shelf
from .values import Counts, Filters, FormRow, Group, Item, User

NO_FILTERS = Filters()
SHORT = 8  # characters of a text that a wall of crops can be checked for at a glance


class Queue:
    """Reads and leases. ``audit_share``: audited cells per reviewed one."""

    def __init__(
        self, database: Database, shelf: Shelf, clock: Callable[[], float], rng: random.Random, audit_share: float
    ) -> None:
        self.database, self.shelf, self.clock, self.rng, self.audit_share = database, shelf, clock, rng, audit_share

    def counts(self, filters: Filters = NO_FILTERS) -> Counts:
        """Counts without ``seconds_left``; audited cells are in none of them."""
        leased = func.sum(case((cell.c.lease_until > self.clock(), 1), else_=0))
        postponed = func.sum(case((cell.c.later > 0, 1), else_=0))
        query = select(cell.c.state, func.count(), postponed, leased).where(schema.SEEN).group_by(cell.c.state)
        with self.database.read() as connection:
            found = {row[0]: row for row in connection.execute(filtered(query, filters))}
        waiting_ = found.get("open", ("open", 0, 0, 0))
        return Counts(
            open=waiting_[1] - waiting_[2],
            done=found["done"][1] if "done" in found else 0,
            postponed=waiting_[2],
            unreadable=found["unreadable"][1] if "unreadable" in found else 0,
            leased=waiting_[3],
        )

    def queue(self, user: User, filters: Filters, limit: int, offset: int) -> list[Item]:
        """The waiting cells from the ``offset``-th on, without what others hold and what this person may not key."""
        with self.database.read() as connection:
            query = waiting(user, filters, self.clock()).limit(limit).offset(offset)
            return [_item(row) for row in connection.execute(query).mappings()]

    def next(self, user: User, filters: Filters, after: tuple[str, str] | None) -> Item | None:
        """Lease the worst waiting cell to the person and return it; None when nothing waits."""
        may_decide(user)
        now = self.clock()
        with self.database.write() as connection:
            query = waiting(user, filters, now)
            if after is not None:
                query = query.where(~((form.c.form_id == after[0]) & (cell.c.address == after[1])))
            row = first_free(connection, query, sqlite=self.database.is_sqlite)
            if row is None or self.rng.random() < self.audit_share / (1.0 + self.audit_share):
                audited = self._audited(connection, user, filters, row)
                if audited is not None:
                    return audited
            if row is None:
                return None
            claim(connection, row["form"], row["address"], user.name, now, now + SECONDS)
            return replace(_item(row), lease_until=now + SECONDS)

    def _audited(self, connection: Connection, user: User, filters: Filters, beside: Any) -> Item | None:
        """A cell of the audit sample, leased: one that was drawn and not decided, else (with other work ``beside``
        it) the next in the sample's order."""
        now = self.clock()
        narrowed = replace(filters, rule=None, text=None)
        if narrowed != filters:
            return None
        drawn = filtered(joined().where(schema.AUDIT, free_for(user.name, now)), narrowed).order_by(cell.c.rank)
        row = first_free(connection, drawn, sqlite=self.database.is_sqlite)
        if row is None and beside is not None:
            fresh = filtered(joined().where(schema.QUIET, free_for(user.name, now)), narrowed).order_by(cell.c.rank)
            row = first_free(connection, fresh, sqlite=self.database.is_sqlite)
        if row is None:
            return None
        if row["detail"] is None:
            loaded = self.shelf.load(connection, row["form_id"])
            text = detail(loaded.derived, row["address"], loaded.derived.siblings(row["address"]))
        else:
            text = row["detail"]
        connection.execute(
            update(cell)
            .where(cell.c.form == row["form"], cell.c.address == row["address"])
            .values(state="audit", detail=text, lease_user=user.name, lease_until=now + SECONDS)
        )
        item = _item({**row, "state": "audit", "detail": text, "lease_until": now + SECONDS})
        return item if beside is None else replace(item, confidence=beside["confidence"], cost=beside["cost"])

    def take(self, user: User, form_id: str, address: str) -> Item:
        """Lease this very cell, whatever its state; ``Taken`` when another person holds it."""
        may_decide(user)
        now = self.clock()
        self.shelf.follow(form_id)
        with self.database.write() as connection:
            loaded = self.shelf.load(connection, form_id, lock=True)
            head = loaded.head(address)
            stage = loaded.derived.keying.get(head, 0)
            decision = loaded.derived.decisions.get(head)
            if stage and decision is not None and user.name in (k.user for k in decision.keys):
                raise NotAllowed("You have keyed this number already; another person must.")
            if stage == 3 and user.role != "senior":
                raise NotAllowed("Two keyings differ; a senior settles them.")
            if not claim(connection, loaded.key, head, user.name, now, now + SECONDS):
                refuse_if_taken(self._row(connection, form_id, head), user.name, now)
            row = dict(self._row(connection, form_id, head))
            row["detail"] = detail(loaded.derived, head, loaded.derived.siblings(head))
            return _item(row)

    def renew(self, user: User, form_id: str, address: str) -> float:
        """Hold the cell for another while; returns until when. ``Taken`` when another person has it by now."""
        may_decide(user)
        now = self.clock()
        with self.database.write() as connection:
            row = self._row(connection, form_id, address)
            if not claim(connection, row["form"], row["address"], user.name, now, now + SECONDS):
                refuse_if_taken(row, user.name, now)
        return now + SECONDS

    def release(self, user: User, form_id: str, address: str) -> None:
        """Give the cell back; nothing happens when the person does not hold it."""
        with self.database.write() as connection:
            row = self._row(connection, form_id, address)
            give_back(connection, row["form"], row["address"], user.name)

    def _row(self, connection: Connection, form_id: str, address: str) -> Any:
        known_text(form_id, address)
        query = joined().where(form.c.form_id == form_id, cell.c.address == address)
        row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NoSuchCell(f"{form_id} has no cell {address}.")
        return row

    def groups(self, filters: Filters) -> list[Group]:
        """Short texts that two or more open cells were read as, the most frequent first."""
        size = func.count()
        query = select(cell.c.text, cell.c.kind, size).where(schema.OPEN, cell.c.keying == 0, cell.c.odd.is_(False))
        query = query.where(func.length(cell.c.text).between(1, SHORT))
        query = filtered(query, filters).group_by(cell.c.text, cell.c.kind).having(size > 1)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(size.desc(), cell.c.text, cell.c.kind).limit(500))
            return [Group(r[0], r[1], r[2]) for r in rows]

    def group(self, key: str, limit: int, filters: Filters, user: User | None) -> list[Item]:
        """The open cells read as ``key``, surest last; with ``user``, those that nobody else holds, leased to the
        user."""
        now = self.clock()
        query = filtered(joined().where(schema.OPEN, cell.c.keying == 0, cell.c.odd.is_(False)), filters)
        query = query.where(cell.c.text == key).order_by(cell.c.cost.desc(), cell.c.form, cell.c.address).limit(limit)
        if user is None:
            with self.database.read() as connection:
                return [_item(row) for row in connection.execute(query).mappings()]
        may_decide(user)
        with self.database.write() as connection:
            query = query.where(free_for(user.name, now))
            if not self.database.is_sqlite:
                query = query.with_for_update(of=cell, skip_locked=True)
            rows = connection.execute(query).mappings().all()
            for row in rows:
                claim(connection, row["form"], row["address"], user.name, now, now + SECONDS)
        return [replace(_item(row), lease_until=now + SECONDS) for row in rows]

    def documents(self) -> list[tuple[str, int]]:
        """Every document with the number of its open cells."""
        query = select(cell.c.document, func.count()).where(schema.OPEN).group_by(cell.c.document)
        with self.database.read() as connection:
            waiting_ = {row[0]: int(row[1]) for row in connection.execute(query)}
            names = connection.execute(select(form.c.document).distinct().order_by(form.c.document))
            return [(name, waiting_.get(name, 0)) for (name,) in names]

    def forms(self, document: str | None, limit: int, offset: int) -> list[FormRow]:
        """The run's forms in order of their names."""
        query = select(form).order_by(form.c.form_id).limit(limit).offset(offset)
        if document is not None:
            query = query.where(form.c.document == document)
        with self.database.read() as connection:
            rows = connection.execute(query).all()
            states = select(cell.c.form, cell.c.state, func.count()).where(
                schema.SEEN, cell.c.form.in_([r.id for r in rows])
            )
            counted = {(r[0], r[1]): int(r[2]) for r in connection.execute(states.group_by(cell.c.form, cell.c.state))}
        return [
            FormRow(r.form_id, r.document, r.project, r.template, r.cells, counted.get((r.id, "open"), 0),
                    counted.get((r.id, "done"), 0), r.found)
            for r in rows
        ]  # fmt: skip


def _item(row: Any) -> Item:
    return item_of(row, row["findings"], row["detail"] or _NO_DETAIL)


_NO_DETAIL = '{"raw": "", "alternatives": [], "reasons": [], "label": "", "siblings": []}'
