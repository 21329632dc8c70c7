"""The cells of the two upper levels beside the rows of indicators, and what of them is doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from forms import Cell

from .columns import Row
from .headers import Column, Header
from .join import LEAVES
from .levels import mend_names
from .longtable import EDGE, LongTable, Piece
from .templates import Template, Vocabulary
from .wording import are_two, best_likeness, fold, fold_level, is_end_of_name, is_part_of_name


def with_whole_names(table: LongTable, header: Header, end: int, vocabulary: Vocabulary) -> LongTable:
    """The table with the level names whole that a false line had cut."""
    names = (*vocabulary.phrases("levels.level1"), *vocabulary.phrases("levels.level2"))
    mended: dict[Piece, Piece | None] = {}
    for column in (header.columns.get("level1"), header.columns.get("level2")):
        if column is not None:
            body = [p for p in table.pieces if header.bottom <= p.top < end and p.covers(column.left, column.right)]
            short = any(_lacks_end(p.text, names) and not _at_page_break(table, p) for p in body)
            mended.update(mend_names(sorted(body, key=lambda p: p.top), names))
            for piece in body:
                doubt = "two levels stand in one cell" if are_two(piece.text, names) else ""
                whole = short and _lacks_end(piece.text, names)  # as the others of its column are
                if _at_page_break(table, piece) and is_part_of_name(piece.text, names) and not whole:
                    doubt = "the page breaks here, and this is a part of a level's name"
                elif is_end_of_name(piece.text, names):
                    doubt = "this is the end of a level's name"
                if doubt and piece not in mended:
                    mended[piece] = replace(piece, cell=piece.cell.with_review(doubt))
    return replace(table, pieces=tuple(q for p in table.pieces if (q := mended.get(p, p)) is not None))


def _lacks_end(text: str, names: Sequence[str]) -> bool:
    """Whether a text is a level's name but for 指标 behind it: 数量, 社会效益."""
    plain = fold_level(text)
    return bool(plain) and any(fold(name) == plain + "指标" for name in names)


def _at_page_break(table: LongTable, piece: Piece) -> bool:
    """True when a piece is the first or the last on its page, or begins in a row that the break goes through."""
    rows = range(max(0, piece.top - 1), min(len(table.row_pages), piece.bottom + 1))
    return len({piece.cell.page, *(table.row_pages[r] for r in rows)}) > 1


def level_pieces(table: LongTable, row: int, header: Header, vocabulary: Vocabulary) -> list[Piece | None]:
    """The cells of level 1 and level 2 beside a row. One cell under both is marked; a level 2 by name leaves the
    level 1 to the row above.
    """
    found = [_level_piece(table, row, header, header.columns.get(m)) for m in ("level1", "level2")]
    both = found[0]
    if both is None or both is not found[1] or not both.text:
        return found
    marked = replace(both, cell=both.cell.with_review("one cell stands under both levels"))
    first, second = (best_likeness(both.text, vocabulary.phrases(f"levels.{m}")) for m in ("level1", "level2"))
    if second >= 0.75 and second > first and row > header.bottom:
        return [replace(both, cell=replace(both.cell, text="", raw="", alternatives=())), marked]
    return [marked, marked]


def over_all_levels(table: LongTable, row: Row, header: Header, vocabulary: Vocabulary) -> Piece | None:
    """The one cell of a row over all three levels, which names them all (预算执行率); none with a level's own name in
    it: that is several cells between which no line was seen."""
    columns = [header.columns[m] for m in ("level1", "level2", "level3") if m in header.columns]
    piece = next((p for p in table.starting(row.top) if p.bottom == row.bottom and p.text), None)
    if len(columns) < 3 or piece is None or piece.cell.needs_review or not 4 <= len(fold(piece.text)) <= 12:
        return None
    left, right = min(c.left for c in columns), max(c.right for c in columns)
    names = (*vocabulary.phrases("levels.level1"), *vocabulary.phrases("levels.level2"))
    own = any(fold(name) in fold(piece.text) for name in names)
    return piece if abs(piece.left - left) < EDGE and abs(piece.right - right) < EDGE and not own else None


def _level_piece(table: LongTable, row: int, header: Header, column: Column | None) -> Piece | None:
    if column is None:
        return None
    under = [p for p in table.on_row(row) if p.covers(column.left, column.right)]
    found = next((p for p in under if p.text), under[0] if under else None)
    if found is None or not found.text:
        return found
    if any(p.text for p in under if p is not found):
        return replace(found, cell=found.cell.with_review("several cells stand under this column's header"))
    beside = [c for m, c in header.columns.items() if m in LEAVES and found.covers(c.left, c.right)]
    return replace(found, cell=found.cell.with_review("this cell is merged over several columns")) if beside else found


def only_level(header: Header, levels: Sequence[tuple[Cell, Cell]], vocabulary: Vocabulary) -> str:
    """Of a table with a column for one level alone which of the two that is, if its names say so: some are of that
    level, with or without 指标 at their end, and none of the other."""
    own = [m for m in ("level1", "level2") if m in header.columns]
    if len(own) != 1:
        return ""
    names = {m: {fold_level(n).removesuffix("指标") for n in vocabulary.phrases(f"levels.{m}")} for m in
             ("level1", "level2")}  # fmt: skip
    printed = {fold_level(pair[own[0] == "level2"].text).removesuffix("指标") for pair in levels}
    said = {m for name in printed if len(fits := [m for m in names if name in names[m]]) == 1 for m in fits}
    return own[0] if said == set(own) else ""


def levels_as_named(
    header: Header, first: Cell, second: Cell, family: Template, vocabulary: Vocabulary, only: str
) -> dict[str, Cell]:
    """The two levels; where the family prints both and the header of one alone was found, it may be that of the other
    (一 is a stroke less than 二): what is no name of its level, or one of either, is marked."""
    levels = {"level1": first, "level2": second}
    if only or sum(m in header.columns for m in levels) != 1 or not levels.keys() <= set(family.indicator_prints):
        return levels
    reason = "the header of the other level was not found: this column may be that one"
    for meaning, cell in levels.items():
        named = {m for m in levels if best_likeness(fold_level(cell.text), vocabulary.phrases(f"levels.{m}")) >= 0.99}
        levels[meaning] = cell if named == {meaning} else cell.with_review(reason)
    return levels
