"""Funds without a header over their columns: 年初预算 | 860.00 | 执行数 | 889.75, or these names in a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from forms import Cell, FundsRow

from .contents import AMOUNT, AMOUNTS
from .labels import rest_of
from .longtable import EDGE, LongTable, Piece
from .templates import Vocabulary
from .wording import best_likeness, compact, fold, is_dash, is_number, likeness, named, split_label

_SURE = 0.99
_ALIKE = 0.75
_ADJUSTED = "调整"
_MONEY = ("预算", "资金", "支出", "金额", "拨款")
"""What the name of an amount of money has in it."""


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount: the piece it stands in and the one with its name, which is the same where both stand in one cell, and
    None where it is the head of the column. ``meaning``: "" for an amount that no form keeps (到位数)."""

    meaning: str
    cell: Cell
    piece: Piece
    name: Piece | None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return (self.piece,) if self.name is None else (self.name, self.piece)


def paired_funds(table: LongTable, last: int, vocabulary: Vocabulary) -> list[FundsRow]:
    """The funds rows above the row ``last`` whose amounts stand each behind its name, in its own cell or in one with
    it; a row with fewer than two goes on the row above it, under the same label, or begins the one below it.

    Below them sources may stand, each named before every amount (其中：财政拨款 | 45 | 其中：财政拨款 | 43.62): what
    amounts these are the row above them says.
    """
    found: list[tuple[Piece | None, dict[str, Cell]]] = []
    naming: list[_Amount] = []
    begun: tuple[int, list[_Amount]] = (-1, [])
    rows: dict[int, float] = {}
    used: set[Piece] = set()
    for row in range(last):
        starting = table.starting(row)
        if amounts := _of_source(starting, naming):
            if len(found) == 1:
                found[0] = (naming[0].name, found[0][1])
            found.append((amounts[0].name, _by_meaning(amounts)))
        elif amounts := _amounts(table, row, vocabulary, headed=not found):
            whole = _are_all(starting, amounts)
            if whole and begun[0] == row - 1 and not _by_meaning(begun[1]).keys() & _by_meaning(amounts).keys():
                amounts = begun[1] + amounts
            values = _by_meaning(amounts)
            before = _before(table, row, _left_of(amounts))
            label = next((p for p in before if p.text and not is_number(p.text)), None)
            if len(values.keys() & AMOUNTS) >= 2:
                found.append((label, values))
                naming = amounts
            elif found and label is found[-1][0] and not values.keys() & found[-1][1].keys():
                found[-1][1].update(values)
            else:
                begun = (row, amounts) if whole else begun
                continue
        else:
            continue
        rows[row] = _left_of(amounts)
        used.update(p for a in amounts for p in a.pieces)
    unknown = any(p not in used and p.left >= first for row, first in rows.items() for p in table.starting(row))
    unknown |= any(
        _is_money(table, p) and p not in used for r in rows for p in (*table.starting(r - 1), *table.starting(r + 1))
    )
    missing = Cell.absent().with_review("something on this row was not understood, and this amount not found")
    none = dict.fromkeys(vocabulary.group("funds.columns"), missing if unknown else Cell.absent())
    return [FundsRow(label=label.cell if label else Cell.absent(), **{**none, **values}) for label, values in found]


def _are_all(pieces: Sequence[Piece], amounts: Sequence[_Amount]) -> bool:
    """Whether no number of a row stands beside these amounts."""
    own = {p for a in amounts for p in a.pieces}
    return all(p in own or not is_number(p.text) or is_dash(p.text) for p in pieces)


def _left_of(amounts: Sequence[_Amount]) -> float:
    return min(p.left for a in amounts for p in a.pieces)


def _before(table: LongTable, row: int, left: float) -> Iterator[Piece]:
    """The pieces on a row that end before a place, the nearest first."""
    return (p for p in reversed(table.on_row(row)) if p.right <= left + 1e-6)


def _by_meaning(amounts: Sequence[_Amount]) -> dict[str, Cell]:
    return {a.meaning: a.cell for a in reversed(amounts) if a.meaning}


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


def _amounts(table: LongTable, row: int, vocabulary: Vocabulary, *, headed: bool) -> list[_Amount]:
    """The amounts that begin on a row, each behind its name; where it is the first (``headed``), beside two such also
    those below the name of theirs."""
    phrases, others = vocabulary.group("funds.columns"), vocabulary.phrases("funds.others")
    pieces = table.starting(row)
    found: list[_Amount] = []
    for piece in pieces:
        fits = {m: split_label(piece.text, words) for m, words in phrases.items()}
        meaning = max(fits, key=lambda m: (fits[m][0], -len(fits[m][1])))
        score, rest = fits[meaning]
        if score >= _SURE and rest[:1].isdigit():
            found.append(_Amount(meaning, rest_of(piece.cell, rest, phrases[meaning]), piece, piece))
    for name, piece in pairwise(pieces):
        if not piece.text[:1].isdigit():
            continue
        if meaning := named(name.text, phrases):
            adjusted = meaning == "initial_budget" and _ADJUSTED in _head(table, row, name.left, piece.right)
            found.append(_Amount("annual_budget" if adjusted else meaning, piece.cell, piece, name))
        elif best_likeness(name.text, others) >= _SURE:
            found.append(_Amount("", piece.cell, piece, name))
    if headed and sum(bool(a.meaning) for a in found) >= 2:
        pairs = {p for a in found for p in a.pieces}
        unnamed = [p for p in pieces if p not in pairs and p.text[:1].isdigit()]
        under = ((p, named(_head(table, row, p.left, p.right), phrases)) for p in unnamed)
        found += [_Amount(meaning, p.cell, p, None) for p, meaning in under if meaning]
    return found if any(a.meaning for a in found) else []


def _head(table: LongTable, row: int, left: float, right: float) -> str:
    """The text of the cell that ends above a row and stands over these columns alone."""
    over = (p for p in table.pieces if p.bottom == row and abs(p.left - left) < EDGE and abs(p.right - right) < EDGE)
    return next((p.text for p in over), "")


def _of_source(pieces: Sequence[Piece], naming: Sequence[_Amount]) -> list[_Amount]:
    """The amounts of a source on a row below the one that names the amounts; none where it is not named anew before
    each of them."""
    found = []
    names: list[str] = []
    for amount in naming:
        piece = next((p for p in pieces if p.same_column(amount.piece)), None)
        name = next((p for p in pieces if amount.name is not None and p.same_column(amount.name)), None)
        if piece is None or (name is None) != (amount.name is None) or amount.name is amount.piece:
            return []
        names += [fold(name.text)] if name is not None else []
        found.append(_Amount(amount.meaning, piece.cell, piece, name))
    alike = len(names) >= 2 and all(likeness(name, names[0]) >= _ALIKE for name in names)
    return found if alike and not is_number(names[0]) else []


def _is_money(table: LongTable, piece: Piece) -> bool:
    """Whether a piece is an amount by what stands before it."""
    before = next(_before(table, piece.top, piece.left), None)
    return (
        before is not None
        and AMOUNT.fullmatch(compact(piece.text)) is not None
        and any(w in before.text for w in _MONEY)
    )
