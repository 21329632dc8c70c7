"""Which first and second level every indicator row stands under, over merged cells, blank cells and page breaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms import Cell

from .longtable import Piece


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One indicator row's level cells as they stand beside it; ``page_top``: the first row after a page break."""

    level1: Piece | None
    level2: Piece | None
    page_top: bool = False


def fill_levels(rows: Sequence[LevelRow]) -> list[tuple[Cell, Cell]]:
    """(level1, level2) of every row. A blank cell takes the level above: silently where only a page break parts them,
    with a mark where the form left a cell of its own blank. Level 2 is never taken from another level 1.
    Rows at the head of a group take the level below, marked.
    """
    filled: list[tuple[Cell, Cell]] = []
    above1: Piece | None = None
    above2: Piece | None = None
    parted1 = parted2 = False  # a page break stands between the row that printed the level and this one
    for row in rows:
        parted1, parted2 = parted1 or row.page_top, parted2 or row.page_top
        new_group = row.level1 is not None and row.level1 is not above1 and bool(row.level1.text)
        inherited = None if new_group and row.level2 is not above2 else above2
        above1, first = _level(row.level1, above1, parted1, "level 1")
        above2, second = _level(row.level2, inherited, parted2, "level 2")
        filled.append((first, second))
        parted1 = parted1 and not _printed(row.level1)
        parted2 = parted2 and not _printed(row.level2)
    return _from_below(filled)


def _from_below(rows: list[tuple[Cell, Cell]]) -> list[tuple[Cell, Cell]]:
    """Rows left without a level because a line was drawn through its cell: they take the next one, marked.

    Level 1 from the first row below that names one; level 2 only from within the same level 1.
    """
    below: tuple[Cell, Cell] | None = None
    filled: list[tuple[Cell, Cell]] = []
    for first, second in reversed(rows):
        if below is not None:
            same = not first.text or first.text == below[0].text
            if not first.text and below[0].text:
                first = below[0].with_review("level 1 is blank beside this row; taken from the row below")
            if not second.text and second.origin != "absent" and below[1].text and same:
                second = below[1].with_review("level 2 is blank beside this row; taken from the row below")
        below = (first, second)
        filled.append(below)
    return filled[::-1]


def _printed(piece: Piece | None) -> bool:
    return piece is not None and bool(piece.text)


def _level(own: Piece | None, above: Piece | None, parted: bool, name: str) -> tuple[Piece | None, Cell]:
    """The piece that names the level of a row, and the row's cell."""
    if own is not None and (own.text or own is above):
        return own, own.cell
    if above is None or not above.text:
        return own, own.cell if own is not None else Cell.absent()
    if own is None or parted:
        return above, above.cell
    return above, above.cell.with_review(f"{name} is blank beside this row; taken from the row above")
