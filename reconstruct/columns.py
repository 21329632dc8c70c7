"""The value of a column on a row: pieces found by where they stand under the header."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from forms import Cell

from .contents import NUMBERS
from .headers import Column, Header
from .longtable import EDGE, LongTable, Piece, merge_all
from .stacks import FUNDS, INDICATORS
from .wording import fold, is_number

_SURE = 0.99


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row: the grid rows ``top`` to ``bottom`` (exclusive) that no cell of its columns divides."""

    top: int
    bottom: int


def printed_rows(table: LongTable, first: int, last: int, columns: Iterable[Column]) -> list[Row]:
    """The rows between ``first`` and ``last``: a new one wherever a cell of one of the columns begins.

    Not where one column alone is divided and all others go on: the feet of the digits of a number that fills its cell
    look like a line, and a row of its own has more than one cell.
    """
    places = [(c.left, c.right) for c in columns]
    starts = {p.top for p in table.pieces if any(p.covers(*place) for place in places)}
    rows: list[Row] = []
    for row in range(first, last):
        if not rows or (row in starts and not _divides_one_cell(table, row, places)):
            rows.append(Row(row, row + 1))
        else:
            rows[-1] = replace(rows[-1], bottom=row + 1)
    return rows


def _divides_one_cell(table: LongTable, row: int, places: Sequence[tuple[float, float]]) -> bool:
    """True when the line above ``row`` stands in one of the columns alone, of four or more."""
    across = [any(p.top < row < p.bottom and p.covers(*place) for p in table.pieces) for place in places]
    return len(places) >= 4 and across.count(False) == 1


def pieces_under(table: LongTable, row: Row, column: Column) -> list[Piece]:
    """The pieces that stand under the column on the row, top to bottom and left to right, each once."""
    found = [
        p for p in table.pieces if p.top < row.bottom and p.bottom > row.top and p.covers(column.left, column.right)
    ]
    return sorted(found, key=lambda p: (p.top, p.left))


def value(
    table: LongTable, row: Row, column: Column, columns: Mapping[str, Column], unknown: Sequence[Column] = ()
) -> Cell:
    """The cell of ``column`` on ``row``. Where one cell stands over more places, it is marked; so is a blank beside a
    number under a header that is ``unknown``: a false line may part a column and the name of it.

    Its numbers are dealt out if they are as many as the number columns it covers; else the column it covers most has
    it, and the others are blank.
    """
    texts: list[Cell] = []
    doubt = column.doubt
    pieces = pieces_under(table, row, column)
    if len(pieces) > 1 and any(p.text for p in pieces):
        doubt = doubt or "several cells stand under this column's header"
    for piece in pieces:
        covered = sorted((c for c in columns.values() if piece.covers(c.left, c.right)), key=lambda c: c.left)
        if piece.top < row.top and column.meaning not in ("level3", "reason"):  # these hold for all rows of theirs
            texts.append(_emptied(piece, "this cell is merged over several rows"))
        elif len(covered) > 1 and column in covered:
            texts.append(_share(piece, column, covered))
        else:
            if (piece.top < row.top or piece.bottom > row.bottom) and piece.text:
                doubt = doubt or "this cell is merged over several rows"
            texts.append(piece.cell)
    if not texts:
        return Cell.absent().with_review("no cell stands under this column's header")
    cell = merge_all([c for c in texts if c.text] or texts[:1], " ")
    header = fold(column.text)
    if len(header) >= 2 and fold(cell.text).startswith(header):
        doubt = doubt or "the header of its column stands in this cell"
    if not cell.text and (strays := _numbers_beside(table, row, column, unknown)):
        doubt = doubt or f"beside it, under a header that was not understood, stands {strays[0]}"
    return cell.with_review(doubt) if doubt else cell


def _numbers_beside(table: LongTable, row: Row, column: Column, unknown: Sequence[Column]) -> list[str]:
    """The numbers on the row under those of the unknown columns that touch a column of numbers."""
    if column.meaning not in NUMBERS:
        return []
    touching = [u for u in unknown if min(abs(u.right - column.left), abs(u.left - column.right)) < EDGE]
    texts = [p.text for u in touching for p in pieces_under(table, row, u)]
    return [text for text in texts if is_number(text)]


def _share(piece: Piece, column: Column, covered: Sequence[Column]) -> Cell:
    """What a cell over several columns holds of one of them."""
    reason = "this cell is merged over several columns"
    words, raw = piece.text.split(), piece.cell.raw.split()
    numbers = [c for c in covered if c.meaning in NUMBERS]
    if words and len(words) == len(numbers) == len(raw) and all(is_number(w) for w in words):
        if column not in numbers:
            return replace(piece.cell, text="", raw="", alternatives=()).with_review(reason)
        at = numbers.index(column)
        return replace(piece.cell, text=words[at], raw=raw[at], alternatives=()).with_review(reason)
    owner = max(covered, key=lambda c: (round(_overlap(piece, c), 4), -c.left))
    if owner.meaning != column.meaning:
        return _emptied(piece, reason)
    return piece.cell.with_review(reason) if piece.text else piece.cell


def _emptied(piece: Piece, reason: str) -> Cell:
    blank = replace(piece.cell, text="", raw="", alternatives=())
    return blank.with_review(reason) if piece.text else blank


def _overlap(piece: Piece, column: Column) -> float:
    return max(0.0, min(piece.right, column.right) - max(piece.left, column.left))


def missing(header: Header | None, meaning: str, prints: Sequence[str], *, levels: str = "") -> Cell:
    """The cell of a column the header does not name: marked where the family prints it. ``levels``: the one level that
    the table has, where that is known by its names.

    Not where the header leaves no room for it: then this form does without. The reason is a column that many offices
    leave out: it is missed only where a header was left over, or another that the family prints is missed too.
    """
    if header is not None and has_no_room(header, meaning, levels=levels):
        return Cell.absent()
    unread = header is not None and any(fold(c.text) or header.kind == INDICATORS for c in header.unknown)
    if header is not None and header.kind == INDICATORS:
        unread = unread or bool(set(prints) - {*header.columns, "reason", "basis"})
    if meaning in prints and (unread or meaning != "reason"):
        return Cell.absent().with_review(f"no header was found for {meaning}")
    return Cell.absent()


def has_no_room(header: Header, meaning: str, *, levels: str = "") -> bool:
    """Whether a header leaves no room for a column of a meaning: its columns stand side by side up to the table's right
    edge, each with a name that was surely read, and what stands below those of other names is none of that meaning.

    Nor may a part of the table be lost: its last column is one that forms end with, or the page goes on beside it, and
    none stands there that goes with another (a weight with a score). The names of the rows of funds, the first column,
    may have no header.
    """
    every = sorted((*header.columns.values(), *header.unknown), key=lambda c: c.left)
    if (
        header.top == header.bottom
        or not every
        or every[-1].right < 1.0 - EDGE
        or any(c.doubt or c.marked for c in every)
    ):
        return False
    if not all(abs(a.right - b.left) < EDGE for a, b in pairwise(every)) or not _is_whole(header, every[-1], levels):
        return False
    first = every[0] if header.kind == FUNDS else None
    third = header.columns.get("level3")
    if meaning in ("level1", "level2") and third is not None:  # these stand left of it
        every = [c for c in every if c.left < third.left - EDGE] + [third]
    other = [c for c in every if not c.meaning and c is not first]
    sure = all(c.likeness >= _SURE or meaning in c.never for c in every if c.meaning)
    return sure and all(fold(c.text) and meaning in c.never for c in other)


def _is_whole(header: Header, last: Column, levels: str) -> bool:
    """Whether nothing says that columns at an edge of the table were not found."""
    known = header.columns.keys()
    ends = {"rate", "score"} if header.kind == FUNDS else {"score", "reason"}
    if last.meaning and last.meaning not in ends and not header.framed:
        return False
    third = header.columns.get("level3")
    if header.kind == INDICATORS and not {"level1", "level2"} <= known:
        # a third level, or one of the two others, has all above it, but for one that is known by its names
        above = {"level1", "level2"} & known
        return above <= {levels} and third is not None and "三" not in third.text
    return "weight" not in known or "score" in known
