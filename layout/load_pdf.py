"""PDF pages by PDFium: a scan at its own resolution pixel for pixel, everything else drawn at the chosen dpi.

A page that is one image is drawn on that image's own pixel grid: the page's box is set to the image's frame and the
output to the image's size, so that every output pixel is one image pixel. Drawing, unlike taking the image stream
out, honours crop, rotation, mirroring, masks, colour spaces and whatever else lies on the page.
"""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from forms import InputError, UnreadableFile

from .decoder_messages import jpeg_damage
from .load_image import SCAN_AGAIN, page_errors, pillow_unlimited
from .load_settings import LoadSettings
from .page import PageImage
from .pixels import Pixels, grey_if_colourless

_POINTS_PER_INCH = 72.0
_COVERS = 0.98
"""An image that reaches over this share of the page's width and height is the page's background."""
_ANNOTATIONS_WITHOUT_INK = (pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP)
_INVISIBLE_TEXT = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)

Rect = tuple[float, float, float, float]
"""Left, bottom, right, top in PDF points, origin at the bottom left, y up."""


@dataclass(frozen=True, slots=True)
class _Raster:
    """What to draw: ``box`` fills ``width`` x ``height`` pixels, of which ``crop`` (x0, y0, x1, y1) is the page.

    ``crop`` may reach beyond the box (white margins). All before the page's own rotation.
    """

    box: Rect
    width: int
    height: int
    crop: tuple[int, int, int, int]

    @property
    def size(self) -> tuple[int, int]:
        return self.crop[2] - self.crop[0], self.crop[3] - self.crop[1]

    @property
    def dpi(self) -> tuple[float, float]:
        left, bottom, right, top = self.box
        across, down = self.width / (right - left), self.height / (top - bottom)
        return across * _POINTS_PER_INCH, down * _POINTS_PER_INCH


def load_pdf(
    file: Path, *, name: str, settings: LoadSettings, only: int | None = None
) -> Iterator[PageImage | InputError]:
    """Every page of the PDF (or the ``only`` one, from 1), an error value in the place of one that cannot be read.

    Raises ``UnreadableFile`` when the file is encrypted, no PDF, or damaged beyond what PDFium repairs.
    """
    pdf = _opened(file, name)
    try:
        if len(pdf) == 0:
            raise UnreadableFile("the PDF has no pages that can be found.", file=name, remedy=SCAN_AGAIN)
        if pdf.get_formtype() != pdfium_c.FORMTYPE_NONE:
            pdf.init_forms()
        for index in range(len(pdf)) if only is None else range(only - 1, min(only, len(pdf))):
            yield _load_page(pdf, index, name=name, settings=settings)
    finally:
        pdf.close()


def count_pdf_pages(file: Path) -> int:
    """Raises ``UnreadableFile`` like ``load_pdf``."""
    pdf = _opened(file, file.name)
    try:
        return len(pdf)
    finally:
        pdf.close()


def _opened(file: Path, name: str) -> Any:
    try:
        return pdfium.PdfDocument(file)
    except pdfium.PdfiumError as error:
        if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            remedy = (
                "Save it without a password (for example: qpdf --decrypt --password=… in.pdf out.pdf) and run again."
            )
            raise UnreadableFile("the PDF is encrypted and needs a password.", file=name, remedy=remedy) from error
        remedy = "Open it in a PDF viewer and print it to a new PDF, or scan it again."
        raise UnreadableFile("the PDF is damaged beyond repair, or is no PDF.", file=name, remedy=remedy) from error


def _load_page(pdf: Any, index: int, *, name: str, settings: LoadSettings) -> PageImage | InputError:
    try:
        with page_errors(name, index + 1):
            page = pdf.get_page(index)
            try:
                return _page_image(page, name=name, number=index + 1, settings=settings)
            finally:
                page.close()
    except InputError as error:
        return error


def _page_image(page: Any, *, name: str, number: int, settings: LoadSettings) -> PageImage:
    bbox: Rect = page.get_bbox()
    if not (bbox[2] > bbox[0] and bbox[3] > bbox[1]):
        raise ValueError("the page has no area")
    rotation = page.get_rotation()
    page.set_rotation(0)
    for image in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE]):
        settings.refuse_beyond_limit(*image.get_px_size(), file=name, page=number)
    plain = _at_dpi(bbox, settings.pdf_dpi)
    raster = plain
    scan, over = _scan_on(page, bbox)
    if scan is not None:
        _refuse_cut_stream(scan)
        own = _on_grid(scan, bbox)
        fine_enough = min(own.dpi) >= settings.pdf_dpi - 0.5 or not (over or _is_masked(page, scan))
        if fine_enough and own.size[0] * own.size[1] <= settings.max_pixels:
            raster = own
    settings.refuse_beyond_limit(*raster.size, file=name, page=number)
    pixels = grey_if_colourless(_drawn(page, raster))
    if rotation:
        pixels = np.ascontiguousarray(np.rot90(pixels, -rotation // 90))
    dpi = raster.dpi[1 if rotation in (90, 270) else 0]
    return PageImage(pixels=pixels, dpi=round(dpi, 2), file=name, page_in_file=number)


def _at_dpi(bbox: Rect, dpi: float) -> _Raster:
    scale = dpi / _POINTS_PER_INCH
    width = max(1, round((bbox[2] - bbox[0]) * scale))
    height = max(1, round((bbox[3] - bbox[1]) * scale))
    return _Raster(bbox, width, height, (0, 0, width, height))


def _scan_on(page: Any, bbox: Rect) -> tuple[Any, bool]:
    """The image that is the page (or ``None``), and whether anything visible lies over it (a stamp, a page number).

    It is the page when it covers the page, or is all that is on it; of several that cover it (mixed raster content: a
    coarse background and a coarse foreground behind a fine mask) the finest. With something over it, its own grid is
    used only where that is no coarser than ``pdf_dpi``: a coarse picture may be the background of a digital page.
    """
    visible = [o for o in page.get_objects() if o.type != pdfium_c.FPDF_PAGEOBJ_FORM and _has_ink(o)]
    upright = [o for o in visible if o.type == pdfium_c.FPDF_PAGEOBJ_IMAGE and _frame(o) is not None]
    covering = [o for o in upright if _covers(_frame(o), bbox)]
    annotated = _has_annotations(page)
    if covering:
        finest = max(reversed(covering), key=lambda image: math.prod(image.get_px_size()))
        return finest, annotated or finest is not visible[-1]
    if len(visible) == len(upright) == 1 and not annotated:
        return visible[0], False
    return None, False


def _has_ink(obj: Any) -> bool:
    if obj.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
        return pdfium_c.FPDFTextObj_GetTextRenderMode(obj) not in _INVISIBLE_TEXT
    if obj.type == pdfium_c.FPDF_PAGEOBJ_PATH:
        fill, stroke = ctypes.c_int(), pdfium_c.FPDF_BOOL()
        if pdfium_c.FPDFPath_GetDrawMode(obj, fill, stroke):
            return bool(fill.value or stroke.value)
    return True


def _has_annotations(page: Any) -> bool:
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
        try:
            if pdfium_c.FPDFAnnot_GetSubtype(annotation) not in _ANNOTATIONS_WITHOUT_INK:
                return True
        finally:
            pdfium_c.FPDFPage_CloseAnnot(annotation)
    return False


def _is_masked(page: Any, image: Any) -> bool:
    """Whether parts of an image are not shown: its mask may be finer than the image itself, as its grid does not tell.
    Looked at in a small picture of it."""
    small = pdfium_c.FPDFImageObj_GetRenderedBitmap(page.pdf, page, image)
    if not small:
        return True
    bitmap = pdfium.PdfBitmap.from_raw(small)
    try:
        shown = bitmap.to_numpy()
        return shown.shape[-1] == 4 and bool((shown[1:-1, 1:-1, 3] < 255).any())
    finally:
        bitmap.close()


def _matrix(obj: Any) -> Any:
    matrix, container = obj.get_matrix(), obj.container
    while container is not None:
        matrix, container = matrix.multiply(container.get_matrix()), container.container
    return matrix


def _frame(image: Any) -> Rect | None:
    """The rectangle that an upright (or quarter-turned, or mirrored) image fills; ``None`` for one that leans."""
    m = _matrix(image)
    size = max(abs(v) for v in (m.a, m.b, m.c, m.d))
    if size <= 0 or (max(abs(m.b), abs(m.c)) > 1e-4 * size and max(abs(m.a), abs(m.d)) > 1e-4 * size):
        return None
    xs, ys = (m.e, m.e + m.a + m.c), (m.f, m.f + m.b + m.d)
    left, bottom, right, top = min(xs), min(ys), max(xs), max(ys)
    return (left, bottom, right, top) if right - left > 0.01 and top - bottom > 0.01 else None


def _covers(frame: Rect | None, bbox: Rect) -> bool:
    if frame is None:
        return False
    across = min(frame[2], bbox[2]) - max(frame[0], bbox[0])
    down = min(frame[3], bbox[3]) - max(frame[1], bbox[1])
    return across >= _COVERS * (bbox[2] - bbox[0]) and down >= _COVERS * (bbox[3] - bbox[1])


def _on_grid(image: Any, bbox: Rect) -> _Raster:
    m, frame = _matrix(image), _frame(image)
    width, height = image.get_px_size()
    if frame is None or width < 1 or height < 1:
        raise ValueError("an image of the page has no area")
    if abs(m.b) + abs(m.c) > abs(m.a) + abs(m.d):
        width, height = height, width
    across, down = width / (frame[2] - frame[0]), height / (frame[3] - frame[1])
    x0, x1 = round((bbox[0] - frame[0]) * across), round((bbox[2] - frame[0]) * across)
    y0, y1 = round((frame[3] - bbox[3]) * down), round((frame[3] - bbox[1]) * down)
    return _Raster(frame, width, height, (x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)))


def _refuse_cut_stream(image: Any) -> None:
    """Raise when the image's data ends early: PDFium would show the rest white or grey and say nothing."""
    filters = image.get_filters()
    if filters[-1:] == ["DCTDecode"]:
        data = bytes(image.get_data(decode_simple=True))
        with pillow_unlimited():
            jpeg = Image.open(io.BytesIO(data), formats=("JPEG",))
            jpeg.draft(None, (max(1, jpeg.width // 8), max(1, jpeg.height // 8)))
            jpeg.load()
        damage = jpeg_damage(data)
        if damage is not None:
            raise ValueError(damage)
    elif not image.get_filters(skip_simple=True):
        row = -(-image.get_px_size()[0] * image.get_metadata().bits_per_pixel // 8)
        found = pdfium_c.FPDFImageObj_GetImageDataDecoded(image, None, 0)
        # A missing last row is overlooked: some writers miscount, and no text stands there.
        if found < row * (image.get_px_size()[1] - 1):
            raise ValueError("its data ends early")
    else:
        image.get_bitmap()


def _drawn(page: Any, raster: _Raster) -> Pixels:
    """BGR pixels of the page on white, annotations and form fields included."""
    width, height = raster.size
    page.set_mediabox(*raster.box)
    page.set_cropbox(*raster.box)
    bitmap = pdfium.PdfBitmap.new_native(width, height, pdfium_c.FPDFBitmap_BGR)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        place = (-raster.crop[0], -raster.crop[1], raster.width, raster.height, 0, pdfium_c.FPDF_ANNOT)
        pdfium_c.FPDF_RenderPageBitmap(bitmap, page, *place)
        if page.formenv is not None:
            pdfium_c.FPDF_FFLDraw(page.formenv, bitmap, page, *place)
        pixels: Pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
        return pixels
    finally:
        bitmap.close()
