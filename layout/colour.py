"""The grey page of a coloured one: without the ink of seals and without filled areas, with print in whatever colour.

A seal is told by its shape (see ``coloured_seals``), a filled area by its breadth. What else is coloured is print: a
number set in red, a form filled in with a blue pen, the ruling lines of a green form. It must not become blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .coloured_seals import seal_areas
from .components import components, where_kept
from .ink import Image, paper_level
from .page_size import a4_unit

Colours = NDArray[np.float32]

COLOUR = 40
"""Grey levels between the strongest and the weakest channel from which a pixel is coloured: JPEG and cheap sensors give
black print up to 30."""
VIVID = 60
"""The same for ink that is as dark as in the channel that it absorbs most: orange, not the pastel of a fill that noise
or shade keep from being seen as one."""
DARKEST = 60
"""Grey level of paper in the deepest shadow in which colours are looked for: below, noise is as strong as they."""
FEWEST = 1e-5
"""Share of a page that must be coloured for it to be looked at."""
BROAD = 2.0
"""Millimetres: strokes of print and pens are less broad (bold 22 points 1.2), filled and marked areas more."""
EVEN = 40
"""Grey levels that a filled area varies by where nothing is printed: JPEG smears the colour of print between its
strokes, but not their darkness."""
PLAIN = 1.0
"""Square millimetres of places from which squares of ``BROAD`` are even: within dense bold characters a quarter."""
AREA = 40.0
"""Square millimetres of a filled area at least: a small cell. One bold character of 16 points covers 26."""
BLOCK, CHARACTER = 20.0, 60.0
"""Square millimetres, at least, of a filled cell whose text leaves no even square of ``BROAD`` in it: 5 by 4 mm. What
is lighter inside, and no longer than wide, must be larger than a bold 国 of 22 points."""
LOW, LONG = 3.0, 1.5
"""Millimetres of such a cell's shorter side, at least: bars and rules are less; and its longer side over that."""
STRAIGHT, FULL, SOLID = 0.85, 0.6, 0.75
"""Share of the rectangle around it that such a cell takes, and share of it that is coloured, at least; of one that is
lighter inside and no longer than wide more: a square seal has a frame and strokes as broad as the gaps between them."""
NARROW = 0.7
"""Millimetres between the print of a filled area and its edges or the next line: as much is plain again where broader
squares of the same fill are. Ruling lines of a coloured form, which may meet a fill, are half as broad."""
REACH = 20.0
"""Millimetres of a filled area, at most, from print on it to where nothing is printed; further off what is coloured on
all sides of the print is filled still, but not what the rules of a coloured form enclose."""
PRINTED = 5.0
"""Square millimetres of coloured strokes outside of seals from which a page is printed in that colour too: a number."""
SMEARED = 0.25
"""Millimetres that colours are smeared by, at most: two pixels of 200 dpi."""
MOST_MORE = 4.0
"""How much darker ink is at most in the channel that it absorbs most than its brightness is: orange 2.5."""
LUMA = np.array([0.114, 0.587, 0.299], np.float32)
"""What blue, green and red add to a pixel's brightness (ITU-R BT.601, as JPEG)."""
FEW = 50
"""Pixels of one strength of colour that tell how dark its ink is."""
DEEP = 140
"""Grey level below which a filled area is dark enough for white print."""


@dataclass(frozen=True, slots=True)
class GreyPage:
    """Grey levels (H, W) of a page's print. ``lost``: (H, W) where ink was taken out that may be print, a seal being of
    a colour that the page is also printed in; None where that cannot be."""

    grey: Image
    lost: NDArray[np.bool_] | None = None


def grey_without_colour(pixels: Image) -> Image:
    """Grey levels (H, W) of a page's print; see ``grey_page``."""
    return _separated(pixels)[0]


def grey_page(pixels: Image) -> GreyPage:
    """The print of a page; ``pixels`` (H, W) are returned as they are, (H, W, 3) are BGR.

    A seal's ink is taken out of its area. In an area filled with a colour the print is what differs from that. Other
    coloured ink is as dark as in the channel that it absorbs most: an orange digit is no paler than a black one.
    """
    grey, found = _separated(pixels)
    return GreyPage(grey, None if found is None else found.lost(pixels))


def _separated(pixels: Image) -> tuple[Image, _Separated | None]:
    """The grey levels of a page's print, and where its colours lie if a seal's ink was taken out."""
    if pixels.ndim == 2:
        return pixels, None
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    spread, level = _spread(pixels)
    strong = np.asarray(cv2.threshold(spread, COLOUR, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)
    around = np.ones((5, 5), np.uint8)
    near = cv2.dilate(strong, around) > 0
    if np.count_nonzero(near) < FEWEST * near.size:
        return grey, None
    paper = np.maximum(np.percentile(pixels[::8, ::8].reshape(-1, 3), 90, axis=0), 1.0).astype(np.float32)
    unit = a4_unit(grey.shape)
    fills = _fills(pixels, grey, strong, unit)
    filled = np.zeros(grey.shape, bool)
    for window, fill in fills:
        filled[window] |= fill.area
    sealed = seal_areas(pixels, unit=unit, without=filled) > 0
    vivid = cv2.threshold(spread, VIVID, 1, cv2.THRESH_BINARY)[1]
    tinted = (cv2.dilate(vivid, around) > 0) & ~sealed
    if tinted.any():
        grey[tinted] = _scaled(_as_black(pixels, tinted, paper, unit), paper)
    for window, fill in fills:
        inside = fill.area & ~sealed[window]
        grey[window][inside] = _scaled(fill.brightness(pixels[window], inside, paper, unit), paper)
    taken = near & sealed
    if not taken.any():
        return grey, None
    _, seals, stats, _ = components(sealed.astype(np.uint8))
    for k, (x, y, w, h) in enumerate(stats[1:, :4].tolist(), start=1):
        at = slice(y, y + h), slice(x, x + w)
        own = taken[at] & (seals[at] == k)
        if own.any():
            share = _under_seal(pixels[at], spread[at], level[at], own, unit)
            grey[at][own] = (share * level[at][own]).astype(np.uint8)
    return grey, _Separated(strong > 0, sealed, fills, unit)


@dataclass(frozen=True, slots=True)
class _Separated:
    """Where a page is coloured and where its seals are, (H, W) each; its fills with their places; ``unit``: px in a
    millimetre."""

    coloured: NDArray[np.bool_]
    sealed: NDArray[np.bool_]
    fills: Sequence[tuple[tuple[slice, slice], _Fill]]
    unit: float

    def lost(self, pixels: Image) -> NDArray[np.bool_] | None:
        """(H, W) coloured ink under seals of a colour in which something is printed beside them; None if nothing is."""
        outside, lost = self.coloured & ~self.sealed, self.coloured & self.sealed
        for window, fill in self.fills:
            outside[window] &= ~fill.area
        counts = np.bincount(_spared(pixels[outside]), minlength=4)[:3]
        printed = np.append(counts >= PRINTED * self.unit**2, False)
        if not printed.any():
            return None
        lost[lost] = printed[_spared(pixels[lost])]
        return lost


def _spared(pixels: Image) -> NDArray[np.intp]:
    """(N,) the channel that each pixel's ink (N, 3) spares; 3 where it has hardly any colour of its own."""
    return np.where(np.ptp(pixels, axis=1) > COLOUR, pixels.argmax(axis=1), 3)


def _as_black(pixels: Image, tinted: NDArray[np.bool_], paper: Colours, unit: float) -> Colours:
    """(N,) how bright coloured print at the pixels ``tinted`` (H, W) were if it were black: as in the channel that it
    absorbs most.

    Thin strokes are pale in that channel, since cameras and JPEG keep colours at half of the brightness's resolution:
    by how much the channel is darker is measured about a pixel, how dark the pixel is by its brightness.
    """
    x, y, w, h = cv2.boundingRect(tinted.astype(np.uint8))
    at = slice(y, y + h), slice(x, x + w)
    shares = pixels[at] / paper
    least = 1.0 - np.minimum(shares.min(axis=2), 1.0)
    level = float(paper @ LUMA)
    luma = 1.0 - np.minimum(cv2.cvtColor(pixels[at], cv2.COLOR_BGR2GRAY) / np.float32(level), 1.0)
    around = (2 * max(1, round(SMEARED * unit)) + 1,) * 2
    more = np.clip(cv2.blur(least, around) / np.maximum(cv2.blur(luma, around), 1e-3), 1.0, MOST_MORE)
    inside = tinted[at]
    return np.asarray(1.0 - np.minimum(luma[inside] * more[inside], 1.0), dtype=np.float32)


def _scaled(share: Colours, paper: Colours) -> Image:
    """Grey levels for shares (N,) of the paper's brightness."""
    return np.asarray(np.clip(paper.mean() * share, 0, 255), dtype=np.uint8)


def _spread(pixels: Image) -> tuple[Image, Image]:
    """(H, W) grey levels between the strongest and the weakest channel around each pixel, as if the paper there were
    white (shadows take colour away as they do light), and how bright the paper is there, (H, W)."""
    blue, green, red = cv2.split(pixels)
    strongest = np.asarray(cv2.max(cv2.max(blue, green), red), dtype=np.uint8)
    spread = cv2.blur(cv2.subtract(strongest, cv2.min(cv2.min(blue, green), red)), (3, 3))
    level = np.maximum(paper_level(strongest), DARKEST)
    return np.asarray(cv2.divide(spread, level, scale=255), dtype=np.uint8), level


@dataclass(frozen=True, slots=True)
class _Fill:
    """An area filled with a colour: ``area`` (H, W) with the print on it, ``core`` (H, W) of 0 and 1 where none is."""

    area: NDArray[np.bool_]
    core: Image

    def brightness(self, pixels: Image, inside: NDArray[np.bool_], paper: Colours, unit: float) -> Colours:
        """(N,) how bright the pixels ``inside`` are, 1 as bright as the fill next to them: less for print in any
        colour, also for white print on a dark fill."""
        fill = self.nearest(pixels, inside, unit)
        differ = (fill - pixels[inside]) / paper
        share = 1.0 - np.maximum(differ.max(axis=1), 0.0)
        deep = fill @ LUMA < DEEP
        if deep.any():
            side = 2 * round(0.4 * unit) + 1
            within = cv2.erode(self.area.astype(np.uint8), np.ones((side, side), np.uint8), borderValue=(0.0,))
            deep &= within[inside] > 0
            share[deep] = np.minimum(share, 1.0 + differ.min(axis=1))[deep]
        return np.asarray(share, dtype=np.float32)

    def nearest(self, pixels: Image, inside: NDArray[np.bool_], unit: float) -> Colours:
        """(N, 3) for each pixel the colour of the nearest part of the core, the mean of a millimetre of it."""
        window = (2 * max(1, round(0.4 * unit)) + 1,) * 2
        weight = cv2.blur(self.core.astype(np.float32), window)
        total = cv2.blur(np.where(self.core[:, :, None] > 0, pixels, 0).astype(np.float32), window)
        _, labels = cv2.distanceTransformWithLabels(1 - self.core, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
        there = np.flatnonzero(self.core)
        place = np.zeros(int(labels.max()) + 1, np.intp)
        place[labels.ravel()[there]] = there
        nearest = place[labels[inside]]
        return np.asarray(total.reshape(-1, 3)[nearest] / weight.ravel()[nearest][:, None], dtype=np.float32)


def _fills(pixels: Image, grey: Image, strong: Image, unit: float) -> list[tuple[tuple[slice, slice], _Fill]]:
    """The areas that are filled with a colour, each with its place on the page; cells side by side are apart, since a
    ruling line is between them."""
    core, strips, blocks = _plain(pixels, grey, strong, unit)
    if not core.any():
        return []
    window = np.ones((max(3, round(BROAD * unit)),) * 2, np.uint8)
    _, labels, stats, _ = components(np.asarray(cv2.max(strong, cv2.dilate(core, window)), dtype=np.uint8))
    found = []
    for i in np.unique(labels[core > 0]):
        x, y, w, h = (int(v) for v in stats[i, :4])
        at = slice(max(0, y - 2), y + h + 2), slice(max(0, x - 2), x + w + 2)
        own = np.asarray(labels[at] == i, dtype=np.uint8)
        around, _ = cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        whole = cv2.drawContours(own.copy(), around, -1, (1.0,), cv2.FILLED)
        area = cv2.dilate(whole, np.ones((5, 5), np.uint8))
        own_core = np.asarray(core[at] & own, dtype=np.uint8)
        if cv2.countNonZero(area) < AREA * unit**2 and not blocks[at].any(where=own_core > 0):
            continue
        far = cv2.distanceTransform(1 - own_core, cv2.DIST_L2, 5) > REACH * unit
        strip = (strips[at] > 0) & (whole > 0) & (own_core == 0)
        beyond = strip & far
        beyond[strip] |= _of_another(pixels[at], own_core, strip, unit)
        if beyond.any():
            own_core = np.asarray(own_core | beyond, dtype=np.uint8)
            far = cv2.distanceTransform(1 - own_core, cv2.DIST_L2, 5) > REACH * unit
        if far.any():
            solid = cv2.morphologyEx(own, cv2.MORPH_CLOSE, window)
            far &= cv2.morphologyEx(solid, cv2.MORPH_OPEN, window) == 0
        found.append((at, _Fill((area > 0) & ~far, own_core)))
    return found


def _of_another(pixels: Image, core: Image, strip: NDArray[np.bool_], unit: float) -> NDArray[np.bool_]:
    """(N,) which pixels of the ``strip`` (H, W) are of another colour than the nearest part of the ``core``: that is
    the next cell's where a thin rule between two does not keep them apart."""
    plain = pixels[core > 0].astype(np.float32)
    unlike = (np.abs(plain - np.median(plain, axis=0)) > EVEN).any(axis=1)
    if np.count_nonzero(unlike) < PLAIN * unit**2:
        return np.zeros(np.count_nonzero(strip), bool)
    nearest = _Fill(strip, core).nearest(pixels, strip, unit)
    return np.asarray((np.abs(nearest - pixels[strip]) > EVEN).any(axis=1))


def _plain(pixels: Image, grey: Image, strong: Image, unit: float) -> tuple[Image, Image, Image]:
    """(H, W) of 0 and 1 each: where filled areas are plain, the middles of even coloured squares; strips that hang
    together with these, between a long text and the edges of its cell; and the blocks without any such square.

    Squares of ``BROAD`` side are in no print. ``NARROW`` ones count in blocks, and as strips beyond the ``REACH`` of
    their fill's broad ones.
    """
    broad = _even(pixels, grey, strong, max(3, round(BROAD * unit)), unit)
    _, labels, stats, _ = components(broad)
    broad = where_kept(labels, stats[:, cv2.CC_STAT_AREA] >= PLAIN * unit**2).astype(np.uint8)
    blocks = _blocks(pixels, grey, strong, broad, unit)
    if not broad.any() and not blocks.any():
        return broad, broad, blocks
    narrow = _even(pixels, grey, strong, max(3, round(NARROW * unit)), unit)
    count, labels, _, _ = components(np.asarray(cv2.max(narrow, broad), dtype=np.uint8))
    kept = np.zeros(count, bool)
    kept[labels[broad > 0]] = True
    return np.asarray(broad | (narrow & blocks), dtype=np.uint8), where_kept(labels, kept).astype(np.uint8), blocks


def _blocks(pixels: Image, grey: Image, strong: Image, broad: Image, unit: float) -> Image:
    """(H, W) of 0 and 1: what most of a coloured rectangle looks like that has print and no ``broad`` even square, see
    ``BLOCK``."""
    _, labels, stats, _ = components(strong)
    large = stats[:, cv2.CC_STAT_AREA] >= FULL * BLOCK * unit**2
    large[0] = False
    large[np.unique(labels[broad > 0])] = False
    blocks = np.zeros_like(strong)
    for i in np.flatnonzero(large):
        x, y, w, h = (int(v) for v in stats[i, :4])
        own = np.asarray(labels[y : y + h, x : x + w] == i, dtype=np.uint8)
        outlines, _ = cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        outline = max(outlines, key=cv2.contourArea)
        (_, (a, b), _), area = cv2.minAreaRect(outline), cv2.contourArea(outline)
        if area < STRAIGHT * a * b:
            continue
        inside = cv2.drawContours(np.zeros_like(own), [outline], -1, (1.0,), cv2.FILLED) - own
        level, within = (cv2.mean(grey[y : y + h, x : x + w], part)[0] for part in (own, inside))
        glyph = within > level and max(a, b) < LONG * min(a, b)
        least, full = (CHARACTER, SOLID) if glyph else (BLOCK, FULL)
        if min(a, b) >= LOW * unit and area >= least * unit**2 and cv2.countNonZero(own) >= full * area:
            there = pixels[y : y + h, x : x + w]
            usual = np.median(there[own > 0], axis=0)
            alike = (np.abs(there - usual.astype(np.float32)) <= EVEN).all(axis=2)
            blocks[y : y + h, x : x + w] |= own & alike
    return blocks


def _even(pixels: Image, grey: Image, strong: Image, side: int, unit: float) -> Image:
    """(H, W) of 0 and 1: the middles of coloured squares, ``side`` px wide, that vary by less than ``EVEN``."""
    window = np.ones((side, side), np.uint8)
    even = np.asarray(cv2.erode(strong, window, borderValue=(0.0,)), dtype=np.uint8)
    if even.any():
        weakest = cv2.min(cv2.min(pixels[:, :, 0], pixels[:, :, 1]), pixels[:, :, 2])
        for plane in (grey, weakest):
            calm = cv2.blur(plane, (max(1, round(0.35 * unit)),) * 2)
            even[cv2.subtract(cv2.dilate(calm, window), cv2.erode(calm, window)) > EVEN] = 0
    return even


def _under_seal(pixels: Image, spread: Image, level: Image, taken: NDArray[np.bool_], unit: float) -> Colours:
    """(N,) how bright the paper and the print on it are at the pixels ``taken`` (H, W) below the ink of one seal.

    What a seal's ink takes of the light is told by its colour, and print takes more. Cameras and JPEG keep colours at
    half of the brightness's resolution: where print or a seal has edges only the brightness is right. Its colour is
    therefore that of the strongest ink about a pixel, and how dark ink of that colour is comes from the seal itself.
    """
    bright = cv2.divide(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), level, scale=255)[taken]
    reach = 2 * max(1, round(SMEARED * unit)) + 1
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    colour = cv2.dilate(np.where(taken, spread, 0).astype(np.uint8), around)[taken]
    strength, spared = spread[taken], pixels[taken].argmax(axis=1)
    found = np.ones(len(bright), np.float32)
    for channel in np.unique(spared):
        of_ink = spared == channel
        found[of_ink] = bright[of_ink] / _ink_alone(strength[of_ink], bright[of_ink])[colour[of_ink]]
    return np.minimum(found, 1.0)


def _ink_alone(colour: Image, bright: Image) -> Colours:
    """(256,) how bright paper with a seal's ink on it is, by the strength of its colour: what most pixels ``bright``
    (N,) of that ``colour`` (N,) are, since most of a seal is on bare paper."""
    steps, places, values = 16, [0.0], [255.0]
    for start in range(COLOUR // 2, 256, steps):
        some = bright[(colour >= start) & (colour < start + steps)]
        if len(some) >= FEW:
            places.append(start + steps / 2)
            values.append(min(values[-1], float(np.percentile(some, 60))))
    return np.asarray(np.maximum(np.interp(np.arange(256), places, values), 1.0), dtype=np.float32)
