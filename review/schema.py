"""The database's tables (SQLAlchemy Core), and the triggers that let nobody change the log.

``review_entry`` is the truth beside the readings. ``review_form`` and ``review_cell`` are an index of the run that
can be made anew at any time from the form files and the log; only the leases in it are not derived.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    text,
)

VERSION = 1
metadata = MetaData()
Long = BigInteger().with_variant(Integer, "sqlite")

setting = Table("review_setting", metadata, Column("key", String(64), primary_key=True), Column("value", Text))

form = Table(
    "review_form",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("form_id", Text, nullable=False, unique=True),
    Column("document", Text, nullable=False, index=True),
    Column("size", Long, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("sha", LargeBinary(32), nullable=False),
    Column("template", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("cells", Integer, nullable=False),
    Column("undoubted", Integer, nullable=False),  # cells that the reading sends to nobody
    Column("findings", Text, nullable=False),  # JSON: the findings as they stand, see rows.py
    Column("found", Integer, nullable=False),
)

cell = Table(
    "review_cell",
    metadata,
    Column("form", Integer, primary_key=True, autoincrement=False),
    Column("address", Text, primary_key=True),
    Column("document", Text, nullable=False),
    Column("kind", String(6), nullable=False),
    Column("text", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("cost", Float, nullable=False),
    Column("page", Integer, nullable=False),
    Column("box", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("later", Long, nullable=False),  # 0, or the entry that postponed it
    Column("odd", Boolean, nullable=False),
    Column("rules", Text, nullable=False),  # "|total-score|rate|"
    Column("keying", Integer, nullable=False),
    Column("key_first", Text, nullable=False),
    Column("key_second", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("rank", Float),  # of the audit sample: the order in which undoubted cells are drawn
    Column("detail", Text),  # JSON, of cells that are open
    Column("lease_user", Text, nullable=False, server_default=""),
    Column("lease_until", Float, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)

RULED = text("review_cell.rules <> ''")
OPEN = text("review_cell.state = 'open'")  # literal on purpose: a partial index serves no bound parameter
SEEN = text("review_cell.state <> 'quiet'")
QUIET = text("review_cell.state = 'quiet' AND review_cell.rank IS NOT NULL")
AUDIT = text("review_cell.state = 'audit'")


def _partial(name: str, where: str, *columns: object) -> None:
    Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))  # type: ignore[arg-type]


_ORDER = (cell.c.later, cell.c.cost.desc(), cell.c.form, cell.c.address)
_partial("review_cell_queue", "state = 'open'", *_ORDER)
_partial("review_cell_document", "state = 'open'", cell.c.document, *_ORDER, cell.c.state)
_partial("review_cell_kind", "state = 'open'", cell.c.kind, *_ORDER)
_partial("review_cell_text", "state = 'open'", cell.c.text, cell.c.kind, cell.c.keying, cell.c.odd, cell.c.state)
_partial("review_cell_rule", "state = 'open' AND rules <> ''", *_ORDER, cell.c.rules)
_partial("review_cell_counts", "state <> 'quiet'", cell.c.state, cell.c.later, cell.c.lease_until)
_partial("review_cell_seen", "state <> 'quiet'", cell.c.document, cell.c.state, cell.c.later, cell.c.lease_until)
_partial("review_cell_rank", "state = 'quiet' AND rank IS NOT NULL", cell.c.rank)
_partial("review_cell_audit", "state = 'audit'", cell.c.rank)

entry = Table(
    "review_entry",
    metadata,
    Column("id", Long, primary_key=True),
    Column("at", Float, nullable=False),
    Column("user", Text, nullable=False),
    Column("form_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("action", String(10), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("undoes", Long, index=True),
    Column("batch", String(32), nullable=False),
    Column("audit", Boolean, nullable=False),
    Column("page", Integer, nullable=False),
    Column("box", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Index("review_entry_form", "form_id", "address", "id"),
    Index("review_entry_user", "user", "id"),
    Index("review_entry_at", "at"),
    sqlite_autoincrement=True,
)

account = Table(
    "review_account",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("display", Text, nullable=False),
    Column("role", String(10), nullable=False),
    Column("password", Text),  # argon2 hash; NULL: signs in by link or by a proxy's header only
    Column("disabled", Boolean, nullable=False),
    Column("created", Float, nullable=False),
)

session = Table(
    "review_session",
    metadata,
    Column("token", String(64), primary_key=True),  # SHA-256 of the token; the token itself is with the browser only
    Column("name", String(100), nullable=False, index=True),
    Column("kind", String(7), nullable=False),  # "session", or "link" for a one-time link
    Column("created", Float, nullable=False),
    Column("expires", Float, nullable=False),
)

attempt = Table(
    "review_attempt",
    metadata,
    Column("key", String(200), primary_key=True),  # "name:…" or "address:…"
    Column("failures", Integer, nullable=False),
    Column("last", Float, nullable=False),
    Column("until", Float, nullable=False),
)

_REFUSAL = "the review log is append-only"

_SQLITE_TRIGGERS = (
    f"CREATE TRIGGER IF NOT EXISTS review_entry_no_update BEFORE UPDATE ON review_entry "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    f"CREATE TRIGGER IF NOT EXISTS review_entry_no_delete BEFORE DELETE ON review_entry "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
    # INSERT OR REPLACE deletes without firing the delete trigger
    f"CREATE TRIGGER IF NOT EXISTS review_entry_no_replace BEFORE INSERT ON review_entry "
    f"WHEN EXISTS (SELECT 1 FROM review_entry WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END",
)

_POSTGRESQL_TRIGGERS = (
    "CREATE OR REPLACE FUNCTION review_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$",
    "CREATE OR REPLACE TRIGGER review_entry_no_change BEFORE UPDATE OR DELETE ON review_entry "
    "FOR EACH ROW EXECUTE FUNCTION review_entry_refuse()",
    "CREATE OR REPLACE TRIGGER review_entry_no_truncate BEFORE TRUNCATE ON review_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION review_entry_refuse()",
)


def storable(text: str) -> str:
    """``text`` without what UTF-8 or PostgreSQL cannot hold: lone surrogates and NUL become U+FFFD or "?"."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def create(connection: Connection) -> None:
    """Make tables, indexes and triggers where there are none."""
    if inspect(connection).has_table(setting.name):
        return  # all of it was made in one transaction
    metadata.create_all(connection)
    triggers = _SQLITE_TRIGGERS if connection.dialect.name == "sqlite" else _POSTGRESQL_TRIGGERS
    for statement in triggers:
        connection.exec_driver_sql(statement)
