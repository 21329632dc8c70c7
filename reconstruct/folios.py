"""Page numbers as printed: they tell of a page that is missing in the midst of a form, or stands in a wrong place.

Only within a form, and after one that no total row ends, does a step mean anything: whoever gathers the forms out of a
report has its page numbers jump between them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from forms import PageContent, TextLine

from .longtable import box_of
from .wording import compact

_DASH = r"[-‐‑‒–—―－一~·.]*"
_PRINTED = re.compile(
    rf"{_DASH}第?(?P<number>\d{{1,4}})页?{_DASH}|第?(?P<of>\d{{1,4}})(?:页[,，/]?共|/)(?P<total>\d{{1,4}})页?"
)


@dataclass(frozen=True, slots=True)
class Folio:
    """A page's number as printed, and how many pages it says there are; None where it does not."""

    number: int
    total: int | None = None


def folio(page: PageContent) -> Folio | None:
    """The number printed in the upper or lower margin of a page: a line of its own, outermost, beside all tables."""
    margin = _margin(page)
    for line in margin:
        found = _PRINTED.fullmatch(compact(line.cell.text))
        if found:
            number, total = int(found["number"] or found["of"]), found["total"]
            return Folio(number, int(total) if total else None)
    return None


_Place = tuple[int, int, Folio]
"""A page's place in the document, its page number there, and the printed one."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """The printed numbers of a document's pages in reading order, those that are seen to be misread aside."""

    places: tuple[_Place, ...]
    there: frozenset[int]

    @staticmethod
    def of(pages: Sequence[PageContent]) -> Numbering:
        """``pages`` are in reading order, with ascending numbers."""
        found = _without_misread([(i, p.page, f) for i, p in enumerate(pages) if (f := folio(p)) is not None])
        return Numbering(tuple(found), frozenset(f.number for _, _, f in found))

    def misplaced(self, own: Sequence[int], *, ended: bool) -> str:
        """Why pages of a form seem to be missing or out of order; "" where they do not. ``own``: the numbers of the
        pages that the form stands on; ``ended``: its total row was found, so that nothing of it follows."""
        first = bisect_left(self.places, min(own), key=_page)
        after = bisect_right(self.places, max(own), key=_page)
        numbered = self.places[first:after]
        for (i, _, one), (j, _, two) in pairwise(self.places[first : after + (not ended)]):
            within = j <= numbered[-1][0]
            if two.number - one.number > j - i:
                return self._told(one.number + 1, two.number - 1, f"after {one.number} comes {two.number}")
            if within and two.number <= one.number:
                return f"by the printed page numbers after {one.number} comes {two.number}: pages are out of order"
        last = numbered[-1][2] if numbered and not ended else Folio(0)
        goes_on = any(f.number == last.number + 1 for _, _, f in self.places[after : after + 1])
        if last.total is None or last.number >= last.total or goes_on:
            return ""
        return self._told(last.number + 1, last.total, f"after {last.number} of {last.total} comes none")

    def _told(self, first: int, last: int, found: str) -> str:
        lost = [n for n in range(first, last + 1) if n not in self.there]
        what = f"page {first} is" if first == last else f"pages {first} to {last} are"
        return f"by the printed page numbers {found}: " + (f"{what} missing" if lost else "pages are out of order")


def _page(place: _Place) -> int:
    return place[1]


def _without_misread(numbered: Sequence[_Place]) -> list[_Place]:
    """Without a number that fits neither of its neighbours, where these fit each other to the page."""
    return [
        one
        for k, one in enumerate(numbered)
        if not 0 < k < len(numbered) - 1
        or _steps(numbered[k - 1], one)
        or _steps(one, numbered[k + 1])
        or numbered[k + 1][2].number - numbered[k - 1][2].number != numbered[k + 1][0] - numbered[k - 1][0]
    ]


def _steps(one: _Place, other: _Place) -> bool:
    """Whether the numbers count as pages do: by as many as there are pages, or fewer where some bear none."""
    return 1 <= other[2].number - one[2].number <= other[0] - one[0]


def _margin(page: PageContent) -> list[TextLine]:
    """The lowest line below, and the uppermost above, all tables of a page; the lower one first."""
    lines = [x for x in page.lines if x.cell.text.strip()]
    boxes = [box_of(t) for t in page.tables if t.cells]
    below = [x for x in lines if all(x.place.top >= b.bottom for b in boxes) and x.place.top > page.height / 2]
    above = [x for x in lines if all(x.place.bottom <= b.top for b in boxes) and x.place.bottom < page.height / 2]
    outermost = []
    if below:
        outermost.append(max(below, key=lambda x: x.place.bottom))
    if above:
        outermost.append(min(above, key=lambda x: x.place.top))
    return outermost
