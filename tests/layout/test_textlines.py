"""What stands in a cell: blank, dash, slash, lines of text; and what is dirt or wall."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from forms import Box
from layout.cellmask import Scale, cell_mask, page_dirt
from layout.textlines import BLANK_OR_DASH, CellInk, cut_line, line_runs, measure, read_ink, with_print_raised

SCALE = Scale(unit=8.0, character=25.0, speck=1.6)
BOX = Box(100, 100, 300, 160)


def cell(height: int = 260, width: int = 400) -> np.ndarray:
    dark = np.zeros((height, width), np.uint8)
    cv2.rectangle(dark, (100, 100), (300, 160), 220, 2)
    return dark


def ink(dark: np.ndarray, box: Box = BOX) -> CellInk:
    return read_ink(dark, box, SCALE)


def glyph(dark: np.ndarray, x: int, y: int, size: int = 24) -> None:
    cv2.rectangle(dark, (x, y), (x + size - 2, y + size - 2), 220, 2)
    cv2.line(dark, (x + size // 2, y), (x + size // 2, y + size - 2), 220, 2)


def test_an_empty_cell_is_blank_and_sure() -> None:
    found = ink(cell())
    assert found.kind == "blank"
    assert found.doubt == 0.0


def test_faint_ink_in_a_blank_cell_is_a_doubt() -> None:
    dark = cell()
    dark[120:140, 180:200] = 60
    assert ink(dark).kind == "blank"
    assert ink(dark).doubt > 0.1


@pytest.mark.parametrize(("width", "thick"), [(8, 2), (22, 2), (24, 4), (48, 3)])
def test_a_flat_stroke_alone_is_a_dash(width: int, thick: int) -> None:
    dark = cell()
    dark[130 : 130 + thick, 190 : 190 + width] = 200
    assert ink(dark).kind == "dash"


def test_what_a_fax_leaves_of_a_dash_is_a_dash() -> None:
    dark = cell()
    dark[130:133, 190:214] = 255
    dark[130:133, 194:197] = dark[130:133, 202:206] = 0
    assert ink(dark).kind == "dash"


@pytest.mark.parametrize(("side", "step"), [(2, 7), (3, 10), (4, 12)])
@pytest.mark.parametrize("blur", [0.0, 0.7])
def test_dots_in_a_row_are_print_and_no_dash(side: int, step: int, blur: float) -> None:
    """…… for the rows that an office did not need was a dash, sure to 0.9998."""
    dark = cell()
    for k in range(6):
        dark[140 : 140 + side, 170 + step * k : 170 + step * k + side] = 230
    if blur:
        dark[125:160, 160:260] = cv2.GaussianBlur(dark[125:160, 160:260], (0, 0), blur)
    assert ink(dark).kind == "text"


def test_a_line_from_wall_to_wall_is_no_dash() -> None:
    dark = cell()
    dark[130:132, 102:300] = 200
    assert ink(dark).kind != "dash"


@pytest.mark.parametrize("lean", [0.21, 0.3, 0.5, 0.7])
def test_a_stroke_leaning_right_is_a_slash(lean: float) -> None:
    dark = cell()
    cv2.line(dark, (round(190 + 26 * lean), 117), (190, 143), 220, 2, cv2.LINE_AA)
    assert ink(dark).kind == "slash"


@pytest.mark.parametrize("lean", [-2, 0, 2])  # px: up to 4 degrees are left by curl
@pytest.mark.parametrize("flag", [0, 4, 7])
def test_an_upright_one_is_no_slash(lean: int, flag: int) -> None:
    dark = cell()
    cv2.line(dark, (200 + lean, 117), (200, 143), 220, 3)
    cv2.line(dark, (200 + lean - flag, 122), (200 + lean, 117), 220, 2)
    assert ink(dark).kind == "text"


def test_a_seven_is_no_slash() -> None:
    dark = cell()
    cv2.line(dark, (185, 118), (203, 118), 220, 2)
    cv2.line(dark, (203, 118), (190, 143), 220, 2)
    assert ink(dark).kind == "text"


def test_an_italic_nought_or_eight_is_no_slash() -> None:
    nought, eight = cell(), cell()
    cv2.ellipse(nought, (200, 130), (6, 13), 14, 0, 360, 220, 2, cv2.LINE_AA)
    for centre in ((203, 124), (199, 136)):
        cv2.ellipse(eight, centre, (5, 6), 14, 0, 360, 220, 2, cv2.LINE_AA)
    assert ink(nought).kind == ink(eight).kind == "text"


def test_an_italic_nought_that_blur_has_filled_is_no_slash() -> None:
    dark = cell()
    cv2.ellipse(dark, (200, 130), (6, 13), 14, 0, 360, 220, -1, cv2.LINE_AA)
    assert ink(dark).kind == "text"


def test_an_italic_eleven_is_no_slash() -> None:
    dark = cell()
    for x in (190, 202):
        cv2.line(dark, (x + 6, 117), (x, 143), 220, 2, cv2.LINE_AA)
    assert ink(dark).kind == "text"


def test_a_slash_that_is_torn_here_and_there_is_one() -> None:
    dark = cell()
    cv2.line(dark, (206, 117), (190, 143), 220, 4, cv2.LINE_AA)
    for y in (122, 131, 138):
        dark[y, 190 + round((143 - y) * 16 / 26)] = 0
    assert ink(dark).kind == "slash"


def test_lines_are_split_at_their_gaps() -> None:
    dark = np.zeros((400, 400), np.uint8)
    for row in range(3):
        for x in range(130, 280, 30):
            glyph(dark, x, 120 + 36 * row)
    found = read_ink(dark, Box(100, 100, 300, 260), SCALE)
    assert found.kind == "text"
    assert [round(line.box.top) for line in found.lines] == pytest.approx([120, 156, 192], abs=2)


def test_the_strokes_of_two_are_one_line() -> None:
    mask = np.zeros((60, 60), np.uint8)
    mask[10:13, 10:30] = mask[27:30, 5:35] = 1
    assert line_runs(mask, 25.0) == [(10, 30)]


def test_a_tall_block_is_cut_into_lines() -> None:
    mask = np.ones((75, 60), np.uint8)
    mask[24:26, 5:] = mask[49:51, 5:] = 0
    assert len(line_runs(mask, 25.0)) in (2, 3)


def test_characters_below_one_another_become_one_line() -> None:
    dark = np.zeros((400, 400), np.uint8)
    for row in range(4):
        glyph(dark, 120, 110 + 34 * row)
    found = read_ink(dark, Box(105, 95, 160, 260), SCALE)
    assert found.vertical
    (line,) = found.lines
    assert line.image.shape[1] > 3 * line.image.shape[0]


def test_the_walls_are_no_ink_even_a_pixel_or_two_off() -> None:
    for shift in (-2, 0, 2):
        found = ink(cell(), Box(100 + shift, 100 + shift, 300 + shift, 160 + shift))
        assert found.kind == "blank", shift


def test_a_comma_close_to_the_wall_stays() -> None:
    dark = cell()
    glyph(dark, 268, 117)
    dark[136:143, 294:297] = 220  # 2 px from the wall's ink
    (line,) = ink(dark).lines
    assert line.box.right >= 296


def test_a_decimal_point_is_print_and_a_lone_speck_is_dirt() -> None:
    dark = cell()
    glyph(dark, 150, 117)
    dark[138:141, 176:179] = 220
    glyph(dark, 182, 117)
    dark[120:122, 280:282] = 220
    mask = cell_mask(dark, BOX, SCALE)
    assert mask.mask[138 - mask.top, 176 - mask.left] == 1
    assert mask.mask[120 - mask.top, 280 - mask.left] == 0
    assert mask.dirt >= 1


def test_a_noisy_page_raises_the_mass_of_a_speck_but_not_above_a_point() -> None:
    rng = np.random.default_rng(1)
    clean = np.zeros((600, 600), np.uint8)
    noisy = clean.copy()
    for y, x in rng.integers(0, 598, (400, 2)):
        noisy[y : y + 2, x : x + 1] = 255
    assert page_dirt(clean, 25.0).speck < page_dirt(noisy, 25.0).speck <= (0.11 * 25.0) ** 2


def test_the_character_height_is_measured_on_the_page() -> None:
    dark = np.zeros((800, 800), np.uint8)
    boxes = []
    for row in range(8):
        glyph(dark, 150, 60 + 80 * row, size=30)
        boxes.append(Box(100, 40 + 80 * row, 300, 110 + 80 * row))
    assert measure(dark, boxes, unit=8.0, grain=0.0).character == pytest.approx(30, abs=2)


@pytest.mark.parametrize(("ink", "raised"), [(95, True), (150, False), (0, False)])
def test_grey_print_within_black_lines_is_made_as_dark_as_print_is(ink: int, raised: bool) -> None:
    """Its thin strokes counted as what shines through: of =90% the = was gone, sure to .9998."""
    dark = np.zeros((1100, 800), np.uint8)
    boxes = [Box(100, 40 + 80 * row, 300, 110 + 80 * row) for row in range(12)]
    for box in boxes:
        cv2.rectangle(dark, (100, round(box.top)), (300, round(box.bottom)), 230, 3)
        dark[round(box.top) + 30 : round(box.top) + 50, 150:170] = ink
    found, gain = with_print_raised(dark, boxes, unit=8.0)
    assert found[80, 160] == pytest.approx(200 if raised else ink, abs=1)
    assert gain == pytest.approx(200 / 95 if raised else 1.0)


def test_small_print_is_measured_by_its_own_lines() -> None:
    """Of 5.5 points: its lines were too low to be ones, and two touching ones were taken for the usual; the 1 of 17.5
    was a speck beside characters so high, gone without a doubt."""
    dark = np.zeros((1100, 800), np.uint8)
    boxes = [Box(100, 40 + 80 * row, 300, 110 + 80 * row) for row in range(12)]
    for k, box in enumerate(boxes):
        for x in (150, 162):
            glyph(dark, x, round(box.top) + 20, size=13)
            if k < 4:
                glyph(dark, x, round(box.top) + 32, size=13)
        dark[round(box.top) + 20 : round(box.top) + 31, 142:144] = 220
    scale = measure(dark, boxes, unit=8.0, grain=0.0)
    assert scale.character == pytest.approx(13, abs=2)
    assert read_ink(dark, boxes[-1], scale).lines[0].box.left == pytest.approx(142, abs=2)


@pytest.mark.parametrize("lines", [2, 3])
@pytest.mark.parametrize("shining", [False, True])
def test_lines_that_the_other_side_joins_are_as_high_as_they_are(shining: bool, lines: int) -> None:
    """A page of clear print was taken for one of characters twice as high, its lines read two at a time."""
    dark = np.zeros((1100, 800), np.uint8)
    boxes = [Box(100, 40 + 120 * row, 300, 150 + 120 * row) for row in range(8)]
    for box in boxes:
        for line in range(lines):
            for x in (150, 190):
                glyph(dark, x, round(box.top) + 10 + 32 * line, size=22)
        if shining:
            middle = dark[round(box.top) + 20 : round(box.top) + 32 * lines - 10, 160:164]
            middle[:] = np.maximum(middle, 55)
    scale = measure(dark, boxes, unit=8.0, grain=0.0)
    assert scale.character == pytest.approx(22, abs=2)
    assert scale.edge == pytest.approx(1.15 * 55 if shining else 42)
    assert [len(read_ink(dark, box, scale).lines) for box in boxes] == [lines] * 8


def test_strokes_that_are_broken_are_no_lines() -> None:
    dark = np.zeros((1100, 800), np.uint8)
    boxes = [Box(100, 40 + 120 * row, 300, 150 + 120 * row) for row in range(8)]
    for row, box in enumerate(boxes):
        top = round(box.top) + 30
        for x in (150, 210):
            glyph(dark, x, top, size=48)
        dark[dark == 220] = 60
        whole, broken = dark[top : top + 48], 15 + 4 * row
        whole[:broken][whole[:broken] == 60] = 200
    assert measure(dark, boxes, unit=8.0, grain=0.0).character == pytest.approx(48, abs=2)


def blot(width: int, height: int, blur: float = 1.0) -> np.ndarray:
    """A cell of 120 x 80 with a blurred blot in the middle."""
    dark = np.zeros((80, 120), np.uint8)
    dark[40 : 40 + height, 55 : 55 + width] = 230
    return cv2.GaussianBlur(dark, (0, 0), blur)


@pytest.mark.parametrize(("width", "height", "blur"), [(7, 4, 1.0), (8, 4, 1.6), (9, 5, 1.6), (10, 5, 1.8)])
def test_a_blurred_hyphen_is_a_doubted_dash(width: int, height: int, blur: float) -> None:
    ink = read_ink(blot(width, height, blur), Box(0, 0, 120, 80), SCALE)
    assert ink.kind == "dash" and 0 < ink.doubt < 0.5


@pytest.mark.parametrize("seed", range(5))
def test_grain_does_not_make_a_character_of_a_hyphen(seed: int) -> None:
    dark = blot(10, 5, 1.3).astype(float)
    dark += np.random.default_rng(seed).normal(0, 20, dark.shape) * (cv2.dilate(dark, np.ones((3, 3))) > 5)
    assert read_ink(np.clip(dark, 0, 255).astype(np.uint8), Box(0, 0, 120, 80), SCALE).kind == "dash"


@pytest.mark.parametrize(("width", "height"), [(3, 3), (4, 4), (2, 6)])
def test_a_dot_alone_in_a_cell_is_no_dash(width: int, height: int) -> None:
    assert read_ink(blot(width, height), Box(0, 0, 120, 80), SCALE).kind != "dash"


def test_a_blank_cell_tells_how_many_specks_were_left_out() -> None:
    dark = np.zeros((80, 120), np.uint8)
    dark[30, 40], dark[50, 70] = 200, 200
    ink = read_ink(dark, Box(0, 0, 120, 80), SCALE)
    assert (ink.kind, ink.points) == ("blank", 2)


@pytest.mark.parametrize(
    ("scale", "kind", "doubt"),
    [
        (SCALE, "dash", BLANK_OR_DASH),  # in doubt: it may shine through
        (replace(SCALE, grain=0.05), "blank", BLANK_OR_DASH),
    ],
)
def test_a_stroke_too_pale_for_print_is_a_dash_on_clean_paper_alone(scale: Scale, kind: str, doubt: float) -> None:
    dark = np.zeros((80, 300), np.uint8)
    blank = read_ink(dark, Box(0, 0, 300, 80), scale)
    dark[40:42, 120:150] = 55
    pale = read_ink(dark, Box(0, 0, 300, 80), scale)
    assert (blank.kind, blank.doubt) == ("blank", 0.0)
    assert (pale.kind, pale.doubt) == (kind, doubt)


def test_a_pale_stroke_beside_another_is_no_dash() -> None:
    dark = np.zeros((80, 300), np.uint8)
    dark[40:42, 120:150] = dark[40:42, 170:200] = 55
    pale = read_ink(dark, Box(0, 0, 300, 80), SCALE)
    assert (pale.kind, pale.doubt) == ("blank", BLANK_OR_DASH)


@pytest.mark.parametrize(
    ("spot", "spots", "kind"),
    [
        ((270, 145, 7), 40, "slash"),
        ((270, 145, 7), 0, "text"),
        ((215, 125, 7), 40, "text"),
        ((270, 125, 14), 40, "text"),
    ],
)
def test_on_a_dirty_page_a_spot_far_from_a_slash_makes_no_text_of_it(
    spot: tuple[int, int, int], spots: int, kind: str
) -> None:
    dark = cell()
    cv2.line(dark, (195, 142), (204, 118), 220, 3)
    left, top, side = spot
    dark[top : top + side, left : left + side] = 255
    found = read_ink(dark, BOX, replace(SCALE, spots=spots))
    assert found.kind == kind
    assert found.doubt > 0.0 or kind == "text"


def test_a_punch_hole_is_no_line_of_text() -> None:
    dark = np.zeros((120, 400), np.uint8)
    cv2.putText(dark, "12652", (100, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (220.0,), 5)
    assert cut_line(dark, Box(80, 20, 380, 100), SCALE) is not None
    cv2.circle(dark, (50, 60), 24, (200.0,), -1)
    assert cut_line(dark, Box(10, 20, 80, 100), SCALE) is None


@pytest.mark.parametrize(("darkness", "edge", "doubt"), [(90, 64.0, BLANK_OR_DASH), (200, 64.0, 0.0), (90, 42.0, 0.0)])
def test_where_the_other_side_shines_through_a_dash_no_darker_may_be_of_a_fold(
    darkness: int, edge: float, doubt: float
) -> None:
    dark = np.zeros((80, 300), np.uint8)
    dark[40:43, 120:150] = darkness
    ink = read_ink(dark, Box(0, 0, 300, 80), replace(SCALE, edge=edge))
    assert (ink.kind, ink.doubt) == ("dash", doubt)


def test_what_shines_through_between_two_characters_is_not_shown_to_a_reader() -> None:
    """The page's edge was lost on the way from a cell's print to its line image, so that haze stayed in cells."""
    dark = cell()
    glyph(dark, 150, 118)
    glyph(dark, 200, 118)
    dark[122:136, 182:192] = 40
    hazy, clear = (read_ink(dark, BOX, replace(SCALE, edge=edge)).lines[0].image for edge in (64.0, 42.0))
    between = slice(hazy.shape[1] // 2 - 4, hazy.shape[1] // 2 + 4)
    assert (hazy[:, between] == 255).all() and clear[:, between].min() == 255 - 40


@pytest.mark.parametrize(
    ("strokes", "lines"),
    [
        ([(150, 162), (190, 205), (240, 255)], 1),  # what is left of a fold
        ([(150, 172), (174, 196)], 2),  # ——
        ([(150, 172)], 2),  # 一
    ],
)
def test_a_row_of_strokes_apart_from_one_another_is_no_line_of_a_text(
    strokes: list[tuple[int, int]], lines: int
) -> None:
    box = Box(100, 100, 300, 200)
    dark = np.zeros((260, 400), np.uint8)
    for x in (150, 180, 210):
        glyph(dark, x, 120)
    for left, right in strokes:
        dark[170:174, left:right] = 200
    assert len(read_ink(dark, box, SCALE).lines) == lines


def test_where_nothing_else_stands_such_a_row_is_shown_to_a_reader() -> None:
    dark = cell()
    for left in (150, 190, 240):
        dark[128:132, left : left + 14] = 200
    assert len(ink(dark).lines) == 1


@pytest.mark.parametrize(("thick", "gap"), [(2, 2), (3, 2), (2, 5)])
@pytest.mark.parametrize("blur", [0.0, 0.6])
def test_an_equals_sign_alone_is_no_dash(thick: int, gap: int, blur: float) -> None:
    """It was, in faces with strokes close together: =100% in columns of their own read 100%, sure to 0.9998."""
    dark = np.zeros((60, 120), np.uint8)
    below = 24 + thick + gap
    dark[24 : 24 + thick, 50:66] = dark[below : below + thick, 50:66] = 230
    if blur:
        dark = np.asarray(cv2.GaussianBlur(dark, (0, 0), blur), np.uint8)
    assert read_ink(dark, Box(10, 5, 110, 55), SCALE).kind == "text"


def test_a_thick_dash_with_a_grain_is_one_stroke() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        dark = np.zeros((60, 120), np.uint8)
        dark[24:29, 50:66] = np.clip(rng.normal(190, 25, (5, 16)), 0, 255)
        assert read_ink(dark, Box(10, 5, 110, 55), SCALE).kind == "dash"
