"""Which first and second level every indicator row stands under, over merged cells, blank cells and page breaks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from forms import Cell

from .longtable import Piece, merge_cells
from .wording import best_likeness, fold_level

_KNOWN = 0.75


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One indicator row's level cells as they stand beside it; ``page_top``: the first row after a page break."""

    level1: Piece | None
    level2: Piece | None
    page_top: bool = False


@dataclass(frozen=True, slots=True)
class _Named:
    """A row's level: the piece that names it (None where nothing does) and the cell the row gets."""

    piece: Piece | None
    cell: Cell


def mend_names(pieces: Sequence[Piece], names: Sequence[str]) -> dict[Piece, Piece | None]:
    """Level cells with a false line through their name, 数量 over 指标, 产出指标 over (50分): the upper part becomes
    the whole cell, marked, the lower part None. ``pieces`` stand in one column, top to bottom.
    """
    mended: dict[Piece, Piece | None] = {}
    for upper, lower in pairwise(pieces):
        if upper.bottom != lower.top or not upper.text or not lower.text or upper in mended:
            continue
        whole, first, rest = (
            best_likeness(fold_level(t), names) for t in (upper.text + lower.text, upper.text, lower.text)
        )
        points_alone = not fold_level(lower.text) and first >= _KNOWN
        if points_alone or (whole >= 0.99 and first < _KNOWN) or (whole >= 0.9 and whole > max(first, rest)):
            cell = merge_cells(upper.cell, lower.cell).with_review("a line stands in the midst of this level's name")
            mended[upper], mended[lower] = replace(upper, bottom=lower.bottom, cell=cell), None
    return mended


def fill_levels(rows: Sequence[LevelRow]) -> list[tuple[Cell, Cell]]:
    """(level1, level2) of every row. A blank cell takes the level above: silently where only a page break parts them,
    with a mark where the form left a cell of its own blank. Rows at the head of a group, where nothing stands above,
    take the level below, marked. Level 2 is never taken from another level 1.
    """
    breaks = [row.page_top for row in rows]
    first = _named([row.level1 for row in rows], breaks, lambda _: True, "level 1")

    def same_group(i: int) -> bool:
        """Rows ``i - 1`` and ``i`` stand under one level 1."""
        return first[i - 1].piece is first[i].piece

    second = _named([row.level2 for row in rows], breaks, same_group, "level 2")
    return [(one.cell, two.cell) for one, two in zip(first, second, strict=True)]


def _named(
    pieces: Sequence[Piece | None], breaks: Sequence[bool], joined: Callable[[int], bool], name: str
) -> list[_Named]:
    """Every row's level; ``joined(i)``: row ``i`` may take its level from row ``i - 1``, and the other way round."""
    found: list[_Named] = []
    parted = False  # a page break stands between the row that printed the level and this one
    for i, own in enumerate(pieces):
        parted = parted or breaks[i]
        above = found[-1].piece if found and joined(i) else None
        if own is not None and own.text:
            found.append(_Named(own, own.cell))
            parted = False
        elif above is not None:
            reason = f"{name} is blank beside this row; taken from the row above"
            found.append(_Named(above, above.cell if own is None or parted else above.cell.with_review(reason)))
        else:
            found.append(_Named(None, own.cell if own is not None else Cell.absent()))
    for i in range(len(found) - 2, -1, -1):
        below = found[i + 1].piece
        if found[i].piece is None and pieces[i] is not None and below is not None and joined(i + 1):
            found[i] = _Named(
                below, below.cell.with_review(f"{name} is blank beside this row; taken from the row below")
            )
    return found
