"""``python -m benchmarks.kills``: runs killed at random moments and started again until they come to their end.

SIGKILL to the run, SIGKILL to one of its reading processes, and a disk that fills up (a small tmpfs, where mounting is
allowed). After every series the forms, tables and pages must be those of an undisturbed run, byte for byte (but for
seconds), every page must be in the ledger and in its document's spool once, and the ledger must be whole. Reading is
replayed (``benchmarks.replay``); everything else is real. Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from gouji import batch
from gouji.ledger import NAME as LEDGER
from gouji.settings import RunSettings
from gouji.spool import NAME as SPOOL
from gouji.spool import _records

from . import replay
from .machine import machine

ROOT = Path(__file__).parents[1]
SAMPLES = tuple(ROOT / "tests" / "data" / "scans" / name for name in ("fax-2023", "turned-2024"))
KINDS = ("run", "run", "run", "worker", "disk")
TMPFS_MB = 32


@dataclass
class Outcome:
    """What happened: kills by kind, series that came to their end, and what was wrong after them."""

    kills: Counter[str] = field(default_factory=Counter)
    series: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Case:
    """What is run: scans, the recording that answers for them, and what an undisturbed run writes."""

    scans: Path
    recorded: Path
    seconds: float
    pages: int
    expected: dict[str, bytes]
    duration: float


def make_scans(folder: Path, documents: int, pages: int) -> int:
    """Small pages that differ; one document is a TIFF of several. Returns the number of pages."""
    noise = np.random.default_rng(1)
    for d in range(documents):
        images = [noise.integers(0, 255, (48, 32), np.uint8) for _ in range(pages)]
        (folder / f"d{d}").mkdir(parents=True, exist_ok=True)
        if d == 0:
            assert cv2.imwritemulti(str(folder / "d0" / "all.tif"), images)
        else:
            for p, image in enumerate(images, start=1):
                assert cv2.imwrite(str(folder / f"d{d}" / f"{p}.png"), image)
    return documents * pages


def prepare(work: Path, recorded: Path, *, documents: int, pages: int, seconds: float) -> Case:
    """Write scans and run once undisturbed."""
    count = make_scans(work / "scans", documents, pages)
    case = Case(work / "scans", recorded, seconds, count, {}, 0.0)
    start = time.monotonic()
    code = wait(start_run(case, work / "undisturbed"))
    duration = time.monotonic() - start
    if code not in (0, 1):
        raise SystemExit(f"The undisturbed run ended with {code}.")
    return Case(case.scans, recorded, seconds, count, results(work / "undisturbed"), duration)


def start_run(case: Case, out: Path, workers: int = 1) -> int:
    """A run in a process of its own (forked: nothing to import); its number. Ends with its exit code, 2 for errors."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 99
    try:
        engines = replay.engine(case.recorded, seconds=case.seconds)
        code = batch.run([case.scans], out, RunSettings(workers=workers), engines=engines).exit_code
    except Exception as error:
        code = getattr(error, "exit_code", 98)
        if code not in (2,):
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def wait(pid: int) -> int:
    """The exit code of a run; negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def results(out: Path) -> dict[str, bytes]:
    """Forms, tables and pages of every document (seconds set to 0), by their path below ``out``."""
    found = {}
    for path in out.glob("*/**/*"):
        if path.suffix not in (".json", ".html") or path.name == "source.json":
            continue
        data = path.read_bytes()
        if path.name == "pages.json":
            data = json.dumps([{**page, "seconds": 0} for page in json.loads(data)]).encode()
        found[path.relative_to(out).as_posix()] = data
    return found


def complaints(case: Case, out: Path) -> Iterator[str]:
    """What is wrong with the results of a series."""
    found = results(out)
    if found != case.expected:
        yield f"differ: {sorted(k for k in {*found, *case.expected} if found.get(k) != case.expected.get(k))[:5]}"
    left = [p.name for p in out.rglob(".*.part")]
    if left:
        yield f"left over: {left}"
    with closing(sqlite3.connect(out / LEDGER)) as db:
        (whole,) = db.execute("PRAGMA integrity_check").fetchone()
        states = db.execute("SELECT state, count(*) FROM pages GROUP BY state").fetchall()
        documents = db.execute("SELECT state, count(*) FROM documents GROUP BY state").fetchall()
    if whole != "ok":
        yield f"the ledger: {whole}"
    if states != [("done", case.pages)] or [state for state, _ in documents] != ["done"]:
        yield f"states: pages {states}, documents {documents}"
    for spool in out.glob(f"*/{SPOOL}"):
        with spool.open("rb") as file:
            numbers = [json.loads(packed.partition(b"\n")[0])[0] for _, _, packed in list(_records(file))[1:]]
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"{spool.parent.name}: pages kept {sorted(numbers)}"


def readers(run: int) -> list[int]:
    """The reading processes of a run."""
    found = []
    with suppress(OSError):
        for children in Path(f"/proc/{run}/task").glob("*/children"):
            found += [int(c) for c in children.read_text().split()]
    return [pid for pid in found if b"spawn_main" in _command(pid)]


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def disturb(case: Case, out: Path, kind: str, chance: random.Random, *, disk: Path | None) -> tuple[bool, int]:
    """One run, disturbed at a random moment; whether it still ran then, and how it ended."""
    run = start_run(case, out, workers=chance.choice((1, 1, 2)))
    until = time.monotonic() + chance.uniform(0.0, case.duration)
    while time.monotonic() < until and not _has_ended(run):
        time.sleep(0.002)
    ran = not _has_ended(run)
    if ran and kind == "run":
        os.kill(run, signal.SIGKILL)
    elif ran and kind == "worker":
        victims = readers(run)
        ran = bool(victims)
        for pid in victims[:1]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    elif ran and disk is not None:
        fill(disk, leave=chance.choice((0, 0, 4096, 40_000, 200_000)))
    return ran, wait(run)


def _has_ended(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def fill(disk: Path, leave: int) -> None:
    """Take all room of the file system at ``disk`` but ``leave`` bytes."""
    room = os.statvfs(disk)
    with suppress(OSError), (disk / "ballast").open("wb") as file:
        file.write(bytes(max(0, room.f_bavail * room.f_frsize - leave)))
        file.flush()
        file.write(bytes(1 << 20) if not leave else b"")


@contextmanager
def small_disk(at: Path) -> Iterator[Path | None]:
    """A tmpfs, or None where it may not be mounted."""
    at.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={TMPFS_MB}m", "none", str(at)]
    if subprocess.run(mount, capture_output=True).returncode:
        yield None
        return
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=False)


def series(case: Case, work: Path, kills: int, seed: int, outcome: Outcome, most_seconds: float = 1e9) -> None:
    """Series after series, until there were ``kills`` kills."""
    chance, start = random.Random(seed), time.monotonic()
    with small_disk(work / "disk") as disk:
        kinds = KINDS if disk else tuple(k for k in KINDS if k != "disk")
        while sum(outcome.kills.values()) < kills and time.monotonic() - start < most_seconds:
            out = (disk or work) / f"series{outcome.series}"
            for _ in range(chance.randint(1, 4)):
                kind = chance.choice(kinds)
                hit, code = disturb(case, out, kind, chance, disk=disk)
                if disk:
                    (disk / "ballast").unlink(missing_ok=True)
                outcome.kills[kind] += hit
                allowed = {"run": (0, 1, -9), "worker": (0, 1), "disk": (0, 1, 2, 3)}[kind]
                if code not in allowed:
                    outcome.wrong.append(f"series {outcome.series}: disturbed ({kind}), it ended with {code}")
            code = wait(start_run(case, out))
            if code not in (0, 1):
                outcome.wrong.append(f"series {outcome.series}: the last run ended with {code}")
            outcome.wrong += [f"series {outcome.series}: {what}" for what in complaints(case, out)]
            subprocess.run(["rm", "-rf", str(out)], check=True)
            outcome.series += 1


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=(__doc__ or "").split(":", 1)[1])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--documents", type=int, default=3)
    parser.add_argument("--pages", type=int, default=4, help="of each document")
    parser.add_argument("--seconds", type=float, default=0.02, help="that reading a page takes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=ROOT / "benchmarks" / "report" / "kills")
    parser.add_argument("--most-seconds", type=float, default=1e9, help="stop after this time")
    a = parser.parse_args(argv)
    subprocess.run(["rm", "-rf", str(a.work / "scans"), str(a.work / "undisturbed")], check=True)
    recorded = a.work / "recorded.json"
    if not recorded.is_file():
        replay.record(SAMPLES, a.work / "real", recorded)
    case = prepare(a.work, recorded, documents=a.documents, pages=a.pages, seconds=a.seconds)
    forms = sum("/forms/" in name for name in case.expected)
    outcome, start = Outcome(), time.monotonic()
    series(case, a.work, a.kills, a.seed, outcome, a.most_seconds)
    kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(outcome.kills.items()))
    print(f"{machine()}")
    print(
        f"{sum(outcome.kills.values())} kills ({kinds}) in {outcome.series} series of {case.pages} pages and {forms} "
        f"forms, {time.monotonic() - start:.0f} s; undisturbed {case.duration:.1f} s. Wrong: {len(outcome.wrong)}"
    )
    for what in outcome.wrong:
        print(f"  {what}")
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
