"""Marks of a coloured pen on a page printed in black: ticks, circles, underlines, strokes of a reader's hand.

Where one crosses print or ruling lines, goes round print or runs below it, it is no print itself, and is taken out as
the ink of a seal is: what it covers is read. What crosses nothing stays: a number that was written into a cell. So do
print in colour and forms ruled in colour.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .components import Labels, components, longer_side, pieces_of
from .fills import extremes
from .ink import Image

BLACK = 0.5
"""Of the paper's brightness, at most, what black print has in its brightest channel: coloured ink spares one."""
CROWDED = 0.02
"""Share of a page in colour that is more than a reader's marks: it is printed, or filled in, in that colour."""
RULE = 15.0
"""Millimetres of a black piece that is ruling lines, or grown together with them, and no text."""
COLOURED_RULE, GRID = 25.0, 4
"""Millimetres of a straight coloured line that may be a ruling line; more than so many make a form ruled in colour."""
BRIDGE, ACROSS = 0.8, 2.0
"""Millimetres by which a coloured stroke may be parted in two: by a ruling line, by a character in black."""
WIDE = 1.4
"""Millimetres that a pen's stroke is wide at most."""
GLYPH, MOST, PARTS = 0.8, 60, 90
"""Millimetres from which a coloured piece may be a character, and how many as large as characters a reader's marks are
at most, and into how many such parts black print parts them (up to 57 on 31 pages); more are words in colour."""
LEAST = 2.0
"""Millimetres of a mark's longer side, at least."""
CROSSED, RINGED = 0.25, 0.5
"""Millimetres square of black print under a mark from which it crosses that, and inside one that goes round it."""
BEYOND = 0.5
"""Share of each piece of crossed print that must lie beside the mark: a point between two coloured digits does not."""
DARKER = 0.6
"""Of a mark's own brightness, at most, what black print under it has: dark ink varies by less."""
LONG, PIECES = 6.0, 4
"""Millimetres from which a stroke is no character, and may be an underline or a ring; the pieces of a ring, at most."""
HOLLOW = 0.4
"""Share of what a ring encloses that its own stroke may cover."""
END = 0.5
"""Millimetres from a stroke's end within which a ruling line lies on which it ends."""
FLAT, STRUCK = 0.3, 0.35
"""Height over width of a level stroke, and the share of its length with text both above and below it from which it
strikes the text out: what stands there may not hold any more."""
REACH = 1.2
"""Millimetres above and below a stroke in which the text stands that it strikes out."""


@dataclass(frozen=True, slots=True)
class PenMarks:
    """(H, W) where marks lie, and where one may have taken something with it that counts (None: nowhere): it strikes
    print out, or is as small as a character and crosses ruling lines alone: it may be written into the form."""

    area: NDArray[np.bool_]
    doubtful: NDArray[np.bool_] | None


def pen_marks(pixels: Image, where: NDArray[np.bool_], *, paper: float, unit: float) -> PenMarks | None:
    """The marks of a page, None where there are none. ``pixels`` (H, W, 3): the page, BGR; ``where`` (H, W) it has a
    colour, seals and fills aside; ``paper``: the brightness of paper; ``unit``: pixels in a millimetre."""
    coloured = where.astype(np.uint8)
    if not where.any() or np.count_nonzero(coloured) > CROWDED * coloured.size:
        return None
    if _is_ruled(coloured, unit) or _of_glyphs(components(coloured)[2], unit) > PARTS:
        return None
    strongest = extremes(pixels)[0]
    black = (strongest < BLACK * paper).astype(np.uint8)
    joined = _closed(coloured, BRIDGE * unit) | (_closed(coloured, ACROSS * unit) & black)
    text = _without_rules(black, unit)
    rules = black > text
    _, texts, of_texts, _ = components(text)
    sizes = of_texts[:, cv2.CC_STAT_AREA]
    count, labels, stats, _ = components(np.asarray(joined, dtype=np.uint8))
    if _of_glyphs(stats, unit) > MOST:
        return None
    area, doubtful = np.zeros(where.shape, bool), np.zeros(where.shape, bool)
    for k in range(1, count):
        x, y, w, h = (int(v) for v in stats[k, :4])
        if max(w, h) < LEAST * unit:
            continue
        at = slice(y, y + h), slice(x, x + w)
        own = (labels[at] == k).astype(np.uint8)
        stroke = own & coloured[at]
        if not stroke.any():
            continue
        wide = _width(stroke)
        if wide > WIDE * unit or (min(w, h) <= wide + 1 and _is_wall(rules, x, y, w, h, unit)):
            continue
        path = own & _closed(stroke, BRIDGE * unit)  # print beside a stroke is not crossed by it
        darker = path & (strongest[at] < DARKER * float(np.median(strongest[at][stroke > 0])))
        on_text = _crossed(darker, text[at], texts[at], sizes) >= (CROSSED * unit) ** 2
        on_rules = np.count_nonzero(darker & rules[at]) >= (CROSSED * unit) ** 2
        beside = _is_ring(stroke, text[at], unit) or _underlines(own, text, x, y, unit)
        if not (on_text or on_rules or beside):
            continue
        area[at] |= own > 0
        small = max(w, h) < LONG * unit
        if (small and not (on_text or beside)) or _strikes_out(own, text, x, y, unit):
            doubtful[at] |= own > 0
    return PenMarks(area, doubtful if doubtful.any() else None) if area.any() else None


def _of_glyphs(stats: NDArray[np.int32], unit: float) -> int:
    """How many pieces are as large as characters or parts of them."""
    longer = longer_side(stats)[1:]
    return int(np.count_nonzero((longer >= GLYPH * unit) & (longer < LONG * unit)))


def _closed(mask: Image, gap: float) -> Image:
    """The mask (H, W) with gaps closed, px."""
    side = 2 * round(gap / 2) + 1
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)), dtype=np.uint8)


def _width(stroke: Image) -> float:
    """How wide a stroke is, px: its pixels lie a quarter of that from its edges, on average."""
    framed = cv2.copyMakeBorder(stroke, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0.0,))
    away = cv2.distanceTransform(framed, cv2.DIST_L2, 3)
    return 4.0 * float(away[framed > 0].mean())


def _is_ruled(coloured: Image, unit: float) -> bool:
    """Whether a page's ruling lines are coloured."""
    long = max(3, round(COLOURED_RULE * unit))
    return any(
        components(np.asarray(cv2.morphologyEx(coloured, cv2.MORPH_OPEN, np.ones(shape, np.uint8)), np.uint8))[0] > GRID
        for shape in ((1, long), (long, 1))
    )


def _without_rules(black: Image, unit: float) -> Image:
    """Black print (H, W) without its ruling lines."""
    long = max(3, round(RULE * unit))
    rules = cv2.max(*(cv2.morphologyEx(black, cv2.MORPH_OPEN, np.ones(s, np.uint8)) for s in ((1, long), (long, 1))))
    return np.asarray(cv2.subtract(black, cv2.dilate(rules, np.ones((5, 5), np.uint8))), dtype=np.uint8)


def _is_wall(rules: NDArray[np.bool_], x: int, y: int, width: int, height: int, unit: float) -> bool:
    """Whether a straight stroke runs from one ruling line to another, as the coloured wall of a cell does."""
    near, level = round(END * unit), width > height
    if level:
        ends = (
            rules[y : y + height, max(0, x - near) : x + near],
            rules[y : y + height, x + width - near : x + width + near],
        )
    else:
        ends = (
            rules[max(0, y - near) : y + near, x : x + width],
            rules[y + height - near : y + height + near, x : x + width],
        )
    return all(end.any() for end in ends)


def _crossed(own: Image, text: Image, pieces: Labels, sizes: NDArray[np.int32]) -> int:
    """Pixels of black text under a mark, of pieces that go on beside it; ``sizes``: pixels of each piece."""
    under = np.bincount(pieces[(own > 0) & (text > 0)], minlength=len(sizes))
    return int(under[under <= (1.0 - BEYOND) * sizes].sum())


def _is_ring(stroke: Image, text: Image, unit: float) -> bool:
    """Whether black text stands inside a large stroke that closes, or nearly does."""
    if max(stroke.shape) < LONG * unit or pieces_of(stroke)[0] - 1 > PIECES:
        return False
    gap = 2 * round(LEAST * unit / 2) + 1
    framed = cv2.copyMakeBorder(stroke, gap, gap, gap, gap, cv2.BORDER_CONSTANT, value=(0.0,))
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))[gap:-gap, gap:-gap]
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    inside = cv2.drawContours(np.zeros_like(stroke), outlines, -1, (1.0,), cv2.FILLED)
    if np.count_nonzero(stroke) > HOLLOW * np.count_nonzero(inside):
        return False
    return bool(np.count_nonzero((inside > stroke) & (text > 0)) >= (RINGED * unit) ** 2)


def _underlines(own: Image, text: Image, x: int, y: int, unit: float) -> bool:
    """Whether a long level stroke has text above it."""
    if own.shape[1] < LONG * unit or not _is_level(own, unit):
        return False
    return bool(_above_and_below(own, text, x, y, unit)[0].mean() >= STRUCK)


def _strikes_out(own: Image, text: Image, x: int, y: int, unit: float) -> bool:
    """Whether a level stroke runs through the midst of text."""
    if not _is_level(own, unit):
        return False
    above, below = _above_and_below(own, text, x, y, unit)
    return bool(np.mean(above & below) >= STRUCK)


def _is_level(own: Image, unit: float) -> bool:
    height, width = own.shape
    return bool(height <= max(FLAT * width, 1.2 * unit))


def _above_and_below(
    own: Image, text: Image, x: int, y: int, unit: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(W,) where black text stands close above the middle of a stroke, and where below it; the stroke's place on the
    page is ``x``, ``y``."""
    reach = round(REACH * unit)
    columns = np.flatnonzero(own.any(axis=0))
    middles = [y + int(np.flatnonzero(own[:, c]).mean()) for c in columns]
    above = [text[max(0, m - reach) : m, x + c].any() for c, m in zip(columns, middles, strict=True)]
    below = [text[m + 1 : m + 1 + reach, x + c].any() for c, m in zip(columns, middles, strict=True)]
    return np.array(above), np.array(below)
