"""Funds without a header over their columns: 年初预算 | 860.00 | 执行数 | 889.75, or these names in a column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from forms import Cell, FundsRow

from .contents import AMOUNTS
from .labels import rest_of
from .longtable import LongTable, Piece
from .templates import Vocabulary
from .wording import is_number, named, split_label

_SURE = 0.99


def paired_funds(table: LongTable, last: int, vocabulary: Vocabulary) -> list[FundsRow]:
    """The funds rows above the row ``last`` whose amounts stand each behind its name, in its own cell or in one with
    it; a row with fewer than two goes on the row above it, under the same label."""
    phrases = vocabulary.group("funds.columns")
    found: list[tuple[Piece | None, dict[str, Cell]]] = []
    unknown = False
    for row in range(last):
        pieces = table.on_row(row)
        starting = [p for p in pieces if p.top == row]
        values, used = _pairs(starting, phrases)
        first = min((p.left for p in used), default=0.0)
        unknown |= any(p not in used and p.left >= first for p in starting if values)
        before = (p for p in reversed(pieces) if values and p.right <= first + 1e-6)
        label = next((p for p in before if p.text and not is_number(p.text)), None)
        if len(values.keys() & AMOUNTS) >= 2:
            found.append((label, values))
        elif values and found and label is found[-1][0] and not values.keys() & found[-1][1].keys():
            found[-1][1].update(values)
    missing = Cell.absent().with_review("something on this row was not understood, and this amount not found")
    none = dict.fromkeys(phrases, missing if unknown else Cell.absent())
    return [FundsRow(label=label.cell if label else Cell.absent(), **{**none, **values}) for label, values in found]


def turned_funds(table: LongTable, last: int, vocabulary: Vocabulary) -> list[FundsRow]:
    """The funds of a table above the row ``last`` that has the sources side by side and the names of the amounts one
    below the other: a row for each column right of these names, called by the cell above."""
    phrases = vocabulary.group("funds.columns")
    known = [(p, m) for p in table.pieces if p.bottom <= last and (m := named(p.text, phrases))]
    columns = [[(q, m) for q, m in known if q.same_column(p)] for p, _ in known]
    names = max(columns, key=len, default=[])
    meanings = {m: p for p, m in names}
    if len(names) < 3 or len(meanings) < len(names) or len(meanings.keys() & AMOUNTS) < 3:
        return []
    top = min(p.top for p, _ in names)
    heads = [p for p in table.on_row(top - 1) if p.bottom == top and p.left >= names[0][0].right - 1e-6]
    rows = []
    for head in heads:
        under = {m: _beside(table, name, head) for m, name in meanings.items()}
        rows.append(FundsRow(label=head.cell, **{m: under.get(m, Cell.absent()) for m in phrases}))
    return rows


def _beside(table: LongTable, name: Piece, head: Piece) -> Cell:
    """The cell on the row of a name, under the head of a column."""
    found = next((p for p in table.on_row(name.top) if p.same_column(head)), None)
    return found.cell if found else Cell.absent().with_review("no cell stands beside the name of this amount")


def _pairs(pieces: Sequence[Piece], phrases: Mapping[str, Sequence[str]]) -> tuple[dict[str, Cell], list[Piece]]:
    """The amounts of a row by meaning, and the pieces that they and their names are."""
    values: dict[str, Cell] = {}
    used: list[Piece] = []
    for piece in pieces:
        fits = {m: split_label(piece.text, words) for m, words in phrases.items()}
        meaning = max(fits, key=lambda m: (fits[m][0], -len(fits[m][1])))
        score, rest = fits[meaning]
        if score >= _SURE and rest[:1].isdigit():
            values.setdefault(meaning, rest_of(piece.cell, rest, phrases[meaning]))
            used.append(piece)
    for name, amount in pairwise(pieces):
        if (meaning := named(name.text, phrases)) and amount.text[:1].isdigit():
            values.setdefault(meaning, amount.cell)
            used += [name, amount]
    return values, used
