"""There and back: from the upright page to the page as delivered, for any turn, skew and warp."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Box, Transform, Warp
from forms.geometry import multiplied
from layout import LoadSettings, PageImage, load_pages
from layout.straighten import apply_points, inverse_points
from layout.upright import find_transform, make_upright, quarter_turn, reduced, skew_turn

SCANS = Path(__file__).parents[1] / "data" / "scans"

SIZES = st.tuples(st.integers(50, 4000), st.integers(50, 4000))
TURNS = st.sampled_from([0, 90, 180, 270])
SKEWS = st.floats(-20, 20)
SHARES = st.tuples(st.floats(0, 1), st.floats(0, 1))


@st.composite
def warps(draw: st.DrawFn, width: int, height: int) -> Warp:
    """As large as a curled page or a tilted camera makes them: some per cent of the page."""
    size = max(width, height) / 2

    def table() -> tuple[tuple[float, ...], ...]:
        return tuple(
            tuple(draw(st.floats(-0.06, 0.06)) / 2.0 ** (a + b) if a + b < 4 else 0.0 for b in range(4))
            for a in range(4)
        )

    return Warp(width / 2, height / 2, size, table(), table())


@st.composite
def transforms(draw: st.DrawFn) -> tuple[Transform, tuple[int, int], tuple[int, int]]:
    """A transform as ``find_transform`` builds them, the upright size and the delivered size."""
    delivered, rotation, skew = draw(SIZES), draw(TURNS), draw(SKEWS)
    turn, turned = quarter_turn(*delivered, rotation)
    level, upright = skew_turn(*turned, skew)
    warp = draw(warps(*upright)) if draw(st.booleans()) else None
    return Transform(multiplied(turn, level), warp, rotation, skew), upright, delivered


@given(transforms(), SHARES)
def test_there_and_back(made: tuple[Transform, tuple[int, int], tuple[int, int]], share: tuple[float, float]) -> None:
    transform, (width, height), delivered = made
    x, y = share[0] * width, share[1] * height
    assert transform.to_upright(*transform.to_page(x, y)) == pytest.approx((x, y), abs=0.01)
    px, py = share[0] * delivered[0], share[1] * delivered[1]
    assert transform.to_page(*transform.to_upright(px, py)) == pytest.approx((px, py), abs=0.01)


@given(transforms(), SHARES, SHARES)
def test_a_box_on_the_page_holds_what_the_box_held(
    made: tuple[Transform, tuple[int, int], tuple[int, int]], one: tuple[float, float], two: tuple[float, float]
) -> None:
    transform, (width, height), _ = made
    (x0, x1), (y0, y1) = sorted((one[0] * width, two[0] * width)), sorted((one[1] * height, two[1] * height))
    box = Box(x0, y0, x1, y1)
    page = transform.box_to_page(box)
    straight = transform.warp is None
    for x, y in ((x0, y0), (x1, y0), (x0, y1), (x1, y1), box.centre):
        px, py = transform.to_page(x, y)
        slack = 1e-6 if straight or (x, y) != box.centre else 0.05 * max(width, height)
        assert page.grown(slack + 1e-6).contains(px, py)


@given(SIZES, SKEWS)
def test_the_level_page_holds_the_whole_page(size: tuple[int, int], skew: float) -> None:
    matrix, (width, height) = skew_turn(*size, skew)
    back = Transform(matrix)
    for x in (0, size[0] - 1):
        for y in (0, size[1] - 1):
            ux, uy = back.to_upright(x, y)
            assert -1.0 <= ux <= width and -1.0 <= uy <= height
    assert width * height <= 2.2 * (size[0] + size[1]) ** 2


@given(st.integers(1, 9), st.integers(1, 9), TURNS)
def test_a_quarter_turn_moves_every_pixel_to_its_place(width: int, height: int, rotation: int) -> None:
    pixels = np.arange(width * height, dtype=np.uint8).reshape(height, width)
    matrix, (upright_width, upright_height) = quarter_turn(width, height, rotation)
    transform = Transform(matrix, None, rotation, 0.0)
    upright = make_upright(pixels, transform, (upright_width, upright_height))
    assert upright.shape == (upright_height, upright_width)
    for y in range(upright_height):
        for x in range(upright_width):
            px, py = transform.to_page(x, y)
            assert upright[y, x] == pixels[round(py), round(px)]


@given(warps(1000, 1400), st.lists(SHARES, min_size=1, max_size=5))
def test_arrays_are_warped_like_points(warp: Warp, shares: list[tuple[float, float]]) -> None:
    x, y = np.array([s[0] * 1000 for s in shares]), np.array([s[1] * 1400 for s in shares])
    wx, wy = apply_points(warp, x, y)
    for i in range(len(shares)):
        assert (wx[i], wy[i]) == pytest.approx(warp.apply(float(x[i]), float(y[i])))
    bx, by = inverse_points(warp, wx, wy)
    assert np.abs(bx - x).max() < 1.0 and np.abs(by - y).max() < 1.0


def ruled() -> np.ndarray:
    """A4 at 100 dpi: a table of 14 x 5 cells, print in every second one."""
    page = np.full((1169, 827), 255, np.uint8)
    for y in range(150, 1051, 60):
        cv2.line(page, (80, y), (760, y), (0,), 2)
    for x in range(80, 761, 136):
        cv2.line(page, (x, 150), (x, 1050), (0,), 2)
    for row in range(0, 15, 2):
        cv2.putText(page, "3.44 / 98.66%", (90, 190 + 60 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0,), 1)
    return page


@pytest.mark.parametrize("height", [15, 16, 17, 300, 512])
def test_a_page_made_in_bands_is_that_made_at_once(height: int, monkeypatch: pytest.MonkeyPatch) -> None:
    page = np.random.default_rng(height).integers(0, 256, (height, 240, 3), np.uint8)
    matrix, _ = skew_turn(240, height, 1.3)
    transform = Transform(matrix, Warp(120, height / 2, 150, ((0.0, 0.01), (0.02,)), ((0.01,),)), 0, 1.3)
    banded = make_upright(page, transform, (240, height))
    monkeypatch.setattr("layout.upright.BAND", 1600)
    assert np.array_equal(banded, make_upright(page, transform, (240, height)))


@pytest.mark.parametrize(
    ("rotation", "skew"), [(0, 0.0), (0, 0.7), (0, -15.0), (0, 15.0), (90, 3.0), (180, -6.0), (270, 11.0)]
)
def test_a_page_that_was_turned_is_level_again_and_its_lines_lie_where_they_were(rotation: int, skew: float) -> None:
    page = ruled()
    matrix, size = skew_turn(827, 1169, -skew)
    m = np.array(matrix).reshape(3, 3)[:2]
    askew = cv2.warpAffine(page, m, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderValue=(255,))
    delivered = np.ascontiguousarray(np.rot90(askew, k=-rotation // 90))

    transform, (width, height) = find_transform(delivered, rotation=rotation)
    assert transform.skew == pytest.approx(skew, abs=0.1) and transform.rotation == rotation
    upright = make_upright(delivered, transform, (width, height))
    assert upright.shape == (height, width)

    to_askew = Transform(matrix)
    turn = Transform(quarter_turn(delivered.shape[1], delivered.shape[0], rotation)[0])
    places = {}
    for y in (150, 570, 1050):
        for x in (80, 352, 760):
            ax, ay = to_askew.to_upright(x, y)
            places[x, y] = transform.to_upright(*turn.to_page(ax, ay))
    for y in (150, 570, 1050):
        assert np.ptp([places[x, y][1] for x in (80, 352, 760)]) < 1.5, "a level line"
    for x in (80, 352, 760):
        assert np.ptp([places[x, y][0] for y in (150, 570, 1050)]) < 1.5, "a plumb line"
    for ux, uy in places.values():
        around = upright[round(uy) - 2 : round(uy) + 3, round(ux) - 2 : round(ux) + 3]
        assert around.min() < 128, "where two lines cross there is ink"


def test_an_empty_page_is_left_as_it_is() -> None:
    transform, size = find_transform(np.full((300, 200), 255, np.uint8))
    assert (transform.skew, transform.warp, size) == (0.0, None, (200, 300))


def test_a_page_that_is_reduced_already_is_not_reduced_otherwise() -> None:
    (page,) = load_pages(SCANS / "skewed-2020/001.jpg", name="x", settings=LoadSettings())
    assert isinstance(page, PageImage)
    for rotation in (0, 90):
        whole = find_transform(page.pixels, rotation=rotation)
        assert find_transform(page.pixels, rotation=rotation, small=reduced(page.pixels)) == whole


@pytest.mark.parametrize("noise", [2.0, 34.0])
@pytest.mark.parametrize("rotation", [0, 90])
def test_a_page_that_was_laid_straight_is_not_resampled(rotation: int, noise: float) -> None:
    grain = np.random.default_rng(7).normal(0.0, noise, (1169, 827))
    page = np.clip(0.9 * ruled() + grain, 0, 255).astype(np.uint8)
    delivered = np.ascontiguousarray(np.rot90(page, k=-rotation // 90))
    transform, size = find_transform(delivered, rotation=rotation)
    assert (transform.skew, size) == (0.0, (827, 1169))
    if transform.warp is None:
        assert (make_upright(delivered, transform, size) == page).all()
