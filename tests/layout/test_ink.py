"""Darkness: paper and shadow taken out, print kept."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layout.ink import (
    GRAINY,
    HEAVY,
    PALE,
    darkness,
    darkness_of,
    is_bilevel,
    paper_grain,
    paper_level,
    percentile,
    percentiles,
    softened,
    stretched,
    without_grain,
)


def test_a_shadow_is_no_ink() -> None:
    grey = np.tile(np.linspace(90, 240, 800).astype(np.uint8), (600, 1))
    grey[300:303, 100:700] = (grey[300:303, 100:700] * 0.3).astype(np.uint8)
    dark = darkness(grey)
    assert dark[100:200].max() < 30
    assert dark[301, 150:650].min() > 100


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 2)])
def test_the_smallest_pages_have_a_darkness(shape: tuple[int, int]) -> None:
    assert darkness(np.full(shape, 250, np.uint8)).shape == shape


def test_print_faded_almost_to_white_is_stretched_and_an_empty_page_is_not() -> None:
    rng = np.random.default_rng(2)
    paper = np.clip(rng.normal(240, 1.5, (600, 600)), 0, 255)
    print_ = paper.copy()
    for y in range(50, 550, 25):
        print_[y : y + 3, 50:550] -= 22
    assert darkness(paper.astype(np.uint8)).max() < 75
    assert np.median(darkness(print_.astype(np.uint8))[51, 60:540]) > 120


def test_faint_print_is_stretched() -> None:
    grey = np.full((400, 400), 240, np.uint8)
    for y in range(50, 350, 20):
        grey[y : y + 4, 50:350] = 180
    assert darkness(grey)[51, 100] > 150


def test_print_faded_in_patches_is_stretched_where_it_is_palest() -> None:
    """What is left of its contrast is 60 levels here and 15 there; a lone speck on bare paper stays pale."""
    grey = np.full((900, 1600), 250, np.uint8)
    for y in range(50, 850, 20):
        grey[y : y + 4, 50:500] = 190
        grey[y : y + 4, 1100:1350] = 235
    grey[450:453, 1560:1563] = 238
    dark, stretch = stretched(grey)
    assert stretch >= PALE
    assert dark[51, 200] > 150
    assert dark[51, 1200] > 120
    assert dark[451, 1561] < 75


def test_print_with_most_of_its_contrast_is_stretched_evenly() -> None:
    """Paler print on the same page may be the next page's, shining through: it keeps its share of the darkness."""
    grey = np.full((600, 1200), 250, np.uint8)
    for y in range(50, 550, 20):
        grey[y : y + 4, 50:400] = 120
        grey[y : y + 4, 800:1150] = 230
    dark, stretch = stretched(grey)
    assert stretch < PALE
    assert dark[51, 900] == pytest.approx(int(dark[51, 200]) * 20 / 130, abs=3)


@pytest.mark.parametrize("level", [60, 128, 250])
def test_the_paper_is_what_is_around_the_print(level: int) -> None:
    grey = np.full((200, 200), level, np.uint8)
    grey[90:100, 50:150] = level // 4
    assert abs(int(paper_level(grey)[95, 100]) - level) <= 3


def _printed(noise: float, seed: int = 2) -> np.ndarray:
    page = np.full((500, 600), 235.0)
    for k in range(12):
        cv2.putText(page, "8460.52 98.66%", (40, 40 + 36 * k), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 30.0, 2)
    page += np.random.default_rng(seed).normal(0, noise, page.shape)
    return np.clip(page, 0, 255).astype(np.uint8)


def test_slight_grain_is_left_alone() -> None:
    page = _printed(4)
    found = darkness_of(page, unit=8.0)
    plain, stretch = stretched(page)
    assert found.text is found.rules and (found.text == plain).all() and found.stretch == stretch
    assert 0 < found.grain < GRAINY


def test_moderate_grain_is_smoothed_for_reading_alone() -> None:
    page = _printed(14)
    found = darkness_of(page, unit=8.0)
    assert GRAINY <= found.grain < HEAVY / 200
    assert (found.rules == stretched(page)[0]).all() and _spread(found.text) < 0.6 * _spread(found.rules)


def test_strong_grain_is_smoothed_and_told() -> None:
    page, print_ = _printed(60), _printed(0) < 128
    found = darkness_of(page, unit=8.0)
    assert found.grain >= HEAVY / 200
    assert _spread(found.text) < 0.5 * _spread(stretched(page)[0])
    assert np.mean(found.text[print_]) > 3 * np.mean(found.text[_paper()])


def test_an_empty_grainy_page_stays_empty() -> None:
    noise = np.random.default_rng(1).normal(225, 25, (400, 400))
    found = darkness_of(np.clip(noise, 0, 255).astype(np.uint8), unit=8.0)
    assert (found.text > 100).mean() < 0.001


def _paper() -> np.ndarray:
    return cv2.dilate((_printed(0) < 128).astype(np.uint8), np.ones((13, 13), np.uint8)) == 0


def _spread(dark: np.ndarray) -> float:
    return float(np.std(dark[_paper()]))


def test_heavy_grain_is_taken_out_and_faint_lines_stay() -> None:
    rng = np.random.default_rng(1)
    page = np.clip(rng.normal(40, 28, (600, 800)), 0, 255)
    page[300:303, 100:700] += 70
    dark = page.clip(0, 255).astype(np.uint8)
    calm = without_grain(dark, paper_grain(dark))
    assert paper_grain(dark) > HEAVY
    assert calm[:290].mean() < 0.4 * dark[:290].mean()
    assert calm[301, 110:690].mean() > calm[:290].mean() + 50


def test_a_page_of_little_grain_is_left_as_it_is() -> None:
    dark = np.random.default_rng(2).integers(0, 20, (300, 400)).astype(np.uint8)
    assert without_grain(dark, paper_grain(dark)) is dark


@pytest.mark.parametrize("shape", [(300, 400), (300, 400, 3)])
def test_a_softened_page_has_half_of_its_grain(shape: tuple[int, ...]) -> None:
    grainy = np.random.default_rng(3).normal(180, 15, shape).clip(0, 255).astype(np.uint8)
    assert softened(grainy).std() == pytest.approx(0.5 * grainy.std(), rel=0.05)
    smooth = np.random.default_rng(3).normal(180, 4, shape).clip(0, 255).astype(np.uint8)
    assert softened(smooth) is smooth


def test_a_softened_stroke_stays_in_its_place() -> None:
    page = np.random.default_rng(3).normal(220, 15, (200, 300)).clip(0, 255).astype(np.uint8)
    page[100:103, 20:280] = 20
    profile = 255.0 - softened(page)[90:113, 30:270].mean(axis=1)
    assert np.average(np.arange(90, 113), weights=(profile - profile.min()) ** 2) == pytest.approx(101, abs=0.1)


def test_a_fax_is_black_and_white_alone() -> None:
    page = _printed(0)
    fax = np.where(page < 128, 0, 255).astype(np.uint8)
    assert is_bilevel(fax) and is_bilevel(cv2.cvtColor(fax, cv2.COLOR_GRAY2BGR))
    assert not is_bilevel(page), "printed strokes have edges"
    assert not is_bilevel(np.full((300, 300), 255, np.uint8)) and not is_bilevel(np.full((300, 300), 128, np.uint8))


def test_the_jagged_strokes_of_a_fax_are_smoothed_for_reading() -> None:
    fax = np.where(_printed(0) < 128, 0, 255).astype(np.uint8)
    found = darkness_of(fax, unit=8.0, bilevel=True)
    assert set(np.unique(found.rules)) <= {0, *range(190, 256)} and len(np.unique(found.text)) > 20
    plain = darkness_of(fax, unit=8.0)
    assert plain.text is plain.rules


def test_the_paper_of_a_grainy_page_is_white() -> None:
    found = darkness_of(_printed(30), unit=8.0)
    assert np.median(found.text[_paper()]) <= 2
    assert np.median(found.text[_printed(0) < 60]) > 150


@given(st.lists(st.lists(st.integers(0, 255), min_size=1, max_size=40), min_size=1, max_size=5), st.floats(0, 100))
def test_percentiles_are_those_of_each_row(rows: list[list[int]], share: float) -> None:
    counts = np.array([np.bincount(row, minlength=256) for row in rows])
    assert percentiles(counts, share).tolist() == [percentile(one, share) for one in counts]
