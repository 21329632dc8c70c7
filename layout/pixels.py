"""Any Pillow image -> the project's pixels: 8-bit grey or BGR, black text on white paper.

Works in bands of rows, so that beside the decoded image only the result and one band are in memory.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

_BAND_PIXELS = 1 << 21
_DEPTHS = (8, 10, 12, 14, 16)
_WIDE_MODES = ("I", "I;16", "I;16L", "I;16B", "I;16N", "F")


def pixels_of(image: Image.Image, *, inverted: bool = False) -> Pixels:
    """The image as uint8 ``(H, W)`` grey or ``(H, W, 3)`` BGR; colour whose channels are all equal becomes grey.

    Alpha is laid over white. 16-bit, 32-bit and float values are scaled from the range they really use (see
    ``_wide_scale``). ``inverted`` turns light and dark round at the end. Raises ``ValueError`` on a mode that
    Pillow cannot convert (LAB and the like).
    """
    convert = _converter(image)
    width, height = image.size
    rows = max(1, _BAND_PIXELS // max(width, 1))
    out: Pixels | None = None
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        band = convert(image.crop((0, top, width, bottom)))
        if out is None:
            out = np.empty((height, *band.shape[1:]), np.uint8)
        out[top:bottom] = np.invert(band) if inverted else band
    if out is None:
        raise ValueError("an image without pixels")
    return grey_if_colourless(out)


def grey_if_colourless(pixels: Pixels) -> Pixels:
    """``(H, W)`` when the three channels are equal everywhere, else the array itself; a sparse look comes first."""
    if pixels.ndim == 2:
        return pixels
    step = max(1, pixels.shape[0] // 64)
    if not _channels_equal(pixels[::step]):
        return pixels
    rows = max(1, _BAND_PIXELS // max(pixels.shape[1], 1))
    if all(_channels_equal(pixels[top : top + rows]) for top in range(0, pixels.shape[0], rows)):
        return np.ascontiguousarray(pixels[:, :, 0])
    return pixels


def turned(pixels: Pixels, orientation: int) -> Pixels:
    """The image as EXIF orientation 1 to 8 says it is to be shown; any other value leaves it as it is."""
    steps: dict[int, Callable[[Pixels], Pixels]] = {
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: lambda a: np.swapaxes(a, 0, 1),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: np.rot90(np.swapaxes(a, 0, 1), 2),
        8: lambda a: np.rot90(a, 1),
    }
    step = steps.get(orientation)
    return pixels if step is None else np.ascontiguousarray(step(pixels))


def _channels_equal(pixels: Pixels) -> bool:
    first = pixels[..., 0]
    return bool(np.array_equal(first, pixels[..., 1]) and np.array_equal(first, pixels[..., 2]))


def _converter(image: Image.Image) -> Callable[[Image.Image], Pixels]:
    if image.mode in _WIDE_MODES:
        low, factor = _wide_scale(image)
        return lambda band: _scaled(band, low, factor)
    if image.has_transparency_data or image.mode in ("La", "RGBa"):
        # Pillow keeps a colour key in ``info``, which ``crop`` hands on to every band.
        return _over_white
    if image.mode in ("1", "L"):
        return lambda band: np.asarray(band.convert("L"))
    return lambda band: _bgr(band.convert("RGB"))


def _bgr(band: Image.Image) -> Pixels:
    bgr: Pixels = np.asarray(band)[:, :, ::-1]
    return bgr


def _over_white(band: Image.Image) -> Pixels:
    colour = np.asarray(band.convert("RGBA"))
    alpha = colour[:, :, 3:].astype(np.uint16)
    over = colour[:, :, 2::-1] * alpha + 255 * (255 - alpha) + 127
    laid: Pixels = (over // 255).astype(np.uint8)
    return laid


def _wide_scale(image: Image.Image) -> tuple[float, float]:
    """``(low, factor)`` that lead from the image's values to 0..255.

    Whole numbers are taken to fill the smallest usual depth (8, 10, 12, 14, 16 bits) that holds the brightest
    pixel: a 12-bit scanner's page in a 16-bit file would otherwise come out black. Floats are 0..1, or whole
    numbers. What fits none of these (negative, beyond 16 bits) is stretched from its darkest to its brightest.
    """
    low, high = _extremes(image)
    if low >= 0 and image.mode == "F" and 0 < high <= 1:
        return 0.0, 255.0
    if low >= 0:
        for depth in _DEPTHS:
            if high < 2**depth:
                return 0.0, 255.0 / (2**depth - 1)
    return low, 255.0 / (high - low) if high > low else 0.0


def _extremes(image: Image.Image) -> tuple[float, float]:
    width, height = image.size
    rows = max(1, _BAND_PIXELS // max(width, 1))
    low, high = np.inf, -np.inf
    for top in range(0, height, rows):
        band = np.asarray(image.crop((0, top, width, min(top + rows, height))))
        finite = band[np.isfinite(band)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    return (low, high) if low <= high else (0.0, 0.0)


def _scaled(band: Image.Image, low: float, factor: float) -> Pixels:
    values = (np.asarray(band).astype(np.float32) - low) * factor
    # What is not a number has no ink: paper.
    values = np.nan_to_num(values, nan=255.0, posinf=255.0, neginf=0.0)
    scaled: Pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return scaled
