"""Lines that dust on a sheet feeder's glass draws down a scan, taken off.

The sheet moves past the glass, so that a grain on it is seen in every row of the scan: a line of one or a few pixels,
as straight as the pixels' columns, from one edge of the picture to the other, through margins where nothing is printed.
No ruling line does that. Most let some of the light through, and what is printed under them is brought back; what lies
under one that is as good as black is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box

from .fills import extremes
from .ink import Image
from .page import PageImage
from .page_size import a4_unit
from .rulings import stretches
from .skew import estimate_skew

MARGIN = 6.0
"""Millimetres along either edge in which nothing is printed."""
FEWEST = 12
"""Rows of pixels in a margin from which its lines are told: pictures of less than 600 px have none."""
BLANK = 0.02
"""Share of the columns of a margin that may be dark all the same: lines of dust themselves, a sheet's edges."""
WIDE, ASIDE = 0.7, 0.5
"""Millimetres that a line is wide at most, and from which to which beyond it, as much again, the paper is looked at."""
DARKER = 16.0
"""Grey values by which a line is darker than the paper on both sides, at least: paler ones do no harm."""
BLOCK = 2.0
"""Millimetres of a line that are looked at together."""
SEEN, KNOWN, ALIKE = 0.9, 0.4, 0.4
"""Share of the blocks between paper in which a line is seen; share of all blocks that must lie between paper; and how
dark it is there, as a share of what it is in the margins."""
PAPER = 0.75
"""Of the margins' brightness: darker is print."""
OPAQUE = 0.25
"""Share of the light that a line lets through: of less, print under it is not told from it."""
TALL = 10.0
"""Millimetres of an upright line, more than any character is high."""
SOLID = 2.0
"""Millimetres, more than any line of a table is thick."""
RULE, MET = 1.2, 2
"""Millimetres that a ruling line is seen beside another that it meets, and the rows of pixels of all that do."""
SKEWED = 0.15
"""Degrees from which on no ruling line stays in a column of pixels from edge to edge."""
MOST = 6
"""Lines of one page: more are no dust, but what the picture shows."""

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Dusted:
    """A page without its lines of dust. ``hidden``: on the page as delivered, where print under one is not known."""

    page: PageImage
    hidden: tuple[Box, ...] = ()


def without_dust(page: PageImage, small: Image) -> Dusted:
    """Both ways: a sheet may have been fed by its side and its picture turned. ``small``: the page's darkness image,
    reduced (see ``skew``)."""
    unit = a4_unit(page.pixels.shape)
    ways = (page.pixels, page.pixels.swapaxes(0, 1))
    down, across = (_lines(pixels, unit) for pixels in ways)
    if (down or across) and abs(estimate_skew(small)) < SKEWED:
        down, across = (
            lines if lines and _is_whole(pixels, lines, unit) else []
            for pixels, lines in zip(ways, (down, across), strict=True)
        )
    if not down and not across:
        return Dusted(page)
    pixels = page.pixels.copy()
    hidden = [Box(a, 0, b, page.height) for a, b in _cleared(pixels, down, unit)]
    hidden += [Box(0, a, page.width, b) for a, b in _cleared(pixels.swapaxes(0, 1), across, unit)]
    return Dusted(replace(page, pixels=pixels), tuple(hidden))


def _lines(pixels: Image, unit: float) -> list[tuple[int, int]]:
    """Columns (first, behind the last) of the lines that go down the whole picture."""
    height, width = pixels.shape[:2]
    rows = round(MARGIN * unit)
    if rows < FEWEST or height < 4 * rows or width < 4 * rows:
        return []
    ends = [_means(part) for part in (pixels[:rows], pixels[height - rows :])]
    excess = np.minimum(*(_excess(end, unit) for end in ends))
    dark = excess >= DARKER
    if not dark.any() or dark.mean() > BLANK:
        return []
    found = []
    for first, behind in stretches(dark):
        if behind - first <= _beside(unit)[0] and _goes_through(
            pixels, first, behind, float(excess[first:behind].max()), unit
        ):
            found.append((first, behind))
    return found if len(found) <= MOST else []


def _is_whole(pixels: Image, lines: list[tuple[int, int]], unit: float) -> bool:
    """Whether a table's outermost upright lines, other than these, end before the picture does: in one cut out of a
    page its ruling lines go from edge to edge."""
    dark = _darkest(pixels)
    ink = (dark < PAPER * float(np.median(dark))).astype(np.uint8)
    solid = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(3, round(SOLID * unit)),) * 2, np.uint8))
    ink[cv2.dilate(solid, np.ones((5, 5), np.uint8)) > 0] = 0  # what is seen beside the sheet
    upright = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(3, round(TALL * unit)), 1), np.uint8))
    for first, behind in lines:
        upright[:, max(0, first - 2) : behind + 2] = 0
    columns = np.flatnonzero(upright.any(axis=0))
    if not columns.size:
        return False
    margin, near, reach = round(MARGIN * unit / 2), round(unit), round(RULE * unit)
    left, right = int(columns[0]), int(columns[-1]) + 1
    for frame in (upright[:, left : left + near], upright[:, max(0, right - near) : right]):
        rows = np.flatnonzero(frame.any(axis=1))
        if rows[0] < margin or rows[-1] >= len(ink) - margin:
            return False
    for first, behind in lines:
        if left < first < right:
            continue
        sides = (ink[:, max(0, first - 1 - reach) : first - 1], ink[:, behind + 1 : behind + 1 + reach])
        if any(side.size and int(side.all(axis=1).sum()) >= MET for side in sides):
            return False  # ruling lines end there; print is not dark all along
    return True


def _darkest(pixels: Image) -> Image:
    """(H, W) in the channel in which each pixel is darkest."""
    return pixels if pixels.ndim == 2 else extremes(pixels)[1]


def _means(part: Image) -> Levels:
    """(W,) brightness of the columns of a margin, each in the channel in which it is darkest."""
    levels = cv2.reduce(np.ascontiguousarray(part), 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F)[0]
    return np.asarray(levels if levels.ndim == 1 else levels.min(axis=1), np.float32)


def _excess(levels: Levels, unit: float) -> Levels:
    """By how much each column is darker than the paper on both sides of it."""
    near, wide = _beside(unit)
    padded = np.pad(levels, near + wide, mode="edge")
    means = np.convolve(padded, np.full(wide, 1.0 / wide), mode="valid")  # of ``wide`` columns from each on
    left, right = means[: len(levels)], means[2 * near + wide + 1 :][: len(levels)]
    return np.asarray(np.minimum(left, right) - levels, np.float32)


def _beside(unit: float) -> tuple[int, int]:
    """From how far aside of a line, and over how many columns, the paper is looked at, px."""
    return max(2, round(WIDE * unit)), max(1, round(ASIDE * unit))


def _goes_through(pixels: Image, first: int, behind: int, excess: float, unit: float) -> bool:
    """Whether the line is seen wherever there is paper on both sides of it, from one edge to the other."""
    near, wide = _beside(unit)
    height, width = pixels.shape[:2]
    if first < near + wide or behind + near + wide > width:
        return False
    dark = _darkest(pixels[:, first - near - wide : behind + near + wide]).astype(np.float32)
    left, line, right = dark[:, :wide].mean(axis=1), dark[:, near + wide : -near - wide], dark[:, -wide:].mean(axis=1)
    paper, own = np.minimum(left, right), line.min(axis=1)
    rows = max(1, round(BLOCK * unit))
    blocks = height // rows
    known = paper >= PAPER * np.median(paper)
    parts = [slice(k * rows, (k + 1) * rows) for k in range(blocks)]
    seen = [float(np.median((paper - own)[p][known[p]])) for p in parts if known[p].mean() > 0.5]
    return len(seen) >= KNOWN * blocks and float(np.mean(np.array(seen) >= ALIKE * excess)) >= SEEN


def _cleared(pixels: Image, lines: list[tuple[int, int]], unit: float) -> list[tuple[int, int]]:
    """Takes the lines off ``pixels``, in place; the columns of those that hide what is printed under them."""
    near, wide = _beside(unit)
    hidden = []
    for first, behind in lines:
        start, end = first - near, behind + near
        three = pixels[:, start - wide : end + wide].astype(np.float32).reshape(len(pixels), -1, _channels(pixels))
        left, right = three[:, :wide].mean(axis=1), three[:, -wide:].mean(axis=1)
        own, rows = three[:, wide:-wide], round(MARGIN * unit)
        ends = np.r_[:rows, len(own) - rows : len(own)]  # further in a ruling line may lie beside the line, or under it
        paper = np.maximum(1.0, np.minimum(left, right)[ends])
        light = np.median(own[ends] / paper[:, None], axis=0)  # (columns, channels)
        places = np.linspace(0.0, 1.0, own.shape[1] + 2)[1:-1, None]
        between = left[:, None] + places * (right - left)[:, None]
        clear = np.clip(own / np.maximum(light, 0.01), 0, 255)
        opaque = light < OPAQUE
        clear = np.where(opaque, between, np.where(light < 1.0 - DARKER / 510, clear, own))
        pixels[:, start:end] = np.rint(clear).astype(np.uint8).reshape(pixels[:, start:end].shape)
        if opaque.any():
            columns = np.flatnonzero(opaque.any(axis=1))
            hidden.append((start + int(columns[0]), start + int(columns[-1]) + 1))
    return hidden


def _channels(pixels: Image) -> int:
    return 1 if pixels.ndim == 2 else int(pixels.shape[2])
