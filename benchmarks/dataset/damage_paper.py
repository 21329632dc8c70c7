"""Damages of the sheet and its light: folds, shine-through, punch holes, dirt, uneven ground, shadow."""

from __future__ import annotations

import cv2
import numpy as np

from .raster import Image, Result, Rng, clipped, mm, per_pixel, soft_field


def fold(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """One to three folds: a light crease beside a shadow with ``share`` of full contrast, ink worn off on it."""
    out = image.astype(np.float32)
    h, w = image.shape[:2]
    for _ in range(int(rng.integers(1, 4))):
        across = rng.random() < 0.65
        length, extent = (w, h) if across else (h, w)
        at = extent * rng.choice((0.5, 1 / 3, 2 / 3)) + rng.normal(0, extent * 0.02)
        line = at + np.linspace(-1, 1, length) * rng.normal(0, extent * 0.004)
        distance = (np.arange(extent)[:, None] - line[None, :]) / mm(0.5, dpi)
        shade = -90 * share * np.exp(-((distance - 0.4) ** 2)) + 14 * share * np.exp(-((distance + 1.2) ** 2))
        worn = share * 0.8 * np.exp(-((distance / 0.5) ** 2)) * (rng.random((1, length)) < 0.6)
        if not across:
            shade, worn = shade.T, worn.T
        shade, worn = per_pixel(image, shade.astype(np.float32)), per_pixel(image, worn.astype(np.float32))
        out = (out + (235 - out) * np.where(out < 200, worn, 0)) + shade
    return clipped(out), None


def shine(image: Image, share: float, rng: Rng, dpi: float, other: Image | None = None) -> Result:
    """The other page (without one: this) shows through, mirrored, softened, with ``share`` of its ink."""
    back = np.ascontiguousarray(np.flip(image if other is None or other.shape != image.shape else other, axis=1))
    shift = rng.normal(0, mm(4, dpi), 2)
    m = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], dtype=np.float32)
    fill = (255.0, 255.0, 255.0)
    moved = cv2.warpAffine(back, m, image.shape[1::-1], borderMode=cv2.BORDER_CONSTANT, borderValue=fill)
    soft = np.asarray(cv2.GaussianBlur(moved, (0, 0), max(0.4, mm(0.12, dpi))), dtype=np.float32)
    return clipped(image * (1 - share * (255.0 - soft) / 255)), None


def holes(image: Image, count: float, rng: Rng, dpi: float) -> Result:
    """``count`` punch holes of 6 mm near the left edge or the top, dark or light, at times over the table's edge."""
    out = image.copy()
    h, w = image.shape[:2]
    n = max(1, round(count))
    left, inset = rng.random() < 0.8, mm(rng.uniform(9, 17), dpi)
    shade = float(rng.choice((30, 90, 170, 252)))
    for k in range(n):
        along = (k + 1) / (n + 1) + rng.normal(0, 0.006)
        centre = (inset, along * h) if left else (along * w, inset)
        cv2.circle(out, (int(centre[0]), int(centre[1])), int(mm(3, dpi)), (shade,) * 3, -1, cv2.LINE_AA)
    return out, None


def dirt(image: Image, per_page: float, rng: Rng, dpi: float) -> Result:
    """``per_page`` specks of 0.1 to 0.8 mm, with some hairs and a stain."""
    out = image.copy()
    h, w = image.shape[:2]
    for _ in range(int(per_page)):
        x, y = int(rng.uniform(0, w)), int(rng.uniform(0, h))
        r = mm(0.05 + 0.35 * rng.random() ** 3, dpi)
        axes = (max(1, int(r * rng.uniform(0.6, 1.6))), max(1, int(r)))
        cv2.ellipse(out, (x, y), axes, rng.uniform(0, 180), 0, 360, (float(rng.uniform(20, 140)),) * 3, -1)
    for _ in range(int(per_page / 60)):
        start, heading = rng.uniform(0, 1, 2) * (w, h), rng.uniform(0, 2 * np.pi)
        path = [start]
        for _ in range(12):
            heading += rng.normal(0, 0.35)
            path.append(path[-1] + mm(0.7, dpi) * np.array([np.cos(heading), np.sin(heading)]))
        cv2.polylines(out, [np.array(path, dtype=np.int32)], False, (70.0,) * 3, 1, cv2.LINE_AA)
    stain = np.clip(soft_field((h, w), 9, rng) - 0.6, 0, 1) * min(60.0, per_page / 6)
    return clipped(out.astype(np.float32) - per_pixel(out, stain.astype(np.float32))), None


def uneven(image: Image, greys: float, rng: Rng, dpi: float) -> Result:
    """The ground varies smoothly by up to ``greys`` grey values, with paper grain on it."""
    field = greys * (0.5 + 0.5 * soft_field(image.shape[:2], 3, rng)) + rng.normal(0, greys / 22, image.shape[:2])
    return clipped(image.astype(np.float32) - per_pixel(image, field.astype(np.float32))), None


def shadow(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """A hand or a phone keeps the light off: a soft-edged part of the page loses up to ``share`` of its light."""
    h, w = image.shape[:2]
    angle, at = rng.uniform(0, 2 * np.pi), rng.uniform(-0.2, 0.35)
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    across = ((xs / w - 0.5) * np.cos(angle) + (ys / h - 0.5) * np.sin(angle) - at) / rng.uniform(0.03, 0.25)
    light = 1 - share / (1 + np.exp(-across)) - 0.25 * share * (0.5 + 0.5 * soft_field((h, w), 2, rng))
    return clipped(image * per_pixel(image, light.astype(np.float32))), None
