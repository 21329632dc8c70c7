"""The text of a page as boxes, by its ink alone: words, and the lines they stand in.

A word here is what stands together with less than 0.85 characters between; in print that is a cell's
text or a part of it. Found on a reduced page: where columns run is no question of a pixel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box

from .components import components, places
from .ink import Image
from .quantiles import weighted_quantile

WORK_UNIT = 4.0
"""Pixels in a millimetre on the reduced page (100 dpi)."""
MARK = 60
"""Darkness on the reduced page from which a pixel is print."""
MOST = 8000
"""Pieces of ink on a page beyond which it is noise, not text."""
FEWEST = 8

TextLine = tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class PageText:
    """Words (px of the page) in no order, and the height of a full character; none where there is hardly any text.

    ``mask``: the print on the reduced page, one of whose px is ``factor`` px of the page.
    """

    words: tuple[Box, ...]
    character: float
    mask: Image
    factor: float

    def pieces(self, box: Box) -> list[Box]:
        """The ink in a box of the page in smaller parts than words: wherever 0.4 characters lie between."""
        f = self.factor
        left, top = max(0, int(box.left / f)), max(0, int(box.top / f))
        part = self.mask[top : int(box.bottom / f) + 1, left : int(box.right / f) + 1]
        return _boxes(part, 0.4 * self.character / f, f, left, top) if part.any() else []


def reduced(dark: Image, *, unit: float) -> tuple[Image, float]:
    """The page at 4 px a millimetre (never larger than it is), and how many of its px one of these is."""
    factor = max(1.0, unit / WORK_UNIT)
    if factor == 1.0:
        return dark, factor
    small = cv2.resize(dark, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8), factor


def find_text(dark: Image, without: Iterable[Box], *, unit: float) -> PageText:
    """The words of a page outside the boxes ``without``. ``unit``: pixels in a millimetre."""
    small, factor = reduced(dark, unit=unit)
    mask = (small > MARK).astype(np.uint8)
    for box in without:
        top, bottom = max(0, int(box.top / factor)), max(0, int(box.bottom / factor) + 1)
        mask[top:bottom, max(0, int(box.left / factor)) : max(0, int(box.right / factor) + 1)] = 0
    mask = _print(mask, unit / factor)
    character = _character(mask, unit / factor) if mask.any() else 0.0
    words = tuple(_boxes(mask, 0.85 * character, factor)) if character else ()
    return PageText(words, character * factor, mask, factor)


def _boxes(mask: Image, reach: float, factor: float, left: int = 0, top: int = 0) -> list[Box]:
    """Boxes (px of the page) of the ink joined over gaps of ``reach``; ``left``, ``top``: where it was cut out."""
    return [
        Box((x + left) * factor, (y + top) * factor, (x + left + w) * factor, (y + top + h) * factor)
        for x, y, w, h in _joined(mask, reach)[:, :4].tolist()
    ]


def _print(mask: Image, unit: float) -> Image:
    """The mask without what is far too large for a character, and without specks (0.6 mm) where there are more of them
    than points and commas of print; empty when it is noise."""
    _, labels, stats, _ = components(mask)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    fitting = (high <= 9 * unit) & (wide <= 60 * unit)
    fitting[0] = False
    keep = fitting & (np.maximum(wide, high) >= 0.6 * unit)
    if not FEWEST <= keep.sum() <= MOST:
        return np.zeros_like(mask)
    if fitting.sum() <= 1.5 * keep.sum():
        keep = fitting
    inked = places(mask)
    kept = np.zeros_like(mask)
    kept.ravel()[inked] = keep[labels.ravel()[inked]]
    return kept


def _joined(mask: Image, reach: float) -> NDArray[np.int32]:
    """Statistics (N, 5) of the pieces of ink joined along the rows over gaps of up to ``reach`` px."""
    size = max(3, round(reach) | 1)
    padded = cv2.copyMakeBorder(mask, 0, 0, size, size, cv2.BORDER_CONSTANT)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, np.ones((1, size), np.uint8))
    return components(np.asarray(closed[:, size:-size], dtype=np.uint8))[2][1:]


def _character(mask: Image, unit: float) -> float:
    """The height of a full character in px, 0 where there is no text. Digits are lower than the characters beside them:
    a fifth of the text's width is at least that high."""
    stats = _joined(mask, 1.2 * unit)
    high, wide = stats[:, 3], stats[:, 2]
    text = (high >= 1.6 * unit) & (high <= 7 * unit) & (wide >= 0.5 * high)
    if text.sum() < FEWEST:
        return 0.0
    return weighted_quantile(high[text], wide[text], 0.8)


def lines_of(words: Sequence[Box], character: float) -> list[TextLine]:
    """Words put into lines from the top, each from the left; marks and strokes smaller than half a character join the
    line they lie in, or the next word."""
    lines: list[list[Box]] = []
    for word in sorted((w for w in words if w.height >= 0.5 * character), key=lambda w: w.centre[1]):
        line = next((x for x in reversed(lines[-3:]) if _shares_line(x[0], word)), None)
        if line is None:
            lines.append([word])
        else:
            line.append(word)
    for word in sorted((w for w in words if w.height < 0.5 * character), key=lambda w: w.centre[1]):
        line = next((x for x in lines if x[0].top <= word.centre[1] <= x[0].bottom), None)
        if line is None:
            lines.append([word])
        else:
            line.append(word)
    ordered = [_without_overlaps(line) for line in lines]
    return sorted(ordered, key=lambda line: (line[0].centre[1], line[0].left))


def _without_overlaps(line: Sequence[Box]) -> TextLine:
    """The words of a line from the left; what stands over one another (the strokes of 二) is one."""
    out: list[Box] = []
    for word in sorted(line, key=lambda w: w.left):
        if out and word.left < out[-1].right:
            out[-1] = Box.around((out[-1], word))
        else:
            out.append(word)
    return tuple(out)


def _shares_line(a: Box, b: Box) -> bool:
    return min(a.bottom, b.bottom) - max(a.top, b.top) > 0.55 * min(a.height, b.height)
