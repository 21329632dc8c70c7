"""A small run, a clock that stands still until told, and a station over SQLite and over a real PostgreSQL."""

from __future__ import annotations

import itertools
import os
import pwd
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import timezone
from pathlib import Path

import psycopg
import pytest
from argon2 import PasswordHasher

from forms import Form
from review import Station, User

sys.path.insert(0, str(Path(__file__).parent))
from review_runs import DOUBTED, small_form, write_run

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    """Seconds since 1970 that move only when told."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def small() -> Callable[..., Form]:
    return small_form


@pytest.fixture
def put_run() -> Callable[[Path, dict[str, Form]], Path]:
    return write_run


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two documents, three forms; the same five cells of each are doubted, with differing confidence."""
    forms = {}
    for k, form_id in enumerate(("a/forms/01-甲.json", "a/forms/02-乙.json", "b/c/forms/01-丙.json")):
        forms[form_id] = small_form(f"项目{k}", {a: p - 0.01 * k for a, p in DOUBTED.items()})
    return write_run(tmp_path / "out", forms)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite beside the run, else the URL of an empty PostgreSQL schema."""
    if request.param == "sqlite":
        return None
    new_database: Callable[[], str] = request.getfixturevalue("postgresql")
    return new_database()


OpenStation = Callable[..., Station]


@pytest.fixture
def opened(out: Path, url: str | None, clock: Clock) -> Iterator[OpenStation]:
    """Opens stations on the same run and database; closes them all."""
    stations: list[Station] = []

    def open_it(folder: Path = out, audit_share: float = 0.0, seed: int = 0, **options: object) -> Station:
        station = Station.open(
            folder, url, clock=clock, rng=random.Random(seed), audit_share=audit_share, zone=timezone.utc, hasher=CHEAP,
            **options,  # type: ignore[arg-type]
        )  # fmt: skip
        stations.append(station)
        return station

    yield open_it
    for station in stations:
        station.close()


@pytest.fixture
def station(opened: OpenStation) -> Station:
    return opened()


@pytest.fixture
def anna() -> User:
    return User("anna", "reviewer")


@pytest.fixture
def bo() -> User:
    return User("bo", "reviewer")


@pytest.fixture
def chief() -> User:
    return User("chief", "senior")


def _binaries() -> Path | None:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parent.parent.name.split(".")[0])
    )
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """A private PostgreSQL server, reached by a socket in a folder of its own; gives the URL of an
    empty schema of its own (made faster than a database)."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed (apt-get install postgresql)")
    as_root = os.geteuid() == 0
    if as_root and not any(user.pw_name == "postgres" for user in pwd.getpwall()):
        pytest.skip("PostgreSQL refuses to run as root, and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="gouji-pg-", dir="/tmp"))  # a socket's path must be short
    as_server: list[str] = []
    if as_root:
        shutil.chown(folder, "postgres", "postgres")
        as_server = ["runuser", "-u", "postgres", "--"]

    def call(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*as_server, str(binaries / program), *arguments], cwd=folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stderr}"

    data, log = str(folder / "data"), str(folder / "log")
    call("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
    try:
        call("pg_ctl", "start", "-w", "-t", "120", "-D", data, "-l", log, "-o", options)
        numbers = itertools.count(1)

        def new_database() -> str:
            name = f"review{next(numbers)}"
            with psycopg.connect(f"postgresql://postgres@/postgres?host={folder}", autocommit=True) as connection:
                connection.execute(f"CREATE SCHEMA {name}")
            return f"postgresql://postgres@/postgres?host={folder}&options=-csearch_path%3D{name}"

        yield new_database
    finally:
        subprocess.run(
            [*as_server, str(binaries / "pg_ctl"), "stop", "-m", "immediate", "-D", data], cwd=folder, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)
