"""Rows that add up those above them (小计): no indicators, and what they print is held against these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from forms import Cell

from .columns import Row, pieces_under
from .headers import Header
from .longtable import EDGE, LongTable, merge_all
from .wording import fold, is_dash, plain_number


def subtotal_of(table: LongTable, row: Row, header: Header) -> dict[str, Cell] | None:
    """The weight and the score of a row that adds up those above it: 小计 over its levels, or in one of them with
    nothing in the next. None for other rows."""
    levels = [c for m, c in header.columns.items() if m.startswith("level")]
    label = next((p for p in table.starting(row.top) if fold(p.text).endswith("小计")), None)
    if label is None or not any(label.covers(c.left, c.right) for c in levels):
        return None
    after = [c for c in levels if c.left >= label.right - EDGE]
    if any(p.text and not is_dash(p.text) for c in after for p in pieces_under(table, row, c)):
        return None
    columns = {m: header.columns[m] for m in ("weight", "score") if m in header.columns}
    return {m: merge_all([p.cell for p in pieces_under(table, row, c)] or [Cell.absent()]) for m, c in columns.items()}


def hold_against(subtotal: Mapping[str, Cell], rows: Sequence[dict[str, Cell]]) -> None:
    """Marks the numbers that a subtotal, which a form has no place for, is not the sum of: one of them or it is
    wrong."""
    for meaning, cell in subtotal.items():
        whole, parts = plain_number(cell.text), [plain_number(values[meaning].text) for values in rows]
        if whole is None or not any(p is not None for p in parts):
            continue
        added = sum((p for p in parts if p is not None), Decimal(0))
        if added != whole:
            for values in rows:
                if values[meaning].text:
                    reason = f"the 小计 below says {cell.text}, the rows above it add up to {added}"
                    values[meaning] = values[meaning].with_review(reason)
