"""Parts of a form on pages where none goes on: scanned in a wrong order, without the pages before, or not found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from forms import PageContent, Table

from .captions import is_title, names_other_form
from .templates import Vocabulary
from .wording import best_likeness, compact, fold, fold_level

_TITLE = 0.9
_SHORT, _MANY = 12, 20
"""Characters of a cell's text, at most, and lines as short outside tables, at least, of a table that was not found."""
_LONGEST_NAME = 20
FULL_MARKS = Decimal(100)
"""What a total row prints as its weight."""
_POINTS = re.compile(r"(\d{1,3}(?:\.\d+)?)分?")

LOST = (
    "By its title, or by its short texts right after a form, a part of a form stands on this page, and none was found. "
    "Compare the whole page with the scan, or scan it again."
)
STRAY = (
    "Rows of a form stand on this page ({words}), and no form was found that goes on here: its first pages may be "
    "missing, or the pages out of order. Put them in order and run again."
)


def stray(tables: Sequence[Table], words: Vocabulary) -> str:
    """Why a person should look at a page with ``tables``, or parts of them, that belong to no form: rows of one stand
    in them; "" where none do. A table whose own header has levels and neither results nor scores (评分标准) is of other
    matters."""
    own = (t for t in tables if not _is_scheme(t, words))
    found = next((telling for t in own if (telling := _rows_of_form(t, words))), "")
    return STRAY.format(words=found) if found else ""


def lost(page: PageContent, words: Vocabulary, *, after: bool) -> str:
    """Why a form should stand on a page on which none was found: the title of a self-evaluation, and a table or as many
    short lines as one has (of a table whose ruling lines are gone its texts are left). On a page right ``after`` one of
    a form these alone tell. "" where none should."""
    texts = [line.cell.text for line in page.lines]
    like_table = sum(1 <= len(fold(t)) <= _SHORT for t in texts) >= _MANY
    titled = any(
        is_title(t, words)
        and not names_other_form(t)
        and ("自评" in t or best_likeness(t, words.phrases("title")) >= _TITLE)
        for t in texts
    )
    found = (titled and (bool(page.tables) or like_table)) or (after and not page.tables and like_table)
    return LOST if found else ""


def _is_scheme(table: Table, words: Vocabulary) -> bool:
    """Whether a table begins with a header of levels that gives neither results nor scores."""
    columns = words.group("indicators.columns")

    def names(text: str, *meanings: str) -> bool:
        return any(best_likeness(text, columns[m]) >= _TITLE for m in meanings)

    first = [placed.cell.text for placed in table.cells if placed.row == 0]
    levels = sum(names(text, "level1", "level2", "level3") for text in first)
    return levels >= 2 and not any(names(placed.cell.text, "actual", "score") for placed in table.cells)


def _rows_of_form(table: Table, words: Vocabulary) -> str:
    """The name of a level in a table with a row that has two plain numbers, as weight and score are, or the label of a
    total of ``FULL_MARKS``; "" for a table of other matters."""
    rows: dict[int, list[str]] = {}
    for placed in table.cells:
        if placed.cell.text.strip():
            rows.setdefault(placed.row, []).append(placed.cell.text)
    names = (*words.phrases("levels.level1"), *words.phrases("levels.level2"))
    points = {row: [p for t in texts if (p := _points(t)) is not None] for row, texts in rows.items()}
    scored = any(len(p) >= 2 for p in points.values())
    for row, texts in rows.items():
        full = len(points[row]) >= 2 and points[row][0] == FULL_MARKS
        for text in texts:
            is_level = scored and best_likeness(fold_level(text), names) >= 0.99
            is_total = full and best_likeness(text, words.phrases("total")) >= 0.99
            if len(text) <= _LONGEST_NAME and (is_level or is_total):
                return text
    return ""


def _points(text: str) -> Decimal | None:
    """The points that a text is, a plain number; None for any other text."""
    found = _POINTS.fullmatch(compact(text))
    return Decimal(found[1]) if found else None
