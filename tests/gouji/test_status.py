"""What others see of a run: counts, speed, time left, and whether it is still there."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import fault_engines
import pytest

from forms import UnreadableFile
from gouji.batch import Silent, run
from gouji.cli import main
from gouji.settings import RunSettings
from gouji.status import SHOWN, FailedPage, StatusFile, describe, read_status


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def status(tmp_path: Path, clock: Clock) -> StatusFile:
    return StatusFile(tmp_path, clock, pages_total=100, is_counted=True)


def test_speed_and_time_left(status: StatusFile, clock: Clock, tmp_path: Path) -> None:
    status.write("running")
    for _ in range(10):
        clock.now += 10
        status.pages_done += 4
        status.tick()
    found = read_status(tmp_path)
    assert found["pages"] == {"total": 100, "all_counted": True, "done": 40, "failed": 0, "left": 60, "kept": 0}
    assert found["pages_per_second"] == pytest.approx(0.4) and found["seconds_left"] == 150
    assert "0.40 pages/s, 2 min 30 s left." in describe(found)


def test_the_speed_is_that_of_the_last_minutes(status: StatusFile, clock: Clock, tmp_path: Path) -> None:
    for speed in (1, 4):
        for _ in range(200):
            clock.now += 3
            status.pages_done += 3 * speed
            status.tick()
    assert read_status(tmp_path)["pages_per_second"] == pytest.approx(4, rel=0.02)


def test_it_is_written_every_other_second_and_whole(status: StatusFile, clock: Clock, tmp_path: Path) -> None:
    for _ in range(100):
        clock.now += 0.1
        status.tick()
    assert 5 <= read_status(tmp_path)["sequence"] <= 6
    assert [p.name for p in tmp_path.iterdir()] == ["status.json"]


def test_the_last_failures_are_listed_with_their_reasons(status: StatusFile, tmp_path: Path) -> None:
    for number in range(SHOWN + 5):
        status.failed(FailedPage("a", "1.pdf", number, f"reason {number}."))
    status.write("running")
    found = read_status(tmp_path)
    assert found["pages"]["failed"] == SHOWN + 5 and len(found["failures"]) == SHOWN
    assert f"a, page {SHOWN + 4}: reason {SHOWN + 4}." in describe(found)


def test_a_run_that_is_gone_is_told_from_one_that_goes_on(status: StatusFile, tmp_path: Path) -> None:
    status.write("running")
    path = tmp_path / "status.json"
    assert read_status(tmp_path)["state"] == "running"
    data = json.loads(path.read_text("utf-8"))
    if data["run"]["born"]:
        path.write_text(json.dumps({**data, "run": {**data["run"], "born": "1"}}))
        assert read_status(tmp_path)["state"] == "killed", "another process has its number now"
    path.write_text(json.dumps({**data, "run": {**data["run"], "host": "elsewhere"}}))
    assert read_status(tmp_path, now=data["updated"] + 30)["state"] == "running"
    found = read_status(tmp_path, now=data["updated"] + 90)
    assert found["state"] == "killed" and "run the same command again" in describe(found)


@pytest.mark.parametrize("text", [None, "", "{}", "[]", "null"])
def test_where_no_run_has_been(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "status.json").write_text(text)
    with pytest.raises(UnreadableFile, match=r"status\.json"):
        read_status(tmp_path)


@pytest.mark.usefixtures("inline")
def test_the_command_shows_a_run_under_way_and_after(
    scans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, seen = tmp_path / "out", []

    def shown(*options: str) -> str:
        monkeypatch.setattr(sys, "argv", ["gouji", "status", str(out), *options])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr().out

    class Looks(Silent):
        def expect(self, pages: int) -> None:
            seen.append(json.loads(shown("--json")))

    folder = scans(a=False, b=False)
    (folder / "b" / "2.png").write_text("no image")
    run([folder], out, RunSettings(workers=1), engines=fault_engines.null, progress=Looks())
    assert seen[0]["state"] == "running" and seen[0]["run"]["pid"] == os.getpid()
    after = shown("--follow")
    assert "The run is finished." in after and "3 of 3 pages done, 1 failed" in after and "2.png" in after
