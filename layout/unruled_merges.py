"""Merged cells that a whole header, column or row tells of: storeys of a header, labels in the middle of several rows,
blanks in rows of another make than the body's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from forms import Box

from .unruled_grid import Frame, Span, walled_spans
from .unruled_spans import Place, Sheet, as_others, centred, places_of, rejoined, under_rule

DEEPEST = 4
"""Rows that a header may have."""


def find_spans(frame: Frame, texts: Sequence[Box], character: float, *, unit: float) -> list[Span]:
    """The places that the texts of the cells and their merged blanks take up. ``unit``: pixels in a millimetre."""
    near = 1.3 * unit
    merged = walled_spans(frame, near)
    sheet = Sheet(frame, places_of(frame, texts, character), tuple(merged), character, near)
    sheet = rejoined(sheet)
    for step in (under_rule, centred, as_others):
        for place in sheet.places:
            sheet = sheet.with_columns(place, step(sheet, place))
    sheet = _with_stubs(_with_blanks(_with_header(sheet)))
    return [*sheet.merged, *((p.r0, p.c0, p.r1 + 1, p.c1 + 1) for p in sheet.places)]


def _header_rows(sheet: Sheet) -> int:
    """How many rows at the top are the storeys of one header: as long as what begins in the next row has nothing above
    it but texts of more than its own column. 0 where there is but one."""
    row = 0
    while row + 1 < min(DEEPEST, sheet.n_rows - 1) and _goes_on(sheet, row):
        row += 1
    return row + 1 if row else 0


def _goes_on(sheet: Sheet, row: int) -> bool:
    """Whether the row after ``row`` is one more storey of the header that ends there so far."""
    over = [p for p in sheet.places if p.r1 <= row]
    under = [p for p in sheet.places if p.r0 <= row + 1 <= p.r1]
    groups = {p for p in over if len(_over_group(sheet, p, p.r1 + 1)) >= 2}
    fresh = [q for q in under if q.r0 == row + 1]
    single = {p for p in over if p not in groups}
    free = not any(p.c0 <= q.c1 and p.c1 >= q.c0 for p in single for q in fresh)
    return bool(fresh) and free and bool(groups)


def _with_header(sheet: Sheet) -> Sheet:
    """In the storeys of a header no place is left over: what is blank belongs to the text beside, above or below."""
    rows = _header_rows(sheet)
    for place in [p for p in sheet.places if p.r1 < rows]:
        group = _over_group(sheet, place, place.r1 + 1)
        sheet = sheet.with_columns(place, (group[0], group[-1]) if group else place.columns)
    for place in [p for p in sheet.places if p.r1 < rows]:
        r0, r1 = place.r0, place.r1
        while (
            r1 + 1 < rows
            and sheet.blank(r1 + 1, place.c0, r1 + 1, place.c1)
            and not sheet.ruled(r1 + 1, *place.columns)
        ):
            r1 += 1
        while sheet.blank(r0 - 1, place.c0, r0 - 1, place.c1) and not sheet.ruled(r0, *place.columns):
            r0 -= 1
        sheet = sheet.with_place(place, replace(place, r0=r0, r1=r1))
    return sheet


def _over_group(sheet: Sheet, p: Place, row: int) -> range:
    """The columns of a header over two texts or more of the row below it: its own and the blank ones beside it, as long
    as it is in their middle. None where it is over less."""
    under = [q for q in sheet.places if q.r0 <= row <= q.r1 and q.r0 > p.r1]
    first, last = sheet.reach(p)
    ways = [
        range(a, b + 1)
        for a in range(first, p.c0 + 1)
        for b in range(p.c1, last + 1)
        if a < b and ((a, b) == p.columns or sheet.off_centre(p, a, b) <= 1.2 * sheet.character)
    ]
    fitting = []
    for way in ways:
        own = [q for q in under if way.start <= q.c0 and q.c1 < way.stop]
        if len(own) >= 2 and sum(q.c1 - q.c0 + 1 for q in own) == len(way):
            fitting.append(way)
    return max(fitting, key=len, default=range(0))


def _with_stubs(sheet: Sheet) -> Sheet:
    """Labels in the middle of several rows take up all of these: where the labels of a column, one after the other,
    are each in the middle of as many rows as leave none over."""
    rows = _header_rows(sheet)
    for column in range(sheet.n_cols):
        for first, last in _free_stretches(sheet, column, rows or 1):
            labels = [p for p in sheet.places if p.columns == (column, column) and first <= p.r0 and p.r1 <= last]
            tiles = _tiles(sheet, labels, first, last)
            if tiles and _telling(labels, tiles, column):
                for label, (a, b) in zip(labels, tiles, strict=True):
                    sheet = sheet.with_place(label, replace(label, r0=a, r1=b))
    return sheet


def _free_stretches(sheet: Sheet, column: int, start: int) -> Iterator[tuple[int, int]]:
    """First and last rows of the stretches of a column that are blank or hold texts of this column alone, with no rule
    across."""
    first: int | None = None
    for row in range(start, sheet.n_rows + 1):
        wide = row < sheet.n_rows and sheet.wide(row, column)
        if row == sheet.n_rows or wide or (first is not None and sheet.ruled(row, column, column)):
            if first is not None and row - first >= 2:
                yield first, row - 1
            first = None if wide else row
        elif first is None:
            first = row


def _tiles(sheet: Sheet, labels: Sequence[Place], first: int, last: int) -> list[tuple[int, int]]:
    """The rows of each label, from ``first`` to ``last`` without any left over; none where they do not come out."""
    ys = sheet.frame.ys
    tiles: list[tuple[int, int]] = []
    start = first
    for label in labels:
        ends = [
            (abs(label.text.centre[1] - (ys[start] + ys[end + 1]) / 2), end)
            for end in range(max(start, label.r1), last + 1)
        ]
        if not ends:
            return []
        away, end = min(ends)
        if away > 0.3 * (ys[last + 1] - ys[first]) / (last + 1 - first):
            return []
        tiles.append((start, end))
        start = end + 1
    return tiles if start == last + 1 else []


def _telling(labels: Sequence[Place], tiles: Sequence[tuple[int, int]], column: int) -> bool:
    """Whether labels that come out are no chance: one of them stands between two rows, or in the first two columns
    there are several over several rows each, or in the first a label is alone between texts over several columns."""
    long = [b - a for a, b in tiles if a < b]
    if any(p.r0 < p.r1 for p in labels):
        return bool(long)
    return (column < 2 and len(labels) >= 2 and len(long) == len(labels)) or (
        column == 0 and len(labels) == 1 and long[0] >= 2
    )


def _with_blanks(sheet: Sheet) -> Sheet:
    """Rows of another make than the body's (for signatures, of formula letters, of parties): blank places side by side
    are one cell there, and a text that begins at the left of its place goes on over the blank places after it."""
    found: list[Span] = []
    start = _header_rows(sheet)
    for row in range(start, sheet.n_rows):
        own = [p for p in sheet.places if p.r0 <= row <= p.r1]
        if not own or not _foreign(sheet, own, start):
            continue
        for p in own:
            at_left = p.text.left - sheet.frame.xs[p.c0] <= 0.7 * sheet.character
            if at_left and (p.c0 < p.c1 or not sheet.as_column(p, start=max(1, start))):
                sheet = sheet.with_columns(p, (p.c0, sheet.reach(p)[1]))
        for first, last in _blank_stretches(sheet, row):
            found.append((row, first, row + 1, last + 1))
    return replace(sheet, merged=(*sheet.merged, *found))


def _foreign(sheet: Sheet, own: Sequence[Place], start: int) -> bool:
    """Whether few texts of a row stand as their columns do."""
    single = [sheet.as_column(p, start=max(1, start)) for p in own if p.c0 == p.c1]
    known = [s for s in single if s is not None]
    return 2 * sum(known) < len(known) or not single


def _blank_stretches(sheet: Sheet, row: int) -> Iterator[tuple[int, int]]:
    first = 0
    while first < sheet.n_cols:
        last = first
        while sheet.blank(row, first, row, last + 1) and not sheet.walled(last + 1, row, row):
            last += 1
        if last > first and sheet.blank(row, first, row, first):
            yield first, last
        first = last + 1
