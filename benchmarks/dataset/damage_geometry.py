"""Damages that move the ink: skew, quarter turns, perspective, curl, resolution. Amounts in the unit of their scale."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from .raster import Image, Mapping, Points, Result, Rng, homography, mm, soft_field


def skew(image: Image, degrees: float, rng: Rng, dpi: float) -> Result:
    """Turned by ``degrees`` to either side, the canvas grown so that nothing is lost."""
    h, w = image.shape[:2]
    angle = degrees * rng.choice((-1, 1))
    m = np.vstack([cv2.getRotationMatrix2D((w / 2, h / 2), angle, 1.0), [0, 0, 1]])
    corners = homography(m).points(np.array([[0, 0], [w, 0], [w, h], [0, h]], dtype=np.float64))
    low, high = corners.min(axis=0), corners.max(axis=0)
    m = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ m
    size = (int(np.ceil(high[0] - low[0])), int(np.ceil(high[1] - low[1])))
    return _warped(image, m, size, _background(image, rng)), homography(m)


def turn(image: Image, quarter_turns: float, rng: Rng, dpi: float) -> Result:
    """Turned clockwise by 1, 2 or 3 quarters."""
    k = int(np.clip(round(quarter_turns), 1, 3))
    h, w = image.shape[:2]
    turned = np.ascontiguousarray(np.rot90(image, -k))
    m = {1: [[0, -1, h], [1, 0, 0]], 2: [[-1, 0, w], [0, -1, h]], 3: [[0, 1, 0], [-1, 0, w]]}[k]
    return turned, homography(np.array([*m, [0, 0, 1]], dtype=np.float64))


def perspective(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """Seen at a slant: each corner drawn in by up to ``share`` of the page's side, on a table top around it."""
    h, w = image.shape[:2]
    rim = 0.03 * max(h, w)
    source = np.array([[0, 0], [w, 0], [w, h], [0, h]], dtype=np.float32)
    pulls = rng.uniform(0.15, 1, (4, 2)) * share * np.array([w, h])
    inward = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    target = (source + rim + inward * pulls).astype(np.float32)
    m = np.asarray(cv2.getPerspectiveTransform(source, target), dtype=np.float64)
    return _warped(image, m, (int(w + 2 * rim), int(h + 2 * rim)), rng.uniform(60, 150)), homography(m)


def curl(image: Image, millimetres: float, rng: Rng, dpi: float) -> Result:
    """The page bends: lines across bow by up to ``millimetres``, more towards one edge."""
    h, w = image.shape[:2]
    height = mm(millimetres, dpi) * rng.choice((-1, 1))
    centre, lean = rng.uniform(0.35, 0.65), rng.uniform(-0.8, 0.8)
    pad = int(abs(height)) + 2

    def lift(xs: Points, ys: Points) -> Points:
        bow = 1 - ((xs / w - centre) / max(centre, 1 - centre)) ** 2
        return np.asarray(height * bow * (1 + lean * (ys / h - 0.5)), dtype=np.float64)

    def to(points: Points) -> Points:
        x, y = points[:, 0], points[:, 1]
        return np.stack([x, y + lift(x, y) + pad], 1)

    ys, xs = np.mgrid[0 : h + 2 * pad, 0:w].astype(np.float64)
    source = ys - pad
    for _ in range(4):  # the lift varies slowly: a few steps of fixed-point iteration invert it below 0.01 px
        source = ys - pad - lift(xs, source)
    bent = cv2.remap(
        image, xs.astype(np.float32), source.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(bent, dtype=np.uint8), Mapping(to)


def resolution(image: Image, dots: float, rng: Rng, dpi: float) -> Result:
    """Resampled to ``dots`` per inch."""
    f = dots / dpi
    h, w = image.shape[:2]
    size = (max(1, round(w * f)), max(1, round(h * f)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if f < 1 else cv2.INTER_CUBIC)
    return np.asarray(small, dtype=np.uint8), homography(np.diag([size[0] / w, size[1] / h, 1.0]))


def wave(image: Image, pixels: float, rng: Rng, dpi: float) -> Result:
    """Feed of the scanner runs unevenly: rows shift by up to ``pixels`` (at 200 dpi) in slow waves."""
    h, w = image.shape[:2]
    shift = soft_field((h, 2), 7, rng)[:, 0].astype(np.float64) * pixels * dpi / 200
    xs = np.arange(w, dtype=np.float32)[None, :] - shift[:, None].astype(np.float32)
    ys = np.repeat(np.arange(h, dtype=np.float32)[:, None], w, axis=1)
    moved = cv2.remap(image, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    def to(points: Points) -> Points:
        return np.stack([points[:, 0] + np.interp(points[:, 1], np.arange(h), shift), points[:, 1]], 1)

    return np.asarray(moved, dtype=np.uint8), Mapping(to)


def _background(image: Image, rng: Rng) -> float:
    """What the scanner's lid looks like next to the sheet: mostly white, at times grey."""
    return float(rng.choice((255.0, 250.0, 236.0, 120.0), p=(0.45, 0.25, 0.2, 0.1)))


def _warped(image: Image, matrix: npt.NDArray[np.float64], size: tuple[int, int], fill: float) -> Image:
    flags = cv2.INTER_CUBIC
    out = cv2.warpPerspective(image, matrix, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=(fill,) * 3)
    return np.asarray(out, dtype=np.uint8)
