"""Predictions against truth: figures per scan folder, then per damage and severity. Runs nothing, draws nothing."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from forms import Form, read_form

from .metrics.cells import CellCounts, count_cells
from .metrics.forms import CellOutcome, FormCounts, compare_form, count_outcomes, pair_forms
from .metrics.tables import Rect, TextTable, box_of, from_json, normal
from .metrics.teds import teds
from .predict import scan_folders
from .suite import CLEAN, Point, point_of

NO_CELLS = CellCounts(0, 0, 0, 0)
MARKS = frozenset({"-", "/"})


@dataclass(frozen=True, slots=True)
class TableFigures:
    """A TEDS and a structure-only TEDS for every true table, and cells exact in place; add them up over pages."""

    whole: tuple[float, ...] = ()
    structure: tuple[float, ...] = ()
    cells: CellCounts = NO_CELLS

    def __add__(self, other: TableFigures) -> TableFigures:
        return TableFigures(self.whole + other.whole, self.structure + other.structure, self.cells + other.cells)

    @property
    def mean_teds(self) -> float:
        return _mean(self.whole)

    @property
    def mean_structure(self) -> float:
        return _mean(self.structure)


@dataclass(frozen=True, slots=True)
class FolderFigures:
    """One document with one damage."""

    folder: str
    point: Point
    pages: int
    form: FormCounts
    tables: TableFigures
    outcomes: tuple[CellOutcome, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class PointFigures:
    """All documents with one damage of one severity, with the share of a curve's every figure (0 to 1)."""

    point: Point
    documents: int
    pages: int
    form: FormCounts
    tables: TableFigures
    worst: str

    @property
    def silent_share(self) -> float:
        return self.form.silent / self.form.cells if self.form.cells else float("nan")


@dataclass(frozen=True, slots=True)
class Cliff:
    """Between two neighbouring severities the share of right cells falls by more than curves may; where to look."""

    kind: str
    before: PointFigures
    after: PointFigures

    @property
    def drop(self) -> float:
        return self.before.form.cell_share - self.after.form.cell_share


@dataclass(frozen=True, slots=True)
class LineCounts:
    """Texts printed on one line, those found as a line (or cell) of their own; the same of dashes and slashes."""

    lines: int = 0
    exact: int = 0
    marks: int = 0
    marks_exact: int = 0

    def __add__(self, other: LineCounts) -> LineCounts:
        return LineCounts(
            self.lines + other.lines,
            self.exact + other.exact,
            self.marks + other.marks,
            self.marks_exact + other.marks_exact,
        )


def evaluate(data: Path, results: Path, *, workers: int | None = None) -> list[FolderFigures]:
    """Figures of every scan folder of the set, from what ``gouji run`` wrote below ``results``."""
    folders = scan_folders(data)
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        return list(pool.map(_folder, [(f, data, results / f.name) for f in folders], chunksize=4))


def gather(figures: Iterable[FolderFigures]) -> list[PointFigures]:
    """The figures per damage and severity: undamaged first, then by kind in order of appearance and by severity."""
    groups: dict[Point, list[FolderFigures]] = defaultdict(list)
    for f in figures:
        groups[f.point].append(f)
    kinds = list(dict.fromkeys(p.kind for p in groups))
    order = sorted(groups, key=lambda p: (p.kind != CLEAN, kinds.index(p.kind), p.severity))
    return [_gathered(p, groups[p]) for p in order]


def find_cliffs(curve: Sequence[PointFigures], drop: float = 0.1) -> list[Cliff]:
    """Neighbours on a kind's curve (the undamaged page before its mildest) more than ``drop`` apart, deepest first."""
    clean = [p for p in curve if p.point.kind == CLEAN]
    found = []
    for kind in dict.fromkeys(p.point.kind for p in curve if p.point.kind != CLEAN):
        own = sorted((p for p in curve if p.point.kind == kind), key=lambda p: p.point.severity)
        steps = [*clean, *own]
        found += [Cliff(kind, a, b) for a, b in pairwise(steps)]
    return sorted((c for c in found if c.drop > drop), key=lambda c: -c.drop)


def match_tables(truth: Sequence[tuple[Rect, TextTable]], found: Sequence[tuple[Rect, TextTable]]) -> list[TextTable]:
    """For every true table the found one that covers most of it, each taken once; an empty one where there is none."""
    left = list(range(len(found)))
    out = []
    for box, _ in truth:
        best = max(left, key=lambda k: _overlap(box, found[k][0]), default=None)
        if best is None or _overlap(box, found[best][0]) <= 0:
            out.append(TextTable(0, 0, ()))
        else:
            left.remove(best)
            out.append(found[best][1])
    return out


def count_lines(truth: Iterable[str], found: Iterable[str]) -> LineCounts:
    """How many of the true texts are among the found ones, each found one counted once; the place is left aside."""
    want, have = Counter(map(normal, truth)), Counter(map(normal, found))
    hit = want & have
    return LineCounts(want.total(), hit.total(), sum(want[m] for m in MARKS), sum(hit[m] for m in MARKS))


def one_line_texts(page: Mapping[str, Any], look: Mapping[str, Any]) -> list[str]:
    """The texts of an undamaged page that stand on one line: lines outside tables, cells too low for two.

    A single character stands on one line wherever it is. ``page`` is of ``grids/``, ``look`` of ``scan.json``.
    """
    dpi = float(look["dpi"])
    em = max(8, round(look["size"] * dpi / 72))
    two = 2 * em * look["leading"] + 2 * look["padding"] * dpi / 25.4
    cells = [c for t in page["tables"] for c in t["cells"] if normal(c["text"])]
    low = [c["text"] for c in cells if c["box"][3] - c["box"][1] < 0.95 * two or len(normal(c["text"])) == 1]
    return low + [line["text"] for line in page["lines"]]


def compare_lines(data: Path, predictions: Path, peer: str) -> dict[str, LineCounts]:
    """Ours and the peer on the pages that the peer has read: texts of one line found exactly."""
    totals: dict[str, LineCounts] = defaultdict(LineCounts)
    for file in sorted((predictions / peer).glob("*/*.json")):
        folder, number = file.parent.name, file.stem
        clean = f"{folder.partition('-')[0]}-{CLEAN}"
        grid = data / "grids" / clean / f"{number}.json"
        if not grid.is_file():
            continue
        look = json.loads((data / "scans" / clean / "scan.json").read_text("utf-8"))["look"]
        truth = one_line_texts(json.loads(grid.read_text("utf-8")), look)
        said = json.loads(file.read_text("utf-8"))
        totals[said["peer"]] += count_lines(truth, said["lines"])
        totals["gouji"] += count_lines(truth, _our_texts(predictions / "gouji" / folder, int(number)))
    return dict(totals)


def table_figures(page: Mapping[str, Any], found: Sequence[tuple[Rect, TextTable]]) -> TableFigures:
    """The figures of one page's tables; ``page`` is of ``grids/``."""
    total = TableFigures()
    truth = [(box_of(t), from_json(t)) for t in page["tables"]]
    for (_, a), b in zip(truth, match_tables(truth, found), strict=True):
        total += TableFigures((teds(a, b),), (teds(a, b, structure_only=True),), count_cells(a, b))
    return total


def _folder(job: tuple[Path, Path, Path]) -> FolderFigures:
    scan, data, result = job
    pages = sorted((data / "grids" / scan.name).glob("*.json"))
    tables = TableFigures()
    for page in pages:
        tables += table_figures(json.loads(page.read_text("utf-8")), found_tables(result, int(page.stem)))
    outcomes, form = _forms(scan, data, result)
    records = json.loads((result / "pages.json").read_text("utf-8")) if (result / "pages.json").is_file() else []
    seconds = sum(float(r["seconds"]) for r in records)
    return FolderFigures(scan.name, point_of(scan), len(pages), form, tables, tuple(outcomes), seconds)


def _forms(scan: Path, data: Path, result: Path) -> tuple[list[CellOutcome], FormCounts]:
    names = json.loads((scan / "scan.json").read_text("utf-8"))["forms"]
    truths = [json.loads((data / "truth" / f"{name}.json").read_text("utf-8")) for name in names]
    found: list[Form] = [read_form(p) for p in sorted((result / "forms").glob("*.json"))]
    every = [compare_form(t, f) for t, f in zip(truths, pair_forms(truths, found), strict=True)]
    return [c for cells in every for c in cells], sum(map(count_outcomes, every), FormCounts())


def found_tables(result: Path, page: int) -> list[tuple[Rect, TextTable]]:
    tables = [json.loads(p.read_text("utf-8")) for p in sorted((result / "tables").glob(f"{page}-*.json"))]
    return [(box_of(t), from_json(t)) for t in tables if t["cells"]]


def _our_texts(result: Path, page: int) -> list[str]:
    if not (result / "pages.json").is_file():
        return []
    records = json.loads((result / "pages.json").read_text("utf-8"))
    lines = [line["text"] for r in records if r["page"] == page for line in r.get("lines", ())]
    return lines + [c.text for _, table in found_tables(result, page) for c in table.cells]


def _overlap(a: Rect, b: Rect) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _gathered(point: Point, own: Sequence[FolderFigures]) -> PointFigures:
    worst = min(own, key=lambda f: f.form.cell_share if f.form.cells else 1.0)
    return PointFigures(
        point,
        len(own),
        sum(f.pages for f in own),
        sum((f.form for f in own), FormCounts()),
        sum((f.tables for f in own), TableFigures()),
        worst.folder,
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")
