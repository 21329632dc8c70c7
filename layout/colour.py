"""The grey page of a coloured one: without the ink of seals and filled areas, with print in whatever colour.

A seal is told by its shape (see ``coloured_seals``), a filled area by its breadth. What else is coloured is print: a
number set in red, a form filled in with a blue pen, the ruling lines of a green form. It must not become blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box

from .coloured_seals import seal_areas
from .components import components
from .fills import LUMA, Colours, Placed, extremes, find_fills
from .ink import Image, grey_of, paper_level
from .page_size import a4_unit
from .pen_marks import PenMarks, pen_marks

COLOUR = 40
"""Grey levels between the strongest and the weakest channel from which a pixel is coloured: JPEG and cheap sensors give
black print up to 30."""
VIVID = 60
"""The same for ink that is as dark as in the channel that it absorbs most: orange, not the pastel of a fill that noise
or shade keep from being seen as one."""
DARKEST = 60
"""Grey level of paper in the deepest shadow in which colours are looked for: below, noise is as strong as they."""
REDUCED, COARSE = 4, 16
"""Pixels to one of the pictures in which bare paper is looked for and light is told."""
WIDEST, PAPER = 7, 0.85
"""Reduced pixels of the broadest thing that counts as print there, and the share of what is brightest about a place
that paper has: shadows do not fall off as fast."""
FEWEST = 1e-5
"""Share of a page that must be coloured for it to be looked at."""
PRINTED = 5.0
"""Square millimetres of coloured strokes outside of seals from which a page is printed in that colour too: a number."""
SMEARED = 0.25
"""Millimetres that colours are smeared by, at most: two pixels of 200 dpi."""
MOST_MORE = 4.0
"""How much darker ink is at most in the channel that it absorbs most than its brightness is: orange 2.5."""
FEW = 50
"""Pixels of one strength of colour that tell how dark its ink is."""


@dataclass(frozen=True, slots=True)
class GreyPage:
    """Grey levels (H, W) of a page's print. ``lost``: (H, W) where ink was taken out that may be print, a seal being of
    a colour that the page is also printed in, or a pen's mark one that counts; None where that cannot be."""

    grey: Image
    lost: NDArray[np.bool_] | None = None
    ink: _Ink | None = None

    def without_pen(self, spared: Iterable[Box]) -> GreyPage | None:
        """The same without the marks of a pen, but for what lies in the boxes ``spared``, where seals were found; None
        where there are none."""
        marks = None if self.ink is None else self.ink.marks(spared)
        return None if self.ink is None or marks is None else self.ink.taken_out(marks)


def grey_without_colour(pixels: Image) -> Image:
    """Grey levels (H, W) of a page's print; see ``grey_page``."""
    ink = _Ink.of(pixels)
    return grey_of(pixels) if ink is None else ink.print_()[0]


def grey_page(pixels: Image) -> GreyPage:
    """The print of a page; ``pixels`` (H, W) are returned as they are, (H, W, 3) are BGR.

    A seal's ink is taken out of its area. In an area filled with a colour the print is what differs from that. Other
    coloured ink is as dark as in the channel that it absorbs most: an orange digit is no paler than a black one.
    """
    ink = _Ink.of(pixels)
    return GreyPage(grey_of(pixels)) if ink is None else ink.taken_out()


@dataclass(frozen=True, slots=True)
class _Ink:
    """What is coloured on a page ``pixels`` (H, W, 3), looked for once. ``spread`` and ``level``: see ``_spread``;
    ``strong`` (H, W): where it is, 0 and 1; ``paper`` (3,); ``unit``: px in a millimetre; its ``fills`` with their
    places, and where they (``filled``) and its seals (``sealed``) lie, (H, W)."""

    pixels: Image
    spread: Image
    level: Image
    strong: Image
    paper: Colours
    unit: float
    fills: Sequence[Placed]
    filled: NDArray[np.bool_]
    sealed: NDArray[np.bool_]

    @staticmethod
    def of(pixels: Image) -> _Ink | None:
        """None for a page without colour."""
        if pixels.ndim == 2:
            return None
        spread, level = _spread(pixels)
        strong = np.asarray(cv2.threshold(spread, COLOUR, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)
        if np.count_nonzero(_around(strong)) < FEWEST * strong.size:
            return None
        paper = np.maximum(np.percentile(pixels[::8, ::8].reshape(-1, 3), 90, axis=0), 1.0).astype(np.float32)
        unit = a4_unit(strong.shape)
        fills = find_fills(pixels, grey_of(pixels), strong, unit)
        filled = np.zeros(strong.shape, bool)
        for window, fill in fills:
            filled[window] |= fill.area
        sealed = seal_areas(pixels, unit=unit, without=filled) > 0
        return _Ink(pixels, spread, level, strong, paper, unit, fills, filled, sealed)

    def marks(self, spared: Iterable[Box]) -> PenMarks | None:
        """The marks of a pen outside of seals, fills and the boxes ``spared``."""
        where = (self.strong > 0) & ~self.filled & ~self.sealed
        for box in spared:
            x0, y0, x1, y1 = box.clipped(where.shape[1], where.shape[0]).pixels()
            where[y0:y1, x0:x1] = False
        return pen_marks(self.pixels, where, paper=float(self.paper.mean()), unit=self.unit)

    def taken_out(self, marks: PenMarks | None = None) -> GreyPage:
        """The print of the page, without the ink of seals and these marks."""
        grey, out = self.print_(marks)
        return GreyPage(grey, None if out is None else self._lost(out, marks), self)

    def print_(self, marks: PenMarks | None = None) -> tuple[Image, NDArray[np.bool_] | None]:
        """The grey levels (H, W), and where ink was taken out, None where none was."""
        pixels, unit, grey = self.pixels, self.unit, grey_of(self.pixels)
        out = self.sealed if marks is None else self.sealed | _around(marks.area.astype(np.uint8))
        vivid = np.asarray(cv2.threshold(self.spread, VIVID, 1, cv2.THRESH_BINARY)[1], dtype=np.uint8)
        tinted = _around(vivid) & ~out
        if tinted.any():
            grey[tinted] = _scaled(_as_black(pixels, tinted, self.paper, unit), self.paper)
        if self.fills:
            light = _light(grey, self.filled) / self.paper.mean()
            _take_out(self.fills, pixels, grey, spared=out, light=light, paper=self.paper, unit=unit)
        taken = _around(self.strong) & out
        if not taken.any():
            return grey, None
        _, labels, stats, _ = components(out.astype(np.uint8))
        for k, (x, y, w, h) in enumerate(stats[1:, :4].tolist(), start=1):
            at = slice(y, y + h), slice(x, x + w)
            own = taken[at] & (labels[at] == k)
            if own.any():
                share = _under_seal(pixels[at], self.spread[at], self.level[at], own, unit)
                grey[at][own] = (share * self.level[at][own]).astype(np.uint8)
        return grey, out

    def _lost(self, out: NDArray[np.bool_], marks: PenMarks | None) -> NDArray[np.bool_] | None:
        """(H, W) coloured ink under seals of a colour in which something is printed beside them, and a pen's marks that
        may count; None where there is neither. ``out``: where ink was taken out."""
        coloured, doubtful = self.strong > 0, None if marks is None else marks.doubtful
        outside, lost = coloured & ~out, coloured & self.sealed
        for window, fill in self.fills:
            outside[window] &= ~fill.area
        counts = np.bincount(_spared(self.pixels[outside]), minlength=4)[:3]
        printed = np.append(counts >= PRINTED * self.unit**2, False)
        if not printed.any():
            return doubtful
        lost[lost] = printed[_spared(self.pixels[lost])]
        return lost if doubtful is None else lost | doubtful


def _around(mask: Image) -> NDArray[np.bool_]:
    """Where a mask (H, W) of 0 and 1 is set, and two pixels around it."""
    return np.asarray(cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 0)


def _take_out(
    fills: Iterable[Placed],
    pixels: Image,
    grey: Image,
    *,
    spared: NDArray[np.bool_],
    light: Colours,
    paper: Colours,
    unit: float,
) -> None:
    """Write into ``grey`` (H, W) what is printed on fills; ``light`` (H, W): how brightly the ``paper`` (3,) is lit."""
    done = np.zeros(grey.shape, bool)
    for at, fill in fills:
        inside = fill.area & ~spared[at]
        bare = light[at][inside][:, None] * paper
        found = _scaled(fill.brightness(pixels[at], inside, bare, unit), bare)
        # A thin line between two fills is darker than one of them, perhaps no darker than the other.
        grey[at][inside] = np.where(done[at][inside], np.minimum(grey[at][inside], found), found)
        done[at] |= inside


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
    """Grey levels for shares (N,) of the brightness of ``paper`` (3,), or (N, 3) for each its own."""
    return np.asarray(np.clip(paper.mean(axis=-1) * share, 0, 255), dtype=np.uint8)


def _light(grey: Image, filled: NDArray[np.bool_]) -> Colours:
    """(H, W) the paper's grey level, in filled areas as about them: in a shadow they must not become brighter than what
    is around them, which were print beside them."""
    height, width = grey.shape
    small, coarse = ((max(1, width // step), max(1, height // step)) for step in (REDUCED, COARSE))
    bare = cv2.resize(np.where(filled, np.uint8(0), np.uint8(255)), small, interpolation=cv2.INTER_AREA) == 255
    known = cv2.erode(bare.astype(np.uint8), np.ones((3, 3), np.uint8))
    calm = cv2.resize(grey, small, interpolation=cv2.INTER_AREA)  # the brightest grain is no paper
    brightest = cv2.dilate(calm * known, np.ones((WIDEST, WIDEST), np.uint8)).astype(np.float32)
    parts = brightest, (brightest > 0).astype(np.float32)
    total, share = (cv2.resize(part, coarse, interpolation=cv2.INTER_AREA) for part in parts)
    level = np.asarray(total / np.maximum(share, 1e-6), dtype=np.uint8)
    printed = level < PAPER * cv2.dilate(level, np.ones((9, 9), np.uint8))  # ruling lines between two fills
    unknown = ((share < 0.25) | (level < DARKEST) | printed).astype(np.uint8)
    if unknown.all():
        return np.full(grey.shape, max(DARKEST, float(np.percentile(grey, 90))), np.float32)
    whole = cv2.blur(cv2.inpaint(level, unknown, 3, cv2.INPAINT_TELEA), (3, 3))  # Telea 2004
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _spread(pixels: Image) -> tuple[Image, Image]:
    """(H, W) grey levels between the strongest and the weakest channel around each pixel, as if the paper there were
    white (shadows take colour away as they do light), and how bright the paper is there, (H, W)."""
    strongest, weakest = extremes(pixels)
    spread = cv2.blur(cv2.subtract(strongest, weakest), (3, 3))
    level = np.maximum(paper_level(strongest), DARKEST)
    return np.asarray(cv2.divide(spread, level, scale=255), dtype=np.uint8), level


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
