"""A run that is killed leaves no half-written form, and the next run ends as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import killed_run
import pytest
from inline_pool import InlinePool
from small_pages import small_page

from forms import read_form
from gouji import batch, closing

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tests" / "faults" / "killed_run.py"


def start(scans: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, str(SCRIPT), str(scans), str(out), *more], env=environment)


@pytest.fixture(scope="module", autouse=True)
def made_up_forms() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(closing, "rebuild", killed_run.made_up)
        patch.setattr(closing, "judge", killed_run.unjudged)
        patch.setattr(batch, "WorkerPool", InlinePool)  # for the runs that are not killed
        yield


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed") / "scans"
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
        cv2.imwrite(str(folder / name / "1.png"), small_page(printed=True, text=f"{ord(name)}"))
    return folder


@pytest.fixture(scope="module")
def undisturbed(scans: Path) -> dict[str, bytes]:
    """What a run writes when nobody disturbs it."""
    out = scans.parent / "undisturbed"
    killed_run.read(scans, out)
    written = results(out)
    assert len([p for p in written if "/forms/" in p]) == 2 and len([p for p in written if "/tables/" in p]) == 4
    return written


def results(out: Path) -> dict[str, bytes]:
    """The forms, tables and pages (but for the times) of every document by path."""
    found = [p for p in out.rglob("*") if p.suffix in (".json", ".html") and p.parent != out]
    files = {p.relative_to(out).as_posix(): p.read_bytes() for p in found}
    for name, data in files.items():
        if name.endswith("pages.json"):
            files[name] = json.dumps([{**page, "seconds": 0} for page in json.loads(data)]).encode()
    return files


def check_whole_and_run_again(scans: Path, out: Path, expected: dict[str, bytes]) -> None:
    found = results(out)
    assert all(expected[name] == data for name, data in found.items()), "whatever is there is whole"
    for name in found:
        if "/forms/" in name:
            read_form(out / name)
    for finished in out.glob("*/pages.json"):
        assert len(list(finished.parent.glob("forms/*.json"))) == 1, "pages.json comes last"
    killed_run.read(scans, out)
    assert results(out) == expected
    assert not list(out.rglob(".*")), "nothing is left of the killed run"


@pytest.mark.parametrize("at", [-2, 5, -6, 9])
def test_killed_while_it_writes(scans: Path, undisturbed: dict[str, bytes], tmp_path: Path, at: int) -> None:
    assert start(scans, tmp_path / "out", str(at)).wait() == -signal.SIGKILL
    check_whole_and_run_again(scans, tmp_path / "out", undisturbed)


@pytest.mark.parametrize("attempt", range(3))
def test_killed_at_any_moment(scans: Path, undisturbed: dict[str, bytes], tmp_path: Path, attempt: int) -> None:
    """At a random time after its output folder is there, whatever it is doing then; its workers end with it."""
    out = tmp_path / "out"
    run = start(scans, out)
    while not out.exists() and run.poll() is None:
        time.sleep(0.01)
    time.sleep(random.Random(attempt).uniform(0.2, 2.5))
    workers = children(run.pid)
    run.kill()
    run.wait()
    deadline = time.monotonic() + 120
    while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
    check_whole_and_run_again(scans, out, undisturbed)


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    return [int(c) for t in tasks.glob("*/children") for c in t.read_text().split()] if tasks.exists() else []
