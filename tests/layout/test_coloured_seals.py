"""Seals of a coloured page by their outline."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from layout.coloured_seals import seal_areas

Pixels = NDArray[np.uint8]
CROPS = Path(__file__).parent.parent / "data" / "crops"
UNIT = 5.0
RED, BLUE, ORANGE = (48, 32, 210), (190, 60, 30), (10, 115, 225)


def page() -> Pixels:
    return np.full((1485, 1050, 3), 245, np.uint8)


def areas(pixels: Pixels) -> NDArray[np.bool_]:
    return seal_areas(pixels, unit=UNIT) > 0


@settings(max_examples=25, deadline=None)
@given(x=st.integers(150, 900), y=st.integers(150, 1330), radius=st.integers(60, 130), turn=st.integers(0, 359))
def test_a_ring_with_a_sixth_worn_away_is_a_seal(x: int, y: int, radius: int, turn: int) -> None:
    pixels = page()
    cv2.ellipse(pixels, (x, y), (radius, radius), turn, 30, 330, RED, 5)
    found = areas(pixels)
    ink = (pixels != 245).any(axis=2)
    assert found[ink].all()
    assert found[min(y, 1484), min(x, 1049)]
    assert found.sum() < 1.35 * np.pi * (radius + 3) ** 2


def test_an_oval_one_and_a_square_one() -> None:
    pixels = page()
    cv2.ellipse(pixels, (300, 300), (112, 75), 12, 0, 360, RED, 5)
    cv2.rectangle(pixels, (600, 900), (690, 990), RED, 4)
    found = areas(pixels)
    assert found[300, 300] and found[945, 645]
    assert not found[600, 500]


def test_half_a_seal_at_the_edge_of_the_page() -> None:
    pixels = page()
    cv2.circle(pixels, (1050, 700), 100, RED, 5)
    assert areas(pixels)[(pixels != 245).any(axis=2)].all()


def test_two_seals_that_overlap() -> None:
    pixels = page()
    cv2.circle(pixels, (400, 700), 100, RED, 5)
    cv2.circle(pixels, (530, 760), 90, RED, 5)
    assert areas(pixels)[(pixels != 245).any(axis=2)].all()


def grid(pixels: Pixels, rows: list[int], columns: list[int]) -> None:
    for y in rows:
        cv2.line(pixels, (columns[0], y), (columns[-1], y), ORANGE, 5)
    for x in columns:
        cv2.line(pixels, (x, rows[0]), (x, rows[-1]), ORANGE, 5)


def test_a_grid_of_coloured_lines_that_a_circle_touches_is_no_seal() -> None:
    """Part of a table of funds, 44 mm of it: six tenths of a circle lay within a millimetre of its lines."""
    ink = cv2.imread(str(CROPS / "orange-grid.png"), cv2.IMREAD_GRAYSCALE)
    assert ink is not None
    pixels = np.full((594, 420, 3), 245, np.uint8)
    pixels[: ink.shape[0]][ink > 0] = ORANGE
    assert not seal_areas(pixels, unit=2.0).any()


def test_a_seal_on_a_grid_of_its_colour_is_found() -> None:
    pixels = page()
    grid(pixels, list(range(200, 1200, 60)), list(range(100, 1000, 140)))
    cv2.circle(pixels, (600, 700), 105, ORANGE, 5)
    found = areas(pixels)
    assert found[700, 600] and found[700 - 100, 600] and not found[300, 300]


def test_a_pale_seal() -> None:
    pixels = page()
    cv2.circle(pixels, (400, 700), 100, (215, 210, 243), 5)
    assert areas(pixels)[700, 400]


@pytest.mark.parametrize("rows", [1, 3, 12])
def test_text_in_colour_is_none(rows: int) -> None:
    pixels = page()
    for k in range(rows):
        cv2.putText(pixels, "B8m0W3e 1359.88 Q8R 98.66%", (150, 300 + 36 * k), cv2.FONT_HERSHEY_SIMPLEX, 0.9, BLUE, 2)
    assert not areas(pixels).any()


def test_neither_a_tick_nor_a_signature_nor_an_underline_is_one() -> None:
    pixels = page()
    cv2.polylines(pixels, [np.array([[200, 300], [230, 340], [300, 240]])], False, RED, 4)
    x = np.arange(0, 200)
    curve = np.column_stack([500 + x, 500 + 25 * np.sin(x / 9.0) + 10 * np.cos(x / 23.0)]).astype(np.int32)
    cv2.polylines(pixels, [curve], False, BLUE, 3)
    cv2.line(pixels, (200, 900), (800, 902), RED, 4)
    assert not areas(pixels).any()


def test_a_form_ruled_and_printed_in_one_colour_is_none() -> None:
    pixels = page()
    for y in range(100, 1400, 40):
        cv2.line(pixels, (60, y), (990, y), BLUE, 2)
        cv2.putText(pixels, "B8m0W 13.88 Q8R 98.66% k1", (70, y + 30), cv2.FONT_HERSHEY_SIMPLEX, 0.9, BLUE, 2)
    for x in range(60, 1000, 155):
        cv2.line(pixels, (x, 100), (x, 1380), BLUE, 2)
    assert not areas(pixels).any()


def test_a_filled_cell_is_none() -> None:
    pixels = page()
    cv2.rectangle(pixels, (200, 460), (330, 560), (0, 255, 255), -1)
    assert not areas(pixels).any()


def test_the_edge_of_a_filled_area_is_no_outline() -> None:
    """Filled cells around others make a square as a seal does."""
    pixels = page()
    cv2.rectangle(pixels, (200, 460), (300, 560), (160, 220, 250), 5)
    filled = (pixels != 245).any(axis=2)
    assert areas(pixels).any()
    assert not seal_areas(pixels, unit=UNIT, without=filled).any()
    cv2.circle(pixels, (700, 900), 100, RED, 5)
    assert seal_areas(pixels, unit=UNIT, without=filled)[900, 700]


def test_a_seal_of_another_colour_leaves_the_text_in_it_to_its_area_alone() -> None:
    pixels = page()
    cv2.circle(pixels, (400, 700), 100, RED, 5)
    cv2.putText(pixels, "1359.88", (560, 710), cv2.FONT_HERSHEY_SIMPLEX, 0.9, BLUE, 2)
    found = areas(pixels)
    assert found[700, 400] and not found[690:715, 560:690].any()


def test_the_smallest_pages() -> None:
    for shape in ((1, 1), (1, 40), (40, 1), (3, 3)):
        assert seal_areas(np.full((*shape, 3), (0, 0, 255), np.uint8), unit=1.0).shape == shape


def test_neither_a_coloured_table_top_nor_a_noisy_sensor_has_seals() -> None:
    noise = np.random.default_rng(1)
    noisy = np.clip(245 + noise.normal(0, 60, (600, 420, 3)), 0, 255).astype(np.uint8)
    cloth = cv2.resize(noise.integers(0, 255, (60, 42, 3), dtype=np.uint8), (420, 600), interpolation=cv2.INTER_NEAREST)
    assert not seal_areas(noisy, unit=2.0).any()
    assert not seal_areas(np.asarray(cloth, dtype=np.uint8), unit=2.0).any()
