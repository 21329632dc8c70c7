"""Pages with a grey seal, drawn: 200 dots an inch, print black on white."""

import cv2
import numpy as np

from layout.ink import Image

UNIT = 200 / 25.4
CENTRE, RADIUS = (600, 700), 160
"""Pixels: the middle of the page, and a seal of 41 mm."""


def printed(ink: int = 0, *, stroke: int = 3) -> Image:
    """A page of rows of figures with a ruling line above each."""
    page = np.full((1400, 1200), 255, np.uint8)
    for y in range(100, 1350, 60):
        page[y - 42 : y - 40, 60:1140] = ink
        for x in range(80, 1100, 170):
            cv2.putText(page, "1.8305", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (ink,), stroke, cv2.LINE_AA)
    return page


def ink_of_seal(*, ring: int = 8, radius: int = RADIUS, star: bool = True) -> np.ndarray:
    """(H, W), 0 to 1: a ring, a star, and strokes as of characters along the ring."""
    mask = np.zeros((1400, 1200), np.uint8)
    cv2.circle(mask, CENTRE, radius, (255.0,), ring, cv2.LINE_AA)
    if star:
        angles = np.arange(10) * np.pi / 5 - np.pi / 2
        reach = np.where(np.arange(10) % 2 == 0, radius / 3, radius / 8)
        points = np.stack([CENTRE[0] + reach * np.cos(angles), CENTRE[1] + reach * np.sin(angles)], 1)
        cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], (255.0,), cv2.LINE_AA)
    for k in range(9):
        angle = np.pi * (0.8 + 1.4 * k / 8)
        x, y = (round(c + (radius - 42) * f(angle)) for c, f in zip(CENTRE, (np.cos, np.sin), strict=True))
        cv2.line(mask, (x - 14, y), (x + 14, y), (255.0,), 3, cv2.LINE_AA)
        cv2.line(mask, (x, y - 14), (x, y + 14), (255.0,), 3, cv2.LINE_AA)
    return mask / 255.0


def sealed(page: Image, share: float, ink: np.ndarray | None = None) -> Image:
    """The page with a seal that takes ``share`` of the light, over print too."""
    mask = ink_of_seal() if ink is None else ink
    return np.rint(page * (1 - share * mask)).astype(np.uint8)
