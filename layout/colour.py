"""The grey page of a coloured one: without the ink of seals and the marks of a pen, without filled areas, with print in
whatever colour.

A seal is told by its shape (see ``coloured_seals``), a filled area by its breadth. What else is coloured is print: a
number set in red, a form filled in with a blue pen, the ruling lines of a green form. It must not become blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .coloured_seals import seal_areas
from .components import components
from .fills import LUMA, Colours, Placed, extremes, find_fills
from .ink import Image, paper_level
from .page_size import a4_unit
from .pen_marks import pen_marks

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
    fills = find_fills(pixels, grey, strong, unit)
    filled = np.zeros(grey.shape, bool)
    for window, fill in fills:
        filled[window] |= fill.area
    sealed = seal_areas(pixels, unit=unit, without=filled) > 0
    marks = pen_marks(pixels, (strong > 0) & ~filled & ~sealed, paper=float(paper.mean()), unit=unit)
    seals = sealed
    if marks is not None:
        sealed = sealed | (cv2.dilate(marks.area.astype(np.uint8), around) > 0)
    vivid = cv2.threshold(spread, VIVID, 1, cv2.THRESH_BINARY)[1]
    tinted = (cv2.dilate(vivid, around) > 0) & ~sealed
    if tinted.any():
        grey[tinted] = _scaled(_as_black(pixels, tinted, paper, unit), paper)
    if fills:
        light = _light(grey, filled) / paper.mean()
        _take_out(fills, pixels, grey, spared=sealed, light=light, paper=paper, unit=unit)
    taken = near & sealed
    if not taken.any():
        return grey, None
    _, labels, stats, _ = components(sealed.astype(np.uint8))
    for k, (x, y, w, h) in enumerate(stats[1:, :4].tolist(), start=1):
        at = slice(y, y + h), slice(x, x + w)
        own = taken[at] & (labels[at] == k)
        if own.any():
            share = _under_seal(pixels[at], spread[at], level[at], own, unit)
            grey[at][own] = (share * level[at][own]).astype(np.uint8)
    return grey, _Separated(strong > 0, sealed, seals, fills, unit, None if marks is None else marks.doubtful)


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


@dataclass(frozen=True, slots=True)
class _Separated:
    """Where a page is coloured, where ink was taken out and where its seals are, (H, W) each; its fills with their
    places; ``unit``: px in a millimetre; ``doubtful`` (H, W): where a pen's mark was taken out that may count."""

    coloured: NDArray[np.bool_]
    taken: NDArray[np.bool_]
    seals: NDArray[np.bool_]
    fills: Sequence[Placed]
    unit: float
    doubtful: NDArray[np.bool_] | None

    def lost(self, pixels: Image) -> NDArray[np.bool_] | None:
        """(H, W) coloured ink under seals of a colour in which something is printed beside them, and a pen's marks that
        may count; None where there is neither."""
        outside, lost = self.coloured & ~self.taken, self.coloured & self.seals
        for window, fill in self.fills:
            outside[window] &= ~fill.area
        counts = np.bincount(_spared(pixels[outside]), minlength=4)[:3]
        printed = np.append(counts >= PRINTED * self.unit**2, False)
        if not printed.any():
            return self.doubtful
        lost[lost] = printed[_spared(pixels[lost])]
        return lost if self.doubtful is None else lost | self.doubtful


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
