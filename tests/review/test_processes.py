"""Several processes on one run: no cell goes to two people, and a kill loses nothing that was confirmed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from review_runs import DOUBTED, small_form, write_run
from sqlalchemy import select, text

from review import Station
from review.schema import entry

WORKER = Path(__file__).parent / "review_worker.py"
ROOT = Path(__file__).parents[2]


def start(out: Path, url: str | None, name: str, how: str) -> subprocess.Popen[str]:
    database = f"{url}&application_name=worker" if url else "-"
    return subprocess.Popen(
        [sys.executable, str(WORKER), str(out), database, name, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )


def go(worker: subprocess.Popen[str]) -> None:
    assert worker.stdin is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()


def lines_of(worker: subprocess.Popen[str]) -> list[list[str]]:
    assert worker.stdout is not None
    return [line.rstrip("\n").split("\t") for line in worker.stdout]


def test_processes_never_share_a_cell(opened, tmp_path: Path, url: str | None) -> None:
    form = small_form("甲", DOUBTED)
    out = write_run(tmp_path / "many", {f"d/forms/{k:02}.json": form for k in range(8)})
    station = opened(out)
    workers = [start(out, url, f"user{k}", "once") for k in range(3)]
    for worker in workers:
        assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
    for worker in workers:
        go(worker)
    found = [(form_id, address) for worker in workers for _, form_id, address in lines_of(worker)]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    assert len(found) == len(set(found)) == 8 * len(DOUBTED)
    assert station.counts().open == 0 and station.counts().done == len(found)
    assert all(len(station.history(f, a)) == 1 for f, a in found)


@pytest.mark.parametrize("round_", range(2))
def test_a_kill_loses_no_confirmed_correction(opened, out: Path, url: str | None, round_: int) -> None:
    station = opened()
    dice = random.Random(round_)
    confirmed: list[list[str]] = []
    for life in range(2):
        workers = [start(out, url, f"user{life}{k}", "forever") for k in range(2)]
        for worker in workers:
            assert worker.stdout is not None and worker.stdout.readline() == "ready\n"
            go(worker)
        for worker in workers:
            assert worker.stdout is not None
            for _ in range(dice.randrange(1, 12)):
                confirmed.append(worker.stdout.readline().rstrip("\n").split("\t"))
        for worker in workers:
            worker.kill()  # in the middle of whatever it does
        for worker in workers:
            confirmed += [line for line in lines_of(worker) if len(line) == 3]
            worker.wait(60)
    if url is not None:
        wait_for_servers_of_the_killed(url)
    kept_in(station, confirmed)


def wait_for_servers_of_the_killed(url: str) -> None:
    """A commit that was under way when its client was killed may still be made: read nothing before that is settled."""
    alive = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'worker'"
    with psycopg.connect(url, autocommit=True) as connection:
        end = time.monotonic() + 120
        while connection.execute(alive).fetchone() != (0,):
            assert time.monotonic() < end, "PostgreSQL still serves clients that were killed"
            time.sleep(0.02)


def kept_in(station: Station, confirmed: list[list[str]]) -> None:
    """Every confirmed correction is in the log, the log has no torn entry, and the forms agree with it."""
    assert len(confirmed) >= 4
    with station.database.read() as connection:
        rows = connection.execute(select(entry).order_by(entry.c.id)).all()
        if station.database.is_sqlite:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    log = {row.id: (row.form_id, row.after) for row in rows}
    for number, form_id, after in confirmed:
        assert log[int(number)] == (form_id, after)
    assert len(rows) <= len(confirmed) + 4  # at most the stroke under way of each of the four killed
    for form_id in {form_id for form_id, _ in log.values()}:
        last = [after for f, after in log.values() if f == form_id][-1]
        state = station.form(form_id)
        assert state.form.unit.text == last
        assert state.items["unit"].state == "done"
        assert state.items["unit"].text == last
