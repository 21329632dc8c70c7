"""Skew: the angle of a page's lines, also where a small picture of them deceives."""

import cv2
import numpy as np
import pytest

from layout.skew import _peaks, estimate_skew


def ruled(angle: float) -> np.ndarray:
    dark = np.zeros((1144, 1400), np.uint8)
    for y in range(300, 800, 40):
        dark[y : y + 2, 250:1150] = 220
    turn = cv2.getRotationMatrix2D((700, 572), -angle, 1.0)
    return np.asarray(cv2.warpAffine(dark, turn, (1400, 1144)), dtype=np.uint8)


@pytest.mark.parametrize("angle", [-19.9, -7.5, -0.63, 0.0, 3.37, 4.0, 15.0, 19.9])
def test_the_angle_of_ruled_lines(angle: float) -> None:
    assert estimate_skew(ruled(angle)) == pytest.approx(angle, abs=0.06)


def test_angles_nearly_as_sharp_are_looked_at_again() -> None:
    """A worn table at 7.5 degrees: its thin lines beat against the pixels and are sharper still at -13."""
    sharpness = dict.fromkeys(map(float, range(-20, 21)), 5000.0) | {-13.0: 37697.0, 8.0: 22622.0, 7.0: 18169.0}
    assert _peaks(sharpness) == [-13.0, 8.0]


def test_one_clear_angle_costs_no_second_look() -> None:
    sharpness = dict.fromkeys(map(float, range(-20, 21)), 5000.0) | {0.0: 90000.0, 1.0: 60000.0, 9.0: 30000.0}
    assert _peaks(sharpness) == [0.0]


def test_a_page_that_was_laid_straight_is_not_turned_at_all() -> None:
    """It was turned by a few thousandths of a degree, and every character blurred."""
    assert estimate_skew(ruled(0.0)) == estimate_skew(ruled(0.02)) == 0.0


def test_a_page_without_print_is_not_turned() -> None:
    assert estimate_skew(np.zeros((1144, 1400), np.uint8)) == 0.0
