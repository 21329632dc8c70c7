"""``python -m benchmarks.metrics.structure --set DIR [--run OUT]``: grids against the truth, by how tables are ruled.

Without ``--run`` the layout stage alone is run (no model): structure-only TEDS and cells in their place. With a run's
output folder the texts count as well: TEDS and the share of cells exact in place.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from forms import Grid

from .cells import count_cells
from .tables import TextCell, TextTable, from_json
from .teds import teds

Reader = Callable[[Path, Path], list[TextTable]]
"""From a scan folder and one of its pages to the tables found there, from the top."""


@dataclass(frozen=True, slots=True)
class Score:
    """One true table: how its document was ruled, its kind and damage, and how well it was found (0 to 1)."""

    name: str
    page: int
    kind: str
    style: str
    damage: str
    structure: float
    text: float
    placed: float
    exact: float
    found: int


def from_grid(grid: Grid) -> TextTable:
    """A grid without texts."""
    cells = sorted(TextCell(c.row, c.col, c.row_span, c.col_span, "") for c in grid.cells)
    return TextTable(grid.n_rows, grid.n_cols, tuple(cells))


def by_layout(folder: Path, page: Path) -> list[TextTable]:
    """The grids of a page picture, by the layout stage alone."""
    from layout import LoadSettings, PageImage, lay_out, load_pages

    del folder
    pages = [p for p in load_pages(page, name=page.name, settings=LoadSettings()) if isinstance(p, PageImage)]
    return [from_grid(t.grid) for p in pages for t in lay_out(p).tables]


def by_run(out: Path) -> Reader:
    """The tables of a run's output: ``OUT/<folder>/tables/<page>-<n>.json``."""

    def read(folder: Path, page: Path) -> list[TextTable]:
        number = sorted(p.name for p in folder.iterdir() if p.suffix != ".json").index(page.name) + 1
        files = sorted((out / folder.name / "tables").glob("*.json"))
        tables = [json.loads(f.read_text("utf-8")) for f in files]
        return [from_json(t) for t in tables if t["page"] == number]

    return read


def score_set(data: Path, read: Reader) -> Iterator[Score]:
    """Every true table of a set with the found one that is most like it."""
    for scan in sorted((data / "scans").glob("*/scan.json")):
        folder, known = scan.parent, json.loads(scan.read_text("utf-8"))
        kind, style = (*known["layouts"], "", "")[:2]
        damage = "+".join(f"{k}:{v:g}" for k, v in known["damage"]) or "clean"
        for number, page in enumerate(sorted(p for p in folder.iterdir() if p.suffix != ".json"), 1):
            truth = json.loads((data / "grids" / folder.name / f"{number:03d}.json").read_text("utf-8"))
            found = read(folder, page)
            for table in map(from_json, truth["tables"]):
                yield _score(folder.name, number, kind, style, damage, table, found)


def _score(name: str, page: int, kind: str, style: str, damage: str, truth: TextTable, found: list[TextTable]) -> Score:
    if not found:
        return Score(name, page, kind, style, damage, 0.0, 0.0, 0.0, 0.0, 0)
    similar = [teds(truth, f, structure_only=True) for f in found]
    best = found[similar.index(max(similar))]
    counts = count_cells(truth, best)
    return Score(
        name, page, kind, style, damage, max(similar), teds(truth, best), counts.placed_share, counts.exact_share,
        len(found),
    )  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.metrics.structure", description=about)
    parser.add_argument("--set", type=Path, required=True, dest="data")
    parser.add_argument("--run", type=Path, help="what gouji run wrote for the set's scans")
    parser.add_argument("--below", type=float, default=0.97, help="name the tables with less structure-only TEDS")
    a = parser.parse_args(argv)
    scores = list(score_set(a.data, by_run(a.run) if a.run else by_layout))
    groups: dict[tuple[str, str], list[Score]] = defaultdict(list)
    for s in scores:
        groups[s.style, s.damage].append(s)
        if s.structure < a.below:
            print(f"  {s.name} page {s.page}: {s.structure:.3f}, placed {s.placed:.3f}, {s.found} found")
    for (style, damage), own in sorted(groups.items()):
        figures = [f"{mean(getattr(s, f) for s in own):.3f}" for f in ("structure", "text", "placed", "exact")]
        print(f"{style:14} {damage:24} n={len(own):3} TEDS-S {figures[0]} placed {figures[2]}"
              + (f" TEDS {figures[1]} exact {figures[3]}" if a.run else ""))  # fmt: skip
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
