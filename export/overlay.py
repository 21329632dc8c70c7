"""A page as delivered with the cells that were found and what was read drawn onto it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

import layoutparser as lp
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from forms import Box, Cell, PageContent, Transform

from .fonts import NO_FONT_NOTE, chinese_font

SURE, LIKELY = 0.99, 0.9  # where the outline turns from green to orange and from orange to red
COLOURS = {"sure": "#1a9641", "likely": "#e08214", "doubtful": "#d7191c", "line": "#2b83ba", "seal": "#7b3294"}
FILL_ALPHA = 0.22  # of cells that want a person
_TEXT_COLOUR, _HALO_COLOUR = (16, 48, 160, 255), (255, 255, 255, 210)
_MIN_SCALE, _MAX_SCALE = 0.2, 5.0


def draw_overlay(pixels: NDArray[np.uint8], content: PageContent, *, font: Path | None = None) -> NDArray[np.uint8]:
    """Draw ``content`` on its page; returns a new (H, W, 3) RGB array.

    ``pixels`` is the page as delivered: (H, W) or (H, W, 1) grey, (H, W, 3) RGB or (H, W, 4) RGBA, 8 bits. Each
    cell's place on the upright page is mapped by ``content.transform`` to its four corners on the scan, so outlines
    follow a skewed or turned page, and so does the text. Outlines are green, orange or red by confidence (0.99,
    0.9), blue for lines outside tables; cells that need a reviewer are filled. Grey seals that were taken off before
    reading are ringed in violet. ``font`` is a font file with
    Chinese characters; by default one is looked for, and without any only the boxes and a note are drawn.
    """
    canvas = _as_image(pixels)
    marked = sorted(_marked(content), key=lambda m: -m[2].confidence)  # the doubtful ones on top of the rest
    layout = lp.Layout([block for block, _, _ in marked])
    alphas = [FILL_ALPHA if cell.needs_review else 0.0 for _, _, cell in marked]
    width = max(1, round(min(canvas.size) / 700))
    if len(layout):
        canvas = lp.draw_box(canvas, layout, box_width=width, box_alpha=alphas, color_map=COLOURS).convert("RGB")
    for seal in content.seals:
        ImageDraw.Draw(canvas).line(ring_on_page(seal, content.transform), fill=COLOURS["seal"], width=2 * width)
    path = font or chinese_font()
    size = max(10, round(min(canvas.size) / 140))
    if path is None:
        # The note is plain ASCII, which Pillow's own font can show.
        ImageDraw.Draw(canvas).text((size, size), NO_FONT_NOTE, fill=COLOURS["doubtful"], font_size=size)
    else:
        face = ImageFont.truetype(str(path), size)
        for _, place, cell in marked:
            _write(canvas, cell.text, place, content.transform, face, size)
    drawn: NDArray[np.uint8] = np.array(canvas, dtype=np.uint8)
    return drawn


def _as_image(pixels: NDArray[np.uint8]) -> Image.Image:
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    return Image.fromarray(np.ascontiguousarray(pixels)).convert("RGB")


def _marked(content: PageContent) -> Iterator[tuple[lp.TextBlock, Box, Cell]]:
    """(block on the page as delivered, place on the upright page, cell) of every cell and line."""
    for table in content.tables:
        for t in table.cells:
            yield _block(t.place, t.cell, content.transform, _kind(t.cell)), t.place, t.cell
    for line in content.lines:
        yield _block(line.place, line.cell, content.transform, "line"), line.place, line.cell


def _kind(cell: Cell) -> str:
    if cell.confidence >= SURE:
        return "sure"
    return "likely" if cell.confidence >= LIKELY else "doubtful"


def _block(place: Box, cell: Cell, transform: Transform, kind: str) -> lp.TextBlock:
    corners = corners_on_page(place, transform)
    return lp.TextBlock(lp.Quadrilateral(np.array(corners)), text=cell.text, type=kind, score=cell.confidence)


def corners_on_page(place: Box, transform: Transform) -> list[tuple[float, float]]:
    """The corners of an upright box on the page as delivered: top left, top right, bottom right, bottom left."""
    corners = (
        (place.left, place.top),
        (place.right, place.top),
        (place.right, place.bottom),
        (place.left, place.bottom),
    )
    return [transform.to_page(x, y) for x, y in corners]


def ring_on_page(place: Box, transform: Transform) -> list[tuple[float, float]]:
    """The circle inside an upright square, on the page as delivered: 73 points, the last is the first."""
    (x, y), half = place.centre, place.width / 2
    angles = [math.radians(5 * k) for k in range(73)]
    return [transform.to_page(x + half * math.cos(a), y + half * math.sin(a)) for a in angles]


def _write(
    canvas: Image.Image, text: str, place: Box, transform: Transform, face: ImageFont.FreeTypeFont, size: int
) -> None:
    """Write ``text`` small into the cell's upper left corner, along the direction that the cell's lines run in."""
    left, top = transform.to_page(place.left, place.top)
    right, right_y = transform.to_page(place.right, place.top)
    run = math.hypot(right - left, right_y - top)
    if not text.strip() or run < 2 or place.width <= 0:
        return
    scale = min(max(run / place.width, _MIN_SCALE), _MAX_SCALE)  # pixels of the scan for a pixel of the upright page
    rows = max(1, int(place.height * scale // (size + 2)))
    patch = _patch(list(_wrapped(text, face, run - 4, rows)), face, size)
    angle = math.degrees(math.atan2(right_y - top, right - left))
    turned = patch.rotate(-angle, resample=Image.Resampling.BICUBIC, expand=True)
    middle = transform.to_page(place.left + (patch.width / 2 + 2) / scale, place.top + (patch.height / 2 + 1) / scale)
    corner = round(middle[0] - turned.width / 2), round(middle[1] - turned.height / 2)
    canvas.paste(turned, corner, turned)


def _wrapped(text: str, face: ImageFont.FreeTypeFont, width: float, rows: int) -> Iterable[str]:
    """``text`` in at most ``rows`` lines no wider than ``width`` pixels, "…" where it had to be cut."""
    lines, current = [], ""
    for character in " ".join(text.split()):
        if current and face.getlength(current + character) > width:
            lines.append(current)
            current = ""
        current += character
    lines.append(current)
    if len(lines) > rows:
        lines = [*lines[: rows - 1], lines[rows - 1][:-1] + "…"]
    return lines


def _patch(lines: list[str], face: ImageFont.FreeTypeFont, size: int) -> Image.Image:
    """The lines on a transparent ground, with a light halo so that they can be read on the print below."""
    width = math.ceil(max(face.getlength(line) for line in lines)) + 4
    patch = Image.new("RGBA", (width, (size + 2) * len(lines) + 4), (255, 255, 255, 0))
    draw = ImageDraw.Draw(patch)
    for k, line in enumerate(lines):
        draw.text((2, 1 + k * (size + 2)), line, _TEXT_COLOUR, font=face, stroke_width=2, stroke_fill=_HALO_COLOUR)
        draw.text((2, 1 + k * (size + 2)), line, _TEXT_COLOUR, font=face)
    return patch
