"""The ways other documents are ruled, drawn on pages that were typeset without rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import numpy.typing as npt

from .look import Look
from .truth import TruthCell, TruthTable

Grey = npt.NDArray[np.uint8]
Style = Literal[
    "thin", "thick-frame", "double-frame", "shaded-header", "dotted-inner", "light-inner", "no-sides", "no-frame",
    "three-line", "horizontal", "vertical", "none",
]  # fmt: skip
FULL: tuple[Style, ...] = ("thin", "thick-frame", "double-frame", "shaded-header", "dotted-inner", "light-inner")
"""Every cell has a line on each side."""
PARTLY: tuple[Style, ...] = ("no-sides", "no-frame", "three-line", "horizontal", "vertical")
STYLES: tuple[Style, ...] = (*FULL, *PARTLY, "none")
SHADE = 205


def draw_rules(page: Grey, table: TruthTable, style: Style, look: Look, *, header: int) -> Grey:
    """The page (grey, height x width) with the table ruled; ``header``: the number of its header rows."""
    out: Grey = np.array(page, dtype=np.uint8)
    if style == "shaded-header":
        for cell in (c for c in table.cells if c.row < header):
            x0, y0, x1, y1 = _corners(cell)
            out[y0:y1, x0:x1] = np.minimum(out[y0:y1, x0:x1], SHADE)
    for cell in table.cells:
        for side, outer in _sides(cell, table):
            weight = _weight(side, outer, cell, style, header)
            if weight:
                _bar(out, cell, side, weight * look.rule, style, outer, look)
    if style == "double-frame":
        _second_frame(out, table, look)
    return out


def _sides(cell: TruthCell, table: TruthTable) -> Iterable[tuple[str, bool]]:
    yield "left", cell.col == 0
    yield "top", cell.row == 0
    yield "right", cell.col + cell.col_span == table.n_cols
    yield "bottom", cell.row + cell.row_span == table.n_rows


def _weight(side: str, outer: bool, cell: TruthCell, style: Style, header: int) -> float:
    """How many of the look's line widths a side is drawn with; 0: not at all."""
    across = side in ("top", "bottom")
    match style:
        case "thick-frame":
            return 2.5 if outer else 1
        case "no-sides":
            return 0 if outer and not across else 1
        case "no-frame":
            return 0 if outer else 1
        case "horizontal":
            return 1 if across else 0
        case "vertical":
            return 0 if across else 1
        case "none":
            return 0
        case "three-line":
            below_header = side == "bottom" and cell.row + cell.row_span == header
            grouped = side == "bottom" and cell.row + cell.row_span < header and cell.col_span > 1
            return 2 if outer and across else 1 if below_header or grouped else 0
    return 1


def _bar(out: Grey, cell: TruthCell, side: str, width: float, style: Style, outer: bool, look: Look) -> None:
    x0, y0, x1, y1 = _corners(cell)
    w = max(1, round(width))
    a, b = w // 2, w - w // 2
    ink = 150 if style == "light-inner" and not outer else look.line_ink
    if side in ("top", "bottom"):
        y = y0 if side == "top" else y1
        if style == "three-line" and cell.col_span > 1 and not outer:
            x0, x1 = x0 + look.px(1), x1 - look.px(1)
        part = out[max(0, y - a) : y + b, max(0, x0 - a) : x1 + b]
    else:
        x = x0 if side == "left" else x1
        part = out[max(0, y0 - a) : y1 + b, max(0, x - a) : x + b].T
    if style == "dotted-inner" and not outer:
        dot = max(2, round(0.35 * look.dpi / 25.4))
        on = np.arange(part.shape[1]) % (2 * dot) < dot
        part[:, on] = np.minimum(part[:, on], ink)
        return
    part[:] = np.minimum(part, ink)


def _second_frame(out: Grey, table: TruthTable, look: Look) -> None:
    off, w = look.px(0.7), look.rule
    x0, y0, x1, y1 = (round(v) for v in (table.box.left, table.box.top, table.box.right, table.box.bottom))
    x0, y0, x1, y1 = x0 - off, y0 - off, x1 + off, y1 + off
    for part in (
        out[y0 : y0 + w, x0:x1],
        out[y1 : y1 + w, x0 : x1 + w],
        out[y0:y1, x0 : x0 + w],
        out[y0:y1, x1 : x1 + w],
    ):
        part[:] = np.minimum(part, look.line_ink)


def _corners(cell: TruthCell) -> tuple[int, int, int, int]:
    b = cell.box
    return round(b.left), round(b.top), round(b.right), round(b.bottom)
