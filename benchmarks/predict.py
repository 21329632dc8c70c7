"""``python -m benchmarks.predict --set DIR --out DIR``: what the programs make of a data set. Knows no truth.

Writes ``OUT/gouji/`` (what ``gouji run`` writes), ``OUT/gouji.json`` (what it cost) and, for every peer there is,
``OUT/<peer>/<folder>/<page>.json`` with the lines it read; ``OUT/<peer>.json`` says why there are none.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .memory import Measured, measure
from .peers import TEXT_PEERS, PeerMissing, TextPeer, make_text_peer

ROOT = Path(__file__).resolve().parent.parent
CRASHLESS = (0, 1, 3)


class PredictionFailed(Exception):
    """gouji crashed, or did not end within the limit."""


def predict_ours(data: Path, out: Path, *, limit: float = 3600.0, workers: int | None = None) -> Measured:
    """``gouji run`` on every scan folder of the set. Raises ``PredictionFailed``."""
    folders = [str(p.resolve()) for p in scan_folders(data)]
    extra = [] if workers is None else ["--workers", str(workers)]
    command = [sys.executable, "-m", "gouji", "run", *folders, "-o", str((out / "gouji").resolve()), "--overwrite"]
    cost = measure([*command, "--json", *extra], cwd=ROOT, limit=limit, quiet=True)
    _write(out / "gouji.json", {"code": cost.code, "seconds": cost.seconds, "peak_mb": cost.peak_mb})
    if cost.code not in CRASHLESS:
        raise PredictionFailed(
            f"gouji took longer than {limit:g} s" if cost.code is None else f"gouji ended with code {cost.code}"
        )
    return cost


def predict_peer(name: str, folders: Iterable[Path], out: Path) -> str:
    """The peer on every page picture of these folders; "" when done, else why it could not be."""
    try:
        peer = make_text_peer(name, threads=0)
    except PeerMissing as missing:
        _write(out / f"{name}.json", {"missing": str(missing)})
        return str(missing)
    for folder in folders:
        for page in sorted(p for p in folder.iterdir() if p.suffix != ".json"):
            _write(out / name / folder.name / f"{page.stem}.json", _peer_page(peer, page))
    _write(out / f"{name}.json", {"peer": peer.name})
    return ""


def _peer_page(peer: TextPeer, page: Path) -> dict[str, Any]:
    """A peer that fails on a page has read nothing there: that is its result, not the end of the benchmark."""
    try:
        return {"peer": peer.name, "lines": peer.read(page)}
    except Exception as error:
        return {"peer": peer.name, "lines": [], "error": f"{type(error).__name__}: {error}"}


def scan_folders(data: Path) -> list[Path]:
    """The scan folders of a data set, in order of their names."""
    return sorted(p.parent for p in (data / "scans").glob("*/scan.json"))


def _write(path: Path, value: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False) + "\n", "utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.predict", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--set", type=Path, required=True, dest="data", help="as written by benchmarks.dataset.build")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--peers", nargs="*", choices=list(TEXT_PEERS), default=list(TEXT_PEERS))
    parser.add_argument("--only", default="*", help="folders that peers read, as a pattern")
    a = parser.parse_args(argv)
    cost = predict_ours(a.data, a.out)
    print(f"gouji: {cost.seconds:.0f} s, peak {cost.peak_mb:.0f} MB")
    for name in a.peers:
        missing = predict_peer(name, [f for f in scan_folders(a.data) if f.match(a.only)], a.out)
        print(f"{name}: {missing or 'done'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
