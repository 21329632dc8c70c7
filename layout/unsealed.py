"""The print under a grey seal: the seal's ink taken off the darkness image, inside the seal's circle alone.

Ink on ink is darker than either: print under a seal is darker than the seal on paper, and how much darker both are
tells what print would be alone. So what is no darker than the seal where its ink lies full, and as broad as its strokes,
is the seal's; what is darker is print, and is put back to the darkness of print beside the seal. Hairlines and the soft
edges of print pass through the same greys, but nowhere as broadly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .ink import PRINT, Image
from .seals import Seal, ring_values

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
CLEAR = 5.0
"""By how much darker than the full seal print is at least: JPEG leaves two or three grey values around an edge."""
MANY = 50
"""Pixels that tell how dark print is."""


@dataclass(frozen=True, slots=True)
class Unsealed:
    """What was taken off for a seal. ``left``, ``top``: of ``taken`` on the page, in px; ``taken`` (H, W): 1 where the
    image was changed; ``contrast``: by how much darker print is than the seal's full ink, as a share of the darkness
    of print (0: no print could be told from it)."""

    seal: Seal
    left: int
    top: int
    taken: Image
    contrast: float


def without_seals(dark: Image, seals: Sequence[Seal], *, unit: float) -> tuple[Image, tuple[Unsealed, ...]]:
    """The darkness image (H, W) without the ink of these seals, and what was taken off for each; ``dark`` is left as it
    is. ``unit``: pixels in a millimetre.
    """
    if not seals:
        return dark, ()
    out = dark.copy()
    taken = tuple(_unseal(out, seal, unit) for seal in seals)
    return out, taken


def _unseal(dark: Image, seal: Seal, unit: float) -> Unsealed:
    """Take the ink of a seal off a darkness image, in place."""
    reach = seal.radius + seal.width / 2 + AROUND * unit
    left, top = max(0, int(seal.x - reach)), max(0, int(seal.y - reach))
    part = dark[top : int(seal.y + reach) + 2, left : int(seal.x + reach) + 2]
    rows, cols = np.ogrid[top : top + part.shape[0], left : left + part.shape[1]]
    disc = (cols - seal.x) ** 2 + (rows - seal.y) ** 2 <= reach * reach
    level, noise = _level(dark, seal)
    print_ = level + max(CLEAR, 3.0 * noise)
    body = _body(part, disc, print_, max(LEAST, WORN * level), unit)
    core = part > print_
    near = _near(body, core) & disc
    span = 2 * round(UNEVEN * unit) + 1
    local = cv2.dilate(np.where(body, part, 0).astype(np.uint8), np.ones((span, span), np.uint8)).astype(np.float32)
    alone = _usual(part[core & disc & ~near], PRINT)
    under = _usual(part[core & near & (local > 0.8 * level)], alone)
    share = np.minimum(local / max(level, 1.0), 1.0)
    full = alone - share * (alone - under)
    bare = local + 0.5 * noise
    out = (part - bare) / np.maximum(full - bare, 4.0) * alone
    changed = np.clip(out, 0, np.maximum(alone, part)).astype(np.uint8)
    result: Image = np.where(near, changed, part).astype(np.uint8)
    taken = near | _clear_remains(result, near, disc, print_)
    part[:] = result
    return Unsealed(seal, left, top, taken.astype(np.uint8), max(0.0, (under - level) / max(alone, 1.0)))


def _level(dark: Image, seal: Seal) -> tuple[float, float]:
    """The darkness of the seal's full ink on paper, the commonest along the middle of its ring, and its deviation."""
    band = ring_values(dark, seal)
    counts = np.bincount(np.rint(band).astype(np.intp), minlength=256).astype(np.float64)
    level = int(np.convolve(counts, np.ones(5) / 5, "same").argmax())
    near = band[np.abs(band - level) <= 12]
    return float(level), max(1.0, 1.48 * float(np.median(np.abs(near - level))))


def _body(part: Image, disc: NDArray[np.bool_], most: float, least: float, unit: float) -> NDArray[np.bool_]:
    """(H, W): where the seal's ink lies broadly on paper; neither hairlines nor points of print."""
    inked = (part >= least) & disc
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inked.astype(np.uint8), connectivity=8)
    large = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= DOT * unit
    large[0] = False
    mid = (inked & (part <= most)).astype(np.uint8)
    broad = np.ones((max(3, round(STROKE * unit)),) * 2, np.uint8)
    return np.asarray((cv2.morphologyEx(mid, cv2.MORPH_OPEN, broad) > 0) & large[labels])


def _near(body: NDArray[np.bool_], core: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(H, W): the seal's body with its soft edge, a pixel, two where print is not as near."""
    one, two = np.ones((3, 3), np.uint8), np.ones((5, 5), np.uint8)
    beside = cv2.dilate(core.astype(np.uint8), one) > 0
    ink = body.astype(np.uint8)
    return np.asarray((cv2.dilate(ink, one) > 0) | ((cv2.dilate(ink, two) > 0) & ~beside))


def _usual(values: NDArray[np.uint8], otherwise: float) -> float:
    """How dark print is, of the pixels that are: the edges of its strokes are paler."""
    return float(np.percentile(values, 75)) if values.size >= MANY else otherwise


def _clear_remains(result: Image, near: NDArray[np.bool_], disc: NDArray[np.bool_], most: float) -> NDArray[np.bool_]:
    """Take out pale pieces that touch where the seal was and reach nowhere the darkness of print, in place: what is
    left of its corners and of its worn places. Gives back where that was, (H, W)."""
    mask = (result >= LEAST) & disc
    count, labels, _, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    darkest = np.zeros(count, np.uint8)
    np.maximum.at(darkest, labels.ravel(), result.ravel())
    touching = np.bincount(labels[near], minlength=count) > 0
    pale = touching & (darkest <= most)
    pale[0] = False
    gone = np.asarray(pale[labels])
    result[gone] = 0
    return gone
