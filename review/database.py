"""One door to SQLite and PostgreSQL: reads, and writes that are durable when the block is left."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Table, create_engine, event, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from forms import OutputError

from . import schema
from .errors import BadInput, WrongRun

_WRITE = "gouji_write"
_LOCK = 0x676F756A  # "gouj": the advisory lock under which tables are made and forms are indexed
_BUSY_SECONDS = 60.0


class Database:
    """The database of one run. Safe to use from several threads and processes at once.

    SQLite runs in WAL mode with ``synchronous=FULL``: a commit that has returned survives a power cut. Every write
    takes the write lock at its start (``BEGIN IMMEDIATE``), so that what it has read cannot change under it. On
    PostgreSQL ``synchronous_commit`` is on, and writers lock the rows they decide about.
    """

    def __init__(self, url: str | URL) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise BadInput(f"{url!r} is no database URL. Write postgresql://user@host/database.") from error
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise BadInput(f"{parsed.get_backend_name()} is not supported; use SQLite or PostgreSQL.")
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"connect_args": {"timeout": _BUSY_SECONDS}} if self.is_sqlite else {}
        self.engine = create_engine(parsed, pool_size=16, max_overflow=32, pool_pre_ping=not self.is_sqlite, **options)
        event.listen(self.engine, "connect", _on_connect_sqlite if self.is_sqlite else _on_connect_postgresql)
        if self.is_sqlite:
            event.listen(self.engine, "begin", _on_begin_sqlite)
        self._writer = self.engine.execution_options(**{_WRITE: True})
        self._create()

    @staticmethod
    def beside(out: Path) -> Database:
        """The SQLite database ``review.sqlite`` of the run in ``out``."""
        path = (out / "review.sqlite").resolve()
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # it holds hashes of passwords
        except OSError as error:
            what = error.strerror or error
            raise OutputError(f"{path} cannot be written: {what}. Mend the rights of {out}.") from error
        return Database(URL.create("sqlite", database=str(path)))

    def _create(self) -> None:
        try:
            with self.write() as connection:
                self.lock_all(connection)
                schema.create(connection)
                self.put_default(connection, "version", str(schema.VERSION))
                version = self.setting(connection, "version")
        except OperationalError as error:
            raise WrongRun(
                f"The database cannot be opened: {error.orig}. Check the path or URL and its rights."
            ) from error
        except DatabaseError as error:
            raise WrongRun(f"The database cannot be used: {error.orig}.") from error
        if version != str(schema.VERSION):
            raise WrongRun(f"The database has format {version}; this program knows {schema.VERSION}. Update gouji.")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block is left without an exception, and leaves no trace otherwise."""
        with self._writer.begin() as connection:
            yield connection

    def lock_all(self, connection: Connection) -> None:
        """Until the transaction ends, no other process makes tables or indexes forms."""
        if not self.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")

    def setting(self, connection: Connection, key: str) -> str | None:
        found = connection.execute(select(schema.setting.c.value).where(schema.setting.c.key == key)).scalar()
        return None if found is None else str(found)

    def put_default(self, connection: Connection, key: str, value: str) -> None:
        """Set ``key`` unless it is set."""
        connection.execute(self.insert(schema.setting).values(key=key, value=value).on_conflict_do_nothing())

    def put_setting(self, connection: Connection, key: str, value: str) -> None:
        statement = self.insert(schema.setting).values(key=key, value=value)
        connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

    def put_many(
        self, connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
    ) -> None:
        """Insert many rows at once; several times as fast as rows that pass through the statement's compiler."""
        if rows:
            mark = "?" if self.is_sqlite else "%s"
            names = ", ".join(f'"{name}"' for name in columns)
            statement = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join([mark] * len(columns))})"
            connection.exec_driver_sql(statement, list(rows))

    def insert(self, table: Any) -> Any:
        """An INSERT with ``on_conflict_do_…``, which both databases have."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def look_at_sizes(self) -> None:
        """Let the database count what its tables hold, so that it picks the right index (half a second for
        1.3 million cells; with an ``analysis_limit`` SQLite misjudges the partial indexes)."""
        with self.write() as connection:
            for table in ("review_form", "review_cell"):
                connection.exec_driver_sql(f"ANALYZE {table}")

    def close(self) -> None:
        self.engine.dispose()


def _on_connect_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _on_begin_sqlite says, not where sqlite3 guesses
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "recursive_triggers=ON", "cache_size=-16384"):
        connection.execute(f"PRAGMA {pragma}")


def _on_begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get(_WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _on_connect_postgresql(connection: Any, _record: Any) -> None:
    connection.execute("SET synchronous_commit TO on")
    connection.commit()
