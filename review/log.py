"""The append-only log: writing entries, reading them, and what they come to (``fold``).

An undo is an entry of its own that names the one it takes back; what was taken back no longer counts. Of what is
left, the last decision about a cell counts. Two equal blind keyings by two people are a decision.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, exists, insert, select

from .schema import entry, storable
from .values import Accepted, Entry

Settled = Literal["done", "unreadable"]


@dataclass(frozen=True, slots=True)
class Keyed:
    """A text that a person keyed without seeing the reading or another's text."""

    user: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What the log says of one cell. ``state`` is None while nobody has decided; ``later`` is the entry that
    postponed it; ``twice`` is True where two keyings or their settling decided; ``last`` is the entry that counts."""

    state: Settled | None = None
    text: str = ""
    later: int = 0
    odd: bool = False
    keys: tuple[Keyed, ...] = ()
    twice: bool = False
    last: Entry | None = None


@dataclass(frozen=True, slots=True)
class Folded:
    """The log of one form: decisions by address, accepted findings, and the number of entries by address."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    accepted: tuple[Accepted, ...] = ()
    versions: dict[str, int] = field(default_factory=dict)


def fold(entries: Sequence[Entry]) -> Folded:
    """What the entries of one form (in order of their ids) come to."""
    undone = {e.undoes for e in entries if e.action == "undone"}
    decisions: dict[str, Decision] = {}
    accepted: list[Accepted] = []
    versions: dict[str, int] = {}
    for e in entries:
        versions[e.address] = versions.get(e.address, 0) + 1
        if e.action == "undone" or e.id in undone:
            continue
        if e.action == "accepted":
            accepted.append(accepted_of(e))
        else:
            decisions[e.address] = _decided(decisions.get(e.address, Decision()), e)
    return Folded(decisions, tuple(accepted), versions)


def _decided(before: Decision, e: Entry) -> Decision:
    if e.action in ("confirmed", "corrected", "settled"):
        return Decision("done", e.after, twice=e.action == "settled", last=e)
    if e.action == "unreadable":
        return Decision("unreadable", last=e)
    if e.action == "postponed":
        return replace(before, later=e.id)
    if e.action == "odd":
        return replace(before, odd=True)
    keys = (*before.keys, Keyed(e.user, e.after))
    if len(keys) == 2 and keys[0].text == keys[1].text:
        return Decision("done", e.after, keys=keys, twice=True, last=e)
    return replace(before, keys=keys, later=0, last=e)


def accepted_of(e: Entry) -> Accepted:
    about = json.loads(e.after)
    cells = tuple(about["cells"])
    return Accepted(about["rule"], cells, about["found"], about["expected"], e.why, e.user, e.at, e.id)


def append(connection: Connection, entries: Iterable[Entry]) -> list[int]:
    """Write the entries (their ids are given by the database) and return their ids, in order."""
    ids = []
    for e in entries:
        values = {name: getattr(e, name) for name in _COLUMNS if name != "box"}
        values |= {name: storable(values[name]) for name in ("before", "after", "why", "raw")}
        result = connection.execute(insert(entry).values(box=json.dumps(e.box), **values))
        ids.append(int(result.inserted_primary_key[0]))  # type: ignore[index]
    return ids


_COLUMNS = tuple(c.name for c in entry.columns if c.name != "id")


def of_form(connection: Connection, form_id: str, address: str | None = None) -> list[Entry]:
    """The form's entries (or one cell's) in order; ``undone`` is set on those that were taken back."""
    query = select(entry).where(entry.c.form_id == form_id).order_by(entry.c.id)
    if address is not None:
        query = query.where(entry.c.address == address)
    found = [entry_of(row) for row in connection.execute(query)]
    undone = {e.undoes for e in found if e.action == "undone"}
    return [replace(e, undone=True) if e.id in undone else e for e in found]


def last_stroke(connection: Connection, user: str) -> list[Entry]:
    """The entries of this person's last stroke that was not taken back, in order; empty when there is none."""
    undoing = entry.alias()
    taken_back = exists().where(and_(undoing.c.undoes == entry.c.id))
    query = (
        select(entry)
        .where(entry.c.user == user, entry.c.action != "undone", ~taken_back)
        .order_by(entry.c.id.desc())
        .limit(1)
    )
    last = connection.execute(query).one_or_none()
    if last is None:
        return []
    if not last.batch:
        return [entry_of(last)]
    stroke = select(entry).where(
        entry.c.user == user, entry.c.batch == last.batch, entry.c.action != "undone", ~taken_back
    )
    return [entry_of(row) for row in connection.execute(stroke.order_by(entry.c.id))]


def entry_of(row: Row[Any]) -> Entry:
    values = dict(row._mapping)
    box = json.loads(values.pop("box"))
    return Entry(**values, box=(box[0], box[1], box[2], box[3]))
