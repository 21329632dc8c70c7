"""The forms of a run, each with its log and its rows of the index; and the index itself, made anew where files
changed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from forms import Form, GoujiError
from scoring import Rulebook, default_rulebook

from . import log, schema
from .database import Database
from .derive import Derived, derive, rule_cells
from .errors import NoSuchCell, Stale, WrongRun
from .leases import known_text
from .log import Folded
from .rows import CHANGING, cell_rows, standing_to_json
from .runs import FormFile, RunFolder, parse_form
from .values import Entry

CHUNK = 100  # forms indexed in one transaction


@dataclass(frozen=True, slots=True)
class Loaded:
    """A form with everything that is known of it. ``key`` is its row's id; ``rows`` its index rows by address."""

    key: int
    form_id: str
    document: str
    reading: Form
    entries: tuple[Entry, ...]
    folded: Folded
    derived: Derived
    rows: dict[str, dict[str, Any]]
    sha: bytes

    def head(self, address: str) -> str:
        """The address that stands for the printed cell at ``address``; ``NoSuchCell`` when there is none."""
        if address not in self.derived.canonical:
            raise NoSuchCell(f"{self.form_id} has no cell {address}.")
        return self.derived.canonical[address]


class Shelf:
    """Loads forms, and keeps the index in step with the readings and the log."""

    def __init__(self, database: Database, folder: RunFolder, rulebook: Rulebook | None = None) -> None:
        self.database, self.folder = database, folder
        self.rulebook = rulebook or default_rulebook()
        self.skipped: dict[str, str] = {}
        with database.write() as connection:
            database.put_default(connection, "run", secrets.token_hex(16))
            self.run = database.setting(connection, "run") or ""

    def critical(self, connection: Connection) -> tuple[str, ...]:
        """The address patterns that the users named for double keying."""
        found = self.database.setting(connection, "critical")
        return tuple(found.split("\n")) if found else ()

    def load(self, connection: Connection, form_id: str, *, lock: bool = False) -> Loaded:
        """The form as it stands; with ``lock``, nobody else can decide about it until the transaction ends."""
        row = self.key_of(connection, form_id, lock=lock)
        reading = self.folder.read(form_id)
        entries = tuple(log.of_form(connection, form_id))
        folded = log.fold(entries)
        derived = derive(reading, folded, self.rulebook, self.critical(connection))
        cells = connection.execute(select(schema.cell).where(schema.cell.c.form == row.id))
        rows = {r.address: dict(r._mapping) for r in cells}
        return Loaded(row.id, form_id, row.document, reading, entries, folded, derived, rows, row.sha)

    def read(self, connection: Connection, form_id: str) -> tuple[Form, Folded, tuple[str, ...]]:
        """The form's reading, its log folded, and the critical patterns: what ``derive`` needs, and no more."""
        self.key_of(connection, form_id)
        folded = log.fold(log.of_form(connection, form_id))
        return self.folder.read(form_id), folded, self.critical(connection)

    def lock(self, connection: Connection, form_ids: Collection[str]) -> list[str]:
        """Lock these forms, in the one order that everybody keeps to, so that nobody waits for each other; returns
        it."""
        query = select(schema.form.c.form_id).where(schema.form.c.form_id.in_(form_ids)).order_by(schema.form.c.id)
        found = [row.form_id for row in connection.execute(query.with_for_update())]
        for missing in set(form_ids) - set(found):
            raise NoSuchCell(f"{missing!r} is no form of this run.")
        return found

    def key_of(self, connection: Connection, form_id: str, *, lock: bool = False) -> Any:
        """The form's row: id, document, sha. ``NoSuchCell`` when there is none."""
        known_text(form_id)
        query = select(schema.form.c.id, schema.form.c.document, schema.form.c.sha).where(
            schema.form.c.form_id == form_id
        )
        row = connection.execute(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise NoSuchCell(f"{form_id!r} is no form of this run.")
        return row

    def save(self, connection: Connection, before: Loaded) -> Loaded:
        """Bring the form's index rows in step with its log, and return the form as it stands now."""
        entries = tuple(log.of_form(connection, before.form_id))
        folded = log.fold(entries)
        derived = derive(before.reading, folded, self.rulebook, self.critical(connection))
        in_rule = rule_cells(before.reading, self.rulebook)
        fresh = cell_rows(self.run, before.form_id, before.reading, derived, folded.versions, in_rule, before.sha)
        changed = []
        for address, row in fresh.items():
            old = before.rows.get(address)
            if old is None:
                continue
            if old["state"] == "audit" and row["state"] == "quiet":  # drawn for the audit, and still to be decided
                row |= {"state": "audit", "detail": old["detail"]}
            if any(row[name] != old[name] for name in CHANGING):
                changed.append({"_address": address, **{name: row[name] for name in CHANGING}})
        if changed:
            statement = update(schema.cell).where(
                schema.cell.c.form == before.key, schema.cell.c.address == bindparam("_address")
            )
            connection.execute(statement.values({name: bindparam(name) for name in CHANGING}), changed)
        values = {
            "findings": standing_to_json(derived),
            "found": len(derived.standing),
            "project": schema.storable(derived.form.project.text),
        }
        connection.execute(update(schema.form).where(schema.form.c.id == before.key).values(**values))
        rows = {a: {**before.rows[a], **row} for a, row in fresh.items() if a in before.rows}
        return replace(before, entries=entries, folded=folded, derived=derived, rows=rows)

    def follow(self, form_id: str) -> bool:
        """Index the form anew if its file has changed since; True if it had."""
        known_text(form_id)
        with self.database.read() as connection:
            row = connection.execute(_STAMPS.where(schema.form.c.form_id == form_id)).one_or_none()
        if row is None:
            raise NoSuchCell(f"{form_id!r} is no form of this run.")
        file = self.folder.file(form_id)
        if (row.size, row.mtime_ns) == (file.size, file.mtime_ns):
            return False
        with self.database.write() as connection:
            self.database.lock_all(connection)
            self._put(connection, [file])
        return True

    def keep_up(self, form_id: str, address: str) -> None:
        """Raise ``Stale`` when the form was read anew since it was indexed: what the person saw is no more."""
        if self.follow(form_id):
            raise Stale(address, 0)

    def index(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Index what is new or changed and forget what is gone; returns how many forms were read.

        Forms that cannot be used are left out and named with the reason in ``skipped``. ``progress`` is told
        (forms done, forms to do).
        """
        found = {f.form_id: f for f in self.folder.forms()}
        self.skipped = {f: "the file's name is no UTF-8." for f in found if f != schema.storable(f)}
        found = {form_id: file for form_id, file in found.items() if form_id not in self.skipped}
        with self.database.read() as connection:
            known = {r.form_id: (r.size, r.mtime_ns) for r in connection.execute(_STAMPS)}
        self._same_run(known, found)
        gone = sorted(set(known) - set(found))
        todo = [f for f in found.values() if known.get(f.form_id) != (f.size, f.mtime_ns)]
        for chunk in _chunks(gone, CHUNK):
            with self.database.write() as connection:
                self._forget(connection, chunk)
        for done, files in enumerate(_chunks(todo, CHUNK)):
            with self.database.write() as connection:
                self.database.lock_all(connection)
                self._put(connection, files)
            if progress is not None:
                progress(min(len(todo), (done + 1) * CHUNK), len(todo))
        if len(todo) > CHUNK:
            self.database.look_at_sizes()
        return len(todo)

    def rederive(self) -> None:
        """Make every form's rows anew, as after a change of what is critical."""
        with self.database.read() as connection:
            ids = [row.form_id for row in connection.execute(_STAMPS.order_by(schema.form.c.id))]
        for chunk in _chunks(ids, CHUNK):
            with self.database.write() as connection:
                for form_id in chunk:
                    self.save(connection, self.load(connection, form_id, lock=True))

    def _same_run(self, known: dict[str, Any], found: dict[str, Any]) -> None:
        if not self.database.is_sqlite and known and found and not set(known) & set(found):
            raise WrongRun(
                f"The database belongs to another run: it knows none of the {len(found)} forms in {self.folder.out}. "
                "Give each run a database of its own."
            )

    def _forget(self, connection: Connection, form_ids: Sequence[str]) -> None:
        """Take the forms out of the index; their log stays."""
        query = select(schema.form.c.id).where(schema.form.c.form_id.in_(form_ids))
        keys = [row.id for row in connection.execute(query.order_by(schema.form.c.id).with_for_update())]
        connection.execute(delete(schema.cell).where(schema.cell.c.form.in_(keys)))
        connection.execute(delete(schema.form).where(schema.form.c.id.in_(keys)))

    def _put(self, connection: Connection, files: Sequence[FormFile]) -> None:
        ids = [f.form_id for f in files]
        query = select(schema.form.c.form_id, schema.form.c.size, schema.form.c.mtime_ns)
        query = query.where(schema.form.c.form_id.in_(ids)).order_by(schema.form.c.id)
        rows = connection.execute(query.with_for_update())
        known = {r.form_id: (r.size, r.mtime_ns) for r in rows}
        fresh = [f for f in files if known.get(f.form_id) != (f.size, f.mtime_ns)]  # another process may have been here
        critical = self.critical(connection)
        forms, cells = [], []
        for file in fresh:
            try:
                form_row, cell_rows_of_form = self._indexed(connection, file, critical)
            except GoujiError as error:
                self.skipped[file.form_id] = str(error)
                continue
            forms.append(form_row)
            cells.append(cell_rows_of_form)
        self._forget(connection, [f.form_id for f in fresh])
        if not forms:
            return
        connection.execute(insert(schema.form), forms)
        query_ids = select(schema.form.c.form_id, schema.form.c.id).where(schema.form.c.form_id.in_(ids))
        keys = {r.form_id: r.id for r in connection.execute(query_ids)}
        put = [
            (keys[form["form_id"]], form["document"], *row.values())
            for form, rows_of_form in zip(forms, cells, strict=True)
            for row in rows_of_form
        ]
        names = next((tuple(row) for rows_of_form in cells for row in rows_of_form), ())
        self.database.put_many(connection, schema.cell, ("form", "document", *names), put)

    def _indexed(
        self, connection: Connection, file: FormFile, critical: Sequence[str]
    ) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        data = self.folder.read_bytes(file.form_id)
        reading = parse_form(data, file.form_id)
        folded = log.fold(log.of_form(connection, file.form_id))
        derived = derive(reading, folded, self.rulebook, critical)
        in_rule = rule_cells(reading, self.rulebook)
        sha = sha256(data).digest()
        rows = cell_rows(self.run, file.form_id, reading, derived, folded.versions, in_rule, sha)
        form_row = {
            "form_id": file.form_id,
            "document": file.document,
            "size": file.size,
            "mtime_ns": file.mtime_ns,
            "sha": sha,
            "template": reading.template,
            "project": schema.storable(derived.form.project.text),
            "cells": len(derived.canonical),
            "undoubted": sum(1 for _, c in reading.cells() if not c.needs_review and c.origin != "absent"),
            "findings": standing_to_json(derived),
            "found": len(derived.standing),
        }
        return form_row, list(rows.values())


_STAMPS = select(schema.form.c.form_id, schema.form.c.size, schema.form.c.mtime_ns)


def _chunks(values: Sequence[Any], size: int) -> Iterator[list[Any]]:
    source = iter(values)
    while chunk := list(islice(source, size)):
        yield chunk
