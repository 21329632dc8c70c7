"""Pages that were scanned twice: the same texts, numbers and all, as an earlier page of the document.

Their rows would count twice. Forms of one family share their labels, and rows their units; what no two pages share is
all of their texts with digits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from forms import Cell, PageContent

from .wording import compact, likeness

_ALIKE = 0.9
"""Share of the texts of either page that the other one has too."""
_NEARLY = 0.8
"""Likeness of two texts that may be two readings of one."""
_TEXTS, _NUMBERS = 30, 10
"""A page with fewer texts, or fewer with digits, may be like another by chance: the last rows of two forms of one
office, all of them with full marks..."""
_CHARACTERS, _FEW = 40, 4
"""... but not like the one right before it: fewer characters and fewer texts with digits than these tell nothing."""
_SURE = 0.9
"""A number that is surer than this is what stands on its page: one that the other page has not shows that it is
another."""
_COMMON = 8
"""A text that stands on more pages than that tells nothing of any."""


_Place = tuple[int, int, int]
"""Table, row and column of a cell on its page."""


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of a page, and the digits of those that are sure: of cells by their place in tables of this ``shape``,
    of lines as they are."""

    every: Counter[str]
    shape: tuple[tuple[int, int], ...]
    cells: Mapping[_Place, str]
    lines: Counter[str]

    @property
    def numbers(self) -> Counter[str]:
        return Counter(self.cells.values()) + self.lines

    @property
    def digits(self) -> int:
        return sum(n for text, n in self.every.items() if _has_digits(text))

    def tells(self, *, near: bool) -> bool:
        """Whether there are enough of them to know the page by, among all pages or those ``near``."""
        if near:
            return self.digits >= _FEW and sum(n * len(text) for text, n in self.every.items()) >= _CHARACTERS
        return self.digits >= _NUMBERS and self.every.total() >= _TEXTS


def doubles(pages: Sequence[PageContent]) -> dict[int, int]:
    """The number of every page that was scanned twice, with that of the first page of the document that holds the
    same. ``pages`` are in reading order."""
    texts = {page.page: _texts_of(page) for page in pages if page.tables}
    far = _sharing(texts)
    first: dict[int, int] = {}
    order = list(texts)
    following = dict(pairwise(order))
    for last, page in pairwise(order):
        again = following.get(first[last]) if last in first else None  # all of a form, or a stack, once more
        for earlier in dict.fromkeys([last, *([again] if again not in (None, page) else []), *far[page]]):
            one, other = texts[earlier], texts[page]
            if other.tells(near=earlier in (last, again)) and _are_same(one, other):
                first[page] = first.get(earlier, earlier)
                break
    return first


def _texts_of(page: PageContent) -> _Texts:
    placed = [((k, c.row, c.col), c.cell) for k, table in enumerate(page.tables) for c in table.cells]
    lines = [line.cell for line in page.lines]
    return _Texts(
        Counter(compact(cell.text) for cell in (*(c for _, c in placed), *lines) if cell.text.strip()),
        tuple((table.n_rows, table.n_cols) for table in page.tables),
        {place: digits for place, cell in placed if (digits := _sure_digits(cell))},
        Counter(digits for cell in lines if (digits := _sure_digits(cell))),
    )


def _sure_digits(cell: Cell) -> str:
    """The digits of a text that is sure, and nothing else of it: of its marks no reader is; "" for any other."""
    sure = cell.confidence >= _SURE and not cell.needs_review
    return "".join(c for c in compact(cell.text) if c.isdigit()) if sure else ""


def _has_digits(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _sharing(texts: Mapping[int, _Texts]) -> defaultdict[int, list[int]]:
    """For every page the earlier ones that share texts with it which few pages have: of a document of any length only
    few pairs need be held against each other."""
    pages_with: defaultdict[str, list[int]] = defaultdict(list)
    for page, own in texts.items():
        for text in own.every:
            pages_with[text].append(page)
    shared = Counter(
        pair for pages in pages_with.values() if 2 <= len(pages) <= _COMMON for pair in combinations(pages, 2)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for (earlier, later), count in shared.items():
        if count >= _NUMBERS:
            found[later].append(earlier)
    return found


def _are_same(one: _Texts, other: _Texts) -> bool:
    if _contradict(one, other):
        return False
    left, right = one.every - other.every, other.every - one.every
    most = max(one.every.total(), other.every.total())
    alike = (one.every & other.every).total() + _paired(left, right)
    return alike >= _ALIKE * most


def _contradict(one: _Texts, other: _Texts) -> bool:
    """Whether sure numbers say that the pages are two: in one place, or where the tables are not the same anywhere."""
    if one.lines - other.lines and other.lines - one.lines:
        return True
    if one.shape == other.shape:
        return any(digits != other.cells.get(place, digits) for place, digits in one.cells.items())
    return bool(one.numbers - other.numbers and other.numbers - one.numbers)


def _paired(left: Counter[str], right: Counter[str]) -> int:
    """How many of the texts may be two readings of the same."""
    rest, found = list(right.elements()), 0
    for text in left.elements():
        best = max(rest, key=lambda other: likeness(text, other), default="")
        if best and likeness(text, best) >= _NEARLY:
            rest.remove(best)
            found += 1
    return found
