"""The print under a grey seal: the seal's ink taken off the darkness image, inside the seal's circle alone.

Ink on ink is darker than either: print under a seal is darker than the seal on paper, and how much darker both are
tells what print would be alone. So what is no darker than the seal where its ink lies full, and as broad as its strokes,
is the seal's; what is darker is print, and is put back to the darkness of print beside the seal. Hairlines and the soft
edges of print pass through the same greys, but nowhere as broadly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box

from .ink import Darkness, Image, below_paper, darkness_of
from .seals import BROAD, Seal, ring_values

AROUND = 0.6
"""Millimetres around the outer edge of a seal's ring within which its ink may lie: it bleeds, and pages bend."""
STROKE = 0.3
"""Millimetres that the strokes of a seal's characters are broad at least; hairlines of print are a third of that."""
DOT = 1.2
"""Millimetres: what is no larger and touches nothing else is a point or a comma, or nothing to be taken off."""
UNEVEN = 0.4
"""Millimetres around a place within which the seal's ink is not yet paler there."""
WORN = 0.3
"""Share of the full ink that a worn place of a seal has at least."""
LEAST = 28
"""Darkness of the palest ink that is taken off: paler ink is no print to anybody (``cellmask.EDGE``)."""
STAR = 0.42
"""Of the radius: how far the points of the star reach from the centre; by GB/T 33481 it is a third as wide as the
seal."""
INKED = 40
"""Darkness from which something is print at all (``ink.stretched``)."""
NEIGHBOURS = 3.0
"""Radii around a seal's centre within which print tells how dark print is there: faded pages are so in patches."""
RULED = 12.0
"""Millimetres that a ruling line is long at least to be known under a seal by that alone."""
CHARACTER = 1.0, 7.0
"""Millimetres that a character is wide or high, of the smallest print and of titles."""
APART = 0.1
"""Share of the darkness of print that there must be between the full seal and print under it to read what is there."""
FAR = 0.6
"""Of the darkness of print: a seal that is paler than so much of it is in no stroke taken for print."""
CLEAR = 5.0
"""By how much darker than the full seal print is at least: JPEG leaves two or three grey values around an edge."""
ALIKE = 8.0
"""Grey values by which the seal's ink differs within ``UNEVEN`` at most, but for worn places."""
MANY = 50
"""Pixels that tell how dark print is."""


@dataclass(frozen=True, slots=True)
class Unsealed:
    """What was taken off for a seal. ``left``, ``top``: of ``taken`` on the upright page, in px; ``taken`` (H, W): 1
    where its ink was, or all over its circle where its characters could not be told from print. ``sure``: print is so much darker than the seal that even its points cannot have been taken for
    the seal's ink."""

    seal: Seal
    left: int
    top: int
    taken: Image
    sure: bool


def without_seals(
    found: Darkness, grey: Image, seals: Sequence[Seal], *, unit: float, bilevel: bool = False
) -> tuple[Darkness, tuple[Unsealed, ...]]:
    """A page's darkness without the ink of these seals, and what was taken off for each.

    ``found``: the darkness of the page ``grey`` (H, W); it is stretched, so that a dark seal's full ink may be as dark
    in it as print, and the seals are taken off the page as it was. ``unit``: pixels in a millimetre; ``bilevel``: see
    ``is_bilevel``. Outside the seals' circles nothing is changed.
    """
    if not seals:
        return found, ()
    flat = below_paper(grey)
    taken = tuple(_unseal(flat, seal, unit) for seal in seals)
    again = darkness_of(np.asarray(cv2.bitwise_not(flat), dtype=np.uint8), unit=unit, bilevel=bilevel)
    rules, text = found.rules.copy(), found.text.copy()
    for one in taken:
        left, top, right, bottom = _square(one.seal, _reach(one.seal, unit), text.shape)
        at = np.s_[top:bottom, left:right]
        disc = _away(one.seal, left, top, text[at].shape) <= _reach(one.seal, unit)
        text[at][disc] = again.text[at][disc]
        rules[at][disc] = again.rules[at][disc]
    return replace(found, rules=rules, text=text), taken


@dataclass(frozen=True, slots=True)
class _Straight:
    """What runs straight and long over the square around a seal, ``level`` and ``upright`` (H, W), in a window wider by
    ``margin`` (left, top, right, bottom); ``longest``: how far it may be hidden."""

    level: Image
    upright: Image
    margin: tuple[int, int, int, int]
    longest: int

    def inner(self, mask: Image) -> NDArray[np.bool_]:
        left, top, right, bottom = self.margin
        return np.asarray(mask[top : mask.shape[0] - bottom, left : mask.shape[1] - right] > 0)

    def ruled(self, hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Where it is a ruling line, in the square: that shows on both sides of what the seal has ``hidden``."""
        left, top, right, bottom = self.margin
        shown = np.pad((~hidden).astype(np.uint8), ((top, bottom), (left, right)), constant_values=1)
        out = np.zeros_like(self.level)
        for straight, size in ((self.level, (1, self.longest)), (self.upright, (self.longest, 1))):
            out |= straight & cv2.morphologyEx(straight & shown, cv2.MORPH_CLOSE, np.ones(size, np.uint8))
        return self.inner(out)


def _straight(flat: Image, seal: Seal, unit: float) -> _Straight:
    """The straight lines under and around a seal, longer than its ring is straight where it runs level or upright."""
    outer, inner = seal.radius + seal.width, max(0.0, seal.radius - seal.width)
    long = round(max(2.0 * (outer**2 - inner**2) ** 0.5, RULED * unit))
    left, top, right, bottom = _square(seal, _reach(seal, unit), flat.shape)
    x0, y0, x1, y1 = _square(seal, _reach(seal, unit) + long, flat.shape)
    mask = cv2.threshold(flat[y0:y1, x0:x1], LEAST, 1, cv2.THRESH_BINARY)[1]
    level, upright = (
        np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(size, np.uint8)), dtype=np.uint8)
        for size in ((1, long), (long, 1))
    )
    margin = left - x0, top - y0, x1 - right, y1 - bottom
    return _Straight(level, upright, margin, 2 * round(_reach(seal, unit)) | 1)


def _square(seal: Seal, reach: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the square so far around a seal's centre, on the page."""
    left, top = max(0, int(seal.x - reach)), max(0, int(seal.y - reach))
    return left, top, min(shape[1], int(seal.x + reach) + 2), min(shape[0], int(seal.y + reach) + 2)


def _reach(seal: Seal, unit: float) -> float:
    return seal.radius + seal.width / 2 + AROUND * unit


def _away(seal: Seal, left: int, top: int, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """(H, W): how far each pixel of a part of the page is from the seal's centre, in px."""
    rows, cols = np.ogrid[top : top + shape[0], left : left + shape[1]]
    return np.asarray(np.hypot(cols - seal.x, rows - seal.y), dtype=np.float64)


def _unseal(flat: Image, seal: Seal, unit: float) -> Unsealed:
    """Take the ink of a seal off a page's darkness as it was before any stretching, in place."""
    reach = _reach(seal, unit)
    left, top, right, bottom = _square(seal, reach, flat.shape)
    part = flat[top:bottom, left:right]
    away = _away(seal, left, top, part.shape)
    disc = np.asarray(away <= reach)
    level, noise = _level(flat, seal)
    most = level + max(CLEAR, 3.0 * noise)
    pale, usual = _print_levels(flat, seal, unit)
    darker = usual > most
    straight = _straight(flat, seal, unit)
    within = disc & ~straight.inner(straight.level | straight.upright)
    if darker:
        body = _body(part, within, most, max(LEAST, WORN * level), STROKE, unit)
    else:  # print is no darker: only what is far broader than its strokes, where a seal has such
        within &= (np.abs(away - seal.radius) <= seal.width) | (away <= STAR * seal.radius)
        body = _body(part, within, most, max(LEAST, WORN * level), BROAD, unit)
    core = part > most
    near = _near(body, core) & disc
    span = 2 * round(UNEVEN * unit) + 1
    local = cv2.dilate(np.where(body, part, 0).astype(np.uint8), np.ones((span, span), np.uint8)).astype(np.float32)
    alone = _dark(part[core & disc & ~near], max(usual, most))
    under = _dark(part[core & near & (local > 0.8 * level)], alone)
    sure = bool(pale > most and under - level >= APART * alone)
    if sure:  # between strokes of print it is not broad
        near = _near(body | ((np.abs(part - local) <= ALIKE) & (local > 0) & disc), core) & disc
    share = np.minimum(local / max(level, 1.0), 1.0)
    full = alone - share * (alone - under)
    bare = local + 0.5 * noise
    lifted = (part - bare) / np.maximum(full - bare, CLEAR) * alone
    ruled = straight.ruled(near)
    near &= ~ruled
    result: Image = np.where(near, np.clip(lifted, 0, np.maximum(alone, part)), part).astype(np.uint8)
    taken = near | _clear_remains(result, near, disc & ~ruled, most, pale, unit) if darker else disc
    part[:] = result
    return Unsealed(seal, left, top, taken.astype(np.uint8), sure)


def _level(dark: Image, seal: Seal) -> tuple[float, float]:
    """The darkness of the seal's full ink on paper, the commonest along the middle of its ring, and its deviation."""
    band = ring_values(dark, seal)
    counts = np.bincount(np.rint(band).astype(np.intp), minlength=256).astype(np.float64)
    level = int(np.convolve(counts, np.ones(5) / 5, "same").argmax())
    near = band[np.abs(band - level) <= 12]
    return float(level), max(1.0, 1.48 * float(np.median(np.abs(near - level))))


def _print_levels(flat: Image, seal: Seal, unit: float) -> tuple[float, float]:
    """The darkness along the strokes of print around a seal: what a quarter of them stay below, and half; 0 where there is
    none.

    Print is what hangs together in pieces as large as characters, neither specks nor rules.
    """
    left, top, right, bottom = _square(seal, NEIGHBOURS * seal.radius, flat.shape)
    part = flat[top:bottom, left:right]
    beside = _away(seal, left, top, part.shape) > _reach(seal, unit)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((part >= INKED).astype(np.uint8), connectivity=8)
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) / unit
    character = (size >= CHARACTER[0]) & (size <= CHARACTER[1])
    character[0] = False
    middle = part == cv2.dilate(part, np.ones((3, 3), np.uint8))
    values = part[middle & beside & character[labels]]
    if values.size < MANY:
        return 0.0, 0.0
    pale, usual = np.percentile(values, (25, 50))
    return float(pale), float(usual)


def _body(part: Image, disc: NDArray[np.bool_], most: float, least: float, stroke: float, unit: float) -> NDArray[np.bool_]:
    """(H, W): where the seal's ink lies broadly on paper; neither hairlines nor points of print."""
    inked = (part >= least) & disc
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inked.astype(np.uint8), connectivity=8)
    large = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= DOT * unit
    large[0] = False
    mid = (inked & (part <= most)).astype(np.uint8)
    broad = np.ones((max(3, round(stroke * unit)),) * 2, np.uint8)
    return np.asarray((cv2.morphologyEx(mid, cv2.MORPH_OPEN, broad) > 0) & large[labels])


def _near(body: NDArray[np.bool_], core: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(H, W): the seal's body with its soft edge, a pixel, two where print is not as near."""
    one, two = np.ones((3, 3), np.uint8), np.ones((5, 5), np.uint8)
    beside = cv2.dilate(core.astype(np.uint8), one) > 0
    ink = body.astype(np.uint8)
    return np.asarray((cv2.dilate(ink, one) > 0) | ((cv2.dilate(ink, two) > 0) & ~beside))


def _dark(values: NDArray[np.uint8], otherwise: float) -> float:
    """How dark print is, of the pixels that are: the edges of its strokes are paler."""
    return float(np.percentile(values, 75)) if values.size >= MANY else otherwise


def _clear_remains(
    result: Image, near: NDArray[np.bool_], within: NDArray[np.bool_], most: float, pale: float, unit: float
) -> NDArray[np.bool_]:
    """Take out pale pieces that touch where the seal was and reach nowhere the darkness of print, in place: what is
    left of its corners and of its worn places. Gives back where that was, (H, W).

    Where the seal is far paler than even pale strokes of print, its finest strokes go too. A dash may be as pale as
    they are, and stays.
    """
    mask = ((result >= LEAST) & within).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    darkest = np.zeros(count, np.uint8)
    np.maximum.at(darkest, labels.ravel(), result.ravel())
    touching = np.bincount(labels[near], minlength=count) > 0
    wide, high = stats[:, cv2.CC_STAT_WIDTH] / unit, stats[:, cv2.CC_STAT_HEIGHT] / unit
    gone = touching & (darkest <= most) & (np.maximum(wide, high) < DOT)
    gone |= touching & (darkest <= FAR * most)
    if most <= FAR * pale:
        gone |= (darkest <= most) & (np.minimum(wide, high) >= BROAD) & (np.maximum(wide, high) >= DOT)
    gone[0] = False
    cleared = np.asarray(gone[labels])
    result[cleared] = 0
    return cleared


def is_doubtful(box: Box, taken: Sequence[Unsealed]) -> bool:
    """Whether ink of a seal that may have been print was taken off inside a box on the upright page."""
    return any(not one.sure and _reaches(box, one) for one in taken)


def _reaches(box: Box, one: Unsealed) -> bool:
    height, width = one.taken.shape
    rows = slice(max(0, round(box.top) - one.top), max(0, min(height, round(box.bottom) - one.top)))
    cols = slice(max(0, round(box.left) - one.left), max(0, min(width, round(box.right) - one.left)))
    return bool(one.taken[rows, cols].any())
