"""Columns and rows from where text stands: the white that runs down between columns and across between rows.

White rivers through a page are what Breuel (2002, Two geometric algorithms for layout analysis) parts columns by.
A header over several columns bridges a river; it is known by standing over two words of line after line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median

from forms import Box

from .unruled_text import TextLine

LEAST_RIVER = 0.75
"""Characters: the least white between columns."""
Interval = tuple[float, float]
"""From and to, px."""


def united(intervals: Iterable[Interval]) -> list[Interval]:
    """The same stretches without overlaps, ascending."""
    out: list[Interval] = []
    for start, end in sorted(intervals):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def gaps(covered: Iterable[Interval], *, least: float) -> list[Interval]:
    """What lies between intervals (in any order, overlapping or not), where it is at least ``least`` px."""
    return [(a[1], b[0]) for a, b in pairwise(united(covered)) if b[0] - a[1] >= least]


def split_at(words: Sequence[Box], pieces: Sequence[Box], edges: Sequence[float], character: float) -> list[Box]:
    """The words with those parted that run over an edge of columns though half a character of white lies at it."""
    out: list[Box] = []
    for word in words:
        if not any(word.left < edge < word.right for edge in edges[1:-1]):
            out.append(word)
            continue
        own = [p for p in pieces if word.contains(*p.centre)]
        stretches = pairwise([float("-inf"), *edges[1:-1], float("inf")])
        parts = [[p for p in own if a <= p.centre[0] < b] for a, b in stretches]
        boxes = [Box.around(part) for part in parts if part]
        apart = all(b.left - a.right >= 0.5 * character for a, b in pairwise(boxes))
        out += boxes if len(boxes) > 1 and apart else [word]
    return out


def spanning_words(lines: Sequence[TextLine], character: float) -> set[Box]:
    """Words over several columns: headers, titles, notes.

    They stand over two or more words in most of the lines, or at the top or the foot of a table right in the white that
    parts its other lines.
    """
    need = max(2.0, 0.4 * (len(lines) - 1))
    found = {
        word
        for line in lines
        for word in line
        if word.width >= 2 * character
        and sum(_count_under(word, other, character) >= 2 for other in lines if other is not line) >= need
    }
    head, foot = min(3, len(lines) // 3), min(2, len(lines) // 4)
    body = [(w.left, w.right) for line in lines[head : len(lines) - foot] for w in line if w not in found]
    rivers = gaps(body, least=LEAST_RIVER * character)
    for line in [*lines[:head], *lines[len(lines) - foot :]]:
        for river in rivers:
            found |= _closing(line, river, character)
    return found


def _count_under(word: Box, line: TextLine, character: float) -> int:
    return sum(min(word.right, w.right) - max(word.left, w.left) > 0.3 * character for w in line)


def _closing(line: TextLine, river: Interval, character: float) -> set[Box]:
    """The words of a line that leave too little of a river open, or that stand in the middle of it with none of the
    line's other words over the columns beside it: those are no header of a column without text."""
    start, end = river
    least = LEAST_RIVER * character
    inside = {w for w in line if w.left < end and w.right > start}
    white = gaps([(start, start), (end, end), *((w.left, w.right) for w in inside)], least=least)
    if not white:
        return inside
    lone = len(inside) == 1 and not any(
        w.right > start - least and w.left < end + least for w in line if w not in inside
    )
    return {w for w in inside if lone and start < w.left and w.right < end}


def find_rivers(lines: Sequence[TextLine], character: float) -> list[Interval]:
    """The white strips that no line's text crosses but that of spanning words."""
    spanning = spanning_words(lines, character)
    words = [(w.left, w.right) for line in lines for w in line if w not in spanning]
    return gaps(words, least=LEAST_RIVER * character)


def find_columns(
    words: Sequence[Box], rivers: Sequence[Interval], walls: Sequence[float], stops: Sequence[float] = ()
) -> list[float]:
    """The edges of the columns: the outer edges of the text, a wall where there is one, else the middle of a river.

    ``stops``: where lines across begin or end; one in a river is the edge, since the line belongs to one side only.
    """
    left, right = min(w.left for w in words), max(w.right for w in words)
    inner = list(walls)
    for start, end in rivers:
        if not any(start - 1 <= wall <= end + 1 for wall in walls):
            inside = [x for x in stops if start <= x <= end]
            inner.append(median(inside) if inside else (start + end) / 2)
    edges = sorted(x for x in inner if left < x < right)
    outer_left = [x for x in walls if x <= left]
    outer_right = [x for x in walls if x >= right]
    return [max(outer_left, default=left), *edges, min(outer_right, default=right)]


def place_in(edges: Sequence[float], at: float) -> int:
    """The index of the stretch between two edges that holds ``at`` (the first or last for what lies outside)."""
    return min(max(0, sum(e <= at for e in edges) - 1), len(edges) - 2)


def covered_range(edges: Sequence[float], start: float, end: float, *, slack: float) -> tuple[int, int]:
    """First and last stretch that an interval lies in by more than ``slack`` px; at least where its middle is."""
    middle = place_in(edges, (start + end) / 2)
    inside = [k for k, (a, b) in enumerate(pairwise(edges)) if min(b, end) - max(a, start) > slack]
    return min([middle, *inside]), max([middle, *inside])


def find_row_edges(words: Sequence[Box], columns: Sequence[float], character: float) -> list[float]:
    """Edges of the rows between the first and the last text: white across nearly all columns at once.

    One column in four may have text there, a label in the middle of several rows. What is only the next line of a
    row's text is joined to it.
    """
    top, bottom = min(w.top for w in words), max(w.bottom for w in words)
    own = [(place_in(columns, w.centre[0]), w) for w in words]
    few = (len(columns) - 1) // 4
    strips = _white_strips([(w.top, w.bottom, c) for c, w in own], few, character)
    cuts = [(start + end) / 2 for start, end in strips]
    edges = [top, *cuts, bottom]
    filled = _filled(edges, own)
    kept = [k for k in range(len(cuts)) if filled[k] and filled[k + 1]]
    if len(kept) < len(cuts):
        edges = _without_empty(edges, filled)
        strips = [next(s for s in strips if s[0] <= e <= s[1]) for e in edges[1:-1]]
        filled = _filled(edges, own)
    return _without_continuations(edges, strips, filled, len(columns) - 1)


def _white_strips(spans: Sequence[tuple[float, float, int]], few: int, character: float) -> list[Interval]:
    """Stretches of y at which at most ``few`` columns have text: all without any, else the one with the least."""
    heights = sorted({y for top, bottom, _ in spans for y in (top, bottom)})
    strips: list[tuple[float, float, int]] = []
    for a, b in pairwise(heights):
        here = {c for top, bottom, c in spans if top < b and bottom > a}
        if len(here) <= few:
            strips.append((a, b, len(here)))
    groups: list[list[tuple[float, float, int]]] = []
    for strip in strips:
        if groups and groups[-1][-1][1] >= strip[0]:
            groups[-1].append(strip)
        else:
            groups.append([strip])
    out: list[Interval] = []
    for group in groups:
        blank = united((a, b) for a, b, n in group if n == 0)
        least = min(n for *_, n in group)
        out += blank or [max(((a, b) for a, b, n in group if n == least), key=lambda s: s[1] - s[0])]
    return [(a, b) for a, b in out if b - a >= 0.05 * character]


def _filled(edges: Sequence[float], own: Sequence[tuple[int, Box]]) -> list[set[int]]:
    """The columns with text in each row."""
    filled: list[set[int]] = [set() for _ in range(len(edges) - 1)]
    for column, word in own:
        filled[place_in(edges, word.centre[1])].add(column)
    return filled


def _without_empty(edges: list[float], filled: Sequence[set[int]]) -> list[float]:
    """A row that has no text of its own goes to the row before it."""
    kept = [edges[0]]
    for k in range(1, len(filled)):
        if filled[k] and any(filled[:k]):
            kept.append(edges[k])
    return [*kept, edges[-1]]


def _without_continuations(
    edges: list[float], strips: Sequence[Interval], filled: Sequence[set[int]], n_cols: int
) -> list[float]:
    """Join a line that goes on with the text above it: closer than rows stand, in few columns and none of its own."""
    if len(strips) < 2:
        return edges
    usual = median(b - a for a, b in strips)
    kept = [edges[0]]
    for k, (a, b) in enumerate(strips, 1):
        few = len(filled[k]) <= max(1, n_cols // 2) and filled[k] < filled[k - 1]
        if not (few and b - a < 0.5 * usual):
            kept.append(edges[k])
    return [*kept, edges[-1]]
