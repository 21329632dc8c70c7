"""Damages of the machine: blur, noise, JPEG, dark borders, dust on the glass, fax."""

from __future__ import annotations

import cv2
import numpy as np

from .raster import Image, Mapping, Result, Rng, clipped, grey, homography, mm


def blur(image: Image, pixels: float, rng: Rng, dpi: float) -> Result:
    """Gaussian blur with a standard deviation of ``pixels`` at 200 dpi."""
    sigma = pixels * dpi / 200
    return (image, None) if sigma < 0.15 else (np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), dtype=np.uint8), None)


def gaussian(image: Image, greys: float, rng: Rng, dpi: float) -> Result:
    """Gaussian noise with a standard deviation of ``greys`` grey values, the same in all channels."""
    noise = rng.normal(0, greys, image.shape[:2]).astype(np.float32)
    return clipped(image.astype(np.float32) + (noise[:, :, None] if image.ndim == 3 else noise)), None


def salt(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """``share`` of the pixels turned black or white."""
    out = image.copy()
    hit = rng.random(image.shape[:2])
    out[hit < share / 2] = 0
    out[hit > 1 - share / 2] = 255
    return out, None


def jpeg(image: Image, quality: float, rng: Rng, dpi: float) -> Result:
    """Saved once as JPEG at this quality (100 best)."""
    shown = image if image.ndim == 2 else np.ascontiguousarray(image[:, :, ::-1])
    ok, data = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    if not ok:
        raise ValueError("the image cannot be written as JPEG")
    back = np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), dtype=np.uint8)
    return (back if back.ndim == 2 else np.ascontiguousarray(back[:, :, ::-1])), None


def border(image: Image, millimetres: float, rng: Rng, dpi: float) -> Result:
    """The scanner sees past the sheet: a dark margin of up to ``millimetres`` on one to three sides, slanting."""
    sides = [int(mm(millimetres * rng.uniform(0.4, 1), dpi)) * int(rng.random() < 0.7) for _ in range(4)]
    if not any(sides):
        sides[int(rng.integers(4))] = max(1, int(mm(millimetres, dpi)))
    left, top, right, bottom = sides
    shade = (float(rng.choice((12, 35, 70, 110))),) * 3
    out = np.asarray(
        cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_CONSTANT, value=shade), dtype=np.uint8
    )
    tilt = int(mm(rng.uniform(0, 2), dpi))
    if left:
        wedge = np.array([[left, 0], [left + tilt, 0], [left, out.shape[0]]], dtype=np.int32)
        cv2.fillPoly(out, [wedge], shade)
    return out, homography(np.array([[1, 0, left], [0, 1, top], [0, 0, 1]], dtype=np.float64))


def dust(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """One to three lines down the scan, 0.1 to 0.4 mm wide, grey or coloured, that take ``share`` of the light."""
    out = image.astype(np.float32)
    for _ in range(int(rng.integers(1, 4))):
        start, wide = int(rng.uniform(0.08, 0.92) * image.shape[1]), max(1, round(mm(rng.uniform(0.1, 0.4), dpi)))
        tint = rng.choice(((1, 1, 1), (1, 1, 1), (0.3, 1, 1), (1, 1, 0.4))) if image.ndim == 3 else 1.0
        out[:, start : start + wide] *= 1.0 - share * np.asarray(tint, np.float32)
    return clipped(out), None


def fax(image: Image, severity: float, rng: Rng, dpi: float) -> Result:
    """Sent by fax at 204 dots an inch across and 196 down (98 from 0.5 on), black and white, with lost lines.

    ``severity``: 0 to 1; the share of lost lines and of specks grows with it, the threshold strays.
    """
    h, w = image.shape[:2]
    size = (round(w * 204 / dpi), round(h * (98 if severity >= 0.5 else 196) / dpi))
    small = cv2.resize(grey(image), size, interpolation=cv2.INTER_AREA).astype(np.float32)
    bits = small + rng.normal(0, 6 + 22 * severity, small.shape) > 150 + rng.uniform(-25, 25)
    out = bits.astype(np.uint8) * 255
    for y in np.flatnonzero(rng.random(out.shape[0]) < 0.012 * severity):
        if rng.random() < 0.5:
            out[y, :] = 255
        else:
            start = int(rng.uniform(0, out.shape[1]))
            out[y, start : start + int(rng.uniform(20, 300))] = int(rng.choice((0, 255)))
    specks = rng.random(out.shape)
    out[specks < 0.004 * severity] = 0
    out[specks > 1 - 0.004 * severity] = 255
    back = cv2.resize(out, (size[0], round(h * 204 / dpi)), interpolation=cv2.INTER_NEAREST)
    scale: Mapping = homography(np.diag([back.shape[1] / w, back.shape[0] / h, 1.0]))
    return np.asarray(back, dtype=np.uint8), scale
