"""Yellowed paper is made grey; what is printed in colour keeps its colour."""

from __future__ import annotations

import numpy as np
import pytest

from layout import PageImage, lay_out, sheet_of
from layout.tint import without_tint
from tests.gouji.drawn import a4_table

ROWS = [(f"item {k}", f"{1234.5 + 11 * k:.2f}", f"{98.4 - k:.1f}%") for k in range(12)]


def table(tint: tuple[int, int, int] = (255, 255, 255)) -> PageImage:
    """A4 at 200 dots an inch on paper of this colour, a red bar beside the table."""
    image = a4_table(ROWS)
    colour = np.repeat(np.asarray(image, np.float32)[:, :, None], 3, axis=2)
    colour[1800:1840, 200:800] = (40, 40, 230)
    return PageImage(np.rint(colour * np.array(tint) / 255).astype(np.uint8), 200.0, "1.png", 1)


@pytest.mark.parametrize("tint", [(170, 215, 235), (235, 215, 190), (150, 190, 225)])
def test_tinted_paper_is_grey_and_as_bright(tint: tuple[int, int, int]) -> None:
    page = without_tint(table(tint))
    paper = page.pixels[50, 50]
    assert np.ptp(paper) <= 1 and abs(int(paper.max()) - max(tint)) <= 1
    red = page.pixels[1820, 500].astype(int)
    assert red[2] > 180 and red[:2].max() < 60, "a red bar is still red"


@pytest.mark.parametrize("tint", [(255, 255, 255), (240, 245, 250), (120, 120, 120), (0, 0, 0)])
def test_paper_that_is_grey_enough_stays_as_it_is(tint: tuple[int, int, int]) -> None:
    page = table(tint)
    assert without_tint(page) is page
    grey = PageImage(page.pixels[:, :, 0], None, "1.png", 1)
    assert without_tint(grey) is grey


def test_a_table_on_yellowed_paper_is_laid_out_as_on_white() -> None:
    white, yellow = lay_out(table()), lay_out(sheet_of(table((170, 215, 235))))
    places = [
        [(c.row, c.col, c.box.pixels()) for t in layout.tables for c in t.grid.cells] for layout in (white, yellow)
    ]
    assert [p[:2] for p in places[0]] == [p[:2] for p in places[1]]
    assert np.abs(np.subtract([p[2] for p in places[0]], [p[2] for p in places[1]])).max() <= 1
    assert [i.kind for t in white.tables for i in t.inks] == [i.kind for t in yellow.tables for i in t.inks]
