"""Whether a page can be read at all. One that cannot is for a person to look at, whole.

A cell's confidence speaks of what was found. On a page beyond reading rows are lost that nobody found, and no cell is
there to say so: then the page must.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from forms import Cell, Form, PageContent, Table
from layout import PageImage, faint_table

from .missed import PIECE, missed

HOPELESS = 0.25
"""Share of a page's texts more likely wrong than right from which on others are lost altogether.

Of 181 damaged pages with truth that have fewer such texts 158 lost no text and none more than 8 in a hundred; of 28
with more all but two lost some, half of them 85 in a hundred or more (2026-11-28, ``docs/checking.md``)."""
TORN, CELLS = 0.25, 12
"""Share of the cells of a table (of at least so many) that may be two or are known by their texts alone, from which on
rows of it may be lost. Pages with truth, damaged and not, have up to 0.11; four faxes that lost whole ruling lines 0.42
and more, and rows with them (2026-11-28)."""
FEW = 3
"""Fewer texts than that tell nothing of a page: a stamp or a speck on the empty back of a sheet."""
LOW, HIGH = 0.6, 2.0
"""Of the height of most lines that could be read, the least and the greatest of what is print as they are."""


FAINT = (
    "Of ruling lines on this page only few dots are left, and others may be gone without a trace: rows or columns may "
    "have been read as one. Compare the whole page with the scan, or ask for a better copy."
)
"""Of twelve faxes of severity 0.2 to 0.4 with such a line ten had cells merged that were two, or parted that were one;
of 97 without one six (2026-11-29)."""


def doubts(content: PageContent, page: PageImage, *, faint: int = 0) -> tuple[str, ...]:
    """Why a person should look at the whole page; empty for one that could be read, or that is empty. ``faint``: how
    many of its ruling lines are known by few dots."""
    return (*_unread(content, page), *missed(content, page), *([FAINT] if faint and content.tables else []))


def _unread(content: PageContent, page: PageImage) -> tuple[str, ...]:
    """That many of its texts are more likely wrong than right, that a table lost its lines, or that there are lines but
    no texts."""
    texts = [cell for cell in _texts(content) if cell.text.strip() and PIECE not in cell.reasons]
    bad = sum(cell.confidence < 0.5 for cell in texts)
    if len(texts) < FEW:
        return (UNSEEN,) if not content.tables and faint_table(page.pixels) else ()
    if bad < HOPELESS * len(texts):
        return tuple(_torn(table) for table in content.tables if _is_torn(table))
    return (
        f"{bad} of the {len(texts)} texts found on this page are more likely wrong than right, and others may not have "
        "been found at all. Compare the whole page with the scan, or scan it again.",
    )


def _is_torn(table: Table) -> bool:
    """Whether so many of a table's ruling lines are gone; what layout doubts is marked by now."""
    return len(table.cells) >= CELLS and _doubted(table) >= TORN * len(table.cells)


def _torn(table: Table) -> str:
    return (
        f"Many ruling lines of a table on this page are gone: {_doubted(table)} of its {len(table.cells)} cells may be "
        "two, or were told apart by their texts alone. Compare the whole page with the scan, and look for missing rows."
    )


def _doubted(table: Table) -> int:
    return sum(placed.cell.needs_review for placed in table.cells)


UNSEEN = (
    "Ruling lines show very faintly on this page, but no text could be made out. Look at the scan, or scan it again "
    "with more contrast."
)


def _texts(content: PageContent) -> Iterable[Cell]:
    """The texts of a page, but for what pens, seals and specks leave beside its print: badly read, and not as high."""
    for table in content.tables:
        yield from (placed.cell for placed in table.cells)
    heights = [line.place.height for line in content.lines if line.cell.confidence >= 0.5]
    high = median(heights) if len(heights) >= FEW else 0.0
    for line in content.lines:
        as_print = not high or LOW * high <= line.place.height <= HIGH * high
        if as_print or line.cell.confidence >= 0.5:
            yield line.cell


def marked(form: Form, pages: Iterable[int]) -> Form:
    """The form with every cell on these pages marked: what is sure of itself there is seen too."""
    on = frozenset(pages)
    if not on:
        return form
    reason = "Not all of this page may have been found: compare it with the scan, and look for what is missing."
    changed = {at: cell.with_review(reason) for at, cell in form.cells() if cell.page in on and cell.origin != "absent"}
    return form.with_cells(changed)
