"""Negatives are turned round; dark photographs, dark tables and black pages are none."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from layout import LoadSettings, PageImage, load_page, load_pages
from layout.negative import is_negative, positive

SCANS = Path(__file__).parent.parent / "data" / "scans"
PAGES = sorted(f for f in SCANS.rglob("*") if f.suffix in (".jpg", ".tif"))


def pixels_of(file: Path) -> np.ndarray:
    page = load_page(file, 1, name=file.name, settings=LoadSettings())
    assert isinstance(page, PageImage)
    return page.pixels


@pytest.mark.parametrize("file", PAGES, ids=lambda f: f.parent.name + "-" + f.stem)
def test_a_negative_of_a_scan_is_told_from_the_scan(file: Path) -> None:
    pixels = pixels_of(file)
    assert not is_negative(pixels)
    assert is_negative(cv2.bitwise_not(pixels))
    assert not is_negative((pixels * 0.3).astype(np.uint8))  # in bad light


def test_a_sheet_on_a_dark_table_is_no_negative() -> None:
    sheet = cv2.resize(pixels_of(PAGES[0]), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    sheet = sheet if sheet.ndim == 2 else cv2.cvtColor(sheet, cv2.COLOR_BGR2GRAY)
    grain = np.random.default_rng(1).normal(40, 12, (sheet.shape[0] * 2, sheet.shape[1] * 2)).clip(0, 255)
    table = grain.astype(np.uint8)
    table[300 : 300 + sheet.shape[0], 200 : 200 + sheet.shape[1]] = sheet
    assert np.median(table) < 110 and not is_negative(table)


@pytest.mark.parametrize("level", [0, 90])
def test_a_dark_page_without_print_stays_as_it_is(level: int) -> None:
    page = PageImage(np.full((800, 600), level, np.uint8), 200.0, "a.png", 1)
    assert positive(page) is page


def test_a_picture_of_a_few_pixels_is_no_negative() -> None:
    assert not is_negative(np.zeros((2, 3), np.uint8))


def test_pages_are_loaded_with_black_print(tmp_path: Path) -> None:
    pixels = pixels_of(PAGES[0])
    cv2.imwrite(str(tmp_path / "a.png"), cv2.bitwise_not(pixels))
    (page,) = load_pages(tmp_path / "a.png", name="a.png", settings=LoadSettings())
    assert isinstance(page, PageImage) and (page.pixels == pixels).all()
