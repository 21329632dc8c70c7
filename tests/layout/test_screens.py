"""Cells printed on a screen of dots: their print is left, and nothing else is touched."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms import Box
from layout.ink import Image
from layout.screens import without_screens

UNIT = 200 / 25.4
HIGH, WIDE = 60, 300
BOXES = [Box(WIDE * c, HIGH * r, WIDE * (c + 1), HIGH * (r + 1)) for r in range(6) for c in range(3)]


def page(*, pitch: float = 2.4, dots: int = 120, shaded: range = range(3), text: str = "8642.13") -> Image:
    """Darkness of a table of 18 cells with a number in each, ``shaded`` of them on dots ``pitch`` px apart."""
    dark = np.zeros((HIGH * 6, WIDE * 3), np.float32)
    for k, box in enumerate(BOXES):
        left, top = round(box.left), round(box.top)
        if k in shaded:
            ys, xs = np.mgrid[top : top + HIGH, left : left + WIDE].astype(np.float32)
            waves = np.cos(2 * np.pi * (xs + ys) / (pitch * 1.41)) + np.cos(2 * np.pi * (xs - ys) / (pitch * 1.41))
            dark[top : top + HIGH, left : left + WIDE] = np.where(waves > 0.5, dots, 0)
        cv2.putText(dark, text, (left + 90, top + 40), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 230.0, 2)
        cv2.rectangle(dark, (left, top), (left + WIDE, top + HIGH), 230.0, 3)
    return np.asarray(cv2.GaussianBlur(dark, (0, 0), 0.7), np.float32).astype(np.uint8)


@pytest.mark.parametrize("pitch", [2.0, 2.4, 3.0])
def test_the_print_on_a_screen_is_left_alone(pitch: float) -> None:
    clean, seen = page(shaded=range(0)), page(pitch=pitch)
    found = without_screens(seen, BOXES, unit=UNIT)
    assert found is not seen
    for box in BOXES[:3]:
        inner = (slice(round(box.top) + 6, round(box.bottom) - 6), slice(round(box.left) + 6, round(box.right) - 6))
        print_ = clean[inner] > 150
        paper = cv2.dilate((clean[inner] > 20).astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
        assert float((found[inner][print_] > 90).mean()) > 0.9
        assert float((found[inner][paper] > 60).mean()) < 0.02 < float((seen[inner][paper] > 60).mean())
    rest = seen[HIGH + 2 :]
    assert np.array_equal(found[HIGH + 2 :], rest), "the cells beside are as they were"


def test_a_table_without_screens_is_the_image_itself() -> None:
    for seen in (page(shaded=range(0)), page(dots=0), page(shaded=range(0), text="")):
        assert without_screens(seen, BOXES, unit=UNIT) is seen
    assert without_screens(page(), [], unit=UNIT).shape == page().shape


def test_a_cell_that_is_filled_evenly_has_no_dots() -> None:
    for text in ("", "8", "8642.13", "8642.1386428642"):  # however much of it is print
        seen = page(shaded=range(0), text=text)
        seen[:HIGH] = np.maximum(seen[:HIGH], 60)
        assert np.array_equal(without_screens(seen, BOXES, unit=UNIT), seen)


def test_a_page_that_is_dirty_all_over_is_left_to_others() -> None:
    seen = page(shaded=range(18))
    assert without_screens(seen, BOXES, unit=UNIT) is seen


def test_what_nobody_can_read_is_not_made_a_blank() -> None:
    """What is on the screen of such a cell is asked about; a blank would be sure of itself."""
    seen = page(text="")
    assert np.array_equal(without_screens(seen, BOXES, unit=UNIT), seen)


@pytest.mark.filterwarnings("error")
def test_cells_at_the_very_edge_of_a_picture_are_no_error() -> None:
    seen = page()[: HIGH * 6 - 3, : WIDE * 3 - 3]
    low = Box(0.0, HIGH * 6 - 22.0, WIDE * 3.0, HIGH * 6.0)
    for boxes in ([low], [*BOXES, low], [Box(WIDE * 3 - 22.0, 0.0, WIDE * 3.0, HIGH * 6.0)]):
        assert without_screens(seen, boxes, unit=UNIT).shape == seen.shape
