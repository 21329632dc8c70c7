"""How large a page's paper is, by which millimetres are told: A4, unless what the file says makes it A3 or A5."""

from __future__ import annotations

from .page import PageImage

SHORT, LONG = 210.0, 297.0
"""Millimetres of A4."""
OTHERS = (210.0, 420.0)
"""Millimetres that A5 and A3 are long."""


def a4_unit(shape: tuple[int, ...]) -> float:
    """Pixels in a millimetre of a page of this shape (H, W) or (H, W, 3), however it is turned, taken for A4."""
    return max(shape[:2]) / LONG


def pixels_per_millimetre(page: PageImage) -> float:
    """From the page's own size, taken as A4: the dpi a file states are often wrong, a sheet's size seldom.

    A stated resolution between 90 and 1300 dpi counts when it makes the sheet A3, A4 or A5 within a tenth.
    """
    if page.dpi and 90 <= page.dpi <= 1300:
        millimetres = max(page.width, page.height) * 25.4 / page.dpi
        if any(abs(millimetres / side - 1) < 0.1 for side in OTHERS):
            return page.dpi / 25.4
    return a4_unit(page.pixels.shape)
