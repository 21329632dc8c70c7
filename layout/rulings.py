"""Ruling lines: thin straight dark strokes, found as segments with sub-pixel position.

A matched filter asks of every pixel whether the strip along the line's direction is darker than the strips
on either side; what answers strongly over a length no character stroke has is a segment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .components import components, inked_part
from .ink import Image, percentile, percentiles, transposed

Points = NDArray[np.float64]
BARE_DOTS = 0.8
"""Of a line of dots at least so much has nothing printed close beside it."""
BESIDE = 40.0
"""On a grainy page no darkness below this is taken for print beside a line, however faint the line is."""
BAND = 192
"""Rows of a page that are worked on at once."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a ruling line along the x axis (a vertical one is found on the turned image and turned back).

    ``points`` (N, 2): x ascending, y at sub-pixel position, one every few pixels. ``strength``: median darkness
    along the line, 0 to 255. ``thickness`` in pixels. ``ink`` (N,): darkness at the points. ``bare``: the share of its
    length with nothing printed close by on either side, as a ruling line has and a character's stroke has not.
    """

    points: Points
    ink: NDArray[np.float64]
    strength: float
    thickness: float
    bare: float = 1.0

    @property
    def start(self) -> float:
        return float(self.points[0, 0])

    @property
    def end(self) -> float:
        return float(self.points[-1, 0])

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def level(self) -> float:
        """Median y."""
        return float(np.median(self.points[:, 1]))


def line_response(dark: Image, *, length: int, gap: int) -> Image:
    """How much darker the horizontal strip of ``length`` px around a pixel is than the strips ``gap`` px off.

    Those are two rows high. Computed in bands of rows that fit into the processor's cache.
    """
    height, reach = len(dark), gap + 1
    response = np.empty_like(dark)
    for top in range(0, height, BAND):
        bottom = min(height, top + BAND)
        first, last = max(0, top - reach), min(height, bottom + gap)
        along = cv2.blur(dark[first:last], (length | 1, 1))
        # Rows top - reach to bottom + gap; beyond the page its outermost rows go on.
        padded = cv2.copyMakeBorder(along, first + reach - top, bottom + gap - last, 0, 0, cv2.BORDER_REPLICATE)
        tall = cv2.addWeighted(padded[1:], 0.5, padded[:-1], 0.5, 0.75)  # a level more: noise is no answer
        darker = cv2.max(tall[: bottom - top], tall[2 * gap :])
        cv2.subtract(along[top - first : bottom - first], darker, response[top:bottom])
    return response


def find_segments(dark: Image, *, unit: float, grainy: bool = False) -> list[Segment]:
    """Horizontal segments of a darkness image, longest first.

    ``unit`` is the size in pixels of a millimetre as far as it is known (A4's will do): the filter is 4 mm long, a
    segment at least 5 mm. ``grainy``: single dark pixels are no print.
    """
    print_ = np.asarray(cv2.blur(dark, (round(unit) | 1, 1)), dtype=np.uint8) if grainy else dark
    reach = max(9, round(4 * unit))
    response = line_response(dark, length=reach, gap=max(2, round(0.6 * unit)))
    mask = _mask(response)
    left, top, right, bottom = inked_part(mask)
    if right == 0:
        return []
    _, labels, stats, _ = components(mask[top:bottom, left:right])
    wide, high, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    flat = (wide >= 5 * unit) & (high <= np.maximum(4 * unit, 0.25 * wide)) & (area <= wide * 1.6 * unit)
    flat[0] = False
    ridges = []
    for i in np.flatnonzero(flat):
        x, y, w, h = stats[i, :4].tolist()
        member = labels[y : y + h, x : x + w] == i
        x, y = x + left, y + top
        ridge = _ridge(response[y : y + h, x : x + w], member, x, y)
        if ridge is not None:
            ridges.append(ridge)
    found = [_segment(ridge, dark, print_, unit) for ridge in _inked(ridges, dark, unit)]
    return sorted((s for s in found if s is not None), key=lambda s: -s.length)


def find_vertical_segments(dark: Image, *, unit: float) -> list[Segment]:
    """Vertical segments; their points are (y, x): along the line first, as with the horizontal ones."""
    return find_segments(transposed(dark), unit=unit)


def _mask(response: Image) -> Image:
    """The response where it is a good part of what the page's own ruling lines answer."""
    answers = response[response > 30]  # few: counted by themselves
    if not answers.size:
        return np.zeros_like(response)
    level = percentile(np.bincount(answers, minlength=256), 75.0)
    return np.asarray(cv2.threshold(response, max(22.0, 0.30 * level), 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class _Ridge:
    """The ridge of a piece of the response whose left and top on the page are ``x`` and ``y``: the columns (N,) from
    there that it fills, ascending, and how far down (N,) it runs in each."""

    x: int
    y: int
    filled: NDArray[np.intp]
    centre: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Inked:
    """A ridge with the ink below it: ``rows`` and ``columns`` (N,) on the page, how dark it is there (``ink``, (N,)),
    the 60th percentile of that (``strength``), where it is at least half as dark (``on``, (N,)), and whether that is a
    line of dots."""

    ridge: _Ridge
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    ink: Image
    strength: float
    on: NDArray[np.bool_]
    dotted: bool


def _ridge(response: Image, member: NDArray[np.bool_], x: int, y: int) -> _Ridge | None:
    """The ridge of a piece of the response (its ``member`` pixels); None where it is less than two columns wide."""
    weight = np.where(member, response, 0).astype(np.float64)
    total, moment = np.stack([np.ones(len(weight)), np.arange(len(weight))]) @ weight
    filled = np.flatnonzero(total)
    return None if filled.size < 2 else _Ridge(x, y, filled, moment[filled] / total[filled])


def _inked(ridges: Sequence[_Ridge], dark: Image, unit: float) -> Iterator[_Inked]:
    """The ridges below which the ink is a solid stroke, or a line of dots; looked at all together.

    The filter also answers to a row of characters whose strokes line up; but no character has an unbroken
    stroke of 4 mm, and a ruling line has, also a worn one, or it is a line of dots.
    """
    if not ridges:
        return
    sizes = np.array([ridge.filled.size for ridge in ridges])
    columns = np.concatenate([ridge.filled + ridge.x for ridge in ridges])
    rows = np.concatenate([np.rint(ridge.centre).astype(np.intp) + ridge.y for ridge in ridges])
    rows = np.minimum(np.maximum(rows, 1), dark.shape[0] - 2)
    flat, width = dark.ravel(), dark.shape[1]
    place = rows * width + columns
    ink = np.maximum(np.maximum(flat[place - width], flat[place]), flat[place + width])
    owner = np.repeat(np.arange(len(ridges)), sizes)
    counts = np.bincount(256 * owner + ink, minlength=256 * len(ridges)).reshape(-1, 256)
    strengths = percentiles(counts, 60.0)
    on = ink > 0.5 * strengths[owner]
    dotted = longest_runs(on, sizes, bridge=max(1, round(0.25 * unit))) < 4.2 * unit
    ends = np.cumsum(sizes)
    dotted |= np.add.reduceat(on, ends - sizes, dtype=np.intp) < 0.55 * sizes
    for k, (start, end) in enumerate(zip((ends - sizes).tolist(), ends.tolist(), strict=True)):
        own = slice(start, end)
        if not dotted[k] or _is_dotted(on[own], unit):
            strength, is_dotted = float(strengths[k]), bool(dotted[k])
            yield _Inked(ridges[k], rows[own], columns[own], ink[own], strength, on[own], is_dotted)


def _segment(inked: _Inked, dark: Image, print_: Image, unit: float) -> Segment | None:
    """The segment along a ridge; None where it is too short, or dots with print beside them."""
    ridge, strength, on = inked.ridge, inked.strength, inked.on
    filled = ridge.filled
    cut = np.arange(0, filled.size, max(1, round(unit)))
    if len(cut) < 2:
        return None
    share = np.diff(np.append(cut, filled.size))
    along, across = (np.add.reduceat(values, cut) / share for values in (filled, ridge.centre))
    points = np.column_stack([along + ridge.x, across + ridge.y])
    inks = np.add.reduceat(inked.ink.astype(np.float64), cut) / share
    points[0, 0], points[-1, 0] = filled[0] + ridge.x, filled[-1] + ridge.x
    thickness = _thickness(dark, inked.rows, inked.columns, level=0.5 * strength, reach=max(2, round(1.5 * unit)))
    beside = round(0.5 * thickness + 0.5 * unit), round(0.5 * thickness + 0.9 * unit)
    level = 0.4 * strength if print_ is dark else max(0.4 * strength, BESIDE)
    bare = _bare(print_, inked.rows[on], inked.columns[on], level=level, beside=beside)
    if inked.dotted and bare < BARE_DOTS:
        return None
    return Segment(points, inks, strength, thickness, bare)


def _is_dotted(on: NDArray[np.bool_], unit: float) -> bool:
    """True for a row of dots (0.7 mm or less each) set evenly: no print keeps so short a step (1.2 mm) for so long."""
    starts, ends = runs(on)
    if starts.size < 6 or np.median(ends - starts) > 0.7 * unit:
        return False
    steps = np.diff(starts)
    step = float(np.median(steps))
    even = np.abs(steps - step) <= max(1.0, 0.25 * step)
    return bool(step <= 1.2 * unit and even.mean() >= 0.8 and on.mean() >= 0.35)


def _bare(
    dark: Image, rows: NDArray[np.intp], columns: NDArray[np.intp], *, level: float, beside: tuple[int, ...]
) -> float:
    """Share of the places (rows, columns) with nothing darker than ``level`` so many pixels above and below."""
    if not rows.size:
        return 0.0
    band, middle = _around(dark, rows, columns, max(beside))
    clear = np.ones(len(rows), bool)
    for offset in (*beside, *(-b for b in beside)):
        clear &= band[middle + offset * dark.shape[1]] < level
    return float(clear.mean())


def _thickness(dark: Image, rows: NDArray[np.intp], columns: NDArray[np.intp], *, level: float, reach: int) -> float:
    """Median height in pixels of the dark run through (rows, columns), looked at up to ``reach`` px either way.

    The last tenth of the columns is left where it is: where other strokes cross, and of no matter to the median.
    """
    band, middle = _around(dark, rows, columns, reach)
    height = np.ones(len(rows), np.intp)
    for step in (-dark.shape[1], dark.shape[1]):
        inside, place = np.arange(len(rows)), middle
        for _ in range(reach):
            place = place + step
            on = band[place] > level
            inside, place = inside[on], place[on]
            height[inside] += 1
            if 10 * inside.size <= len(rows):
                break
    return percentile(np.bincount(height), 50.0)


def _around(
    dark: Image, rows: NDArray[np.intp], columns: NDArray[np.intp], reach: int
) -> tuple[Image, NDArray[np.intp]]:
    """The rows of the image up to ``reach`` px from the places, flat, and where these are in it.

    Beyond the image its outermost rows go on.
    """
    first, last = int(rows.min()) - reach, int(rows.max()) + reach + 1
    band = dark[max(0, first) : last]
    if first < 0 or last > len(dark):
        beyond = max(0, -first), max(0, last - len(dark))
        band = np.asarray(cv2.copyMakeBorder(band, *beyond, 0, 0, cv2.BORDER_REPLICATE), dtype=np.uint8)
    return band.ravel(), (rows - first) * dark.shape[1] + columns


def longest_run(on: NDArray[np.bool_], *, bridge: int) -> int:
    """Length of the longest run of True; gaps of up to ``bridge`` do not break it (a line of dots is a line)."""
    if bridge == 0:
        return max(map(len, on.tobytes().split(b"\0")))
    starts, ends = runs(on)
    if starts.size < 2:
        return int((ends - starts).sum())
    apart = np.flatnonzero(starts[1:] - ends[:-1] > bridge)
    firsts, lasts = np.concatenate((starts[:1], starts[apart + 1])), np.concatenate((ends[apart], ends[-1:]))
    return int((lasts - firsts).max())


def longest_runs(on: NDArray[np.bool_], sizes: NDArray[np.intp], *, bridge: int) -> NDArray[np.intp]:
    """(N,) ``longest_run`` of each of the N parts of a row that are so many places long."""
    part = np.repeat(np.arange(len(sizes)), sizes)
    framed = np.zeros(len(on) + len(sizes), bool)
    framed[np.arange(len(on)) + part] = on  # a place that is not set behind each part
    starts, ends = runs(framed)
    part = np.searchsorted(np.cumsum(sizes + 1), starts, side="right")
    apart = np.flatnonzero((starts[1:] - ends[:-1] > bridge) | (part[1:] != part[:-1]))
    firsts, lasts = np.concatenate((starts[:1], starts[apart + 1])), np.concatenate((ends[apart], ends[-1:]))
    longest = np.zeros(len(sizes), np.intp)
    np.maximum.at(longest, np.concatenate((part[:1], part[apart + 1])), lasts - firsts)
    return longest


def runs(on: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the runs of True begin, and where they have ended."""
    framed = np.zeros(len(on) + 2, bool)
    framed[1:-1] = on
    edges = np.flatnonzero(framed[1:] != framed[:-1])
    return edges[::2], edges[1::2]


def stretches(on: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The same, run by run."""
    starts, ends = runs(on)
    return list(zip(starts.tolist(), ends.tolist(), strict=True))
