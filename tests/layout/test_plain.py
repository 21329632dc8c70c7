"""Rows of characters are lines without a detector; what is not plainly that is left to it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from forms import Box
from layout import plain_lines

CHARACTER = 30.0
Ink = NDArray[np.uint8]


def paper(width: int = 1000, height: int = 300) -> Ink:
    return np.zeros((height, width), np.uint8)


def printed(ink: Ink, left: int, top: int, count: int, *, high: int = 28, pitch: int = 34) -> Box:
    """Print ``count`` characters, each of three strokes; where they stand."""
    for k in range(count):
        x = left + pitch * k
        ink[top : top + high, x : x + 4] = 1
        ink[top : top + high // 2, x + 8 : x + 28] = 1
        ink[top + high - 6 : top + high, x + 8 : x + 28] = 1
    return Box(left, top, left + pitch * (count - 1) + 28, top + high)


def holds(outer: Box, inner: Box) -> bool:
    return outer.overlap(inner) == inner.width * inner.height


def test_a_title_and_the_line_below_it_are_lines() -> None:
    ink = paper()
    title, below = printed(ink, 100, 40, 12, high=44, pitch=50), printed(ink, 300, 120, 6)
    found = plain_lines(ink, CHARACTER)
    assert found is not None
    assert [holds(box, line) for box, line in zip(found, (title, below), strict=True)] == [True, True]
    assert found[0].bottom <= found[1].top


def test_words_far_apart_are_two_lines_and_a_space_between_words_is_none() -> None:
    ink = paper()
    one, other = printed(ink, 20, 40, 6), printed(ink, 600, 40, 5)
    near = printed(ink, 600 + 34 * 5 + 30, 40, 4)
    found = plain_lines(ink, CHARACTER)
    assert found is not None
    assert [holds(box, line) for box, line in zip(found, (one, other), strict=True)] == [True, True]
    assert holds(found[1], near)


@given(st.integers(1, 5), st.integers(4, 20), st.floats(0.35, 3.0))
def test_every_row_is_found_whole_and_no_box_reaches_into_another_row(rows: int, count: int, leading: float) -> None:
    ink = paper(800, 1000)
    truth = [printed(ink, 30, 20 + round(k * 28 * (1 + leading)), count) for k in range(rows)]
    found = plain_lines(ink, CHARACTER)
    assert found is not None
    assert len(found) == rows
    for k, box in enumerate(found):
        assert [box.overlap(line) > 0 for line in truth] == [j == k for j in range(rows)]
        assert holds(box, truth[k])


def seal(ink: Ink) -> None:
    cv2.circle(ink, (250, 60), 90, (1,), 3)


def underline(ink: Ink) -> None:
    ink[75:78, 100:500] = 1


def speckled(ink: Ink) -> None:
    rng = np.random.default_rng(3)
    ink[rng.integers(40, 68, 80), rng.integers(100, 400, 80)] = 1


def touching(ink: Ink) -> None:
    printed(ink, 100, 40 + 28 + 5, 10)


def dots(ink: Ink) -> None:
    ink[:] = 0
    for k in range(12):
        top = 40 + 4 * (k % 6)
        ink[top : top + 4, 100 + 12 * k : 104 + 12 * k] = 1


def column(ink: Ink) -> None:
    ink[:] = 0
    for k in range(5):
        printed(ink, 100, 20 + 45 * k, 1)


def hole(ink: Ink) -> None:
    ink[:] = 0
    cv2.circle(ink, (100, 100), 20, (1,), -1)


def nothing(ink: Ink) -> None:
    ink[:] = 0


@pytest.mark.parametrize("spoiled", [seal, underline, speckled, touching, dots, column, hole, nothing])
def test_the_detector_is_asked_about(spoiled: Callable[[Ink], None]) -> None:
    ink = paper()
    printed(ink, 100, 40, 10)
    assert plain_lines(ink, CHARACTER) is not None
    spoiled(ink)
    assert plain_lines(ink, CHARACTER) is None
