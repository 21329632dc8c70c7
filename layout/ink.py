"""From grey levels to darkness: the page without its paper and shadows.

``darkness`` is a uint8 image, 0 = paper, 255 = the darkest ink; everything in ``layout`` works on it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

PRINT = 200.0
"""The darkness to which a page's print is stretched."""
GRAIN = 50.0
"""The darkness that six deviations of a faded page's grain are stretched to at most: it must not become print."""
PALE = 2.5
"""The stretch from which on print is faded: it has lost three fifths of its contrast, and seldom everywhere alike."""
GRAINY = 0.02
"""Share of the print's darkness that the grain's deviation has from which on a page is smoothed for reading: flatbed
and office scans have up to 0.016, phone photographs 0.026, print with Gaussian noise of 23 grey values too."""
SMOOTH, LEAST, MOST = 2.2, 0.09, 0.16
"""Millimetres of smoothing (the Gaussian's deviation) for a grain of 1, at least and at most. A pixel of 200 dpi is
0.13, strokes are some 0.3 broad."""
BETWEEN = 0.05
"""Pixels between black and white for each black one up to which a page has no others: printed strokes have edges."""
RESAMPLED = 1.5
"""By how much a page that was resampled once has more grain than its neighbouring pixels tell."""
TILE = 48
"""Side in pixels of the squares in which the strength of faded print is measured."""
SHARP, SOFTER = 7.0, 0.6
"""Grey values of grain from which on an upright page is softened: one laid straight has 9 of noise of 23, photographs
that were laid upright have up to 6; and the deviation in pixels of the Gaussian by which half of it goes."""
HEAVY = 12.0
"""Deviation of the grain in a darkness image from which on it drowns faint lines; scans and good photographs have up
to 10."""
FEWEST = 0.0005
"""Share of a page's pixels that must be print for it to be stretched: a line or two of text."""


def paper_level(grey: Image, *, reach: int = 48) -> Image:
    """The local brightness of the paper (H, W): what the page would be without print.

    ``reach`` is the size in pixels of the widest solid thing that counts as print. Computed at a quarter
    of the size: a grey closing takes the print out, a wide blur removes the blocks.
    """
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    k = max(3, reach // 4) | 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((k, k), np.uint8))
    smooth = cv2.blur(closed, (k, k))
    return np.asarray(cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def below_paper(grey: Image) -> Image:
    """How much darker than the paper around it each pixel is (H, W), the paper taken for white."""
    flat = cv2.divide(grey, np.maximum(paper_level(grey), 1), scale=255)
    return np.asarray(cv2.bitwise_not(flat), dtype=np.uint8)


def darkness(grey: Image) -> Image:
    """The darkness image of ``stretched`` alone."""
    return stretched(grey)[0]


def stretched(grey: Image, *, grain: float | None = None) -> tuple[Image, float]:
    """Darkness relative to the paper around it, stretched so that the page's own print reaches about 200;
    and by how much it was stretched.

    Print is what stands clearly out of the paper's grain: 40 levels, or on a page where hardly anything does, six
    deviations of the grain (print faded almost to white is stretched, an empty page is not). Faded print is stretched
    by its strength around each place. ``grain``: its deviation in grey values, where neighbours do not tell it.
    """
    dark = below_paper(grey) if grain is None else _above_paper(below_paper(grey))
    counts = histogram(dark)

    def deviation() -> float:
        return paper_grain(dark) if grain is None else grain

    for most in (4.0, 12.0):
        level = 40.0 if most == 4.0 else max(10.0, 6.0 * deviation())
        strong = np.where(np.arange(256) > level, counts, 0)
        if strong.sum() >= FEWEST * dark.size and strong.any():
            alpha = float(np.clip(200.0 / percentile(strong, 85.0), 1.0, most))
            if alpha >= PALE:
                return _evened(dark, alpha, max(4.0, 6.0 * deviation())), alpha
            return np.asarray(cv2.convertScaleAbs(dark, alpha=alpha), dtype=np.uint8), alpha
    return dark, 1.0


def _above_paper(dark: Image) -> Image:
    """Grainy darkness without that of the paper itself, which was taken to be as bright as its brightest grains: most
    of a page is paper, its median darkness that of the paper's mean."""
    paper = np.uint8(round(percentile(histogram(dark), 50.0)))
    return np.asarray(np.maximum(dark, paper) - paper, dtype=np.uint8)


def _evened(dark: Image, alpha: float, level: float) -> Image:
    """Faded print stretched by ``alpha`` and, where it is paler than on the page as a whole, by more.

    Print is what is darker than ``level``, above the grain; its strength around a place is the mean of its darkness
    weighed by itself, so that the edges of strokes count little. Where there is little print, as of specks on bare
    paper, the page's own strength counts.
    """
    print_ = cv2.threshold(dark, level, 0, cv2.THRESH_TOZERO)[1].astype(np.float32)
    size = (max(1, dark.shape[1] // TILE), max(1, dark.shape[0] // TILE))
    mass, squares = (
        cv2.blur(cv2.resize(part, size, interpolation=cv2.INTER_AREA), (3, 3), borderType=cv2.BORDER_REPLICATE)
        for part in (print_, print_ * print_)
    )
    whole = float(squares.sum() / max(1e-6, float(mass.sum())))
    few = 0.1 * float(mass.mean())
    local = (squares + few * whole) / np.maximum(mass + few, 1e-6)
    gain = np.clip(alpha * whole / np.maximum(local, 1e-6), alpha, max(alpha, GRAIN / level))
    wide = cv2.resize(gain, (dark.shape[1], dark.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.convertScaleAbs(dark * wide), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Darkness:
    """A page as darkness: ``rules`` to find ruling lines in, ``text`` to read (the same image on most pages).

    ``stretch``: by how much the print was stretched; ``grain``: the deviation of the paper's grain, before anything was
    smoothed, as a share of the print's darkness.
    """

    rules: Image
    text: Image
    stretch: float
    grain: float


def darkness_of(grey: Image, *, unit: float, bilevel: bool = False) -> Darkness:
    """The darkness of a page; grainy ones are smoothed. ``unit``: px in a millimetre; ``bilevel``: see ``is_bilevel``.

    A Gaussian takes white noise down by 3.5 times its deviation in pixels. Readers take grainy strokes for other
    characters long before ruling lines suffer, and these are as thin as the smoothing is wide: they are looked for in
    the page as it is (see ``without_grain``). A fax's jagged strokes are read with less doubt once smooth.
    """
    dark, stretch = stretched(grey)
    grain = paper_grain(dark) / PRINT
    if grain < GRAINY and not bilevel:
        return Darkness(dark, dark, stretch, grain)
    sigma = max(0.3, min(max(SMOOTH * grain, LEAST), MOST) * unit)
    smooth = np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), dtype=np.uint8)
    left = grain * PRINT / stretch / (2 * math.sqrt(math.pi) * sigma)
    text, stretch = stretched(smooth, grain=RESAMPLED * left)
    return Darkness(dark, text, stretch, grain)


def softened(pixels: Image) -> Image:
    """An upright page (H, W) or (H, W, 3), with half of its grain where that is sharp, else as it is.

    A page that was turned or bent has lost as much between four pixels, one that was laid straight has lost nothing:
    noise of 34 grey values hides its ruling lines and tints its paper.
    """
    if paper_grain(pixels if pixels.ndim == 2 else pixels[..., 1]) <= SHARP:
        return pixels
    return np.asarray(cv2.GaussianBlur(pixels, (3, 3), SOFTER), dtype=np.uint8)


def grey_of(pixels: Image) -> Image:
    """(H, W): the brightness of a picture (H, W) or (H, W, 3) BGR; the picture itself where it is grey."""
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def is_bilevel(pixels: Image) -> bool:
    """Whether a page (H, W) or (H, W, 3) is black and white alone, as faxes and archives' G4 files are."""
    some = pixels[::4] if pixels.ndim == 2 else pixels[::4, :, 1]
    counts = histogram(np.ascontiguousarray(some))
    return bool(0 < counts[64:192].sum() <= BETWEEN * counts[:64].sum() or counts[1:255].sum() == 0 < counts[0])


def transposed(image: Image) -> Image:
    """The image with rows and columns exchanged, contiguous: what looks for horizontal lines finds vertical ones."""
    return np.asarray(cv2.transpose(image), dtype=np.uint8)


def histogram(image: Image) -> NDArray[np.int64]:
    """How many pixels have each of the 256 values."""
    return np.asarray(cv2.calcHist([image], [0], None, [256], [0, 256]).ravel(), dtype=np.int64)


def percentile(counts: NDArray[np.int64], share: float) -> float:
    """``np.percentile`` of values 0 to 255 that occur so many times each (at least one does)."""
    reached = np.cumsum(counts)
    place = share / 100.0 * (int(reached[-1]) - 1)
    low, high = (int(np.searchsorted(reached, math.floor(place) + k, side="right")) for k in (0, 1))
    return low + (place - math.floor(place)) * (min(high, 255) - low)


def percentiles(counts: NDArray[np.int64], share: float) -> NDArray[np.float64]:
    """``percentile`` of each row of counts (N, 256)."""
    reached = np.cumsum(counts, axis=1)
    place = share / 100.0 * (reached[:, -1] - 1)
    whole = np.floor(place)
    low, high = (np.count_nonzero(reached <= (whole + k)[:, None], axis=1) for k in (0, 1))
    return np.asarray(low + (place - whole) * (np.minimum(high, 255) - low), dtype=np.float64)


def paper_grain(dark: Image) -> float:
    """The standard deviation of the paper's grain, from the median difference of neighbouring pixels."""
    if dark.shape[1] < 2:
        return 0.0
    some = np.ascontiguousarray(dark[::4])
    counts = histogram(np.asarray(cv2.absdiff(some[:, 1:], some[:, :-1]), dtype=np.uint8))
    return percentile(counts, 50.0) / 0.954


def without_grain(dark: Image, grain: float) -> Image:
    """The darkness image in which to look for ruling lines. ``grain``: its ``paper_grain``.

    Where the grain is heavy, as photographed in poor light, the paper was taken to be as bright as its brightest
    grains: its mean is subtracted, and the median over 3 px taken, so that grain neither breaks a faint line nor stands
    beside it like print.
    """
    if grain < HEAVY:
        return dark
    calm = cv2.medianBlur(dark, 3)
    size = max(1, dark.shape[1] // 8), max(1, dark.shape[0] // 8)
    small = cv2.resize(calm, size, interpolation=cv2.INTER_AREA)
    ground = cv2.blur(cv2.morphologyEx(small, cv2.MORPH_OPEN, np.ones((13, 13), np.uint8)), (13, 13))
    paper = cv2.resize(ground, (dark.shape[1], dark.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.subtract(calm, paper), dtype=np.uint8)
