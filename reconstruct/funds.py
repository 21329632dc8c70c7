"""The funds rows: their labels stand in a column of their own, with a header (资金来源) or without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from forms import Cell, FundsRow

from .columns import Row, missing, pieces_under, printed_rows, value
from .headers import Column, Header
from .longtable import EDGE, LongTable, Piece, merge_all
from .sections import Outline, goal_beside_funds
from .templates import Vocabulary
from .wording import are_two, best_likeness, is_dash, is_number

_LABEL = 0.75


def funds_rows(table: LongTable, plan: Outline, vocabulary: Vocabulary, prints: Sequence[str]) -> list[FundsRow]:
    """The funds rows in print order; a row without label and values is none."""
    header = plan.funds
    if header is None:
        return []
    last = _end_by_label(table, header, plan.section_end(header.top, table.n_rows))
    named = label_column(table, header, last, vocabulary)
    if named is None:
        header, named = _label_under_value(table, header, last, vocabulary)
    inside = [*header.columns.values(), *([named] if named else [])]
    skipped = {r for h in plan.repeated for r in range(h.top, h.bottom)}
    rows: list[FundsRow] = []
    for row in printed_rows(table, header.bottom, last, inside):
        if row.top in skipped or _is_section_row(table, row, vocabulary):
            continue
        places = {**header.columns, **({"label": named} if named else {})}
        values = {
            m: value(table, row, header.columns[m], places, header.unknown)
            if m in header.columns
            else missing(header, m, prints)
            for m in vocabulary.group("funds.columns")
        }
        label = _funds_label(table, row, header, last, named)
        nameless = label.origin == "absent" and not rows and row.bottom >= last  # no cell stands there for a name
        if (is_number(label.text) or not label.text) and any(c.text for c in values.values()) and not nameless:
            label = label.with_review("no name stands before these amounts")
        for meaning, cell in values.items():
            if best_likeness(cell.text, vocabulary.phrases("funds.rows")) >= _LABEL:
                values[meaning] = cell.with_review("a row's name stands where its amount should")
        if are_two(label.text, vocabulary.phrases("funds.rows")):
            label = label.with_review("two labels stand in one cell")
        if label.text or any(c.text for c in values.values()):
            rows.append(FundsRow(label=label, **values))
    if rows and _is_name_of_row(table, last, named, vocabulary):
        rows[-1] = replace(rows[-1], label=rows[-1].label.with_review("a row below this one was not understood"))
    return rows


def _end_by_label(table: LongTable, header: Header, last: int) -> int:
    """The first row after the section's label at the table's left edge, where it stands beside several rows and no
    amounts stand below it: what a form prints between funds and goals (资金管理情况) are words."""
    label = next((p for p in table.on_row(header.top) if p.left < EDGE and p.text), None)
    if label is None or label.bottom - label.top < 2 or label.bottom >= last:
        return last
    columns = list(header.columns.values())
    if any(label.covers(c.left, c.right) for c in columns):
        return last
    below = [p for p in table.pieces if label.bottom <= p.top < last and is_number(p.text) and not is_dash(p.text)]
    ends = [(c.left, c.right) for c in columns]
    amounts = any(max(abs(p.left - a), abs(p.right - b)) < EDGE for a, b in ends for p in below)
    return last if amounts else label.bottom


def _names_row(text: str, vocabulary: Vocabulary) -> bool:
    return best_likeness(text, vocabulary.phrases("funds.rows")) >= _LABEL


def _is_name_of_row(table: LongTable, row: int, named: Column | None, vocabulary: Vocabulary) -> bool:
    """Whether a name of a row of funds stands in a row that is none, the first of the next section."""
    beside = [p for p in table.starting(row) if named is None or p.covers(named.left, named.right)]
    return any(best_likeness(p.text, vocabulary.phrases("funds.rows")) >= _LABEL for p in beside)


def label_column(table: LongTable, header: Header, last: int, vocabulary: Vocabulary) -> Column | None:
    """The column without a value's header whose cells name the funds rows (资金来源, or no header at all)."""
    phrases, titles = vocabulary.phrases("funds.rows"), vocabulary.phrases("funds.label")
    scored = []
    for column in header.unknown:
        texts = [p.text for r in range(header.bottom, last) for p in pieces_under(table, Row(r, r + 1), column)]
        known = sum(best_likeness(t, phrases) for t in texts) / max(1, len(texts))
        scored.append((known + best_likeness(column.text, titles), -column.left, column))
    return max(scored)[2] if scored and max(scored)[0] > 0.3 else None


def _label_under_value(
    table: LongTable, header: Header, last: int, vocabulary: Vocabulary
) -> tuple[Header, Column | None]:
    """A header cell that also stands over the rows' labels (a line was not seen): the column cut to its values."""
    phrases = vocabulary.phrases("funds.rows")
    body = [p for p in table.pieces if header.bottom <= p.top < last]
    for meaning, column in header.columns.items():
        inside = [
            p for p in body if p.covers(column.left, column.right) and p.width < 0.8 * (column.right - column.left)
        ]
        labels = [p for p in inside if best_likeness(p.text, phrases) >= _LABEL]
        if not labels or len(labels) * 3 < len(inside):
            continue
        left, right = min(p.left for p in labels), max(p.right for p in labels)
        rest = [p for p in inside if p.left >= right - 1e-6 or p.right <= left + 1e-6]
        if not rest:
            continue
        cut = replace(column, left=min(p.left for p in rest), right=max(p.right for p in rest))
        return replace(header, columns={**header.columns, meaning: cut}), Column("", left, right, "", 0.0)
    return header, None


def _funds_label(table: LongTable, row: Row, header: Header, last: int, named: Column | None) -> Cell:
    if named:
        beside = [p for p in pieces_under(table, row, named) if p.top >= header.bottom]
        label = _named_by(beside)
        if label.text and any(p.covers(c.left, c.right) for p in beside for c in header.columns.values()):
            return label.with_review("this cell is merged over several columns")
        if label.text and any(p.top < row.top or p.bottom > row.bottom for p in beside):
            return label.with_review("this cell is merged over several rows")
        return label
    goal = goal_beside_funds(table, header)
    beside = [
        p
        for p in table.on_row(row.top)
        if p.top >= header.bottom
        and p.bottom - p.top <= max(1, (last - header.bottom) // 2)
        and not any(p.covers(c.left, c.right) for c in header.columns.values())
        and not (goal is not None and p.covers(goal.left, goal.right))
    ]
    return _named_by(beside)


def _named_by(beside: Sequence[Piece]) -> Cell:
    """The name of a row from the pieces beside it; marked where several columns have a part in it."""
    label, named = merge_all([p.cell for p in beside]), [p for p in beside if p.text]
    if len(named) > 1 and not all(p.same_column(named[0]) for p in named):
        return label.with_review("several cells stand where the row's name should")
    return label


def _is_section_row(table: LongTable, row: Row, vocabulary: Vocabulary) -> bool:
    """Whether a row is the title of another section: its words alone, over the whole width or known."""
    texts = [p.text for p in table.starting(row.top)]
    wide = [p for p in table.starting(row.top) if p.width > 0.9]
    if wide and not any(is_number(word) for word in wide[0].text.split()) and not _names_row(wide[0].text, vocabulary):
        return True
    return any(best_likeness(t, vocabulary.phrases("goals.section")) >= 0.99 for t in texts[:1]) and len(texts) == 1
