"""The smooth warp that makes bent or converging ruling lines straight, level and plumb.

Perspective, lens and curl are one polynomial displacement, fitted to the segments of the ruling lines by
robust linear least squares. Each segment has an unknown level of its own; it drops out by centring every
equation on its segment's mean (the within transformation of a fixed-effects regression).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forms import Warp

from .rulings import Segment

Array = NDArray[np.float64]
DEGREE = 4
MOVES = 0.75
"""Pixels by which a warp moves a corner of the page at least: the ends of thin crisp lines on a page that is straight
are seen half a pixel askew, and to resample it blurs them."""
POINTS = 40
"""Points of a segment that take part in the fit; more say nothing new."""


class _Lines:
    """The points of all segments of one direction in one row: along the lines, across them, and whose they are."""

    def __init__(self, segments: list[Segment]) -> None:
        points = [s.points[:: max(1, len(s.points) // POINTS)] for s in segments]
        self.along, self.level = np.vstack(points).T
        counts = np.array([len(p) for p in points])
        self._starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        self._counts = counts

    def means(self, values: Array) -> Array:
        """At every point the mean over its segment."""
        return np.repeat(np.add.reduceat(values, self._starts) / self._counts, self._counts)


def fit_warp(horizontal: list[Segment], vertical: list[Segment], *, width: int, height: int) -> Warp | None:
    """The warp from the straight page to this one (pixels of this one), or None when it would move nothing.

    Needs ruling lines that span a good part of the page; with too few, or when all are straight already
    (``MOVES``), None.
    """
    horizontal = [s for s in horizontal if s.length > 0.06 * width]
    vertical = [s for s in vertical if s.length > 0.04 * height]
    if sum(s.length for s in horizontal) < 0.6 * width or len(horizontal) < 2:
        return None
    warp = Warp(width / 2, height / 2, max(width, height) / 2, (), ())
    enough = sum(s.length for s in vertical) > 0.5 * height
    level, plumb = _Lines(horizontal), _Lines(vertical) if enough else None
    for _ in range(4):
        down = _fit(warp, level, turned=False)
        across = _fit(warp, plumb, turned=True) if plumb is not None else _shear_of(down)
        warp = Warp(warp.centre_x, warp.centre_y, warp.scale, across, down)
    corners = [(0, 0), (width, 0), (0, height), (width, height), (width / 2, 0), (0, height / 2)]
    moved = max(max(abs(x - wx), abs(y - wy)) for x, y in corners for wx, wy in [warp.apply(x, y)])
    if moved > 0.2 * max(width, height):
        return None
    return warp if moved > MOVES else None


def inverse_points(warp: Warp, x: Array, y: Array) -> tuple[Array, Array]:
    """The points of the straight page that the warp brings to (x, y); arrays of any equal shape."""
    sx, sy = x.copy(), y.copy()
    for _ in range(8):
        bx, by = apply_points(warp, sx, sy)
        sx, sy = sx + x - bx, sy + y - by
    return sx, sy


def apply_points(warp: Warp, x: Array, y: Array) -> tuple[Array, Array]:
    """``Warp.apply`` for arrays."""
    u, v = (x - warp.centre_x) / warp.scale, (y - warp.centre_y) / warp.scale
    across, down = _polynomial(warp.across, u, v), _polynomial(warp.down, u, v)
    return x + warp.scale * v * across, y + warp.scale * u * down


def _polynomial(rows: Sequence[Sequence[float]], u: Array, v: Array) -> Array:
    """The sum of ``rows[a][b] * u**a * v**b`` (Horner)."""
    total = np.zeros_like(u)
    for row in reversed(rows):
        inner = np.zeros_like(v)
        for c in reversed(row):
            inner *= v
            inner += c
        total *= u
        total += inner
    return total


def _terms(turned: bool) -> list[tuple[int, int]]:
    """Powers (a, b) of u and v; the direction along the line may bend more than the change from line to line."""
    terms = [(a, b) for a in range(DEGREE) for b in range(DEGREE) if a + b < DEGREE]
    limited = [(a, b) for a, b in terms if (a if turned else b) <= 2]
    return limited


def _fit(warp: Warp, lines: _Lines, *, turned: bool) -> tuple[tuple[float, ...], ...]:
    terms = _terms(turned)
    x, y = (lines.level, lines.along) if turned else (lines.along, lines.level)
    sx, sy = inverse_points(warp, x, y)
    if turned:
        sx = lines.means(sx)
    else:
        sy = lines.means(sy)
    u, v = (sx - warp.centre_x) / warp.scale, (sy - warp.centre_y) / warp.scale
    us, vs = [np.ones_like(u)], [np.ones_like(v)]
    for _ in range(1, DEGREE):
        us.append(us[-1] * u)
        vs.append(vs[-1] * v)
    lever = v if turned else u
    design = np.column_stack([lever * us[a] * vs[b] for a, b in terms])
    design -= np.column_stack([lines.means(column) for column in design.T])
    target = (lines.level - lines.means(lines.level)) / warp.scale
    coefficients = _robust(design, target, np.ones(len(target)), terms, warp.scale)
    table = [[0.0] * DEGREE for _ in range(DEGREE)]
    for (a, b), c in zip(terms, coefficients, strict=True):
        table[a][b] = float(c)
    return tuple(tuple(row) for row in table)


def _robust(design: Array, target: Array, weight: Array, terms: list[tuple[int, int]], scale: float) -> Array:
    """Ridge regression with Tukey weights.

    The prior on a coefficient of order n is normal with deviation 0.06 / 2^n (a share of the page), the noise
    1e-3, and neighbouring points err together: 200 of them count as independent.
    """
    ridge = np.diag([(1e-3 * 2.0 ** (a + b) / 0.06) ** 2 * len(target) / 200 for a, b in terms])
    solution = np.zeros(len(terms))
    w = weight
    for tolerance in (40.0, 12.0, 4.0, 2.0, 2.0):
        weighted = design * w[:, None]
        solution = np.linalg.solve(weighted.T @ design + ridge, weighted.T @ target)
        residual = np.abs(target - design @ solution) * scale / tolerance
        w = weight * np.square(np.clip(1.0 - residual**2, 0.0, 1.0))
        if w.sum() < 10:
            break
    return solution


def _shear_of(down: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    """Without vertical lines: assume that what tilts the horizontal ones turns the page as a whole."""
    return ((-down[0][0],),) if down else ()
