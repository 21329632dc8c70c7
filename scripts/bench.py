"""Times ``gouji run`` over the bundled scans, or over those of a folder with truth, with its peak memory.

usage: bench.py [--shared DIR] [--out DIR] [--limit SECONDS] [GOUJI-RUN-OPTION...]

``--shared``: a folder with ``scans/``, ``truth/`` and ``score.py``, by which the results are scored.

Memory is that of the program and everything it started, see ``benchmarks.memory``. For curves over kinds of damage and
for the time beside other programs there is ``make bench``.
Ends with the exit code of gouji where that is a crash (other than 0, 1, 3), with 0 otherwise, also after the limit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.memory import measure

ROOT = Path(__file__).resolve().parent.parent
EXPECTED_CODES = (0, 1, 3)


def n_pages(out: Path) -> int:
    total = 0
    for path in out.glob("*/pages.json"):
        data = json.loads(path.read_text("utf-8"))
        total += len(data["pages"] if isinstance(data, dict) else data)
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, help="a folder with scans, truth and score.py")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench")
    parser.add_argument("--limit", type=float, default=3600, help="seconds after which the run is stopped")
    args, options = parser.parse_known_args()

    shared = args.shared and args.shared.resolve()
    scans = shared / "scans" if shared else ROOT / "tests" / "data" / "scans"
    folders = sorted(str(p.parent) for p in scans.glob("*/scan.json"))
    command = [sys.executable, "-m", "gouji", "run", *folders, "-o", str(args.out.resolve()), "--overwrite", *options]
    cost = measure(command, cwd=ROOT, limit=args.limit)
    code, seconds = cost.code, cost.seconds

    pages = n_pages(args.out)
    per_page = f", {seconds / pages:.2f} s a page" if pages else ""
    print(f"{len(folders)} documents, {pages} pages in {seconds:.1f} s{per_page}; peak memory {cost.peak_mb:.0f} MB")
    if code is None:
        print(f"stopped after the limit of {args.limit:.0f} s; what was finished is scored below")
    elif code not in EXPECTED_CODES:
        print(f"gouji crashed with exit code {code}", file=sys.stderr)
        return code if code > 0 else 1
    sys.stdout.flush()
    if shared:
        scorer = [sys.executable, str(shared / "score.py"), str(args.out), "--scans", str(scans)]
        subprocess.run([*scorer, "--wrong", "20"], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
