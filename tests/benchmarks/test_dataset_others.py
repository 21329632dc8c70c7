"""Other documents: grids that tile, rules where the style says, and scores that tell right from wrong."""

from __future__ import annotations

import json
from random import Random

import numpy as np
import pytest

from benchmarks.dataset import damage as damages
from benchmarks.dataset.look import Look
from benchmarks.dataset.others import build_others, make_other
from benchmarks.dataset.others_rules import FULL, STYLES, draw_rules
from benchmarks.dataset.others_tables import OTHERS
from benchmarks.dataset.spec import Block, Rows
from benchmarks.dataset.typeset import typeset
from benchmarks.metrics.structure import by_layout, by_run, score_set
from benchmarks.metrics.tables import TextCell, TextTable
from forms.table import check_tiling

DPI = 50


@pytest.mark.parametrize("kind", sorted(OTHERS))
def test_the_tables_are_grids(fonts, kind):
    for seed in range(4):
        other = OTHERS[kind](Random(seed), "fit")
        for _, page in typeset([("", Block((), other.table))], Look(fonts, dpi=DPI, rules="none")):
            for table in page.tables:
                check_tiling(table.n_rows, table.n_cols, [(c.row, c.col, c.row_span, c.col_span) for c in table.cells])
        assert 1 <= other.header < other.table.n_rows


@pytest.fixture
def square(fonts):
    rows = Rows()
    for _ in range(3):
        rows.add((0, 0.5, 1), "", "")
    look = Look(fonts, dpi=100, rules="none")
    image, page = typeset([("", Block((), rows.table()))], look)[0]
    return image, page.tables[0], look


@pytest.mark.parametrize("style", STYLES)
def test_rules_are_where_the_style_says(square, style):
    image, table, look = square
    out = draw_rules(image, table, style, look, header=1)
    cell = next(c for c in table.cells if (c.row, c.col) == (1, 1)).box
    x, y = round((cell.left + cell.right) / 2), round((cell.top + cell.bottom) / 2)
    outer, box = table.box, {}
    for name, place in {
        "left": (y, round(outer.left)), "inner down": (y, round(cell.left)), "top": (round(outer.top), x),
        "below header": (round(cell.top), x), "inner across": (round(cell.bottom), x),
    }.items():  # fmt: skip
        at_y, at_x = place
        box[name] = bool((out[at_y - 3 : at_y + 4, at_x - 3 : at_x + 4] < 180).any())
    expected = {
        "no-sides": (0, 1, 1, 1, 1), "no-frame": (0, 1, 0, 1, 1), "three-line": (0, 0, 1, 1, 0),
        "horizontal": (0, 0, 1, 1, 1), "vertical": (1, 1, 0, 0, 0), "none": (0, 0, 0, 0, 0),
    }  # fmt: skip
    assert tuple(map(int, box.values())) == expected.get(style, (1, 1, 1, 1, 1))
    assert (image == 255).all()


def test_a_shaded_header_is_grey_behind_its_text(square):
    image, table, look = square
    out = draw_rules(image, table, "shaded-header", look, header=1)
    first = table.cells[0].box
    inside = out[round(first.top) + 5 : round(first.bottom) - 5, round(first.left) + 5 : round(first.right) - 5]
    assert (inside < 230).all()


def test_thicker_and_double_frames_have_more_ink(square):
    image, table, look = square
    ink = {s: int((draw_rules(image, table, s, look, header=1) < 128).sum()) for s in FULL}
    assert ink["thick-frame"] > ink["thin"]
    assert ink["double-frame"] > ink["thin"]
    assert ink["dotted-inner"] < ink["thin"]


def test_the_same_seed_makes_the_same_document(no_system_fonts, monkeypatch):
    first, second = (make_other("x", 3, "fit", "roster", "thin", dpi=DPI) for _ in range(2))
    assert all(np.array_equal(a, b) for (a, _), (b, _) in zip(first.pages, second.pages, strict=True))


def test_a_set_is_scored_by_the_layout(tmp_path, no_system_fonts):
    list(build_others(tmp_path, seed=1, split="fit", kinds=["roster"], styles=["thin"], asked=[damages.parse("clean")]))
    (score,) = score_set(tmp_path, by_layout)
    assert (score.kind, score.style, score.damage) == ("roster", "thin", "clean")
    assert score.structure > 0.97


def test_scores_fall_with_wrong_cells(tmp_path, no_system_fonts):
    list(build_others(tmp_path, seed=1, split="fit", kinds=["roster"], styles=["none"], asked=[()]))
    (folder,) = (tmp_path / "scans").iterdir()
    truth = json.loads((tmp_path / "grids" / folder.name / "001.json").read_text("utf-8"))["tables"][0]
    out = tmp_path / "out"
    (out / folder.name / "tables").mkdir(parents=True)
    (out / folder.name / "tables" / "1-1.json").write_text(json.dumps({"page": 1, **truth}), "utf-8")
    (score,) = score_set(tmp_path, by_run(out))
    assert (score.structure, score.text, score.exact) == (1.0, 1.0, 1.0)
    (score,) = score_set(tmp_path, lambda folder, page: [TextTable(1, 1, (TextCell(0, 0, 1, 1, "x"),))])
    assert score.structure < 0.2
    (score,) = score_set(tmp_path, lambda folder, page: [])
    assert (score.structure, score.found) == (0.0, 0)
