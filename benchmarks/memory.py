"""Peak memory of a program and everything it starts, from /proc (Linux). Standard library only."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """What a command cost: exit code (None: stopped at the limit), seconds by the clock, peak memory in kB.

    Memory is the largest sum of the proportional set sizes (PSS, so that pages shared between processes count once)
    of the program and all its descendants, sampled five times a second; 0 where there is no /proc.
    """

    code: int | None
    seconds: float
    peak_kb: int

    @property
    def peak_mb(self) -> float:
        return self.peak_kb / 1024


def measure(command: Sequence[str], *, cwd: Path | None = None, limit: float = 3600.0, quiet: bool = False) -> Measured:
    """Run a command to its end, or for ``limit`` seconds. Raises ``OSError`` when it cannot be started."""
    start, peak = time.monotonic(), 0
    output = subprocess.DEVNULL if quiet else None
    process = subprocess.Popen(
        [*command], cwd=cwd, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
    )
    try:
        while process.poll() is None:
            peak = max(peak, proportional_size(family(process.pid)))
            if time.monotonic() - start > limit:
                return Measured(None, time.monotonic() - start, peak)
            time.sleep(0.2)
        return Measured(process.returncode, time.monotonic() - start, peak)
    finally:
        if process.poll() is None:
            _stop(process)


def family(root: int) -> list[int]:
    """The process ``root`` and all that descend from it."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += parents.get(pid, [])
    return found


def proportional_size(pids: Sequence[int]) -> int:
    """The proportional set size of these processes together, in kB; those that have ended count nothing."""
    total = 0
    for pid in pids:
        try:
            rows = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
        except OSError:
            continue
        total += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return total


def _stop(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
