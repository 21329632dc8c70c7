"""How large a page's paper is, by which millimetres are told: A4, unless what the file says makes it A3 or A5."""

from __future__ import annotations

from .page import PageImage

SHORT, LONG = 210.0, 297.0
"""Millimetres of A4."""
A5, A3 = 210.0, 420.0
"""Millimetres that these are long."""


def a4_unit(shape: tuple[int, ...]) -> float:
    """Pixels in a millimetre of a page of this shape (H, W) or (H, W, 3), however it is turned, taken for A4."""
    return max(shape[:2]) / LONG


def says_size(page: PageImage, *sides: float) -> bool:
    """Whether a page states a resolution, between 90 and 1300 dpi, that makes it as long as one of ``sides``
    (millimetres), within a tenth."""
    if not page.dpi or not 90 <= page.dpi <= 1300:
        return False
    millimetres = max(page.width, page.height) * 25.4 / page.dpi
    return any(abs(millimetres / side - 1) < 0.1 for side in sides)


def pixels_per_millimetre(page: PageImage) -> float:
    """From the page's own size, taken as A4: the dpi a file states are often wrong, a sheet's size seldom.

    A stated resolution counts when it makes the sheet A3, A4 or A5.
    """
    if page.dpi and says_size(page, A5, A3):
        return page.dpi / 25.4
    return a4_unit(page.pixels.shape)
