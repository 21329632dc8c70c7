"""A page's layout in one call: upright, ruling lines, grids, the ink of every cell, and the text outside tables.

``layoutparser``'s blocks carry what was found between here and whoever draws or tabulates it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import Box, Grid, Transform

from .cellmask import INK, Scale, hysteresis
from .colour import grey_page
from .dashed import find_all_segments
from .edges import without_edges
from .grid import build_grid
from .ink import PALE, PRINT, Image, darkness_of, is_bilevel, softened, transposed, without_grain
from .lost_rows import with_lost_rows
from .low_rows import with_low_walls
from .overprinted import without_overprinted
from .page import PageImage
from .page_size import pixels_per_millimetre
from .scattered import with_scattered_lines
from .screens import without_screens
from .seals import find_seals
from .sheet import Sheet, sheet_of
from .streaks import is_disturbed, without_streaks
from .strokes import Stroke
from .tables import find_tables
from .textlines import CellInk, Line, cut_line, measure, read_ink, with_print_raised
from .toner import is_cut, white_streaks
from .unruled import with_unruled
from .unsealed import Unsealed, is_doubtful, is_marked, without_seals
from .upright import find_transform, make_upright

MIN_SIDE = 24
"""Pixels: a page smaller than this on either side holds nothing to read."""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A grid on the upright page and the ink of its cells, in the order of ``grid.cells``."""

    grid: Grid
    inks: tuple[CellInk, ...]


@dataclass(frozen=True, slots=True)
class PageLayout:
    """The upright page as found. ``dark``: its darkness image (H, W); ``width`` and ``height`` in pixels;
    ``seals``: what was taken off for grey seals; ``lost``: (H, W) where print may have gone with a coloured one, see
    ``colour.GreyPage``; ``faint``: how many ruling lines are known by few dots, see ``scattered``; ``disturbed``:
    whether the page may have a fax's streaks; ``white``: strips in which print is missing, see ``toner``; ``hidden``:
    strips of the page as delivered whose print is not known, see ``dust``.
    """

    transform: Transform
    width: int
    height: int
    scale: Scale
    dark: Image
    tables: tuple[TableLayout, ...]
    seals: tuple[Unsealed, ...] = ()
    lost: NDArray[np.bool_] | None = None
    faint: int = 0
    disturbed: bool = False
    white: tuple[Box, ...] = ()
    hidden: tuple[Box, ...] = ()

    def is_streaked(self, box: Box, *, cut: bool = False) -> bool:
        """Whether a streak goes through a box on the upright page: a white one (with ``cut``: up to which print reaches
        in it) or a black one under which nothing is seen."""
        white = is_cut(self.dark, box, self.white) if cut else any(box.overlap(s) > 0.0 for s in self.white)
        return white or any(self.transform.box_to_page(box).overlap(s) > 0.0 for s in self.hidden)

    def is_doubtful(self, box: Box) -> bool:
        """Whether print inside a box on the upright page may have gone with a seal, or some of a seal been left."""
        return is_doubtful(box, self.seals) or (self.lost is not None and is_marked(self.lost, box))


def lay_out(delivered: PageImage | Sheet, *, rotation: int = 0) -> PageLayout:
    """The layout of a page that was delivered turned by ``rotation`` (0, 90, 180, 270 degrees clockwise); of a picture
    that shows part of a sheet, on a whole one.

    Whoever lays a page out more than once makes its ``Sheet`` once (``sheet_of``).
    """
    sheet = delivered if isinstance(delivered, Sheet) else sheet_of(delivered)
    page = sheet.page
    if min(page.width, page.height) < MIN_SIDE:
        dark = np.zeros((page.height, page.width), np.uint8)
        return PageLayout(Transform(), page.width, page.height, Scale(1.0, 4.0, 1.5), dark, ())
    transform, size = find_transform(page.pixels, rotation=rotation, small=sheet.small)
    unit = pixels_per_millimetre(page)
    bilevel = is_bilevel(page.pixels)
    disturbed = bilevel and is_disturbed(page.pixels, unit=unit)
    pixels = without_streaks(page.pixels, unit=unit) if disturbed else page.pixels
    upright = softened(make_upright(pixels, transform, size))
    coloured = grey_page(upright)
    found = darkness_of(coloured.grey, unit=unit, bilevel=bilevel)
    seals = find_seals(found.text, unit=unit)
    marked = coloured.without_pen([seal.box for seal in seals])  # a seal's ring over print is no mark
    if marked is not None:
        coloured = marked
        found = darkness_of(coloured.grey, unit=unit, bilevel=bilevel)
        seals = find_seals(found.text, unit=unit)
    found, unsealed = without_seals(found, coloured.grey, seals, unit=unit, bilevel=bilevel)
    dark, text = found.rules, found.text
    dark, faint = with_scattered_lines(dark, unit=unit) if bilevel else (dark, 0)
    calm = without_grain(dark, PRINT * found.grain)
    turned = transposed(calm)
    across, down = find_all_segments(calm, unit=unit, turned=turned, grainy=calm is not dark)
    across, down = without_edges(across, down, page.pixels, transform, unit=unit)
    lines = find_tables(across, down, unit=unit)
    text = _without_folds(text, lines.folds_across, lines.folds_down)
    rules = [with_low_walls(calm, without_overprinted(r, text, unit=unit), unit=unit) for r in lines.tables]
    grids = [build_grid(calm, ruled, unit=unit, turned=turned, text=text, grainy=calm is not dark) for ruled in rules]
    grids = with_unruled(text, grids, across, down, unit=unit)
    boxes = [c.box for g in grids for c in g.cells]
    text = without_screens(text, boxes, unit=unit)
    faded = found.stretch >= PALE
    text, gain = (text, 1.0) if faded or bilevel else with_print_raised(text, boxes, unit=unit)
    scale = measure(text, boxes, unit=unit, grain=found.grain * gain, faded=faded, bilevel=bilevel)
    inked = ((g, tuple(read_ink(text, c.box, scale) for c in g.cells)) for g in grids)
    tables = tuple(TableLayout(*with_lost_rows(text, grid, inks, scale)) for grid, inks in inked)
    white = white_streaks(text, [table.grid for table in tables], unit=unit)
    return PageLayout(
        transform, size[0], size[1], scale, text, tables, unsealed, coloured.lost, faint, disturbed, white, sheet.hidden
    )


def _without_folds(text: Image, across: Sequence[Stroke], down: Sequence[Stroke]) -> Image:
    """The darkness image to read without the folds across and down; a fold may lie on a ruling line, so these are
    looked for in the page as it is."""
    if not across and not down:
        return text
    smooth: Image = text.copy()
    _smooth_folds(smooth, across)
    _smooth_folds(smooth.T, down)
    return smooth


def _smooth_folds(dark: Image, folds: Iterable[Stroke]) -> None:
    """Take the shadow of folds out of the darkness image, in place; what is darker than a fold is print and stays."""
    for fold in folds:
        reach = round(fold.thickness / 2) + 2
        rows = slice(max(0, round(fold.level) - reach), round(fold.level) + reach + 1)
        band = dark[rows, max(0, round(fold.start)) : round(fold.end) + 1]
        band[band < 1.35 * fold.strength] = 0


def outside_tables(layout: PageLayout) -> tuple[Image, Box] | None:
    """The upright page as grey print on white with its tables blotted out, cut to what is inked, and where that is.

    None when nothing is printed outside the tables.
    """
    dark = layout.dark.copy()
    margin = 1.2 * layout.scale.unit
    for table in layout.tables:
        box = table.grid.box.grown(margin).clipped(layout.width, layout.height)
        dark[round(box.top) : round(box.bottom), round(box.left) : round(box.right)] = 0
    ink = dark > INK
    enough = max(3, round(0.15 * layout.scale.character))
    rows, cols = np.flatnonzero(ink.sum(axis=1) >= enough), np.flatnonzero(ink.sum(axis=0) >= enough)
    if rows.size < 3 or cols.size < 3:
        return None
    if not layout.scale.faded:  # what shines through is no print
        print_ = cv2.dilate(hysteresis(dark), np.ones((5, 5), np.uint8))
        dark = cv2.copyTo(dark, print_)
    pad = 2 * layout.scale.character
    box = Box(cols[0] - pad, rows[0] - pad, cols[-1] + pad, rows[-1] + pad).clipped(layout.width, layout.height)
    top, bottom, left, right = round(box.top), round(box.bottom), round(box.left), round(box.right)
    return np.asarray(255 - dark[top:bottom, left:right], dtype=np.uint8), Box(left, top, right, bottom)


def lines_in(layout: PageLayout, boxes: Iterable[Box]) -> list[Line]:
    """Line images for detected boxes (upright page), in reading order: rows from the top, in a row from the left."""
    lines = []
    for box in in_reading_order(boxes):
        line = cut_line(layout.dark, box, layout.scale)
        if line is not None:
            lines.append(line)
    return lines


def in_reading_order(boxes: Iterable[Box]) -> list[Box]:
    """Boxes sorted into rows (they share at least half the lower one's height) and from left to right."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: b.centre[1]):
        last = rows[-1][-1] if rows else None
        if last is not None:
            shared = min(last.bottom, box.bottom) - max(last.top, box.top)
            if shared > 0.5 * min(box.height, last.height):
                rows[-1].append(box)
                continue
        rows.append([box])
    return [box for row in rows for box in sorted(row, key=lambda b: b.left)]


def page_elements(layout: PageLayout, outside: Sequence[Line] = ()) -> Any:
    """Tables, cells and text lines as a ``layoutparser.Layout`` of typed blocks on the upright page."""
    import layoutparser as lp

    def block(box: Box, kind: str, parent: int | None = None) -> Any:
        return lp.TextBlock(lp.Rectangle(box.left, box.top, box.right, box.bottom), type=kind, parent=parent)

    blocks = []
    for number, table in enumerate(layout.tables):
        blocks.append(block(table.grid.box, "table", number))
        blocks += [block(cell.box, "cell", number) for cell in table.grid.cells]
        blocks += [block(line.box, "line", number) for ink in table.inks for line in ink.lines]
    return lp.Layout(blocks + [block(line.box, "line") for line in outside])


def line_images(layout: PageLayout) -> list[NDArray[np.uint8]]:
    """The images of every text line in the tables' cells, in order of tables, cells and lines."""
    return [line.image for t in layout.tables for ink in t.inks if ink.kind == "text" for line in ink.lines]
