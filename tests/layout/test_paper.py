"""Where the sheet ends, as its darkness image shows it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Box
from layout.ink import Image
from layout.paper import paper_around

UNIT = 8.0
TABLE = Box(200, 300, 600, 800)


def page(table_top: tuple[int, int, int, int] = (0, 0, 0, 0), *, ground: int = 0, seed: int = 1) -> Image:
    """A table of 400 x 500 px on a sheet, around it so many px of grain: left, top, right, bottom; a shadow lies on the
    sheet's edge."""
    rng = np.random.default_rng(seed)
    dark = np.full((1100, 800), ground, np.float64)
    for x in (200, 400, 600):
        dark[300:801, x - 1 : x + 2] = 220
    for y in range(300, 801, 50):
        dark[y - 1 : y + 2, 200:601] = 220
    left, top, right, bottom = table_top
    inside = np.zeros(dark.shape, bool)
    inside[top : 1100 - bottom, left : 800 - right] = True
    dark[~inside] = 25 + rng.normal(0, 12, int((~inside).sum()))
    if any(table_top):
        cv2.rectangle(dark, (left, top), (799 - right, 1099 - bottom), 90, 4)
    return np.asarray(np.clip(dark, 0, 255), dtype=np.uint8)


@pytest.mark.parametrize("table_top", [(60, 80, 90, 70), (100, 0, 0, 0), (0, 0, 0, 120)])
@pytest.mark.parametrize("ground", [0, 8])
def test_the_sheet_ends_at_its_edge(table_top: tuple[int, int, int, int], ground: int) -> None:
    left, top, right, bottom = table_top
    found = paper_around(page(table_top, ground=ground), TABLE, unit=UNIT)
    edges = (left, top, 800 - right, 1100 - bottom)
    assert (found.left, found.top, found.right, found.bottom) == pytest.approx(edges, abs=1.6 * UNIT)
    assert found.left >= left and found.top >= top and found.right <= edges[2] and found.bottom <= edges[3]


def test_all_of_a_scan_is_paper() -> None:
    assert paper_around(page(), TABLE, unit=UNIT) == Box(0, 0, 800, 1100)


def test_what_is_printed_beside_the_table_ends_no_sheet() -> None:
    dark = page()
    for y in range(60, 240, 40):
        dark[y : y + 20, 220:580:24] = 220  # a title and a paragraph above it
    dark[100:1000:30, 40:70] = 200  # a note beside it
    dark[850:1000, 300:420] = 120  # a stain
    assert paper_around(dark, TABLE, unit=UNIT) == Box(0, 0, 800, 1100)


def test_a_ruling_line_of_the_other_side_ends_no_sheet() -> None:
    """It had half of a page's haze left out, and its other side read."""
    dark = page()
    dark[250:900, 100:103] = 60
    dark[250:900, 680:684] = 60
    dark[900:904, 80:720] = 60
    assert paper_around(dark, TABLE, unit=UNIT) == Box(0, 0, 800, 1100)


def test_a_frame_that_lies_a_little_outside_is_no_edge() -> None:
    dark = page()
    dark[290:811, 192:195] = 220
    dark[290:811, 606:609] = 220
    assert paper_around(dark, TABLE, unit=UNIT) == Box(0, 0, 800, 1100)


def test_a_table_without_room_says_nothing() -> None:
    assert paper_around(page(), Box(300, 400, 300, 400), unit=UNIT) == Box(0, 0, 800, 1100)


@given(st.tuples(*[st.integers(0, 150)] * 4), st.integers(0, 3), st.floats(1.0, 12.0))
def test_the_paper_holds_the_table_and_lies_in_the_image(
    table_top: tuple[int, int, int, int], seed: int, unit: float
) -> None:
    found = paper_around(page(table_top, seed=seed), TABLE, unit=unit)
    assert 0 <= found.left <= TABLE.left and 0 <= found.top <= TABLE.top
    assert TABLE.right <= found.right <= 800 and TABLE.bottom <= found.bottom <= 1100
