"""Columns from where text stands: the fewest edges that part words beside one another, and where each of them lies.

White rivers through a page are what Breuel (2002, Two geometric algorithms for layout analysis) parts columns by. Here
an edge may be bridged: by a header, by a total in the middle of two columns. It must part words that stand beside one
another all the same, and headers in the middle of their columns say where between them it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from forms import Box

from .intervals import Interval, gaps
from .unruled_stacks import Pierced, Stacks, Stretch, best_place, pierce
from .unruled_text import TextLine
from .unruled_words import SINGLE

LEAST_RIVER = 0.75
"""Characters: the least white between columns."""


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


def find_columns(
    stacks: Stacks, walls: Sequence[float], stops: Sequence[float], character: float, *, walled: bool = False,
    outer: Interval | None = None,
) -> list[float]:  # fmt: skip
    """The edges of the columns: the outer edges of the text, the walls, and where words stand beside one another in
    such a way, over the rows, that there must be an edge.

    ``stops``: where lines across begin or end; one between the words is the edge, since the line belongs to one side
    only. ``walled``: the columns are parted by walls, and white between them parts none. ``outer``: from where to where
    the lines across run.
    """
    words = stacks.words
    left, right = min(w.left for w in words), max(w.right for w in words)
    inner = [(x, x) for x in walls if left < x < right]
    if not walled:
        inner = sorted([*inner, *_edges(stacks, [x for x, _ in inner], stops, character)])
    first = max((x for x in walls if x <= left), default=None)
    last = min((x for x in walls if x >= right), default=None)
    if outer is not None:
        first, last = min(outer[0], left) if first is None else first, max(outer[1], right) if last is None else last
    ranges = [
        (left - 1.2 * character, left) if first is None else (first, first), *inner,
        (right, right + 1.2 * character) if last is None else (last, last),
    ]  # fmt: skip
    return settled(ranges, _middles(stacks.blocks, ranges, character), 0.2 * character)


def _middles(blocks: Sequence[Box], ranges: Sequence[Interval], character: float) -> list[float | None]:
    """The middle of the uppermost text of each column that lies in it alone; none where that has several lines, as
    hardly a header has, unless it runs down."""
    found: list[float | None] = []
    for (low, _), (_, high) in pairwise(ranges):
        first = min((b for b in blocks if b.left >= low and b.right <= high), key=lambda b: b.top, default=None)
        text = first is not None and first.height > 1.6 * character and first.width > SINGLE * character
        found.append(None if first is None or text else first.centre[0])
    return found


def settled(ranges: Sequence[Interval], middles: Sequence[float | None], slack: float) -> list[float]:
    """Edges in their ranges (from, to) such that the texts with these ``middles``, one in each column, are in the
    middle of their columns as far as that comes out.

    An edge and a middle give the next edge, so that of the edges of columns with centred headers one alone is free, and
    all their ranges narrow it. Where it does not come out (a text is no header or not centred) it begins anew.
    """
    edges: list[float] = []
    while len(edges) < len(ranges):
        start = len(edges)
        low, high = ranges[start]
        sign, offset, terms = 1.0, 0.0, [(1.0, 0.0)]
        for (a, b), middle in zip(ranges[start + 1 :], middles[start:], strict=True):
            if middle is None:
                break
            sign, offset = -sign, 2 * middle - offset
            bounds = sorted(((a - slack - offset) * sign, (b + slack - offset) * sign))
            if max(low, bounds[0]) > min(high, bounds[1]):
                break
            low, high = max(low, bounds[0]), min(high, bounds[1])
            terms.append((sign, offset))
        at = (low + high) / 2
        own = [s * at + o for s, o in terms]
        edges += [min(max(x, a), b) for x, (a, b) in zip(own, ranges[start:], strict=False)]
    return edges


def _edges(stacks: Stacks, walls: Sequence[float], stops: Sequence[float], character: float) -> list[Interval]:
    """The edges between columns that no wall tells of: where each of them may lie."""
    near = 0.5 * character
    every = _without_lone(stacks.beside(character), character)
    open_ = [s for s in every if not any(s.low - near <= x <= s.high + near for x in walls)]
    cuts = pierce(open_)
    spans = [(w.left, w.right) for w in stacks.words]
    places = [best_place(cut, spans) for cut in cuts]
    bounds = [float("-inf"), *places, float("inf")]
    found = []
    for k, cut in enumerate(cuts):
        inside = [stop for stop in stops if cut.low <= stop <= cut.high]
        others = [c for c in cuts if c is not cut]
        own = [s for s in cut.stretches if not any(s.low <= c.low and c.high <= s.high for c in others)]
        if inside:
            found.append((median(inside), median(inside)))
        elif own:
            (alone,) = pierce(own)
            before, after = (
                max((c.high for c in cuts[:k]), default=alone.low),
                min((c.low for c in cuts[k + 1 :]), default=alone.high),
            )
            alone = replace(alone, low=max(alone.low, min(before, cut.low)), high=min(alone.high, max(after, cut.high)))
            if _borne_out(alone, best_place(alone, spans), bounds[k : k + 3], stacks, character):
                found.append((alone.low, alone.high))
    return found


def _without_lone(stretches: Sequence[Stretch], character: float) -> list[Stretch]:
    """The stretches without narrow ones (1.2 characters) that have none like them, beginning or ending at one place:
    white after a colon or before a bracket is in the middle of a text."""
    near = 0.35 * character
    narrow = [s for s in stretches if s.high - s.low < 2 * character]
    return [
        s
        for s in stretches
        if s.high - s.low >= 1.2 * character
        or sum(abs(s.low - o.low) <= near or abs(s.high - o.high) <= near for o in narrow) >= 2
    ]


def _borne_out(cut: Pierced, at: float, bounds: Sequence[float], stacks: Stacks, character: float) -> bool:
    """Whether an edge is one of columns, not white in the middle of a text.

    It is when little text lies across it, or when beside one of the words it parts there are two more that begin, end
    or have their middle where that one does, as nothing that lies across does, on the same side of it and short of the
    next edge (``bounds``).
    """
    slack = 0.3 * character
    across = [w for w in stacks.words if w.left + slack < at < w.right - slack]
    parted = {stacks.words[s.second].centre[1] // (0.5 * character) for s in cut.stretches}
    if not across or (len(parted) >= 2 and 3 * len(parted) >= len(across)):
        return True
    through = [w for w in stacks.words if w.left < cut.low - slack and w.right > cut.high + slack]
    before = [w for w in stacks.words if bounds[0] <= w.left and w.right <= cut.high]
    after = [w for w in stacks.words if cut.low <= w.left and w.right <= bounds[2]]
    pairs = [(stacks.words[s.first], stacks.words[s.second]) for s in cut.stretches]
    return any(
        sum(stands(w, own, way, character) for w in side) >= 3
        and not any(stands(w, own, way, character) for w in through)
        for pair in pairs
        if min(w.width for w in pair) >= character
        for side, own in zip((before, after), pair, strict=True)
        for way in range(3)
    )


def stands(a: Box, b: Box, way: int, character: float) -> bool:
    """Whether two texts begin (way 0), end (1) or have their middle (2) at one place, to 0.35 characters."""
    return abs((a.left, a.right, a.centre[0])[way] - (b.left, b.right, b.centre[0])[way]) <= 0.35 * character


def aligned(a: Box, b: Box, character: float) -> bool:
    """Whether two texts begin, end or have their middle at one place."""
    return any(stands(a, b, way, character) for way in range(3))


def place_in(edges: Sequence[float], at: float) -> int:
    """The index of the stretch between two edges that holds ``at`` (the first or last for what lies outside)."""
    return min(max(0, sum(e <= at for e in edges) - 1), len(edges) - 2)


def covered_range(edges: Sequence[float], start: float, end: float, *, slack: float) -> tuple[int, int]:
    """First and last stretch that an interval lies in by more than ``slack`` px; at least where its middle is."""
    middle = place_in(edges, (start + end) / 2)
    inside = [k for k, (a, b) in enumerate(pairwise(edges)) if min(b, end) - max(a, start) > slack]
    return min([middle, *inside]), max([middle, *inside])
