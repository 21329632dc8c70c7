"""Edges of a sheet on a darker ground are no rules; those beside shading, shadows and the sheet's end are rules."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from layout import PageImage, lay_out
from layout.sheet import sheet_of

CROPS = Path(__file__).parent.parent / "data" / "crops"
GROUND, PAPER = 130, 246
LEFT, RIGHT, TOP, ROW = 300, 1400, 260, 90
"""Of a table of one row of four cells, as a form's last page has, px at 200 dpi."""


def sheet(*, ground: int = GROUND, blur: float = 1.0) -> np.ndarray:
    """A sheet on a darker ground."""
    page = np.full((2339, 1654), ground, np.float64)
    page[110:2240, 120:1560] = PAPER
    return page if not blur else np.asarray(cv2.GaussianBlur(page, (0, 0), blur))


def ruled(page: np.ndarray, *, rows: int = 1) -> np.ndarray:
    for k in range(rows + 1):
        page[TOP + k * ROW : TOP + k * ROW + 3, LEFT : RIGHT + 3] = 30
    for x in np.linspace(LEFT, RIGHT, 5).astype(int):
        page[TOP : TOP + rows * ROW, x : x + 3] = 30
    for k in range(rows):
        for x in np.linspace(LEFT, RIGHT, 5).astype(int)[:-1]:
            cv2.putText(page, "98.66", (int(x) + 60, TOP + k * ROW + 58), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 30.0, 2)
    return page


def shape(page: np.ndarray) -> list[tuple[int, int]]:
    layout = lay_out(sheet_of(PageImage(np.clip(page, 0, 255).astype(np.uint8), 200.0, "1.jpg", 1)))
    return [(t.grid.n_rows, t.grid.n_cols) for t in layout.tables]


def test_one_row_on_a_photographed_sheet() -> None:
    """Its walls seemed to go on to the sheet's edges: three rows, two of them as high as the page."""
    pixels = cv2.imread(str(CROPS / "sheet-on-grey.jpg"), cv2.IMREAD_GRAYSCALE)
    assert pixels is not None
    assert shape(np.asarray(pixels, np.float64)) == [(1, 8)]


@pytest.mark.parametrize("ground", [40, 130, 200])
def test_a_table_of_one_row_is_not_put_into_the_frame_of_its_sheet(ground: int) -> None:
    assert shape(ruled(sheet(ground=ground))) == [(1, 4)]


def test_a_sheet_without_a_table_has_none() -> None:
    assert shape(sheet()) == []


def test_the_frame_of_a_shaded_row_is_kept() -> None:
    """Behind the shading there is paper again."""
    page = np.full((2339, 1654), float(PAPER))
    page[TOP : TOP + ROW, LEFT:RIGHT] = 195
    page[:, :40] = 60  # the scanner's dark border
    assert shape(ruled(page, rows=3)) == [(3, 4)]


@pytest.mark.parametrize("side", [LEFT, RIGHT])
def test_a_rule_where_a_shadow_begins_is_kept(side: int) -> None:
    """The shadow takes half of the light up to the picture's end, over 15 mm."""
    x = np.arange(1654.0)
    away = (side - x if side == LEFT else x - side) / 120.0
    light = 1.0 - 0.5 * np.clip(away, 0.0, 1.0)
    page = ruled(np.full((2339, 1654), float(PAPER)), rows=3) * light
    assert shape(page) == [(3, 4)]


def test_a_table_as_wide_as_its_sheet_keeps_its_own_rules() -> None:
    """Its outer rules stand 3 mm from the sheet's edge."""
    page = np.full((2339, 1654), float(GROUND))
    page[110:2240, LEFT - 24 : RIGHT + 27] = PAPER
    page = ruled(page, rows=3)
    assert shape(page) == [(3, 4)]


def test_a_page_without_a_darker_ground_is_not_looked_at() -> None:
    page = ruled(np.full((2339, 1654), float(PAPER)), rows=2)
    (table,) = lay_out(PageImage(page.astype(np.uint8), 200.0, "1.jpg", 1)).tables
    assert (table.grid.n_rows, table.grid.n_cols) == (2, 4)
