"""Areas of a page that are filled with a colour, and how bright they are where something is printed on them.

A filled area is told by its breadth: strokes of print and pens are less broad.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .components import components, where_kept
from .ink import Image

Colours = NDArray[np.float32]

LUMA = np.array([0.114, 0.587, 0.299], np.float32)
"""What blue, green and red add to a pixel's brightness (ITU-R BT.601, as JPEG)."""
BROAD = 2.0
"""Millimetres: strokes of print and pens are less broad (bold 22 points 1.2), filled and marked areas more."""
LINE, NEAR = 1.3, 2.0
"""Millimetres that coloured lines are broad at most, bold ruling lines or the outline of a seal; and that a strip of a
fill beside its print is long at most."""
COLOURLESS = 0.5
"""Share of a fill's colour below which a place that it encloses is paper: of a pale fill places may be as pale."""
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
MARGIN, FRAMED = 0.25, 0.7
"""Millimetres along such a cell's sides that are plain, and the share of that which is coloured, at least, where what
is inside is lighter: 0.8 and more of cells that white print fills to their sides, 0.6 of two bold characters that
touch."""
NARROW = 0.7
"""Millimetres between the print of a filled area and its edges or the next line: as much is plain again where broader
squares of the same fill are. Ruling lines of a coloured form, which may meet a fill, are half as broad."""
REACH = 20.0
"""Millimetres of a filled area, at most, from print on it to where nothing is printed; further off what is coloured on
all sides of the print is filled still, but not what the rules of a coloured form enclose."""
AROUND = 3.0
"""Millimetres about a place on a fill of which the mean is its ground, ..."""
PALEST, GRAINS = 16, 4
"""... and by how many grey levels, or times as much as most of a fill does, what is printed on it differs from that."""
DEEP, DARKER = 140, 0.1
"""Grey level below which a filled area is dark enough for white print; and by what share of the paper's a line at its
edge is darker: a ruling line, as dark as it is beside bare paper."""

TINTED = 0.15
"""By how much, as a share of the paper's, the channels of a fill differ at least for its colour to tell how much of a
pixel at its edge is fill and how much is paper."""


def extremes(pixels: Image) -> tuple[Image, Image]:
    """(H, W) each: the strongest and the weakest channel of every pixel (H, W, 3)."""
    blue, green, red = cv2.split(pixels)
    strongest, weakest = cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red)
    return np.asarray(strongest, dtype=np.uint8), np.asarray(weakest, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Fill:
    """An area filled with a colour: ``area`` (H, W) with the print on it, ``core`` (H, W) of 0 and 1 where none is."""

    area: NDArray[np.bool_]
    core: Image

    def brightness(self, pixels: Image, inside: NDArray[np.bool_], paper: Colours, unit: float) -> Colours:
        """(N,) how bright the pixels ``inside`` are, 1 as bright as the fill next to them: less for print in any
        colour, also for white print on a dark fill. ``paper`` (N, 3): what it were there without fill and print."""
        fill = self.nearest(pixels, inside, unit)
        differ = (fill - pixels[inside]) / paper
        share = 1.0 - np.maximum(differ.max(axis=1), 0.0)
        deep = fill @ LUMA < DEEP
        if deep.any():
            side = 2 * round(0.4 * unit) + 1
            within = cv2.erode(self.area.astype(np.uint8), np.ones((side, side), np.uint8), borderValue=(0.0,))
            inner = deep & (within[inside] > 0)
            share[inner] = np.minimum(share, 1.0 + differ.min(axis=1))[inner]
            edge = deep & ~inner
            share[edge] = _beside_walls(share[edge], (pixels[inside] / paper)[edge], (fill / paper)[edge])
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


def _beside_walls(share: Colours, seen: NDArray[np.floating], fill: NDArray[np.floating]) -> Colours:
    """(N,) how bright the pixels at a deep fill's edge are, of ruling lines as dark as these are on paper. ``share``
    (N,): as bright as the fill; ``seen``, ``fill`` (N, 3): these pixels and the fill, of paper 1.

    What is darker than the fill is a line's. What is less coloured is part paper, or a line paler than the fill: as
    much darker as it is than fill and paper mixed."""
    bright, tint = seen @ LUMA, np.ptp(fill, axis=1)
    of_fill = np.clip(np.ptp(seen, axis=1) / np.maximum(tint, TINTED), 0.0, 1.0)
    mixed = 1.0 - of_fill * (1.0 - fill @ LUMA)
    paler = np.where(tint >= TINTED, np.minimum(share, bright / mixed), share)
    return np.asarray(np.where(share < 1.0 - DARKER, bright, paler), dtype=np.float32)


Placed = tuple[tuple[slice, slice], Fill]
"""A fill and its place on the page."""


def find_fills(pixels: Image, grey: Image, strong: Image, unit: float) -> list[Placed]:
    """The areas of a page that are filled with a colour; cells side by side are apart, since a ruling line is between
    them. ``pixels`` (H, W, 3) BGR, ``grey`` (H, W) their brightness, ``strong`` (H, W) 1 where they are coloured,
    ``unit``: px in a millimetre."""
    core, strips, blocks = _plain(pixels, grey, strong, unit)
    if not core.any():
        return []
    window = np.ones((max(3, round(BROAD * unit)),) * 2, np.uint8)
    coloured = np.asarray(cv2.max(strong, cv2.dilate(core, window)), dtype=np.uint8)
    solid = np.zeros_like(coloured)
    for at, own in _pieces(coloured, core):
        solid[at] |= _without_lines(_with_its_print(pixels[at], own, unit), unit)
    found = []
    for at, whole in _pieces(solid, core):
        area = cv2.dilate(whole, np.ones((5, 5), np.uint8))
        own_core = _without_print(pixels[at], np.asarray(core[at] & whole, dtype=np.uint8), unit)
        if cv2.countNonZero(area) < AREA * unit**2 and not blocks[at].any(where=own_core > 0):
            continue
        far = cv2.distanceTransform(1 - own_core, cv2.DIST_L2, 5) > REACH * unit
        strip = (strips[at] > 0) & (whole > 0) & (own_core == 0)
        beyond = strip & far
        beyond[strip] |= _of_another(pixels[at], own_core, strip, unit)
        beyond = _of_size(beyond.astype(np.uint8), PLAIN * unit**2)
        if beyond.any():
            own_core = np.asarray(own_core | beyond, dtype=np.uint8)
            far = cv2.distanceTransform(1 - own_core, cv2.DIST_L2, 5) > REACH * unit
        if far.any():
            own = np.asarray(coloured[at] & whole, dtype=np.uint8)
            far &= cv2.morphologyEx(cv2.morphologyEx(own, cv2.MORPH_CLOSE, window), cv2.MORPH_OPEN, window) == 0
        found.append((at, Fill((area > 0) & ~far, own_core)))
    return found


def _pieces(mask: Image, core: Image) -> Iterator[tuple[tuple[slice, slice], Image]]:
    """The pieces of a mask (H, W) of 0 and 1 that have a part of the ``core``, each with its place and two pixels more
    on every side."""
    _, labels, stats, _ = components(mask)
    for i in np.unique(labels[(core > 0) & (mask > 0)]):
        x, y, w, h = (int(v) for v in stats[i, :4])
        at = slice(max(0, y - 2), y + h + 2), slice(max(0, x - 2), x + w + 2)
        yield at, np.asarray(labels[at] == i, dtype=np.uint8)


def _without_lines(mass: Image, unit: float) -> Image:
    """A coloured mass (H, W) of 0 and 1 without the lines that hang on to it, ruling lines or the outline of a seal:
    what is no broader than ``LINE`` and further than ``NEAR`` from what is. Print that reaches a cell's side leaves
    strips as narrow, but not as far off."""
    line, near = (np.ones((2 * round(size * unit / 2) + 1,) * 2, np.uint8) for size in (LINE, 2 * NEAR))
    return np.asarray(cv2.bitwise_and(mass, cv2.dilate(cv2.morphologyEx(mass, cv2.MORPH_OPEN, line), near)), np.uint8)


def _with_its_print(pixels: Image, own: Image, unit: float) -> Image:
    """(H, W) of 0 and 1: a coloured piece of the page and the print that it encloses. A place with squares of ``BROAD``
    that has less than ``COLOURLESS`` of the piece's colour is no print, but a cell that coloured lines enclose."""
    around, _ = cv2.findContours(own, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    whole = np.asarray(cv2.drawContours(own.copy(), around, -1, (1.0,), cv2.FILLED), dtype=np.uint8)
    holes = np.asarray(whole - own, dtype=np.uint8)
    broad = cv2.erode(holes, np.ones((max(3, round(BROAD * unit)),) * 2, np.uint8)) > 0
    if not broad.any():
        return whole
    colour = cv2.subtract(*extremes(pixels))
    least = COLOURLESS * float(np.median(colour[own > 0]))
    count, labels, _, _ = components(holes)
    enclosed = np.zeros(count, bool)
    for k in np.unique(labels[broad]):
        enclosed[k] = np.median(colour[broad & (labels == k)]) < least
    return np.asarray((whole > 0) & ~where_kept(labels, enclosed), dtype=np.uint8)


def _without_print(pixels: Image, core: Image, unit: float) -> Image:
    """The core without print that is too pale and thin to make its squares uneven: what differs from the mean of
    ``AROUND`` by more than the fill's own grain does. Print would be its own ground."""
    window = (2 * round(AROUND * unit / 2) + 1,) * 2
    weight = np.maximum(cv2.blur(core.astype(np.float32), window), 1e-6)
    differ = np.zeros(core.shape, np.float32)
    for plane in cv2.split(pixels):  # one after the other: a fill may be as large as a photograph of a table top
        ground = cv2.blur(np.where(core > 0, plane, 0).astype(np.float32), window) / weight
        np.maximum(differ, np.abs(plane - ground), out=differ)
    grain = float(np.median(differ[core > 0])) if core.any() else 0.0
    printed = ((differ > max(PALEST, GRAINS * grain)) & (core > 0)).astype(np.uint8)
    clear = np.asarray(core & (cv2.dilate(printed, np.ones((3, 3), np.uint8)) == 0), dtype=np.uint8)
    large = _of_size(clear, PLAIN * unit**2)  # what is left between strokes is no ground either
    return large.astype(np.uint8) if large.any() else clear


def _of_size(mask: Image, least: float) -> NDArray[np.bool_]:
    """(H, W) the pieces of a mask of 0 and 1 that have so many pixels."""
    _, labels, stats, _ = components(mask)
    return where_kept(labels, stats[:, cv2.CC_STAT_AREA] >= least)


def _of_another(pixels: Image, core: Image, strip: NDArray[np.bool_], unit: float) -> NDArray[np.bool_]:
    """(N,) which pixels of the ``strip`` (H, W) are of another colour than the nearest part of the ``core``: that is
    the next cell's where a thin rule between two does not keep them apart."""
    plain = pixels[core > 0].astype(np.float32)
    unlike = (np.abs(plain - np.median(plain, axis=0)) > EVEN).any(axis=1)
    if np.count_nonzero(unlike) < PLAIN * unit**2:
        return np.zeros(np.count_nonzero(strip), bool)
    nearest = Fill(strip, core).nearest(pixels, strip, unit)
    return np.asarray((np.abs(nearest - pixels[strip]) > EVEN).any(axis=1))


def _plain(pixels: Image, grey: Image, strong: Image, unit: float) -> tuple[Image, Image, Image]:
    """(H, W) of 0 and 1 each: where filled areas are plain, the middles of even coloured squares; strips that hang
    together with these, between a long text and the edges of its cell; and the blocks without any such square.

    Squares of ``BROAD`` side are in no print. ``NARROW`` ones count in blocks, and as strips beyond the ``REACH`` of
    their fill's broad ones.
    """
    broad = _even(pixels, grey, strong, max(3, round(BROAD * unit)), unit)
    broad = _of_size(broad, PLAIN * unit**2).astype(np.uint8)
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
        rectangle, area = cv2.minAreaRect(outline), cv2.contourArea(outline)
        _, (a, b), _ = rectangle
        if area < STRAIGHT * a * b:
            continue
        inside = cv2.drawContours(np.zeros_like(own), [outline], -1, (1.0,), cv2.FILLED) - own
        level, within = (cv2.mean(grey[y : y + h, x : x + w], part)[0] for part in (own, inside))
        if within > level and _along_sides(own, rectangle, unit) < FRAMED:
            continue
        glyph = within > level and max(a, b) < LONG * min(a, b)
        least, full = (CHARACTER, SOLID) if glyph else (BLOCK, FULL)
        if min(a, b) >= LOW * unit and area >= least * unit**2 and cv2.countNonZero(own) >= full * area:
            there = pixels[y : y + h, x : x + w]
            usual = np.median(there[own > 0], axis=0)
            alike = (np.abs(there - usual.astype(np.float32)) <= EVEN).all(axis=2)
            blocks[y : y + h, x : x + w] |= own & alike
    return blocks


def _along_sides(own: Image, rectangle: cv2.typing.RotatedRect, unit: float) -> float:
    """How much of a rectangle is coloured (``own`` (H, W), 1 there) ``MARGIN`` along its sides, as a share."""
    reach = 2 * max(1, round(MARGIN * unit)) + 1
    whole = np.zeros((own.shape[0] + 4, own.shape[1] + 4), np.uint8)
    cv2.fillPoly(whole, [np.round(cv2.boxPoints(rectangle) + 2).astype(np.int32)], (1.0,))
    whole = np.asarray(cv2.erode(whole, np.ones((3, 3), np.uint8)), dtype=np.uint8)  # its corners are round
    side = whole - cv2.erode(whole, np.ones((reach, reach), np.uint8))
    return float(cv2.mean(own, np.asarray(side[2:-2, 2:-2], dtype=np.uint8))[0])


def _even(pixels: Image, grey: Image, strong: Image, side: int, unit: float) -> Image:
    """(H, W) of 0 and 1: the middles of coloured squares, ``side`` px wide, that vary by less than ``EVEN``."""
    window = np.ones((side, side), np.uint8)
    even = np.asarray(cv2.erode(strong, window, borderValue=(0.0,)), dtype=np.uint8)
    if even.any():
        for plane in (grey, extremes(pixels)[1]):
            calm = cv2.blur(plane, (max(1, round(0.35 * unit)),) * 2)
            even[cv2.subtract(cv2.dilate(calm, window), cv2.erode(calm, window)) > EVEN] = 0
    return even
