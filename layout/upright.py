"""The upright page: quarter turn, skew, perspective and curl undone in one resampling, with the way back kept."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Transform
from forms.geometry import Matrix, multiplied

from .colour import grey_without_colour
from .ink import Image, darkness
from .page_size import a4_unit
from .rulings import find_segments, find_vertical_segments
from .skew import estimate_skew
from .straighten import apply_points, fit_warp

Places = NDArray[np.float64]

WORK_SIDE = 1400
"""Longest side in pixels of the reduced page on which the geometry is estimated."""

STEP = 16
"""Pixels between the places where the map of the upright page is computed; between them it is as good as straight."""

BAND = 16 * STEP
"""Rows of the upright page that are made at once: their map fits into the processor's cache."""


def find_transform(
    pixels: Image, *, rotation: int = 0, small: Image | None = None
) -> tuple[Transform, tuple[int, int]]:
    """The transform from the upright page to this one, and the upright page's (width, height) in pixels.

    ``rotation``: the quarter turn (0, 90, 180, 270 degrees clockwise) in which the page was delivered; which one
    it was cannot be seen from the rules alone, the caller asks the reader (see ``gouji.orientation``). ``small``: the
    page as delivered, ``reduced``, where it is there already; one that was turned is reduced anew.
    """
    height, width = pixels.shape[:2]
    turn, (width, height) = quarter_turn(width, height, rotation)
    scale = reduction(pixels)
    if small is not None and rotation == 0:
        dark = small
    else:
        dark = reduced(np.ascontiguousarray(np.rot90(pixels, k=rotation // 90)))
    skew = estimate_skew(dark)
    level, (level_width, level_height) = skew_turn(width, height, skew)
    small_level = _scaled(level, scale)
    size = (max(1, round(level_width * scale)), max(1, round(level_height * scale)))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    straight: Image = np.asarray(cv2.warpAffine(dark, _affine(small_level), size, flags=flags), dtype=np.uint8)
    unit = a4_unit(straight.shape)
    warp = fit_warp(
        find_segments(straight, unit=unit), find_vertical_segments(straight, unit=unit), width=size[0], height=size[1]
    )
    if warp is not None:
        warp = type(warp)(warp.centre_x / scale, warp.centre_y / scale, warp.scale / scale, warp.across, warp.down)
    matrix = multiplied(turn, level)
    return Transform(matrix, warp, rotation, skew), (level_width, level_height)


def reduction(pixels: Image) -> float:
    """What the sides of a page are multiplied by for the geometry to be estimated."""
    return min(1.0, WORK_SIDE / float(max(pixels.shape[:2])))


def reduced(pixels: Image) -> Image:
    """The darkness image of a page at the size on which its geometry is estimated."""
    scale = reduction(pixels)
    least = scale if scale * min(pixels.shape[:2]) >= 1 else 1.0  # a strip of a pixel or two is reduced along alone
    across, down = (least, scale) if pixels.shape[0] > pixels.shape[1] else (scale, least)
    small = cv2.resize(pixels, None, fx=across, fy=down, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    return darkness(grey_without_colour(np.asarray(small, dtype=np.uint8)))


def make_upright(pixels: Image, transform: Transform, size: tuple[int, int]) -> Image:
    """The page resampled once through ``transform``; what lies outside the delivered page becomes paper white."""
    width, height = size
    if transform.warp is None and transform.skew == 0.0:
        return np.ascontiguousarray(np.rot90(pixels, k=transform.rotation // 90))
    # Every 16 px, in the middle of each square, and a square more all around: see _dense.
    gx, gy = np.meshgrid(*(STEP * np.arange(-1.0, -(-n // STEP) + 1) + (STEP - 1) / 2 for n in (width, height)))
    coarse = [values.astype(np.float32) for values in on_page(transform, gx, gy)]
    flat = np.empty((height, width, *pixels.shape[2:]), np.uint8)
    for top in range(0, height, BAND):
        bottom = min(height, top + BAND)
        across, down = (_dense(values, top, bottom, width) for values in coarse)
        cv2.remap(
            pixels, across, down, cv2.INTER_LINEAR, dst=flat[top:bottom],
            borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255),
        )  # fmt: skip
    return flat


def on_page(transform: Transform, x: Places, y: Places) -> tuple[Places, Places]:
    """``Transform.to_page`` for arrays."""
    if transform.warp is not None:
        x, y = apply_points(transform.warp, x, y)
    m = transform.matrix
    w = m[6] * x + m[7] * y + m[8]
    return (m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w


def quarter_turn(width: int, height: int, rotation: int) -> tuple[Matrix, tuple[int, int]]:
    """Upright to delivered for a page delivered turned by ``rotation`` degrees clockwise; the upright size."""
    w, h = float(width), float(height)
    if rotation == 90:
        return (0.0, -1.0, w - 1, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0), (height, width)
    if rotation == 180:
        return (-1.0, 0.0, w - 1, 0.0, -1.0, h - 1, 0.0, 0.0, 1.0), (width, height)
    if rotation == 270:
        return (0.0, 1.0, 0.0, -1.0, 0.0, h - 1, 0.0, 0.0, 1.0), (height, width)
    return (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), (width, height)


def skew_turn(width: int, height: int, skew: float) -> tuple[Matrix, tuple[int, int]]:
    """Level page to a page turned by ``skew`` degrees clockwise; the level page holds all of the other."""
    a = math.radians(skew)
    c, s = math.cos(a), math.sin(a)
    new_width = math.ceil(width * abs(c) + height * abs(s))
    new_height = math.ceil(width * abs(s) + height * abs(c))
    cx, cy, nx, ny = (width - 1) / 2, (height - 1) / 2, (new_width - 1) / 2, (new_height - 1) / 2
    matrix = (c, -s, cx - c * nx + s * ny, s, c, cy - s * nx - c * ny, 0.0, 0.0, 1.0)
    return matrix, (new_width, new_height)


def _dense(values: np.ndarray, top: int, bottom: int, width: int) -> np.ndarray:
    """A coarse map, one value in the middle of every square of ``STEP`` px from -STEP, interpolated to every pixel of
    the rows from ``top``, a multiple of ``STEP``, to ``bottom``."""
    part = values[top // STEP : -(-bottom // STEP) + 2]
    rows, columns = part.shape
    fine = cv2.resize(part, (columns * STEP, rows * STEP), interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[STEP : STEP + bottom - top, STEP : STEP + width], dtype=np.float32)


def _scaled(m: Matrix, scale: float) -> Matrix:
    return (m[0], m[1], m[2] * scale, m[3], m[4], m[5] * scale, m[6] / scale, m[7] / scale, m[8])


def _affine(m: Matrix) -> np.ndarray:
    return np.array([[m[0], m[1], m[2]], [m[3], m[4], m[5]]], dtype=float)
