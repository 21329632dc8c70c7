"""Which ruling lines belong together: segments to the levels of one table.

Segments that cross (or nearly do, where the scan ate the corner) are one table. Its horizontal lines become
y levels, its vertical lines x levels. A fold or the scanner's dark edge is told from a ruling line by where
it ends: ruling lines stop at the table's frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms import Box

from .rulings import Segment

BARE = 0.7
"""Of a ruling line's length at least so much has nothing printed close beside it."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight piece of a ruling line on the upright page: its level across, its start and end along (px).

    ``ink``: (place along the line, darkness there), one for every millimetre or so. ``thickness`` in px. ``gaps``: how
    much of its length is none of the line's ink, in px. ``bare``: the share of its length with nothing close beside it.
    """

    level: float
    start: float
    end: float
    strength: float
    ink: tuple[tuple[float, float], ...] = ()
    thickness: float = 1.0
    gaps: float = 0.0
    bare: float = 1.0

    @property
    def length(self) -> float:
        return self.end - self.start

    @property
    def inked(self) -> float:
        return self.length - self.gaps

    @staticmethod
    def of(segment: Segment) -> Stroke:
        ink = tuple((float(x), float(d)) for x, d in zip(segment.points[:, 0], segment.ink, strict=True))
        return Stroke(
            segment.level, segment.start, segment.end, segment.strength, ink, segment.thickness, bare=segment.bare
        )


@dataclass(frozen=True, slots=True)
class Level:
    """Where a ruling line runs, in px across it: ``low`` to ``high`` where it is double or a little askew."""

    at: float
    low: float
    high: float

    @staticmethod
    def exact(at: float) -> Level:
        return Level(at, at, at)


@dataclass(frozen=True, slots=True)
class Ruled:
    """The ruling lines of one table: y levels and x levels (ascending), the strokes they were made of.

    ``open_top`` / ``open_bottom``: the first / last y level is no line but the place where the vertical lines
    end, because the page does. ``open_left`` / ``open_right`` likewise for x levels.
    """

    ys: tuple[Level, ...]
    xs: tuple[Level, ...]
    horizontal: tuple[Stroke, ...]
    vertical: tuple[Stroke, ...]
    open_top: bool = False
    open_bottom: bool = False
    open_left: bool = False
    open_right: bool = False

    @property
    def box(self) -> Box:
        return Box(self.xs[0].low, self.ys[0].low, self.xs[-1].high, self.ys[-1].high)


@dataclass(frozen=True, slots=True)
class PageLines:
    """What the segments of a page are: tables, top to bottom, and horizontal and vertical folds (or dark edges)."""

    tables: tuple[Ruled, ...]
    folds_across: tuple[Stroke, ...] = ()
    folds_down: tuple[Stroke, ...] = ()


def find_tables(horizontal: Sequence[Segment], vertical: Sequence[Segment], *, unit: float) -> PageLines:
    """The tables of an upright page, and the folds across it. ``unit``: pixels in a millimetre."""
    hs, vs = [Stroke.of(s) for s in horizontal], [Stroke.of(s) for s in vertical]
    hs, vs = _without_thick(*_without_ghosts(hs, vs), unit)
    hs, vs, across, down = _without_loose(_bridged(hs, unit), _bridged(vs, unit), unit)
    found = []
    for group_h, group_v in _groups(hs, vs, unit):
        ruled = _ruled(group_h, group_v, unit)
        if ruled is not None:
            found.append(ruled)
    return PageLines(tuple(sorted(found, key=lambda t: (t.ys[0].at, t.xs[0].at))), tuple(across), tuple(down))


def _crosses(h: Stroke, v: Stroke, slack: float) -> bool:
    return h.start - slack <= v.level <= h.end + slack and v.start - slack <= h.level <= v.end + slack


def _meets(h: Stroke, v: Stroke, unit: float) -> bool:
    """Whether two strokes cross, or would but for worn ends: 3 mm from where they end, 8 mm when both are long."""
    worn = min(h.inked, v.inked) >= 15 * unit and min(h.bare, v.bare) >= BARE
    return _crosses(h, v, (8.0 if worn else 3.0) * unit)


def _without_ghosts(hs: list[Stroke], vs: list[Stroke]) -> tuple[list[Stroke], list[Stroke]]:
    """Drop strokes far fainter than most: the rules of the next page, shining through."""
    ranked = sorted((s.strength, s.length) for s in hs + vs)
    half, passed, reference = sum(length for _, length in ranked) / 2, 0.0, 0.0
    for strength, length in ranked:
        passed, reference = passed + length, strength
        if passed >= half:
            break
    kept_h, kept_v = ([s for s in strokes if s.strength >= 0.3 * reference] for strokes in (hs, vs))
    return kept_h, kept_v


def _without_thick(hs: list[Stroke], vs: list[Stroke], unit: float) -> tuple[list[Stroke], list[Stroke]]:
    """Drop short strokes (20 mm) much thicker than the page's long ones: they are characters of a headline."""
    long = sorted(s.thickness for s in hs + vs if s.length >= 30 * unit)
    if not long:
        return hs, vs
    most = max(1.6 * long[len(long) // 2], long[len(long) // 2] + 1.5)
    kept_h, kept_v = ([s for s in strokes if s.length >= 20 * unit or s.thickness <= most] for strokes in (hs, vs))
    return kept_h, kept_v


def _bridged(strokes: list[Stroke], unit: float) -> list[Stroke]:
    """Strokes of one direction with those of one line joined over gaps of up to 15 mm, where half of it or more is ink.

    Strokes of characters in a row have other strokes close beside them; they stay what they are. Which of the gaps are
    walls is asked of the ink later; here a worn line counts as the one line that it was.
    """
    found = [s for s in strokes if s.bare < BARE]
    for line in _collinear([s for s in strokes if s.bare >= BARE], unit):
        whole = line[0]
        for piece in line[1:]:
            gap = max(0.0, piece.start - whole.end)
            inked, span = whole.inked + piece.inked, max(whole.end, piece.end) - whole.start
            if gap <= 15 * unit and inked >= 0.5 * span:
                whole = _joined(whole, piece)
            else:
                found.append(whole)
                whole = piece
        found.append(whole)
    return found


def _joined(a: Stroke, b: Stroke) -> Stroke:
    """Two pieces of one line as one stroke, ``a`` the earlier; level and strength weighed by their ink."""
    end, inked = max(a.end, b.end), a.inked + b.inked
    share = b.inked / max(1e-6, inked)
    return Stroke(
        a.level + share * (b.level - a.level),
        a.start,
        end,
        a.strength + share * (b.strength - a.strength),
        tuple(sorted({*a.ink, *b.ink})),
        a.thickness + share * (b.thickness - a.thickness),
        max(0.0, end - a.start - inked),
        a.bare + share * (b.bare - a.bare),
    )


def _without_loose(
    hs: list[Stroke], vs: list[Stroke], unit: float
) -> tuple[list[Stroke], list[Stroke], list[Stroke], list[Stroke]]:
    """Drop, until nothing changes, what is no part of a grid: folds, dark edges, strokes of large characters and
    strokes that cross too little. Answers what is left, and the folds (one stroke each) of either direction."""
    folds_across: list[Stroke] = []
    folds_down: list[Stroke] = []
    while True:
        kept_h, kept_v = _without_short(hs, vs, unit), _without_short(vs, hs, unit)
        inner = [v for v in kept_v if sum(_meets(h, v, unit) for h in kept_h) >= 2]
        kept_h, folds = _without_overhanging(kept_h, inner, unit)
        folds_across += folds
        kept_h = [h for h in kept_h if len({round(v.level / (2 * unit)) for v in vs if _meets(h, v, unit)}) >= 2]
        kept_v = [v for v in kept_v if any(_meets(h, v, unit) for h in kept_h)]
        inner_h = [h for h in kept_h if sum(_meets(h, v, unit) for v in kept_v) >= 2]
        kept_v, folds = _without_overhanging(kept_v, inner_h, unit)
        folds_down += folds
        if kept_h == hs and kept_v == vs:
            return hs, vs, folds_across, folds_down
        hs, vs = kept_h, kept_v


def _without_short(strokes: list[Stroke], others: list[Stroke], unit: float) -> list[Stroke]:
    """Strokes of one direction without short ones (15 mm over all their pieces) that neither run between two long ones
    (20 mm) of the other nor stand on one that is very long (60 mm, as at a page break): the strokes of a headline's
    characters cross one another too, but none is long."""
    long = [(_whole(line), _inked(line)) for line in _collinear(others, unit) if _inked(line) >= 20 * unit]
    kept: list[Stroke] = []
    for line in _collinear(strokes, unit):
        whole = _whole(line)
        met = sum(_crosses(whole, other, 2.0 * unit) for other, _ in long)
        stands = any(inked >= 60 * unit and _crosses(whole, other, 0.5 * unit) for other, inked in long)
        if whole.length >= 15 * unit or met >= 2 or stands:
            kept += line
    return [s for s in strokes if s in kept]


def _inked(line: list[Stroke]) -> float:
    return sum(s.inked for s in line)


def _whole(line: list[Stroke]) -> Stroke:
    """The pieces of a line as one stroke over their gaps, of their median strength."""
    strengths = sorted(s.strength for s in line)
    longest = max(line, key=lambda s: s.length)
    start, end = min(s.start for s in line), max(s.end for s in line)
    return Stroke(longest.level, start, end, strengths[len(strengths) // 2], (), longest.thickness)


def _without_overhanging(strokes: list[Stroke], others: list[Stroke], unit: float) -> tuple[list[Stroke], list[Stroke]]:
    """Strokes of one direction without those whose line, taken over its gaps, runs far out of the frame; and those.

    A fold may lie on a ruling line. Where such a line is clearly darker than it is outside the frame, it is both, and
    that piece stays.
    """
    lines = _collinear(strokes, unit)
    wholes = [_whole(line) for line in lines]
    kept: list[Stroke] = []
    folds: list[Stroke] = []
    for line, whole in zip(lines, wholes, strict=True):
        frame = _overhung_frame(whole, wholes, others, unit)
        kept += line if frame is None else _darker_inside(line, frame, unit)
        folds += [] if frame is None else [whole]
    return [s for s in strokes if s in kept] + [s for s in kept if s not in strokes], folds


def _darker_inside(line: list[Stroke], frame: tuple[float, float], unit: float) -> list[Stroke]:
    """The pieces of a line within the frame that are at least a quarter darker than the line is outside."""
    first, last = frame
    outside = sorted(d for s in line for x, d in s.ink if x < first - unit or x > last + unit)
    if not outside:
        return []
    level = 1.25 * outside[len(outside) // 2]
    pieces = []
    for s in line:
        run: list[tuple[float, float]] = []
        for x, d in [*s.ink, (float("inf"), 0.0)]:
            if d >= level and first - unit <= x <= last + unit:
                run.append((x, d))
                continue
            if run and run[-1][0] - run[0][0] >= 5 * unit:
                strength = sorted(v for _, v in run)[len(run) // 2]
                pieces.append(Stroke(s.level, run[0][0], run[-1][0], strength, tuple(run)))
            run = []
    return pieces


def _collinear(strokes: list[Stroke], unit: float) -> list[list[Stroke]]:
    """Strokes at one level (to half a millimetre) with gaps of less than 60 mm between them: pieces of one line."""
    lines: list[list[Stroke]] = []
    for s in sorted(strokes, key=lambda s: s.start):
        for line in lines:
            last = line[-1]
            if abs(last.level - s.level) <= 0.5 * unit and s.start - max(x.end for x in line) <= 60 * unit:
                line.append(s)
                break
        else:
            lines.append([s])
    return lines


def _overhung_frame(
    line: Stroke, family: list[Stroke], others: list[Stroke], unit: float
) -> tuple[float, float] | None:
    """The frame that the other direction's lines make, if the line runs far out of it where its family does not."""
    crossed = [o for o in others if _crosses(line, o, 3.0 * unit)]
    if len(crossed) < 2:
        return None
    first, last = min(o.level for o in crossed), max(o.level for o in crossed)
    few = max(1.0, 0.1 * len(family))

    def alone(beyond: float) -> tuple[bool, bool]:
        before, after = first - beyond, last + beyond
        return (
            line.start < before and sum(f.start < before for f in family) <= few,
            line.end > after and sum(f.end > after for f in family) <= few,
        )

    return (first, last) if all(alone(6.0 * unit)) or any(alone(25.0 * unit)) else None


def _groups(hs: list[Stroke], vs: list[Stroke], unit: float) -> list[tuple[list[Stroke], list[Stroke]]]:
    """Connected components of the crossing graph; components that overlap on the page are one table."""
    slack = 3.0 * unit
    parent = list(range(len(hs) + len(vs)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, h in enumerate(hs):
        for j, v in enumerate(vs):
            if _crosses(h, v, slack):
                parent[root(i)] = root(len(hs) + j)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for i, h in enumerate(hs):
        groups.setdefault(root(i), ([], []))[0].append(h)
    for j, v in enumerate(vs):
        groups.setdefault(root(len(hs) + j), ([], []))[1].append(v)
    return _merged([g for g in groups.values() if g[0] and g[1]], unit)


def _merged(groups: list[tuple[list[Stroke], list[Stroke]]], unit: float) -> list[tuple[list[Stroke], list[Stroke]]]:
    changed = True
    while changed:
        changed = False
        for i, first in enumerate(groups):
            for j in range(i + 1, len(groups)):
                a, b = _extent(first).grown(1.5 * unit), _extent(groups[j])
                if a.overlap(b) > 0.3 * min(a.area, max(b.area, 1.0)):
                    groups[i] = (first[0] + groups[j][0], first[1] + groups[j][1])
                    del groups[j]
                    changed = True
                    break
            if changed:
                break
    return groups


def _extent(group: tuple[list[Stroke], list[Stroke]]) -> Box:
    hs, vs = group
    xs = [v.level for v in vs] + [x for h in hs for x in (h.start, h.end)]
    ys = [h.level for h in hs] + [y for v in vs for y in (v.start, v.end)]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _ruled(hs: list[Stroke], vs: list[Stroke], unit: float) -> Ruled | None:
    ys, xs = _levels(hs, unit), _levels(vs, unit)
    top, bottom = _protrusion(vs, ys, unit)
    left, right = _protrusion(hs, xs, unit)
    ys = _with_ends(ys, top, bottom)
    xs = _with_ends(xs, left, right)
    if len(ys) < 2 or len(xs) < 2 or xs[-1].at - xs[0].at < 35 * unit or ys[-1].at - ys[0].at < 4 * unit:
        return None
    return Ruled(
        tuple(ys), tuple(xs), tuple(hs), tuple(vs),
        top is not None, bottom is not None, left is not None, right is not None,
    )  # fmt: skip


def _with_ends(levels: list[Level], first: float | None, last: float | None) -> list[Level]:
    before = [] if first is None else [Level.exact(first)]
    return before + levels + ([] if last is None else [Level.exact(last)])


def _levels(strokes: list[Stroke], unit: float) -> list[Level]:
    """Strokes at nearly the same level are one ruling line, the two of a double line as well: no text fits between
    lines less than 1.7 mm apart."""
    groups: list[list[Stroke]] = []
    for s in sorted(strokes, key=lambda s: s.level):
        if groups and s.level - groups[-1][0].level <= 1.7 * unit:
            groups[-1].append(s)
        else:
            groups.append([s])
    return [
        Level(sum(s.level * s.length for s in g) / sum(s.length for s in g), g[0].level, g[-1].level) for g in groups
    ]


def _protrusion(strokes: list[Stroke], levels: list[Level], unit: float) -> tuple[float | None, float | None]:
    """Where the crossing strokes end beyond the first and the last level, if at least two of them do."""
    far = 2.5 * unit
    before = sorted(s.start for s in strokes if levels and s.start < levels[0].low - far)
    after = sorted((s.end for s in strokes if levels and s.end > levels[-1].high + far), reverse=True)
    return (before[0] if len(before) >= 2 else None, after[0] if len(after) >= 2 else None)
