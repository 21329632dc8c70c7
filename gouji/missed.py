"""Signs on a page that a part of its tables was not found: text beside them, and rows read as one.

What was not found has no cell that could say so: the page must.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from forms import Box, GridCell, LineReading, PageContent, Table, TextLine
from layout import CellInk, PageImage, grey_of, make_upright
from reconstruct import leaves
from scoring import is_blank, read_number

from .cells import DASH_LOOKALIKES
from .neighbours import of_other_pages
from .stamps import is_stamp

STACKED = "Two numbers stand below one another in this cell: two rows may have been read as one."
ROOM = 2.2
"""Characters of room beside a number that it would have filled before it went on in another line: a word processor's
margins of 1.9 mm on both sides, a character and a little more."""
APART = 0.3
"""Characters between the texts of two rows: the lowest rows are one and a half high."""
PLAIN, THIN = 0.2, 0.3
"""Of its length, and in characters, a piece of a ruling line is at most so wide; a 1 is wider in nearly all faces, by
its flag."""
BESIDE = 0.8
"""Characters from a wall within which a piece of the other line of a double frame stands (1.7 mm, see ``layout``, and
its own width); half of that from the walls above and below, where a dash never is."""
REACHED = 0.1
"""Characters from a wall within which a stroke goes on into it, as print never does."""
PIECE = "What was read here may be a piece of a ruling line."
VANISHED = "The dash above or below is so thin that one like it may have gone from here without a trace, as on a fax."
HAIR = 0.15
"""Characters that a dash is high at most, smoothed for reading, that is one row of dots thin: between two rows it is
gone. (A dot of 1 px at 200 dpi is 3 px high then, 0.11; at half the rows it is 4.)"""
STREAK = "This dash is thin, and no other of the table is as wide: it may be a streak of the fax."
AS_WIDE, STREAK_HIGH = 0.15, 0.2
"""Characters by which the dashes of one font differ in width at most (220 on 33 faxes: but for two broken ones 2 px of
25), and that a streak is high at most, smoothed for reading."""
TICKS = frozenset("VvＶｖ√✓✔")
DOUBLED = 2
"""So many cells of one row with two numbers in each are no accident of one cell."""


def holds_two_numbers(ink: CellInk, readings: Sequence[LineReading], box: Box, character: float) -> bool:
    """Whether every line of a cell is a number or a mark of its own. ``box``: the cell's; ``character``: px high.

    A number that is too wide for its cell goes on below; one that leaves room beside it has ended, and so has one that
    makes no number with what stands below. Digits that were put side by side because they stand below one another
    (``ink.vertical``) are as many numbers.
    """
    texts = [c for r in readings for c in r.text] if ink.vertical else [r.text for r in readings]
    if len(texts) < 2 or not all(_is_value(text) for text in texts):
        return False
    if not _apart(ink, character):
        return False
    room = all(box.width - line.box.width >= ROOM * character for line in ink.lines[: len(texts) - 1])
    return room or not _is_value("".join(texts))


def _apart(ink: CellInk, character: float) -> bool:
    """Whether paper shows between the lines: what has none is one large text that was cut."""
    return all(below.top - above.bottom >= APART * character for above, below in pairwise(ink.boxes))


def is_piece_of_line(ink: CellInk, box: Box, character: float) -> bool:
    """Whether all that stands in a cell may be pieces of a ruling line beside which another was found, as of a double
    frame: plain thin strokes along a wall, closer to it than text, or of a punch hole above or below: no dash is so
    near. ``box``: the cell's; ``character``: px high.
    """
    if not ink.lines:
        return False
    stroke, near, thin = Box.around(line.box for line in ink.lines), BESIDE * character, THIN * character
    beside = min(stroke.left - box.left, box.right - stroke.right)
    below = min(stroke.top - box.top, box.bottom - stroke.bottom)
    if beside <= near and box.width >= 3 * character and stroke.width <= thin:
        return stroke.width <= PLAIN * stroke.height or below <= REACHED * character
    if below <= near / 2 and box.height >= 2 * character and stroke.height <= thin:
        return ink.kind == "dash" or stroke.height <= PLAIN * stroke.width or beside <= REACHED * character
    return False


def lost_dashes(cells: Sequence[GridCell], inks: Sequence[CellInk], character: float) -> frozenset[int]:
    """Which cells of a table on a black-and-white page are blank with a dash as thin as a row of dots above or below
    them in the same columns: such columns have a dash in every row that has no number. ``character``: px high."""
    edges: dict[tuple[int, int, int], set[int]] = {}
    for k, c in enumerate(cells):
        for row in (c.row, c.row + c.row_span):
            edges.setdefault((row, c.col, c.col_span), set()).add(k)
    low = HAIR * character
    hairs = {k for k, ink in enumerate(inks) if ink.kind == "dash" and ink.lines[0].box.height <= low}
    beside = set().union(*(own for own in edges.values() if own & hairs))
    return frozenset(k for k in beside if inks[k].kind == "blank")


def lone_dashes(inks: Sequence[CellInk], character: float) -> frozenset[int]:
    """Which cells of a table on a page that may have streaks hold a thin dash that is as wide as no other of them: a
    fax draws streaks of any width, and one font's dashes are alike. ``character``: px high."""
    strokes = {k: ink.lines[0].box for k, ink in enumerate(inks) if ink.kind == "dash"}
    return frozenset(
        k
        for k, stroke in strokes.items()
        if stroke.height <= STREAK_HIGH * character
        and sum(abs(stroke.width - other.width) <= AS_WIDE * character for other in strokes.values()) < 2
    )


def missed(content: PageContent, page: PageImage | None = None) -> tuple[str, ...]:
    """Why more may stand in a page's tables than was found. ``page``: its picture, which tells text of other
    pages."""
    reasons = []
    beside = [line.cell.text for line in _lines_beside(content, page)]
    if beside:
        texts = ", ".join(dict.fromkeys(beside[:3]))
        reasons.append(f"Text stands beside a table, and a column of it may not have been found: {texts}.")
    rows = sum(_doubled(table) for table in content.tables)
    if rows:
        reasons.append(f"In {rows} rows of this page cells hold two numbers: two rows may have been read as one.")
    return tuple(reasons)


def _lines_beside(content: PageContent, page: PageImage | None) -> list[TextLine]:
    """The lines beside the tables of a page, or of the two in one picture, that are no text of another page."""
    pages = leaves(content)
    found = [(k, t, lines) for k, leaf in enumerate(pages) for t in leaf.tables if (lines := _beside(t, leaf.lines))]
    if page is None or not found:
        return [line for _, _, lines in found for line in lines]
    whole = make_upright(page.pixels, content.transform, (content.width, content.height))
    right = content.width - pages[-1].width  # where the right one of two begins
    own: list[TextLine] = []
    for k, table, lines in found:
        upright = whole[:, right * k : right * k + pages[k].width]
        if upright.ndim == 3 and is_stamp(upright, table.box, [t.box for t in pages[k].tables]):
            continue
        upright = grey_of(upright)
        others = of_other_pages(upright, pages[k].tables, table, lines)
        own += [line for line in lines if line not in others]
    return own


def _beside(table: Table, lines: Iterable[TextLine]) -> list[TextLine]:
    """The lines whose middle is between a table's top and bottom and which stand left or right of it: no specks, and no
    ticks, which are read as a V."""
    box = table.box
    return [
        line
        for line in lines
        if box.top < line.place.centre[1] < box.bottom
        and (line.place.centre[0] < box.left or line.place.centre[0] > box.right)
        and line.cell.confidence >= 0.5
        and any(c.isalnum() for c in line.cell.text)
        and line.cell.text.strip() not in TICKS
    ]


def _doubled(table: Table) -> int:
    """How many rows have ``DOUBLED`` cells of two numbers or more."""
    stacked = Counter(c.row for c in table.cells if STACKED in c.cell.reasons)
    return sum(count >= DOUBLED for count in stacked.values())


def _is_value(text: str) -> bool:
    """Whether a line is a number, or a dash or slash that stands for one, also one that was read as something alike."""
    if not text.strip():
        return False
    return read_number(text) is not None or is_blank(text) or text.strip() in DASH_LOOKALIKES
