"""From a table's cells to places on pages: row heights, page breaks (also inside a row), and what each page shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from .lines import Line, wrap
from .look import Look
from .spec import SpecCell, TableSpec

SAME_EDGE = 0.012


@dataclass(frozen=True, slots=True)
class Strip:
    """A row, or a part of one cut by a page break, at ``top`` to ``bottom`` (px) of page ``page``.

    ``lines`` are the text lines of the row's own cells that stand here (first, after last).
    """

    row: int
    page: int
    top: int
    bottom: int
    lines: tuple[int, int]
    repeated: bool = False


@dataclass(slots=True)
class Flow:
    """The write position: page number (from 0) and y in px; ``fresh`` while nothing stands on the page yet."""

    look: Look
    page: int = 0
    y: int = field(default=0)
    fresh: bool = True

    def __post_init__(self) -> None:
        self.y = self.look.body[1]

    @property
    def room(self) -> int:
        return self.look.body[3] - self.y

    def turn(self) -> None:
        self.page, self.y, self.fresh = self.page + 1, self.look.body[1], True

    def take(self, height: int) -> tuple[int, int]:
        top = self.y
        self.y, self.fresh = top + height, False
        return top, self.y


@dataclass(frozen=True, slots=True)
class Placed:
    """A table with columns at ``xs`` (px), the column range of every cell, its lines, and the strips of its rows."""

    xs: tuple[int, ...]
    columns: tuple[tuple[int, int], ...]
    lines: tuple[tuple[Line, ...], ...]
    strips: tuple[Strip, ...]


def place(table: TableSpec, flow: Flow) -> Placed:
    """Put the table at the write position, over as many pages as it takes."""
    look = flow.look
    left, _, right, _ = look.body
    edges = _merged_edges(table)
    xs = tuple(round(left + e * (right - left)) for e in edges)
    columns = tuple((_index(edges, c.left), _index(edges, c.right)) for c in table.cells)
    pad = 2 * look.px(look.padding) + look.rule
    lines = tuple(
        tuple(wrap(c.text, xs[b] - xs[a] - pad, look, vertical=c.vertical))
        for c, (a, b) in zip(table.cells, columns, strict=True)
    )
    heights = _heights(table, lines, look)
    return Placed(xs, columns, lines, tuple(_strips(table, lines, heights, flow)))


def line_height(look: Look) -> int:
    return round(look.em * look.leading)


def _merged_edges(table: TableSpec) -> list[float]:
    """All edges, those nearer than a line of text could use taken for one."""
    out: list[float] = []
    for edge in sorted({e for c in table.cells for e in (c.left, c.right)}):
        if not out or edge - out[-1] > SAME_EDGE:
            out.append(edge)
    return out


def _index(edges: list[float], at: float) -> int:
    return min(range(len(edges)), key=lambda k: abs(edges[k] - at))


def _heights(table: TableSpec, lines: tuple[tuple[Line, ...], ...], look: Look) -> list[int]:
    lead, pad = line_height(look), 2 * look.px(look.padding)
    heights = [lead + pad] * table.n_rows
    for cell, own in sorted(zip(table.cells, lines, strict=True), key=lambda p: p[0].row_span):
        rows = range(cell.row, cell.row + cell.row_span)
        lacking = len(own) * lead + pad - sum(heights[r] for r in rows)
        for k, r in enumerate(rows):
            if lacking > 0:
                heights[r] += (lacking * (k + 1)) // len(rows) - (lacking * k) // len(rows)
    return heights


def _strips(table: TableSpec, lines: tuple[tuple[Line, ...], ...], heights: list[int], flow: Flow) -> list[Strip]:
    look, out = flow.look, []
    lead, pad = line_height(look), 2 * look.px(look.padding)
    first, after = table.header or (0, 0)
    last = _header_end(table)
    for row in range(table.n_rows):
        n = max(
            (len(own) for c, own in zip(table.cells, lines, strict=True) if c.row == row and c.row_span == 1), default=0
        )
        done, height = 0, heights[row]
        while height > flow.room:
            fit = (flow.room - pad) // lead
            if look.split_rows and 1 <= fit < n - done:
                out.append(Strip(row, flow.page, *flow.take(fit * lead + pad), (done, done + fit)))
                done += fit
                height = max(lead, (n - done) * lead) + pad
            elif flow.fresh or (out and out[-1].page == flow.page and out[-1].repeated):
                break  # taller than a page and not to be cut: it runs over the margin
            flow.turn()
            if after <= row < last:
                out.extend(Strip(r, flow.page, *flow.take(heights[r]), (0, 99), True) for r in range(first, after))
        out.append(Strip(row, flow.page, *flow.take(height), (done, max(n, 99))))
    return out


def _header_end(table: TableSpec) -> int:
    """The row up to which the header is printed again: the table's last, or where a label beginning in it ends."""
    if table.header is None:
        return 0
    first, after = table.header
    ends = (c.row + c.row_span for c in table.cells if first <= c.row < after)
    return min((e for e in ends if e > after), default=table.n_rows)


def rows_of(cell: SpecCell) -> range:
    return range(cell.row, cell.row + cell.row_span)
