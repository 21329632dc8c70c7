"""PP-OCR's text detection on ONNX Runtime, for the text outside tables: title, year, note, narrative pages.

Differentiable binarisation (Liao et al. 2020): a map says how likely every pixel is text; its pieces, grown again by
what the training shrank them by, are the lines. The settings are those that PaddleOCR publishes with the model and the
steps are its own (paddlex, ``DetResizeForTest`` and ``DBPostProcess``), so that the boxes are the same; importing
PaddleOCR takes three seconds of every process that reads (see ``paddle``).
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box, EngineError, Weights

from .ppocr import session

LONGEST, STEP, PADDED_BELOW = 960, 32, 64
"""Pixels: the longer side that the model is shown at most, what its sides are multiples of; an image whose two sides
together are shorter than the third is padded with black."""
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
TEXT, LEAST, GROWN, MOST = 0.2, 0.45, 1.4, 3000
"""Probability from which a pixel is text; the mean of a line; by how much of area over circumference a line is grown;
pieces looked at, at most."""
SIDE = 3
"""Pixels of the map: a piece is at least so high, and a line two more."""

Map = NDArray[np.float32]
Corners = NDArray[np.float32]


class BoxDetector:
    """A ``Detector``: PP-OCR's DB detector run by ONNX Runtime from local weights."""

    def __init__(self, weights: Weights, *, device: str = "cpu", threads: int = 1) -> None:
        self._session: Any = session(weights, device=device, threads=threads)
        self._input = self._session.get_inputs()[0].name

    def detect(self, image: NDArray[np.uint8]) -> list[Box]:
        """Boxes of the text lines in an image (H, W[, 3]), in its pixels."""
        try:
            found = self._session.run(None, {self._input: shown(image)})[0]
        except Exception as error:
            raise EngineError(f"Text detection failed on {image.shape[1]} x {image.shape[0]} px: {error}") from error
        if found.ndim != 4 or not np.isfinite(found).all():
            raise EngineError(f"Text detection answered with shape {found.shape}, not with a map of probabilities.")
        return boxes_of(found[0, 0], width=image.shape[1], height=image.shape[0])


def shown(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(1, 3, H', W'): the image at the size and in the values that the model was trained on."""
    height, width = image.shape[:2]
    if height + width < PADDED_BELOW:
        padding = [(0, max(0, STEP - height)), (0, max(0, STEP - width)), (0, 0)][: image.ndim]
        image = np.pad(image, padding)
        height, width = image.shape[:2]
    ratio = min(1.0, LONGEST / max(height, width))
    size = tuple(max(STEP, round(int(side * ratio) / STEP) * STEP) for side in (width, height))
    small = image if size == (width, height) else cv2.resize(image, size)
    channels = [small] * 3 if small.ndim == 2 else cv2.split(small)
    batch = np.empty((1, 3, size[1], size[0]), np.float32)
    for k, (channel, mean, deviation) in enumerate(zip(channels, MEAN, DEVIATION, strict=True)):
        own = batch[0, k]
        np.multiply(channel, np.float32(1.0 / 255.0 / deviation), out=own, casting="unsafe")
        own += np.float32(-mean / deviation)
    return batch


def boxes_of(found: Map, *, width: int, height: int) -> list[Box]:
    """The boxes around the lines on a map (H', W') of an image of that size, in the image's pixels."""
    across, down = width / found.shape[1], height / found.shape[0]
    mask = np.asarray(found > TEXT, dtype=np.uint8) * 255
    boxes = []
    for contour in cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0][:MOST]:
        corners, side = _rectangle(contour)
        if side < SIDE or _mean_inside(found, corners) < LEAST:
            continue
        corners, side = _rectangle(_grown(corners))
        if side < SIDE + 2:
            continue
        xs = [max(0, min(round(float(x) * across), width)) for x, _ in corners]
        ys = [max(0, min(round(float(y) * down), height)) for _, y in corners]
        boxes.append(Box(float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys))))
    return boxes


def _rectangle(points: NDArray[Any]) -> tuple[Corners, float]:
    """The corners (4, 2), in order around it, of the least rectangle that holds the points, and its shorter side."""
    least = cv2.minAreaRect(points)
    corners = sorted(cv2.boxPoints(least), key=lambda p: float(p[0]))
    left = sorted(corners[:2], key=lambda p: float(p[1]))
    right = sorted(corners[2:], key=lambda p: float(p[1]))
    return np.array([left[0], right[0], right[1], left[1]], np.float32), float(min(least[1]))


def _mean_inside(found: Map, corners: Corners) -> float:
    """The mean of the map inside a rectangle."""
    height, width = found.shape
    x0, x1 = (max(0, min(v, width - 1)) for v in (math.floor(corners[:, 0].min()), math.ceil(corners[:, 0].max())))
    y0, y1 = (max(0, min(v, height - 1)) for v in (math.floor(corners[:, 1].min()), math.ceil(corners[:, 1].max())))
    mask = np.zeros((y1 - y0 + 1, x1 - x0 + 1), np.uint8)
    inside = (corners - np.array([x0, y0], np.float32)).astype(np.int32)
    cv2.fillPoly(mask, [inside], (1,))
    return float(cv2.mean(found[y0 : y1 + 1, x0 : x1 + 1], mask)[0])


def _grown(corners: Corners) -> NDArray[np.int64]:
    """The outline (N, 1, 2) of a rectangle with room all around it, its corners rounded."""
    import pyclipper

    distance = cv2.contourArea(corners) * GROWN / cv2.arcLength(corners, True)
    offset = pyclipper.PyclipperOffset()
    offset.AddPath(corners, pyclipper.JT_ROUND, pyclipper.ET_CLOSEDPOLYGON)
    return np.array(offset.Execute(distance)[0]).reshape(-1, 1, 2)
