"""Skew: the angle of a page's lines, also where a small picture of them deceives."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from layout import skew
from layout.skew import _peaks, _profile_angles, estimate_skew


def ruled(angle: float) -> np.ndarray:
    dark = np.zeros((1144, 1400), np.uint8)
    for y in range(300, 800, 40):
        dark[y : y + 2, 250:1150] = 220
    turn = cv2.getRotationMatrix2D((700, 572), -angle, 1.0)
    return np.asarray(cv2.warpAffine(dark, turn, (1400, 1144)), dtype=np.uint8)


@pytest.mark.parametrize("angle", [-7.5, 0.0, 4.0, 15.0])
def test_the_angle_of_ruled_lines(angle: float) -> None:
    assert estimate_skew(ruled(angle)) == pytest.approx(angle, abs=0.1)


def test_angles_nearly_as_sharp_are_looked_at_again() -> None:
    """A worn table at 7.5 degrees: its thin lines beat against the pixels and are sharper still at -13."""
    sharpness = dict.fromkeys(map(float, range(-20, 21)), 5000.0) | {-13.0: 37697.0, 8.0: 22622.0, 7.0: 18169.0}
    assert _peaks(sharpness) == [-13.0, 8.0]


def test_one_clear_angle_costs_no_second_look() -> None:
    sharpness = dict.fromkeys(map(float, range(-20, 21)), 5000.0) | {0.0: 90000.0, 1.0: 60000.0, 9.0: 30000.0}
    assert _peaks(sharpness) == [0.0]


@pytest.mark.parametrize("angle", [-19.9, -6.4, -0.6, 0.0, 3.37, 11.5, 19.9])
def test_a_profiles_angle_is_no_further_off_than_it_says(angle: float) -> None:
    *looks, (last, exact) = _profile_angles(ruled(angle))
    assert exact == 0.0
    assert all(abs(one - last) < off for one, off in looks)


@pytest.mark.parametrize(("beside", "looks"), [(0.0, 1), (2.6, 3)])
def test_closer_looks_are_for_segments_at_the_edge_of_what_is_near(
    beside: float, looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is what the closest look alone gives."""
    dark = ruled(0.0)
    cv2.line(dark, (100, 50), (1300, 50 + round(1200 * np.tan(np.radians(beside)))), 220, 2)
    every = list(_profile_angles(dark))
    taken: list[float] = []

    def counted(image: np.ndarray) -> Iterator[tuple[float, float]]:
        for one in _profile_angles(image):
            taken.append(one[0])
            yield one

    monkeypatch.setattr(skew, "_profile_angles", counted)
    found = estimate_skew(dark)
    monkeypatch.setattr(skew, "_profile_angles", lambda _: every[-1:])
    assert len(taken) == looks
    assert found == estimate_skew(dark)
