"""``python -m benchmarks.side_by_side --out DIR``: gouji's tables and those of its peers on the same pages.

Pages in four groups: form pages undamaged and moderately damaged, ruled tables that are no forms, real pictures. They
stand upright. Peers are given the true boxes of the tables, since their own detectors of tables cannot be installed;
gouji finds its tables itself.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .dataset import build, damage
from .dataset.content import TEMPLATES
from .dataset.fonts import install
from .dataset.others import make_other
from .dataset.others_rules import Style
from .evaluate import TableFigures, found_tables, table_figures
from .metrics.tables import Rect, box_of
from .predict import predict_ours, scan_folders
from .table_peers import NAMES, Cost, Job, cpu_of_children, read_note, read_pages, read_said, write_note
from .tables import Column, markdown

OURS = "gouji"
FAMILIES = ("2020", "2023", "other")
DAMAGES: Mapping[str, str] = {
    "undamaged": "clean",
    "phone": "phone:0.5",
    "fax": "fax:0.5",
    "curl": "curl:0.5",
    "worn": "gaps:0.5+fold:0.5+shine:0.5+holes:0.5+noise:0.5",
}
"""By name; worn paper is not laid askew, since not every peer sets a page straight."""
PLAIN: Sequence[tuple[str, Style]] = (
    ("settlement", "thin"), ("budget", "shaded-header"), ("tax-invoice", "double-frame"), ("roster", "light-inner"),
    ("sectioned-balance", "dotted-inner"),
)  # fmt: skip
"""Kind and ruling of the tables that are no forms."""
PLAIN_DAMAGES = ("undamaged", "phone")
GROUPS = (*(f"forms, {d}" for d in DAMAGES), *(f"other tables, {d}" for d in PLAIN_DAMAGES), "real pictures")
REAL: Mapping[str, tuple[str, Rect]] = {
    "settlement": ("settlement.jpeg", (79, 346, 2210, 1572)),
    "balance-sheet": ("balance-sheet.jpg", (34, 43, 1126, 624)),
}
"""Real pictures that a folder given by ``--real`` may hold, their table's box measured by hand."""
COLUMNS = (
    Column("pages of"), Column("program"), Column("pages", "{:d}"), Column("of", "{:d}"), Column("tables", "{:d}"),
    Column("TEDS", "{:.4f}"), Column("structure", "{:.4f}"), Column("in place", "{:.4f}"), Column("cells", "{:d}"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A program's figures on the pages of one group that it has read."""

    group: str
    program: str
    pages: int
    of_pages: int
    tables: TableFigures


def build_pages(
    out: Path, *, seed: int = 1, templates: Sequence[str] = FAMILIES, real: Path | None = None,
    plain: Sequence[tuple[str, Style]] = PLAIN, damages: Mapping[str, str] = DAMAGES,
) -> Iterator[Path]:  # fmt: skip
    """Write the scan folders with their grids; yields them. A real picture that is not there is left out."""
    for k, template in enumerate(templates):
        if template not in TEMPLATES:
            raise ValueError(f"no template of the name {template!r}; there are {', '.join(TEMPLATES)}")
        form = build.make_document(f"s{seed}.{template}", seed * 10_000 + k, "test", (template,), forms=1)
        for name, kinds in damages.items():
            yield _grouped(build.write(form, damage.parse(kinds), out, seed, name), f"forms, {name}")
    for k, (kind, style) in enumerate(plain):
        other = make_other(f"s{seed}.{kind}", seed * 10_000 + 100 + k, "test", kind, style)
        for name in PLAIN_DAMAGES:
            written = build.write(other, damage.parse(DAMAGES[name]), out, seed, name)
            yield _grouped(written, f"other tables, {name}")
    for name, (picture, box) in REAL.items():
        if real is not None and (real / picture).is_file():
            yield _grouped(_write_real(out, name, real, picture, box), "real pictures")


def find_jobs(data: Path) -> list[Job]:
    """Every page of the set with its tables' boxes."""
    jobs = []
    for folder in scan_folders(data):
        for page in sorted(p for p in folder.iterdir() if p.suffix != ".json"):
            grid = json.loads((data / "grids" / folder.name / f"{page.stem}.json").read_text("utf-8"))
            jobs.append(Job(page, tuple(box_of(t) for t in grid["tables"])))
    return jobs


def predict(data: Path, out: Path, peers: Iterable[str] = NAMES) -> list[str]:
    """Let gouji and the peers read every page, one program after another; what was in a peer's way."""
    jobs = find_jobs(data)
    before = cpu_of_children()
    cost = predict_ours(data, out)
    write_note(out, f"{OURS}.cost", "", Cost(len(jobs), cost.seconds, cpu_of_children() - before))
    return [said for said in (read_pages(name, jobs, out) for name in peers) if said]


def compare(data: Path, out: Path, peers: Iterable[str] = NAMES) -> list[Row]:
    """Figures by group and program, gouji first; a program that has read no page of a group has no row there."""
    rows: dict[tuple[str, str], list[TableFigures]] = {}
    total: dict[str, int] = {}
    for job in find_jobs(data):
        folder, stem = job.page.parent.name, job.page.stem
        group = json.loads((job.page.parent / "scan.json").read_text("utf-8"))["group"]
        grid = json.loads((data / "grids" / folder / f"{stem}.json").read_text("utf-8"))
        total[group] = total.get(group, 0) + 1
        number = sorted(p for p in job.page.parent.iterdir() if p.suffix != ".json").index(job.page) + 1
        ours = found_tables(out / OURS / folder, number)
        rows.setdefault((group, OURS), []).append(table_figures(grid, ours))
        for name in peers:
            file = out / name / folder / f"{stem}.json"
            if file.is_file():
                rows.setdefault((group, name), []).append(table_figures(grid, read_said(file).tables))
    order = [OURS, *peers]
    keys = sorted(rows, key=lambda key: (GROUPS.index(key[0]), order.index(key[1])))
    return [Row(*k, len(rows[k]), total[k[0]], sum(rows[k], TableFigures())) for k in keys]


def costs(out: Path, peers: Iterable[str] = NAMES) -> dict[str, Cost]:
    """What each program cost over all pages it read."""
    every = {OURS: read_note(out, f"{OURS}.cost")[1]} | {name: read_note(out, name)[1] for name in peers}
    return {name: cost for name, cost in every.items() if cost is not None and cost.pages}


def reasons(out: Path, peers: Iterable[str] = NAMES) -> list[str]:
    """Why peers are missing or incomplete, and on how many pages one failed."""
    said = [missing for missing, _ in (read_note(out, name) for name in peers) if missing]
    for name in peers:
        errors = [e for e in (read_said(f).error for f in sorted((out / name).glob("*/*.json"))) if e]
        if errors:
            said.append(f"{name} failed on {len(errors)} pages, which count as without a table; the first: {errors[0]}")
    return said


def full_names(out: Path, peers: Iterable[str] = NAMES) -> dict[str, str]:
    """Each peer's own name with its version, as it wrote it."""
    found = {}
    for name in peers:
        said = [read_said(f).peer for f in sorted((out / name).glob("*/*.json"))]
        found[name] = next(filter(None, said), name)
    return found


def frame(rows: Sequence[Row]) -> pd.DataFrame:
    """The rows as they go into ``peers.csv``."""
    made: pd.DataFrame = pd.DataFrame([_values(r) for r in rows], columns=[c.name for c in COLUMNS])
    return made


def describe(data: Path, out: Path, peers: Sequence[str] = NAMES) -> str:
    """The table of figures, what each program cost, its full name, and why any is missing, in markdown."""
    rows, cost = compare(data, out, peers), costs(out, peers)
    names = {OURS: OURS, **full_names(out, peers)}
    head = [Column("program"), Column("is"), Column("pages", "{:d}"), Column("s a page", "{:.2f}"),
            Column("CPU s a page", "{:.2f}")]  # fmt: skip
    spent = [[name, names[name], c.pages, c.seconds / c.pages, c.cpu / c.pages] for name, c in cost.items()]
    parts = [
        "Peers are given the true boxes of the tables, gouji finds its own. Pages stand upright.",
        markdown(COLUMNS, [_values(r) for r in rows]),
        "With every program's start, on all cores there are:",
        markdown(head, spent),
        *reasons(out, peers),
    ]
    return "\n\n".join(parts) if rows else "\n\n".join(reasons(out, peers))


def _values(r: Row) -> list[object]:
    figures = [r.tables.mean_teds, r.tables.mean_structure, r.tables.cells.exact_share]
    return [r.group, r.program, r.pages, r.of_pages, len(r.tables.whole), *figures, r.tables.cells.true]


def _grouped(folder: Path, group: str) -> Path:
    """Write the group's name into ``scan.json``."""
    path = folder / "scan.json"
    scan = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**scan, "group": group}, ensure_ascii=False), "utf-8")
    return folder


def _write_real(out: Path, name: str, real: Path, picture: str, box: Rect) -> Path:
    """A scan folder and a grid of a real picture, whose truth has no boxes but the table's."""
    folder, grids = out / "scans" / f"real.{name}", out / "grids" / f"real.{name}"
    folder.mkdir(parents=True, exist_ok=True)
    grids.mkdir(parents=True, exist_ok=True)
    shutil.copy(real / picture, folder / f"001.{picture.rpartition('.')[2]}")
    table = {**json.loads((real / f"{name}.json").read_text("utf-8")), "box": list(box)}
    (grids / "001.json").write_text(json.dumps({"tables": [table], "lines": []}, ensure_ascii=False), "utf-8")
    (folder / "scan.json").write_text(json.dumps({"forms": [], "damage": [], "profile": "real"}), "utf-8")
    return folder


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.side_by_side", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--out", type=Path, required=True, help="its parts set/ and predictions/ are emptied first")
    parser.add_argument("--peers", nargs="*", choices=NAMES, default=list(NAMES))
    parser.add_argument("--real", type=Path, help="a folder with the real pictures and their truth")
    parser.add_argument("--templates", nargs="+", choices=TEMPLATES, default=list(FAMILIES))
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args(argv)
    install()
    for part in ("set", "predictions"):
        shutil.rmtree(a.out / part, ignore_errors=True)
    list(build_pages(a.out / "set", seed=a.seed, templates=a.templates, real=a.real))
    predict(a.out / "set", a.out / "predictions", a.peers)
    print(describe(a.out / "set", a.out / "predictions", a.peers))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
