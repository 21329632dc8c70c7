"""Marks that readers of a form left on it by hand: ticks, crosses, circles, underlines, strokes, scrawls."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from .raster import Image, Result, Rng, clipped, mm, rgb

Points = npt.NDArray[np.float64]
"""(N, 2): x, y in millimetres from the mark's middle."""

INKS = ((28, 52, 150), (196, 30, 36), (35, 35, 40), (110, 110, 112))
COLOURED = 2
"""Blue and red, then black ballpoint and pencil; RGB."""
FINEST = 8
"""A stroke is drawn so many times as large as it is, in steps of a pixel there."""


def pen(image: Image, marks: float, rng: Rng, dpi: float) -> Result:
    """``marks`` of one pen, three of four of them at or beside print."""
    which = int(rng.choice(len(INKS), p=(0.35, 0.25, 0.25, 0.15)))
    image = rgb(image) if which < COLOURED else image
    h, w = image.shape[:2]
    ink = np.argwhere((image if image.ndim == 2 else image.min(axis=2)) < 128)
    colour = np.array(INKS[which], np.float32)
    width, press = mm(rng.uniform(0.25, 0.55), dpi), rng.uniform(0.6, 0.95)
    out = image.astype(np.float32)
    for _ in range(round(marks)):
        at = np.array([rng.uniform(0, w), rng.uniform(0, h)])
        if len(ink) and rng.random() < 0.75:
            at = ink[int(rng.integers(len(ink)))][::-1] + rng.normal(0, mm(1.5, dpi), 2)
        mask = np.zeros((h, w), np.uint8)
        for stroke in _mark(rng):
            points = (_shaky(stroke, rng) * mm(1.0, dpi) + at) * 16
            cv2.polylines(mask, [points.round().astype(np.int32)], False, 255, max(1, round(width)), cv2.LINE_AA, 4)
        share = mask.astype(np.float32) / 255 * press * rng.uniform(0.85, 1.0)
        if image.ndim == 3:
            out += (np.minimum(out, colour) - out) * share[..., None]
        else:
            out += (np.minimum(out, colour.mean()) - out) * share
    return clipped(out), None


def _mark(rng: Rng) -> list[Points]:
    """The strokes of one mark, as a hand means them."""
    kind = rng.choice(
        ("tick", "cross", "circle", "under", "through", "side", "scrawl"), p=(0.3, 0.06, 0.16, 0.2, 0.08, 0.08, 0.12)
    )
    size = float(rng.uniform(2.5, 6.0))
    if kind == "tick":
        return [np.array([(-0.5, -0.1), (-0.2, 0.45), (0.9, -0.8)]) * size]
    if kind == "cross":
        return [np.array([(-0.5, -0.5), (0.5, 0.5)]) * size, np.array([(0.5, -0.5), (-0.5, 0.5)]) * size]
    if kind == "circle":
        angle = np.linspace(0, 2 * np.pi * rng.uniform(0.92, 1.12), 40) + rng.uniform(0, 6)
        wide = rng.uniform(1.0, 3.2)
        return [np.stack([np.cos(angle) * wide, np.sin(angle) * rng.uniform(0.8, 1.1)], axis=1) * size * 0.75]
    if kind in ("under", "through"):
        long, low = rng.uniform(6, 45), 2.2 if kind == "under" else 0.0
        return [np.array([(-long / 2, low), (long / 2, low + rng.normal(0, 0.02) * long)])]
    if kind == "side":
        high = rng.uniform(8, 40)
        return [np.array([(0.0, -high / 2), (rng.normal(0, 0.02) * high, high / 2)])]
    x = np.linspace(-1, 1, 14) * rng.uniform(6, 16)
    return [np.stack([x + rng.normal(0, 1.2, 14), rng.normal(0, 0.45 * size, 14)], axis=1)]


def _shaky(stroke: Points, rng: Rng) -> Points:
    """The stroke as a hand draws it: corners rounded, a little off everywhere."""
    steps = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(stroke, axis=0), axis=1))])
    along = np.linspace(0.0, steps[-1], max(8, round(steps[-1] * FINEST)))
    line = np.stack([np.interp(along, steps, stroke[:, k]) for k in (0, 1)], axis=1)
    line += np.cumsum(rng.normal(0, 0.012, line.shape), axis=0)
    kernel = np.ones(5) / 5
    soft = [np.convolve(np.pad(line[:, k], 2, mode="edge"), kernel, mode="valid") for k in (0, 1)]
    return np.stack(soft, axis=1)
