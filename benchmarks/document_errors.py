"""Errors of the documents themselves, end to end: each found, with the verdict "document", and nothing repaired away.

    python -m benchmarks.document_errors RESULTS --scans SCANS --truth TRUTH --findings findings.json

RESULTS holds a folder for each scan, as ``gouji run SCANS/NAME --out RESULTS`` writes it; SCANS a folder with a
``scan.json`` for each (its ``forms`` are ids), TRUTH the printed forms, and findings.json maps a form's id to its
[rule, address] pairs. Prints one line for each finding that should be there and each repair of what was printed so.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forms import Form, GoujiError, read_form

from .metrics.forms import compare_form, pair_forms
from .metrics.tables import normal


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one of a document's errors: ``document``, ``unclear`` or ``reading`` (the finding's verdict),
    ``missing`` (no finding), or ``repaired`` (a cell that was printed so was repaired to something else)."""

    scan: str
    form: str
    rule: str
    address: str
    fate: str
    detail: str = ""


def fates(
    scan: str, form_id: str, form: Form, truth: Mapping[str, Any], expected: Sequence[Sequence[str]]
) -> list[Fate]:
    """One for each expected (rule, address) of the form, one for each wrong repair, and one ("extra") for each finding
    that should not be there yet is said to be the document's."""
    out = []
    left = [(f.rule, normal(f.cells[0]), f) for f in form.findings]
    for rule, address in expected:
        here = next((x for x in left if x[:2] == (rule, normal(address))), None)
        if here is None:
            out.append(Fate(scan, form_id, rule, address, "missing"))
        else:
            left.remove(here)
            out.append(Fate(scan, form_id, rule, address, here[2].verdict, here[2].message))
    for rule, address, finding in left:
        if finding.verdict == "document":
            out.append(Fate(scan, form_id, rule, address, "extra", finding.message))
    for outcome in compare_form(truth, form):
        try:
            cell = form.cell(outcome.address)
        except KeyError:
            continue
        if cell.origin == "repaired" and not outcome.right and normal(cell.raw) == normal(outcome.true):
            detail = f"printed and read {cell.raw}, repaired to {cell.text}"
            out.append(Fate(scan, form_id, "", outcome.address, "repaired", detail))
    return out


def of_run(results: Path, scans: Path, truth: Path, findings: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[Fate]:
    """The fates of all documents whose results are there; forms whose truth is not there are left out."""
    for scan in sorted(p.parent for p in scans.glob("*/scan.json")):
        files = sorted((results / scan.name / "forms").glob("*.json"))
        ids = json.loads((scan / "scan.json").read_text("utf-8"))["forms"]
        if not files or not all((truth / f"{i}.json").exists() for i in ids):
            continue
        truths = [json.loads((truth / f"{i}.json").read_text("utf-8")) for i in ids]
        paired = pair_forms(truths, [read_form(f) for f in files])
        for form_id, true, form in zip(ids, truths, paired, strict=True):
            if form is not None:
                yield from fates(scan.name, form_id, form, true, findings.get(form_id, ()))
            else:
                for rule, address in findings.get(form_id, ()):
                    yield Fate(scan.name, form_id, rule, address, "missing", "the form was not found")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.document_errors", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("results", type=Path)
    parser.add_argument("--scans", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--findings", type=Path, required=True)
    a = parser.parse_args(argv)
    counts: Counter[str] = Counter()
    try:
        for fate in of_run(a.results, a.scans, a.truth, json.loads(a.findings.read_text("utf-8"))):
            counts[fate.fate] += 1
            sys.stdout.write(f"{fate.fate:9} {fate.scan}/{fate.form} {fate.rule} {fate.address}: {fate.detail}\n")
    except (GoujiError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(", ".join(f"{n} {fate}" for fate, n in sorted(counts.items())) + "\n")
    return 0 if not (counts["missing"] or counts["repaired"]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
