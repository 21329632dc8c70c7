"""What stands in a cell: nothing, a dash, or lines of text; by its ink alone, no model.

A page has one usual height of characters; it tells a line from half a line and a speck from a decimal point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box

from .cellmask import DIRTY, EDGE, HAZE, INK, PALE, SPECK, CellMask, Scale, cell_mask, hysteresis, page_dirt
from .components import components
from .dots import row_of_dots
from .ink import Image
from .paper import paper_around
from .rulings import line_response, stretches
from .turned import turned_back

DASH_HEIGHT = 0.3
"""The most characters that a dash is high."""
LEAN = 0.16
"""Of a slash: to the right, over its height (9 degrees; serif faces lean it by 12 to 14, others by 20)."""
SPLIT, THICK = 0.25, 0.35
"""Of the rows of a slash, the share in which it may be more than one stroke, as a fax breaks it, and how wide its
stroke is at most, of its height (0.13 to 0.17; an italic 0 that blur has filled 0.5)."""
ELLIPSIS = 5
"""Dots from which a row of them is one: …… has six; of … a fax may make as many of a short dash."""
STUB_HEIGHT = 0.4
"""The most characters that a blot is high which blur and grain have made of a hyphen."""
PALE_DASH = 30
"""Darkness by which such a stroke stands out of the rows beside it: twice what the grain of bad paper does over half a
character, and two fifths of what print must reach."""
BLANK_OR_DASH = 0.5
"""The doubt of a cell in which no more than such a stroke is seen, blank or dash."""
STUB = 0.2
"""The doubt of a dash that is little more than a blot."""
APART = 0.5
"""Characters between two strokes of one row that no —— has."""
BLOT = 2.5
"""Millimetres of solid ink in both directions that hardly any of a character is (bold 36 points: strokes of 2)."""
DIRT = 0.4
"""Characters that a spot of dirt is wide and high at most."""
WITHIN = 0.8
"""Millimetres inside a cell's walls from which on nothing is left of them."""
MERGED, EVEN = 0.75, 0.35
"""Lines of dark print that are less than this share as high as with what is pale are several in one, where half of
them are alike to this share (numbers are a fifth lower than Chinese text)."""
GREY_PRINT, RAISED = 150.0, 200.0
"""How dark all but two of a page's cells print at most where its print is grey (black print that was blurred: 160 and
more), and how dark it is made."""
LOWEST = (1.0, 1.8)
"""Millimetres that a line of text is high at least: of print of 4 points, and where most of a page's are as high, of 7
(its figures); lower ones are pieces then."""
SAMPLE = 50
"""Cells that are enough to know a page's usual height of characters."""

VALLEY = 0.75
"""Darkness between the two strokes of an =, of that of the paler one: a single stroke has none."""

Kind = Literal["blank", "dash", "slash", "text"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text cut out of the page: dark on white with a margin, and its box on the upright page."""

    image: Image
    box: Box


@dataclass(frozen=True, slots=True)
class CellInk:
    """What stands in a cell. ``lines`` from top to bottom; for a dash the one stroke. ``vertical``: one character
    stood below the other and they were put side by side into a single line image. ``doubt``: 0 to 1, how unsure
    blank or dash is (ink that is neither clearly there nor clearly dirt). ``points``: spots that may be a point or a
    speck, of a blank cell all specks that were left out. ``stood``: where the characters that were put side by side
    stood, from top to bottom."""

    kind: Kind
    lines: tuple[Line, ...] = ()
    vertical: bool = False
    doubt: float = 0.0
    points: int = 0
    stood: tuple[Box, ...] = ()

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Where its lines of text stand on the upright page, from top to bottom; of vertical text its characters."""
        return self.stood or tuple(line.box for line in self.lines)


def read_ink(dark: Image, box: Box, scale: Scale) -> CellInk:
    """The ink of one cell. ``dark``: darkness of the upright page, ``box``: the cell along its ruling lines."""
    cell = cell_mask(dark, box, scale)
    if not cell.mask.any():
        doubt = _faint(dark, box, scale)
        pale = _pale_stroke(dark, box, scale) if doubt >= BLANK_OR_DASH else None
        stroke = pale or _dotted_stroke(dark, box, scale)
        return stroke or CellInk("blank", doubt=doubt, points=cell.dirt)
    character = scale.character
    dash = None if cell.highest > DASH_HEIGHT * character else _dash_box(cell.mask, character)
    if dash is not None and not (_are_two_strokes(dark, cell, dash, character) or _are_dots(cell.mask, dash)):
        return CellInk("dash", (_stroke_line(dark, cell, dash, character),), doubt=_fold_doubt(dark, cell, scale))
    stub = None if cell.highest > STUB_HEIGHT * character else _stub_box(dark, cell, scale)
    if stub is not None and not _are_two_strokes(dark, cell, stub, character):
        return CellInk("dash", (_stroke_line(dark, cell, stub, character),), doubt=STUB)
    slash = _slash_box(cell, character)
    if slash is not None:
        return CellInk("slash", (_stroke_line(dark, cell, slash, character),))
    if scale.spots >= DIRTY:
        cleared = _largest_alone(cell, character)
        slash = None if cleared is None else _slash_box(cleared, character)
        if slash is not None:
            return CellInk("slash", (_stroke_line(dark, cell, slash, character),), doubt=STUB)
    rows = _without_specks(line_runs(cell.mask, character), cell.mask, character)
    rows = _without_dashes(rows, cell.mask, character)
    cut = [_cut(dark, cell, row, character) for row in rows]
    lines = [line for line in cut if line is not None]
    if not lines:
        return _dotted_stroke(dark, box, scale) or CellInk("blank", doubt=0.3)
    stacked = len(lines) >= 2 and max(line.box.width for line in lines) <= 1.3 * character
    if stacked:
        whole, stood = _side_by_side(lines, character), tuple(line.box for line in lines)
        return CellInk("text", (whole,), vertical=True, points=cell.points, stood=stood)
    return CellInk("text", tuple(lines), points=cell.points)


def cut_line(dark: Image, box: Box, scale: Scale) -> Line | None:
    """The line image of a text line that a detector found; None when there is no ink in its box, or a punch hole."""
    x0, y0, x1, y1 = box.clipped(dark.shape[1], dark.shape[0]).pixels()
    part = np.ascontiguousarray(dark[y0:y1, x0:x1])
    mask = hysteresis(part, PALE if scale.faded else INK, edge=scale.edge)
    if not mask.size or _is_blot(mask, round(BLOT * scale.unit)):
        return None
    return _cut(dark, CellMask(x0, y0, mask, edge=scale.edge), (0, mask.shape[0]), scale.character)


def _is_blot(mask: Image, side: int) -> bool:
    """Whether the ink is one blot, no longer than half as much again as it is wide: most of it lies in squares of
    ``side`` px that are full of it, but for the grain. (Bold titles are nearly as full, but longer.)"""
    rows, columns = np.nonzero(mask)
    if not rows.size:
        return False
    high, wide = np.ptp(rows) + 1, np.ptp(columns) + 1
    if max(high, wide) > 1.5 * min(high, wide):
        return False
    full = cv2.threshold(cv2.blur(mask * np.uint8(255), (side, side)), 0.9 * 255, 1, cv2.THRESH_BINARY)[1]
    solid = np.asarray(cv2.dilate(full, np.ones((side, side), np.uint8)), dtype=np.uint8)
    return bool(np.count_nonzero(solid & mask) > 0.5 * np.count_nonzero(mask))


def with_print_raised(dark: Image, boxes: Sequence[Box], *, unit: float) -> tuple[Image, float]:
    """The darkness image of a page whose print is paler than its ruling lines by half, made as dark as print is, and by
    how much; other pages as they are. Where print in grey ink was blurred its thin strokes counted as what shines
    through: of =90% the = was gone."""
    levels = [level for box in _some(boxes) if (level := _print_of(dark, box, unit)) > 0]
    if len(levels) < 3 or (darkest := sorted(levels)[-3]) >= GREY_PRINT:
        return dark, 1.0
    gain = RAISED / darkest
    return np.asarray(cv2.convertScaleAbs(dark, alpha=gain), dtype=np.uint8), gain


def _some(boxes: Sequence[Box]) -> Sequence[Box]:
    return boxes[:: max(1, len(boxes) // SAMPLE)]


def _print_of(dark: Image, box: Box, unit: float) -> float:
    """How dark the print in a cell is, clear of its walls; 0 where hardly anything is seen."""
    inside, _, _ = _within(dark, box, unit)
    some = inside[inside > EDGE]
    return float(np.percentile(some, 95)) if some.size >= unit**2 / 2 else 0.0


def measure(
    dark: Image, boxes: Sequence[Box], *, unit: float, grain: float, faded: bool = False, bilevel: bool = False
) -> Scale:
    """The sizes of a page from all its cells; a character is taken for 3.5 mm high when nothing tells.

    ``grain``: of the paper as it was delivered, as a share of the print's darkness; ``faded``: whether the print had
    lost so much contrast that some of it may still be pale; ``bilevel``: whether it was black and white.
    """
    rough = Scale(unit, 3.5 * unit, 1.5, faded=faded)
    some = [cell_mask(dark, box, rough) for box in _some(boxes)]
    heights = _heights([cell.mask for cell in some], unit)
    usual = float(np.median(heights)) if len(heights) >= 3 else None
    merged = None if faded else _merged(dark, some, usual, unit)
    character, between = merged or (usual or 3.5 * unit, 0.0)
    paper = paper_around(dark, Box.around(boxes), unit=unit) if boxes else None
    dirt = page_dirt(dark, character, paper)
    scale = Scale(unit, character, dirt.speck, grain, dirt.spots, faded, dirt.pale, bilevel=bilevel)
    if faded or not scale.is_smooth:
        return scale
    haze = max(dirt.haze, between)
    return replace(scale, edge=float(np.clip(HAZE[1] * haze, EDGE, HAZE[2] * INK)))


def _heights(masks: Sequence[Image], unit: float) -> list[int]:
    """How high the lines in these cells are, in px: what is neither too low nor too high for one (see ``LOWEST``)."""
    rows = (row for mask in masks for row in stretches(np.asarray(mask.any(axis=1))))
    heights = [b - a for a, b in rows if LOWEST[0] * unit <= b - a <= 7 * unit]
    usual = [h for h in heights if h >= LOWEST[1] * unit]
    return usual if len(usual) > len(heights) / 2 else [h for h in heights if h < 2 * LOWEST[1] * unit]


def _merged(dark: Image, cells: Sequence[CellMask], usual: float | None, unit: float) -> tuple[float, float] | None:
    """How high the lines of these cells are, and how dark what fills the room between them, where the print of the
    other side makes several of them one, ``usual`` px high or too high for a line; None where they are as they seem.

    The lines of print that is darker than ``INK`` are lower then, all by as much; of a fax, whose strokes are broken,
    they differ.
    """
    parts = [dark[c.top : c.top + c.mask.shape[0], c.left : c.left + c.mask.shape[1]] for c in cells]
    cores = [np.asarray(c.mask & (part > INK), dtype=np.uint8) for c, part in zip(cells, parts, strict=True)]
    heights = _heights(cores, unit)
    if len(heights) < 3:
        return None
    low, middle, high = np.quantile(heights, (0.25, 0.5, 0.75)).tolist()
    if (usual is not None and middle > MERGED * usual) or high - low > EVEN * middle:
        return None
    rows = [~core.any(axis=1) for core in cores]
    between = [part[free][c.mask[free] > 0] for c, part, free in zip(cells, parts, rows, strict=True)]
    return middle, float(np.percentile(np.concatenate(between), HAZE[0])) if any(map(len, between)) else 0.0


def line_runs(mask: Image, character: float) -> list[tuple[int, int]]:
    """Rows (start, end) of the lines of text in an ink mask: gaps part them, the character height corrects."""
    profile = mask.sum(axis=1, dtype=np.uint32).astype(np.float64)
    split: list[tuple[int, int]] = []
    for start, end in _joined(stretches(profile > 0), character):
        split += _split(profile, start, end, character)
    return split


def _dash_box(mask: Image, character: float) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of one wide flat stroke that is alone in its cell (perhaps broken into pieces).

    What a fax leaves of a dash is a row of specks: the pieces are closed along the row before they are judged.
    """
    reach = max(3, round(0.35 * character)) | 1
    closed = cv2.morphologyEx(_padded(mask, reach, reach, reach), cv2.MORPH_CLOSE, np.ones((3, reach), np.uint8))
    stats = components(np.asarray(closed, dtype=np.uint8))[2][1:]
    wide, high, area = stats[:, 2], stats[:, 3], stats[:, 4]
    flat = (
        (wide >= 0.22 * character)
        & (wide <= 3.2 * character)
        & (high <= DASH_HEIGHT * character)
        & (wide >= 1.7 * high)
    )
    if flat.sum() != 1 or (area[~flat] > (SPECK * character) ** 2).any():
        return None
    x, y, w, h = (int(v) for v in stats[flat][0, :4])
    left, top = max(0, x - reach), max(0, y - reach)
    part = mask[top : top + h, left : left + w]
    if part.any(axis=0).mean() < 0.45:
        return None
    return left, top, min(mask.shape[1], left + w), min(mask.shape[0], top + h)


def _are_two_strokes(dark: Image, cell: CellMask, stroke: tuple[int, int, int, int], character: float) -> bool:
    """Whether what closed to one flat stroke is two, one above the other, of about one length: an = alone."""
    left, top, right, bottom = stroke
    part = dark[cell.top + top : cell.top + bottom, cell.left + left : cell.left + right]
    rows = part.mean(axis=1)
    apart = max(2, round(0.1 * character))
    for k in range(1, len(rows) - 1):
        above, below = float(rows[:k].max()), float(rows[k + 1 :].max())
        far = int(rows[k + 1 :].argmax()) + k + 1 - int(rows[:k].argmax()) >= apart
        if far and rows[k] <= VALLEY * min(above, below) and min(above, below) >= 0.5 * max(above, below):
            return True
    return False


def _are_dots(mask: Image, stroke: tuple[int, int, int, int]) -> bool:
    """Whether what closed to one flat stroke are printed dots (……): of one size, as wide as high and evenly spaced. A
    dash of which a fax leaves pieces has none of this."""
    left, top, right, bottom = stroke
    stats = components(np.ascontiguousarray(mask[top:bottom, left:right]))[2][1:]
    if len(stats) < ELLIPSIS:
        return False
    stats = stats[stats[:, 0].argsort()]
    wide, high, middles = stats[:, 2], stats[:, 3], stats[:, 0] + stats[:, 2] / 2
    steps = np.diff(middles)
    square = (np.maximum(wide, high) <= 1.5 * np.minimum(wide, high) + 1).all()
    alike = wide.max() <= 1.5 * wide.min() + 1 and high.max() <= 1.5 * high.min() + 1
    return bool(square and alike and steps.max() <= 1.3 * steps.min() + 1 and steps.min() > wide.mean())


def _stub_box(dark: Image, cell: CellMask, scale: Scale) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of a lone blot that is wider than high, as blur leaves of a hyphen.

    Blur adds as much to its height as to its width; the deviations of its ink along and across still tell it from a
    dot.
    """
    count, _, stats, _ = cv2.connectedComponentsWithStats(cell.mask, connectivity=8)
    if count != 2:
        return None
    x, y, w, h = (int(v) for v in stats[1, :4])
    part = (
        dark[cell.top + y : cell.top + y + h, cell.left + x : cell.left + x + w] * cell.mask[y : y + h, x : x + w]
    ) / 255.0
    along, across = (_deviation(part.sum(axis=axis)) for axis in (0, 1))
    wide = 0.18 * scale.character <= w <= 0.7 * scale.character and h <= STUB_HEIGHT * scale.character
    if not wide or along < 1.4 * across or part.sum() < 2.0 * scale.speck:
        return None
    return x, y, x + w, y + h


def _deviation(profile: NDArray[np.float64]) -> float:
    """The standard deviation of a place whose weights these are, in px."""
    places = np.arange(len(profile))
    mean = float((profile * places).sum() / profile.sum())
    return float(np.sqrt((profile * (places - mean) ** 2).sum() / profile.sum()))


def _slash_box(cell: CellMask, character: float) -> tuple[int, int, int, int] | None:
    """Left, top, right, bottom of one straight stroke leaning to the right that is alone in its cell.

    A 1 stands upright (its flag even leans the other way), a 7 or 丿 bends: the lean is at least ``LEAN``, the middle
    of the stroke stays within a twentieth of its height (a pixel at least) of the straight line, and the stroke is as
    wide all along. What is two strokes in more than ``SPLIT`` of its rows is an italic 0, 8 or 11, and so is what is
    wider than ``THICK``, where blur has made them one.
    """
    mask = cell.mask
    left, top, right, bottom = cell.extent or (0, 0, mask.shape[1], mask.shape[0])
    height, width = bottom - top, right - left
    if not 0.55 * character <= height <= 1.9 * character or not LEAN * height <= width <= 1.3 * height:
        return None
    part = mask[top:bottom, left:right]
    rows = np.flatnonzero(part.any(axis=1))
    if rows.size < 0.9 * height:
        return None
    runs = part[rows, 0] + (part[rows, 1:] > part[rows, :-1]).sum(axis=1)
    if (runs > 1).mean() > SPLIT:
        return None
    widths = part[rows].sum(axis=1).astype(np.float64)
    wide = np.median(widths)
    if np.percentile(widths, 95) > 1.5 * wide + 1.0 or wide > THICK * height:
        return None
    middles = (part[rows] * np.arange(width)).sum(axis=1) / widths
    slope, offset = np.polyfit(rows, middles, 1)
    away = np.percentile(np.abs(middles - (slope * rows + offset)), 95)
    return (left, top, right, bottom) if slope <= -LEAN and away <= max(1.0, 0.05 * height) else None


def _largest_alone(cell: CellMask, character: float) -> CellMask | None:
    """The cell with its largest piece alone, where nothing else is larger than ``DIRT`` or near it: on a dirty page a
    heavy spot far from a stroke does not make text of it."""
    _, labels, stats, _ = components(cell.mask)
    if len(stats) < 3:
        return None
    pieces = stats[1:]
    main = int(pieces[:, cv2.CC_STAT_AREA].argmax())
    others = np.delete(pieces, main, axis=0)
    if (others[:, 2:4] > DIRT * character).any():
        return None
    low, high = pieces[main, :2] - 0.7 * character, pieces[main, :2] + pieces[main, 2:4] + 0.7 * character
    if ((others[:, :2] < high) & (others[:, :2] + others[:, 2:4] > low)).all(axis=1).any():
        return None
    left, top, width, height = pieces[main, :4].tolist()
    extent, mask = (left, top, left + width, top + height), np.asarray(labels == main + 1, dtype=np.uint8)
    return replace(cell, mask=mask, extent=extent)


def _stroke_line(dark: Image, cell: CellMask, stroke: tuple[int, int, int, int], character: float) -> Line:
    left, top, right, bottom = stroke
    box = Box(cell.left + left, cell.top + top, cell.left + right, cell.top + bottom)
    part = dark[cell.top + top : cell.top + bottom, cell.left + left : cell.left + right]
    return Line(_framed(part, character), box)


def _without_specks(rows: list[tuple[int, int]], mask: Image, character: float) -> list[tuple[int, int]]:
    """Leave out rows that hold nothing larger than a speck: no line of text is that small."""
    least = 0.35 * character

    def is_wide(row: tuple[int, int]) -> bool:
        columns = np.flatnonzero(mask[slice(*row)].any(axis=0))
        return bool(columns.size and columns[-1] - columns[0] >= least)

    return [row for row in rows if row[1] - row[0] >= least or is_wide(row)]


def _without_dashes(rows: list[tuple[int, int]], mask: Image, character: float) -> list[tuple[int, int]]:
    """Leave out rows of flat strokes apart from one another, where another row is text: what is left of a fold, or of a
    rule of the other side. (A lone 一 is one stroke, and those of a —— all but touch.)"""

    def is_broken_line(row: tuple[int, int]) -> bool:
        if row[1] - row[0] > DASH_HEIGHT * character:
            return False
        columns = np.flatnonzero(mask[slice(*row)].any(axis=0))
        return bool(columns.size > 1 and np.diff(columns).max() > APART * character)

    text = [row for row in rows if not is_broken_line(row)]
    return text if any(bottom - top > DASH_HEIGHT * character for top, bottom in text) else rows


def _joined(runs: list[tuple[int, int]], character: float) -> list[tuple[int, int]]:
    """Join parts of one line (the strokes of 二, a comma below, an accent above) to what they belong to."""
    out = list(runs)
    changed = True
    while changed and len(out) > 1:
        changed = False
        gaps = sorted(range(len(out) - 1), key=lambda i: out[i + 1][0] - out[i][1])
        for i in gaps:
            (a0, a1), (b0, b1) = out[i], out[i + 1]
            small = min(a1 - a0, b1 - b0) < 0.62 * character
            if small and b0 - a1 < 0.62 * character and b1 - a0 <= 1.22 * character:
                out[i : i + 2] = [(a0, b1)]
                changed = True
                break
    return out


def _split(profile: NDArray[np.float64], start: int, end: int, character: float) -> list[tuple[int, int]]:
    """Cut a run that is too high for one line where the profile is lowest near the even division."""
    count = round((end - start) / (1.25 * character))
    if end - start < 1.6 * character or count < 2:
        return [(start, end)]
    cuts = [start]
    for k in range(1, count):
        middle = start + (end - start) * k / count
        low = max(cuts[-1] + 1, round(middle - 0.4 * character))
        high = min(end - 1, round(middle + 0.4 * character))
        if high > low:
            cuts.append(low + int(np.argmin(profile[low:high])))
    cuts.append(end)
    return [(a, b) for a, b in pairwise(cuts) if b - a > 0.2 * character]


def _cut(dark: Image, cell: CellMask, run: tuple[int, int], character: float) -> Line | None:
    """The line image: the page around the run's ink, with what is no print or another line's taken out."""
    mask, x0, y0 = cell.mask, cell.left, cell.top
    rows = slice(*run)
    columns = np.flatnonzero(mask[rows].any(axis=0))
    if columns.size == 0:
        return None
    left, right = int(columns[0]), int(columns[-1]) + 1
    inked = np.flatnonzero(mask[rows, left:right].any(axis=1))
    top, bottom = run[0] + int(inked[0]), run[0] + int(inked[-1]) + 1
    box = Box(x0 + left, y0 + top, x0 + right, y0 + bottom)
    own = mask[top:bottom, left:right]
    near = cv2.dilate(_padded(own, 2, 2, 2), np.ones((5, 5), np.uint8))
    source = _padded(dark[y0 + top : y0 + bottom, x0 + left : x0 + right], 2, 2, 2)
    pale = 0 if cell.edge > EDGE else EDGE  # what is paler than print, clear of it, is the paper's unless hazy
    source[(source > pale) & (near == 0)] = 0
    return Line(_framed(source, character), box)


def _framed(part: Image, character: float) -> Image:
    """Dark on white, in the middle of a frame that is at least a character high, with a margin of 15 %."""
    height = max(part.shape[0], round(0.95 * character))
    margin = max(2, round(0.15 * height))
    above = (height - part.shape[0]) // 2 + margin
    below = height - part.shape[0] - (height - part.shape[0]) // 2 + margin
    side = max(3, round(0.25 * character))
    return np.asarray(cv2.bitwise_not(_padded(part, above, below, side)), dtype=np.uint8)


def _padded(image: Image, above: int, below: int, side: int) -> Image:
    """The image in a frame of zeros so many pixels wide."""
    return np.asarray(cv2.copyMakeBorder(image, above, below, side, side, cv2.BORDER_CONSTANT), dtype=np.uint8)


def _side_by_side(lines: Sequence[Line], character: float) -> Line:
    """Characters that stand below one another, put into one line of text for the reader."""
    images = turned_back([line.image for line in lines], character)
    height = max(image.shape[0] for image in images)
    gap = max(1, round(0.1 * character))
    parts = []
    for image in images:
        side = max(3, round(0.25 * character)) - gap
        image = image[:, side:-side] if image.shape[1] > 2 * side + 2 else image
        short = height - image.shape[0]
        parts.append(np.pad(image, ((short // 2, short - short // 2), (0, 0)), constant_values=255))
    joined = np.pad(np.hstack(parts), ((0, 0), (gap * 2, gap * 2)), constant_values=255)
    return Line(np.asarray(joined, dtype=np.uint8), Box.around(line.box for line in lines))


def _within(dark: Image, box: Box, unit: float) -> tuple[Image, int, int]:
    """The inside of a cell where nothing is left of its walls, and its left and top on the page."""
    inner = box.grown(-max(3.0, WITHIN * unit)).clipped(dark.shape[1], dark.shape[0])
    left, top = round(inner.left), round(inner.top)
    return dark[top : round(inner.bottom), left : round(inner.right)], left, top


def _faint(dark: Image, box: Box, scale: Scale) -> float:
    """For an empty cell: how near the darkest spot or thin stroke inside comes to counting as print, 0 to 0.5."""
    part, _, _ = _within(dark, box, scale.unit)
    if part.size < 9 or int(part.max()) < min(PALE_DASH, 0.5 * INK):
        return 0.0
    spot = max(float(cv2.blur(part, size).max()) for size in ((3, 3), (9, 1), (1, 9)))
    near = float(np.clip((spot - 0.5 * INK) / INK, 0.0, 0.5))
    return BLANK_OR_DASH if _pale_dash(part, scale.character) else near


def _fold_doubt(dark: Image, cell: CellMask, scale: Scale) -> float:
    """On a page through which the other side shines a stroke paler than print may be the darkest piece of a fold or of
    a line of that side."""
    if scale.edge <= EDGE:
        return 0.0
    height, width = cell.mask.shape
    part = dark[cell.top : cell.top + height, cell.left : cell.left + width]
    return 0.0 if np.percentile(part[cell.mask > 0], 90) >= 2 * INK else BLANK_OR_DASH


def _pale_stroke(dark: Image, box: Box, scale: Scale) -> CellInk | None:
    """A dash too pale for print that is alone in its cell, on clean paper; in doubt, for a piece of a line that shines
    through looks like it."""
    cell = cell_mask(dark, box, replace(scale, faded=True)) if scale.is_clean else None
    if cell is None or not 0 < cell.highest <= DASH_HEIGHT * scale.character:
        return None
    dash = _dash_box(cell.mask, scale.character)
    if dash is None:
        return None
    line = _stroke_line(dark, cell, dash, scale.character)
    return CellInk("dash", (line,), doubt=BLANK_OR_DASH)


def _dotted_stroke(dark: Image, box: Box, scale: Scale) -> CellInk | None:
    """A dash of which a fax has left dots, in doubt: a ruling line may have, too."""
    if not scale.bilevel:
        return None
    part, x0, y0 = _within(dark, box, scale.unit)
    found = row_of_dots(part, character=scale.character) if part.size else None
    if found is None:
        return None
    left, top, right, bottom = found
    line = _framed(part[top:bottom, left:right], scale.character)
    return CellInk("dash", (Line(line, Box(x0 + left, y0 + top, x0 + right, y0 + bottom)),), doubt=BLANK_OR_DASH)


def _pale_dash(part: Image, character: float) -> bool:
    """Whether a level stroke as long as a dash stands in the cell, too pale for print but clear of the paper."""
    length, away = round(0.5 * character), max(2, round(0.2 * character))
    if part.shape[0] <= 2 * away or part.shape[1] <= length:
        return False
    return int(line_response(part, length=length, gap=away)[away:-away].max()) >= PALE_DASH
