"""Times ``gouji run`` over the shared scans (else the bundled ones), with its peak memory, and scores what came out.

usage: bench.py [--out DIR] [--limit SECONDS] [GOUJI-RUN-OPTION...]

Standard library only. Memory is the largest sum of the proportional set sizes (PSS, so that pages shared between
workers count once) of the program and everything it started, sampled five times a second from /proc.
Ends with the exit code of gouji where that is a crash (other than 0, 1, 3), with 0 otherwise, also after the limit.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
EXPECTED_CODES = (0, 1, 3)


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


def memory(pids: list[int]) -> int:
    """Their proportional set size together, in kB."""
    total = 0
    for pid in pids:
        try:
            rows = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()
        except OSError:
            continue
        total += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return total


def measure(command: list[str], limit: float) -> tuple[int | None, float, int]:
    """Run it: exit code (None past the limit), seconds, peak kB."""
    start, peak = time.monotonic(), 0
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        while process.poll() is None:
            peak = max(peak, memory(family(process.pid)))
            if time.monotonic() - start > limit:
                return None, time.monotonic() - start, peak
            time.sleep(0.2)
        return process.returncode, time.monotonic() - start, peak
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def n_pages(out: Path) -> int:
    total = 0
    for path in out.glob("*/pages.json"):
        data = json.loads(path.read_text("utf-8"))
        total += len(data["pages"] if isinstance(data, dict) else data)
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench")
    parser.add_argument("--limit", type=float, default=3600, help="seconds after which the run is stopped")
    args, options = parser.parse_known_args()

    scans = SHARED / "scans" if (SHARED / "scans").is_dir() else ROOT / "tests" / "data" / "scans"
    folders = sorted(str(p.parent) for p in scans.glob("*/scan.json"))
    gouji = ROOT / ".venv" / "bin" / "gouji"
    command = [str(gouji), "run", *folders, "-o", str(args.out), "--overwrite", *options]
    code, seconds, peak = measure(command, args.limit)

    pages = n_pages(args.out)
    per_page = f", {seconds / pages:.2f} s a page" if pages else ""
    print(f"{len(folders)} documents, {pages} pages in {seconds:.1f} s{per_page}; peak memory {peak / 1024:.0f} MB")
    if code is None:
        print(f"stopped after the limit of {args.limit:.0f} s; what was finished is scored below")
    elif code not in EXPECTED_CODES:
        print(f"gouji crashed with exit code {code}", file=sys.stderr)
        return code if code > 0 else 1
    sys.stdout.flush()
    if (SHARED / "score.py").is_file():
        truth = [] if scans.is_relative_to(SHARED) else ["--truth", str(ROOT / "tests" / "data" / "truth_scans")]
        scorer = [sys.executable, str(SHARED / "score.py"), str(args.out), "--scans", str(scans), *truth]
        subprocess.run([*scorer, "--wrong", "20"], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
