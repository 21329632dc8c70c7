"""Page numbers as printed: they tell of a page that is missing in the midst of a form, or stands in a wrong place.

Only within a form, and after one that no total row ends, does a step mean anything: whoever gathers the forms out of a
report has its page numbers jump between them.
"""

from __future__ import annotations

import re
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


def misplaced(pages: Sequence[PageContent], own: Sequence[int], *, ended: bool) -> str:
    """Why pages of a form seem to be missing or out of order, by their printed numbers; "" where they do not.

    ``pages`` are the document's in reading order, ``own`` the numbers of those that the form stands on; ``ended``: its
    total row was found, so that nothing of it follows.
    """
    numbered = _without_misread([(i, p.page, f) for i, p in enumerate(pages) if (f := folio(p)) is not None])
    there = {f.number for _, _, f in numbered}
    for (i, page, one), (j, following, two) in pairwise(numbered):
        within = page in own and following in own
        if not within and (ended or page not in own):
            continue
        if two.number - one.number > j - i:
            return _told(one.number + 1, two.number - 1, there, f"after {one.number} comes {two.number}")
        if within and two.number <= one.number:
            return f"by the printed page numbers after {one.number} comes {two.number}: pages are out of order"
    last = next((f for _, page, f in reversed(numbered) if page in own), None)
    if ended or last is None or last.total is None or last.number >= last.total:
        return ""
    if any(f.number == last.number + 1 for _, page, f in numbered if page > max(own)):
        return ""
    return _told(last.number + 1, last.total, there, f"after {last.number} of {last.total} comes none")


def _told(first: int, last: int, there: set[int], found: str) -> str:
    lost = [n for n in range(first, last + 1) if n not in there]
    what = f"page {first} is" if first == last else f"pages {first} to {last} are"
    return f"by the printed page numbers {found}: " + (f"{what} missing" if lost else "pages are out of order")


_Numbered = tuple[int, int, Folio]
"""A page's place in the document, its page number there, and the printed one."""


def _without_misread(numbered: Sequence[_Numbered]) -> list[_Numbered]:
    """Without a number that fits neither of its neighbours, where these fit each other to the page."""
    return [
        one
        for k, one in enumerate(numbered)
        if not 0 < k < len(numbered) - 1
        or _steps(numbered[k - 1], one)
        or _steps(one, numbered[k + 1])
        or numbered[k + 1][2].number - numbered[k - 1][2].number != numbered[k + 1][0] - numbered[k - 1][0]
    ]


def _steps(one: _Numbered, other: _Numbered) -> bool:
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
