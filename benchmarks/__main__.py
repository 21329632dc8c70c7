"""``python -m benchmarks``: build the set, predict, measure the time, write the report (``make bench``)."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from . import side_by_side, suite
from .dataset.content import TEMPLATES
from .dataset.fonts import install
from .peers import TEXT_PEERS
from .predict import ROOT, predict_ours, predict_peer
from .report import write_report

REPORT = ROOT / "benchmarks" / "report"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").split(":", 1)[1])
    parser.add_argument("--out", type=Path, default=REPORT, help="emptied first; the pages and predictions stay in it")
    parser.add_argument("--kinds", nargs="+", default=list(suite.AXES), help="damages, one curve each")
    parser.add_argument("--severities", nargs="+", type=float, default=list(suite.SEVERITIES), help="from 0 to 1")
    parser.add_argument("--templates", nargs="+", choices=TEMPLATES, default=["2020", "2023", "other"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", type=Path, help="a folder of real pictures with truth, for the tables side by side")
    parser.add_argument("--no-peers", action="store_true")
    a = parser.parse_args(argv)
    start = time.monotonic()
    try:
        points = suite.points(tuple(a.kinds), tuple(a.severities))
    except ValueError as error:
        parser.error(str(error))
    install()
    for part in ("set", "predictions", "side"):
        shutil.rmtree(a.out / part, ignore_errors=True)
    data, predictions = a.out / "set", a.out / "predictions"
    folders = list(suite.build_suite(data, points, seed=a.seed, templates=tuple(a.templates)))
    _say(start, f"{len(folders)} documents made")
    cost = predict_ours(data, predictions)
    _say(start, f"read by gouji in {cost.seconds:.0f} s")
    peers = [] if a.no_peers else list(TEXT_PEERS)
    own = [f for f in folders if f.name.startswith(f"b{a.seed}.{a.templates[0]}-")]
    for name in peers:
        _say(start, predict_peer(name, own, predictions) or f"{len(own)} documents read by {name}")
    side = None if a.no_peers else (a.out / "side" / "set", a.out / "side" / "predictions")
    if side:
        list(side_by_side.build_pages(side[0], seed=a.seed, real=a.real))
        said = side_by_side.predict(*side)
        _say(start, "; ".join(["tables read side by side with peers", *said]))
    text = _latency(a.out / "latency.json")
    _say(start, "timed")
    path = write_report(data, predictions, a.out, latency=text, side=side)
    _say(start, f"the report is {path}")
    return 0


def _latency(path: Path) -> str:
    """The time section of the report; in a process of its own, so that pinning to a core ends with it."""
    options = {"rounds": 2, "limit": 240, "processes": 2, "repeat": 2, "json": path.resolve()}
    command = [sys.executable, "-m", "benchmarks.latency", "--memory"]
    command += [f"--{name}={value}" for name, value in options.items()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.stdout else f"The measurement failed: {done.stderr[-400:]}"


def _say(start: float, what: str) -> None:
    print(f"{time.monotonic() - start:6.0f} s  {what}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
