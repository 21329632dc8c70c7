"""Misreadings put into printed forms, and what the inference makes of them: repaired right or wrong, flagged, silent.

    python -m benchmarks.injection                     1 to 3 misreadings a form, forms in print and of the generator
    python -m benchmarks.injection --every 1           every kind in every number
    python -m benchmarks.injection entries CELLS.jsonl how sure misread cells are (rows of benchmarks.calibrate)
    python -m benchmarks.injection speed               ms of inference for a form of forty indicators

A misread cell enters as such cells really do: its confidence, and how probable the beam held the truth, are drawn from
cells that were misread on the generator's pages (``injection_entries.json``); the other cells are as sure as cells that
were read right.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from forms import Form, FundsRow
from scoring import InferenceSettings, infer, is_blank, mark_for_review, read_number
from scoring.numbers import decimal_text

from .injected import CLASSES, Entries, Injection, generated_forms, load_entries, printed_forms, several, singles

OUTCOMES = ("right", "wrong", "flagged", "silent")


def outcome(injection: Injection, settings: InferenceSettings | None = None) -> str:
    """``wrong``: some cell was repaired to a number that is not printed; ``right``: all misread cells hold just what is
    printed, to the last decimal; ``silent``: a misread cell holds something else and nobody is asked; ``flagged``: the
    others."""
    form = mark_for_review(infer(injection.form, settings=settings))
    printed = injection.printed
    if any(c.origin == "repaired" and _number(c.text) != _number(printed.cell(a).text) for a, c in form.cells()):
        return "wrong"
    left = [a for _, a, _ in injection.errors if not _same(form.cell(a).text, printed.cell(a).text)]
    if not left:
        return "right"
    return "flagged" if all(form.cell(a).needs_review for a in left) else "silent"


def _number(text: str) -> Fraction | str:
    """What a cell counts: its number, or its text where it is none; nothing for a blank."""
    number = read_number(text)
    return number.amount if number is not None else "" if is_blank(text) else text


def _same(one: str, two: str) -> bool:
    return one == two or (is_blank(one) and is_blank(two))


def table(found: Counter[tuple[str, str]]) -> Iterator[str]:
    """Lines of a table: kinds of misreading against outcomes, in per cent."""
    yield f"{'':14}{'n':>7}" + "".join(f"{x:>9}" for x in OUTCOMES)
    kinds = sorted({kind for kind, _ in found})
    for kind in [*kinds, "all"]:
        counts = [sum(n for (k, o), n in found.items() if o == x and kind in (k, "all")) for x in OUTCOMES]
        total = sum(counts)
        yield f"{kind:14}{total:7}" + "".join(f"{c / total:9.2%}" for c in counts)


def count(
    made: Iterable[Injection], workers: int
) -> Iterator[tuple[Injection, str]]:  # pragma: no cover - a pool around outcome
    """Each injection with its outcome."""
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        yield from pool.imap(_judged, made, chunksize=16)


def _judged(injection: Injection) -> tuple[Injection, str]:
    return injection, outcome(injection)


def entries_of(rows: Iterable[dict[str, Any]], provenance: str) -> dict[str, Any]:
    """What ``injection_entries.json`` holds, from rows of ``benchmarks.calibrate collect``."""
    from scoring.calibration import probability

    from .calibration_fit import evidence_of

    wrong: dict[str, list[list[float]]] = {name: [] for name in CLASSES}
    right = []
    for row in rows:
        if not row["numeric"] or row["kind"] == "mark" or not read_number(row["printed"] or ""):
            continue
        sure = round(probability(evidence_of(row)), 5)
        if row["right"]:
            if row["kind"] == "number":
                right.append(sure)
            continue
        told = next((p for t, p in row["others"] if t == row["printed"]), 0.0)
        wrong[_class(row["printed"], row["read"])].append([sure, round(told, 5)])
    right.sort()
    quantiles = [right[int((k + 0.5) * len(right) / 200)] for k in range(200)] if right else []
    return {"provenance": provenance, **{name: sorted(found) for name, found in wrong.items()}, "right": quantiles}


def _class(printed: str, read: str) -> str:
    if read.replace(" ", "") == printed.replace(".", ""):
        return "points"
    if not read:
        return "lost"
    return "marks" if printed in read and read != 2 * printed else "digits"


def speed(entries: Entries, indicators: int = 40, runs: int = 30) -> Iterator[str]:
    """Lines of text: processor time of ``infer`` for forms of that many indicators with misreadings."""
    forms = {n: f for n, f in generated_forms(400).items() if len(f.indicators) >= 9 and f.template != "dept"}
    for errors in (1, 3):
        times = []
        for injection in several({n: long(f, indicators) for n, f in forms.items()}, entries, errors=errors, each=1):
            start = time.process_time()
            infer(injection.form)
            times.append(1000.0 * (time.process_time() - start))
            if len(times) == runs:
                break
        times.sort()
        yield (
            f"{indicators} indicators, {errors} misread: median {times[len(times) // 2]:.0f} ms, "
            f"nine in ten below {times[len(times) * 9 // 10]:.0f} ms, most {times[-1]:.0f} ms ({len(times)} forms)"
        )


def long(form: Form, indicators: int) -> Form:
    """The form with its indicators repeated up to that many, under one level 1, its totals made to agree."""
    rows = (form.indicators * indicators)[:indicators]

    def total(column: str, *also: FundsRow) -> str:
        cells = [getattr(row, column) for row in (*also, *rows)]
        return decimal_text(sum((n.value for c in cells if (n := read_number(c.text))), Fraction(0)))

    level = replace(rows[0].level1, text=f"产出指标（{total('weight')}分）")
    weight = replace(form.total.weight, text=total("weight", form.funds[0]))
    score = replace(form.total.score, text=total("score", form.funds[0]))
    rows = tuple(replace(row, level1=level) for row in rows)
    return replace(form, indicators=rows, total=replace(form.total, weight=weight, score=score))


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.injection", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", nargs="*", help="entries CELLS.jsonl…: count how misread cells come in")
    parser.add_argument("--every", type=int, default=5, help="every how manyeth single misreading is tried")
    parser.add_argument("--forms", type=int, default=40, help="forms of the generator's test half")
    parser.add_argument("--sure", type=float, help="confidence of every misread cell, instead of those counted")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("-v", action="store_true", help="show every one that is not right")
    a = parser.parse_args(argv)
    if a.what == ["speed"]:
        sys.stdout.writelines(f"{line}\n" for line in speed(load_entries()))
        return 0
    if a.what:
        from .calibrate import read_rows

        files = [Path(f) for f in a.what[1:]]
        found = entries_of(read_rows(files), f"counted by benchmarks.injection on {', '.join(f.stem for f in files)}")
        sys.stdout.write(json.dumps(found) + "\n")
        return 0
    entries = load_entries()
    if a.sure is not None:
        entries = entries.all_at(a.sure)
    for title, forms in (("printed forms", printed_forms()), ("generator, test half", generated_forms(a.forms))):
        _report(title, forms, entries, a)
    return 0


def _report(title: str, forms: dict[str, Form], entries: Entries, a: argparse.Namespace) -> None:
    runs = [("one", singles(forms, entries, every=a.every, seed=a.seed))]
    runs += [(str(k), several(forms, entries, errors=k, each=max(1, 20 // a.every), seed=a.seed)) for k in (2, 3)]
    for name, made in runs:
        seen: Counter[tuple[str, str]] = Counter()
        rest: Counter[str] = Counter()
        for injection, result in count(made, a.workers):
            kind = injection.errors[0][0] if name == "one" else "any"
            if injection.covered:
                seen[kind, result] += 1
            else:
                rest[result] += 1
            if a.v and (result in ("wrong", "silent") or (injection.covered and result != "right")):
                shown = [(k, at, injection.printed.cell(at).text, r) for k, at, r in injection.errors]
                sys.stdout.write(f"{result} {'covered' if injection.covered else 'bare'} {injection.name} {shown}\n")
        sys.stdout.write(f"\n{title}, {name} a form, covered by a rule\n")
        sys.stdout.writelines(f"{line}\n" for line in table(seen))
        sys.stdout.write(f"not covered: {dict(rest)}\n")


if __name__ == "__main__":
    raise SystemExit(main())
