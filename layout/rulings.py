"""Ruling lines: thin straight dark strokes, found as segments with sub-pixel position.

A matched filter asks of every pixel whether the strip along the line's direction is darker than the strips
on either side; what answers strongly over a length no character stroke has is a segment.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .components import components
from .ink import Image, percentile, transposed

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

    ``unit`` is the size in pixels of a millimetre as far as it is known (page height / 297 will do): the filter
    is 4 mm long, a segment at least 5 mm. ``grainy``: single dark pixels are no print.
    """
    print_ = np.asarray(cv2.blur(dark, (round(unit) | 1, 1)), dtype=np.uint8) if grainy else dark
    reach = max(9, round(4 * unit))
    response = line_response(dark, length=reach, gap=max(2, round(0.6 * unit)))
    mask = _mask(response)
    _, labels, stats, _ = components(mask)
    wide, high, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    flat = (wide >= 5 * unit) & (high <= np.maximum(4 * unit, 0.25 * wide)) & (area <= wide * 1.6 * unit)
    flat[0] = False
    found = []
    for i in np.flatnonzero(flat):
        x, y, w, h = stats[i, :4].tolist()
        window = (slice(y, y + h), slice(x, x + w))
        segment = _trace(response[window], labels[window] == i, dark, print_, x, y, unit)
        if segment is not None:
            found.append(segment)
    return sorted(found, key=lambda s: -s.length)


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


def _trace(
    response: Image, member: NDArray[np.bool_], dark: Image, print_: Image, x: int, y: int, unit: float
) -> Segment | None:
    """The segment along the ridge of a piece of the response, or None when the ink below is no solid stroke.

    The filter also answers to a row of characters whose strokes line up; but no character has an unbroken
    stroke of 4 mm, and a ruling line has, also a worn one, or it is a line of dots.
    """
    weight = np.where(member, response, 0).astype(np.float64)
    total, moment = np.stack([np.ones(len(weight)), np.arange(len(weight))]) @ weight
    filled = np.flatnonzero(total)
    if filled.size < 2:
        return None
    centre = moment[filled] / total[filled]
    middle = np.minimum(np.maximum(np.rint(centre).astype(np.intp) + y, 1), dark.shape[0] - 2)
    column = filled + x
    flat, width = dark.ravel(), dark.shape[1]
    place = middle * width + column
    ink = np.maximum(np.maximum(flat[place - width], flat[place]), flat[place + width])
    strength = percentile(np.bincount(ink, minlength=256), 60.0)
    on = ink > 0.5 * strength
    solid = longest_run(on, bridge=max(1, round(0.25 * unit)))
    dotted = solid < 4.2 * unit or np.count_nonzero(on) < 0.55 * on.size
    if dotted and not _is_dotted(on, unit):
        return None
    step = max(1, round(unit))
    cut = np.arange(0, filled.size, step)
    share = np.diff(np.append(cut, filled.size))
    points = np.column_stack([np.add.reduceat(filled, cut) / share + x, np.add.reduceat(centre, cut) / share + y])
    if len(points) < 2:
        return None
    inks = np.add.reduceat(ink.astype(np.float64), cut) / share
    points[0, 0], points[-1, 0] = filled[0] + x, filled[-1] + x
    thickness = _thickness(dark, middle, column, level=0.5 * strength, reach=max(2, round(1.5 * unit)))
    beside = round(0.5 * thickness + 0.5 * unit), round(0.5 * thickness + 0.9 * unit)
    level = 0.4 * strength if print_ is dark else max(0.4 * strength, BESIDE)
    bare = _bare(print_, middle[on], column[on], level=level, beside=beside)
    if dotted and bare < BARE_DOTS:
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


def runs(on: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where the runs of True begin, and where they have ended."""
    framed = np.zeros(len(on) + 2, bool)
    framed[1:-1] = on
    edges = np.flatnonzero(framed[1:] != framed[:-1])
    return edges[::2], edges[1::2]
