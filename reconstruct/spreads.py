"""Two pages on one picture: an opened volume, or two sheets side by side on a large scanner.

Its tables and lines must be read leaf by leaf, not by height: the right leaf goes on where the left one ends. Here a
picture becomes two pages, counted on their own; what is made of them is told of the picture again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from forms import Box, Form, PageContent, PageKind, Table, TextLine

_WIDE = 1.2
"""Width over height of a picture of two pages, at least: 1.41 of two sheets of A4, 1.3 with narrow margins."""
_MIDDLE = 0.35
"""The gutter is that far from the picture's edges, as a share of its width, at least..."""
_GUTTER = 0.03
"""... and so wide: two margins. Two parts of one table are nearer to one another."""
_LINES, _LONG = 3, 0.4
"""A leaf without a table has so many lines, at least, of such a share of its width: running text. Short texts beside a
table are a column of it whose lines were not found."""


@dataclass(frozen=True, slots=True)
class Unfolded:
    """Pages with one leaf each, counted anew from 1 where there is any picture of two; ``sheet``: the page that each of
    them stands on."""

    pages: tuple[PageContent, ...]
    sheet: Mapping[int, int]

    def form(self, form: Form) -> Form:
        """The form with the pages as they were delivered."""
        cells = {at: replace(c, page=self.sheet[c.page]) for at, c in form.cells() if c.page in self.sheet}
        sources = dict.fromkeys(replace(s, page=self.sheet[s.page]) for s in form.sources)
        return replace(form.with_cells(cells), sources=tuple(sources))

    def kinds(self, kinds: Mapping[int, PageKind]) -> dict[int, PageKind]:
        """A picture is a form's where one of its leaves is, blank where both are."""
        found: dict[int, PageKind] = {}
        for leaf, kind in kinds.items():
            of_sheet = (found.get(self.sheet[leaf], kind), kind)
            found[self.sheet[leaf]] = next((k for k in ("form", "text") if k in of_sheet), kind)
        return found

    def reasons(self, reasons: Mapping[int, str]) -> dict[int, str]:
        """All that is said of a picture's leaves, once."""
        found: dict[int, list[str]] = {}
        for leaf, reason in reasons.items():
            found.setdefault(self.sheet[leaf], []).append(reason)
        return {page: " ".join(dict.fromkeys(said)) for page, said in found.items()}


def unfolded(pages: Sequence[PageContent]) -> Unfolded:
    """The pages as they are where none is a picture of two; else every leaf by itself, in reading order."""
    parted = [(page, leaves(page)) for page in pages]
    if all(len(own) == 1 for _, own in parted):
        return Unfolded(tuple(pages), {page.page: page.page for page in pages})
    found: list[PageContent] = []
    sheet: dict[int, int] = {}
    for page, own in parted:
        for leaf in own:
            number = len(found) + 1
            found.append(leaf.counted(number))
            sheet[number] = page.page
    return Unfolded(tuple(found), sheet)


def leaves(page: PageContent) -> list[PageContent]:
    """The left and the right page of a picture of two, the places of the right one from its own left edge; any other
    page as it is."""
    middle = gutter(page)
    if middle is None:
        return [page]
    left = replace(
        page,
        width=round(middle),
        tables=tuple(t for t in page.tables if t.box.centre[0] < middle),
        lines=tuple(x for x in page.lines if x.place.centre[0] < middle),
    )
    right = replace(
        page,
        width=page.width - round(middle),
        tables=tuple(_moved(t, middle) for t in page.tables if t.box.centre[0] >= middle),
        lines=tuple(replace(x, place=_left(x.place, middle)) for x in page.lines if x.place.centre[0] >= middle),
    )
    return [left, right]


def gutter(page: PageContent) -> float | None:
    """Where two pages of one picture part (pixels from the left of the upright picture); None where it is one page.

    Nothing crosses a gutter, and on both sides stands a table, or running text beside one."""
    if page.width < _WIDE * page.height:
        return None
    boxes = [t.box for t in page.tables] + [x.place for x in page.lines if x.cell.text.strip()]
    found = [
        (right - left, (left + right) / 2)
        for left, right in _gaps(boxes)
        if right - left >= _GUTTER * page.width
        and _MIDDLE * page.width <= (left + right) / 2 <= (1 - _MIDDLE) * page.width
    ]
    if not found:
        return None
    middle = max(found)[1]
    sides = [(middle, [t for t in page.tables if t.box.centre[0] < middle], 0.0)]
    sides += [(page.width - middle, [t for t in page.tables if t.box.centre[0] >= middle], middle)]
    if not any(tables for _, tables, _ in sides):
        return None
    if all(tables or _is_text(page.lines, start, start + width) for width, tables, start in sides):
        return middle
    return None


def _gaps(boxes: Iterable[Box]) -> list[tuple[float, float]]:
    """Where nothing stands, from the first box to the last across the page."""
    covered: list[tuple[float, float]] = []
    for box in sorted(boxes, key=lambda b: b.left):
        if covered and box.left <= covered[-1][1]:
            covered[-1] = (covered[-1][0], max(covered[-1][1], box.right))
        else:
            covered.append((box.left, box.right))
    return [(a[1], b[0]) for a, b in pairwise(covered)]


def _is_text(lines: Iterable[TextLine], left: float, right: float) -> bool:
    long = [x for x in lines if left <= x.place.centre[0] < right and x.place.width >= _LONG * (right - left)]
    return len(long) >= _LINES


def _moved(table: Table, by: float) -> Table:
    cells = tuple(replace(c, place=_left(c.place, by)) for c in table.cells)
    return replace(table, cells=cells, box=_left(table.box, by))


def _left(box: Box, by: float) -> Box:
    return replace(box, left=box.left - by, right=box.right - by)
