"""Grey seals taken off: print under them comes back, nothing else changes, and what may be wrong is doubted."""

import cv2
import numpy as np
import pytest

from forms import Box
from layout.cellmask import INK
from layout.ink import Image, darkness_of
from layout.rulings import find_segments, find_vertical_segments
from layout.seals import find_seals
from layout.unsealed import Unsealed, is_doubtful, without_seals
from tests.layout.sealed import CENTRE, RADIUS, UNIT, ink_of_seal, printed, sealed

DISC = np.hypot(*np.ogrid[-CENTRE[1] : 1400 - CENTRE[1], -CENTRE[0] : 1200 - CENTRE[0]]) <= RADIUS + 12
UNDER = Box(CENTRE[0] - 90, CENTRE[1] - 90, CENTRE[0] + 90, CENTRE[1] + 90)


def unsealed(page: Image) -> tuple[Image, Image, tuple[Unsealed, ...]]:
    found = darkness_of(page, unit=UNIT)
    after, taken = without_seals(found, page, find_seals(found.text, unit=UNIT), unit=UNIT)
    return after.text, after.rules, taken


def wrong(text: Image, page: Image) -> float:
    """The share of the disc's pixels that are print in one and not in the other, of those that are print."""
    clean = darkness_of(page, unit=UNIT).text
    return float(((text > 2 * INK) != (clean > 2 * INK))[DISC].sum() / (clean > 2 * INK)[DISC].sum())


@pytest.mark.parametrize("share", [0.2, 0.35, 0.5, 0.65])
def test_print_under_a_seal_comes_back_without_it(share: float) -> None:
    page = printed()
    text, _, taken = unsealed(sealed(page, share))
    assert wrong(text, page) < 0.05
    assert ((text > INK) & (darkness_of(page, unit=UNIT).text < 20))[DISC].sum() < 150  # of 15,000 that the seal inked
    assert not is_doubtful(UNDER, taken)


@pytest.mark.parametrize("share", [0.35, 0.65, 0.9, 1.0])
def test_outside_the_seal_nothing_changes(share: float) -> None:
    page = sealed(printed(), share)
    before = darkness_of(page, unit=UNIT)
    text, rules, taken = unsealed(page)
    assert taken
    assert (text == before.text)[~DISC].all()
    assert (rules == before.rules)[~DISC].all()


def test_a_page_without_a_seal_is_the_same() -> None:
    found = darkness_of(printed(), unit=UNIT)
    assert without_seals(found, printed(), (), unit=UNIT) == (found, ())


@pytest.mark.parametrize("share", [0.35, 0.5, 0.65])
def test_points_inside_a_seal_stay(share: float) -> None:
    page = np.full((1400, 1200), 255, np.uint8)
    points = [(CENTRE[0] + 12 * k, CENTRE[1] + 75) for k in range(-6, 7)]
    for x, y in points:
        page[y : y + 3, x : x + 3] = 0
    text, _, _ = unsealed(sealed(page, share))
    assert all(text[y + 1, x + 1] > INK for x, y in points)


@pytest.mark.parametrize("share", [0.35, 0.65])
def test_a_dash_as_pale_as_the_seal_stays(share: float) -> None:
    page = printed()
    page[CENTRE[1] + 60 : CENTRE[1] + 110, CENTRE[0] - 60 : CENTRE[0] + 60] = 255
    page[CENTRE[1] + 80 : CENTRE[1] + 82, CENTRE[0] - 15 : CENTRE[0] + 15] = round(255 * (1 - 0.9 * share))
    text, _, _ = unsealed(sealed(page, share))
    assert text[CENTRE[1] + 80, CENTRE[0] - 14 : CENTRE[0] + 14].min() > INK


@pytest.mark.parametrize("ink", [0, 110])
@pytest.mark.parametrize("share", [0.35, 0.65])
def test_ruling_lines_under_a_seal_stay_and_its_ring_is_none(ink: int, share: float) -> None:
    page = np.full((1400, 1200), 255, np.uint8)
    for k in (-100, 20):
        page[CENTRE[1] + k : CENTRE[1] + k + 2, 60:1140] = ink
        page[60:1340, CENTRE[0] + k : CENTRE[0] + k + 2] = ink
    for x in range(80, 1000, 60):  # print that tells how dark print is
        cv2.putText(page, "8", (x, 300), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0,), 3, cv2.LINE_AA)
    _, rules, _ = unsealed(sealed(page, share))
    across = [s for s in find_segments(rules, unit=UNIT) if s.length > 8 * UNIT]
    down = [s for s in find_vertical_segments(rules, unit=UNIT) if s.length > 8 * UNIT]
    assert sorted({round(s.level - CENTRE[1]) for s in across}) == pytest.approx([-100, 20], abs=2)
    assert sorted({round(s.level - CENTRE[0]) for s in down}) == pytest.approx([-100, 20], abs=2)
    assert all(s.start < 70 and s.end > 1130 for s in across)


def test_print_paler_than_the_seal_is_not_eaten_and_doubted() -> None:
    page = printed(ink=120, stroke=2)
    text, _, taken = unsealed(sealed(page, 0.8, ink_of_seal(star=False)))
    inside = np.hypot(*np.ogrid[-CENTRE[1] : 1400 - CENTRE[1], -CENTRE[0] : 1200 - CENTRE[0]]) <= 0.55 * RADIUS
    clean = darkness_of(page, unit=UNIT).text
    assert (text[inside & (clean > 2 * INK)] > INK).mean() > 0.98
    assert is_doubtful(UNDER, taken)


def test_a_seal_as_dark_as_print_is_taken_off_by_its_shape_and_doubted() -> None:
    page = sealed(printed(), 1.0)
    text, _, taken = unsealed(page)
    ring = np.abs(np.hypot(*np.ogrid[-CENTRE[1] : 1400 - CENTRE[1], -CENTRE[0] : 1200 - CENTRE[0]]) - RADIUS) < 3
    assert (text[ring] > INK).mean() < 0.3  # where print is near it, it stays
    assert (text[DISC & (darkness_of(printed(), unit=UNIT).text > 2 * INK)] > INK).mean() > 0.97
    assert is_doubtful(UNDER, taken)
    assert not is_doubtful(Box(10, 10, 300, 300), taken)
    assert not is_doubtful(Box(CENTRE[0] - 300, CENTRE[1] - 10, CENTRE[0] - RADIUS - 14, CENTRE[1] + 10), taken)


def test_strokes_of_a_seal_that_are_left_are_doubted() -> None:
    """The finest strokes of a seal's characters are as thin as hairlines of print, and no darker."""
    page, ink = printed(), ink_of_seal()
    left = Box(CENTRE[0] - 65, CENTRE[1] + 60, CENTRE[0] - 15, CENTRE[1] + 112)
    x0, y0, x1, y1 = left.pixels()
    page[y0:y1, x0:x1] = 255
    cv2.putText(ink, "M", (CENTRE[0] - 55, CENTRE[1] + 100), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0.8,), 1, cv2.LINE_AA)
    text, _, taken = unsealed(sealed(page, 0.65, ink))
    assert (text[y0:y1, x0:x1] > INK).any()
    assert is_doubtful(left, taken)
    assert not is_doubtful(Box(CENTRE[0] + 20, CENTRE[1] + 20, CENTRE[0] + 90, CENTRE[1] + 90), taken)
