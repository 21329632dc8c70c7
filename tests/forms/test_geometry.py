import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forms import Box, GeometryError, Transform, Warp
from forms.geometry import IDENTITY, Matrix, multiplied

LENGTH = st.floats(-5000, 5000, allow_nan=False)
SMALL = st.floats(-0.01, 0.01)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    left, top = draw(LENGTH), draw(LENGTH)
    return Box(left, top, left + draw(st.floats(0, 3000)), top + draw(st.floats(0, 3000)))


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """What a scanner or camera does: a turn, a scale, a shift, and a little perspective."""
    angle, scale = math.radians(draw(st.floats(-180, 180))), draw(st.floats(0.3, 3))
    a, b = scale * math.cos(angle), scale * math.sin(angle)
    lean = st.floats(-5e-5, 5e-5)
    return (a, -b, draw(LENGTH), b, a, draw(LENGTH), draw(lean), draw(lean), 1.0)


@st.composite
def warps(draw: st.DrawFn) -> Warp:
    rows = st.lists(st.tuples(SMALL, SMALL, SMALL), min_size=3, max_size=3).map(tuple)
    return Warp(900, 1200, 1200, draw(rows), draw(rows))


POINTS = st.tuples(st.floats(0, 1800), st.floats(0, 2400))


@pytest.mark.parametrize("sides", [(2, 0, 1, 1), (0, 2, 1, 1), (math.nan, 0, 1, 1), (0, 0, math.inf, 1)])
def test_an_impossible_box_cannot_be_built(sides: tuple[float, float, float, float]) -> None:
    with pytest.raises(GeometryError):
        Box(*sides)


@given(boxes(), boxes())
def test_overlap_is_symmetric_and_no_larger_than_either(a: Box, b: Box) -> None:
    assert a.overlap(b) == b.overlap(a)
    assert 0 <= a.overlap(b) <= min(a.area, b.area) * (1 + 1e-9) + 1e-6
    assert a.overlap(a) == a.area


@given(st.lists(boxes(), min_size=1, max_size=5))
def test_box_around_holds_all_and_touches_each_side(every: list[Box]) -> None:
    outer = Box.around(every)
    assert all(outer.contains(b.left, b.top) and outer.contains(b.right, b.bottom) for b in every)
    assert outer.left in [b.left for b in every] and outer.bottom in [b.bottom for b in every]


def test_no_boxes_have_nothing_around_them() -> None:
    with pytest.raises(GeometryError):
        Box.around([])


@given(boxes(), st.floats(-5000, 5000))
def test_growing_keeps_the_centre_and_never_turns_a_box_inside_out(box: Box, by: float) -> None:
    grown = box.grown(by)
    assert grown.centre == pytest.approx(box.centre, abs=1e-6)
    assert grown.width == pytest.approx(max(0.0, box.width + 2 * by), abs=1e-6)


@given(boxes())
def test_whole_pixels_are_never_smaller_and_less_than_one_off(box: Box) -> None:
    x0, y0, x1, y1 = box.pixels()
    assert x0 <= box.left < x0 + 1 and y0 <= box.top < y0 + 1
    assert x1 - 1 < box.right <= x1 and y1 - 1 < box.bottom <= y1


@given(boxes(), st.floats(0, 4000), st.floats(0, 4000))
def test_clipped_box_lies_on_the_page(box: Box, width: float, height: float) -> None:
    cut = box.clipped(width, height)
    assert 0 <= cut.left <= cut.right <= width and 0 <= cut.top <= cut.bottom <= height
    assert cut.area == pytest.approx(box.overlap(Box(0, 0, width, height)), rel=1e-9, abs=1e-6)


@given(matrices(), POINTS)
def test_there_and_back(matrix: Matrix, point: tuple[float, float]) -> None:
    transform = Transform(matrix)
    assert transform.to_upright(*transform.to_page(*point)) == pytest.approx(point, abs=1e-4)


@given(matrices(), warps(), POINTS)
def test_there_and_back_through_a_warp(matrix: Matrix, warp: Warp, point: tuple[float, float]) -> None:
    transform = Transform(matrix, warp)
    assert transform.to_upright(*transform.to_page(*point)) == pytest.approx(point, abs=1e-2)


@given(warps(), st.floats(0, 1800), st.floats(0, 2400))
def test_a_warp_leaves_the_middle_row_and_column_in_place(warp: Warp, x: float, y: float) -> None:
    assert warp.apply(x, 1200)[0] == x
    assert warp.apply(900, y)[1] == y


def test_warp_as_its_docstring_says() -> None:
    warp = Warp(0, 0, 100, ((0.0, 0.2),), ((0.1,),))
    assert warp.apply(50, 100) == pytest.approx((50 + 100 * 1 * 0.2 * 1, 100 + 100 * 0.5 * 0.1))


@given(matrices(), boxes())
def test_mapped_box_holds_the_mapped_corners(matrix: Matrix, box: Box) -> None:
    transform = Transform(matrix)
    weights = [matrix[6] * x + matrix[7] * y + 1 for x in (box.left, box.right) for y in (box.top, box.bottom)]
    assume(min(weights) > 0.1)
    outer = transform.box_to_page(box).grown(1e-6)
    for x in (box.left, box.right):
        for y in (box.top, box.bottom):
            assert outer.contains(*transform.to_page(x, y))


@given(matrices(), matrices(), POINTS)
def test_product_of_matrices_applies_the_second_first(p: Matrix, q: Matrix, point: tuple[float, float]) -> None:
    middle = Transform(q).to_page(*point)
    assume(p[6] * middle[0] + p[7] * middle[1] + 1 > 0.1 and q[6] * point[0] + q[7] * point[1] + 1 > 0.1)
    assert Transform(multiplied(p, q)).to_page(*point) == pytest.approx(Transform(p).to_page(*middle), abs=1e-3)
    assert multiplied(p, IDENTITY) == p


@pytest.mark.parametrize("matrix", [(0.0,) * 9, (1, 2, 3, 2, 4, 6, 0, 0, 1), (math.nan, *IDENTITY[1:])])
def test_a_transform_that_cannot_be_undone_cannot_be_built(matrix: Matrix) -> None:
    with pytest.raises(GeometryError):
        Transform(matrix)


@pytest.mark.parametrize("rotation", [1, 45, -90, 360])
def test_a_quarter_turn_is_one_of_four(rotation: int) -> None:
    with pytest.raises(GeometryError):
        Transform(rotation=rotation)
