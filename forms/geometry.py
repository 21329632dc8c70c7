"""Boxes and the one transform that leads from the upright page back to the page as delivered.

Pure Python on purpose: ``scoring`` and ``reconstruct`` use these without an image library.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from .errors import GeometryError

Matrix = tuple[float, float, float, float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-parallel rectangle: left, top, right, bottom in pixels, origin at the top left, y down.

    Raises ``GeometryError`` when a side is not finite or lies on the wrong side of its opposite.
    """

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        sides = (self.left, self.top, self.right, self.bottom)
        if not all(math.isfinite(s) for s in sides):
            raise GeometryError(f"box with a side that is not a number: {sides}")
        if self.right < self.left or self.bottom < self.top:
            raise GeometryError(f"box with right < left or bottom < top: {sides}")

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def overlap(self, other: Box) -> float:
        """Area shared with ``other``, in square pixels."""
        w = min(self.right, other.right) - max(self.left, other.left)
        h = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, w) * max(0.0, h)

    def contains(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def grown(self, by: float) -> Box:
        """The box with every side moved outwards by ``by`` (inwards if negative, at most to a point)."""
        cx, cy = self.centre
        return Box(min(self.left - by, cx), min(self.top - by, cy), max(self.right + by, cx), max(self.bottom + by, cy))

    def clipped(self, width: float, height: float) -> Box:
        """The box cut to a page of that size."""
        left, right = (min(max(v, 0.0), width) for v in (self.left, self.right))
        top, bottom = (min(max(v, 0.0), height) for v in (self.top, self.bottom))
        return Box(left, top, right, bottom)

    def pixels(self) -> list[int]:
        """``[x0, y0, x1, y1]`` in whole pixels, never smaller than the box."""
        return [math.floor(self.left), math.floor(self.top), math.ceil(self.right), math.ceil(self.bottom)]

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all of them; ``GeometryError`` when there are none."""
        every = list(boxes)
        if not every:
            raise GeometryError("no boxes to put a box around")
        return Box(
            min(b.left for b in every),
            min(b.top for b in every),
            max(b.right for b in every),
            max(b.bottom for b in every),
        )


@dataclass(frozen=True, slots=True)
class Warp:
    """A smooth displacement that straightens what a lens or a curled page has bent.

    With ``u = (x - centre_x) / scale`` and ``v = (y - centre_y) / scale``, a point of the straight page lies
    in the bent one at ``x + scale * v * sum(across[a][b] * u**a * v**b)`` and
    ``y + scale * u * sum(down[a][b] * u**a * v**b)``. The middle row and the middle column stay where they are.
    """

    centre_x: float
    centre_y: float
    scale: float
    across: tuple[tuple[float, ...], ...]
    down: tuple[tuple[float, ...], ...]

    def apply(self, x: float, y: float) -> tuple[float, float]:
        u, v = (x - self.centre_x) / self.scale, (y - self.centre_y) / self.scale
        terms = max((len(rows) for rows in (self.across, self.down, *self.across, *self.down)), default=0)
        us, vs = [u**a for a in range(terms)], [v**b for b in range(terms)]
        dx = sum([c * us[a] * vs[b] for a, row in enumerate(self.across) for b, c in enumerate(row)])
        dy = sum([c * us[a] * vs[b] for a, row in enumerate(self.down) for b, c in enumerate(row)])
        return x + self.scale * v * dx, y + self.scale * u * dy


@dataclass(frozen=True, slots=True)
class Transform:
    """Where a point of the upright page lies on the page as delivered (pixels of either page).

    First the ``warp`` (if any), then the homography ``matrix`` (3 x 3, row by row). ``rotation`` is the
    quarter turn that was undone (0, 90, 180, 270 degrees, clockwise as the page was delivered), ``skew`` the
    further angle in degrees (clockwise positive). Both are for people to read; the mapping holds them already.
    """

    matrix: Matrix = IDENTITY
    warp: Warp | None = None
    rotation: int = 0
    skew: float = 0.0
    _inverse: Matrix = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.rotation not in (0, 90, 180, 270):
            raise GeometryError(f"a quarter turn is 0, 90, 180 or 270 degrees, not {self.rotation}")
        object.__setattr__(self, "_inverse", _inverted(self.matrix))

    def to_page(self, x: float, y: float) -> tuple[float, float]:
        """The point of the page as delivered that shows the point (x, y) of the upright page."""
        if self.warp is not None:
            x, y = self.warp.apply(x, y)
        return _applied(self.matrix, x, y)

    def to_upright(self, x: float, y: float) -> tuple[float, float]:
        """The inverse of ``to_page`` (fixed-point iteration where there is a warp)."""
        wx, wy = _applied(self._inverse, x, y)
        if self.warp is None:
            return wx, wy
        ux, uy = wx, wy
        for _ in range(50):
            bx, by = self.warp.apply(ux, uy)
            ux, uy = ux + wx - bx, uy + wy - by
            if abs(wx - bx) + abs(wy - by) < 1e-6:
                break
        return ux, uy

    def box_to_page(self, box: Box) -> Box:
        """The smallest upright rectangle of the delivered page around the image of ``box``."""
        cx, cy = box.centre
        points = [
            self.to_page(x, y)
            for x, y in (
                (box.left, box.top), (cx, box.top), (box.right, box.top), (box.right, cy),
                (box.right, box.bottom), (cx, box.bottom), (box.left, box.bottom), (box.left, cy),
            )
        ]  # fmt: skip
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        return Box(min(xs), min(ys), max(xs), max(ys))


def _applied(m: Matrix, x: float, y: float) -> tuple[float, float]:
    w = m[6] * x + m[7] * y + m[8]
    if w == 0.0:
        raise GeometryError(f"({x}, {y}) lies on the horizon of the transform")
    return (m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w


def multiplied(p: Matrix, q: Matrix) -> Matrix:
    """The matrix that applies ``q`` first and ``p`` after it."""
    a = [sum(p[3 * r + k] * q[3 * k + c] for k in range(3)) for r in range(3) for c in range(3)]
    return (a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8])


def _inverted(m: Matrix) -> Matrix:
    a, b, c, d, e, f, g, h, i = m
    det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    if not math.isfinite(det) or abs(det) < 1e-12:
        raise GeometryError("a transform that cannot be undone")
    return (
        (e * i - f * h) / det, (c * h - b * i) / det, (b * f - c * e) / det,
        (f * g - d * i) / det, (a * i - c * g) / det, (c * d - a * f) / det,
        (d * h - e * g) / det, (b * g - a * h) / det, (a * e - b * d) / det,
    )  # fmt: skip
