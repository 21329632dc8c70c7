"""The print under a grey seal: the seal's ink taken off the darkness image, inside the seal's circle alone.

Ink on ink is darker than either: print under a seal is darker than the seal on paper, and how much darker both are
tells what print would be alone. So what is no darker than the seal where its ink lies full, and as broad as its
strokes, is the seal's; what is darker is print, and is put back to the darkness of print beside the seal. Hairlines and
the soft edges of print pass through the same greys, but nowhere as broadly. Where print is no darker, the ring
alone is taken off, by its shape, where no print is near it, and all that stands in the circle is doubted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box

from .ink import Darkness, Image, below_paper, darkness_of
from .seal_ink import (
    INKED,
    body_of,
    clear_remains,
    pale_pieces,
    print_levels,
    seal_level,
    usual_darkness,
    with_edge,
)
from .seal_lines import straight_lines
from .seal_shape import BROAD, FAINT, Seal, away, reach, square

STROKE = 0.3
"""Millimetres that the strokes of a seal's characters are broad at least; hairlines of print are a third of that."""
UNEVEN = 0.4
"""Millimetres around a place within which the seal's ink is not yet paler there."""
WORN = 0.3
"""Share of the full ink that a worn place of a seal has at least."""
SOFT, TOUCH = 0.3, 0.8
"""Millimetres beyond the edge of a ring from which on ink is another's, and within which of that the ring is left as it
is: a stroke that touches it cannot be told from it."""
SURE = 0.7
"""Of the darkness of half of the strokes of print that a seal has at most for print to be told from it everywhere: the
soft edges of strokes are as dark as that nowhere broadly, and points and hairlines are darker or thinner."""
APART = 0.1
"""Share of the darkness of print that there must be between the full seal and print under it to read what is there."""
CLEAR = 5.0
"""By how much darker than the full seal print is at least: JPEG leaves two or three grey values around an edge."""
ALIKE = 8.0
"""Grey values by which the seal's ink differs within ``UNEVEN`` at most, but for worn places."""


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A seal that was taken off, and where that may have gone wrong: ``doubtful`` (H, W) is 1 where what was taken may
    have been print, or what was left may be the seal's; ``left``, ``top``: its corner on the upright page, in px."""

    seal: Seal
    left: int
    top: int
    doubtful: Image


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
        height, width = one.doubtful.shape
        at = np.s_[one.top : one.top + height, one.left : one.left + width]
        disc = away(one.seal, one.left, one.top, (height, width)) <= reach(one.seal, unit)
        text[at][disc] = again.text[at][disc]
        rules[at][disc] = again.rules[at][disc]
    return replace(found, rules=rules, text=text), taken


def _unseal(flat: Image, seal: Seal, unit: float) -> Unsealed:
    """Take the ink of a seal off a page's darkness as it was before any stretching, in place."""
    left, top, right, bottom = square(seal, reach(seal, unit), flat.shape)
    part = flat[top:bottom, left:right]
    far = away(seal, left, top, part.shape)
    disc = np.asarray(far <= reach(seal, unit))
    level, noise = seal_level(flat, seal)
    most = level + max(CLEAR, 3.0 * noise)
    pale, usual = print_levels(flat, seal, unit)
    darker = usual > most
    straight = straight_lines(flat, seal, unit)
    within = disc & ~straight.inner(straight.level | straight.upright)
    least = max(FAINT, WORN * level)
    if darker:
        body = body_of(part, within, most, least, STROKE, unit)
    else:  # print is no darker: only the ring, by its shape, and that where no print is near
        apart = np.abs(far - seal.radius)
        print_ = (part >= INKED) & within & (apart > seal.width / 2 + SOFT * unit)
        clear = cv2.dilate(print_.astype(np.uint8), np.ones((2 * round(TOUCH * unit) + 1,) * 2, np.uint8)) == 0
        body = body_of(part, within & clear & (apart <= seal.width), most, least, BROAD, unit)
    core = part > most
    near = with_edge(body, core) & disc
    span = 2 * round(UNEVEN * unit) + 1
    local = cv2.dilate(np.where(body, part, 0).astype(np.uint8), np.ones((span, span), np.uint8)).astype(np.float32)
    alone = usual_darkness(part[core & disc & ~near], max(usual, most))
    under = usual_darkness(part[core & near & (local > 0.8 * level)], alone)
    sure = bool(most <= SURE * usual and under - level >= APART * alone)
    if sure:  # between strokes of print it is not broad
        near = with_edge(body | ((np.abs(part - local) <= ALIKE) & (local > 0) & disc), core) & disc
    share = np.minimum(local / max(level, 1.0), 1.0)
    full = alone - share * (alone - under)
    bare = local + 0.5 * noise
    lifted = (part - bare) / np.maximum(full - bare, CLEAR) * alone
    ruled = straight.ruled(near)
    near &= ~ruled
    result: Image = np.where(near, np.clip(lifted, 0, np.maximum(alone, part)), part).astype(np.uint8)
    if darker:
        clear_remains(result, near, disc & ~ruled, most, pale, unit)
    part[:] = result
    doubtful = pale_pieces(result, disc & ~ruled, most, unit) if sure else near if darker else disc
    return Unsealed(seal, left, top, doubtful.astype(np.uint8))


def is_doubtful(box: Box, taken: Sequence[Unsealed]) -> bool:
    """Whether inside a box on the upright page print may have gone with a seal, or some of a seal been left."""
    return any(is_marked(one.doubtful, box, left=one.left, top=one.top) for one in taken)


def is_marked(mask: NDArray[np.generic], box: Box, *, left: int = 0, top: int = 0) -> bool:
    """Whether a mask (H, W), whose corner is at ``left`` and ``top`` on the page, is set anywhere in a box there."""
    height, width = mask.shape
    rows = slice(max(0, round(box.top) - top), max(0, min(height, round(box.bottom) - top)))
    cols = slice(max(0, round(box.left) - left), max(0, min(width, round(box.right) - left)))
    return bool(mask[rows, cols].any())
