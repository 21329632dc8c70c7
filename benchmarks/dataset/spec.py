"""What is to be printed, before it has a place: ruled tables as cells between fractions of the table's width."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Align = Literal["left", "centre", "right"]


@dataclass(frozen=True, slots=True)
class SpecCell:
    """A cell over ``row_span`` rows from ``row``, from ``left`` to ``right`` as fractions (0 to 1) of the width.

    ``addresses`` are the form's cells that this text is the print of. A ``vertical`` text has one character a line.
    """

    row: int
    row_span: int
    left: float
    right: float
    text: str
    align: Align = "centre"
    vertical: bool = False
    bold: bool = False
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableSpec:
    """Cells that tile ``n_rows`` rows. ``header`` are the rows (first, after last) printed again on a next page."""

    n_rows: int
    cells: tuple[SpecCell, ...]
    header: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class LineSpec:
    """Text outside the table: ``size`` is relative to the body's font size."""

    text: str
    size: float = 1.0
    align: Align = "centre"
    bold: bool = False
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """What is printed together: lines above, a table (None for a page of prose), lines below."""

    above: tuple[LineSpec, ...]
    table: TableSpec | None
    below: tuple[LineSpec, ...] = ()


@dataclass(slots=True)
class Rows:
    """Collects cells row by row; a helper for those who build tables."""

    cells: list[SpecCell] = field(default_factory=list)
    n: int = 0

    def add(self, edges: tuple[float, ...], *texts: str | SpecCell | None) -> int:
        """A row with a cell between each two edges (None: the place belongs to a cell spanning from above)."""
        for k, item in enumerate(texts):
            if item is None:
                continue
            cell = item if isinstance(item, SpecCell) else SpecCell(0, 1, 0, 0, item)
            self.cells.append(
                SpecCell(self.n, cell.row_span, edges[k], edges[k + 1], cell.text, cell.align, cell.vertical, cell.bold,
                         cell.addresses)
            )  # fmt: skip
        self.n += 1
        return self.n - 1

    def table(self, header: tuple[int, int] | None = None) -> TableSpec:
        return TableSpec(self.n, tuple(self.cells), header)


def text(
    content: str, *addresses: str, span: int = 1, align: Align = "centre", vertical: bool = False, bold: bool = False
) -> SpecCell:
    """A cell still without its place in the table."""
    return SpecCell(0, span, 0.0, 0.0, content, align, vertical, bold, addresses)


def edges_of(widths: tuple[float, ...], start: float = 0.0, stop: float = 1.0) -> tuple[float, ...]:
    """The edges, from ``start`` to ``stop``, of columns with these relative widths."""
    total, edges = sum(widths), [start]
    for w in widths:
        edges.append(edges[-1] + (stop - start) * w / total)
    edges[-1] = stop
    return tuple(edges)
