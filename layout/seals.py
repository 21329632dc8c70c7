"""Where round seals lie on a page that has no colour to tell them by: found by their ring.

Seals of Chinese units are round, 42 to 50 mm wide (State Council, 国发〔1999〕25号), those for contracts, invoices and
departments smaller; their ring is some 1 mm broad, with paper on either side of most of it. Strokes of text are a third
as broad. So the page without its thin strokes shows rings,
bold titles and thick frames, and only rings have a centre: every remaining point votes for those that it may lie
around (Hough transform with the edge's direction, Kimme, Ballard and Sklansky 1975), and what wins is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import Image
from .seal_shape import BROAD, FAINT, Seal, in_arcs, polar

RADII = (12.0, 25.5)
"""Millimetres, half of the width of the smallest seals and of those of ministries, with the little that a scan errs."""
GRID = 0.5
"""Millimetres between the points that are looked at."""
VOTERS = 10_000
"""Points that vote at most: of a page that is all bold or blurred every so many, so that it costs 30 ms and not 1 s."""
SOLID = 2.5
"""Millimetres: what is broader in both directions is no ring: dark borders, shadows, punch holes, the star."""
BINS = 120
"""Directions in which a ring is looked at."""
WHOLE = 0.6
"""Share of these in which it must be seen, with paper on both sides: frames, folds and titles show in a quarter."""
PAPER = (1.2, 2.2)
"""Millimetres from the middle of the ring at which there is paper on either side: the nearest in between."""
ARC = 6.0
"""Millimetres that a piece of a ring is long at least to count: strokes of crowded text are shorter."""
UNBROKEN = 0.75
"""Share of the ring that must show in such pieces, and stand out of what is beside it."""
GAP = 2.0
"""Millimetres of a ring that a stroke of print or a ruling line across it may hide."""
BESIDE = 0.3, 1.2
"""Millimetres beyond the edges of a ring within which, in the middle (some seals have a hairline there), ..."""
OUT = 0.35
"""... it is paler by so much of the ring's darkness: blurred text is as dark everywhere."""
DIRECTIONS = 360
"""In which a ring is measured."""
WANDER = 0.75
"""Millimetres that the ring may lie off its circle: pages bend, and seals are pressed by hand."""
EDGE = 0.55
"""What is paper beside the ring is paler than this share of it."""
ENOUGH = 50
"""Votes, in a square of 2.5 mm, from which on a centre is looked at: the smallest ring has 45 points, some twice, of
which ``WHOLE`` show."""
MOST = 8
"""Centres looked at on a page: it has one seal, two or three; the rest are crowded text."""


def find_seals(dark: Image, *, unit: float) -> tuple[Seal, ...]:
    """The round seals on a page. ``dark``: its darkness image (H, W); ``unit``: pixels in a millimetre."""
    step = max(1, round(GRID * unit))
    broad = np.ones((max(2, round(BROAD * unit)),) * 2, np.uint8)
    thick = np.ascontiguousarray(cv2.erode(dark, broad)[::step, ::step], dtype=np.uint8)
    scale = unit / step
    seeds = _narrow(thick, scale)
    least = WHOLE * 2 * np.pi * RADII[0] * scale
    if np.count_nonzero(seeds) < least:
        return ()
    found: list[Seal] = []
    for x, y in _centres(thick, seeds, scale):
        rough = _ring(thick, x, y, scale)
        if rough is None:
            continue
        x, y, radius = (step * value for value in rough)
        seal = _measured(dark, x, y, radius, unit)
        if seal is not None and all(np.hypot(seal.x - s.x, seal.y - s.y) > RADII[0] * unit / 2 for s in found):
            found.append(seal)
    return tuple(found)


def _narrow(thick: Image, scale: float) -> NDArray[np.bool_]:
    """(H, W): what is dark in the image without thin strokes, and not part of anything solid."""
    mask = cv2.threshold(thick, FAINT, 1, cv2.THRESH_BINARY)[1]
    solid = np.ones((round(SOLID * scale) + 1,) * 2, np.uint8)
    return np.asarray(cv2.subtract(mask, cv2.morphologyEx(mask, cv2.MORPH_OPEN, solid)) > 0)


def _centres(thick: Image, seeds: NDArray[np.bool_], scale: float) -> Iterator[tuple[float, float]]:
    """Where rings may have their centre, the likeliest first, in the pixels of ``thick``."""
    values = cv2.GaussianBlur(thick, (0, 0), 0.7).astype(np.float32)
    gx, gy = cv2.Sobel(values, cv2.CV_32F, 1, 0), cv2.Sobel(values, cv2.CV_32F, 0, 1)
    window = (2 * round(0.5 * scale) + 1,) * 2
    rows, cols = (places[:: 1 + len(places) // VOTERS] for places in np.nonzero(seeds))
    across, down, both = (cv2.blur(part, window)[rows, cols] for part in (gx * gx, gy * gy, gx * gy))
    angle = 0.5 * np.arctan2(2 * both, across - down)
    radii = np.arange(round(RADII[0] * scale), round(RADII[1] * scale) + 1)
    radii = np.concatenate([radii, -radii])
    x = np.rint(cols[:, None] + radii[None, :] * np.cos(angle)[:, None]).astype(np.intp)
    y = np.rint(rows[:, None] + radii[None, :] * np.sin(angle)[:, None]).astype(np.intp)
    height, width = thick.shape
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    votes = np.bincount((y * width + x)[inside], minlength=height * width).reshape(height, width)
    heat = cv2.boxFilter(votes.astype(np.float32), -1, (5, 5), normalize=False)
    reach = round(RADII[0] * scale / 2)
    for _ in range(MOST):
        row, col = divmod(int(heat.argmax()), width)
        if heat[row, col] < ENOUGH:
            return
        yield float(col), float(row)
        heat[max(0, row - reach) : row + reach + 1, max(0, col - reach) : col + reach + 1] = 0


def _ring(thick: Image, x: float, y: float, scale: float) -> tuple[float, float, float] | None:
    """Centre and radius of the ring around about this centre, in the pixels of ``thick``; None where there is none."""
    best: tuple[float, float, float] | None = None
    for _ in range(3):  # the votes' centre is a pixel or two off: each look is from where the last saw the ring
        seen = _seen(thick, x, y, scale)
        if seen is None:
            return best
        radius, shown = seen
        angles = np.flatnonzero(shown > 0) * (2 * np.pi / BINS)
        if angles.size < WHOLE * BINS / 2:
            return best
        px, py = x + shown[shown > 0] * np.cos(angles), y + shown[shown > 0] * np.sin(angles)
        x, y, radius = _circle(px, py)
        if angles.size >= WHOLE * BINS:
            best = x, y, radius
    return best


def _seen(thick: Image, x: float, y: float, scale: float) -> tuple[float, NDArray[np.float64]] | None:
    """The radius at which a ring shows in most directions, and (BINS,) how far out it is in each (0: not seen)."""
    fine = 2
    reach = (RADII[1] + PAPER[1] + WANDER) * scale
    steps = round(fine * reach)
    wide = polar(thick, x, y, reach, steps, BINS)
    wander = round(WANDER * scale * fine)
    near = cv2.dilate(wide, np.ones((1, 2 * wander + 1), np.uint8))
    first, last = round(PAPER[0] * scale * fine), round(PAPER[1] * scale * fine)
    span = np.ones((1, last - first + 1), np.uint8)
    least = cv2.erode(wide, span)  # the palest of a span around each place
    off = (first + last) // 2 + wander
    padded = np.pad(least, ((0, 0), (off, off)), mode="edge")
    paper = np.maximum(padded[:, : least.shape[1]], padded[:, 2 * off :])
    ring = (near >= FAINT) & (paper < EDGE * near)
    shares = ring.mean(axis=0)
    low, high = round(RADII[0] * scale * fine) - wander, round(RADII[1] * scale * fine) + wander
    at = low + int(shares[low : high + 1].argmax())
    if shares[at] < WHOLE / 2:
        return None
    window = wide[:, at - wander : at + wander + 1]
    mass = window.sum(axis=1)
    middle = (window * np.arange(at - wander, at + wander + 1)).sum(axis=1) / np.maximum(mass, 1e-6)
    shown = np.where(ring[:, at], middle / fine, 0.0)
    return at / fine, shown


def _circle(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, float, float]:
    """Centre and radius of the circle through about these points (Kåsa 1976), the worst fifth of them left out."""
    for _ in range(2):
        system = np.stack([2 * x, 2 * y, np.ones_like(x)], axis=1)
        (cx, cy, c), *_ = np.linalg.lstsq(system, x * x + y * y, rcond=None)
        radius = float(np.sqrt(max(0.0, c + cx * cx + cy * cy)))
        off = np.abs(np.hypot(x - cx, y - cy) - radius)
        keep = off <= np.percentile(off, 80)
        x, y = x[keep], y[keep]
    return float(cx), float(cy), radius


def _measured(dark: Image, x: float, y: float, radius: float, unit: float) -> Seal | None:
    """The seal with its ring measured on the page itself; None where it does not stand out of what is beside it."""
    reach = radius + 4 * unit
    fine = 2
    wide = polar(dark, x, y, reach, round(fine * reach), DIRECTIONS)
    wander = round(fine * unit)
    start = round(fine * radius) - wander
    profile = np.median(wide[:, start : start + 2 * wander + 1], axis=0)
    top = float(profile.max())
    if top < FAINT:
        return None
    broad = np.flatnonzero(profile >= top / 2)
    width = (broad[-1] - broad[0] + 1) / fine
    middle = (start + (broad[-1] + broad[0]) / 2) / fine
    at = np.rint(fine * middle + _wander(wide, fine * middle, fine * (width / 2 + WANDER * unit))).astype(np.intp)

    def around(first: float, last: float) -> NDArray[np.float32]:
        offsets = np.arange(round(fine * first), round(fine * last) + 1)
        places = np.clip(at[:, None] + offsets[None, :], 0, wide.shape[1] - 1)
        return np.asarray(np.take_along_axis(wide, places, axis=1), dtype=np.float32)

    band = around(-width / 4, width / 4).mean(axis=1)
    level = float(np.percentile(band, 60))
    near, far = width / 2 + BESIDE[0] * unit, width / 2 + BESIDE[1] * unit
    beside = np.maximum(np.median(around(-far, -near), axis=1), np.median(around(near, far), axis=1))
    along = DIRECTIONS / (2 * np.pi) * unit / middle  # directions in a millimetre of the ring
    seen = float(in_arcs((band >= FAINT) & (band - beside >= OUT * level), along * ARC, along * GAP).mean())
    return None if seen < UNBROKEN else Seal(x, y, float(middle), float(width), level, seen)


def _wander(wide: NDArray[np.float32], middle: float, reach: float) -> NDArray[np.float64]:
    """How far out of the middle the ring lies in each direction: the mean of its ink, over a twelfth of a turn."""
    offsets = np.arange(-round(reach), round(reach) + 1)
    window = wide[:, round(middle) + offsets[0] : round(middle) + offsets[-1] + 1].astype(np.float64)
    turn = DIRECTIONS // 24
    around = np.concatenate([window[-turn:], window, window[:turn]])
    mass = cv2.blur(around, (1, 2 * turn + 1))[turn:-turn]
    weight = np.maximum(mass - mass.min(axis=1, keepdims=True), 0) ** 2
    return np.asarray((weight * offsets).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-6), dtype=np.float64)
