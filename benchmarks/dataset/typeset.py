"""Blocks to page images with the exact truth of every page."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from forms import Box

from .lines import Line, joined, width_of, wrap
from .look import Look
from .paginate import Flow, Placed, Strip, line_height, place, rows_of
from .spec import Block, LineSpec, SpecCell
from .truth import PageTruth, TruthCell, TruthLine, TruthTable, compressed

Grey = npt.NDArray[np.uint8]


@dataclass(slots=True)
class _Sheet:
    image: Image.Image
    tables: list[TruthTable] = field(default_factory=list)
    lines: list[TruthLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Piece:
    """The part of a cell on one page: its strips' positions in the page's rows, its box, its lines."""

    cell: SpecCell
    columns: tuple[int, int]
    rows: tuple[int, int]
    box: tuple[int, int, int, int]
    lines: tuple[Line, ...]
    open_top: bool
    open_bottom: bool
    outer: tuple[bool, bool, bool, bool]


def typeset(blocks: list[tuple[str, Block]], look: Look) -> list[tuple[Grey, PageTruth]]:
    """Pages (grey images, height x width) of (form id, block), each on a new page unless the look lets it flow."""
    sheets: list[_Sheet] = []
    flow = Flow(look)
    for name, block in blocks:
        if not flow.fresh and not (look.flow and flow.room > look.px(75)):
            flow.turn()
        elif not flow.fresh:
            flow.take(look.px(9))
        for line in block.above:
            _write_line(line, name, flow, sheets)
        if block.table is not None:
            flow.take(look.px(1.5))
            placed = place(block.table, flow)
            flow.take(look.px(1.5))
            _draw_table(block.table.cells, block.table.header, placed, name, look, sheets)
        for line in block.below:
            _write_line(line, name, flow, sheets)
    done = []
    for sheet in sheets:
        w, h = sheet.image.size
        done.append((np.asarray(sheet.image).copy(), PageTruth(w, h, tuple(sheet.tables), tuple(sheet.lines))))
    return done


def _sheet(sheets: list[_Sheet], page: int, look: Look) -> _Sheet:
    while len(sheets) <= page:
        sheets.append(_Sheet(Image.new("L", look.paper, 255)))
    return sheets[page]


def _write_line(line: LineSpec, form: str, flow: Flow, sheets: list[_Sheet]) -> None:
    look = flow.look
    left, _, right, _ = look.body
    em = round(look.em * line.size)
    rows = wrap(line.text, (right - left) / line.size, look)
    gap = look.px(1.2)
    height = round(em * look.leading) * len(rows) + gap
    if height > flow.room and not flow.fresh:
        flow.turn()
    top, bottom = flow.take(height)
    sheet = _sheet(sheets, flow.page, look)
    box = (left, top, right, bottom - gap)
    _write(sheet.image, rows, box, look, em=em, align=line.align, stroke=em // 26 if line.bold else 0)
    widest = max((width_of(r.text, look, em) for r in rows), default=0.0)
    x = {"left": left, "centre": (left + right - widest) / 2, "right": right - widest}[line.align]
    sheet.lines.append(TruthLine(Box(x, top, x + widest, bottom - gap), line.text, line.addresses, form))


def _draw_table(
    cells: tuple[SpecCell, ...],
    header: tuple[int, int] | None,
    placed: Placed,
    form: str,
    look: Look,
    sheets: list[_Sheet],
) -> None:
    by_page: dict[int, list[Strip]] = {}
    for strip in placed.strips:
        by_page.setdefault(strip.page, []).append(strip)
    truth: dict[int, list[TruthCell]] = {page: [] for page in by_page}
    for cell, columns, lines in zip(cells, placed.columns, placed.lines, strict=True):
        for page, piece in _pieces(cell, columns, lines, header, placed, by_page, look):
            sheet = _sheet(sheets, page, look)
            _rule(sheet.image, piece, look)
            pad = look.px(look.padding) + look.rule // 2
            x0, y0, x1, y1 = piece.box
            _write(sheet.image, list(piece.lines), (x0 + pad, y0, x1 - pad, y1), look, em=look.em, align=cell.align,
                   stroke=look.em // 28 if cell.bold else 0, top=look.top_aligned)  # fmt: skip
            (r0, r1), (c0, c1) = piece.rows, piece.columns
            truth[page].append(TruthCell(
                r0, c0, r1 - r0, c1 - c0, Box(*piece.box), joined(list(piece.lines)), piece.open_top, piece.open_bottom,
                cell.addresses,
            ))  # fmt: skip
    for page, shown in truth.items():
        table = compressed(shown, form)
        _frame(sheets[page].image, table, look)
        sheets[page].tables.append(table)


def _pieces(
    cell: SpecCell, columns: tuple[int, int], lines: tuple[Line, ...], header: tuple[int, int] | None, placed: Placed,
    by_page: dict[int, list[Strip]], look: Look,
) -> list[tuple[int, _Piece]]:  # fmt: skip
    """The parts of a cell by page, with the text lines each of them shows."""
    found: list[tuple[int, list[int]]] = []
    for page, strips in by_page.items():
        mine = [k for k, s in enumerate(strips) if s.row in rows_of(cell)]
        if any(not strips[k].repeated for k in mine) or (mine and _in_header(cell, header)):
            found.append((page, mine))
    spots = [(by_page[page][mine[0]].top, by_page[page][mine[-1]].bottom) for page, mine in found]
    if _in_header(cell, header):
        shares = [lines] * len(found)
    elif cell.row_span == 1:
        shares = [lines[slice(*by_page[page][mine[-1]].lines)] for page, mine in found]
    else:
        pad, lead = 2 * look.px(look.padding), line_height(look)
        shares = _dealt(lines, [max(0, (b - t - pad) // lead) for t, b in spots], look)
    out = []
    c0, c1 = columns
    outer = (c0 == 0, cell.row == 0, c1 == len(placed.xs) - 1, cell.row + cell.row_span > placed.strips[-1].row)
    for k, ((page, mine), (top, bottom), own) in enumerate(zip(found, spots, shares, strict=True)):
        cut = not _in_header(cell, header)
        box = (placed.xs[c0], top, placed.xs[c1], bottom)
        cuts = (cut and k > 0, cut and k < len(found) - 1)
        out.append((page, _Piece(cell, columns, (mine[0], mine[-1] + 1), box, own, *cuts, outer)))
    return out


def _in_header(cell: SpecCell, header: tuple[int, int] | None) -> bool:
    return header is not None and header[0] <= cell.row and cell.row + cell.row_span <= header[1]


def _dealt(lines: tuple[Line, ...], capacity: list[int], look: Look) -> list[tuple[Line, ...]]:
    """The lines of a merged cell dealt out over its parts."""
    n = len(lines)
    if look.anchor == "repeat" and all(c >= n for c in capacity):
        return [lines] * len(capacity)
    if look.anchor == "largest" and max(capacity) >= n:
        best = capacity.index(max(capacity))
        return [lines if k == best else () for k in range(len(capacity))]
    out, done = [], 0
    for k, c in enumerate(capacity):
        take = n - done if k == len(capacity) - 1 else min(c, n - done)
        out.append(lines[done : done + take])
        done += take
    return out


def _rule(image: Image.Image, piece: _Piece, look: Look) -> None:
    """The ruling lines around one part of a cell; a side cut by the page's end has none in the open style."""
    draw, w = ImageDraw.Draw(image), look.rule
    x0, y0, x1, y1 = piece.box
    a, b = w // 2, w - w // 2 - 1
    closed = look.break_style == "closed"

    def bar(left: int, top: int, right: int, bottom: int) -> None:
        draw.rectangle((left - a, top - a, right + b, bottom + b), fill=look.line_ink)

    left, top, right, bottom = _printed_sides(piece, look)
    if left:
        bar(x0, y0, x0, y1)
    if right:
        bar(x1, y0, x1, y1)
    if top and (closed or not piece.open_top):
        bar(x0, y0, x1, y0)
    if bottom and (closed or not piece.open_bottom):
        bar(x0, y1, x1, y1)


def _printed_sides(piece: _Piece, look: Look) -> tuple[bool, ...]:
    """Which sides (left, top, right, bottom) have a line in a table that is not ruled all over."""
    if look.rules == "no-frame":
        return tuple(not side for side in piece.outer)
    across, down = look.rules in ("all", "horizontal"), look.rules in ("all", "vertical")
    return down, across, down, across


def _frame(image: Image.Image, table: TruthTable, look: Look) -> None:
    """The outer frame where it is thick or double; not over sides that the page cuts."""
    if look.frame == "same" or look.rules != "all":
        return
    draw, w = ImageDraw.Draw(image), look.rule
    off, width = (0, 2 * w) if look.frame == "thick" else (3 * w + 1, w)
    box = table.box
    x0, y0, x1, y1 = (round(v) for v in (box.left - off, box.top - off, box.right + off, box.bottom + off))
    open_top = any(c.open_top for c in table.cells if c.row == 0)
    open_bottom = any(c.open_bottom for c in table.cells if c.row + c.row_span == table.n_rows)
    sides = [(x0, y0, x0, y1), (x1, y0, x1, y1)]
    sides += [] if open_top else [(x0, y0, x1, y0)]
    sides += [] if open_bottom else [(x0, y1, x1, y1)]
    for left, top, right, bottom in sides:
        a, b = width // 2, width - width // 2 - 1
        draw.rectangle((left - a, top - a, right + b, bottom + b), fill=look.line_ink)


def _write(
    image: Image.Image, lines: list[Line], box: tuple[int, int, int, int], look: Look, *, em: int, align: str,
    stroke: int = 0, top: bool = False,
) -> None:  # fmt: skip
    """Text lines centred in height (or from the top) in the box."""
    draw = ImageDraw.Draw(image)
    lead = round(em * look.leading)
    x0, y0, x1, y1 = box
    y = y0 + (look.px(look.padding) if top else (y1 - y0 - lead * len(lines)) / 2)
    for line in lines:
        width = width_of(line.text, look, em)
        x = {"left": float(x0), "centre": (x0 + x1 - width) / 2, "right": x1 - width}[align]
        for char in line.text:
            face = look.fonts.face(char, em)
            draw.text(
                (x, y + lead / 2 + em * 0.36), char, font=face, fill=look.text_ink, anchor="ls", stroke_width=stroke
            )
            x += face.getlength(char)
        y += lead
