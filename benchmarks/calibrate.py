"""How far confidences can be trusted, and the fit that makes them so.

    python -m benchmarks.calibrate collect DATASET… --out CELLS.jsonl     read the pages, note evidence and outcome
    python -m benchmarks.calibrate fit CELLS.jsonl > scoring/rates/calibration.toml
    python -m benchmarks.calibrate report CELLS.jsonl                     error, AUROC, coverage by kind of cell
    python -m benchmarks.calibrate pairs CELLS.jsonl > PAIRS.tsv          (printed, read) for ``python -m scoring.fit``

DATASET is what ``benchmarks.dataset.build`` wrote. Fit on its fit half, report on its test half: they share no words,
fonts or damage kinds.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from forms import Box, GoujiError, is_number_column
from scoring import is_blank
from scoring.calibration import HEARD, KINDS, Calibration, Kind, default_calibration, load_calibration, probability

from .calibration_fit import Fitted, alone, damages, evidence_of, fit_heard, fit_kind
from .metrics.calibration import auroc, calibration_error, risk_coverage
from .metrics.tables import normal

OVERLAP = 0.5
"""Intersection over union from which a found cell is a true one."""
IN_PLACE = 0.8
"""Cells that overlap less with a true one stand in the wrong place; layout and reconstruction mark those, whatever they
read. The probabilities here are those of a text, its place being right."""
PARAGRAPH = 0.8
"""Of what is printed around a found line, the greatest share that one line of several is."""
COLUMNS = (("numeric", True), ("text", False))
ASK: dict[Kind, tuple[float, float]] = {"text": (2e-3, 0.4), "number": (2e-4, 0.4)}
"""Doubts of which a witness is asked about: below, hardly any cell is wrong or would be sent to a person, and above, no
witness makes it sure."""
_engines: Any = None


def collect(datasets: Sequence[Path], workers: int) -> Iterator[dict[str, Any]]:
    """One row for every cell of every table found, and for every line outside tables: its evidence, the text read and
    the text printed there."""
    folders = [(d, f.name) for d in datasets for f in sorted((d / "scans").iterdir()) if _has_forms(f)]
    with multiprocessing.get_context("spawn").Pool(workers, _start) as pool:
        for rows in pool.imap_unordered(_folder, folders):
            yield from rows


def _has_forms(folder: Path) -> bool:
    return bool(json.loads((folder / "scan.json").read_text("utf-8"))["forms"])


def _start() -> None:
    global _engines
    import cv2

    from gouji.workers import make_engines
    from ocr import EngineOptions

    cv2.setNumThreads(1)
    _engines = replace(make_engines(EngineOptions(device="cpu")), asked=lambda _: True)


def _folder(place: tuple[Path, str]) -> list[dict[str, Any]]:
    from gouji.page import read_page
    from layout import LoadSettings, PageImage, load_pages

    dataset, name = place
    rows: list[dict[str, Any]] = []
    for file in sorted((dataset / "scans" / name).glob("0*.*")):
        truth = json.loads((dataset / "grids" / name / f"{file.stem}.json").read_text("utf-8"))
        for page in load_pages(file, name=file.name, settings=LoadSettings()):
            try:
                if not isinstance(page, PageImage):
                    raise page
                read = read_page(page, 1, _engines)
            except GoujiError as error:
                sys.stderr.write(f"{file}: {error}\n")
                continue
            printed = [c for t in truth["tables"] for c in t["cells"]]
            for table, evidence in zip(read.content.tables, read.evidence, strict=True):
                for cell, known in zip(table.cells, evidence, strict=True):
                    row = _outcome(cell.cell.text, cell.cell.box, printed)
                    others = cell.cell.alternatives
                    rows.append({"folder": name, "page": file.stem, **row, "others": others, **asdict(known)})
            for line, known in zip(read.content.lines, read.outside, strict=True):
                row = line_outcome(line.cell.text, line.cell.box, truth["lines"])
                rows.append({"folder": name, "page": file.stem, **row, "others": (), **asdict(known)})
    return rows


def _outcome(text: str, box: Box, printed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What is printed where the cell was found; ``printed`` None where no true cell lies."""
    best, share = None, 0.0
    for cell in printed:
        overlap = _overlap(box, Box(*cell["box"]))
        if overlap > share:
            best, share = cell, overlap
    if best is None or share < OVERLAP:
        return {"read": text, "printed": None, "numeric": False, "right": not text, "overlap": share}
    numeric = any(is_number_column(a) for a in best["addresses"])
    right = normal(text) == normal(best["text"])
    return {"read": text, "printed": best["text"], "numeric": numeric, "right": right, "overlap": share}


def line_outcome(text: str, box: Box, printed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What is printed where a line outside tables was found; ``overlap`` is that of the widths, for a detector's box is
    as high as the ink is. Of a paragraph the truth has the whole text: a line of it is right that stands in it. (A line
    that is as wide and lacks a fifth of the text is one of several.)"""
    best, share = None, 0.0
    for line in printed:
        other = Box(*line["box"])
        if other.top <= box.centre[1] <= other.bottom:
            both = min(box.right, other.right) - max(box.left, other.left)
            overlap = both / (max(box.right, other.right) - min(box.left, other.left))
            if overlap > share:
                best, share = line, overlap
    if best is None:
        return {"read": text, "printed": None, "numeric": False, "right": not text, "overlap": 0.0}
    read, whole = normal(text), normal(best["text"])
    right = read in whole if share >= IN_PLACE and len(read) <= PARAGRAPH * len(whole) else read == whole
    return {"read": text, "printed": best["text"], "numeric": False, "right": right, "overlap": share}


def _overlap(a: Box, b: Box) -> float:
    width = min(a.right, b.right) - max(a.left, b.left)
    height = min(a.bottom, b.bottom) - max(a.top, b.top)
    if width <= 0 or height <= 0:
        return 0.0
    both = width * height
    return both / (a.width * a.height + b.width * b.height - both)


def fit(rows: Sequence[dict[str, Any]], provenance: str) -> str:
    """The calibration as a TOML file."""
    out = [f'schema = "gouji.calibration/1"\nprovenance = "{provenance}"\n']
    out.append(
        "ask = { " + ", ".join(f"{kind} = [{low:.1e}, {high:.1e}]" for kind, (low, high) in ASK.items()) + " }\n"
    )
    models: dict[Kind, Fitted] = {}
    for kind in KINDS:
        own = [r for r in rows if r["kind"] == kind]
        # Few numbers err: what their errors do not tell is as it is with texts.
        model = models[kind] = fit_kind([alone(r) for r in own], models["text"].weights if kind == "number" else None)
        out.append(_as_toml(f"kinds.{kind}", model))
        heard = fit_heard(own, model, ASK[kind]) if kind in HEARD else None
        if heard is not None and heard.cells:
            out.append(_as_toml(f"heard.{kind}", heard))
    return "\n".join(out)


def _as_toml(name: str, model: Fitted) -> str:
    weights = ", ".join(f"{n} = {v:.4f}" for n, v in model.weights.items())
    return (
        f"[{name}]  # ridge {model.ridge:g}\ncells = {model.cells}\nwrong = {model.wrong}\n"
        f"constant = {model.constant:.4f}\nleast = {model.least:.2e}\n"
        f"most = {max(model.most, 1.01 * model.least):.3e}\n"
        f"weights = {{ {weights} }}\n"
    )


def report(rows: Sequence[dict[str, Any]], calibration: Calibration) -> Iterator[str]:
    """Lines of a table: numeric and text cells, then what was read, then damage kinds (numeric cells and text apart).

    Calibration error, AUROC, the share of cells that need no review at one silent error in 1,000 and in 10,000 cells,
    and the area under the risk-coverage curve.
    """
    head = f"{'cells':>8}{'wrong':>8}{'expected':>10}{'ECE':>9}{'AUROC':>9}{'at 1e-3':>10}{'at 1e-4':>10}{'AURC':>10}"
    yield f"{'':22}{head}"
    groups = [(name, [r for r in rows if r["numeric"] == numeric]) for name, numeric in COLUMNS]
    groups += [(f"read as {kind}", [r for r in rows if r["kind"] == kind]) for kind in KINDS]
    for damage in sorted({d for r in rows for d in damages(r)}):
        own = [r for r in rows if damage in damages(r)]
        groups += [(f"{damage}, {name}", [r for r in own if r["numeric"] == numeric]) for name, numeric in COLUMNS]
    for name, some in [*groups, ("all", list(rows))]:
        if some:
            sure = [probability(evidence_of(r), calibration) for r in some]
            yield f"{name:22}{_figures(sure, [bool(r['right']) for r in some])}"


def draw(rows: Sequence[dict[str, Any]], calibration: Calibration, out: Path) -> list[Path]:
    """Reliability and risk–coverage of all cells (``confidence.png``) and risk–coverage by kind of column and damage
    (``risk.png``), in ``out``."""
    from .plots import draw_confidence, draw_risk

    out.mkdir(parents=True, exist_ok=True)
    sure = [probability(evidence_of(r), calibration) for r in rows]
    right = [bool(r["right"]) for r in rows]
    kinds = [damages(r) for r in rows]
    panels: dict[str, dict[str, tuple[list[float], list[bool]]]] = {}
    for title in ("all", *sorted({d for k in kinds for d in k})):
        inside = [i for i, k in enumerate(kinds) if title == "all" or title in k]
        groups = {name: [i for i in inside if rows[i]["numeric"] == numeric] for name, numeric in COLUMNS}
        panels[title] = {n: ([sure[i] for i in own], [right[i] for i in own]) for n, own in groups.items() if own}
    return [draw_confidence(sure, right, out / "confidence.png"), draw_risk(panels, out / "risk.png")]


def _figures(sure: Sequence[float], right: Sequence[bool]) -> str:
    curve = risk_coverage(sure, right)
    return (
        f"{len(right):>8}{len(right) - sum(right):>8}{sum(1 - p for p in sure):>10.1f}"
        f"{calibration_error(sure, right):>9.4f}{auroc(sure, right):>9.4f}{curve.coverage_at(1e-3):>10.3f}"
        f"{curve.coverage_at(1e-4):>10.3f}{curve.area:>10.5f}"
    )


def pairs(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str, str, float]]:
    """(printed, read, page, confidence) of the number cells; what says the same (one dash for another, a blank for a
    dash) as printed."""
    for row in rows:
        if row["numeric"] and row["printed"] is not None:
            printed, read = "".join(row["printed"].split()), row["read"]
            same = normal(printed) == normal(read) or (is_blank(printed) and is_blank(read))
            sure = probability(evidence_of(row))
            yield printed, printed if same else read, f"{row['folder']}/{row['page']}", round(sure, 4)


def read_rows(files: Sequence[Path]) -> list[dict[str, Any]]:
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return [r for r in rows if r["overlap"] >= IN_PLACE]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", choices=("collect", "fit", "report", "pairs"))
    parser.add_argument("given", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, help="where collect writes")
    parser.add_argument("--calibration", type=Path, help="a calibration to report on, instead of the one in use")
    parser.add_argument("--plots", type=Path, help="where report draws its curves, if it shall")
    parser.add_argument("--workers", type=int, default=2)
    a = parser.parse_args(argv)
    if a.what == "collect":
        if a.out is None:
            parser.error("collect needs --out")
        with a.out.open("w", encoding="utf-8") as out:
            for row in collect(a.given, a.workers):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return 0
    rows = read_rows(a.given)
    if a.what == "fit":
        pages = len({(r["folder"], r["page"]) for r in rows})
        what = f"{pages} pages of the generator's fit half ({', '.join(f.stem for f in a.given)})"
        sys.stdout.write(fit(rows, f"fitted {date.today().isoformat()} by benchmarks.calibrate on {what}"))
    elif a.what == "report":
        calibration = default_calibration() if a.calibration is None else load_calibration(a.calibration)
        sys.stdout.writelines(f"{line}\n" for line in report(rows, calibration))
        if a.plots is not None:
            sys.stdout.writelines(f"{path}\n" for path in draw(rows, calibration, a.plots))
    else:
        sys.stdout.writelines("\t".join(map(str, pair)) + "\n" for pair in pairs(rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
