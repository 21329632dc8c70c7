"""A decimal point is kept, dirt is not, and what may be either is counted."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import Box
from layout.cellmask import (
    CLEAR,
    DIRTY,
    HAZY,
    INK,
    SPECK,
    CellMask,
    Scale,
    _is_pale_print,
    _without_walls,
    cell_mask,
    page_dirt,
    speck_floor,
)
from layout.textlines import DASH_HEIGHT, _dash_box

CHARACTER = 32.0
BOX = Box(0, 0, 300, 80)
SPOTTED = Scale(8.0, CHARACTER, 10.0)
CLEAN = Scale(8.0, CHARACTER, speck_floor(CHARACTER))


def digits(*spots: tuple[int, int, int]) -> np.ndarray:
    """Two tall strokes, the feet at row 56, and square spots (left, top, side) of full darkness."""
    dark = np.zeros((80, 300), np.uint8)
    for left in (100, 130):
        cv2.rectangle(dark, (left, 28), (left + 12, 55), 220, 4)
    for left, top, side in spots:
        dark[top : top + side, left : left + side] = 255
    return dark


def spots_kept(cell: CellMask) -> int:
    return cv2.connectedComponents(cell.mask, connectivity=8)[0] - 1 - 2


def test_a_point_between_two_digits_stays_on_a_dirty_page() -> None:
    cell = cell_mask(digits((120, 53, 3)), BOX, SPOTTED)  # 9 px of black, below the page's dirt of 10
    assert (spots_kept(cell), cell.points) == (1, 1)


@pytest.mark.parametrize(
    ("bottom", "spot", "kept"),
    [
        (60, (120, 55, 3), 1),  # in the band along the wall, in which the digits stand too
        (60, (200, 55, 3), 0),  # beside no digit
        (60, (120, 57, 3), 0),  # of the wall itself
        (72, (120, 67, 3), 0),  # the digits end well above
    ],
)
def test_a_point_beside_digits_that_stand_on_the_wall_stays_and_is_told(
    bottom: int, spot: tuple[int, int, int], kept: int
) -> None:
    """In rows as low as their print 14.5 was read 145, sure to .9999: the point lay along the wall and went with it."""
    dark = digits(spot)
    dark[bottom - 1 : bottom + 2] = 220
    cell = cell_mask(dark, Box(0, 0, 300, bottom), CLEAN)
    assert (spots_kept(cell), cell.points) == (kept, kept)


@pytest.mark.parametrize(
    ("spot", "where"), [((120, 20, 3), "above the digits"), ((200, 53, 3), "far from them"), ((120, 63, 3), "below")]
)
def test_a_speck_elsewhere_goes(spot: tuple[int, int, int], where: str) -> None:
    cell = cell_mask(digits(spot), BOX, SPOTTED)
    assert (spots_kept(cell), cell.points) == (0, 0), where


def test_a_spot_much_lighter_than_the_dirt_goes_but_is_told() -> None:
    cell = cell_mask(digits((121, 53, 2)), BOX, SPOTTED)
    assert (spots_kept(cell), cell.points) == (0, 1)


def test_a_dirty_page_has_heavy_spots_where_no_text_is_and_a_clean_one_has_none() -> None:
    clean = np.zeros((600, 600), np.uint8)
    cv2.rectangle(clean, (100, 28), (112, 60), 220, 4)
    dirty = clean.copy()
    for k in range(DIRTY + 8):
        y, x = 160 + 22 * k, 40 + 170 * k % 530
        dirty[y : y + 4, x : x + 4] = 230
    dirty[130, ::7] = 90  # grain is no speck
    assert page_dirt(clean, CHARACTER).spots == 0 and page_dirt(dirty, CHARACTER).spots == DIRTY + 8


def test_what_lies_beside_the_paper_is_no_dirt_of_it() -> None:
    """A photograph's table top had 169 spots, and the colons of a clean page were taken for such."""
    dark = np.zeros((600, 600), np.uint8)
    cv2.rectangle(dark, (300, 28), (312, 60), 220, 4)
    for k in range(80):
        y, x = 20 + 70 * (k // 10), (10 + 37 * k) % 190
        dark[y : y + 4, x : x + 4] = 230
        dark[y : y + 3, x + 10 : x + 22] = 60
    whole, own = page_dirt(dark, CHARACTER), page_dirt(dark, CHARACTER, Box(220, 0, 600, 600))
    assert whole.spots > DIRTY and whole.speck > speck_floor(CHARACTER) and whole.pale > CLEAR
    assert (own.spots, own.speck, own.pale, own.haze) == (0, speck_floor(CHARACTER), 0, 0.0)


@pytest.mark.parametrize("upright", [True, False])
def test_the_pieces_of_a_fold_are_no_dirt(upright: bool) -> None:
    """They lie on one line, which may lean over into the next; 32 of them had the colons of a worn page taken off."""
    fold = np.zeros((900, 900), np.uint8)
    cv2.rectangle(fold, (100, 100), (130, 132), 220, 6)
    spread = fold.copy()
    rng = np.random.default_rng(1)
    for k, (y, x) in enumerate(rng.integers(250, 860, (70, 2)).tolist()):
        fold[250 + 9 * k : 254 + 9 * k, 500 + k // 4 : 504 + k // 4] = 230
        spread[y : y + 4, x : x + 4] = 230
    if not upright:
        fold, spread = (np.ascontiguousarray(image.T) for image in (fold, spread))
    folded, dirty = page_dirt(fold, CHARACTER), page_dirt(spread, CHARACTER)
    assert (folded.spots, folded.speck) == (0, speck_floor(CHARACTER))
    assert dirty.spots > 60 and dirty.speck > speck_floor(CHARACTER)


@pytest.mark.parametrize("scale", [CLEAN, SPOTTED])
def test_a_mark_of_its_own_stands_most_of_a_character_away(scale: Scale) -> None:
    """） ink is in the left half of its square, that of ； in the left quarter of the next: 25 px between them here."""
    semicolon = ((168, 42, 5), (168, 53, 5))
    assert spots_kept(cell_mask(digits(*semicolon), BOX, scale)) == 2


@pytest.mark.parametrize("spot", [(190, 42, 5), (168, 62, 5), (168, 14, 5)])
def test_a_spot_further_off_or_out_of_the_row_is_dirt(spot: tuple[int, int, int]) -> None:
    assert spots_kept(cell_mask(digits(spot), BOX, CLEAN)) == 0


def test_on_a_clean_page_there_is_nothing_to_doubt() -> None:
    cell = cell_mask(digits((120, 53, 4)), BOX, CLEAN)
    assert (spots_kept(cell), cell.points) == (1, 0)


def test_a_point_much_heavier_than_the_dirt_is_no_doubt_either() -> None:
    cell = cell_mask(digits((119, 51, 4)), BOX, SPOTTED)
    assert (spots_kept(cell), cell.points) == (1, 0)


def test_dirt_is_weighed_where_no_text_is_near() -> None:
    dark = np.zeros((900, 900), np.uint8)
    cv2.rectangle(dark, (100, 100), (130, 132), 220, 6)
    clean = page_dirt(dark, CHARACTER).speck
    rng = np.random.default_rng(1)
    for y, x in rng.integers(250, 880, (90, 2)):
        dark[y : y + 3, x : x + 3] = 230
    assert clean == speck_floor(CHARACTER) < page_dirt(dark, CHARACTER).speck


@given(st.lists(st.tuples(st.integers(0, 280), st.integers(0, 60), st.integers(1, 40), st.integers(1, 30)), max_size=8))
def test_extent_and_height_are_those_of_the_mask(strokes: list[tuple[int, int, int, int]]) -> None:
    dark = np.zeros((80, 300), np.uint8)
    for left, top, wide, high in strokes:
        dark[top : top + high, left : left + wide] = 220
    cell = cell_mask(dark, BOX, CLEAN)
    rows, columns = np.nonzero(cell.mask)
    if not rows.size:
        assert cell.extent is None and cell.highest == 0
        return
    assert cell.extent == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    stats = cv2.connectedComponentsWithStats(cell.mask, connectivity=8)[2][1:]
    large = stats[:, cv2.CC_STAT_AREA] > (SPECK * CHARACTER) ** 2
    assert cell.highest == max(stats[large, cv2.CC_STAT_HEIGHT], default=0)
    if cell.highest > DASH_HEIGHT * CHARACTER:
        assert _dash_box(cell.mask, CHARACTER) is None, "what is so high is no dash, and need not be looked at"


@pytest.mark.parametrize(("faded", "kept"), [(True, 3), (False, 0)])
def test_pale_strokes_are_print_on_a_faded_page_alone(faded: bool, kept: int) -> None:
    dark = np.zeros((80, 300), np.uint8)
    for left in (100, 130):
        cv2.rectangle(dark, (left, 28), (left + 12, 55), 72, 4)
    dark[42:44, 160:180] = 55  # thin strokes are paler than thick ones
    cell = cell_mask(dark, BOX, Scale(8.0, CHARACTER, speck_floor(CHARACTER), faded=faded))
    assert cv2.connectedComponents(cell.mask, connectivity=8)[0] - 1 == kept


def test_the_grain_of_a_faded_page_is_no_print() -> None:
    """Its deviation is 10, a twentieth of the print's darkness: of so many pixels some are paler print's equal."""
    dark = np.clip(np.random.default_rng(5).normal(0, 10, (80, 300)), 0, 74).astype(np.uint8)
    dark[30:34, 100:110] = 60
    cell = cell_mask(dark, BOX, Scale(8.0, CHARACTER, speck_floor(CHARACTER), grain=0.05, faded=True))
    assert not cell.mask.any()


@pytest.mark.parametrize(("strokes", "kept"), [([(66, 38), (66, 48)], 2), ([(66, 8), (20, 70)], 0)])
def test_flat_strokes_as_light_as_dirt_are_an_equals_sign_beside_a_number(
    strokes: list[tuple[int, int]], kept: int
) -> None:
    dark = digits()
    for left, top in strokes:
        dark[top : top + 2, left : left + 14] = 80  # 28 px of a third of black: a mass of 8.8, the page's dirt is 10
    assert spots_kept(cell_mask(dark, BOX, SPOTTED)) == kept


def colon(*tops: int, at: int = 118) -> np.ndarray:
    """Spots of 4 px of half black (a mass of 2, dirt of a clean page is 2.6) under one another, between two digits."""
    dark = digits()
    for top in tops:
        dark[top : top + 2, at : at + 2] = 128
    return dark


def test_the_two_points_of_a_colon_are_known_by_each_other() -> None:
    assert spots_kept(cell_mask(colon(36, 50), BOX, CLEAN)) == 2


@pytest.mark.parametrize(
    ("dark", "where"),
    [
        (colon(36), "a single one"),
        (colon(34, 44, 54), "a row of dirt"),
        (colon(36, 50, at=250), "far from any character"),
        (colon(36, 41), "too near each other"),
    ],
)
def test_other_light_spots_are_dirt(dark: np.ndarray, where: str) -> None:
    assert spots_kept(cell_mask(dark, BOX, CLEAN)) == 0, where


def test_on_a_dirty_page_two_light_spots_are_dirt() -> None:
    dirty = Scale(8.0, CHARACTER, speck_floor(CHARACTER), spots=DIRTY)
    assert spots_kept(cell_mask(colon(36, 50), BOX, dirty)) == 0


@pytest.mark.parametrize(("second", "kept"), [(3, 2), (2, 0)])
def test_on_a_dirty_page_two_spots_of_one_weight_may_be_a_colon_and_are_told(second: int, kept: int) -> None:
    """Lighter than the page's specks (10): 8 and 8, or 8 and 4, the upper one too high for a point."""
    dark = digits()
    dark[28:31, 118:121] = 227
    dark[44 : 44 + second, 118 : 118 + second] = 227
    cell = cell_mask(dark, BOX, replace(SPOTTED, spots=DIRTY))
    assert spots_kept(cell) == kept and cell.points >= kept


def test_a_pale_line_from_wall_to_wall_is_no_print() -> None:
    dark = digits()
    cv2.rectangle(dark, (0, 0), (299, 79), 255, 2)
    clear = cell_mask(dark, BOX, CLEAN).mask.copy()
    dark[20:22, :] = np.maximum(dark[20:22, :], 55)
    assert (cell_mask(dark, BOX, CLEAN).mask == clear).all()


def equals_sign(dark: np.ndarray) -> np.ndarray:
    """The lower stroke as dark as print, the upper one a little paler: of orange print in a JPEG."""
    dark[50:53, 66:80] = np.maximum(dark[50:53, 66:80], 130)
    dark[40:42, 66:80] = np.maximum(dark[40:42, 66:80], 72)
    return dark


@pytest.mark.parametrize(
    ("scale", "kept"),
    [
        (replace(CLEAN, pale=CLEAR), 2),
        (replace(CLEAN, pale=CLEAR + 1), 1),  # what is pale on this page shines through
        (replace(CLEAN, pale=0, grain=0.05), 1),
        (replace(CLEAN, pale=0, spots=DIRTY), 1),
    ],
)
def test_on_a_clear_page_a_pale_stroke_beside_print_is_print(scale: Scale, kept: int) -> None:
    assert spots_kept(cell_mask(equals_sign(digits()), BOX, scale)) == kept


def test_beside_pale_print_what_is_paler_is_print_on_any_clean_page() -> None:
    dark = equals_sign((digits() * 0.55).astype(np.uint8))
    assert spots_kept(cell_mask(dark, BOX, replace(CLEAN, pale=CLEAR + 20))) == 2


@pytest.mark.parametrize(
    ("box", "where"),
    [((20, 38, 34, 40), "far from any character"), ((66, 38, 118, 40), "a line"), ((150, 70, 160, 80), "at the wall")],
)
def test_other_pale_ink_is_none(box: tuple[int, int, int, int], where: str) -> None:
    left, top, right, bottom = box
    dark = digits()
    dark[top:bottom, left:right] = np.maximum(dark[top:bottom, left:right], 72)
    assert spots_kept(cell_mask(dark, BOX, replace(CLEAN, pale=0))) == 0, where


def test_a_cell_in_which_all_is_pale_is_empty() -> None:
    dark = np.zeros((80, 300), np.uint8)
    dark[40:43, 100:114] = 72
    assert not cell_mask(dark, BOX, replace(CLEAN, pale=0)).mask.any()


def test_pale_pieces_of_a_page_are_counted_and_ruling_lines_are_none() -> None:
    dark = np.zeros((600, 600), np.uint8)
    cv2.rectangle(dark, (100, 28), (112, 60), 220, 4)
    dark[300:302, 20:580] = 70
    assert page_dirt(dark, CHARACTER).pale == 0
    for k in range(7):
        dark[100 + 25 * k : 103 + 25 * k, 300:312] = 60
    assert page_dirt(dark, CHARACTER).pale == 7


def test_what_the_other_sides_print_adds_to_a_character_is_none_of_it() -> None:
    """Pale strokes all over the page, one of them touching a character."""
    dark = np.zeros((600, 600), np.uint8)
    for k in range(HAZY):
        dark[200 + 12 * k : 204 + 12 * k, 300:330] = 56
    assert page_dirt(dark, CHARACTER).haze == pytest.approx(56)
    dark = digits()
    clear = cell_mask(dark, BOX, CLEAN)
    dark[40:44, 142:190] = np.maximum(dark[40:44, 142:190], 56)
    hazy = replace(CLEAN, pale=HAZY, edge=64.0)
    assert cell_mask(dark, BOX, CLEAN).mask.sum() > clear.mask.sum()
    cleared = cell_mask(dark, BOX, hazy)
    assert (cleared.mask == clear.mask).all() and cleared.extent == clear.extent
    assert (cell_mask(np.zeros_like(dark), BOX, hazy).mask == 0).all()


def test_a_line_that_shines_through_from_wall_to_wall_is_no_print_on_a_hazy_page() -> None:
    dark = digits()
    cv2.rectangle(dark, (0, 0), (299, 79), 255, 2)
    hazy = replace(CLEAN, pale=HAZY, edge=64.0)
    clear = cell_mask(dark, BOX, hazy).mask.copy()
    dark[66:69, :] = np.maximum(dark[66:69, :], 60)
    dark[66:69, 200:220] = 80
    assert (cell_mask(dark, BOX, hazy).mask == clear).all()


STROKES = st.lists(
    st.tuples(st.integers(8, 250), st.integers(8, 60), st.integers(1, 40), st.integers(1, 12)), max_size=9
)


@given(STROKES, st.lists(st.integers(30, 255), min_size=9, max_size=9), st.booleans())
def test_a_stroke_that_touches_a_wall_changes_nothing_for_the_others(
    strokes: list[tuple[int, int, int, int]], darks: list[int], walled: bool
) -> None:
    """Where one does, pieces are looked at twice; what they are taken for is the same."""

    def print_(dark: np.ndarray) -> np.ndarray:
        mask = (dark > 42).astype(np.uint8)
        pieces = _without_walls(mask, dark, (45.0, 75.0), 6, CLEAN)
        mask.ravel()[pieces.inked] = (pieces.inside * (1 + pieces.pale))[pieces.owner]
        return mask

    dark = np.zeros((80, 300), np.uint8)
    for (left, top, wide, high), level in zip(strokes, darks, strict=False):
        dark[top : min(70, top + high), left : min(270, left + wide)] = level
    if walled:
        cv2.rectangle(dark, (0, 0), (299, 79), 255, 2)
    without = print_(dark)
    dark[30:34, 280:300] = 200
    touching = print_(dark)
    assert (touching[:, :275] == without[:, :275]).all()


@given(st.lists(st.integers(60, 255), min_size=1, max_size=60))
def test_whether_a_cells_print_is_pale_is_as_its_percentile_says(values: list[int]) -> None:
    inside = np.array(values, np.uint8)[None]
    some = inside[inside > INK]
    pale = some.size >= 4 * CLEAN.speck and float(np.percentile(some, 95)) < 2 * INK
    assert _is_pale_print(inside, CLEAN) == pale
