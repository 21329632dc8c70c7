"""From columns, rows, words and the few rules there are to a grid, every cell with the share of its outline seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms import Box, Grid, GridCell

from .rulings import Points
from .unruled_stacks import sides_of

Span = tuple[int, int, int, int]
"""First row, first column, row after the last, column after the last."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight ruling line: its level across, start and end along (px)."""

    level: float
    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start

    def covers(self, start: float, end: float) -> float:
        """The share of the stretch that the rule runs along."""
        return max(0.0, min(self.end, end) - max(self.start, start)) / max(1.0, end - start)


@dataclass(frozen=True, slots=True)
class Frame:
    """The edges (px, ascending) between the rows ``ys`` and the columns ``xs``, and the rules seen in the region."""

    ys: tuple[float, ...]
    xs: tuple[float, ...]
    across: tuple[Rule, ...]
    down: tuple[Rule, ...]


def make_grid(frame: Frame, taken: Sequence[Span], words: Sequence[Box], *, unit: float) -> Grid | None:
    """The grid of a region whose texts take up the places ``taken``; None when these span so much that there is no
    table in it."""
    spans = _joined(list(taken))
    if any((r1 - r0) * (c1 - c0) > 0.5 * (len(frame.ys) - 1) * (len(frame.xs) - 1) for r0, c0, r1, c1 in spans):
        return None
    filled = {(r, c) for r0, c0, r1, c1 in spans for r in range(r0, r1) for c in range(c0, c1)}
    empty = [
        (r, c, r + 1, c + 1) for r in range(len(frame.ys) - 1) for c in range(len(frame.xs) - 1) if (r, c) not in filled
    ]
    spans = sorted([*spans, *empty])
    rows, cols = sorted({s[0] for s in spans}), sorted({s[1] for s in spans})
    spans = [_renumbered(span, rows, cols) for span in spans]
    ys = [frame.ys[r] for r in rows] + [frame.ys[-1]]
    xs = [frame.xs[c] for c in cols] + [frame.xs[-1]]
    places = sides_of(words)
    cells = tuple(_cell(span, ys, xs, frame, places, unit) for span in spans)
    return Grid(len(rows), len(cols), cells, Box.around([c.box for c in cells]))


def walled_spans(frame: Frame, near: float) -> list[Span]:
    """Places beside one another that a rule would part, did it run that far: where rules part most rows (columns), a
    merged cell ends one between them."""
    rows, cols = range(len(frame.ys) - 1), range(len(frame.xs) - 1)
    height, width = (frame.ys[0], frame.ys[-1]), (frame.xs[0], frame.xs[-1])
    across = frame.across if _most(frame.across, frame.ys[1:-1], *width, near) else ()
    down = frame.down if _most(frame.down, frame.xs[1:-1], *height, near) else ()
    spans = []
    for r in rows:
        for c in cols:
            x, y = (frame.xs[c], frame.xs[c + 1]), (frame.ys[r], frame.ys[r + 1])
            if r + 1 in rows and _ends_before(across, y[1], *x, near):
                spans.append((r, c, r + 2, c + 1))
            if c + 1 in cols and _ends_before(down, x[1], *y, near):
                spans.append((r, c, r + 1, c + 2))
    return spans


def _most(rules: Sequence[Rule], levels: Sequence[float], start: float, end: float, near: float) -> bool:
    """Whether rules run at half of the levels or more."""
    return 2 * sum(any(abs(r.level - y) <= near and r.covers(start, end) > 0.1 for r in rules) for y in levels) >= len(
        levels
    )


def _ends_before(rules: Sequence[Rule], level: float, start: float, end: float, near: float) -> bool:
    own = [r for r in rules if abs(r.level - level) <= near]
    return bool(own) and sum(r.covers(start, end) for r in own) < 0.35


def _joined(spans: list[Span]) -> list[Span]:
    """The spans with overlapping ones joined to the smallest that holds both, until none overlap."""
    out: list[Span] = []
    while spans:
        span = spans.pop()
        hit = next((o for o in out if _overlap(o, span)), None)
        if hit is None:
            out.append(span)
        elif hit != span:
            out.remove(hit)
            spans.append((min(hit[0], span[0]), min(hit[1], span[1]), max(hit[2], span[2]), max(hit[3], span[3])))
    return out


def _overlap(a: Span, b: Span) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _renumbered(span: Span, rows: Sequence[int], cols: Sequence[int]) -> Span:
    """The span counted over those rows and columns at which some cell begins."""
    first = rows.index(span[0]), cols.index(span[1])
    return (*first, sum(r < span[2] for r in rows), sum(c < span[3] for c in cols))


def _cell(span: Span, ys: Sequence[float], xs: Sequence[float], frame: Frame, words: Points, unit: float) -> GridCell:
    r0, c0, r1, c1 = span
    box = Box(xs[c0], ys[r0], xs[c1], ys[r1])
    near = 1.3 * unit
    seen = (
        _seen(frame.across, ys[r0], xs[c0], xs[c1], near), _seen(frame.across, ys[r1], xs[c0], xs[c1], near),
        _seen(frame.down, xs[c0], ys[r0], ys[r1], near), _seen(frame.down, xs[c1], ys[r0], ys[r1], near),
    )  # fmt: skip
    return GridCell(r0, c0, r1 - r0, c1 - c0, _roomy(box, words, seen, unit), support=sum(seen) / 4)


def _seen(rules: Sequence[Rule], level: float, start: float, end: float, near: float) -> float:
    return max((r.covers(start, end) for r in rules if abs(r.level - level) <= near), default=0.0)


def _roomy(box: Box, words: Points, seen: Sequence[float], unit: float) -> Box:
    """The box moved away from its own text where no rule bounds it, up to the next text: at a wall nothing is read.

    ``words``: (N, 4) left, top, right, bottom.
    """
    margin = 0.45 * unit + 4
    left, top, right, bottom = words.T
    x, y = (left + right) / 2, (top + bottom) / 2
    own = (box.left <= x) & (x <= box.right) & (box.top <= y) & (y <= box.bottom)
    if not own.any():
        return box
    beside = ~own & (left < box.right) & (right > box.left)
    level = ~own & (top < box.bottom) & (bottom > box.top)
    x0, y0, x1, y1 = left[own].min(), top[own].min(), right[own].max(), bottom[own].max()
    above = max([y0 - margin, *bottom[beside & (bottom <= y0)]])
    below = min([y1 + margin, *top[beside & (top >= y1)]])
    before = max([x0 - margin, *right[level & (right <= x0)]])
    after = min([x1 + margin, *left[level & (left >= x1)]])
    return Box(
        box.left if seen[2] > 0.5 else max(0.0, min(box.left, float(before))),
        box.top if seen[0] > 0.5 else max(0.0, min(box.top, float(above))),
        box.right if seen[3] > 0.5 else max(box.right, float(after)),
        box.bottom if seen[1] > 0.5 else max(box.bottom, float(below)),
    )
