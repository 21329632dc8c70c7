"""Sections whose header was not understood, known by their rows: funds by their labels, indicators by their levels.

The columns are then taken in the order that forms usually have, and every value is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from forms import FUNDS_COLUMNS

from .headers import Column, Header
from .longtable import LongTable, Piece
from .sections import Outline, end_of_indicators
from .stacks import FUNDS, INDICATORS
from .templates import Vocabulary
from .wording import best_likeness, fold_level

_KNOWN = 0.9
_LEAVES = ("level3", "target", "actual", "weight", "score", "reason")


def with_guesses(table: LongTable, plan: Outline, vocabulary: Vocabulary) -> Outline:
    """The outline with headers in place of those that were not found, where rows say that there is such a section."""
    if plan.indicators is None:
        guessed = _indicators(table, vocabulary)
        if guessed is not None:
            below = plan.section_end(guessed.bottom, table.n_rows)
            total, end = end_of_indicators(table, guessed, vocabulary, below)
            plan = replace(plan, indicators=guessed, total_row=total, end=end)
    if plan.funds is None:
        plan = replace(plan, funds=_funds(table, vocabulary))
    return plan


def _funds(table: LongTable, vocabulary: Vocabulary) -> Header | None:
    rows = _named_column(table, vocabulary.phrases("funds.rows"))
    if len(rows) < 2:
        return None
    return _header(table, FUNDS, rows[0], {}, FUNDS_COLUMNS)


def _indicators(table: LongTable, vocabulary: Vocabulary) -> Header | None:
    first = _named_column(table, vocabulary.phrases("levels.level1"))
    second = [
        p
        for p in _named_column(table, vocabulary.phrases("levels.level2"))
        if first and p.left >= first[0].right - 1e-6
    ]
    if not second:
        return None
    named = {"level1": first[0], "level2": second[0]}
    top = min(first, key=lambda p: p.top)
    return _header(table, INDICATORS, min(top, second[0], key=lambda p: p.top), named, _LEAVES, after=second[0])


def _named_column(table: LongTable, names: Sequence[str]) -> list[Piece]:
    """The cells of the column with the most of these names, top to bottom; those of two columns never together."""
    known = [p for p in table.pieces if 2 <= len(p.text) < 20 and best_likeness(fold_level(p.text), names) >= _KNOWN]
    columns = [[q for q in known if q.same_column(p)] for p in known]
    return max(columns, key=lambda c: (len(c), -c[0].left), default=[])


def _header(
    table: LongTable,
    kind: str,
    first: Piece,
    named: dict[str, Piece],
    usual: Sequence[str],
    *,
    after: Piece | None = None,
) -> Header:
    """A header of no rows above ``first``: the cells right of the names are the ``usual`` columns if as many."""
    doubt = "no header of this column was understood; taken by its place"
    right = (after or first).right
    cells = [p for p in table.on_row(first.top) if p.left >= right - 1e-6]
    columns = {m: Column(m, p.left, p.right, "", 0.0, doubt) for m, p in named.items()}
    meanings = usual if len(cells) == len(usual) else usual[: 1 if named else 0]
    columns.update({m: Column(m, p.left, p.right, "", 0.0, doubt) for m, p in zip(meanings, cells, strict=False)})
    label = [Column("", p.left, p.right, "", 0.0) for p in (cells[len(meanings) :] if named else [first])]
    return Header(kind, first.top, first.top, columns, tuple(label), 0.0)
