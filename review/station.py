"""The station: everything that the web pages, or a program, may ask of a review."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import select

from forms import Finding
from scoring import Rulebook

from . import log, schema
from .database import Database
from .decisions import Decisions, clean
from .derive import canonical, derive, with_text
from .derived_files import check_destination, write_document
from .errors import BadInput, NoSuchCell, NotAllowed
from .figures import Figures
from .people import People
from .queue import NO_FILTERS, Queue
from .rows import items_of_form
from .runs import RunFolder
from .shelf import Shelf
from .values import (
    AuditEstimate,
    Counts,
    DayFigures,
    Entry,
    Filters,
    FormRow,
    FormState,
    Group,
    Item,
    Outcome,
    Role,
    User,
)

AUDIT_SHARE = 0.02


class Station:
    """One run under review. Safe to use from several threads; several processes may have the same run open.

    Every method that changes something is one transaction, on disk when it returns. ``url`` is a PostgreSQL database
    (one per run) instead of ``OUT/review.sqlite``. ``clock`` gives seconds since 1970, ``rng`` decides when an
    audited cell comes, ``audit_share`` is how many come per reviewed cell, ``zone`` is whose days the statistics are
    of.
    """

    def __init__(
        self,
        out: Path,
        url: str | None = None,
        *,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
        audit_share: float = AUDIT_SHARE,
        rulebook: Rulebook | None = None,
        zone: tzinfo | None = None,
        hasher: PasswordHasher | None = None,
    ) -> None:
        if not 0.0 <= audit_share <= 1.0:
            raise BadInput(f"The audit's share is between 0 and 1, not {audit_share}.")
        self.folder = RunFolder(out)
        self.database = Database(url) if url else Database.beside(self.folder.out)
        self.shelf = Shelf(self.database, self.folder, rulebook)
        self.clock = clock
        self._queue = Queue(self.database, self.shelf, clock, rng or random.SystemRandom(), audit_share)
        self._decisions = Decisions(self.database, self.shelf, clock)
        self._figures = Figures(self.database, clock, zone)
        self.people = People(self.database, clock, hasher)

    @classmethod
    def open(
        cls,
        out: Path,
        url: str | None = None,
        *,
        progress: Callable[[int, int], None] | None = None,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
        audit_share: float = AUDIT_SHARE,
        rulebook: Rulebook | None = None,
        zone: tzinfo | None = None,
        hasher: PasswordHasher | None = None,
    ) -> Station:
        """The station of the run in ``out``, its database made where there is none and the run's forms indexed (those
        that did not change are skipped). Raises ``UnreadableFile`` and ``WrongRun``."""
        station = cls(
            out, url, clock=clock, rng=rng, audit_share=audit_share, rulebook=rulebook, zone=zone, hasher=hasher
        )
        station.refresh(progress)
        return station

    def refresh(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Index forms that are new or were read again; returns how many."""
        return self.shelf.index(progress)

    def close(self) -> None:
        self.database.close()

    @property
    def skipped(self) -> dict[str, str]:
        """Forms that could not be used, with the reason."""
        return dict(self.shelf.skipped)

    # Looking

    def counts(self, filters: Filters = NO_FILTERS) -> Counts:
        counts = self._queue.counts(filters)
        return replace(counts, seconds_left=self._figures.seconds_left(counts.open + counts.postponed))

    def queue(self, user: User, filters: Filters = NO_FILTERS, limit: int = 50, offset: int = 0) -> list[Item]:
        return self._queue.queue(user, filters, limit, offset)

    def documents(self) -> list[tuple[str, int]]:
        return self._queue.documents()

    def forms(self, document: str | None = None, limit: int = 200, offset: int = 0) -> list[FormRow]:
        return self._queue.forms(document, limit, offset)

    def rules(self) -> list[str]:
        """The names of the rules that forms of this run are held to, for the filter."""
        return [rule.name for rule in self.shelf.rulebook.rules]

    def form(self, form_id: str) -> FormState:
        """The form as it stands. Cells in blind keying show nothing in ``items``; show those, not ``form``, to
        people."""
        self.shelf.follow(form_id)
        with self.database.read() as connection:
            loaded = self.shelf.load(connection, form_id)
        derived = loaded.derived
        items = items_of_form(form_id, loaded.document, loaded.reading, derived, loaded.rows)
        return FormState(form_id, loaded.document, derived.form, derived.findings, items, derived.accepted)

    def preview(self, form_id: str, address: str, text: str) -> tuple[Finding, ...]:
        """The findings as they would be with ``text`` in this cell; nothing is written."""
        with self.database.read() as connection:
            reading, folded, critical = self.shelf.read(connection, form_id)
        stands_for = canonical(reading)
        if address not in stands_for:
            raise NoSuchCell(f"{form_id} has no cell {address}.")
        folded = with_text(reading, folded, stands_for[address], clean(text))
        return derive(reading, folded, self.shelf.rulebook, critical, suggest=False).findings

    def history(self, form_id: str, address: str | None = None) -> list[Entry]:
        """The log of the form or of one cell. Blind keyings that are not settled stay hidden."""
        with self.database.read() as connection:
            loaded = self.shelf.load(connection, form_id)
            head = None if address is None else loaded.head(address)
            entries = log.of_form(connection, form_id, head)
        hidden = set(loaded.derived.keying)
        return [
            replace(e, before="", after="") if e.address in hidden and _is_key(e, loaded.entries) else e
            for e in entries
        ]

    # Working

    def next(self, user: User, filters: Filters = NO_FILTERS, after: tuple[str, str] | None = None) -> Item | None:
        return self._queue.next(user, filters, after)

    def take(self, user: User, form_id: str, address: str) -> Item:
        return self._queue.take(user, form_id, address)

    def renew(self, user: User, form_id: str, address: str) -> float:
        return self._queue.renew(user, form_id, address)

    def release(self, user: User, form_id: str, address: str) -> None:
        self._queue.release(user, form_id, address)

    def confirm(
        self, user: User, form_id: str, address: str, text: str, *, version: int, why: str = "", seconds: float = 0.0
    ) -> Outcome:
        return self._decisions.confirm(user, form_id, address, text, version=version, why=why, seconds=seconds)

    def unreadable(
        self, user: User, form_id: str, address: str, *, version: int, why: str = "", seconds: float = 0.0
    ) -> Outcome:
        return self._decisions.unreadable(user, form_id, address, version=version, why=why, seconds=seconds)

    def postpone(
        self, user: User, form_id: str, address: str, *, version: int, why: str = "", seconds: float = 0.0
    ) -> Outcome:
        return self._decisions.postpone(user, form_id, address, version=version, why=why, seconds=seconds)

    def key(self, user: User, form_id: str, address: str, text: str, *, seconds: float = 0.0) -> Outcome:
        return self._decisions.key(user, form_id, address, text, seconds=seconds)

    def accept_as_printed(
        self, user: User, form_id: str, rule: str, cells: Sequence[str], note: str = "", *, seconds: float = 0.0
    ) -> Outcome:
        return self._decisions.accept_as_printed(user, form_id, rule, cells, note, seconds=seconds)

    def undo(self, user: User) -> Entry:
        return self._decisions.undo(user)

    def groups(self, filters: Filters = NO_FILTERS) -> list[Group]:
        return self._queue.groups(filters)

    def group(self, key: str, limit: int = 200, filters: Filters = NO_FILTERS, user: User | None = None) -> list[Item]:
        return self._queue.group(key, limit, filters, user)

    def confirm_group(
        self,
        user: User,
        keep: Sequence[tuple[str, str, int]],
        odd: Sequence[tuple[str, str, int]] = (),
        *,
        seconds: float = 0.0,
    ) -> list[Outcome]:
        return self._decisions.confirm_group(user, keep, odd, seconds=seconds)

    # Managing

    def critical(self) -> tuple[str, ...]:
        """The patterns of addresses that two people key blind."""
        with self.database.read() as connection:
            return self.shelf.critical(connection)

    def set_critical(self, user: User, patterns: Sequence[str]) -> None:
        """Name the numbers that two people key blind, such as ``funds.*.executed``. Seniors only."""
        if user.role != "senior" or user.disabled:
            raise NotAllowed("Only a senior names the numbers that are keyed twice.")
        cleaned = list(dict.fromkeys(p.strip() for p in patterns if p.strip()))
        if any(set(p) - _PATTERN for p in cleaned):
            raise BadInput("A pattern is an address such as total.score, with * for any row or column.")
        with self.database.write() as connection:
            self.database.put_setting(connection, "critical", "\n".join(cleaned))
        self.shelf.rederive()

    def statistics(self, days: int = 30) -> list[DayFigures]:
        return self._figures.per_day(days)

    def audit_estimate(self, level: float = 0.95) -> AuditEstimate:
        return self._figures.audit(level)

    def export(self, destination: Path | None = None) -> list[Path]:
        """Write every form as it stands: into ``reviewed/`` of its document, or as a whole run into ``destination``.

        Each file is whole or not there; the readings are not touched. Returns the forms' paths.
        """
        target = None if destination is None else check_destination(self.folder, destination)
        with self.database.read() as connection:
            rows = connection.execute(FORM_IDS).all()
        documents: dict[str, list[str]] = {}
        for row in rows:
            documents.setdefault(row.document, []).append(row.form_id)
        paths = []
        for document, form_ids in documents.items():
            with self.database.read() as connection:
                forms = {f: self.shelf.load(connection, f).derived.form for f in form_ids}
            paths += write_document(self.folder, document, forms, target)
        return paths

    # People: see review/people.py

    def add_user(self, name: str, role: Role = "reviewer", password: str | None = None, display: str = "") -> User:
        return self.people.add(name, role, password, display)

    def ensure_user(self, name: str, role: Role = "reviewer", display: str = "") -> User:
        return self.people.ensure(name, role, display)

    def users(self) -> list[User]:
        return self.people.all()

    def set_password(self, name: str, password: str) -> None:
        self.people.set_password(name, password)

    def set_role(self, name: str, role: Role) -> None:
        self.people.set_role(name, role)

    def disable(self, name: str, disabled: bool = True) -> None:
        self.people.disable(name, disabled)

    def sign_in(self, name: str, password: str, address: str, replaces: str | None = None) -> str:
        return self.people.sign_in(name, password, address, replaces)

    def start_session(self, name: str, replaces: str | None = None) -> str:
        return self.people.start(name, replaces)

    def one_time_link(self, name: str) -> str:
        return self.people.link(name)

    def redeem(self, token: str) -> str:
        return self.people.redeem(token)

    def session(self, token: str) -> User | None:
        return self.people.session(token)

    def sign_out(self, token: str) -> None:
        self.people.sign_out(token)


FORM_IDS = select(schema.form.c.form_id, schema.form.c.document).order_by(schema.form.c.form_id)
_PATTERN = frozenset("abcdefghijklmnopqrstuvwxyz_0123456789.*")


def _is_key(e: Entry, entries: Sequence[Entry]) -> bool:
    keyed = {x.id for x in entries if x.action == "keyed"}
    return e.id in keyed or e.undoes in keyed
