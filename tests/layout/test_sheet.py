"""A picture of part of a sheet is laid out on a whole one."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from layout import LoadSettings, PageImage, lay_out, lies_on_side, load_pages, sheet_of
from layout.upright import reduced

SCANS = Path(__file__).parents[1] / "data" / "scans"


def delivered(pixels: np.ndarray) -> PageImage:
    return PageImage(np.ascontiguousarray(pixels), None, "1.png", 1)


def whole(page: PageImage) -> PageImage:
    return sheet_of(page).page


def sample(scan: str = "office-dept/001.jpg") -> PageImage:
    (page,) = load_pages(SCANS / scan, name=scan, settings=LoadSettings())
    assert isinstance(page, PageImage)
    return page


@pytest.mark.parametrize("high", [0.25, 1.0])
def test_a_sheet_is_its_page_and_that_reduced(high: float) -> None:
    page = sample()
    sheet = sheet_of(delivered(page.pixels[: round(page.height * high), : page.width // 2]))
    assert (sheet.small == reduced(sheet.page.pixels)).all()


def test_a_page_is_laid_out_as_its_sheet_is() -> None:
    page = sample()
    piece = delivered(page.pixels[page.height // 4 : page.height * 5 // 8, page.width // 8 : page.width * 5 // 8])
    for rotation in (0, 90):
        one, other = lay_out(piece, rotation=rotation), lay_out(sheet_of(piece), rotation=rotation)
        assert (one.transform, one.width, one.height) == (other.transform, other.width, other.height)
        assert [t.grid for t in one.tables] == [t.grid for t in other.tables]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("scan", ["skewed-2020/001.jpg", "fax-2023/001.tif", "office-dept/001.jpg"])
def test_a_page_on_its_side_is_seen_by_how_its_text_runs(scan: str, turns: int) -> None:
    page = sample(scan)
    assert lies_on_side(sheet_of(delivered(np.rot90(page.pixels, k=turns)))) == (turns % 2 == 1)


def test_a_whole_sheet_stays_as_it_is() -> None:
    page = sample()
    assert whole(page) is page


@pytest.mark.parametrize("turned", [False, True])
def test_a_piece_of_one_keeps_its_place_on_a_sheet_of_about_the_size_it_was_cut_from(turned: bool) -> None:
    page = sample()
    piece = page.pixels[page.height // 4 : page.height * 5 // 8, page.width // 8 : page.width * 5 // 8]
    piece = np.rot90(piece) if turned else piece
    found = whole(delivered(piece))
    assert (found.pixels[: piece.shape[0], : piece.shape[1]] == piece).all()
    assert max(found.width, found.height) == pytest.approx(page.height, rel=0.3)
    assert (found.width > found.height) == (piece.shape[1] > piece.shape[0])


def test_the_paper_around_it_is_as_dark_as_its_own() -> None:
    page = sample()
    piece = np.minimum(page.pixels[page.height // 4 : page.height * 5 // 8, : page.width // 2], 200)
    assert (whole(delivered(piece)).pixels[-1, -1] == np.median(piece[:, 0], axis=0)).all()


def test_strokes_of_large_characters_are_no_ruling_lines() -> None:
    """Half of a form, the characters taken for a centimetre high, fell into hundreds of cells."""
    page = sample()
    piece = delivered(page.pixels[page.height // 4 : page.height * 5 // 8, page.width // 8 : page.width * 5 // 8])
    cells = [cell for table in lay_out(piece).tables for cell in table.grid.cells]
    true = [c for t in lay_out(page).tables for c in t.grid.cells]
    assert 0 < len(cells) < len(true)
    assert sum(cell.parted > 0.1 for cell in cells) <= 1


def test_a_picture_with_hardly_any_print_stays_as_it_is() -> None:
    pixels = np.full((400, 700), 255, np.uint8)
    for x in range(20, 600, 60):
        cv2.rectangle(pixels, (x, 100), (x + 40, 140), (0,), 3)
    page = delivered(pixels)
    assert whole(page) is page


def test_no_sheet_is_made_without_end() -> None:
    pixels = np.full((300, 3000), 255, np.uint8)
    for x in range(20, 2900, 80):
        cv2.rectangle(pixels, (x, 40), (x + 60, 260), (0,), 12)
    found = whole(delivered(pixels))
    assert 4900 < found.width <= 5000 and found.height > 3000
