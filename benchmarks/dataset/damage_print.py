"""Damages of the print itself: fading, gaps in the ruling lines, streaks without toner, bleeding ink, seals."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from .raster import Image, Result, Rng, clipped, grey, mm, rgb, soft_field


def fading(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """The ink loses ``share`` of its contrast, in patches a little more or less."""
    keep = 1 - share * (1 + 0.12 * soft_field(image.shape[:2], 5, rng))
    plane = np.clip(keep, 0.05, 1).astype(np.float32)
    return clipped(255 - (255.0 - image) * (plane[:, :, None] if image.ndim == 3 else plane)), None


def toner(image: Image, millimetres: float, rng: Rng, dpi: float) -> Result:
    """One to three strips down the sheet, ``millimetres`` wide, in which at most a third of the print's ink is."""
    out = image.astype(np.float32)
    wide = max(1, round(mm(millimetres, dpi)))
    for _ in range(int(rng.integers(1, 4))):
        start = int(rng.uniform(0.1, 0.9) * image.shape[1])
        strip = out[:, start : start + wide]
        strip += (255.0 - strip) * (1.0 - rng.uniform(0.0, 0.35))
    return clipped(out), None


def gaps(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """``share`` of the length of the ruling lines is missing, in gaps of 0.5 to 6 mm (longer where more is missing)."""
    out = image.copy()
    longest = mm(1.0 + 12 * share, dpi)
    for mask, across in zip(ruling_masks(image, dpi), (True, False), strict=True):
        n, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        for k in range(1, n):
            x, y, w, h = (int(v) for v in stats[k, :4])
            length, missing = (w if across else h), 0.0
            while missing < share * length:
                gap = int(rng.uniform(mm(0.5, dpi), longest))
                start = int(rng.integers(0, max(1, length - gap // 2)))
                part = (
                    np.s_[y : y + h, x + start : x + start + gap]
                    if across
                    else np.s_[y + start : y + start + gap, x : x + w]
                )
                out[part][mask[part] > 0] = 255
                missing += gap
    return out, None


def thin_lines(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """The ruling lines lose ``share`` of their ink all along."""
    out = image.astype(np.float32)
    for mask in ruling_masks(image, dpi):
        out[mask > 0] += (255 - out[mask > 0]) * share
    return clipped(out), None


def bleed(image: Image, pixels: float, rng: Rng, dpi: float) -> Result:
    """A copy of a copy: strokes grow by ``pixels`` (at 200 dpi) on each side, edges ragged, greys lost.

    Lines in grey ink become black, as copiers make them: what was printed does not vanish.
    """
    r = pixels * dpi / 200
    whole, rest = int(r), r - int(r)
    grown = [
        cv2.erode(image, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * k + 1,) * 2)) for k in (whole, whole + 1)
    ]
    mixed = grown[0] * (1 - rest) + grown[1] * rest
    soft = np.asarray(cv2.GaussianBlur(mixed, (0, 0), 0.5), dtype=np.float32)
    ragged = soft + 18 * soft_field(image.shape[:2], 400, rng).reshape(soft.shape[:2] + (1,) * (soft.ndim - 2))
    return clipped(255 / (1 + np.exp(-(ragged - 190) / 10))), None


def seal_red(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """One or two round red seals over the page's text; ``share`` is how much they cover (0 to 1: opacity)."""
    out = rgb(image).astype(np.float32)
    for _ in range(int(rng.integers(1, 3))):
        mask = seal_mask(image, rng, dpi)[:, :, None] * (0.25 + 0.6 * share)
        ink = np.array([rng.uniform(190, 235), rng.uniform(20, 70), rng.uniform(25, 75)], dtype=np.float32)
        multiplied = out * ink / 255
        cover = 0.35 * share
        out = out * (1 - mask) + mask * (multiplied * (1 - cover) + ink * cover)
    return clipped(out), None


def seal_grey(image: Image, share: float, rng: Rng, dpi: float) -> Result:
    """The same seal on a grey scan: as dark as ``share`` of black."""
    mask = seal_mask(image, rng, dpi) * share
    out = grey(image).astype(np.float32) * (1 - mask) + mask * rng.uniform(40, 90)
    return clipped(out), None


def seal_mask(image: Image, rng: Rng, dpi: float) -> npt.NDArray[np.float32]:
    """Ink of a seal (0 to 1): ring, star and strokes like characters, worn, over a dark part of the page."""
    h, w = image.shape[:2]
    radius = mm(rng.uniform(15, 22), dpi)
    x, y = place_on_print(image, radius, radius, rng)
    mask = np.zeros((h, w), np.uint8)
    cv2.circle(mask, (int(x), int(y)), int(radius), (255.0,), max(2, int(mm(1.0, dpi))), cv2.LINE_AA)
    turn = rng.uniform(-0.4, 0.4)
    points = []
    for k in range(10):
        r = radius * (0.34 if k % 2 == 0 else 0.14)
        a = turn + k * np.pi / 5 - np.pi / 2
        points.append((int(x + r * np.cos(a)), int(y + r * np.sin(a))))
    cv2.fillPoly(mask, [np.array(points, dtype=np.int32)], (255.0,), cv2.LINE_AA)
    n = int(rng.integers(9, 16))
    for k in range(n):
        _stroke_character(mask, x, y, radius * 0.77, turn + np.pi * (0.72 + 1.56 * k / (n - 1)), mm(1.9, dpi), rng)
    wear = np.clip(1.2 + 0.9 * soft_field((h, w), 60, rng), 0, 1)
    return (mask.astype(np.float32) / 255 * wear).astype(np.float32)


def place_on_print(image: Image, across: float, down: float, rng: Rng) -> tuple[int, int]:
    """x, y of a dark part of the page, so many px from its sides at least; its middle where there is none."""
    h, w = image.shape[:2]
    dark = np.argwhere(cv2.resize(grey(image), (w // 16, h // 16), interpolation=cv2.INTER_AREA) < 235) * 16
    inside = [p for p in dark if down < p[0] < h - down and across < p[1] < w - across]
    y, x = inside[int(rng.integers(len(inside)))] if inside else (h // 2, w // 2)
    return int(x), int(y)


def ruling_masks(image: Image, dpi: float) -> tuple[Image, Image]:
    """Where ruling lines are (across, down): dark runs of 7 mm and more, by morphological opening of a clean page."""
    dark = (grey(image) < 150).astype(np.uint8) * 255
    length = int(mm(7, dpi))
    across = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return np.asarray(across, dtype=np.uint8), np.asarray(down, dtype=np.uint8)


def _stroke_character(mask: Image, x: float, y: float, radius: float, angle: float, size: float, rng: Rng) -> None:
    """A few strokes, turned outwards, as dense as a character of a seal."""
    cx, cy = x + radius * np.cos(angle), y + radius * np.sin(angle)
    out, side = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    for _ in range(int(rng.integers(4, 8))):
        axis, other = (out, side) if rng.random() < 0.5 else (side, out)
        middle = np.array([cx, cy]) + other * rng.uniform(-size, size)
        a, b = middle - axis * size, middle + axis * size * rng.uniform(0.3, 1)
        cv2.line(mask, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])), (255.0,), max(1, int(size / 5)), cv2.LINE_AA)
