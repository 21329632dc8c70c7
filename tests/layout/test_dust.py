"""Lines of dust on a sheet feeder's glass are taken off; ruling lines are not."""

from __future__ import annotations

import numpy as np
import pytest

from layout import PageImage, sheet_of
from layout.dust import Dusted, without_dust
from layout.upright import reduced
from tests.gouji.drawn import a4_table

ROWS = [(f"item {k}", f"{1234.5 + 11 * k:.2f}", f"{98.4 - k:.1f}%") for k in range(24)]


def table(grey: bool = True) -> np.ndarray:
    """A4 at 200 dots an inch with a table of 24 rows."""
    image = a4_table(ROWS)
    page = np.asarray(image, np.uint8)
    return page if grey else np.repeat(page[:, :, None], 3, axis=2)


def dusty(page: np.ndarray, share: float, columns: slice = slice(507, 510), rows: slice = slice(None)) -> np.ndarray:
    out = page.astype(np.float32)
    out[rows, columns] *= 1.0 - share
    return np.rint(out).astype(np.uint8)


def cleared(pixels: np.ndarray) -> Dusted:
    page = PageImage(np.ascontiguousarray(pixels), 200.0, "1.png", 1)
    return without_dust(page, reduced(page.pixels))


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.7])
@pytest.mark.parametrize("grey", [True, False])
def test_what_lies_under_a_line_of_dust_is_brought_back(grey: bool, share: float, turns: int) -> None:
    page = table(grey)
    found = cleared(np.rot90(dusty(page, share), turns))
    assert found.hidden == ()
    away = np.abs(found.page.pixels.astype(int) - np.rot90(page, turns))
    assert away.max() <= 4 and (away > 0).any(axis=tuple(range(2, away.ndim))).sum() < 4 * 2339


@pytest.mark.parametrize("turns", [0, 1])
def test_under_a_black_line_nothing_is_known(turns: int) -> None:
    found = cleared(np.rot90(dusty(table(), 0.95), turns))
    (hidden,) = found.hidden
    across = (hidden.left, hidden.right) if turns == 0 else (1654 - hidden.bottom, 1654 - hidden.top)
    assert across == (507, 510)
    clean = np.rot90(found.page.pixels, -turns)
    assert (clean[100:190, 507:510] > 250).all(), "there is paper between paper"
    assert (clean[200:1880, 505:512].min(axis=0) < 60).all(), "and a ruling line goes on"


def test_a_line_of_one_colour_is_seen() -> None:
    page = table(grey=False).astype(np.float32)
    page[:, 507:509, 1] *= 0.4
    found = cleared(np.rint(page).astype(np.uint8))
    assert np.abs(found.page.pixels.astype(int) - table(grey=False)).max() <= 4


@pytest.mark.parametrize("degrees", [0.0, 1.5])
def test_a_page_without_dust_stays_as_it_is(degrees: float) -> None:
    page = PageImage(table(), 200.0, "1.png", 1)
    assert without_dust(page, reduced(page.pixels)).page is page


@pytest.mark.parametrize("rows", [slice(0, 1500), slice(700, None), slice(300, 2000)])
def test_a_line_that_ends_on_the_page_may_be_a_ruling_line(rows: slice) -> None:
    pixels = dusty(table(), 0.9, rows=rows)
    assert (cleared(pixels).page.pixels == pixels).all()


@pytest.mark.parametrize("turns", [0, 1])
@pytest.mark.parametrize(("top", "bottom"), [(230, 1700), (235, 1215), (445, 865)])
def test_ruling_lines_of_a_picture_cut_out_of_a_page_stay(top: int, bottom: int, turns: int) -> None:
    piece = np.rot90(table()[top:bottom], turns)
    assert (sheet_of(PageImage(np.ascontiguousarray(piece), None, "1.png", 1)).hidden) == ()
    assert (cleared(piece).page.pixels == piece).all()


@pytest.mark.parametrize("shape", [(1, 1), (24, 24), (30, 200), (200, 30), (199, 141), (1, 3000), (60, 60, 3)])
def test_small_pictures_have_no_dust(shape: tuple[int, ...]) -> None:
    pixels = np.full(shape, 250, np.uint8)
    pixels[:, shape[1] // 2] = 90
    assert (cleared(pixels).page.pixels == pixels).all()


def test_many_lines_are_what_the_picture_shows() -> None:
    pixels = table()
    for left in range(500, 1150, 70):
        pixels = dusty(pixels, 0.5, slice(left, left + 2))
    assert (cleared(pixels).page.pixels == pixels).all()
