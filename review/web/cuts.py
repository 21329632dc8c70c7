"""Geometry and pixels of what is shown of a page: an upright crop around a cell, and square tiles at several scales.

A cell's box is the smallest upright rectangle of the page as delivered; on a skewed page it holds far more than the
cell. Knowing the angle, the cell itself follows (the inverse of "the bounding box of a turned rectangle"), and the
crop is cut along it, so that a reviewer reads level lines whatever way the sheet lay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from forms import Box

from .pages import PageInfo, Pixels

TILE = 512
WIDEST = 1800
"""Crops wider than this many pixels are scaled down."""
JPEG_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Crop:
    """What to cut: a rectangle ``width`` x ``height`` (page pixels) about ``centre``, turned by ``turn`` degrees.

    ``mark`` is the cell in it as fractions of the crop: left, top, right, bottom. ``scale``: output pixels per page
    pixel.
    """

    centre: tuple[float, float]
    width: float
    height: float
    turn: float
    mark: tuple[float, float, float, float]
    scale: float

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels."""
        return max(1, round(self.width * self.scale)), max(1, round(self.height * self.scale))


def crop_of(info: PageInfo, box: Box, context: float = 1.0) -> Crop:
    """The crop around a cell. ``context`` scales the margins: 1 shows the neighbours, 3 a good part of the page."""
    across, down = upright_size(box, info.turn)
    side = max(info.width, info.height)
    margin_x = context * max(0.05 * side, min(0.3 * across, 0.08 * side))
    margin_y = context * max(0.014 * side, min(0.4 * down, 0.04 * side))
    width, height = across + 2 * margin_x, down + 2 * margin_y
    mark = (margin_x / width, margin_y / height, 1 - margin_x / width, 1 - margin_y / height)
    return Crop(box.centre, width, height, info.turn, mark, min(1.0, WIDEST / width, WIDEST / height))


def upright_size(box: Box, turn: float) -> tuple[float, float]:
    """Width and height in pixels of the rectangle that, turned by ``turn`` degrees, has ``box`` around it."""
    width, height = max(box.width, 1.0), max(box.height, 1.0)
    quarter = round(turn / 90) % 4
    if quarter % 2:
        width, height = height, width
    rest = math.radians(turn - 90 * round(turn / 90))
    cos, sin, both = math.cos(rest), abs(math.sin(rest)), math.cos(2 * rest)
    if both < 0.2:  # near 45 degrees the two sides cannot be told apart
        return width, height
    across, down = (width * cos - height * sin) / both, (height * cos - width * sin) / both
    # A box that no turned rectangle fills (straightened by more than a turn) keeps a part of its sides.
    return min(width / cos, max(across, 0.2 * width)), min(height / cos, max(down, 0.2 * height))


def cut(pixels: Pixels, crop: Crop) -> bytes:
    """The crop as JPEG, upright; what lies beyond the page's edge is white."""
    out_width, out_height = crop.size
    angle = math.radians(crop.turn)
    cos, sin = math.cos(angle) / crop.scale, math.sin(angle) / crop.scale
    x0 = crop.centre[0] - (cos * out_width - sin * out_height) / 2
    y0 = crop.centre[1] - (sin * out_width + cos * out_height) / 2
    # Every output pixel's centre is looked up on the page: the matrix leads from the crop to the page.
    matrix = np.array([[cos, -sin, x0], [sin, cos, y0]], dtype=np.float64)
    if crop.scale < 1.0:
        pixels, matrix = _shrunk(pixels, matrix, crop.scale)
    level = abs(crop.turn - 90 * round(crop.turn / 90)) < 1e-6 and crop.scale == 1.0
    flags = (cv2.INTER_NEAREST if level else cv2.INTER_CUBIC) | cv2.WARP_INVERSE_MAP
    shown = cv2.warpAffine(
        pixels, matrix, (out_width, out_height), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,) * 3
    )
    return encode(shown, 92)


def cut_line(pixels: Pixels, crop: Crop) -> bytes:
    """The crop without the empty room above and below its ink: a short text in a tall cell, large enough for a wall.

    Its whole width stays, and above and below the ink as much again as the ink is high, so that nothing that belongs to
    the line is hidden, however faint.
    """
    data = cv2.imdecode(np.frombuffer(cut(pixels, crop), np.uint8), cv2.IMREAD_UNCHANGED)
    grey = data if data.ndim == 2 else cv2.cvtColor(data, cv2.COLOR_BGR2GRAY)
    left, top, right, bottom = (round(m * s) for m, s in zip(crop.mark, grey.shape[::-1] * 2, strict=True))
    inset = max(2, round(0.06 * (bottom - top)))
    inner = grey[top + inset : bottom - inset, left + inset : right - inset]
    if inner.size == 0 or int(inner.max()) - int(inner.min()) < 60:
        return encode(data, 92)
    _, ink = cv2.threshold(inner, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    rows = np.flatnonzero(ink.any(axis=1))
    first, last = top + inset + int(rows[0]), top + inset + int(rows[-1]) + 1
    room = max(last - first, 8)
    return encode(data[max(0, first - room) : last + room], 92)


def _shrunk(pixels: Pixels, matrix: np.ndarray, scale: float) -> tuple[Pixels, np.ndarray]:
    """The page scaled down before it is turned: looking single pixels up of a fine page would lose thin strokes."""
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    factor = np.array([[small.shape[1] / pixels.shape[1]], [small.shape[0] / pixels.shape[0]]])
    return small.astype(np.uint8, copy=False), matrix * factor


def levels(width: int, height: int) -> int:
    """How many scales a page has: level 0 is its own, every further one half as large, the last fits one tile."""
    return 1 + max(0, math.ceil(math.log2(max(width, height) / TILE)))


def tile(pixels: Pixels, level: int, column: int, row: int) -> bytes | None:
    """The tile as JPEG (narrower at the right and lower edge); None where the page has none."""
    height, width = pixels.shape[:2]
    if not 0 <= level < levels(width, height):
        return None
    side = TILE << level
    left, top = column * side, row * side
    if not (0 <= left < width and 0 <= top < height):
        return None
    part = pixels[top : min(top + side, height), left : min(left + side, width)]
    if level:
        size = (max(1, -(-part.shape[1] >> level)), max(1, -(-part.shape[0] >> level)))
        part = cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return encode(part, JPEG_QUALITY)


def encode(pixels: object, quality: int) -> bytes:
    """JPEG bytes of a grey or BGR picture."""
    good, data = cv2.imencode(".jpg", np.ascontiguousarray(pixels), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not good:
        raise ValueError("the picture could not be encoded")
    return bytes(data)
