"""What stands beside what, and what above: the pairs of words between which an edge of columns or of rows must run.

Two words of a table either stand in different rows, or in different columns, or in the same cell. Rows stand at a
pitch, and hardly nearer than it are any two of them: words nearer than that, one above the other, are lines of
one cell, and words nearer than that, side by side, are cells of one row (a label in the middle of its rows stands
half a pitch from them). So the text of a cell grows from its words as the blocks of T-Recs do (Kieninger 1998, Table
structure recognition based on robust block segmentation), and every pair of neighbours left is a stretch that some
edge must pierce. The fewest edges that pierce all stretches are the grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from forms import Box

from .intervals import Interval
from .unruled_text import TextLine

Flags = NDArray[np.bool_]
Points = NDArray[np.float64]
NEAREST = 0.87
"""Of the pitch of the rows: no two rows stand nearer."""
LEAST_BESIDE = 0.3
"""Characters: the least white between words that count as side by side."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``low`` to ``high`` (px) there must be an edge: it parts the thing with the index ``first`` (the left or
    upper one) from the one with the index ``second``."""

    low: float
    high: float
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Pierced:
    """An edge: where it may lie (px) to pierce all of its ``stretches``."""

    low: float
    high: float
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Stacks:
    """Words, the blocks that they grow into (``block``: the index of each word's in ``blocks``), and for each two
    words whether they cannot be in one row (``apart``)."""

    words: tuple[Box, ...]
    block: tuple[int, ...]
    blocks: tuple[Box, ...]
    apart: Flags

    def beside(self, character: float) -> list[Stretch]:
        """What edges between columns must pierce: every word and the nearest one before it in its row, of another
        block."""
        own = sides_of(self.blocks)[list(self.block)]
        block = np.array(self.block)
        left, right = own[:, 0], own[:, 2]
        before = ~self.apart & (block[:, None] != block) & (right[:, None] + LEAST_BESIDE * character <= left)
        return _nearest(before, right, left)

    def above(self) -> list[Stretch]:
        """What edges between rows must pierce: every block and the lowest one above it of which no line could be in its
        row."""
        own = sides_of(self.blocks)
        member = (np.arange(len(self.blocks))[:, None] == np.array(self.block)).astype(np.float64)
        level = member @ (~self.apart).astype(np.float64) @ member.T > 0
        top, bottom = own[:, 1], own[:, 3]
        middle = (top + bottom) / 2
        return _nearest(~level & (middle[:, None] < middle), bottom, top)


def sides_of(boxes: Sequence[Box]) -> Points:
    """(N, 4): left, top, right and bottom of each box."""
    return np.array([(b.left, b.top, b.right, b.bottom) for b in boxes])


def _nearest(before: Flags, end: Points, start: Points) -> list[Stretch]:
    """For each thing the stretch from the last end of those ``before`` it to its own start, and which two these are."""
    reach = np.where(before, end[:, None], -np.inf)
    stretches = []
    for j in np.flatnonzero(before.any(axis=0)).tolist():
        i = int(reach[:, j].argmax())
        low, high = float(end[i]), float(start[j])
        if low > high:  # lines so close that a stroke of one reaches into the other
            low = high = (low + high) / 2
        stretches.append(Stretch(low, high, i, j))
    return stretches


def pierce(stretches: Iterable[Stretch]) -> list[Pierced]:
    """The fewest edges that pierce all stretches, ascending."""
    found: list[Pierced] = []
    for s in sorted(stretches, key=lambda s: (s.high, s.low)):
        if found and s.low <= found[-1].high:
            last = found[-1]
            found[-1] = Pierced(max(last.low, s.low), last.high, (*last.stretches, s))
        else:
            found.append(Pierced(s.low, s.high, (s,)))
    return found


def best_place(edge: Pierced, spans: Sequence[Interval]) -> float:
    """Where the fewest ``spans`` (from, to) of text lie across the edge; of such stretches the middle of the widest."""
    inner = sorted({x for span in spans for x in span if edge.low < x < edge.high})
    pieces = list(pairwise([edge.low, *inner, edge.high]))
    crossed = [sum(a < (low + high) / 2 < b for a, b in spans) for low, high in pieces]
    low, high = max((p for p, n in zip(pieces, crossed, strict=True) if n == min(crossed)), key=lambda p: p[1] - p[0])
    return (low + high) / 2


def middle_of(edge: Pierced) -> float:
    """The middle of most of the stretches, where the edge may lie."""
    return min(max(median((s.low + s.high) / 2 for s in edge.stretches), edge.low), edge.high)


def pitch_of(lines: Sequence[TextLine], character: float) -> float:
    """How far apart (px) rows stand: between lines that hold at least three fifths as many words as lines do mostly. 0
    where there are no two such lines.

    Lines less than a character apart are of one row: the one beside the two of a cell that it is in the middle of.
    """
    counts = sorted(len(line) for line in lines) or [0]
    most = counts[int(0.8 * (len(counts) - 1))]
    full = [median(w.centre[1] for w in line) for line in lines if len(line) >= 0.6 * most]
    steps = sorted(b - a for a, b in pairwise(full) if b - a >= character)
    return steps[int(0.4 * (len(steps) - 1))] if steps else 0.0


def stack(words: Sequence[Box], parted: Flags, *, nearest: float) -> Stacks:
    """The words with their blocks. ``parted`` (N, N): a ruling line parts the two words; ``nearest``: rows stand no
    nearer than that (px)."""
    sides = sides_of(words)
    middle = (sides[:, 1] + sides[:, 3]) / 2
    away = np.abs(middle[:, None] - middle[None, :])
    over = np.minimum(sides[:, 2][:, None], sides[:, 2]) - np.maximum(sides[:, 0][:, None], sides[:, 0]) > 0
    block = _connected((away < _leading(away, over & ~parted, nearest)) & over & ~parted)
    boxes = [Box.around([w for w, b in zip(words, block, strict=True) if b == k]) for k in range(max(block) + 1)]
    numbers = np.array(block)
    apart = (away >= nearest) | parted | (over & (numbers[:, None] != numbers))
    return Stacks(tuple(words), tuple(block), tuple(boxes), apart)


def _leading(away: Points, over: Flags, nearest: float) -> float:
    """Words of one column (``over`` one another) nearer than that are lines of one cell: ``nearest``, or less where
    there are many nearer ones at two distances, those of the lines of a cell and those from one such cell to the
    next."""
    below = np.where(over & (away > 0.25 * nearest), away, np.inf).min(axis=1)
    steps = np.sort(below[np.isfinite(below)])
    close = steps[steps < nearest]
    few = max(3, len(steps) // 10)
    if len(close) <= 2 * few:
        return nearest
    jumps = close[few:] / close[few - 1 : -1]
    k = int(jumps.argmax())
    return float((close[few + k - 1] + close[few + k]) / 2) if jumps[k] >= 1.2 else nearest


def _connected(linked: Flags) -> list[int]:
    """The number of the connected part that each thing is in."""
    part = [-1] * len(linked)
    count = 0
    for first in range(len(linked)):
        if part[first] >= 0:
            continue
        waiting = [first]
        part[first] = count
        while waiting:
            for k in np.flatnonzero(linked[waiting.pop()]).tolist():
                if part[k] < 0:
                    part[k] = count
                    waiting.append(k)
        count += 1
    return part
