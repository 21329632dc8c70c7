"""What a form prints as its total: in a row of its own, behind names, or beside a name in its head."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from forms import Cell, Total

from .columns import Row, pieces_under, value
from .longtable import EDGE, LongTable, Piece
from .sections import Outline, has_numbers, is_sure_total, total_label
from .templates import Vocabulary
from .wording import best_likeness, is_number, named


def total(table: LongTable, plan: Outline, vocabulary: Vocabulary) -> Total:
    """The total row's weight, score and reason; absent cells where the form prints none."""
    header = plan.indicators
    if header is None or plan.total_row is None:
        return _total_in_head(table, plan, vocabulary)
    if plan.funds is not None and header.bottom <= plan.funds.top < plan.total_row:
        header = plan.funds
    label = total_label(table, plan.total_row, header, vocabulary)
    sure = label is None or is_sure_total(label, vocabulary)
    row = Row(plan.total_row, plan.total_row + 1)
    below = range(row.bottom, plan.section_end(plan.total_row, table.n_rows))
    lost = plan.is_ended and any(has_numbers(table, r, header, all) for r in below)
    if sure and (numbers := _named_totals(table, row, label, vocabulary)):
        return Total(**numbers)
    others = [p for p in table.on_row(row.top) if p is not label and p.text]
    if label is not None and sure and "weight" not in header.columns and [is_number(p.text) for p in others] == [True]:
        return Total(score=others[0].cell)
    cells = {}
    beside = replace(table, pieces=tuple(p for p in table.pieces if p is not label))
    for meaning in ("weight", "score", "reason"):
        column = header.columns.get(meaning)
        if column is None:
            continue
        if label is not None and not pieces_under(beside, row, column):
            cells[meaning] = Cell.absent()  # the label's own cell reaches over this column
            continue
        cell = value(beside, row, column, header.columns)
        cell = cell if sure else cell.with_review("the label of the total row fits badly")
        cells[meaning] = cell.with_review("rows with numbers below this one were not understood") if lost else cell
    return Total(**cells)


def _named_totals(table: LongTable, row: Row, label: Piece | None, vocabulary: Vocabulary) -> dict[str, Cell]:
    """The numbers of a total row that stand each behind its own name: 总分值 100, 总得分 97.9; {} for none."""
    names = {"weight": ("总分值", *vocabulary.phrases("indicators.columns.weight")),
             "score": ("总得分", *vocabulary.phrases("indicators.columns.score"))}  # fmt: skip
    found: dict[str, Cell] = {}
    for name, number in pairwise(p for p in table.on_row(row.top) if p is not label):
        if is_number(name.text) or not is_number(number.text):
            continue
        if meaning := named(name.text, names):
            found.setdefault(meaning, number.cell)
    return found


def _total_in_head(table: LongTable, plan: Outline, vocabulary: Vocabulary) -> Total:
    """The score that stands beside its name (自评总分, 自评得分) above the indicators, outside of the funds."""
    head = min((h.top for h in (plan.funds, plan.indicators) if h), default=0)
    last = plan.indicators.top if plan.indicators else head
    own = [p for p in vocabulary.phrases("indicators.columns.score") if p.startswith(("自评", "评价"))]
    for piece in (p for p in table.pieces if p.bottom <= last and (p.top < head or p.left < EDGE)):
        above = piece.top < head and is_sure_total(piece, vocabulary)
        if not (above or best_likeness(piece.text, own) >= 0.99) or _is_in_turned_funds(table, piece, vocabulary):
            continue
        row = [p for p in table.on_row(piece.top) if p.left >= piece.right - 1e-6]
        if row and is_number(row[0].text) and sum(is_number(p.text) for p in row) == 1:
            return Total(score=row[0].cell)
    return Total()


def _is_in_turned_funds(table: LongTable, piece: Piece, vocabulary: Vocabulary) -> bool:
    """Whether the name above or below a cell is that of a column of funds, as where these stand one below another."""
    columns = vocabulary.group("funds.columns")
    near = (p for p in table.pieces if p.same_column(piece) and (p.bottom == piece.top or p.top == piece.bottom))
    return any(named(p.text, columns) for p in near)
