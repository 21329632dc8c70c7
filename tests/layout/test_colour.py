"""The grey page of a coloured one: seals and fills taken out, print in whatever colour kept."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from layout.colour import grey_page, grey_without_colour

Pixels = NDArray[np.uint8]

CROPS = Path(__file__).parent.parent / "data" / "crops"

RED, BLUE, ORANGE, GREEN = (48, 32, 210), (190, 60, 30), (10, 115, 225), (60, 125, 20)  # BGR
BLACK = (20, 20, 20)


def page(height: int = 1200, width: int = 850) -> Pixels:
    return np.full((height, width, 3), 245, np.uint8)


def write(pixels: Pixels, text: str, at: tuple[int, int], colour: tuple[int, ...]) -> NDArray[np.bool_]:
    """Writes with strokes of half a millimetre and says where."""
    mask = np.zeros(pixels.shape[:2], np.uint8)
    cv2.putText(mask, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.7, (1.0,), 2)
    pixels[mask > 0] = colour
    return mask > 0


def stamp(
    pixels: Pixels, centre: tuple[int, int], radius: int, colour: tuple[int, ...], thick: int = 4
) -> NDArray[np.bool_]:
    """A ring with a star's square in it; ink over print multiplies."""
    mask = np.zeros(pixels.shape[:2], np.uint8)
    cv2.circle(mask, centre, radius, (1.0,), thick)
    cv2.rectangle(mask, (centre[0] - 9, centre[1] - 9), (centre[0] + 9, centre[1] + 9), (1.0,), -1)
    on = mask > 0
    pixels[on] = (pixels[on].astype(float) * np.array(colour) / 245).astype(np.uint8)
    return on


def test_grey_pages_pass_unchanged() -> None:
    grey = np.full((50, 60), 200, np.uint8)
    assert grey_without_colour(grey) is grey


def test_a_page_without_colour_is_left_alone() -> None:
    pixels = np.full((100, 100, 3), 230, np.uint8)
    pixels[40:60, 40:60] = 30
    assert (grey_without_colour(pixels)[40:60, 40:60] == 30).all()


def test_a_red_seal_vanishes_and_the_print_below_it_stays() -> None:
    pixels = page()
    print_ = write(pixels, "1234.50", (330, 600), BLACK)
    ring = stamp(pixels, (400, 600), 80, RED)
    cleaned = grey_without_colour(pixels)
    assert cleaned[ring & ~print_].min() > 180
    assert np.median(cleaned[ring & print_]) < 110


@pytest.mark.parametrize("colour", [RED, BLUE, ORANGE, GREEN])
def test_a_number_printed_in_colour_is_no_seal_and_stays(colour: tuple[int, ...]) -> None:
    pixels = page()
    number = write(pixels, "1359.88", (300, 500), colour)
    write(pixels, "1359.88", (300, 800), BLACK)
    assert np.median(grey_without_colour(pixels)[number]) < 90


def test_a_number_in_colour_beside_a_seal_stays() -> None:
    pixels = page()
    ring = stamp(pixels, (400, 600), 80, RED)
    number = write(pixels, "98.66%", (560, 600), RED)
    cleaned = grey_without_colour(pixels)
    assert cleaned[ring].min() > 180
    assert np.median(cleaned[number]) < 90


def test_the_ruling_lines_of_a_green_form_stay() -> None:
    pixels = page()
    for y in range(100, 1100, 60):
        cv2.line(pixels, (60, y), (790, y), GREEN, 2)
    for x in (60, 300, 540, 790):
        cv2.line(pixels, (x, 100), (x, 1060), GREEN, 2)
    assert grey_without_colour(pixels)[100, 60:790].max() < 110


@pytest.mark.parametrize("fill", [(153, 242, 255), (238, 215, 189), (0, 255, 255)])
@pytest.mark.parametrize("ink", [BLACK, RED])
def test_on_a_filled_cell_the_fill_vanishes_and_the_print_stays(fill: tuple[int, ...], ink: tuple[int, ...]) -> None:
    pixels = page()
    cv2.rectangle(pixels, (200, 460), (480, 520), fill, -1)
    number = write(pixels, "1359.88", (280, 500), ink)
    cleaned = grey_without_colour(pixels)
    filled = np.zeros(pixels.shape[:2], bool)
    filled[464:516, 204:476] = True
    away = cv2.dilate(number.astype(np.uint8), np.ones((7, 7), np.uint8)) == 0
    assert cleaned[filled & away].min() > 215
    assert np.median(cleaned[number]) < 120


def test_pale_thin_print_on_a_fill_is_not_its_own_ground() -> None:
    """Of 12号 in orange on yellow the 2 was gone: thin pale strokes vary no more than a fill may."""
    pixels = page(2400, 1700)
    cv2.rectangle(pixels, (200, 800), (700, 1000), (0, 255, 255), -1)
    mask = np.zeros(pixels.shape[:2], np.uint8)
    cv2.putText(mask, "2022  12", (300, 900), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (1.0,), 1, cv2.LINE_8)
    pixels[mask > 0] = (0, 115, 225)
    _, jpeg = cv2.imencode(".jpg", cv2.GaussianBlur(pixels, (0, 0), 0.6), [cv2.IMWRITE_JPEG_QUALITY, 85])
    cleaned = grey_without_colour(np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), dtype=np.uint8))
    dark = 245.0 - cleaned[mask > 0]
    assert np.percentile(dark, 10) > 0.5 * np.median(dark) > 30
    away = cv2.dilate(mask, np.ones((9, 9), np.uint8)) == 0
    assert cleaned[820:980, 220:680][away[820:980, 220:680]].min() > 215


def test_fills_of_two_colours_side_by_side_are_each_its_own_ground() -> None:
    pixels = page()
    cv2.rectangle(pixels, (200, 400), (480, 458), (238, 215, 189), -1)
    cv2.rectangle(pixels, (200, 462), (480, 520), (180, 224, 198), -1)
    cv2.line(pixels, (200, 460), (480, 460), BLACK, 2)
    number = write(pixels, "1359.88", (280, 500), BLACK)
    cleaned = grey_without_colour(pixels)
    away = cv2.dilate(number.astype(np.uint8), np.ones((7, 7), np.uint8)) == 0
    assert cleaned[466:516, 204:476][away[466:516, 204:476]].min() > 225


def test_white_print_on_a_dark_fill_becomes_dark() -> None:
    pixels = page()
    cv2.rectangle(pixels, (200, 460), (480, 520), (121, 78, 31), -1)
    number = write(pixels, "1359.88", (280, 500), (250, 250, 250))
    cleaned = grey_without_colour(pixels)
    assert np.median(cleaned[number]) < 120
    assert np.median(cleaned[465:515, 210:260]) > 215


def test_what_coloured_lines_between_fills_enclose_is_no_fill() -> None:
    """On a form with green lines white cells between filled ones were dark, with light print."""
    pixels = page(2400, 1700)
    fills = {(200, 800): (180, 224, 198), (500, 900): (121, 78, 31), (200, 1000): (0, 255, 255)}
    for left in (200, 500, 800):
        for top in (800, 900, 1000):
            cv2.rectangle(pixels, (left, top), (left + 300, top + 100), fills.get((left, top), (250, 250, 250)), -1)
    mask = write(pixels, "1359.88", (560, 860), BLACK) | write(pixels, "1359.88", (260, 960), BLACK)
    for k in range(4):
        cv2.line(pixels, (200 + 300 * k, 800), (200 + 300 * k, 1100), GREEN, 4)
        cv2.line(pixels, (200, 800 + 100 * k), (1100, 800 + 100 * k), GREEN, 4)
    cleaned = grey_without_colour(pixels)
    assert np.median(cleaned[mask]) < 100
    away = cv2.dilate(mask.astype(np.uint8), np.ones((7, 7), np.uint8)) == 0
    for left, top in ((500, 800), (800, 800), (200, 900), (800, 900), (500, 1000), (800, 1000)):
        at = slice(top + 6, top + 94), slice(left + 6, left + 294)
        assert cleaned[at][away[at]].min() > 215


def test_a_seal_that_lies_half_on_a_fill_is_taken_off() -> None:
    """Its outline hung on to the filled cell and was taken for a part of it: strokes of the seal were read as print."""
    pixels = page(2400, 1700)
    cv2.rectangle(pixels, (500, 1000), (760, 1100), (180, 224, 198), -1)
    number = write(pixels, "1359.88", (560, 1040), BLACK)
    ring = stamp(pixels, (740, 1080), 150, RED, thick=8)
    cleaned = grey_without_colour(pixels)
    away = cv2.dilate(number.astype(np.uint8), np.ones((7, 7), np.uint8)) == 0
    outside = ring & away
    outside[990:1110, 490:770] = False
    assert np.percentile(cleaned[outside], 5) > 180
    assert np.median(cleaned[number]) < 110


def in_shade(pixels: Pixels, light: float) -> Pixels:
    """Lit by so much on the left, fully on the right, with a camera's grain."""
    falling = np.linspace(light, 1.0, pixels.shape[1], dtype=np.float32)[None, :, None]
    grain = np.random.default_rng(3).normal(0.0, 6.0, (*pixels.shape[:2], 1))
    return np.asarray(np.clip(cv2.GaussianBlur(pixels, (0, 0), 0.8) * falling + grain, 0, 255), dtype=np.uint8)


@pytest.mark.parametrize("fill", [(153, 242, 255), (121, 78, 31), (0, 0, 192)])
def test_in_a_shadow_a_fill_becomes_no_brighter_than_the_paper_about_it(fill: tuple[int, ...]) -> None:
    """What lies between bright fills became dark, and its ruling lines with it."""
    pixels = page(2400, 1700)
    cv2.rectangle(pixels, (200, 800), (600, 900), fill, -1)
    cleaned = grey_without_colour(in_shade(pixels, 0.5)).astype(float)
    within, beside = np.median(cleaned[810:890, 210:590]), np.median(cleaned[920:1000, 210:590])
    assert abs(within / beside - 1.0) < 0.1


def test_white_print_on_a_dark_fill_is_no_ground_of_it_in_a_shadow() -> None:
    """Beside a fill of another colour its print was taken for one more: dark paper between it, and light print."""
    pixels = page(2400, 1700)
    cv2.rectangle(pixels, (200, 800), (480, 920), (121, 78, 31), -1)
    cv2.rectangle(pixels, (481, 800), (700, 920), (153, 242, 255), -1)
    mask = np.zeros(pixels.shape[:2], np.uint8)
    for y in (830, 846, 862, 878):
        cv2.putText(mask, "8H8E8B8H8M8B", (240, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (1.0,), 1)
    pixels[mask > 0] = (250, 250, 250)
    cleaned = grey_without_colour(in_shade(pixels, 0.45)).astype(float)
    away = cv2.dilate(mask, np.ones((7, 7), np.uint8)) == 0
    ground = cleaned[806:914, 206:474][away[806:914, 206:474]]
    assert np.percentile(ground, 1) > 0.8 * np.median(ground)
    assert np.percentile(cleaned[mask > 0], 75) < 0.75 * np.median(ground)


@pytest.mark.parametrize("above", [(153, 242, 255), (53, 130, 84)])
def test_a_thin_line_between_two_fills_stays(above: tuple[int, ...]) -> None:
    """It is darker than one of them alone."""
    pixels = page(2400, 1700)
    cv2.rectangle(pixels, (200, 700), (600, 798), above, -1)
    cv2.rectangle(pixels, (200, 802), (600, 900), (121, 78, 31), -1)
    pixels[800:802, 200:601] = 40
    cleaned = grey_without_colour(cv2.GaussianBlur(pixels, (0, 0), 0.5))
    assert np.percentile(cleaned[799:803, 240:560].min(axis=0), 90) < 150


@pytest.mark.parametrize("gap", [0, 1, 2])
@pytest.mark.parametrize("fill", [(120, 78, 30), (20, 20, 190), (60, 100, 20)])
def test_a_thin_line_paler_than_the_deep_fill_beside_it_stays(fill: tuple[int, ...], gap: int) -> None:
    """At 160 dots an inch a hairline is a grey one; it went with the fill, and its cell with its neighbours."""
    pixels = page()
    pixels[300:500, 250:550] = fill
    lines = np.zeros(pixels.shape[:2], bool)
    for x in (250 - gap - 2, 550 + gap):
        lines[300:500, x : x + 2] = True
    for y in (300 - gap - 2, 500 + gap):
        lines[y : y + 2, 250:550] = True
    pixels[lines] = 125
    pixels = smear(pixels)
    cleaned = grey_without_colour(pixels)
    assert np.percentile(cleaned[lines], 90) < 215
    assert np.percentile(cleaned[310:490, 260:540], 1) > 225 and np.percentile(cleaned[300:500, 250:550], 5) > 205


def test_print_of_a_seals_colour_under_the_seal_is_told_of() -> None:
    pixels = page()
    write(pixels, "1359.88", (300, 200), RED)
    stamp(pixels, (400, 600), 80, RED)
    number = write(pixels, "85", (385, 560), RED)
    found = grey_page(pixels)
    assert found.lost is not None and found.lost[number].mean() > 0.9
    assert not found.lost[:400].any()


@pytest.mark.parametrize("colour", [BLACK, BLUE])
def test_a_seal_over_print_of_another_colour_loses_none(colour: tuple[int, ...]) -> None:
    pixels = page()
    write(pixels, "1359.88", (300, 200), colour)
    stamp(pixels, (400, 600), 80, RED)
    assert grey_page(pixels).lost is None or not grey_page(pixels).lost.any()  # type: ignore[union-attr]


@pytest.mark.parametrize("beside", [None, (474, (238, 215, 189)), (478, (0, 0, 192))])
def test_a_long_text_is_read_over_the_whole_width_of_its_filled_cell(
    beside: tuple[int, tuple[int, ...]] | None,
) -> None:
    """Even squares of 2 mm lie to the right of the text alone, 20 mm and more from its first characters; those of
    another cell near these say nothing, neither where it is apart nor where both are one coloured piece."""
    pixels = page()
    if beside:
        bottom, colour = beside
        cv2.rectangle(pixels, (200, 440), (320, bottom), colour, -1)
        cv2.rectangle(pixels, (561, 200), (760, 504), (0, 255, 255), -1)  # a great cell, of the same colour
    cv2.rectangle(pixels, (200, 479), (560, 504), (0, 255, 255), -1)
    text = write(pixels, "88888888888888888888", (210, 499), BLACK)
    cleaned = grey_without_colour(pixels)
    away = cv2.dilate(text.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    assert cleaned[483:501, 204:556][away[483:501, 204:556]].min() > 200
    assert np.median(cleaned[text]) < 120


@pytest.mark.parametrize(
    ("fill", "ink"), [((0, 255, 255), BLACK), ((238, 215, 189), RED), ((60, 20, 170), (250, 250, 250))]
)
def test_a_filled_cell_that_its_text_fills_is_no_print(fill: tuple[int, ...], ink: tuple[int, ...]) -> None:
    pixels = page()
    cv2.rectangle(pixels, (200, 479), (246, 504), fill, -1)
    number = write(pixels, "8888", (200, 499), ink)[484:500, 204:242]
    cleaned = grey_without_colour(pixels)[484:500, 204:242]
    away = cv2.dilate(number.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    assert np.median(cleaned[away]) > 200
    assert np.median(cleaned[number]) < 120


def test_a_great_bold_character_in_colour_is_print_and_no_filled_cell() -> None:
    """国 of 18 points: a frame and strokes as broad as the gaps."""
    pixels = page()
    cv2.rectangle(pixels, (300, 400), (325, 425), RED, 4)
    for y in (407, 413, 419):
        cv2.line(pixels, (306, y), (319, y), RED, 3)
    cleaned = grey_without_colour(pixels)
    assert np.median(cleaned[399:403, 300:325]) < 90
    assert cleaned[410, 306:309].min() > 150


def test_bold_characters_in_colour_that_touch_are_print_and_no_filled_cell() -> None:
    """Of 项目支出绩效自评表 in orange 绩效 was taken for a cell with white print: it was gone, told nowhere."""
    title = cv2.imread(str(CROPS / "orange-title.png"))
    assert title is not None
    pixels = np.full((2684, 2141, 3), 253, np.uint8)
    pixels[300 : 300 + title.shape[0], 900 : 900 + title.shape[1]] = title
    cleaned = grey_without_colour(pixels)[300 : 300 + title.shape[0], 900 : 900 + title.shape[1]]
    printed = cv2.erode((title[:, :, 0] < 60).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert np.percentile(cleaned[printed], 95) < 110


def smear(pixels: Pixels) -> Pixels:
    """Colour at a quarter of the resolution of brightness, as JPEG and cameras keep it."""
    luma, *chroma = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_BGR2YCrCb))
    return np.asarray(
        cv2.cvtColor(cv2.merge([luma, *(cv2.blur(c, (4, 4)) for c in chroma)]), cv2.COLOR_YCrCb2BGR), dtype=np.uint8
    )


@pytest.mark.parametrize("colour", [ORANGE, BLACK])
def test_a_thin_stroke_in_orange_is_as_dark_as_a_black_one(colour: tuple[int, ...]) -> None:
    """Of the = in =12652 a stroke was paler than print in the channel that orange absorbs."""
    pixels = page(2400, 1700)
    for x in range(660, 800, 40):
        cv2.line(pixels, (x, 1170), (x + 10, 1200), colour, 3)
    pixels[1180, 624:648] = pixels[1191, 624:648] = colour
    _, jpeg = cv2.imencode(".jpg", cv2.GaussianBlur(pixels, (0, 0), 0.6), [cv2.IMWRITE_JPEG_QUALITY, 80])
    cleaned = grey_without_colour(np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), dtype=np.uint8))
    assert np.median(cleaned[[1180, 1191], 626:646]) < 110


def test_a_text_that_fills_all_of_a_long_cell_but_its_end_stands_on_a_fill() -> None:
    """No strip above or below it is as broad as half a millimetre."""
    pixels = page()
    cv2.rectangle(pixels, (200, 482), (560, 502), (0, 255, 255), -1)
    text = write(pixels, "88888888888888888888", (204, 499), BLACK)
    cleaned = grey_without_colour(pixels)
    away = cv2.dilate(text.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    assert np.median(cleaned[484:501, 204:460][away[484:501, 204:460]]) > 200
    assert np.median(cleaned[text]) < 120


def test_print_is_as_dark_under_a_seal_whose_colour_a_camera_or_jpeg_has_smeared() -> None:
    """Brightness is kept by the pixel, colour as a mean of several: print under a pale seal was taken off with it."""
    pixels = page()
    print_ = write(pixels, "1234.50", (330, 600), BLACK)
    mask = np.zeros(pixels.shape[:2], np.uint8)
    cv2.circle(mask, (400, 600), 80, (1.0,), 4)
    cv2.circle(mask, (380, 595), 30, (1.0,), -1)
    on = mask > 0
    pixels[on] = (pixels[on] * np.array([127, 127, 231]) / 245).astype(np.uint8)
    cleaned = grey_without_colour(smear(pixels))
    assert np.median(cleaned[print_ & on]) < 90
    away = cv2.dilate(print_.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    assert np.percentile(cleaned[on & away], 5) > 180


def test_in_the_shade_a_seal_leaves_the_paper_as_dark_as_it_is() -> None:
    pixels = page()
    ring = stamp(pixels, (400, 600), 80, RED)
    shade = np.linspace(1.0, 0.6, pixels.shape[1])[None, :, None]
    cleaned = grey_without_colour((pixels * shade).astype(np.uint8))
    expected = np.broadcast_to(245 * shade[:, :, 0], ring.shape)
    assert np.abs(cleaned[ring] - expected[ring]).max() < 40


def test_of_two_seals_each_is_its_own_measure() -> None:
    pixels = page()
    rings = [stamp(pixels, (250, 400), 80, RED), stamp(pixels, (500, 900), 80, (70, 52, 230))]
    for ring in rings:
        assert grey_without_colour(pixels)[ring].min() > 225
