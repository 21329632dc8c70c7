"""Leases: a cell belongs to one person for a while, and the database itself sees to it that it is one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, update

from . import schema
from .errors import NoSuchCell, Taken
from .schema import cell, form, storable
from .values import Filters, User

SECONDS = 120.0


def free_for(user: str, now: float) -> ColumnElement[bool]:
    """Cells that nobody else holds."""
    return or_(cell.c.lease_until <= now, cell.c.lease_user == user)


def keyable_by(user: User) -> ColumnElement[bool]:
    """Cells that need no keying, or a keying that this person may do: no one keys twice, seniors settle."""
    new = and_(cell.c.key_first != user.name, cell.c.key_second != user.name)
    stages = [cell.c.keying < 2, and_(cell.c.keying == 2, new)]
    if user.role == "senior":
        stages.append(and_(cell.c.keying == 3, new))
    return or_(*stages)


def known_text(*texts: str | None) -> None:
    """Raise ``NoSuchCell`` for what no database can hold, and so no cell can be called."""
    for text in texts:
        if text is not None and text != storable(text):
            raise NoSuchCell(f"{text!r} is no name in this run.")


def filtered(query: Select[Any], filters: Filters) -> Select[Any]:
    known_text(filters.document, filters.rule, filters.text)
    if filters.document is not None:
        query = query.where(cell.c.document == filters.document)
    if filters.kind is not None:
        query = query.where(cell.c.kind == filters.kind)
    if filters.rule is not None:
        query = query.where(schema.RULED, cell.c.rules.contains(f"|{filters.rule}|", autoescape=True))
    if filters.text is not None:
        query = query.where(cell.c.text == filters.text)
    return query


ROW = (cell, form.c.form_id, form.c.project, form.c.findings)


def joined() -> Select[Any]:
    """Cells with what an item needs of their forms."""
    return select(*ROW).join(form, form.c.id == cell.c.form)


def waiting(user: User, filters: Filters, now: float) -> Select[Any]:
    """The open cells that this person may get, worst expected cost first, postponed ones last."""
    query = filtered(joined().where(schema.OPEN), filters)
    query = query.where(free_for(user.name, now), keyable_by(user))
    return query.order_by(cell.c.later, cell.c.cost.desc(), cell.c.form, cell.c.address)


def claim(connection: Connection, key: int, address: str, user: str, now: float, until: float) -> bool:
    """Lease the cell unless another person holds it; one statement, so that two can never both succeed."""
    result = connection.execute(
        update(cell)
        .where(cell.c.form == key, cell.c.address == address, free_for(user, now))
        .values(lease_user=user, lease_until=until)
    )
    return result.rowcount == 1


def give_back(connection: Connection, key: int, address: str, user: str) -> None:
    connection.execute(
        update(cell)
        .where(cell.c.form == key, cell.c.address == address, cell.c.lease_user == user)
        .values(lease_user="", lease_until=0.0)
    )


def refuse_if_taken(row: Any, user: str, now: float) -> None:
    """Raise ``Taken`` when another person holds the cell of this row."""
    if row["lease_user"] != user and row["lease_until"] > now:
        raise Taken(row["lease_user"], row["lease_until"])


def first_free(connection: Connection, query: Select[Any], *, sqlite: bool) -> Any:
    """The first row of ``query`` that no other transaction is just deciding about, locked; None when there is none."""
    one = query.limit(1)
    if not sqlite:
        one = one.with_for_update(of=cell, skip_locked=True)
    return connection.execute(one).mappings().one_or_none()
