"""A small run, a clock that stands still until told, and a station over SQLite and over a real PostgreSQL."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import timezone
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from forms import Box, Cell, Form, FundsRow, Goals, Indicator, Source, Total, dump_form
from review import Station, User
from scoring import checked

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    """Seconds since 1970 that move only when told."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


def paper(place: int) -> Box:
    return Box(100, 40 * place, 300, 40 * place + 30)


def small_form(project: str = "设备购置项目", doubts: dict[str, float] | None = None, **texts: str) -> Form:
    """A form whose rules all hold: two funds rows, four indicators. ``doubts`` (address to confidence) go to review;
    ``texts`` (address with ``__`` for the dots) are what was read instead of what is printed."""
    places = itertools.count(1)

    def cell(text: str) -> Cell:
        return Cell(text, confidence=0.9999, box=paper(next(places)), page=1, raw=text)

    level1, level2 = cell("产出指标(50分)"), cell("数量指标")
    other1, other2 = cell("效益指标(40分)"), cell("社会效益指标")
    rows = [
        (level1, level2, "培训人次", "100", "98", "20", "18", "两人请假"),
        (level1, level2, "购置台数", "3", "3", "30", "30", "—"),
        (other1, other2, "满意度", "≥90%", "95%", "20", "20", "—"),
        (other1, other2, "覆盖率", "100%", "100%", "20", "20", "—"),
    ]
    form = Form(
        template="2020",
        sources=(Source("001.jpg", 1),),
        title=cell("项目支出绩效自评表"),
        year=cell("2023年度"),
        project=cell(project),
        department=cell("市教育局"),
        unit=cell("第一中学"),
        funds=(
            FundsRow(cell("年度资金总额"), cell("120.00"), cell("100.00"), cell("80.00"), cell("10"), cell("80.00%"),
                     cell("8.00")),
            FundsRow(cell("其中：当年财政拨款"), cell("120.00"), cell("100.00"), cell("80.00"), cell("—"),
                     cell("80.00%"), cell("—")),
        ),
        goals=Goals(cell("购置设备"), cell("已购置")),
        indicators=tuple(
            Indicator(a, b, cell(c), cell(t), cell(x), cell(w), cell(s), cell(r)) for a, b, c, t, x, w, s, r in rows
        ),
        total=Total(cell("100"), cell("96.00"), cell("—")),
    )  # fmt: skip
    changed = {a.replace("__", "."): Cell(t, 0.5, True, form.cell(a.replace("__", ".")).box, 1, t) for a, t in texts.items()}
    form = form.with_cells(changed)
    marked = {
        a: Cell(c.text, p, True, c.box, 1, c.text) for a, p in (doubts or {}).items() if (c := form.cell(a)) is not None
    }
    return checked(form.with_cells(marked))


def write_run(out: Path, forms: dict[str, Form]) -> Path:
    """A run with these forms, by form_id."""
    for form_id, form in forms.items():
        path = out / form_id
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dump_form(form), "utf-8")
        (path.parent.parent / "pages.json").write_text('[{"file": "001.jpg", "page": 1, "width": 800, "height": 2000}]')
    return out


DOUBTS = {"total.score": 0.6, "funds.0.executed": 0.7, "indicators.0.score": 0.8, "goals.actual": 0.5, "unit": 0.9}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two documents, three forms; the same five cells of each are doubted, with differing confidence."""
    forms = {}
    for k, form_id in enumerate(("a/forms/01-甲.json", "a/forms/02-乙.json", "b/c/forms/01-丙.json")):
        forms[form_id] = small_form(f"项目{k}", {a: p - 0.01 * k for a, p in DOUBTS.items()})
    return write_run(tmp_path / "out", forms)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """None for SQLite beside the run, else the URL of an empty PostgreSQL database."""
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
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parent.parent.name.split(".")[0]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """A private PostgreSQL server, reached by a socket in a folder of its own; gives the URL of a new database."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="gouji-pg-", dir="/tmp"))  # a socket's path must be short
    as_server: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
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
            call("createdb", "-h", str(folder), "-U", "postgres", name)
            return f"postgresql://postgres@/{name}?host={folder}"

        yield new_database
    finally:
        subprocess.run(
            [*as_server, str(binaries / "pg_ctl"), "stop", "-m", "immediate", "-D", data], cwd=folder, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        shutil.rmtree(folder, ignore_errors=True)
