"""``python -m benchmarks.soak``: 5,000 pages through one run: does memory stay flat, and the cost of a page?

Reading is replayed (``benchmarks.replay``), everything else is real: loading, sending, the spool, the ledger, forms,
checks, files. One page in ten is a form, the others are text. Reading processes are not recycled, so that a leak shows.
Prints resident memory and processor time a page, window by window, and writes them as JSON. Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import cv2
import numpy as np

from gouji import batch
from gouji.memory import resident
from gouji.settings import RunSettings
from gouji.status import read_status

from . import replay
from .kills import SAMPLES, readers
from .machine import machine

ROOT = Path(__file__).parents[1]
PAGES_PER_DOCUMENT = 10


@dataclass(frozen=True, slots=True)
class Sample:
    """At a moment: pages done, bytes resident in the run's process and in its readers, processor seconds so far."""

    pages: int
    parent: int
    readers: int
    cpu: float


def make_scans(folder: Path, pages: int) -> None:
    """Pages of the size of a sheet at 100 dpi, ten to a document."""
    noise = np.random.default_rng(1)
    kinds = []
    for _ in range(PAGES_PER_DOCUMENT):
        sheet = np.full((1169, 827), 255, np.uint8)
        sheet[100:1000, 100:700] = noise.integers(0, 255, (900, 600), np.uint8) // 128 * 255
        kinds.append(cv2.imencode(".png", sheet)[1].tobytes())
    for number in range(pages):
        d, p = divmod(number, PAGES_PER_DOCUMENT)
        place = folder / f"{d // 100:02d}" / f"d{d:04d}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{p + 1:02d}.png").write_bytes(kinds[p])


def measure(scans: Path, out: Path, recorded: Path, workers: int, every: float) -> list[Sample]:
    """Run in a process of its own and look at it every ``every`` seconds."""
    sys.stdout.flush()
    run = os.fork()
    if run == 0:
        engines = replay.engine(recorded, form_every=PAGES_PER_DOCUMENT)
        settings = RunSettings(workers=workers, worker_pages=10**9)
        code = 99
        try:
            code = batch.run([scans], out, settings, engines=engines).exit_code
        finally:
            os._exit(code)
    samples: list[Sample] = []
    while os.waitid(os.P_PID, run, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(every)
        try:
            pages = int(read_status(out)["pages"]["done"])
        except Exception:
            continue
        reading = readers(run)
        if reading:
            held = sum(map(resident, reading))
            samples.append(Sample(pages, resident(run), held, sum(map(processor_seconds, [run, *reading]))))
    code = os.waitstatus_to_exitcode(os.waitpid(run, 0)[1])
    if code not in (0, 1):
        raise SystemExit(f"The run ended with {code}.")
    return samples


def processor_seconds(pid: int) -> float:
    """Of the process so far; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def windows(samples: list[Sample], size: int) -> list[dict[str, float]]:
    """Median memory (MB) of the run's process and its readers, and milliseconds of processor a page, per window."""
    found = []
    for start in range(0, max(s.pages for s in samples), size):
        inside = [s for s in samples if start < s.pages <= start + size]
        if len(inside) < 2:
            continue
        first, last = inside[0], inside[-1]
        cost = (last.cpu - first.cpu) / max(1, last.pages - first.pages)
        found.append(
            {
                "pages": start + size,
                "parent_mb": round(median(s.parent for s in inside) / 2**20, 1),
                "readers_mb": round(median(s.readers for s in inside) / 2**20, 1),
                "cpu_ms_a_page": round(1000 * cost, 1),
            }
        )
    return found


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=(__doc__ or "").split(":", 1)[1])
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--window", type=int, default=500)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two looks")
    parser.add_argument("--work", type=Path, default=ROOT / "benchmarks" / "report" / "soak")
    parser.add_argument("--recorded", type=Path, help="a recording of benchmarks.replay; made anew without")
    a = parser.parse_args(argv)
    for part in ("scans", "out"):
        shutil.rmtree(a.work / part, ignore_errors=True)
    recorded = a.recorded or a.work / "recorded.json"
    if not recorded.is_file():
        replay.record(SAMPLES, a.work / "real", recorded)
    make_scans(a.work / "scans", a.pages)
    start = time.monotonic()
    samples = measure(a.work / "scans", a.work / "out", recorded, a.workers, a.every)
    elapsed = time.monotonic() - start
    table = windows(samples, a.window)
    print(f"{machine()}\n{a.pages} pages, {a.workers} readers, {elapsed:.0f} s")
    for row in table:
        print(
            "{pages:6.0f} pages: run {parent_mb} MB, readers {readers_mb} MB, {cpu_ms_a_page} ms a page".format(**row)
        )
    for name in ("parent_mb", "readers_mb", "cpu_ms_a_page"):
        print(f"{name}: last window over first {table[-1][name] / table[0][name]:.3f}")
    size = subprocess.run(["du", "-sk", str(a.work / "out")], capture_output=True, text=True, check=True).stdout.split()
    ledger = (a.work / "out" / "ledger.sqlite").stat().st_size
    print(f"On disk: {int(size[0]) / a.pages:.1f} kB a page, of these the ledger {ledger / a.pages:.0f} bytes")
    data = {"machine": machine(), "seconds": elapsed, "windows": table, "samples": [asdict(s) for s in samples]}
    (a.work / "soak.json").write_text(json.dumps(data) + "\n", "utf-8")
    flat = all(table[-1][name] <= 1.1 * table[0][name] for name in ("parent_mb", "readers_mb"))
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main())
