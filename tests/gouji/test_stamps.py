"""A stamp is a small table in coloured ink; black tables, wide ones and those on coloured paper are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from forms import Box
from gouji.stamps import is_stamp

BLUE, RED, BLACK, GREY = (200, 60, 50), (60, 50, 200), (30, 30, 30), (120, 120, 120)
FORM, STAMP = Box(100, 100, 1100, 1200), Box(700, 1300, 1050, 1450)
WHITE, YELLOW = (255, 255, 255), (190, 235, 245)


def page(ink: tuple[int, int, int], paper: tuple[int, int, int] = WHITE, *, blurred: bool = False) -> NDArray[np.uint8]:
    image = np.full((1600, 1200, 3), paper, np.uint8)
    for box, colour in ((FORM, BLACK), (STAMP, ink)):
        left, top, right, bottom = box.pixels()
        cv2.rectangle(image, (left, top), (right, bottom), colour, 3)
        for k in range(1, 3):
            y = top + k * (bottom - top) // 3
            cv2.line(image, (left, y), (right, y), colour, 3)
            cv2.putText(image, "2024 5 8", (left + 40, y - 10), cv2.FONT_HERSHEY_SIMPLEX, 1.0, colour, 2)
    if blurred:
        image = cv2.GaussianBlur(image, (0, 0), 1.5)
        image = np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], 1), np.uint8)
    return image


@pytest.mark.parametrize("blurred", [False, True])
@pytest.mark.parametrize("paper", [WHITE, YELLOW])
@pytest.mark.parametrize(("ink", "stamp"), [(BLUE, True), (RED, True), (BLACK, False), (GREY, False)])
def test_by_its_ink(ink: tuple[int, int, int], stamp: bool, paper: tuple[int, int, int], blurred: bool) -> None:
    tables = [FORM, STAMP]
    image = page(ink, paper, blurred=blurred)
    assert is_stamp(image, tables[1], tables) == stamp
    assert not is_stamp(image, tables[0], tables)


def test_a_form_ruled_in_colour_is_none() -> None:
    assert not is_stamp(page(BLUE), STAMP, [STAMP])


def test_a_table_outside_of_the_picture_is_none() -> None:
    outside = Box(2000, 2000, 2100, 2100)
    assert not is_stamp(page(BLUE), outside, [FORM, outside])
