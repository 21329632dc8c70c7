"""Which dark pixels inside a cell are print: not the ruling lines around it, not dirt.

Ink is found by hysteresis. What clings to the walls is the ruling line's own; what is smaller than the page's
specks is dirt. A page's specks are known from where no text is near.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box

from .components import Labels, components, inked_part, longer_side, pieces_of, places
from .ink import PRINT, Image

INK = 75
"""Darkness (0 to 255) that a stroke must reach somewhere to count as print; print itself is scaled to about 200."""
EDGE = 42
"""Darkness down to which the pixels around such a place belong to the stroke (hysteresis)."""
MARK_REACH = 1.25
"""Characters to the side within which a mark of its own stands: after a full-width bracket it is most of an em away."""
DIRTY = 12
"""Heavy spots far from text that make a page dirty: clean pages, flatbed or phone, have up to 5, dirty ones 20 up."""
CROWD = (4, 4.0)
"""Spots on one line that are no dirt: more than the first of these and so many times what is usual beside it."""
BESIDE = (1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1)
"""The lines beside one that it is held against; a fold leans over into the next."""
PALE = 45
"""The least darkness of strokes in a cell whose print is all pale."""
CLEAR = 12
"""Pale pieces as large as a mark on a page whose pale ink is print: thin strokes of coloured or blurred print make a
few, print that shines through twenty and more."""
LARGEST_PALE = 1.3
"""Characters that a pale piece beside print is long at most: a bracket, not a ruling line."""
HAZY = 30
"""Pale pieces from which the other side of a page shines through."""
HAZE = (90, 1.15, 0.9)
"""How dark that is: the percentile of its pixels, times what strokes that cross it add; of ``INK`` at most."""
MARK = 0.08
"""Side of a square in characters that is as large as the least mark."""
STROKE = (0.35, 0.2)
"""Characters that a piece is wide at least and high at most to be a stroke, not a speck, down to half a speck's mass:
what a fax or faint print leaves of an equals sign is no heavier than its dirt."""
COLON = (0.12, 0.25, 0.75)
"""Characters that the points of a colon stand beside each other at most, and apart at least and at most."""
ALIKE = 1.4
"""How much heavier than the other one of a colon's points is at most where dirt lies about."""
SLIVER = 1.5
"""Characters that a thin part which runs along a wall is long at least to be a ruling line's."""
POINT = (0.08, 0.34)
"""Characters that points are wide and high, a 。 at most."""
SPECK = 0.16
"""Side of a square in characters: what is no larger does not keep a dash from being alone in its cell."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The sizes of a page: ``unit`` pixels in a millimetre, ``character`` the usual height of a character in pixels,
    ``speck``: the mass (summed darkness over 255, about the pixels of solid black) up to which a spot is dirt,
    ``grain``: the deviation of the paper's grain as a share of the print's darkness (faded print is near its paper),
    ``spots``: how many as heavy as a point stand where no text is near, ``faded``: whether the page's print is,
    ``pale``: how many pieces as large as a mark are nowhere as dark as print (unknown: too many), ``edge``: the
    darkness down to which the pixels around print belong to it (``EDGE``, more where the other side is darker),
    ``bilevel``: whether the page was delivered black and white."""

    unit: float
    character: float
    speck: float
    grain: float = 0.0
    spots: int = 0
    faded: bool = False
    pale: int = CLEAR + 1
    edge: float = EDGE
    bilevel: bool = False

    @property
    def is_smooth(self) -> bool:
        """Whether the paper's grain is not as dark as pale ink."""
        return 10.0 * PRINT * self.grain <= PALE

    @property
    def is_clean(self) -> bool:
        """Whether pale ink is neither grain nor dirt."""
        return self.spots < DIRTY and self.is_smooth


@dataclass(frozen=True, slots=True)
class CellMask:
    """The print of a cell: ``mask`` (H, W) of 0 and 1, its left and top on the page, the number of specks left out.

    ``points``: spots beside a character that may be a point or a speck, whether they were kept or left out. ``extent``:
    left, top, right, bottom of the print in the mask where it is known. ``highest``: the height in px of its highest
    piece that is larger than a speck. ``edge``: of the page's ``Scale``.
    """

    left: int
    top: int
    mask: Image
    dirt: int = 0
    points: int = 0
    extent: tuple[int, int, int, int] | None = None
    highest: int = 0
    edge: float = EDGE


def cell_mask(dark: Image, box: Box, scale: Scale) -> CellMask:
    """The print inside the walls of a cell; ``box`` runs along the middle of its ruling lines."""
    whole = box.clipped(dark.shape[1], dark.shape[0])
    x0, y0, x1, y1 = round(whole.left), round(whole.top), round(whole.right), round(whole.bottom)
    part = dark[y0:y1, x0:x1]
    inset = _inset(scale)
    if min(part.shape) < 2 * inset + 2:
        return CellMask(x0, y0, np.zeros(part.shape, np.uint8))
    part = np.ascontiguousarray(part)
    inside = part[inset:-inset, inset:-inset]
    ink = _print_level(inside, scale)
    if int(inside.max()) <= EDGE * ink / INK:  # ruling lines at most
        return CellMask(x0, y0, np.zeros(part.shape, np.uint8))
    least = min(ink, PALE) if _is_pale_print(inside, scale) else ink
    mask = _darker(part, EDGE * ink / INK)
    cell = CellMask(x0, y0, mask, edge=scale.edge)
    cell = _without_dirt(cell, part, _without_walls(mask, part, (least, ink), inset, scale), scale)
    return cell if scale.edge <= EDGE else _without_haze(cell, part, (least, ink), scale)


def _inset(scale: Scale) -> int:
    """How far from the middle of a cell's walls their ink may lie, px."""
    return max(3, round(0.45 * scale.unit))


def _without_haze(cell: CellMask, part: Image, level: tuple[float, float], scale: Scale) -> CellMask:
    """The print without what hangs together with it that is no darker than the other side's; it was there until now
    since a line that shines through is known by running from wall to wall, all of it."""
    mask = hysteresis(part * cell.mask, level[1], level[0], scale.edge)
    extent, highest = _extent(components(mask)[2][1:], scale.character)
    return replace(cell, mask=mask, extent=extent, highest=highest)


@dataclass(frozen=True, slots=True)
class Dirt:
    """``speck``: the mass of a page's dirt (nearly all spots that stand a character away from any text weigh less),
    ``spots``: how many of these are as heavy as a point may be, ``pale``: how many pieces as large as a mark are paler
    than print anywhere, ``haze``: how dark these are where they are many, else 0."""

    speck: float
    spots: int
    pale: int
    haze: float


def page_dirt(dark: Image, character: float, paper: Box | None = None) -> Dirt:
    """What of a page's ink is no print of its own; ``paper``: the part of the image that shows the page, where it is
    known (see ``paper``).

    The mass is at least what a point of print never weighs, at most what a decimal point may.
    """
    floor, ceiling = speck_floor(character), (0.11 * character) ** 2
    mask = _darker(dark, EDGE)
    left, top, right, bottom = inked_part(mask)
    if right == 0:
        return Dirt(float(floor), 0, 0, 0.0)
    dark, mask = (np.ascontiguousarray(part[top:bottom, left:right]) for part in (dark, mask))
    count, labels, stats, _ = components(mask)
    inked = places(mask)
    owner, values = labels.ravel()[inked], dark.ravel()[inked]
    own = _on(paper, left, top, stats) if paper else np.ones(count, bool)
    lone = np.zeros(count, bool)
    lone[owner[values > INK]] = True
    pale = own & ~lone & (stats[:, cv2.CC_STAT_AREA] >= (MARK * character) ** 2)
    pale[0] = False
    pale &= np.bincount(owner[values > PALE], minlength=count) > 0
    pale &= longer_side(stats) <= 2 * character
    marks = int(np.count_nonzero(pale))
    haze = float(np.percentile(values[pale[owner]], HAZE[0])) if marks >= HAZY else 0.0
    big = lone & (stats[:, cv2.CC_STAT_AREA] >= (0.3 * character) ** 2)
    mask.ravel()[inked] = big[owner]
    near: Image = np.asarray(cv2.dilate(mask, np.ones((2 * round(character) + 1,) * 2, np.uint8)), dtype=np.uint8)
    masses = np.bincount(owner, weights=values, minlength=count) / 255.0
    lone[owner[near.ravel()[inked] > 0]] = False
    lone &= own
    spots = np.flatnonzero(lone)
    lone[spots] = ~_in_line(stats[spots], character)
    heavy = int((masses[lone] > floor).sum())
    if lone.sum() < 60:
        return Dirt(float(floor), heavy, marks, haze)
    speck = float(np.clip(1.2 * np.percentile(masses[lone], 97), floor, max(floor, ceiling)))
    return Dirt(speck, heavy, marks, haze)


def _in_line(spots: NDArray[np.int32], character: float) -> NDArray[np.bool_]:
    """(N,): which spots stand in a row or column, a character wide, that has many more of them than those on either
    side: dirt lies all about, a fold falls into pieces that lie on one line."""
    crowded = np.zeros(len(spots), bool)
    if not len(spots):
        return crowded
    for k in (0, 1):
        places = ((spots[:, k] + spots[:, k + 2] / 2) / character).astype(np.intp)
        counts = np.bincount(places).astype(np.float64)
        beside = _beside(counts) / np.maximum(1.0, _beside(np.ones(len(counts))))
        crowded |= (counts > CROWD[0] + CROWD[1] * beside)[places]
    return crowded


def _beside(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,): the sum of those beside each (see ``BESIDE``)."""
    reach = len(BESIDE) // 2
    return np.asarray(np.convolve(counts, BESIDE)[reach : reach + len(counts)], dtype=np.float64)


def _on(paper: Box, left: int, top: int, stats: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(N,): which pieces have their middle on the paper. ``left``, ``top``: where the part begins that they are of."""
    across, down = left + stats[:, 0] + stats[:, 2] / 2, top + stats[:, 1] + stats[:, 3] / 2
    return np.asarray(
        (across >= paper.left) & (across < paper.right) & (down >= paper.top) & (down < paper.bottom), dtype=bool
    )


def speck_floor(character: float) -> float:
    """The mass below which a spot is never print, whatever the page."""
    return max(1.5, (0.05 * character) ** 2)


def _print_level(inside: Image, scale: Scale) -> float:
    """The darkness that print must reach in a cell (its inside, without the walls): ``INK``, and less where the page is
    faded, all print in the cell is pale and the paper's grain is not as dark.

    Thin strokes fade below ``INK`` before thick ones do. On a page that is not faded, what is pale shines through."""
    if not scale.faded or not scale.is_smooth or np.count_nonzero(inside > 2 * INK) >= scale.speck:
        return INK
    some = inside[inside > PALE]
    return INK if some.size < 4 * scale.speck else float(np.clip(0.5 * np.percentile(some, 95), PALE, INK))


def _is_pale_print(inside: Image, scale: Scale) -> bool:
    """Whether pale ink beside print is print too: nothing shines through the page, or what is printed in this cell
    (darkness of its inside) is paler than black."""
    if not scale.is_clean or scale.pale <= CLEAR:
        return scale.is_clean
    inked = int(np.count_nonzero(inside > INK))
    if inked < 4 * scale.speck:
        return False
    pale = inked - int(np.count_nonzero(inside >= 2 * INK))
    rank = math.floor(0.95 * (inked - 1))  # the percentile lies between the values of this rank and the next
    if rank + 1 < pale or rank >= pale:
        return rank < pale
    return bool(np.percentile(inside[inside > INK], 95) < 2 * INK)


def _darker(part: Image, level: float) -> Image:
    """A mask (H, W) of 0 and 1 of what is darker than ``level``."""
    return np.asarray(cv2.threshold(part, level, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def hysteresis(part: Image, ink: float = INK, least: float | None = None, edge: float = EDGE) -> Image:
    """A mask (H, W) of 0 and 1: what is darker than ``edge`` where it hangs together with something darker than
    ``ink`` (or ``least``); the edge of pale print is paler by as much."""
    mask = _darker(part, edge * ink / INK)
    count, labels = pieces_of(mask)
    inked = places(mask)
    owner = labels.ravel()[inked]
    strong = np.zeros(count, np.uint8)
    strong[owner[part.ravel()[inked] > (ink if least is None else least)]] = 1
    mask.ravel()[inked] = strong[owner]
    return mask


@dataclass(frozen=True, slots=True)
class _Pieces:
    """The pieces of ink in a cell: ``stats`` (N, 5) as of ``components``, which of them are print or dirt and no ruling
    line's (``inside``, (N,)), which lie along the walls and apart from these (``along``, (N,)), which are nowhere
    as dark as print (``pale``, (N,)), and to which each of the ``inked`` pixels (flat indices of the mask) belongs."""

    stats: NDArray[np.int32]
    inside: NDArray[np.bool_]
    along: NDArray[np.bool_]
    pale: NDArray[np.bool_]
    inked: NDArray[np.intp]
    owner: Labels


def _without_walls(mask: Image, part: Image, level: tuple[float, float], inset: int, scale: Scale) -> _Pieces:
    """The pieces of a cell's mask; the ruling lines' ink counts to none, strokes of text that come close to them do.

    ``mask``: what is as dark as the edge of print; pieces that are dark as print nowhere do not count (hysteresis). In
    most cells the rest lies either along the walls or clear of them. Where a piece does both, long pieces of what lies
    along the walls are taken out of the mask, in place; what is left of a piece that was dark as print nowhere but
    there is no print: a line of the next page that meets a wall. ``part``: darkness; ``level``: how dark print is at
    least, beside other print and by itself.
    """
    count, labels, stats, _ = components(mask)
    inked = places(mask)
    owner, values = labels.ravel()[inked], part.ravel()[inked]
    strong = _holding(owner[values > level[0]], count)
    in_ring = np.bincount(labels.ravel()[places(_ring(mask, inset))], minlength=count)
    if (strong & (in_ring > 0) & (in_ring < stats[:, cv2.CC_STAT_AREA])).any():
        mask.ravel()[inked] = strong[owner]
        ring = _parted(mask, inset, scale.character)
        count, labels, stats, _ = components(mask)
        inked = places(mask)
        owner, values = labels.ravel()[inked], part.ravel()[inked]
        strong, in_ring = np.ones(count, bool), np.bincount(labels.ravel()[ring], minlength=count)
    pale = ~_holding(owner[values > level[1]], count)
    clinging = in_ring >= 0.6 * stats[:, cv2.CC_STAT_AREA]
    clinging |= pale & (in_ring > 0) if level[0] < level[1] else pale
    inside = strong & ~clinging
    inside[0] = False
    long = np.flatnonzero(inside & (longer_side(stats) >= SLIVER * scale.character))
    if long.size:
        inside[long] = ~_slivers(stats[long], mask.shape, inset, scale.character)
    along = strong & ~pale & clinging
    along[0] = False
    return _Pieces(stats, inside, along, pale, inked, owner)


def _holding(owners: Labels, count: int) -> NDArray[np.bool_]:
    """(count,): which pieces are among the owners of some pixels."""
    holding = np.zeros(count, bool)
    holding[owners] = True
    return holding


def _ring(mask: Image, inset: int) -> Image:
    """The part of a cell's mask that lies along its walls, (H, W)."""
    ring: Image = mask.copy()
    ring[inset:-inset, inset:-inset] = 0
    return ring


def _parted(mask: Image, inset: int, character: float) -> NDArray[np.intp]:
    """Take the ruling lines out of a cell's mask, in place: long pieces of what lies along its walls. Where the rest of
    that lies, as flat indices."""
    walls = _ring(mask, inset)
    ring = places(walls)
    _, labels, stats, _ = components(walls)
    wall = (longer_side(stats) >= 0.55 * character)[labels.ravel()[ring]]
    mask.ravel()[ring[wall]] = 0
    return ring[~wall]


def _slivers(stats: NDArray[np.int32], shape: tuple[int, ...], inset: int, character: float) -> NDArray[np.bool_]:
    """Long thin parts that run along a wall: a ruling line beside where it was thought to be."""
    x, y, w, h = (stats[:, k] for k in range(4))
    reach, thin, long = inset + 0.3 * character, 0.22 * character, SLIVER * character
    upright = (w <= thin) & (h >= long) & ((x <= reach) | (x + w >= shape[1] - reach))
    level = (h <= thin) & (w >= long) & ((y <= reach) | (y + h >= shape[0] - reach))
    return np.asarray(upright | level)


def _without_dirt(cell: CellMask, part: Image, pieces: _Pieces, scale: Scale) -> CellMask:
    """The pieces that are print. Specks are left out: lighter than the page's dirt (flat strokes: than half of it), or
    small and far from any larger part. What is twice as heavy as dirt may stand further off, in the row of a character:
    a line's last ； behind a ）.

    Pale pieces near print are kept where they may be print (see ``_is_pale_print``): of an equals sign one stroke is
    often paler than the other.

    A spot that stands where a point would, beside a character and not above it, is kept down to half that mass: a lost
    decimal point is a worse error than a speck read as one. The two points of a colon are known by each other,
    on a dirty page also by their weight; there they may be specks all the same, and are told.
    """
    stats, inside = pieces.stats, pieces.inside
    masses = np.bincount(pieces.owner, weights=part.ravel()[pieces.inked], minlength=len(stats)) / 255.0
    wide, high = stats[:, cv2.CC_STAT_WIDTH] / scale.character, stats[:, cv2.CC_STAT_HEIGHT] / scale.character
    level = (wide >= STROKE[0]) & (high <= STROKE[1])
    keep = inside & (masses > np.where(level, 0.5, 1.0) * scale.speck)
    big = keep & ~pieces.pale & (stats[:, cv2.CC_STAT_AREA] >= (0.2 * scale.character) ** 2)
    beside = np.zeros(len(stats), bool)
    if big.any():
        small = np.flatnonzero(keep & ~big)
        if small.size:
            heavy = masses[small] > 2.0 * scale.speck
            keep[small] = _near(stats[small], stats[big], 0.7 * scale.character)
            keep[small] |= heavy & _in_row(stats[small], stats[big], scale.character)
        keep &= ~pieces.pale | (np.maximum(wide, high) <= LARGEST_PALE)
        least = speck_floor(scale.character)
        beside = inside & ~big & (masses > max(least, 0.35 * scale.speck)) & (masses < 1.4 * scale.speck)
        spots = np.flatnonzero(beside)
        beside[spots] = _point_places(stats[spots], stats[big], scale.character) if scale.speck > least else False
        keep |= beside & (masses > 0.5 * scale.speck)
        at_foot = _at_foot(pieces, stats[big], cell.mask.shape[0], scale)
        keep |= at_foot
        beside |= at_foot
        dirty = scale.spots >= DIRTY
        spots = np.flatnonzero(inside & (~keep | beside) & (masses > (2.0 if dirty else 0.5) * least))
        if spots.size > 1:
            pairs = _one_above_another(stats[spots], masses[spots] if dirty else None, scale.character)
            pairs &= _in_row(stats[spots], stats[big], scale.character)
            keep[spots] |= pairs
            beside[spots] |= pairs & dirty
    else:
        keep &= ~pieces.pale
    kept = cell.mask.copy()
    kept.ravel()[pieces.inked] = keep[pieces.owner]
    extent, highest = _extent(stats[keep], scale.character)
    dirt, points = (int(np.count_nonzero(some)) for some in (inside & ~keep & ~pieces.pale, beside))
    return replace(cell, mask=kept, dirt=dirt, points=points, extent=extent, highest=highest)


def _at_foot(pieces: _Pieces, big: NDArray[np.int32], height: int, scale: Scale) -> NDArray[np.bool_]:
    """(N,): which pieces along the walls may be points, of text that itself stands on the lower one (``height``: of the
    cell): as small as points, apart from the line, at the foot of a character that comes as near to it."""
    stats = pieces.stats
    found = np.zeros(len(stats), bool)
    low = big[big[:, 1] + big[:, 3] >= height - _inset(scale)]
    side = longer_side(stats)
    small = np.flatnonzero(pieces.along & (side >= POINT[0] * scale.character) & (side <= POINT[1] * scale.character))
    if len(low) and small.size:
        lower = stats[small, 1] + stats[small, 3] / 2 > height / 2
        found[small] = lower & _point_places(stats[small], low, scale.character)
    return found


def _extent(stats: NDArray[np.int32], character: float) -> tuple[tuple[int, int, int, int] | None, int]:
    """Left, top, right, bottom around all pieces, and the height of the highest that is larger than a speck."""
    if not len(stats):
        return None, 0
    (left, top), (right, bottom) = stats[:, :2].min(axis=0), (stats[:, :2] + stats[:, 2:4]).max(axis=0)
    large = stats[:, cv2.CC_STAT_AREA] > (SPECK * character) ** 2
    highest = int(stats[large, cv2.CC_STAT_HEIGHT].max(initial=0))
    return (int(left), int(top), int(right), int(bottom)), highest


def _point_places(spots: NDArray[np.int32], big: NDArray[np.int32], character: float) -> NDArray[np.bool_]:
    """Spots with their middle up to 0.4 characters beside a character, in its lower two thirds or at its foot."""
    tall = big[big[:, cv2.CC_STAT_HEIGHT] >= 0.5 * character]
    if not len(tall) or not len(spots):
        return np.zeros(len(spots), bool)
    across, down = (spots[:, k, None] + spots[:, k + 2, None] / 2 for k in (0, 1))
    left, top, width, height = (tall[None, :, k].astype(float) for k in range(4))
    gap = np.maximum(left - across, across - left - width)
    lower = (down >= top + height / 3) & (down <= top + height + 0.15 * character)
    return np.asarray(((gap > 0) & (gap <= 0.4 * character) & lower).any(axis=1))


def _one_above_another(
    spots: NDArray[np.int32], masses: NDArray[np.float64] | None, character: float
) -> NDArray[np.bool_]:
    """Spots with another straight above or below them as the points of a colon have, and no third in line. Where dirt
    lies about two of it may stand so: then they must be ``ALIKE`` in mass too."""
    across, down = (spots[:, k] + spots[:, k + 2] / 2 for k in (0, 1))
    in_line = np.abs(across[:, None] - across[None, :]) <= COLON[0] * character
    apart = np.abs(down[:, None] - down[None, :])
    pairs = in_line & (apart >= COLON[1] * character) & (apart <= COLON[2] * character)
    if masses is not None:
        pairs &= np.maximum(masses[:, None], masses[None, :]) <= ALIKE * np.minimum(masses[:, None], masses[None, :])
    others = in_line & (apart <= 2 * character)
    return np.asarray((pairs.sum(axis=1) == 1) & (others.sum(axis=1) == 2))


def _in_row(small: NDArray[np.int32], big: NDArray[np.int32], character: float) -> NDArray[np.bool_]:
    """Which small pieces stand beside a character, with their middle between its top and its foot, within
    ``MARK_REACH``."""
    tall = big[big[:, cv2.CC_STAT_HEIGHT] >= 0.5 * character]
    if not len(tall) or not len(small):
        return np.zeros(len(small), bool)
    middle = small[:, None, 1] + small[:, None, 3] / 2
    top, bottom = tall[None, :, 1], tall[None, :, 1] + tall[None, :, 3]
    gap = np.maximum(
        tall[None, :, 0] - small[:, None, 0] - small[:, None, 2],
        small[:, None, 0] - tall[None, :, 0] - tall[None, :, 2],
    )
    beside = (middle >= top) & (middle <= bottom + 0.15 * character)
    return np.asarray((beside & (gap <= MARK_REACH * character)).any(axis=1))


def _near(small: NDArray[np.int32], big: NDArray[np.int32], reach: float) -> NDArray[np.bool_]:
    """Which small pieces' boxes come within ``reach`` px of a big one's: points, dots, accents."""
    first, last = small[:, None, :2], small[:, None, :2] + small[:, None, 2:4]
    gap = np.maximum(0, np.maximum(big[None, :, :2] - last, first - big[None, :, :2] - big[None, :, 2:4]))
    return np.asarray((np.square(gap).sum(axis=2) < reach**2).any(axis=1))
