import pytest

from benchmarks.metrics.cells import CellCounts, count_cells
from benchmarks.metrics.tables import TextCell, TextTable, from_json, normal
from benchmarks.metrics.teds import teds, teds_page


def grid(*rows: tuple[str, ...]) -> TextTable:
    cells = tuple(TextCell(r, c, 1, 1, t) for r, row in enumerate(rows) for c, t in enumerate(row))
    return TextTable(len(rows), len(rows[0]), cells)


SQUARE = grid(("年度", "ab"), ("10", "—"))


def test_one_half_wrong_text_costs_half_a_node_of_six():
    assert teds(SQUARE, grid(("年度", "ac"), ("10", "—"))) == pytest.approx(1 - 0.5 / 6)
    assert teds(SQUARE, grid(("年度", "ac"), ("10", "—")), structure_only=True) == 1.0


def test_a_missing_row_costs_its_cells_and_itself():
    assert teds(SQUARE, grid(("年度", "ab"))) == pytest.approx(1 - 3 / 6)


def test_another_span_costs_a_whole_node():
    merged = TextTable(2, 2, (TextCell(0, 0, 1, 2, "年度"), TextCell(1, 0, 1, 1, "10"), TextCell(1, 1, 1, 1, "—")))
    # 年度's span changed (1), "ab" deleted (1), of six nodes
    assert teds(SQUARE, merged, structure_only=True) == pytest.approx(1 - 2 / 6)


def test_texts_are_compared_as_the_score_does():
    assert normal("１００ ％，—\n") == "100%,-"
    assert teds(SQUARE, grid((" 年 度", "ab"), ("１0", "-"))) == 1.0


def test_a_table_not_found_counts_as_nothing_right():
    assert teds_page([SQUARE, SQUARE], [SQUARE]) == [1.0, 0.0]


def test_cells_exact_in_place():
    found = grid(("年度", "ac"), ("10", "—"))
    assert count_cells(SQUARE, found) == CellCounts(4, 4, 4, 3)
    assert count_cells(SQUARE, found).exact_share == 0.75


def test_invented_cells_lower_the_share():
    found = grid(("年度", "ab"), ("10", "—"), ("", ""))
    assert count_cells(SQUARE, found).exact_share == pytest.approx(4 / 6)


def test_cell_counts_add_up():
    assert (CellCounts(4, 4, 4, 3) + CellCounts(2, 3, 1, 0)).exact_share == pytest.approx(3 / 7)


def test_both_file_formats_are_read():
    ours = {"n_rows": 1, "n_cols": 2, "cells": [{"row": 0, "col": 0, "row_span": 1, "col_span": 2, "text": "合计"}]}
    theirs = {"rows": 1, "cols": 2, "cells": [{"r": 0, "c": 0, "rs": 1, "cs": 2, "text": "合计"}]}
    assert from_json(ours) == from_json(theirs) == TextTable(1, 2, (TextCell(0, 0, 1, 2, "合计"),))
