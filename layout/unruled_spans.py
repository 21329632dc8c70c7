"""Which places of the grid of a table without full rules its texts take up: the merged cells.

A text in the middle of several columns or rows stands in the middle of their merged cell, a text over an edge covers
both sides of it, and what stands as the texts of other rows do takes up what they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from forms import Box

from .unruled_columns import covered_range, stands
from .unruled_grid import Frame, Span


@dataclass(frozen=True, slots=True)
class Place:
    """A text and the rows ``r0`` to ``r1`` and columns ``c0`` to ``c1`` (the last ones included) that it takes up."""

    text: Box
    r0: int
    c0: int
    r1: int
    c1: int

    @property
    def columns(self) -> tuple[int, int]:
        return self.c0, self.c1

    def meets(self, r0: int, c0: int, r1: int, c1: int) -> bool:
        """Whether it takes up any of these places (last row and column included)."""
        return self.r0 <= r1 and self.r1 >= r0 and self.c0 <= c1 and self.c1 >= c0


Places = tuple[Place, ...]


def places_of(frame: Frame, texts: Sequence[Box], character: float) -> Places:
    """The texts' places, top to bottom; texts that share one are one."""
    found: list[Place] = []
    for text in texts:
        place = _place(frame, text, character)
        while True:
            hit = next((p for p in found if p.meets(place.r0, place.c0, place.r1, place.c1)), None)
            if hit is None:
                break
            found.remove(hit)
            place = Place(Box.around((hit.text, place.text)), min(hit.r0, place.r0), min(hit.c0, place.c0),
                          max(hit.r1, place.r1), max(hit.c1, place.c1))  # fmt: skip
        found.append(place)
    return tuple(sorted(found, key=lambda p: (p.r0, p.c0)))


def _place(frame: Frame, text: Box, character: float) -> Place:
    r0, r1 = covered_range(frame.ys, text.top, text.bottom, slack=0.3 * character)
    c0, c1 = covered_range(frame.xs, text.left, text.right, slack=0.35 * character)
    return Place(text, r0, c0, r1, c1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The places so far, in the frame; ``merged``: what rules that end say is merged; ``near``: how far (px) a rule may
    lie from the edge that it is."""

    frame: Frame
    places: Places
    merged: tuple[Span, ...]
    character: float
    near: float

    @property
    def n_rows(self) -> int:
        return len(self.frame.ys) - 1

    @property
    def n_cols(self) -> int:
        return len(self.frame.xs) - 1

    def with_columns(self, place: Place, columns: tuple[int, int]) -> Sheet:
        return self.with_place(place, replace(place, c0=columns[0], c1=columns[1]))

    def with_place(self, old: Place, new: Place) -> Sheet:
        if old == new:
            return self
        return replace(self, places=tuple(new if p is old else p for p in self.places))

    def blank(self, r0: int, c0: int, r1: int, c1: int) -> bool:
        """Whether no text takes up any of these places (last row and column included)."""
        inside = r0 >= 0 and c0 >= 0 and r1 < self.n_rows and c1 < self.n_cols
        return inside and not any(p.meets(r0, c0, r1, c1) for p in self.places)

    def clear(self, p: Place, columns: Sequence[int]) -> bool:
        """Whether the rows of a text are blank in these columns."""
        return all(self.blank(p.r0, c, p.r1, c) for c in columns)

    def wide(self, row: int, column: int) -> bool:
        """Whether the place is part of a cell over several columns."""
        texts = any(p.r0 <= row <= p.r1 and p.c0 <= column <= p.c1 and p.c0 < p.c1 for p in self.places)
        return texts or any(r0 <= row < r1 and c0 <= column < c1 and c1 - c0 > 1 for r0, c0, r1, c1 in self.merged)

    def walled(self, column: int, r0: int, r1: int) -> bool:
        """Whether a rule runs down before a column in these rows."""
        x, y0, y1 = self.frame.xs[column], self.frame.ys[r0], self.frame.ys[r1 + 1]
        return any(abs(r.level - x) <= self.near and r.covers(y0, y1) > 0.5 for r in self.frame.down)

    def ruled(self, row: int, c0: int, c1: int) -> bool:
        """Whether a rule runs across above a row in these columns."""
        y, x0, x1 = self.frame.ys[row], self.frame.xs[c0], self.frame.xs[c1 + 1]
        return any(abs(r.level - y) <= self.near and r.covers(x0, x1) > 0.5 for r in self.frame.across)

    def reach(self, p: Place) -> tuple[int, int]:
        """The first and the last column that a text could take up: blank beside it, with no rule between."""
        first, last = p.columns
        while self.blank(p.r0, first - 1, p.r1, first - 1) and not self.walled(first, p.r0, p.r1):
            first -= 1
        while self.blank(p.r0, last + 1, p.r1, last + 1) and not self.walled(last + 1, p.r0, p.r1):
            last += 1
        return first, last

    def as_column(self, p: Place, *, ways: Sequence[int] = (0, 1, 2), start: int = 0) -> bool | None:
        """Whether a text begins (0), ends (1) or has its middle (2) where half of the others of its column do, or more:
        of those of as many lines from the row ``start`` on, in rows with no fewer texts. None when it has no others."""
        counts = self._texts_in_rows()
        fuller = counts[p.r0] + (start > 0)
        others = [q for q in self.places if q is not p and q.columns == p.columns and counts[q.r0] >= fuller]
        others = [q for q in others if q.r0 >= start]
        if not others:
            return None
        alike = [q for q in others if abs(q.text.height - p.text.height) <= 0.8 * self.character]
        return 2 * max(sum(stands(p.text, q.text, way, self.character) for q in alike) for way in ways) >= len(others)

    def _texts_in_rows(self) -> list[int]:
        """How many texts every row has, those of merged rows in each."""
        change = [0] * (self.n_rows + 1)
        for p in self.places:
            change[p.r0] += 1
            change[p.r1 + 1] -= 1
        return list(accumulate(change))

    def off_centre(self, p: Place, first: int, last: int) -> float:
        """How far (px) a text is from the middle of columns."""
        return abs(p.text.centre[0] - (self.frame.xs[first] + self.frame.xs[last + 1]) / 2)


def rejoined(sheet: Sheet) -> Sheet:
    """Two texts with little more than a character of white between, each off the middle of its own columns, are one
    text over the edge between when together they are in the middle."""
    slack = 0.6 * sheet.character
    for p in sheet.places:
        for q in sheet.places:
            beside = q.c0 == p.c1 + 1 and p.r0 == q.r0 and p.r1 == q.r1
            if not beside or q.text.left - p.text.right > sheet.character or sheet.walled(q.c0, p.r0, p.r1):
                continue
            both = Place(Box.around((p.text, q.text)), p.r0, p.c0, p.r1, q.c1)
            if sheet.off_centre(both, *both.columns) > slack:
                continue
            off = all(sheet.off_centre(x, *x.columns) > 2 * slack for x in (p, q))
            if off and not all(sheet.as_column(x, ways=(0, 1)) for x in (p, q)):
                kept = tuple(x for x in sheet.places if x is not p and x is not q)
                return rejoined(replace(sheet, places=tuple(sorted((*kept, both), key=lambda p: (p.r0, p.c0)))))
    return sheet


def under_rule(sheet: Sheet, p: Place) -> tuple[int, int]:
    """A header alone over a rule shorter than the table spans the columns that the rule runs under."""
    xs, ys, character = sheet.frame.xs, sheet.frame.ys, sheet.character
    for rule in sheet.frame.across:
        near = -0.3 * character <= rule.level - p.text.bottom <= ys[p.r1 + 1] - p.text.bottom + character
        if not near or rule.length > 0.9 * (xs[-1] - xs[0]) or not rule.start <= p.text.centre[0] <= rule.end:
            continue
        under = [k for k, (a, b) in enumerate(pairwise(xs)) if rule.covers(a, b) > 0.5]
        first, last = sheet.reach(p)
        if under and first <= under[0] <= p.c0 and p.c1 <= under[-1] <= last:
            return under[0], under[-1]
    return p.columns


def centred(sheet: Sheet, p: Place) -> tuple[int, int]:
    """A text over an edge, or one that does not stand as its column's texts do, is in the middle of its columns: as
    many more of those beside it as that takes."""
    slack, single = 0.6 * sheet.character, p.c0 == p.c1
    enough = 1.6 * slack if single else slack
    if sheet.off_centre(p, *p.columns) <= enough or (single and sheet.as_column(p, ways=(0, 1)) is not False):
        return p.columns
    first, last = sheet.reach(p)
    ways = [(a, b) for a in range(first, p.c0 + 1) for b in range(p.c1, last + 1) if sheet.off_centre(p, a, b) <= slack]
    return min(ways, key=lambda w: (w[1] - w[0], sheet.off_centre(p, *w)), default=p.columns)


def as_others(sheet: Sheet, p: Place) -> tuple[int, int]:
    """A text takes up the blank columns beside it when it begins (ends, has its middle) where texts do that lie over
    their edges, and fewer do that which have a text beside them there."""
    first, last = sheet.reach(p)
    wider = {
        q.columns for q in sheet.places
        if first <= q.c0 <= p.c0 and p.c1 <= q.c1 <= last and q.columns != p.columns
    }  # fmt: skip
    best, most = p.columns, 0
    for columns in wider:
        beside = [c for c in range(columns[0], columns[1] + 1) if not p.c0 <= c <= p.c1]
        for way in range(3):
            like = [q for q in sheet.places if q is not p and stands(p.text, q.text, way, sheet.character)]
            pro = sum(q.columns == columns for q in like)
            con = sum(q.columns == p.columns and not sheet.clear(q, beside) for q in like)
            if pro - con > most:
                best, most = columns, pro - con
    return best
