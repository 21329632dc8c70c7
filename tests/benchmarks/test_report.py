import csv
import json
from dataclasses import replace

import pytest

from benchmarks import report
from benchmarks.evaluate import FolderFigures, LineCounts, TableFigures, find_cliffs, gather
from benchmarks.metrics.cells import CellCounts
from benchmarks.metrics.forms import EXTRA, CellOutcome, count_outcomes
from benchmarks.plots import curve, doubt_bins, draw_risk, wilson
from benchmarks.side_by_side import Row
from benchmarks.suite import Point
from benchmarks.tables import Column, markdown


def figures(kind: str, severity: float, wrong: int) -> FolderFigures:
    cells = tuple(
        CellOutcome(f"funds.{k}.score", "10", "1" if k < wrong else "10", k >= wrong, True, k % 2 == 1, 0.9 + k / 100)
        for k in range(10)
    )
    tables = TableFigures((0.9,), (1.0,), CellCounts(10, 10, 10, 10 - wrong))
    return FolderFigures(f"d-{kind}{severity}", Point(kind, severity), 1, count_outcomes(cells), tables, cells, 2.0)


EVERY = [figures("clean", 0, 0), figures("skew", 0.5, 2), figures("skew", 1.0, 6)]


def test_numbers_are_written_alike_and_a_bar_ends_no_cell():
    text = markdown([Column("a"), Column("b", "{:.2f}")], [["x|y", 1], ["z", float("nan")], [None, 0.125]])
    assert text.splitlines() == ["| a | b |", "| --- | ---: |", "| x\\|y | 1.00 |", "| z |  |", "|  | 0.12 |"]


def test_a_row_too_short_is_refused():
    with pytest.raises(ValueError, match="zip"):
        markdown([Column("a"), Column("b")], [["x"]])


def test_a_point_has_its_amount_in_the_kinds_unit():
    frame = report.points_frame(gather(EVERY))
    half = frame[frame["severity"] == 0.5].iloc[0]
    assert (half["damage"], half["amount"], half["unit"]) == ("skew", 7.5, "degrees")
    assert (half["numeric"], half["silent"], half["review"]) == (0.8, 1, 0.5)


def test_cliffs_name_what_fell_and_where_to_look(tmp_path):
    text = report.cliffs_text(find_cliffs(gather(EVERY)), tmp_path)
    assert "**skew** from 7.5 degrees to 15 degrees: cells 0.800 → 0.400" in text
    assert "**skew** from clean to 7.5 degrees" in text
    assert str(tmp_path / "scans" / "d-skew1.0") in text
    assert report.cliffs_text([], tmp_path).startswith("No two")


def test_silent_errors_leave_out_marked_and_missing_cells():
    text = report.silent_text(EVERY, most=3)
    assert text.startswith("4; the 3 surest")  # of 0, 1, ... wrong the odd ones are marked: 1 + 3
    assert "| d-skew1.0 | funds.4.score | 10 | 1 | 0.9400 |" in text
    gone = [replace(f, outcomes=tuple(replace(c, missing=True) for c in f.outcomes)) for f in EVERY]
    assert report.silent_text(gone) == "None."
    lost = [replace(f, form=count_outcomes(f.outcomes)) for f in gone]
    assert report.silent_text(lost) == "None beside the 4 of forms and rows that were not found."


def test_the_worst_folder_comes_first():
    assert list(report.folders_frame(EVERY)["folder"]) == ["d-skew1.0", "d-skew0.5", "d-clean0"]


def test_confidence_is_told_for_all_and_for_numbers():
    rows = report.confidence_text(EVERY[2].outcomes).splitlines()
    assert rows[2].startswith("| all | 10 | 6 | ")
    assert rows[3].startswith("| numeric | 10 | 6 | ")
    assert "| 1.0000 | 0.400 |" in rows[2]  # every right cell is surer than every wrong one: 4 of 10 can be accepted


def test_a_curve_runs_over_the_severities_of_its_kind():
    assert curve(gather(EVERY), "skew", lambda p: p.form.cell_share) == ([7.5, 15.0], [0.8, 0.4])


def test_everything_is_written(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(report, "evaluate", lambda data, results: EVERY)
    monkeypatch.setattr(report, "compare_lines", lambda d, p, name: {"peer 1": LineCounts(10, 9, 2, 1)})
    predictions = tmp_path / "predictions"
    predictions.mkdir()
    (predictions / "gouji.json").write_text(json.dumps({"code": 0, "seconds": 6.0, "peak_mb": 700.0}), "utf-8")
    (predictions / "rapidocr.json").write_text(json.dumps({"missing": "it is not here"}), "utf-8")
    side = Row("forms, fax", "gouji", 1, 1, TableFigures((0.9,), (1.0,), CellCounts(10, 10, 10, 9)))
    monkeypatch.setattr(report, "compare", lambda data, out: [side])
    monkeypatch.setattr(report, "describe", lambda data, out: "side by side")
    path = report.write_report(tmp_path, predictions, tmp_path / "out", latency="ratio 0.5", side=(tmp_path, tmp_path))
    text = path.read_text("utf-8")
    assert "30 cells: cells 0.7333" in text
    assert "2.00 s a page), peak memory 700 MB" in text
    assert "| peer 1 | 10 | 0.9000 | 1/2 |" in text
    assert "it is not here" in text
    assert "ratio 0.5" in text
    assert "side by side" in text
    assert (tmp_path / "out" / "peers.csv").read_text("utf-8").splitlines()[
        1
    ] == '"forms, fax",gouji,1,1,1,0.9,1.0,0.9,10'
    for name in ("peers", "cells", "numeric", "structure", "review", "silent", "confidence"):
        assert (tmp_path / "out" / f"{name}.png").stat().st_size > 1000
    with (tmp_path / "out" / "points.csv").open(encoding="utf-8") as file:
        assert [row["cells"] for row in csv.DictReader(file)] == ["1.0", "0.8", "0.4"]


def test_risk_is_drawn_over_all_pages_and_for_each_damage_numbers_and_texts_apart(tmp_path):
    panels = report.risk_panels(EVERY)
    assert list(panels) == ["all", "clean", "skew"]
    counts = {title: {n: len(right) for n, (_, right) in groups.items()} for title, groups in panels.items()}
    assert counts["all"]["numeric"] == counts["clean"]["numeric"] + counts["skew"]["numeric"] == 30
    assert sum(map(sum, (right for _, right in panels["skew"].values()))) == 12
    pytest.importorskip("matplotlib")
    assert draw_risk(panels, tmp_path / "risk.png").stat().st_size > 1000


def test_bins_of_doubt_count_cells_and_those_wrong():
    bins = doubt_bins([1.0, 0.9999999, 0.995, 0.992, 0.5], [True, True, False, True, False])
    assert [(round(doubt, 4), wrong, number) for doubt, wrong, number in bins] == [
        (0.0, 0, 2), (0.0065, 1, 2), (0.5, 1, 1),
    ]  # fmt: skip
    low, high = wilson(0, 100)
    assert (low, round(high, 4)) == (0.0, 0.0370)
    assert wilson(50, 100) == pytest.approx((0.4038, 0.5962), abs=1e-4)


def test_rows_that_are_not_there_have_no_confidence():
    extra = CellOutcome(EXTRA, "", "a row that is not there", False, False, False, 1.0)
    figure = replace(EVERY[0], outcomes=(*EVERY[0].outcomes, extra))
    assert report.judged([figure]) == list(EVERY[0].outcomes)
    assert "a row that is not there" in report.silent_text([figure])
