"""What of the ink inside a seal's circle is the seal's and what is print, by how dark, broad and large it is."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .components import Labels, components, longer_side, where_kept
from .ink import Image
from .seal_shape import BROAD, FAINT, Seal, away, reach, ring_values, square

DOT = 1.2
"""Millimetres: what is no larger and touches nothing else is a point or a comma, or nothing to be taken off."""
FAR = 0.6
"""Of the darkness of print: a seal that is paler than so much of it is in no stroke taken for print."""
INKED = 40
"""Darkness from which something is print at all (``ink.stretched``)."""
CHARACTER = 1.0, 7.0
"""Millimetres that a character is wide or high, of the smallest print and of titles."""
NEIGHBOURS = 3.0
"""Radii around a seal's centre within which print tells how dark print is there: faded pages are so in patches."""
MANY = 50
"""Pixels that tell how dark print is."""


def seal_level(dark: Image, seal: Seal) -> tuple[float, float]:
    """The darkness of the seal's full ink on paper, the commonest along the middle of its ring, and its deviation."""
    band = ring_values(dark, seal)
    counts = np.bincount(np.rint(band).astype(np.intp), minlength=256).astype(np.float64)
    level = int(np.convolve(counts, np.ones(5) / 5, "same").argmax())
    near = band[np.abs(band - level) <= 12]
    return float(level), max(1.0, 1.48 * float(np.median(np.abs(near - level))))


def print_levels(flat: Image, seal: Seal, unit: float) -> tuple[float, float]:
    """The darkness along the strokes of print around a seal: what a quarter of them stay below, and half of them; 0
    where there is none.

    Print is what hangs together in pieces as large as characters, neither specks nor rules.
    """
    left, top, right, bottom = square(seal, NEIGHBOURS * seal.radius, flat.shape)
    part = flat[top:bottom, left:right]
    beside = away(seal, left, top, part.shape) > reach(seal, unit)
    _, labels, stats, _ = components((part >= INKED).astype(np.uint8))
    size = longer_side(stats) / unit
    character = where_kept(labels, (size >= CHARACTER[0]) & (size <= CHARACTER[1]))
    middle = part == cv2.dilate(part, np.ones((3, 3), np.uint8))
    values = part[middle & beside & character]
    if values.size < MANY:
        return 0.0, 0.0
    pale, usual = np.percentile(values, (25, 50))
    return float(pale), float(usual)


def body_of(
    part: Image, disc: NDArray[np.bool_], most: float, least: float, stroke: float, unit: float
) -> NDArray[np.bool_]:
    """(H, W): where the seal's ink lies broadly on paper; neither hairlines nor points of print."""
    inked = (part >= least) & disc
    _, labels, stats, _ = components(inked.astype(np.uint8))
    large = where_kept(labels, longer_side(stats) >= DOT * unit)
    mid = (inked & (part <= most)).astype(np.uint8)
    broad = np.ones((max(3, round(stroke * unit)),) * 2, np.uint8)
    return np.asarray((cv2.morphologyEx(mid, cv2.MORPH_OPEN, broad) > 0) & large)


def with_edge(body: NDArray[np.bool_], core: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(H, W): the seal's body with its soft edge, a pixel, two where print is not as near."""
    one, two = np.ones((3, 3), np.uint8), np.ones((5, 5), np.uint8)
    beside = cv2.dilate(core.astype(np.uint8), one) > 0
    ink = body.astype(np.uint8)
    return np.asarray((cv2.dilate(ink, one) > 0) | ((cv2.dilate(ink, two) > 0) & ~beside))


def usual_darkness(values: NDArray[np.uint8], otherwise: float) -> float:
    """How dark print is, of the pixels that are: the edges of its strokes are paler."""
    return float(np.percentile(values, 75)) if values.size >= MANY else otherwise


def clear_remains(
    result: Image, near: NDArray[np.bool_], within: NDArray[np.bool_], most: float, pale: float, unit: float
) -> None:
    """Take out pale pieces that touch where the seal was and reach nowhere the darkness of print, in place: what is
    left of its corners and of its worn places.

    Where the seal is far paler than even pale strokes of print, its finest strokes go too. A dash may be as pale as
    they are, and stays.
    """
    labels, stats, darkest = _pieces(result, within)
    touching = np.bincount(labels[near], minlength=len(stats)) > 0
    wide, high = stats[:, cv2.CC_STAT_WIDTH] / unit, stats[:, cv2.CC_STAT_HEIGHT] / unit
    gone = touching & (darkest <= most) & (np.maximum(wide, high) < DOT)
    gone |= touching & (darkest <= FAR * most)
    if most <= FAR * pale:
        gone |= (darkest <= most) & (np.minimum(wide, high) >= BROAD) & (np.maximum(wide, high) >= DOT)
    result[where_kept(labels, gone)] = 0


def pale_pieces(result: Image, within: NDArray[np.bool_], most: float, unit: float) -> NDArray[np.bool_]:
    """(H, W): strokes, larger than points, that are as pale as the seal: of its characters, or of print that faded."""
    labels, stats, darkest = _pieces(result, within)
    return where_kept(labels, (longer_side(stats) >= DOT * unit) & (darkest <= most) & (darkest >= INKED))


def _pieces(image: Image, within: NDArray[np.bool_]) -> tuple[Labels, NDArray[np.int32], NDArray[np.uint8]]:
    """The pieces of ink: labels (H, W), statistics (N, 5) as of ``components``, how dark each gets (N,)."""
    _, labels, stats, _ = components(((image >= FAINT) & within).astype(np.uint8))
    darkest = np.zeros(len(stats), np.uint8)
    np.maximum.at(darkest, labels.ravel().astype(np.intp), image.ravel())
    return labels, stats, darkest
