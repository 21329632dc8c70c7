"""``python -m benchmarks.report --set DIR --predictions DIR --out DIR``: tables and plots of what was predicted.

Writes ``report.md``, ``points.csv``, ``folders.csv``, ``texts.csv``, ``peers.csv``, and a PNG for every curve.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from .evaluate import (
    Cliff,
    FolderFigures,
    LineCounts,
    PointFigures,
    TableFigures,
    compare_lines,
    evaluate,
    find_cliffs,
    gather,
)
from .machine import machine
from .metrics.calibration import auroc, calibration_error, risk_coverage
from .metrics.forms import EXTRA, CellOutcome, FormCounts
from .peers import TEXT_PEERS
from .plots import Judged, draw_confidence, draw_curves, draw_peers, draw_risk
from .side_by_side import Row, compare, describe, frame
from .suite import CLEAN
from .tables import Column, markdown

POINTS = (
    Column("damage"), Column("severity", "{:.2f}"), Column("amount", "{:.4g}"), Column("unit"), Column("pages", "{:d}"),
    Column("cells", "{:.4f}"), Column("numeric", "{:.4f}"), Column("path", "{:.4f}"), Column("TEDS", "{:.4f}"),
    Column("structure", "{:.4f}"), Column("in place", "{:.4f}"), Column("review", "{:.3f}"), Column("silent", "{:d}"),
    Column("silent num", "{:d}"), Column("missing", "{:d}"), Column("of cells", "{:d}"),
)  # fmt: skip
RISK = 1e-3
"""Share of wrong cells that may pass among the accepted, for the coverage that is reported."""


def point_row(p: PointFigures) -> list[object]:
    """A row under ``POINTS``."""
    counts = [p.form.review_share, p.form.silent, p.form.silent_numeric, p.form.missing, p.form.cells]
    shares = [p.form.cell_share, p.form.numeric_share, p.form.path_share]
    tables = [p.tables.mean_teds, p.tables.mean_structure, p.tables.cells.exact_share]
    return [p.point.kind, p.point.severity, p.point.amount, p.point.unit, p.pages, *shares, *tables, *counts]


def points_frame(points: Sequence[PointFigures]) -> pd.DataFrame:
    """The points as they go into ``points.csv``."""
    frame: pd.DataFrame = pd.DataFrame([point_row(p) for p in points], columns=[c.name for c in POINTS])
    return frame


def folders_frame(figures: Sequence[FolderFigures]) -> pd.DataFrame:
    """A row for every scan folder, worst first."""
    rows = [
        {
            "folder": f.folder,
            "damage": f.point.kind,
            "severity": f.point.severity,
            "pages": f.pages,
            "cells": f.form.cell_share,
            "numeric": f.form.numeric_share,
            "structure": f.tables.mean_structure,
            "review": f.form.review_share,
            "silent": f.form.silent,
            "seconds": f.seconds,
        }
        for f in figures
    ]
    frame: pd.DataFrame = pd.DataFrame(rows).sort_values("cells", kind="stable")
    return frame


def cliffs_text(cliffs: Sequence[Cliff], data: Path) -> str:
    """The cliffs in a list, with a page to look at."""
    if not cliffs:
        return "No two neighbouring severities are more than 0.1 of the cells apart."
    return "\n".join(
        f"* **{c.kind}** from {_place(c.before)} to {_place(c.after)}: cells {c.before.form.cell_share:.3f} → "
        f"{c.after.form.cell_share:.3f}, structure {c.before.tables.mean_structure:.3f} → "
        f"{c.after.tables.mean_structure:.3f}; "
        f"of the {c.after.form.cells - c.after.form.right} wrong, {c.after.form.silent} silent "
        f"({c.after.form.missing} of these in no form or row found). "
        f"Look at `{data / 'scans' / c.after.worst}`."
        for c in cliffs
    )


def silent_text(figures: Sequence[FolderFigures], most: int = 15) -> str:
    """Cells that were read wrong and not marked, the surest first; those of forms and rows not found are left out."""
    wrong = [(f.folder, c) for f in figures for c in f.outcomes if not c.right and not c.review and not c.missing]
    wrong.sort(key=lambda pair: -pair[1].confidence)
    head = [Column("folder"), Column("cell"), Column("printed"), Column("read"), Column("confidence", "{:.4f}")]
    rows = [[folder, c.address, _short(c.true), _short(c.found), c.confidence] for folder, c in wrong[:most]]
    lost = sum(f.form.missing for f in figures)
    beside = f" beside the {lost} of forms and rows that were not found" if lost else ""
    if not rows:
        return f"None{beside}."
    return f"{len(wrong)}{beside}; the {len(rows)} surest:\n\n{markdown(head, rows)}"


def confidence_text(outcomes: Sequence[CellOutcome]) -> str:
    """Calibration over all cells that were found, and over the numeric ones."""
    head = [
        Column("cells of"), Column("number", "{:d}"), Column("wrong", "{:d}"), Column("ECE", "{:.4f}"),
        Column("AUROC", "{:.4f}"), Column(f"accepted at {RISK:g} wrong", "{:.3f}"),
    ]  # fmt: skip
    rows: list[list[object]] = []
    for name, own in (("all", outcomes), ("numeric", [c for c in outcomes if c.numeric])):
        p, right = [c.confidence for c in own], [c.right for c in own]
        accepted = risk_coverage(p, right).coverage_at(RISK)
        rows.append([name, len(own), right.count(False), calibration_error(p, right), auroc(p, right), accepted])
    return markdown(head, rows)


def judged(figures: Iterable[FolderFigures]) -> list[CellOutcome]:
    """The cells whose confidence is the program's own: not those it did not find, nor rows that are not there."""
    return [c for f in figures for c in f.outcomes if not c.missing and c.address != EXTRA]


def risk_panels(figures: Sequence[FolderFigures]) -> dict[str, dict[str, Judged]]:
    """Confidences and outcomes of the cells found, of all pages and by damage: numeric cells and text apart."""
    panels: dict[str, dict[str, Judged]] = {}
    for title in ("all", *dict.fromkeys(f.point.kind for f in figures)):
        own = judged(f for f in figures if title in ("all", f.point.kind))
        groups = {"numeric": [c for c in own if c.numeric], "text": [c for c in own if not c.numeric]}
        panels[title] = {n: ([c.confidence for c in g], [c.right for c in g]) for n, g in groups.items() if g}
    return panels


def peers_text(lines: Mapping[str, LineCounts]) -> str:
    """The peers' table; nothing where no peer has read."""
    head = [Column("program"), Column("texts", "{:d}"), Column("exact", "{:.4f}"), Column("dashes, slashes")]
    rows = [[n, c.lines, c.exact / max(1, c.lines), f"{c.marks_exact}/{c.marks}"] for n, c in lines.items()]
    return markdown(head, rows) if rows else ""


def peer_bars(rows: Sequence[Row]) -> dict[str, dict[str, dict[str, float]]]:
    """TEDS, structure-only TEDS and cells exact in place by group of pages and program."""
    kinds: Mapping[str, Callable[[TableFigures], float]] = {
        "TEDS": lambda t: t.mean_teds,
        "structure-only TEDS": lambda t: t.mean_structure,
        "cells exact in place": lambda t: t.cells.exact_share,
    }
    bars: dict[str, dict[str, dict[str, float]]] = {}
    for title, figure in kinds.items():
        for row in rows:
            bars.setdefault(title, {}).setdefault(f"{row.group}, {row.of_pages} pages", {})[row.program] = figure(
                row.tables
            )
    return bars


def write_report(
    data: Path, predictions: Path, out: Path, *, latency: str = "", side: tuple[Path, Path] | None = None
) -> Path:
    """Evaluate and write everything; returns the path of ``report.md``.

    ``side`` is set and predictions of ``side_by_side``, where its peers were asked.
    """
    figures = evaluate(data, predictions / "gouji")
    points = gather(figures)
    found = judged(figures)
    lines, missing = _text_peers(data, predictions)
    out.mkdir(parents=True, exist_ok=True)
    points_frame(points).to_csv(out / "points.csv", index=False)
    folders_frame(figures).to_csv(out / "folders.csv", index=False)
    peers_frame(lines).to_csv(out / "texts.csv", index=False)
    pictures = draw_curves(points, out)
    rows = compare(*side) if side else []
    if rows:
        frame(rows).to_csv(out / "peers.csv", index=False)
        pictures.append(draw_peers(peer_bars(rows), out / "peers.png"))
    if found:
        pictures.append(
            draw_confidence([c.confidence for c in found], [c.right for c in found], out / "confidence.png")
        )
        pictures.append(draw_risk(risk_panels(figures), out / "risk.png"))
    cost = json.loads((predictions / "gouji.json").read_text("utf-8"))
    sections = {
        "Over all": total_text(figures, cost),
        "By damage": markdown(POINTS, [point_row(p) for p in points]),
        "Cliffs": cliffs_text(find_cliffs(points), data),
        "Silent errors": silent_text(figures),
        "Confidence": confidence_text(found),
        "Tables of peers on the same pages": describe(*side) if side else "None was asked for.",
        "Texts of peers on the same pages": _paragraphs(peers_text(lines), *missing) or "None was asked for.",
        "Time": latency or "Not measured; see `python -m benchmarks.latency`.",
        "Pictures": "\n".join(f"![{p.stem}]({p.name})" for p in pictures),
    }
    text = "# Benchmark report\n\n" + "\n\n".join(f"## {k}\n\n{v}" for k, v in sections.items()) + "\n"
    (out / "report.md").write_text(text, "utf-8")
    return out / "report.md"


def total_text(figures: Sequence[FolderFigures], cost: Mapping[str, float]) -> str:
    """The sums over the whole set, what they cost, and the machine. ``cost`` is of ``gouji.json``."""
    total = sum((f.form for f in figures), FormCounts())
    pages = sum(f.pages for f in figures)
    return (
        f"{len(figures)} documents, {pages} pages, {total.cells} cells: cells {total.cell_share:.4f}, numeric "
        f"{total.numeric_share:.4f}, to review {total.review_share:.3f}, silently wrong {total.silent} "
        f"({total.silent_numeric} numeric; {total.missing} stand in no form or row that was found). "
        f"gouji took {cost['seconds']:.0f} s by the clock "
        f"({cost['seconds'] / max(1, pages):.2f} s a page), peak memory {cost['peak_mb']:.0f} MB. {machine()}."
    )


def peers_frame(lines: Mapping[str, LineCounts]) -> pd.DataFrame:
    """A row for every program, as it goes into ``texts.csv``."""
    rows = [[n, c.lines, c.exact, c.marks, c.marks_exact] for n, c in lines.items()]
    frame: pd.DataFrame = pd.DataFrame(rows, columns=["program", "texts", "exact", "marks", "marks exact"])
    return frame


def _text_peers(data: Path, predictions: Path) -> tuple[dict[str, LineCounts], list[str]]:
    """What text peers have read beside ours, and why any has not."""
    lines: dict[str, LineCounts] = {}
    for name in TEXT_PEERS:
        lines |= compare_lines(data, predictions, name)
    return lines, [reason for reason in (_about(predictions / f"{n}.json") for n in TEXT_PEERS) if reason]


def _about(path: Path) -> str:
    return str(json.loads(path.read_text("utf-8")).get("missing", "")) if path.is_file() else ""


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def _place(p: PointFigures) -> str:
    return CLEAN if p.point.kind == CLEAN else f"{p.point.amount:.4g} {p.point.unit}"


def _short(text: str, most: int = 40) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--set", type=Path, required=True, dest="data")
    parser.add_argument("--predictions", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/report"))
    parser.add_argument("--side", type=Path, help="what benchmarks.side_by_side wrote: its set/ and predictions/")
    a = parser.parse_args(argv)
    side = (a.side / "set", a.side / "predictions") if a.side else None
    print(write_report(a.data, a.predictions, a.out, side=side))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
