"""Ruling lines on drawn pages: found at sub-pixel position, and nothing that is none."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.rulings import (
    BAND,
    find_segments,
    find_vertical_segments,
    line_response,
    longest_run,
    longest_runs,
    runs,
)

UNIT = 8.0


def blank(height: int = 800, width: int = 1200) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def test_a_thin_line_is_found_at_its_sub_pixel_level() -> None:
    dark = blank()
    dark[300, 100:1100] = 200
    dark[301, 100:1100] = 100  # the centre of the ink lies a third of the way down to 301
    (segment,) = find_segments(dark, unit=UNIT)
    assert segment.level == pytest.approx(300.33, abs=0.25)
    assert segment.start == pytest.approx(100, abs=20)
    assert segment.end == pytest.approx(1100, abs=20)


def test_vertical_lines_are_the_same_on_the_turned_page() -> None:
    dark = blank()
    dark[100:700, 500:503] = 220
    (segment,) = find_vertical_segments(dark, unit=UNIT)
    assert segment.level == pytest.approx(501, abs=0.3)
    assert not find_segments(dark, unit=UNIT)


def test_a_gap_shorter_than_the_filter_does_not_part_a_line() -> None:
    dark = blank()
    dark[300:302, 100:1100] = 200
    dark[300:302, 500:510] = 0
    assert len(find_segments(dark, unit=UNIT)) == 1


def test_a_line_of_dots_is_a_line() -> None:
    dark = blank()
    dark[300:302, 100:1100] = 200
    dark[300:302, 102:1100:4] = 0
    assert find_segments(dark, unit=UNIT)


def test_a_row_of_characters_is_no_line() -> None:
    dark = blank()
    for x in range(100, 1100, 30):  # square characters with a stroke at one height
        cv2.rectangle(dark, (x, 290), (x + 22, 312), 220, 2)
    assert not find_segments(dark, unit=UNIT)


def test_a_dash_is_too_short() -> None:
    dark = blank()
    dark[300:302, 100:126] = 220
    assert not find_segments(dark, unit=UNIT)


@pytest.mark.parametrize("angle", [-1.5, -0.5, 0.7, 2.0])
def test_a_line_a_little_askew_is_followed(angle: float) -> None:
    dark = blank()
    rise = np.tan(np.radians(angle)) * 900
    cv2.line(dark, (150, 400), (1050, round(400 + rise)), 220, 2, cv2.LINE_AA)
    longest = find_segments(dark, unit=UNIT)[0]
    slope = np.polyfit(longest.points[:, 0], longest.points[:, 1], 1)[0]
    assert np.degrees(np.arctan(slope)) == pytest.approx(angle, abs=0.1)


def test_thickness_and_strength_are_those_of_the_ink() -> None:
    dark = blank()
    dark[300:305, 100:1100] = 150
    (segment,) = find_segments(dark, unit=UNIT)
    assert segment.thickness == pytest.approx(5, abs=1)
    assert segment.strength == pytest.approx(150, abs=5)


def test_a_solid_area_answers_only_at_its_edges() -> None:
    dark = blank()
    dark[200:400, 200:1000] = 255
    response = line_response(dark, length=33, gap=5)
    assert response[290:310, 300:900].max() == 0


@pytest.mark.parametrize(("dot", "gap"), [(3, 3), (2, 3), (4, 5)])
def test_a_line_of_wide_dots_is_a_line(dot: int, gap: int) -> None:
    dark = blank()
    for x in range(100, 1100, dot + gap):
        dark[300:302, x : x + dot] = 120
    (segment,) = find_segments(dark, unit=UNIT)
    assert segment.length > 950


def test_upright_strokes_in_a_row_are_no_line_of_dots() -> None:
    dark = blank()
    for x in range(100, 1100, 8):
        dark[290:312, x : x + 3] = 220
    for x in range(100, 1100, 14):  # unevenly set points
        dark[400:403, x + x % 5 : x + x % 5 + 3] = 220
    assert not find_segments(dark, unit=UNIT)


@pytest.mark.parametrize("height", [1, 7, BAND - 3, BAND, BAND + 1, 3 * BAND + 5])
@pytest.mark.parametrize(("length", "gap"), [(33, 5), (9, 2), (13, 12)])
def test_the_response_in_bands_is_that_of_the_whole_page(height: int, length: int, gap: int) -> None:
    dark = np.random.default_rng(height).integers(0, 256, (height, 200), np.uint8)
    along = cv2.blur(dark, (length, 1))
    rows = np.pad(along, ((gap + 1, gap), (0, 0)), mode="edge").astype(int)
    tall = np.minimum(255, (rows[1:] + rows[:-1]) // 2 + 1)
    beside = np.maximum(tall[:height], tall[2 * gap :])
    assert np.array_equal(line_response(dark, length=length, gap=gap), np.maximum(0, along - beside))


def test_runs_and_the_longest_of_them() -> None:
    on = np.array([1, 1, 0, 1, 1, 1, 0, 0, 1], bool)
    starts, ends = runs(on)
    assert starts.tolist() == [0, 3, 8] and ends.tolist() == [2, 6, 9]
    assert [longest_run(on, bridge=k) for k in (0, 1, 2)] == [3, 6, 9]
    assert [longest_run(np.zeros(n, bool), bridge=k) for n in (0, 3) for k in (0, 1)] == [0, 0, 0, 0]
    assert [longest_run(np.ones(3, bool), bridge=k) for k in (0, 1)] == [3, 3]


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=20), min_size=1, max_size=6), st.integers(1, 4))
def test_the_longest_run_of_each_part_of_a_row(parts: list[list[bool]], bridge: int) -> None:
    row, sizes = np.concatenate(parts).astype(bool), np.array([len(part) for part in parts])
    want = [longest_run(np.array(part), bridge=bridge) for part in parts]
    assert longest_runs(row, sizes, bridge=bridge).tolist() == want


def test_a_line_at_the_edge_of_the_page_is_as_thick_as_it_is() -> None:
    """Beyond the page its outermost row goes on: looked for up to 1.5 mm away, the line has no end there."""
    dark = np.zeros((200, 900), np.uint8)
    dark[1:5, 20:880] = 200
    dark[150:154, 20:880] = 200
    edge, inner = sorted(find_segments(dark, unit=UNIT), key=lambda s: s.level)
    assert (edge.thickness, inner.thickness) == (4.0, 4.0)
