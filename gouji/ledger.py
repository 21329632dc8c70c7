"""``ledger.sqlite``: every document's and page's state, what it was read from and with, and what came of it.

The ledger says what is done; the files say what it is. It is written after the files that it tells of are on disk, so
that after a power loss it may know too little, never too much; and what it does not know is found in the documents'
own folders (``pages.spool``). WAL with an exclusive lock: without shared memory, so that it works on network shares.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from forms import OutputError

from .inputs import InputFile
from .lock import Holder
from .making import Making

NAME = "ledger.sqlite"
VERSION = 1
_SCHEMA = """
CREATE TABLE makings (id INTEGER PRIMARY KEY, read_key TEXT, form_key TEXT, settings TEXT, versions TEXT,
    UNIQUE (read_key, form_key));
CREATE TABLE runs (id INTEGER PRIMARY KEY, started TEXT, ended TEXT, state TEXT, host TEXT, pid INTEGER,
    making INTEGER REFERENCES makings, message TEXT);
CREATE TABLE documents (id INTEGER PRIMARY KEY, name TEXT UNIQUE, folded TEXT UNIQUE, identity TEXT, state TEXT,
    inputs TEXT, outputs TEXT, tally TEXT, pages INTEGER, seconds REAL, making INTEGER REFERENCES makings,
    run INTEGER REFERENCES runs, changed TEXT);
CREATE INDEX documents_identity ON documents (identity);
CREATE TABLE pages (document INTEGER REFERENCES documents, number INTEGER, file TEXT, page_in_file INTEGER, state TEXT,
    outcome TEXT, reason TEXT, sha256 TEXT, seconds REAL, tries INTEGER, making INTEGER REFERENCES makings,
    run INTEGER REFERENCES runs, PRIMARY KEY (document, number)) WITHOUT ROWID;
CREATE INDEX pages_failed ON pages (document, number) WHERE state = 'failed';
"""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """What the ledger knows of a document. ``outputs``: (path below its folder, bytes, nanoseconds) of its files."""

    id: int
    name: str
    identity: str
    state: str
    inputs: tuple[InputFile, ...]
    outputs: tuple[tuple[str, int, int], ...]
    tally: dict[str, Any]
    read_key: str
    form_key: str


@dataclass(frozen=True, slots=True)
class PageState:
    """A page's row. ``state``: waiting, reading, done or failed; ``outcome``: its kind, once that is known."""

    number: int
    file: str
    page_in_file: int
    sha256: str
    state: str = "waiting"
    outcome: str = ""
    reason: str = ""
    seconds: float = 0.0
    tries: int = 0


class Ledger:
    """Opens (and makes) the ledger of ``out``. Every method raises ``OutputError`` with the remedy."""

    def __init__(self, out: Path) -> None:
        self.path = out / NAME
        self._run = self._making = 0
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None, timeout=5.0)
        except sqlite3.Error as error:
            raise self._trouble(error) from error
        try:
            with self._guarded():
                self._prepare()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"):
            self._db.execute(f"PRAGMA {pragma}")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version not in (0, VERSION):
            raise OutputError(f"{self.path} was written by another version of gouji. {self._move_away()}")
        self._db.execute("BEGIN IMMEDIATE")
        if version == 0:
            for statement in _SCHEMA.split(";"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {VERSION}")
        elif self._db.execute("SELECT 1 FROM runs WHERE state = 'running'").fetchone():
            self._check()
        self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def _check(self) -> None:
        """After a run that was killed: is the file whole?"""
        (found,) = self._db.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
        self._db.execute("UPDATE runs SET state = 'killed' WHERE state = 'running'")

    def close(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            if self._db.in_transaction:
                self._db.execute("COMMIT")
        with contextlib.suppress(sqlite3.Error):
            self._db.close()

    def commit(self) -> None:
        """What was told so far outlives a kill; called every second or so, and when a document is done."""
        with self._guarded():
            self._db.execute("COMMIT")
            self._db.execute("BEGIN")

    # Runs

    def begin_run(self, making: Making) -> None:
        holder = Holder.this()
        with self._guarded():
            self._db.execute(
                "INSERT OR IGNORE INTO makings (read_key, form_key, settings, versions) VALUES (?, ?, ?, ?)",
                (making.read, making.form, _json(making.settings), _json(making.versions)),
            )
            (self._making,) = self._db.execute(
                "SELECT id FROM makings WHERE read_key = ? AND form_key = ?", (making.read, making.form)
            ).fetchone()
            self._run = int(
                self._db.execute(
                    "INSERT INTO runs (started, state, host, pid, making) VALUES (?, 'running', ?, ?, ?)",
                    (_now(), holder.host, holder.pid, self._making),
                ).lastrowid
                or 0
            )
        self.commit()

    def end_run(self, state: str, message: str = "") -> None:
        with self._guarded():
            self._db.execute(
                "UPDATE runs SET state = ?, ended = ?, message = ? WHERE id = ?", (state, _now(), message, self._run)
            )
        self.commit()

    # Documents

    def by_folded(self, folded: str) -> DocumentRow | None:
        """The document of that name, case and Unicode form aside."""
        return next(self._rows("folded = ?", folded), None)

    def by_identity(self, identity: str) -> list[DocumentRow]:
        """The documents that were read from this file or folder."""
        return list(self._rows("identity = ?", identity))

    def open_document(
        self, name: str, folded: str, identity: str, inputs: Sequence[InputFile], pages: Sequence[PageState]
    ) -> int:
        """A document is about to be read; returns its number. What earlier runs told of ``done`` pages stays."""
        with self._guarded():
            self._db.execute("DELETE FROM documents WHERE folded = ? AND name <> ?", (folded, name))
            self._db.execute(
                "INSERT INTO documents (name, folded) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", (name, folded)
            )
            (number,) = self._db.execute("SELECT id FROM documents WHERE name = ?", (name,)).fetchone()
            self._db.execute(
                "UPDATE documents SET folded = ?, identity = ?, state = 'reading', inputs = ?, outputs = '[]', "
                "tally = '{}', pages = ?, seconds = 0, making = ?, run = ?, changed = ? WHERE id = ?",
                (folded, identity, _files(inputs), len(pages), self._making, self._run, _now(), number),
            )
            kept = {
                (n, f, p, sha)
                for n, f, p, sha in self._db.execute(
                    "SELECT number, file, page_in_file, sha256 FROM pages WHERE document = ? AND state = 'done'",
                    (number,),
                )
            }
            self._db.execute("DELETE FROM pages WHERE document = ? AND state <> 'done'", (number,))
            self._db.execute("DELETE FROM pages WHERE document = ? AND number > ?", (number, len(pages)))
        for page in pages:
            if page.state != "done" or (page.number, _text(page.file), page.page_in_file, page.sha256) not in kept:
                self.set_page(number, page)
        return int(number)

    def set_page(self, document: int, page: PageState) -> None:
        values = (page.number, page.file, page.page_in_file, page.state, page.outcome, page.reason, page.sha256)
        with self._guarded():
            self._db.execute(
                "INSERT OR REPLACE INTO pages (document, number, file, page_in_file, state, outcome, reason, sha256, "
                "seconds, tries, making, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (document, *(_text(v) for v in values), page.seconds, page.tries, self._making, self._run),
            )

    def set_outcomes(self, document: int, kinds: dict[int, str]) -> None:
        """What kind of page each is, now that the whole document was looked at."""
        with self._guarded():
            self._db.executemany(
                "UPDATE pages SET outcome = ? WHERE document = ? AND number = ?",
                [(kind, document, number) for number, kind in kinds.items()],
            )

    def close_document(
        self, document: int, state: str, outputs: Sequence[tuple[str, int, int]], tally: dict[str, Any], seconds: float
    ) -> None:
        """A document's files are all on disk."""
        with self._guarded():
            self._db.execute(
                "UPDATE documents SET state = ?, outputs = ?, tally = ?, seconds = ?, changed = ? WHERE id = ?",
                (state, _json(outputs), _json(tally), seconds, _now(), document),
            )
        self.commit()

    def set_inputs(self, document: int, identity: str, inputs: Sequence[InputFile]) -> None:
        """The same pages, but in another place or with another time."""
        with self._guarded():
            self._db.execute(
                "UPDATE documents SET identity = ?, inputs = ? WHERE id = ?", (identity, _files(inputs), document)
            )

    def _rows(self, condition: str, value: str) -> Iterator[DocumentRow]:
        with self._guarded():
            rows = self._db.execute(
                "SELECT d.id, d.name, d.identity, d.state, d.inputs, d.outputs, d.tally, m.read_key, m.form_key "
                f"FROM documents d LEFT JOIN makings m ON m.id = d.making WHERE d.{condition}",
                (_text(value),),
            ).fetchall()
            for number, name, identity, state, inputs, outputs, tally, read_key, form_key in rows:
                try:
                    files = tuple(InputFile(**f) for f in json.loads(inputs))
                    written = tuple((str(p), int(b), int(t)) for p, b, t in json.loads(outputs))
                    counts = json.loads(tally)
                except (ValueError, TypeError) as error:
                    raise sqlite3.DatabaseError(f"the entry of {name} is no JSON") from error
                yield DocumentRow(number, name, identity, state, files, written, counts, read_key or "", form_key or "")

    # Trouble

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    def _trouble(self, error: sqlite3.Error) -> OutputError:
        said = str(error)
        if "locked" in said:
            remedy = "Another program has it open: close that, then run again."
        elif "full" in said:
            remedy = "The disk is full: free some space, then run again; what is finished stays."
        elif "readonly" in said or "unable to open" in said or "disk I/O" in said:
            remedy = "Check the disk and the folder's permissions, then run again; or choose another folder with -o."
        else:
            remedy = self._move_away()
        return OutputError(f"{self.path} cannot be used ({said}). {remedy}")

    def _move_away(self) -> str:
        return (
            f"Move it away (with {NAME}-wal and {NAME}-shm, where there are any) and run again: what was read from the "
            "pages lies in the documents' folders and is not read a second time."
        )


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _json(value: Any) -> str:
    return json.dumps(value)


def _files(files: Sequence[InputFile]) -> str:
    return _json([asdict(f) for f in files])


def _text(value: Any) -> Any:
    """Names of files may hold bytes that are no UTF-8, and SQLite's text may not."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
