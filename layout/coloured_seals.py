"""Where seals lie on a coloured page: what is coloured within a round, oval or square outline of the same ink.

Seals of units are round, 38 to 60 mm wide, those for invoices oval, those of departments smaller, those of persons
square and smaller. Their outline is an unbroken stroke. Print in colour, a signature or a tick has none that closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .components import components, longer_side, where_kept
from .ink import Image
from .seal_shape import in_arcs

GRID = 2.0
"""Pixels in a millimetre of the small picture in which outlines are looked for."""
TINT = 16
"""Grey levels between the channels of a small pixel, the paper's own tint taken off, from which it is ink: pale seals
have 20 and more; of the noise of single pixels little is left in a mean of fifteen."""
MOST = 6
"""Seals of one colour that are looked for on a page."""
JOINED = 2.5
"""Millimetres that the parts of one seal lie apart: the ring, its characters, the pieces of a worn ring."""
CROWDED = 0.15
"""Share of a page that is inked in one colour, more than seals are: a coloured table top, a picture, a noisy sensor."""
SIDES = (8.0, 62.0)
"""Millimetres of a seal's sides, least and greatest."""
SLENDER = 1.8
"""Long over short side of an oval seal, at most: those for invoices measure 40 by 30 mm or 45 by 30."""
WANDER = 0.8
"""Millimetres by which an outline lies off its curve: pages bend, and seals are pressed by hand."""
ARC = 6.0
"""Millimetres of a piece of outline that counts: print in colour touches a curve by strokes of 4, and by a row of
characters where the curve runs along it."""
PIECE = 3.0
"""Millimetres of a piece of ink from which circles through it are looked for: not through specks of a noisy sensor."""
GAP = 1.2
"""Millimetres missing from a piece of outline that do not break it."""
BESIDE = (1.2, 2.4)
"""Millimetres from the outline between which there is paper somewhere, inside before the characters begin."""
ROUND, SQUARE = 0.6, 0.8
"""Share of a round and of a square outline that must be seen: a worn ring shows more, a page of coloured text and rules
up to 0.54 of a circle, a block of text two or three sides of a square."""
STRAIGHT = 25.0
"""Millimetres of a straight line that is no part of a round outline, in coloured forms a ruling line: where a ring is
nearest to straight, 20 at most."""
ON_PAGE = 0.35
"""Share of an outline that must lie on the page."""
MARGIN = 0.8
"""Millimetres beyond its outermost ink in the small picture that a seal's blur reaches."""
BINS = 180
"""Places along an outline that are looked at."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A closed curve in the small picture: (BINS, 2) ``points`` as x, y; (BINS, 2) unit ``normals``, outwards."""

    points: NDArray[np.float64]
    normals: NDArray[np.float64]
    square: bool = False


def seal_areas(pixels: Image, *, unit: float, without: NDArray[np.bool_] | None = None) -> Image:
    """(H, W) of 0 and 1: the insides of the seals of a page.

    ``pixels`` (H, W, 3): the page, BGR. ``unit``: pixels in a millimetre. ``without`` (H, W): filled areas, whose edges
    are no outlines of seals.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, GRID / unit)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    paper = np.maximum(np.percentile(small[::4, ::4].reshape(-1, 3), 90, axis=0), 1.0)
    shades = np.minimum(small * (255.0 / paper), 255.0)
    inked, spared = np.ptp(shades, axis=2) > TINT, shades.argmax(axis=2)
    if without is not None:
        inked &= cv2.resize(without.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) == 0
    found = np.zeros((size[1], size[0]), np.uint8)
    for channel in range(3):  # inks of other colours are others' seals
        ink = np.asarray(inked & (spared == channel), dtype=np.uint8)
        for area in _seals(ink, scale * unit):
            found |= area
    return np.asarray(cv2.resize(found, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def _inside(outline: Outline, shape: tuple[int, ...], margin: float = 0.0) -> Image:
    """(H, W) of 0 and 1: what lies inside the outline made broader by ``margin`` px."""
    area = np.zeros(shape, np.uint8)
    cv2.fillPoly(area, [np.rint(outline.points + margin * outline.normals).astype(np.int32)], (1.0,))
    return area


def _seals(ink: Image, unit: float) -> Iterator[Image]:
    """The area (H, W), 0 and 1, of each seal in the ink (H, W) of one colour. ``unit``: pixels in a millimetre here.

    One after the other: what lies inside a seal says nothing of the next, which may overlap it.
    """
    left, known = ink.copy(), np.zeros_like(ink)
    for _ in range(MOST):
        if not np.pi * SIDES[0] * unit <= cv2.countNonZero(left) <= CROWDED * left.size:
            return
        curved = _without_rules(left, unit)
        outlines = [*_around_pieces(left, unit), *_circles(curved, unit)]
        seen = [_seen(outline, left if outline.square else curved, known, unit) for outline in outlines]
        if max(seen, default=0.0) < 1.0:
            return
        area = _covered(outlines[int(np.argmax(seen))], left, unit)
        yield area
        known |= area
        left[known > 0] = 0


def _without_rules(ink: Image, unit: float) -> Image:
    """The ink (H, W) without level and upright lines of ``STRAIGHT``: a circle touches many of a coloured grid."""
    length = max(3, round(STRAIGHT * unit))
    rules = cv2.max(*(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(s, np.uint8)) for s in ((1, length), (length, 1))))
    return np.asarray(cv2.subtract(ink, cv2.dilate(rules, np.ones((3, 3), np.uint8))), dtype=np.uint8)


def _covered(outline: Outline, ink: Image, unit: float) -> Image:
    """(H, W) of 0 and 1: the seal and its blur. Its ink wanders off the outline, which may also be a little off."""
    around = _inside(outline, ink.shape, 2 * WANDER * unit) - _inside(outline, ink.shape, -WANDER * unit)
    rows, columns = np.nonzero(around & ink)
    hull = cv2.convexHull(np.concatenate([outline.points, np.column_stack([columns, rows])]).astype(np.float32))
    area = np.zeros_like(ink)
    cv2.fillPoly(area, [np.rint(hull).astype(np.int32)], (1.0,))
    side = 2 * round(MARGIN * unit) + 1
    return np.asarray(cv2.dilate(area, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))), dtype=np.uint8)


def _around_pieces(ink: Image, unit: float) -> Iterator[Outline]:
    """The ellipse and the square around every piece of ink that has a seal's size."""
    side = 2 * round(JOINED * unit / 2) + 1
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    count, labels, stats, _ = components(np.asarray(closed, dtype=np.uint8))
    for i in range(1, count):
        x, y, w, h = (int(v) for v in stats[i, :4])
        if max(w, h) < SIDES[0] * unit or min(w, h) > SIDES[1] * unit:
            continue
        rows, columns = np.nonzero((labels[y : y + h, x : x + w] == i) & (ink[y : y + h, x : x + w] > 0))
        hull = cv2.convexHull(np.column_stack([columns + x, rows + y]).astype(np.float32))
        if len(hull) < 5:
            continue
        (cx, cy), (a, b), turn = cv2.minAreaRect(hull)
        if not SIDES[0] * unit <= min(a, b) <= max(a, b) <= min(SIDES[1] * unit, SLENDER * min(a, b)):
            continue
        yield _rectangle(cx, cy, a, b, np.radians(turn))
        (cx, cy), (a, b), turn = cv2.fitEllipse(hull)
        if SIDES[0] * unit <= min(a, b) <= max(a, b) <= min(SIDES[1] * unit, SLENDER * min(a, b)):
            yield _ellipse(cx, cy, a / 2, b / 2, np.radians(turn))


def _circles(ink: Image, unit: float) -> Iterator[Outline]:
    """Circles that the ink may lie on: seals that run into other ink of their colour, or beyond the page."""
    _, labels, stats, _ = components(ink)
    pieces = where_kept(labels, longer_side(stats) >= PIECE * unit).astype(np.uint8)
    if cv2.countNonZero(pieces) < np.pi * SIDES[0] * ON_PAGE * unit:
        return
    reach = round(SIDES[1] / 2 * unit)
    framed = cv2.copyMakeBorder(pieces * np.uint8(255), reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=(0.0,))
    found = cv2.HoughCircles(
        cv2.GaussianBlur(framed, (0, 0), 0.8), cv2.HOUGH_GRADIENT, 1, 6 * unit, param1=120, param2=18,
        minRadius=round(SIDES[0] / 2 * unit), maxRadius=reach,
    )  # fmt: skip
    if found is None:
        return
    for x, y, radius in np.asarray(found, dtype=np.float64).reshape(-1, 3)[:20]:
        yield _ellipse(x - reach, y - reach, radius, radius, 0.0)


def _ellipse(cx: float, cy: float, a: float, b: float, turn: float) -> Outline:
    angles = np.arange(BINS) * (2 * np.pi / BINS)
    cos, sin = np.cos(angles), np.sin(angles)
    return _turned(np.column_stack([a * cos, b * sin]), np.column_stack([b * cos, a * sin]), cx, cy, turn)


def _rectangle(cx: float, cy: float, a: float, b: float, turn: float) -> Outline:
    along = np.arange(BINS) * (2 * (a + b) / BINS)
    corners = np.array([[-a, -b], [a, -b], [a, b], [-a, b]]) / 2
    ends = np.array([a, a + b, 2 * a + b, 2 * (a + b)])
    side = np.searchsorted(ends, along, side="right")
    steps, normals = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]]), np.array([[0, -1], [1, 0], [0, 1], [-1, 0]])
    points = corners[side] + steps[side] * (along - np.concatenate([[0.0], ends])[side])[:, None]
    return _turned(points, normals[side].astype(np.float64), cx, cy, turn, square=True)


def _turned(
    points: NDArray[np.float64],
    normals: NDArray[np.float64],
    cx: float,
    cy: float,
    turn: float,
    *,
    square: bool = False,
) -> Outline:
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    length = np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    return Outline(points @ matrix + [cx, cy], (normals / length) @ matrix, square)


def _seen(outline: Outline, ink: Image, known: Image, unit: float) -> float:
    """How much of the outline shows in long pieces with paper on both sides, over what a seal's must: 1 and more is a
    seal. What lies beyond the page or where a seal is ``known`` already says nothing."""
    x, y = outline.points.T
    open_ = (x >= 0) & (x < ink.shape[1]) & (y >= 0) & (y < ink.shape[0]) & (_values(known, outline.points) == 0)
    if open_.mean() < ON_PAGE:
        return 0.0
    fine = 0.5
    paper = np.asarray(1 - ink, dtype=np.uint8)
    on = _any_ink(outline, ink, np.arange(-WANDER * unit, WANDER * unit + fine, fine))
    for side in (-1.0, 1.0):
        on &= _any_ink(outline, paper, side * np.arange(BESIDE[0] * unit, BESIDE[1] * unit + fine, fine))
    steps = np.linalg.norm(np.diff(outline.points, axis=0, append=outline.points[:1]), axis=1)
    millimetre = BINS * unit / float(steps.sum())
    long = in_arcs(on | ~open_, ARC * millimetre, GAP * millimetre)
    return float(long[open_].mean()) / (SQUARE if outline.square else ROUND)


def _any_ink(outline: Outline, ink: Image, away: NDArray[np.floating]) -> NDArray[np.bool_]:
    """(BINS,) whether ink lies at any of these distances from the outline, px outwards."""
    looks = [_values(ink, outline.points + d * outline.normals) > 0 for d in away]
    return np.asarray(np.any(looks, axis=0), dtype=np.bool_)


def _values(image: Image, points: NDArray[np.float64]) -> NDArray[np.uint8]:
    """The image at the points (N, 2); 0 beyond it."""
    x, y = np.rint(points).astype(np.intp).T
    inside = (x >= 0) & (x < image.shape[1]) & (y >= 0) & (y < image.shape[0])
    found = np.zeros(len(points), np.uint8)
    found[inside] = image[y[inside], x[inside]]
    return found
