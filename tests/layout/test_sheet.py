"""A picture of part of a sheet is laid out on a whole one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from layout import LoadSettings, PageImage, lay_out, lies_on_side, load_pages, sheet_of
from layout.page_size import pixels_per_millimetre
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


@pytest.mark.parametrize(("high", "enlarged"), [(36, False), (44, True)])
def test_print_of_fifteen_points_is_put_on_a_larger_sheet_whichever_way_it_lies(high: int, enlarged: bool) -> None:
    """At 10 px/mm; a sheet of it was a whole one in one position, and part of one turned by a quarter."""
    pixels = np.full((2970, 2100), 255, np.uint8)
    for y in range(200, 2700, 100):
        for x in range(200, 1900, 60):
            cv2.rectangle(pixels, (x, y), (x + high - 6, y + high), (0,), 3)
    for turns in (0, 1):
        assert (max(whole(delivered(np.rot90(pixels, k=turns))).pixels.shape) > 2970) == enlarged


def test_which_way_its_text_runs_is_told_by_what_was_delivered_alone() -> None:
    """Of 82 pages of large print 5 seemed to lie on their side once paper was put around them."""
    page = sample()
    piece = delivered(page.pixels[page.height // 4 : page.height * 5 // 8, page.width // 8 : page.width * 5 // 8])
    sheet = sheet_of(piece)
    assert sheet.page.height > piece.height
    assert (sheet.own == reduced(piece.pixels)).all()
    crowded = replace(sheet, small=np.ascontiguousarray(np.rot90(sheet.small)))
    assert lies_on_side(crowded) == lies_on_side(sheet) is False


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


def opened(left: np.ndarray, right: np.ndarray, spine: bool = False) -> np.ndarray:
    """Two pages side by side, with the fold of a volume between them or without."""
    high = max(left.shape[0], right.shape[0])
    both = [np.vstack([p, np.full((high - p.shape[0], *p.shape[1:]), 250, np.uint8)]) for p in (left, right)]
    found = np.hstack(both)
    if spine:
        found[:, left.shape[1] - 3 : left.shape[1] + 3] = 60
    return found


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("spine", [False, True], ids=["flat", "spine"])
def test_two_pages_on_a_picture_are_two_sheets_of_a4(turns: int, spine: bool) -> None:
    """Taken for one sheet of A4 the millimetre was 1.41 times as long, and a row of a form was no table."""
    left, right = sample("office-dept/001.jpg"), sample("office-dept/002.jpg")
    both = opened(left.pixels, right.pixels, spine)
    sheet = sheet_of(delivered(np.rot90(both, turns)))
    assert sheet.page.pixels.shape[:2] == np.rot90(both, turns).shape[:2]
    unit = pixels_per_millimetre(sheet.page)
    assert unit == pytest.approx(max(both.shape[:2]) / 420)
    assert unit == pytest.approx(pixels_per_millimetre(left), rel=0.05)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "scan", ["office-dept/001.jpg", "office-dept/002.jpg", "skewed-2020/002.jpg", "fax-2023/001.tif"]
)
def test_one_page_is_one_sheet(scan: str, turns: int) -> None:
    """However it is turned: the blank between two tables is no gutter."""
    page = delivered(np.rot90(sample(scan).pixels, turns))
    assert sheet_of(page).page.dpi is None


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_blank_band_between_two_tables_is_no_gutter(turns: int) -> None:
    """On a page that lies on its side it runs as a gutter does; the lines of text run along it there."""
    page = sample("office-dept/001.jpg").pixels.copy()
    page[round(0.45 * len(page)) : round(0.55 * len(page))] = 250
    assert sheet_of(delivered(np.rot90(page, turns))).page.dpi is None


def test_a_sheet_whose_size_is_stated_is_of_that_size() -> None:
    both = opened(sample("office-dept/001.jpg").pixels, sample("office-dept/002.jpg").pixels)
    page = PageImage(both, max(both.shape[:2]) * 25.4 / 297, "1.png", 1)
    assert sheet_of(page).page.dpi == page.dpi


def test_a_table_across_the_middle_has_no_gutter() -> None:
    """In landscape, of two rows only: two lines cross the middle of an empty page."""
    both = opened(sample("office-dept/001.jpg").pixels, sample("office-dept/002.jpg").pixels)
    both[400:403, 300:-300] = 40
    both[480:483, 300:-300] = 40
    assert sheet_of(delivered(both)).page.dpi is None


@pytest.mark.parametrize("shape", [(1, 3000), (3000, 1), (2, 5000, 3), (1, 1), (24, 30)])
def test_a_strip_of_pixels_is_a_sheet_too(shape: tuple[int, ...]) -> None:
    assert sheet_of(delivered(np.full(shape, 200, np.uint8))).page.pixels.size >= np.prod(shape)


@pytest.mark.parametrize("seed", range(12))
def test_noise_is_laid_out_like_anything_else(seed: int) -> None:
    random = np.random.default_rng(seed)
    high, wide = (int(side) for side in random.integers(20, 260, 2))
    pixels = random.integers(100 * (seed % 3), 256, (high, wide, 3) if seed % 2 else (high, wide))
    layout = lay_out(delivered(pixels.astype(np.uint8)))
    assert layout.width > 0 and layout.height > 0
