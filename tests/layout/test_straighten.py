"""The warp brings bent and converging lines back to straight, level and plumb ones."""

import numpy as np
import pytest

from forms import Warp
from layout.rulings import Segment
from layout.straighten import apply_points, fit_warp, inverse_points

WIDTH, HEIGHT = 1000, 1400


def bent(warp: Warp, *, vertical: bool) -> list[Segment]:
    """Straight lines of a table as the warp shows them."""
    found = []
    for level in np.linspace(150, 850 if vertical else 1250, 9):
        along = np.linspace(150, 1250 if vertical else 850, 60)
        x, y = (np.full_like(along, level), along) if vertical else (along, np.full_like(along, level))
        bx, by = apply_points(warp, x, y)
        points = np.column_stack([by, bx] if vertical else [bx, by])
        found.append(Segment(points, np.full(len(points), 200.0), 200.0, 2.0))
    return found


@pytest.mark.parametrize(
    "warp",
    [
        Warp(500, 700, 700, ((0.0, 0.0), (0.02, 0.0)), ((0.015, 0.03), (0.0, 0.0))),  # perspective
        Warp(500, 700, 700, ((0.0,),), ((0.0, 0.0, 0.0), (0.03, 0.0, 0.0), (0.0, 0.0, 0.0), (0.02, 0.0, 0.0))),  # curl
    ],
)
def test_lines_are_straight_after_the_fitted_warp(warp: Warp) -> None:
    horizontal, vertical = bent(warp, vertical=False), bent(warp, vertical=True)
    fitted = fit_warp(horizontal, vertical, width=WIDTH, height=HEIGHT)
    assert fitted is not None
    for line in horizontal:
        _, y = inverse_points(fitted, line.points[:, 0], line.points[:, 1])
        assert np.ptp(y) < 1.0
    for line in vertical:
        x, _ = inverse_points(fitted, line.points[:, 1], line.points[:, 0])
        assert np.ptp(x) < 1.0


def test_straight_lines_need_no_warp() -> None:
    none = Warp(500, 700, 700, (), ())
    assert fit_warp(bent(none, vertical=False), bent(none, vertical=True), width=WIDTH, height=HEIGHT) is None


def test_too_few_lines_give_no_warp() -> None:
    warp = Warp(500, 700, 700, (), ((0.03,),))
    assert fit_warp(bent(warp, vertical=False)[:1], [], width=WIDTH, height=HEIGHT) is None


def test_a_stray_stroke_does_not_bend_the_page() -> None:
    none = Warp(500, 700, 700, (), ())
    lines = bent(none, vertical=False)
    points = np.column_stack([np.linspace(200, 800, 60), np.linspace(300, 420, 60)])
    stray = Segment(points, np.full(60, 200.0), 200.0, 2.0)
    fitted = fit_warp([*lines, stray], bent(none, vertical=True), width=WIDTH, height=HEIGHT)
    if fitted is not None:
        _, y = inverse_points(fitted, lines[4].points[:, 0], lines[4].points[:, 1])
        assert np.ptp(y) < 1.5


def test_there_and_back() -> None:
    warp = Warp(500, 700, 700, ((0.01, 0.02),), ((0.0, 0.01), (0.02, 0.0)))
    x, y = np.random.default_rng(5).uniform(0, 1000, (2, 50))
    bx, by = apply_points(warp, *inverse_points(warp, x, y))
    assert np.abs(bx - x).max() < 1e-3
    assert np.abs(by - y).max() < 1e-3
