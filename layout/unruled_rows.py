"""Rows of a table without full rules: the fewest edges that part what cannot stand in one row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from forms import Box

from .unruled_columns import covered_range, place_in
from .unruled_grid import Rule
from .unruled_stacks import Stacks, middle_of, pierce


def find_row_edges(
    stacks: Stacks, xs: Sequence[float], levels: Sequence[float], across: Sequence[Rule], character: float
) -> list[float]:
    """The edges of the rows: the lines across where they part every row, else the white between lines of text as well.

    In the header of a table with few lines text goes on below text; it has two rows only where some text spans columns
    or a short rule runs under it.
    """
    cuts = pierce(stacks.above())
    spans = [(b.top, b.bottom) for b in stacks.blocks]
    if len(levels) < 2:
        top, bottom = min(s[0] for s in spans), max(s[1] for s in spans)
        return [top - 0.4 * character, *(middle_of(c) for c in cuts), bottom + 0.4 * character]
    free = [middle_of(c) for c in cuts if not any(c.low <= y <= c.high for y in levels)]
    bands = [[y for y in free if top < y < bottom] for top, bottom in pairwise(levels)]
    single = sum(not band for band in bands)
    many = [
        _many_rows([top, *band, bottom], stacks.words, xs)
        for band, (top, bottom) in zip(bands, pairwise(levels), strict=True)
    ]
    if len(bands) >= 3 and single >= 0.5 * len(bands) and not any(many):
        return list(levels)
    edges = [levels[0]]
    for k, (band, (top, bottom)) in enumerate(zip(bands, pairwise(levels), strict=True)):
        own = [w for w in stacks.words if top <= w.centre[1] <= bottom]
        header = k + 1 < len(bands) and not many[k]
        if not header or _storeyed(own, xs, across, top, bottom, character):
            edges += band
        edges.append(bottom)
    return edges


def _many_rows(edges: Sequence[float], words: Sequence[Box], xs: Sequence[float]) -> bool:
    """Whether what stands between two lines across is rows, not text of several lines: three edges or more between
    lines of text that most columns have a part in."""
    filled = [
        len({place_in(xs, w.centre[0]) for w in words if top <= w.centre[1] <= bottom})
        for top, bottom in pairwise(edges)
    ]
    return len(edges) >= 5 and sum(2 * n >= len(xs) - 1 for n in filled) >= 0.5 * len(filled)


def _storeyed(
    words: Sequence[Box], xs: Sequence[float], across: Sequence[Rule], top: float, bottom: float, character: float
) -> bool:
    """Whether a header has more than one storey: a short rule in it, or a text over two columns."""
    if any(top + character < r.level < bottom - character for r in across):
        return True
    ranges = (covered_range(xs, w.left, w.right, slack=0.35 * character) for w in words)
    return any(first < last for first, last in ranges)
