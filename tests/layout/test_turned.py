"""Brackets and digits on their side in vertical text."""

from __future__ import annotations

import cv2
import numpy as np

from layout.turned import turned_back

CHARACTER = 30.0


def framed(ink: np.ndarray) -> np.ndarray:
    """Dark on white with a margin of 8 px."""
    return np.pad(255 - ink, 8, constant_values=255)


def bracket(*, opening: bool) -> np.ndarray:
    """( or ) of 10 x 28 px, upright, ink 255."""
    ink = np.zeros((28, 10), np.uint8)
    cv2.ellipse(ink, (9 if opening else 0, 14), (7, 13), 0, 90 if opening else -90, 270 if opening else 90, 255, 2)
    return ink


def digit() -> np.ndarray:
    """A 5 of 14 x 22 px, ink 255."""
    ink = np.zeros((22, 14), np.uint8)
    ink[:3], ink[:10, :3], ink[9:12], ink[9:, 11:], ink[19:] = 255, 255, 255, 255, 255
    return ink


def clockwise(ink: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.rot90(ink, -1))


CHARACTER_INK = np.full((28, 28), 255, np.uint8)


def ink_of(image: np.ndarray) -> np.ndarray:
    left, top, width, height = cv2.boundingRect((image < 128).astype(np.uint8))
    return image[top : top + height, left : left + width] < 128


def test_brackets_and_the_digits_between_them_stand_again() -> None:
    upright = [CHARACTER_INK, bracket(opening=True), digit(), CHARACTER_INK, bracket(opening=False)]
    lying = [framed(ink if ink is CHARACTER_INK else clockwise(ink)) for ink in upright]
    found = turned_back(lying, CHARACTER)
    assert len(found) == 5
    for image, ink in zip(found, upright, strict=True):
        np.testing.assert_array_equal(ink_of(image), ink_of(framed(ink)))


def test_a_bracket_close_above_a_digit_is_parted_from_it() -> None:
    """︵ and 3 were one line of the column, and the level was 效益指标分～."""
    arc, number = clockwise(bracket(opening=True)), clockwise(digit())
    width = max(arc.shape[1], number.shape[1])
    both = np.zeros((arc.shape[0] + 2 + number.shape[0], width), np.uint8)
    both[: arc.shape[0], : arc.shape[1]] = arc
    both[arc.shape[0] + 2 :, 3 : 3 + number.shape[1]] = number
    found = turned_back([framed(both), framed(clockwise(bracket(opening=False)))], CHARACTER)
    assert len(found) == 3
    np.testing.assert_array_equal(ink_of(found[1]), ink_of(framed(digit())))


def test_what_no_pair_of_brackets_holds_stays_as_it_is() -> None:
    stroke = np.zeros((28, 28), np.uint8)
    stroke[12:16] = 255  # 一
    for column in (
        [CHARACTER_INK, stroke, clockwise(digit())],
        [clockwise(bracket(opening=False)), CHARACTER_INK, clockwise(digit())],
        [clockwise(bracket(opening=True)), CHARACTER_INK],
        [np.zeros((28, 28), np.uint8)],
    ):
        images = [framed(ink) for ink in column]
        for image, found in zip(images, turned_back(images, CHARACTER), strict=True):
            np.testing.assert_array_equal(image, found)
