"""Users and signing in: argon2 hashes, sessions known only by their hash, guesses slowed by name and by address."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, or_, select, update

from .database import Database
from .errors import BadInput, BadPassword, NoSuchCell, TooMany, WeakPassword
from .schema import account, attempt, session, storable
from .values import Role, User

SESSION_SECONDS = 12 * 3600.0
LINK_SECONDS = 600.0
MIN_PASSWORD = 10
MAX_PASSWORD = 1024
FREE_FAILURES = 3
LONGEST_WAIT = 300.0
FORGOTTEN_AFTER = 24 * 3600.0
_NAME = re.compile(r"[^\W_][\w.@+-]{0,99}")
_ROLES = ("reviewer", "senior", "reader")


class People:
    """``hasher`` is for tests that cannot wait; the default costs what argon2-cffi recommends (RFC 9106, low
    memory)."""

    def __init__(self, database: Database, clock: Callable[[], float], hasher: PasswordHasher | None = None) -> None:
        self.database, self.clock = database, clock
        self.hasher = hasher or PasswordHasher()
        self._dummy = ""

    def add(self, name: str, role: Role, password: str | None, display: str) -> User:
        """A new user; without a password the user comes in by a link or a proxy's header only."""
        if not _NAME.fullmatch(name):
            raise BadInput(
                f"{name!r} is no user name: letters, digits and . @ + - _, at most 100, a letter or digit first."
            )
        if role not in _ROLES:
            raise BadInput(f"{role!r} is no role; there are {', '.join(_ROLES)}.")
        hashed = None if password is None else self._hashed(password)
        values = {"display": display.strip()[:100] or name, "role": role, "password": hashed, "disabled": False}
        with self.database.write() as connection:
            statement = self.database.insert(account).values(name=name, created=self.clock(), **values)
            made = connection.execute(statement.on_conflict_do_nothing().returning(account.c.name))
            if made.one_or_none() is None:
                raise BadInput(f"There is a user {name} already.")
        return User(name, role, str(values["display"]))

    def ensure(self, name: str, role: Role, display: str) -> User:
        """The user, made without a password when there is none of that name."""
        try:
            return self.add(name, role, None, display)
        except BadInput:
            return self.get(name)

    def get(self, name: str) -> User:
        with self.database.read() as connection:
            row = connection.execute(select(account).where(account.c.name == name)).one_or_none()
        if row is None:
            raise NoSuchCell(f"There is no user {name}.")
        return _user(row)

    def all(self) -> list[User]:
        with self.database.read() as connection:
            return [_user(row) for row in connection.execute(select(account).order_by(account.c.name))]

    def set_password(self, name: str, password: str) -> None:
        """Set the password; the user's sessions end."""
        self._change(name, password=self._hashed(password))

    def set_role(self, name: str, role: Role) -> None:
        if role not in _ROLES:
            raise BadInput(f"{role!r} is no role; there are {', '.join(_ROLES)}.")
        self._change(name, role=role)

    def disable(self, name: str, disabled: bool = True) -> None:
        """Lock the user out at once, sessions included, or let the user in again."""
        self._change(name, disabled=disabled)

    def _change(self, name: str, **values: Any) -> None:
        with self.database.write() as connection:
            done = connection.execute(update(account).where(account.c.name == name).values(**values))
            if done.rowcount != 1:
                raise NoSuchCell(f"There is no user {name}.")
            connection.execute(delete(session).where(session.c.name == name))

    def sign_in(self, name: str, password: str, address: str, replaces: str | None = None) -> str:
        """A new session's token (256 random bits, hexadecimal); ``replaces`` is a session of this browser that ends.

        ``BadPassword``, or ``TooMany`` after several failures for this name or from this address. The failure is
        written down before the password is looked at, so that guesses made at the same moment are counted too.
        """
        name = name if _NAME.fullmatch(name) else ""  # nobody is called so
        password = password if len(password) <= MAX_PASSWORD else ""
        keys = (f"name:{name}", f"address:{storable(address)[:100]}")
        with self.database.write() as connection:
            self._count_failure(connection, keys)
            row = connection.execute(select(account).where(account.c.name == name)).one_or_none()
        nobody = self._nobody()  # for known names too: the first sign-in must not tell by its time either
        hashed = nobody if row is None or row.password is None else row.password
        good = self._verified(hashed, password)
        if not good or row is None or row.password is None or row.disabled:
            raise BadPassword("Name and password do not go together.")
        fresh = self.hasher.hash(password) if self.hasher.check_needs_rehash(hashed) else None
        with self.database.write() as connection:
            connection.execute(delete(attempt).where(attempt.c.key.in_(keys)))
            if fresh is not None:
                connection.execute(update(account).where(account.c.name == name).values(password=fresh))
            if replaces:
                connection.execute(delete(session).where(session.c.token == _digest(replaces)))
            return self._open(connection, name, "session", SESSION_SECONDS)

    def _nobody(self) -> str:
        """A hash to verify for names that are unknown, so that they take as long as those that are known."""
        if not self._dummy:
            self._dummy = self.hasher.hash(secrets.token_hex(16))
        return self._dummy

    def _count_failure(self, connection: Connection, keys: Sequence[str]) -> None:
        """Write down one more failure for each key, or raise ``TooMany`` when one of them has to wait."""
        now, failures = self.clock(), {}
        connection.execute(delete(attempt).where(attempt.c.last < now - FORGOTTEN_AFTER))
        for key in sorted(keys):  # locked in one order by everybody
            statement = self.database.insert(attempt).values(key=key, failures=0, last=now, until=0.0)
            connection.execute(statement.on_conflict_do_nothing())
            row = connection.execute(select(attempt).where(attempt.c.key == key).with_for_update()).one()
            failures[key] = (row.failures + 1, row.until)
        longest = max(until for _, until in failures.values())
        if longest > now:
            raise TooMany(longest - now)
        for key, (count, _) in failures.items():
            wait = min(LONGEST_WAIT, 2.0 ** (count - FREE_FAILURES)) if count >= FREE_FAILURES else 0.0
            values = {"failures": count, "last": now, "until": now + wait}
            connection.execute(update(attempt).where(attempt.c.key == key).values(**values))

    def start(self, name: str, replaces: str | None = None) -> str:
        """A session for a user whom somebody else has vouched for (a proxy)."""
        user = self.get(name)
        if user.disabled:
            raise BadPassword(f"{name} may not sign in.")
        with self.database.write() as connection:
            if replaces:
                connection.execute(delete(session).where(session.c.token == _digest(replaces)))
            return self._open(connection, name, "session", SESSION_SECONDS)

    def link(self, name: str) -> str:
        """A token that opens one session for this user, once, within ten minutes."""
        self.get(name)
        with self.database.write() as connection:
            return self._open(connection, name, "link", LINK_SECONDS)

    def redeem(self, token: str) -> str:
        """The session that a one-time link opens; ``BadPassword`` when it was used or is too old."""
        with self.database.write() as connection:
            found = session.c.token == _digest(token), session.c.kind == "link", session.c.expires > self.clock()
            row = connection.execute(select(session.c.name).where(*found)).one_or_none()
            used = connection.execute(delete(session).where(*found))
            if row is None or used.rowcount != 1:
                raise BadPassword("This link was used already or is too old. Start `gouji review` again for a new one.")
            locked = connection.execute(select(account.c.disabled).where(account.c.name == row.name)).scalar()
            if locked is None or locked:
                raise BadPassword("This link's user may not sign in.")
            return self._open(connection, row.name, "session", SESSION_SECONDS)

    def session(self, token: str) -> User | None:
        """The user of a session that has not ended; None for any other token."""
        query = select(account).join(session, session.c.name == account.c.name)
        query = query.where(
            session.c.token == _digest(token), session.c.kind == "session", session.c.expires > self.clock()
        )
        with self.database.read() as connection:
            row = connection.execute(query.where(account.c.disabled.is_(False))).one_or_none()
        return None if row is None else _user(row)

    def sign_out(self, token: str) -> None:
        with self.database.write() as connection:
            old = or_(session.c.token == _digest(token), session.c.expires <= self.clock())
            connection.execute(delete(session).where(old))

    def _open(self, connection: Connection, name: str, kind: str, seconds: float) -> str:
        token, now = secrets.token_hex(32), self.clock()
        values = {"token": _digest(token), "name": name, "kind": kind, "created": now, "expires": now + seconds}
        connection.execute(session.insert().values(**values))
        return token

    def _hashed(self, password: str) -> str:
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            raise WeakPassword(f"A password has at least {MIN_PASSWORD} characters.")
        return self.hasher.hash(password)

    def _verified(self, hashed: str, password: str) -> bool:
        try:
            return self.hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _user(row: Any) -> User:
    return replace(User(row.name, row.role, row.display), disabled=bool(row.disabled))
