"""What people did per day, how long the rest will take, and what the audit says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, tzinfo
from statistics import median

from sqlalchemy import ColumnElement, and_, exists, func, select

from . import schema
from .audit import clopper_pearson
from .database import Database
from .schema import entry, form
from .values import AuditEstimate, DayFigures

_DAY = 86_400.0
_RECENT_DAYS, _RECENT_ENTRIES = 14, 500
_DECIDED = ("confirmed", "corrected", "unreadable", "keyed", "settled")


def _counts() -> ColumnElement[bool]:
    """Entries that were not taken back."""
    undoing = entry.alias()
    return ~exists().where(and_(undoing.c.undoes == entry.c.id))


class Figures:
    def __init__(self, database: Database, clock: Callable[[], float], zone: tzinfo | None = None) -> None:
        self.database, self.clock, self.zone = database, clock, zone

    def seconds_left(self, waiting: int) -> float | None:
        """``waiting`` cells times the median time per cell of the last 500 decisions of two weeks; None before any."""
        query = select(entry.c.seconds).where(
            entry.c.at >= self.clock() - _RECENT_DAYS * _DAY, entry.c.action.in_(_DECIDED), entry.c.seconds > 0
        )
        with self.database.read() as connection:
            seconds = connection.execute(query.order_by(entry.c.at.desc()).limit(_RECENT_ENTRIES)).scalars().all()
        return waiting * median(seconds) if seconds else None

    def per_day(self, days: int) -> list[DayFigures]:
        """Figures per day and person, the oldest day first; decisions that were taken back do not count."""
        query = select(entry.c.at, entry.c.user, entry.c.action, entry.c.seconds, entry.c.before, entry.c.after)
        query = query.where(entry.c.at >= self.clock() - days * _DAY, entry.c.action.in_(_DECIDED), _counts())
        found = defaultdict(list)
        with self.database.read() as connection:
            for row in connection.execute(query):
                day = datetime.fromtimestamp(row.at, self.zone).strftime("%Y-%m-%d")
                changed = row.action != "unreadable" and row.before != row.after
                found[day, row.user].append((row.seconds, changed, row.action == "unreadable"))
        return [
            DayFigures(
                day,
                user,
                len(rows),
                median(seconds for seconds, _, _ in rows),
                sum(changed for _, changed, _ in rows) / len(rows),
                sum(unreadable for _, _, unreadable in rows),
            )
            for (day, user), rows in sorted(found.items())
        ]

    def audit(self, level: float = 0.95) -> AuditEstimate:
        """The silent-error rate among the cells that the readings sent to nobody."""
        decided = entry.c.audit.is_(True), entry.c.action.in_(("confirmed", "corrected", "unreadable")), _counts()
        query = select(entry.c.form_id, entry.c.address, entry.c.action, entry.c.before, entry.c.after)
        cells = defaultdict(list)
        with self.database.read() as connection:
            for row in connection.execute(query.where(*decided).order_by(entry.c.id)):
                cells[row.form_id, row.address].append(row)
            population = connection.execute(select(func.coalesce(func.sum(form.c.undoubted), 0))).scalar_one()
            pending = connection.execute(select(func.count()).select_from(schema.cell).where(schema.AUDIT)).scalar_one()
        readable = [rows for rows in cells.values() if rows[-1].action != "unreadable"]
        wrong, sampled = sum(rows[-1].after != rows[0].before for rows in readable), len(readable)
        low, high = clopper_pearson(wrong, sampled, level) if sampled else (0.0, 1.0)
        rate = wrong / sampled if sampled else None
        return AuditEstimate(sampled, wrong, rate, low, high, level, int(population), int(pending))
