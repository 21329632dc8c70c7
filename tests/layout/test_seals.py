"""Round seals are found by their ring; text, frames, holes and blurred crowds are none."""

import cv2
import numpy as np
import pytest

from layout.ink import darkness
from layout.seal_shape import Seal
from layout.seals import _seen, find_seals
from tests.layout.sealed import CENTRE, RADIUS, UNIT, ink_of_seal, printed, sealed

PAPER = np.full((1400, 1200), 255, np.uint8)


def found(page: np.ndarray) -> tuple[Seal, ...]:
    return find_seals(darkness(page), unit=UNIT)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 1.0])
def test_a_seal_over_print_is_found_where_it_is(share: float) -> None:
    (seal,) = found(sealed(printed(), share))
    assert np.hypot(seal.x - CENTRE[0], seal.y - CENTRE[1]) < 1.5
    assert seal.radius == pytest.approx(RADIUS, abs=1.5)
    assert seal.width == pytest.approx(8, abs=3)
    assert seal.level == pytest.approx(255 * share, abs=10)
    assert seal.seen > 0.8


@pytest.mark.parametrize("radius", [110, 195])
def test_small_seals_and_large_ones_are_found(radius: int) -> None:
    (seal,) = found(sealed(printed(stroke=2), 0.5, ink_of_seal(radius=radius)))
    assert seal.radius == pytest.approx(radius, abs=1.5)


def test_two_seals_are_two() -> None:
    page = sealed(printed(), 0.5)
    other = np.roll(ink_of_seal(), (350, 300), (0, 1))
    assert len(found(sealed(page, 0.4, other))) == 2


def test_a_worn_seal_is_found_of_which_an_eighth_is_gone() -> None:
    ink = ink_of_seal()
    ink[CENTRE[1] - 60 : CENTRE[1] + 60, : CENTRE[0]] = 0
    assert len(found(sealed(printed(stroke=2), 0.5, ink))) == 1


def test_half_a_ring_is_no_seal() -> None:
    ink = ink_of_seal()
    ink[: CENTRE[1]] = 0
    assert found(sealed(printed(), 0.5, ink)) == ()


@pytest.mark.parametrize("stroke", [1, 3, 6])
def test_text_and_ruling_lines_are_no_seal(stroke: int) -> None:
    assert found(printed(stroke=stroke)) == ()


def test_blurred_bold_text_is_no_seal() -> None:
    assert found(np.asarray(cv2.GaussianBlur(printed(stroke=7), (0, 0), 4), dtype=np.uint8)) == ()


def test_frames_discs_and_hairline_circles_are_no_seal() -> None:
    page = PAPER.copy()
    cv2.rectangle(page, (100, 100), (500, 500), (0,), 8)
    cv2.circle(page, (800, 300), 24, (90,), -1)  # a punch hole
    cv2.circle(page, (800, 900), 160, (120,), -1)
    cv2.circle(page, (300, 900), 160, (0,), 2, cv2.LINE_AA)
    assert found(page) == ()


@pytest.mark.parametrize("size", [(1, 1), (24, 24), (30, 2000)])
def test_pages_smaller_than_a_seal_have_none(size: tuple[int, int]) -> None:
    assert find_seals(np.zeros(size, np.uint8), unit=UNIT) == ()
    assert find_seals(np.full(size, 200, np.uint8), unit=UNIT) == ()


@pytest.mark.parametrize("scale", [0.05, 0.1, 0.2, 0.5, 1.5])
def test_a_ring_of_a_pixel_or_two_is_looked_at_too(scale: float) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (40, 30)).astype(np.uint8)
    found = _seen(noise, 15, 20, scale)
    assert found is None or found[0] >= 0.0
