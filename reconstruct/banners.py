"""First levels that stand in rows of their own, over the whole width of the table: 产出指标（50分）."""

from __future__ import annotations

from dataclasses import replace

from forms import Cell

from .columns import Row
from .headers import Header
from .join import LEAVES
from .longtable import LongTable, Piece, merge_all
from .sections import has_numbers, is_banner, names_first_level
from .templates import Vocabulary


def have_banners(table: LongTable, header: Header, end: int, vocabulary: Vocabulary) -> bool:
    """Whether the first levels of the indicators below a header stand so."""
    return any(header.bottom <= p.top < end and is_banner(p, vocabulary) for p in table.pieces)


def below_banners(header: Header) -> Header:
    """The header of such a table: the one column of levels that it has is the second, and no column is the first."""
    first, second = header.columns.get("level1"), header.columns.get("level2")
    only = first or second
    if only is None or (first and second):
        return header
    columns = {
        **header.columns,
        "level2": replace(only, meaning="level2"),
        "level1": replace(only, meaning="level1", right=only.left),
    }
    return replace(header, columns=columns)


def banner_of(
    table: LongTable, row: Row, header: Header, above: Piece | None, vocabulary: Vocabulary
) -> tuple[Piece, bool] | None:
    """The first level of the rows below a row, and whether that row is its name and no indicator; None for a row that
    is an indicator alone.

    A row without numbers whose texts cross columns names a level, perhaps with a false line through it. Where no level
    can be made of its texts the one ``above``, or none, is that of the rows below, marked.
    """
    own = [p for p in table.starting(row.top) if p.text]
    leaves = [c for m, c in header.columns.items() if m in LEAVES]
    crossing = any(sum(p.covers(c.left, c.right) for c in leaves) >= 2 for p in own)
    if not crossing or has_numbers(table, row.top, header, any):
        return None
    whole = replace(own[0], right=own[-1].right, cell=merge_all([p.cell for p in own]))
    if names_first_level(whole.text, vocabulary):
        cut = len(own) > 1 or whole.width <= 0.9
        doubt = "a line stands in the midst of this level's name, or beside it"
        return (replace(whole, cell=whole.cell.with_review(doubt)) if cut else whole), True
    doubt = f"above this row stands {whole.text!r}, which may be the name of its level"
    if above is None:
        return replace(whole, cell=Cell("", box=whole.cell.box, page=whole.cell.page).with_review(doubt)), False
    return replace(above, cell=above.cell.with_review(doubt)), False
