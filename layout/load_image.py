"""One page out of an image file by Pillow: header first, then the limit, then the pixels."""

from __future__ import annotations

import math
import re
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from PIL import Image, ImageChops, ImageCms, UnidentifiedImageError

from forms import BrokenPage, InputError, UnreadableFile

from .decoder_messages import jpeg_damage
from .load_settings import LoadSettings
from .page import PageImage
from .pixels import pixels_of, turned

FORMATS = ("JPEG", "PNG", "BMP", "DIB", "WEBP")
"""Formats of one page a file (the further frames of a camera's MPO or of an animation are no pages)."""

_JPEG_FORMATS = ("JPEG", "MPO")
_ORIENTATION, _X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 274, 282, 283, 296
_CM_PER_INCH = 2.54
_OBJECT = re.compile(r"<[^<>]* at 0x[0-9a-fA-F]+>")

CONVERT = "Open it in an image program, save it as PNG, TIFF or PDF, and run again."
SCAN_AGAIN = "Copy the file again from where it came from, or scan the page again."


def load_image(fp: BinaryIO, *, name: str, settings: LoadSettings) -> PageImage:
    """The one page of a JPEG, PNG, BMP or WebP file. Raises ``InputError`` leaves that name file and page."""
    with page_errors(name, 1), pillow_unlimited():
        try:
            image = Image.open(fp, formats=FORMATS)
        except UnidentifiedImageError:
            raise UnreadableFile("this is no image or PDF that can be read.", file=name, remedy=CONVERT) from None
        page = decode(image, name=name, page=1, settings=settings)
        fp.seek(0)
        if image.format in _JPEG_FORMATS:
            damage = jpeg_damage(fp.read())
        else:
            damage = _png_damage(fp) if image.format == "PNG" else None
        if damage is not None:
            raise ValueError(damage)
        return page


def decode(image: Image.Image, *, name: str, page: int, settings: LoadSettings, inverted: bool = False) -> PageImage:
    """The page of an opened, not yet decoded image (its present frame)."""
    settings.refuse_beyond_limit(*image.size, file=name, page=page)
    dpi = dpi_of(image)
    orientation = _orientation(image)
    image.load()
    # Pillow turns TIFF pages on its own while loading; what is left in the tag afterwards is still to do.
    pixels = turned(pixels_of(_colours_put_right(image), inverted=inverted), _orientation(image))
    across = None if dpi is None else dpi[1 if orientation >= 5 else 0]
    return PageImage(pixels=pixels, dpi=across, file=name, page_in_file=page)


def dpi_of(image: Image.Image) -> tuple[float, float] | None:
    """Pixels per inch across and down as stored, or ``None``: from JFIF, EXIF, TIFF, PNG and BMP fields.

    EXIF designates 72 for "not known", and cameras write it; it is taken at its word there.
    """
    info = image.info
    found: object = info.get("dpi")
    if image.format in _JPEG_FORMATS:
        unit, density = info.get("jfif_unit", 0), info.get("jfif_density")
        found = None
        if density is not None and unit in (1, 2):
            found = tuple(float(v) * (1 if unit == 1 else _CM_PER_INCH) for v in density)
    if found is None and image.format != "TIFF":
        found = _exif_dpi(image)
    return _plausible(found)


class _PillowAtWork:
    """Pillow's own pixel limit and its warnings set aside while any thread is inside ``pillow_unlimited``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._limit: int | None = None
        self._quiet = warnings.catch_warnings()

    def enter(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
                self._quiet = warnings.catch_warnings()
                self._quiet.__enter__()
                warnings.simplefilter("ignore")

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._quiet.__exit__(None, None, None)
                Image.MAX_IMAGE_PIXELS = self._limit


_at_work = _PillowAtWork()


@contextmanager
def pillow_unlimited() -> Iterator[None]:
    """Set Pillow's own limit aside: ours (``LoadSettings.max_pixels``) is checked between header and pixels."""
    _at_work.enter()
    try:
        yield
    finally:
        _at_work.leave()


@contextmanager
def page_errors(name: str, page: int) -> Iterator[None]:
    """Turn whatever a decoder raises on damaged data into a ``BrokenPage`` that names file and page."""
    try:
        yield
    except InputError:
        raise
    except MemoryError:
        raise BrokenPage(
            "there is not enough memory for it.", file=name, page=page, remedy="Lower --max-pixels or free memory."
        ) from None
    except Exception as error:  # decoders raise OSError, SyntaxError, struct.error, zlib.error and more on bad data
        raise BrokenPage(
            f"its image data is damaged ({_short(error)}).", file=name, page=page, remedy=SCAN_AGAIN
        ) from error


def _png_damage(fp: BinaryIO) -> str | None:
    """The first chunk of picture data whose checksum is wrong, which Pillow does not look at."""
    fp.seek(8)
    while len(head := fp.read(8)) == 8:
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind == b"IEND":
            return None
        if kind[:1].isupper():  # critical: the page cannot be shown without it
            data = fp.read(length)
            if zlib.crc32(kind + data) != int.from_bytes(fp.read(4), "big"):
                return f"the checksum of its {kind.decode('latin-1')} data is wrong"
        else:
            fp.seek(length + 4, 1)
    return None  # without an end mark all the same: the pixels are there


def _short(error: Exception) -> str:
    """Without the addresses of Python objects, which would make two runs' files differ."""
    words = " ".join(_OBJECT.sub("of this page", str(error)).split()) or type(error).__name__
    return words if len(words) <= 160 else words[:159] + "…"


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # a broken EXIF block must not cost the page
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _exif_dpi(image: Image.Image) -> tuple[float, ...] | None:
    try:
        exif = image.getexif()
        across, down = float(exif[_X_RESOLUTION]), float(exif[_Y_RESOLUTION])
        factor = _CM_PER_INCH if exif.get(_RESOLUTION_UNIT, 2) == 3 else 1.0
    except Exception:  # no such field, a zero denominator, a broken block: not known
        return None
    return None if across == down == 72 else (across * factor, down * factor)


def _plausible(found: object) -> tuple[float, float] | None:
    try:
        across, down = (round(float(v), 2) for v in found)  # type: ignore[attr-defined]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return (across, down) if all(math.isfinite(v) and 10 <= v <= 20_000 for v in (across, down)) else None


def _colours_put_right(image: Image.Image) -> Image.Image:
    """What Pillow's own ``convert`` would get wrong: CMYK JPEG that is not Adobe's, and LAB."""
    if image.mode == "CMYK" and image.format in _JPEG_FORMATS and "adobe" not in image.info:
        # Pillow inverts every CMYK JPEG as Adobe writes them; without Adobe's marker 0 is no ink.
        return ImageChops.invert(image)
    if image.mode == "LAB":
        to_rgb = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
        return ImageCms.applyTransform(image, to_rgb) or image
    if image.mode == "La":
        return image.convert("LA")
    return image
