"""Single black and white pixels of a grey page are taken out; thin strokes, points, dirt and faxes stay as they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from layout import PageImage
from layout.salt import without_salt


def page(*, colour: bool = False) -> np.ndarray:
    """A page with text and thin rules, grey or (H, W, 3)."""
    pixels = np.full((1200, 900), 238, np.uint8)
    for y in range(100, 1100, 60):
        cv2.putText(pixels, "1,234.50 98.66%", (80, y), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 30, 1, cv2.LINE_AA)
        pixels[y + 20, 60:840] = 20
    pixels[90:1120, 500] = 20
    return np.repeat(pixels[:, :, None], 3, axis=2) if colour else pixels


def salted(pixels: np.ndarray, share: float) -> np.ndarray:
    hit = np.random.default_rng(4).random(pixels.shape[:2])
    out = pixels.copy()
    out[hit < share / 2] = 0
    out[hit > 1 - share / 2] = 255
    return out


def cleaned(pixels: np.ndarray) -> np.ndarray:
    return without_salt(PageImage(pixels, 200.0, "1.png", 1)).pixels


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("share", [0.004, 0.02])
def test_salt_and_pepper_is_taken_out(share: float, colour: bool) -> None:
    clean = page(colour=colour)
    dirty = salted(clean, share)

    def faults(pixels: np.ndarray) -> int:
        return int(np.count_nonzero(np.abs(pixels.astype(int) - clean) > 60))

    assert faults(cleaned(dirty)) < 0.15 * faults(dirty)


def test_thin_strokes_stay() -> None:
    """Rules one pixel thin, and the strokes of thin print."""
    clean = page()
    kept = cleaned(salted(clean, 0.004))
    assert np.count_nonzero(kept[:, 500][90:1120] < 100) > 0.99 * 1030
    ink = clean < 100
    assert np.count_nonzero(kept[ink] < 140) > 0.98 * np.count_nonzero(ink)


def test_pages_with_few_such_pixels_are_the_same_object() -> None:
    for pixels in (page(), salted(page(), 0.0006)):
        delivered = PageImage(pixels, 200.0, "1.png", 1)
        assert without_salt(delivered) is delivered


def test_a_fax_is_left_alone() -> None:
    pixels = np.where(salted(page(), 0.01) < 128, 0, 255).astype(np.uint8)
    delivered = PageImage(pixels, 204.0, "1.tif", 1)
    assert without_salt(delivered) is delivered


def test_a_tiny_picture_is_left_alone() -> None:
    delivered = PageImage(salted(page()[:40, :40], 0.1), None, "1.png", 1)
    assert without_salt(delivered) is delivered
