"""Decisions about cells and findings: each is one transaction that writes the log and brings the index in step."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from . import log
from .database import Database
from .errors import BadInput, NoSuchCell, NotAllowed, NothingToUndo, Stale
from .leases import SECONDS, claim, give_back, refuse_if_taken
from .shelf import Loaded, Shelf
from .values import Action, Entry, Outcome, User

MAX_TEXT = 10_000  # characters of a cell
MAX_SECONDS = 3600.0  # a cell that was open longer was left lying


def clean(text: str) -> str:
    """``text`` as it may be kept; ``BadInput`` for what no cell can hold."""
    plain = _trimmed(text)
    if len(plain) > MAX_TEXT:
        raise BadInput(f"A cell holds at most {MAX_TEXT} characters.")
    if any((ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF or ord(c) == 127 for c in plain):
        raise BadInput("The text holds control characters.")
    return plain


def _trimmed(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def may_decide(user: User) -> None:
    if user.role == "reader" or user.disabled:
        raise NotAllowed(f"{user.name} may look, but not decide.")


class Decisions:
    """Every way to write to the log."""

    def __init__(self, database: Database, shelf: Shelf, clock: Callable[[], float]) -> None:
        self.database, self.shelf, self.clock = database, shelf, clock

    def confirm(
        self, user: User, form_id: str, address: str, text: str, *, version: int, why: str = "", seconds: float = 0.0
    ) -> Outcome:
        """``text`` is what the paper says in this cell. On disk when this returns."""
        may_decide(user)
        text = clean(text)
        self.shelf.keep_up(form_id, address)
        with self.database.write() as connection:
            form = self._open(connection, user, form_id, address, version)
            head = form.head(address)
            if form.derived.keying.get(head, 0):
                raise NotAllowed("This number is keyed by two people; key it without looking at the reading.")
            shown = form.derived.form.cell(head).text
            action: Action = "confirmed" if text == _trimmed(shown) else "corrected"
            kept = shown if action == "confirmed" else text
            entry = self._entry(user, form, head, action, before=shown, after=kept, why=why, seconds=seconds)
            return self._write(connection, form, [entry])

    def unreadable(
        self, user: User, form_id: str, address: str, *, version: int, why: str = "", seconds: float = 0.0
    ) -> Outcome:
        """Nobody can read this cell on the scan: it leaves the queue and stays marked for review in the form."""
        return self._simple(user, form_id, address, "unreadable", version, why, seconds)

    def postpone(
        self, user: User, form_id: str, address: str, *, version: int, why: str = "", seconds: float = 0.0
    ) -> Outcome:
        """The cell goes behind all others in the queue."""
        return self._simple(user, form_id, address, "postponed", version, why, seconds)

    def _simple(
        self, user: User, form_id: str, address: str, action: Action, version: int, why: str, seconds: float
    ) -> Outcome:
        may_decide(user)
        self.shelf.keep_up(form_id, address)
        with self.database.write() as connection:
            form = self._open(connection, user, form_id, address, version)
            head = form.head(address)
            shown = form.derived.form.cell(head).text
            if action == "postponed" and form.derived.states[head] != "open" and form.rows[head]["state"] != "audit":
                raise BadInput("Only a cell of the queue can be postponed.")
            entry = self._entry(user, form, head, action, before=shown, after=shown, why=why, seconds=seconds)
            return self._write(connection, form, [entry])

    def key(self, user: User, form_id: str, address: str, text: str, *, seconds: float = 0.0) -> Outcome:
        """Key a critical number blind, or settle it where two keyings differ (a senior who did neither)."""
        may_decide(user)
        text = clean(text)
        self.shelf.keep_up(form_id, address)
        with self.database.write() as connection:
            form = self._open(connection, user, form_id, address, None)
            head = form.head(address)
            stage = form.derived.keying.get(head, 0)
            keyed = form.derived.decisions[head].keys if head in form.derived.decisions else ()
            if stage == 0:
                raise NotAllowed("This cell is not to be keyed twice, or two people have settled it.")
            if user.name in (k.user for k in keyed):
                raise NotAllowed("You have keyed this number already; another person must.")
            if stage == 3 and user.role != "senior":
                raise NotAllowed("Two keyings differ; a senior settles them.")
            before = form.derived.form.cell(head).text
            action: Action = "settled" if stage == 3 else "keyed"
            entry = self._entry(user, form, head, action, before=before, after=text, seconds=seconds)
            return self._write(connection, form, [entry])

    def accept_as_printed(
        self, user: User, form_id: str, rule: str, cells: Sequence[str], note: str, *, seconds: float = 0.0
    ) -> Outcome:
        """The finding is what the paper says: it stays in the form, with the verdict "document" and the note."""
        may_decide(user)
        note = clean(note)
        self.shelf.keep_up(form_id, ", ".join(cells))
        with self.database.write() as connection:
            form = self.shelf.load(connection, form_id, lock=True)
            found = next(
                (s for s in form.derived.standing if (s.finding.rule, s.finding.cells) == (rule, tuple(cells))), None
            )
            if found is None:
                raise NoSuchCell(f"{rule} finds nothing at {', '.join(cells)} any more.")
            if found.accepted:
                raise BadInput("This finding was accepted already.")
            f = found.finding
            about = {"rule": f.rule, "cells": list(f.cells), "found": f.found, "expected": f.expected}
            entry = Entry(
                0, self.clock(), user.name, form_id, "", "accepted", after=json.dumps(about, ensure_ascii=False),
                why=note, seconds=_seconds(seconds),
            )  # fmt: skip
            return self._write(connection, form, [entry])

    def confirm_group(
        self,
        user: User,
        keep: Sequence[tuple[str, str, int]],
        odd: Sequence[tuple[str, str, int]],
        *,
        seconds: float = 0.0,
    ) -> list[Outcome]:
        """Confirm all cells of ``keep`` (form_id, address, version) as read, and pick out ``odd`` ones: those come
        one by one, early in the queue. All or nothing, in one transaction."""
        may_decide(user)
        batch, each = secrets.token_hex(16), _seconds(seconds) / max(1, len(keep) + len(odd))
        marked: list[tuple[Action, tuple[str, str, int]]] = [("confirmed", k) for k in keep]
        marked += [("odd", k) for k in odd]
        outcomes = []
        for form_id, address in {form_id: address for _, (form_id, address, _) in marked}.items():
            self.shelf.keep_up(form_id, address)
        with self.database.write() as connection:
            for form_id in self.shelf.lock(connection, {form_id for _, (form_id, _, _) in marked}):
                entries = []
                form = self.shelf.load(connection, form_id, lock=True)
                for action, (_, address, version) in (m for m in marked if m[1][0] == form_id):
                    head = self._checked(form, user, address, version)
                    if form.derived.keying.get(head, 0):
                        raise NotAllowed("This number is keyed by two people; it cannot be confirmed in a group.")
                    shown = form.derived.form.cell(head).text
                    entry = self._entry(user, form, head, action, before=shown, after=shown, seconds=each)
                    entries.append(replace(entry, batch=batch))
                outcomes.append(self._write(connection, form, entries))
        return outcomes

    def undo(self, user: User) -> Entry:
        """Take back this person's last stroke by new entries, and hold its cell for the person. Returns what was
        undone.

        ``NothingToUndo`` when there is none, ``Stale`` when another person has decided about the cell since.
        """
        may_decide(user)
        with self.database.write() as connection:
            stroke = log.last_stroke(connection, user.name)
            if not stroke:
                raise NothingToUndo("You have no decision to take back.")
            batch = secrets.token_hex(16) if len(stroke) > 1 else ""
            for form_id in self.shelf.lock(connection, {e.form_id for e in stroke}):
                self._undo_in(connection, user, form_id, [e for e in stroke if e.form_id == form_id], batch)
            return stroke[-1]

    def _undo_in(self, connection: Connection, user: User, form_id: str, stroke: list[Entry], batch: str) -> None:
        form = self.shelf.load(connection, form_id, lock=True)
        for e in stroke:
            since = [x for x in form.entries if x.id > e.id and x.address == e.address and x.action != "undone"]
            by_others = [x for x in since if x.user != user.name and not x.undone and e.address]
            if by_others:
                raise Stale(e.address, form.folded.versions.get(e.address, 0))
            if any(x.undoes == e.id for x in form.entries):
                raise NothingToUndo("This was taken back already.")
        back = [
            replace(e, id=0, at=self.clock(), action="undone", before=e.after, after=e.before, undoes=e.id, batch=batch,
                    why="", seconds=0.0, undone=False)
            for e in stroke
        ]  # fmt: skip
        self._write(connection, form, back)
        now = self.clock()
        if len(stroke) == 1 and stroke[0].address:
            claim(connection, form.key, stroke[0].address, user.name, now, now + SECONDS)

    def _open(self, connection: Connection, user: User, form_id: str, address: str, version: int | None) -> Loaded:
        form = self.shelf.load(connection, form_id, lock=True)
        self._checked(form, user, address, version)
        return form

    def _checked(self, form: Loaded, user: User, address: str, version: int | None) -> str:
        head = form.head(address)
        row = form.rows.get(head)
        if row is None:
            raise Stale(address, 0)
        refuse_if_taken(row, user.name, self.clock())
        if version is not None and version != row["version"]:
            raise Stale(address, row["version"])
        return head

    def _entry(
        self,
        user: User,
        form: Loaded,
        head: str,
        action: Action,
        *,
        before: str,
        after: str,
        why: str = "",
        seconds: float = 0.0,
    ) -> Entry:
        cell = form.reading.cell(head)
        return Entry(
            id=0,
            at=self.clock(),
            user=user.name,
            form_id=form.form_id,
            address=head,
            action=action,
            before=before,
            after=after,
            why=clean(why),
            seconds=_seconds(seconds),
            audit=form.rows[head]["state"] == "audit" or any(e.audit for e in form.entries if e.address == head),
            page=cell.page,
            box=(cell.box.left, cell.box.top, cell.box.right, cell.box.bottom),
            raw=cell.raw,
        )

    def _write(self, connection: Connection, before: Loaded, entries: Iterable[Entry]) -> Outcome:
        entries = list(entries)
        ids = log.append(connection, entries)
        after = self.shelf.save(connection, before)
        for e in entries:
            if e.address:
                give_back(connection, before.key, e.address, e.user)
        return Outcome(ids[-1], before.derived.findings, after.derived.findings, _changed(before, after))


def _changed(before: Loaded, after: Loaded) -> tuple[str, ...]:
    def shown(form: Loaded, address: str) -> tuple[Any, ...]:
        cell = form.derived.form.cell(address)
        return cell.text, cell.needs_review, form.derived.states[address]

    return tuple(a for a in after.derived.canonical if shown(before, a) != shown(after, a))


def _seconds(seconds: float) -> float:
    """Time taken, within what can be: a clock that went back or a night's break must not spoil the figures."""
    return min(max(float(seconds), 0.0), MAX_SECONDS) if seconds == seconds else 0.0
