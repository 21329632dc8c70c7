import json

import pytest

from benchmarks.evaluate import (
    FolderFigures,
    LineCounts,
    TableFigures,
    compare_lines,
    count_lines,
    find_cliffs,
    gather,
    match_tables,
    one_line_texts,
    table_figures,
)
from benchmarks.metrics.cells import CellCounts
from benchmarks.metrics.forms import FormCounts
from benchmarks.metrics.tables import TextCell, TextTable
from benchmarks.suite import Point


def figures(kind: str, severity: float, right: int, folder: str = "", structure: float = 1.0) -> FolderFigures:
    form = FormCounts(cells=100, right=right, silent=(100 - right) // 2)
    tables = TableFigures((structure,), (structure,), CellCounts(10, 10, 10, 9))
    return FolderFigures(folder or f"d-{kind}{severity}", Point(kind, severity), 2, form, tables, (), 1.0)


def test_documents_of_one_damage_are_added_up_and_the_worst_named():
    points = gather([figures("skew", 0.5, 90, "a"), figures("skew", 0.5, 70, "b", 0.5), figures("clean", 0, 100)])
    assert [p.point for p in points] == [Point("clean", 0), Point("skew", 0.5)]
    skew = points[1]
    assert (skew.documents, skew.pages, skew.worst) == (2, 4, "b")
    assert skew.form.cell_share == pytest.approx(0.8)
    assert skew.silent_share == pytest.approx(0.1)
    assert skew.tables.mean_structure == pytest.approx(0.75)
    assert skew.tables.cells.exact_share == pytest.approx(0.9)


def test_points_stand_by_kind_and_severity_with_the_undamaged_first():
    every = [figures("noise", 1, 9), figures("curl", 0.5, 9), figures("noise", 0, 9), figures("clean", 0, 9)]
    points = [p.point for p in gather(every)]
    assert points == [Point("clean", 0), Point("noise", 0), Point("noise", 1), Point("curl", 0.5)]


def test_a_cliff_is_between_neighbours_and_the_deepest_comes_first():
    curve = gather([
        figures("clean", 0, 100), figures("gaps", 0, 99), figures("gaps", 0.5, 85), figures("gaps", 1, 5),
        figures("skew", 0, 60), figures("skew", 1, 59),
    ])  # fmt: skip
    cliffs = find_cliffs(curve, drop=0.1)
    steps = [(c.kind, c.before.point.severity, c.after.point.severity) for c in cliffs]
    assert steps == [("gaps", 0.5, 1), ("skew", 0, 0), ("gaps", 0, 0.5)]
    assert cliffs[1].before.point.kind == "clean"
    assert cliffs[0].drop == pytest.approx(0.8)


def test_without_an_undamaged_page_a_curve_begins_at_its_mildest():
    assert find_cliffs(gather([figures("skew", 0, 10), figures("skew", 1, 9)]), drop=0.1) == []


ONE = TextTable(1, 1, (TextCell(0, 0, 1, 1, "甲"),))
TWO = TextTable(1, 2, (TextCell(0, 0, 1, 1, "甲"), TextCell(0, 1, 1, 1, "乙")))


def test_tables_are_matched_by_place_not_by_order():
    upper, lower = (0.0, 0.0, 100.0, 50.0), (0.0, 60.0, 100.0, 100.0)
    assert match_tables([(upper, ONE), (lower, TWO)], [((0, 65, 90, 99), TWO), (upper, ONE)]) == [ONE, TWO]


def test_a_table_far_from_every_other_is_not_found():
    empty = TextTable(0, 0, ())
    assert match_tables([((0.0, 0.0, 9.0, 9.0), ONE)], [((20.0, 20.0, 30.0, 30.0), ONE)]) == [empty]
    assert match_tables([((0.0, 0.0, 9.0, 9.0), ONE)] * 2, [((0.0, 0.0, 9.0, 9.0), ONE)]) == [ONE, empty]


def grid(*texts: str, height: float = 40.0) -> dict:
    cells = [
        {"row": 0, "col": k, "row_span": 1, "col_span": 1, "box": [100 * k, 0, 100 * k + 100, height], "text": t}
        for k, t in enumerate(texts)
    ]
    return {"tables": [{"n_rows": 1, "n_cols": len(texts), "cells": cells}], "lines": [{"text": "标题"}]}


def test_a_page_with_no_table_found_scores_nothing_for_its_own():
    assert table_figures(grid("甲", "乙"), []).structure == (0.0,)
    own = table_figures(grid("甲", "乙"), [((0.0, 0.0, 200.0, 40.0), TWO)])
    assert (own.whole, own.cells.exact) == ((1.0,), 2)


def test_lines_are_counted_once_each_and_marks_apart():
    counts = count_lines(["10", "10", "—", "/", "名称"], ["10", "－", "名 称", "1", "10.0"])
    assert counts == LineCounts(5, 3, 2, 1)
    assert counts + counts == LineCounts(10, 6, 4, 2)


LOOK = {"dpi": 200, "size": 9.0, "leading": 1.2, "padding": 1.0}  # two lines and padding: 76 px


def test_only_cells_too_low_for_two_lines_are_lines_and_single_characters():
    assert one_line_texts(grid("名称", "", "—"), LOOK) == ["名称", "—", "标题"]
    assert one_line_texts(grid("名称", "", "—", height=90), LOOK) == ["—", "标题"]


def test_lines_of_both_are_compared_on_the_pages_the_peer_has_read(tmp_path):
    def put(path, value):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(json.dumps(value), "utf-8")

    put("set/grids/d-clean/001.json", grid("名称", "—"))
    put("set/scans/d-clean/scan.json", {"look": LOOK})
    put("out/peer/d-skew0.50/001.json", {"peer": "peer 1", "lines": ["名称", "标题"]})
    cell = {"row": 0, "col": 0, "row_span": 1, "col_span": 1, "box": [0, 0, 9, 9], "text": "—"}
    put("out/gouji/d-skew0.50/tables/1-1.json", {"n_rows": 1, "n_cols": 1, "cells": [cell]})
    put("out/gouji/d-skew0.50/pages.json", [{"page": 1, "lines": [{"text": "标题"}]}, {"page": 2, "lines": []}])
    counts = compare_lines(tmp_path / "set", tmp_path / "out", "peer")
    assert counts == {"peer 1": LineCounts(3, 2, 1, 0), "gouji": LineCounts(3, 2, 1, 1)}
