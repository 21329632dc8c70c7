"""``python -m benchmarks.review_truth OUT TRUTH``: a reviewer who is always right, at the station's own interface.

Starts ``gouji review OUT``, asks for one cell after the other over HTTP as the desk does, decides each by the truth
(``TRUTH/<id>.json``, the layout of the shared set; ``--scans`` says which forms a document holds), and exports the
corrected run to ``--out``. What is wrong afterwards must be what nobody was asked about: every cell that was flagged
and can be decided is right. Prints the counts and ends with 1 where that does not hold.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from forms import FUNDS_COLUMNS, Form, read_form

from .metrics.forms import NAMES, CellOutcome, _found_words, _words, align, compare_form, pair_forms
from .metrics.tables import normal

Truth = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """A form of the run (by its id) and what it truly says."""

    form_id: str
    form: Form
    truth: Truth


def pairs(out: Path, truths: Path, scans: Path) -> list[Pair]:
    """Every form of the run that has a truth; documents without ``scan.json`` are passed over."""
    found = []
    for folder in sorted(p.parent for p in out.rglob("forms") if p.is_dir()):
        listing = scans / folder.relative_to(out) / "scan.json"
        if not listing.exists():
            continue
        names = json.loads(listing.read_text("utf-8"))["forms"]
        wanted = [json.loads((truths / f"{name}.json").read_text("utf-8")) for name in names]
        files = sorted((folder / "forms").glob("*.json"))
        forms = [read_form(path) for path in files]
        for truth, form in zip(wanted, pair_forms(wanted, forms), strict=True):
            if form is not None:
                path = files[next(k for k, other in enumerate(forms) if other is form)]
                found.append(Pair(path.relative_to(out).as_posix(), form, truth))
    return found


def answers(pair: Pair) -> dict[str, str]:
    """What the paper says, by the address of the form as read; rows that are no true row have none."""
    truth, form = pair.truth, pair.form
    out = {name: truth[name] for name in ("title", "year", "project", "department", "unit")}
    for k, row in enumerate(truth["funds"]):
        out[f"funds.{k}.label"] = row["label"]
        out |= {f"funds.{k}.{column}": text for column, text in zip(FUNDS_COLUMNS, row["cells"], strict=True)}
    out |= {"goals.expected": truth["goal_expected"], "goals.actual": truth["goal_actual"]}
    out |= {f"total.{name}": truth["total"][name] for name in ("weight", "score")}
    rows = align([_words(row) for row in truth["indicators"]], [_found_words(row) for row in form.indicators])
    for true, read in rows.items():
        for key, text in truth["indicators"][true].items():
            out[f"indicators.{read}.{NAMES.get(key, key)}"] = text
    return out


class Desk:
    """The station as a process, and one person signed in by its one-time link."""

    def __init__(self, out: Path) -> None:
        command = [sys.executable, "-m", "gouji", "review", str(out), "--no-browser", "--audit-share", "0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        link = next(m[0] for line in self._process.stdout if (m := re.search(r"http://\S+/link/\w+", line)))
        origin = link.partition("/link/")[0]
        self._client = httpx.Client(base_url=origin, timeout=120)
        self._client.get(link)
        token = re.search(r'name="csrf" content="(\w+)"', self._client.get("/queue").text)
        assert token is not None
        self._client.headers.update({"origin": origin, "x-csrf-token": token[1]})

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._client.post(path, json=body)
        answer.raise_for_status()
        return dict(answer.json())

    def close(self) -> None:
        self._client.close()
        self._process.terminate()
        self._process.wait(30)


def work(desk: Desk, known: dict[str, dict[str, str]]) -> tuple[int, int, int]:
    """Decide until nothing waits; the numbers of cells decided, corrected, and without a truth (confirmed as read)."""
    decided = corrected = unknown = 0
    while (item := desk.post("/api/next", {})["item"]) is not None:
        form_id, address = item["form_id"], item["address"]
        true = known.get(form_id, {}).get(address)
        unknown += true is None
        right = true is None or normal(true) == normal(item["text"])
        text = item["text"] if right else true
        body = {"form_id": form_id, "address": address, "version": item["version"], "text": text, "seconds": 1.0}
        desk.post("/api/confirm", body)
        decided, corrected = decided + 1, corrected + (not right)
    return decided, corrected, unknown


def wrong(outcomes: list[CellOutcome]) -> dict[str, CellOutcome]:
    return {o.address: o for o in outcomes if not o.right}


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.review_truth", description=__doc__)
    parser.add_argument("run", type=Path, metavar="OUT")
    parser.add_argument("truth", type=Path, metavar="TRUTH")
    parser.add_argument("--scans", type=Path, help="the folders with scan.json (default: TRUTH/../scans)")
    parser.add_argument("--out", type=Path, help="where the corrected run goes (default: OUT-corrected)")
    a = parser.parse_args(argv)
    out = a.run.resolve()
    target = a.out or out.with_name(f"{out.name}-corrected")
    before = pairs(out, a.truth, a.scans or a.truth.parent / "scans")
    start = time.perf_counter()
    desk = Desk(out)
    try:
        decided, corrected, unknown = work(desk, {pair.form_id: answers(pair) for pair in before})
    finally:
        desk.close()
    seconds = time.perf_counter() - start
    subprocess.run([sys.executable, "-m", "gouji", "review-export", str(out), "-o", str(target)], check=True)
    silent = left = 0
    for pair in before:
        was = wrong(compare_form(pair.truth, pair.form))
        now = wrong(compare_form(pair.truth, read_form(target / pair.form_id)))
        quiet = {address for address, outcome in was.items() if not outcome.review}
        silent += len(quiet)
        left += len(set(now) - quiet)
        for address in sorted(set(now) - quiet):
            print(f"{pair.form_id} {address}: {now[address].found!r} for {now[address].true!r}, and it was asked about")
    print(
        f"{len(before)} forms: {decided} cells decided ({corrected} corrected, {unknown} without a truth) "
        f"in {seconds:.1f} s; "
        f"{silent} silent errors before, {left} other cells wrong afterwards."
    )
    return 1 if left else 0


if __name__ == "__main__":
    raise SystemExit(main())
