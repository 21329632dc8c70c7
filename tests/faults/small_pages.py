"""Small ruled pages that are read in a moment."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

ROWS, COLUMNS = 5, 3


def small_page(*, printed: bool, text: str = "12345") -> NDArray[np.uint8]:
    """(700, 500) grey: a table of 5 x 3 cells, with a number of 5 mm in each or with none."""
    page = np.full((700, 500), 255, np.uint8)
    for y in range(100, 601, 100):
        cv2.line(page, (50, y), (450, y), (0,), 2)
    for x in (50, 183, 317, 450):
        cv2.line(page, (x, 100), (x, 600), (0,), 2)
    if printed:
        for row in range(ROWS):
            for column in range(COLUMNS):
                place = (60 + 133 * column, 165 + 100 * row)
                cv2.putText(page, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, (0,), 1, cv2.LINE_AA)
    return page
