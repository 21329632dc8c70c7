"""Which ruling lines belong together: segments to the levels of one table.

Segments that cross (or nearly do, where the scan ate the corner) are one table. Its horizontal lines become
y levels, its vertical lines x levels. A fold or the scanner's dark edge is told from a ruling line by where
it ends: ruling lines stop at the table's frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms import Box

from .ghosts import is_corner, without_ghosts, without_overhanging
from .quantiles import weighted_quantile
from .rulings import Segment
from .strokes import GAP, Stroke, collinear, crosses, inked_length, joined, whole
from .within import within

CROWDED, ROW = 0.35, 30.0
"""A stroke of whose length less has nothing close beside it is a character's, or up to so many millimetres those of
several in a row: of 生态效益 all stand on one line."""
DASH, ALIKE, CLEAR = 12.0, 1.3, 0.7
"""Millimetres that a dash is long at most (two characters of 16 points), by how much longer than another of its row,
and how far from the lines beside it at least."""
WIDEST = 60.0
"""Millimetres that a column may be wide of which one line alone tells."""
STRONG = 0.6
"""Of the strength of a table's lines at least so much has one that is taken for theirs without meeting them."""
FRAME = 40.0
"""Millimetres of ink of one line that no strokes of a headline's characters make, however they lie at one level."""
PRINT = 0.6
"""The least share of its lines across that is bare, by length, of a table: strokes of large characters (岚山区 on a
cover) cross one another too, at 0.40. Of 160 tables on clean, worn, faxed and photographed pages the least is 0.84."""
BARE = 0.7
"""Of a ruling line's length at least so much has nothing printed close beside it."""


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
    end, because the page does.
    """

    ys: tuple[Level, ...]
    xs: tuple[Level, ...]
    horizontal: tuple[Stroke, ...]
    vertical: tuple[Stroke, ...]
    open_top: bool = False
    open_bottom: bool = False

    @property
    def box(self) -> Box:
        return Box(self.xs[0].low, self.ys[0].low, self.xs[-1].high, self.ys[-1].high)

    @property
    def strength(self) -> float:
        """The darkness that half of the length of the lines reaches: short strokes of characters count little."""
        strokes = (*self.horizontal, *self.vertical)
        return weighted_quantile([s.strength for s in strokes], [s.inked for s in strokes], 0.5)


@dataclass(frozen=True, slots=True)
class PageLines:
    """What the segments of a page are: tables, top to bottom, and horizontal and vertical folds (or dark edges)."""

    tables: tuple[Ruled, ...]
    folds_across: tuple[Stroke, ...] = ()
    folds_down: tuple[Stroke, ...] = ()


def find_tables(horizontal: Sequence[Segment], vertical: Sequence[Segment], *, unit: float) -> PageLines:
    """The tables of an upright page, and the folds across it. ``unit``: pixels in a millimetre."""
    hs, vs = [Stroke.of(s) for s in horizontal], [Stroke.of(s) for s in vertical]
    hs, vs, pale_across, pale_down = without_ghosts(hs, vs, unit)
    hs, vs = _without_thick(hs, vs, unit)
    hs = _without_dashes(hs, vs, unit)
    every_h, every_v = _bridged(hs, unit), _bridged(vs, unit)
    hs, vs, across, down = _without_loose(every_h, every_v, unit)
    groups = _groups(hs, vs, unit)
    loose_h = [h for h in every_h if not any(h in group for group, _ in groups)]
    loose_v = [v for v in every_v if not any(v in group for _, group in groups)]
    found = []
    for group_h, group_v in groups:
        frame_h, frame_v = _lost_frame(group_h, group_v, loose_h, unit), _lost_frame(group_v, group_h, loose_v, unit)
        beside = [*frame_v, *_companions(group_v, loose_v, unit)]
        rest = [v for v in loose_v if not any(v is known for known in beside)]
        inside = within(group_v, group_h, rest, loose_h, unit=unit)
        ruled = _ruled([*group_h, *frame_h], [*group_v, *beside, *inside], unit)
        if ruled is not None:
            found.append(ruled)
    found.sort(key=lambda t: (t.ys[0].at, t.xs[0].at))
    return PageLines(tuple(found), (*pale_across, *across), (*pale_down, *down))


def _lost_frame(
    along: Sequence[Stroke], across: Sequence[Stroke], loose: Sequence[Stroke], unit: float
) -> list[Stroke]:
    """Pieces of a table's first or last line that no line across reaches any more, because these are worn away there.

    Together they run as far as the table is wide, two fifths of it in ink, within 8 mm of where the lines across end.
    At a page break these all go on to the same place; here most stop at the last line but one.
    """
    if len(along) < 2 or len(across) < 3:
        return []
    low, high = min(v.level for v in across), max(v.level for v in across)
    found: list[Stroke] = []
    for pieces in collinear(list(loose), unit):
        line, near = whole(pieces), 3.0 * unit
        if abs(line.start - low) > near or abs(line.end - high) > near or inked_length(pieces) < 0.4 * line.length:
            continue
        for sign in (-1.0, 1.0):
            edge = max(sign * h.level for h in along)
            ends = [max(sign * v.start, sign * v.end) for v in across]
            beyond, there = sum(e > edge + 2.5 * unit for e in ends), sum(e > edge - near for e in ends)
            gap = sign * line.level - max(ends)
            if sign * line.level > edge + near and gap <= 8.0 * unit and beyond < 0.6 * there:
                found += pieces
    return found


def _companions(own: Sequence[Stroke], loose: Sequence[Stroke], unit: float) -> list[Stroke]:
    """Vertical lines beside a table that no line across meets, because their cells go on over both page breaks or their
    corners are worn away: over their gaps (two fifths ink) they begin and end where most of the table's own do, are as
    strong, and stand no further from it than a column is wide.
    """
    if len(own) < 3:
        return []
    wholes = [whole(line) for line in collinear(list(own), unit)]
    tops, bottoms = sorted(v.start for v in wholes), sorted(v.end for v in wholes)
    top, bottom, near = tops[len(wholes) // 2], bottoms[len(wholes) // 2], 2 * unit
    like = [v for v in wholes if abs(v.start - top) <= near and abs(v.end - bottom) <= near]
    if len(like) < max(3, len(wholes) // 2):
        return []
    strength = sorted(v.strength for v in like)[len(like) // 2]
    left, right = min(v.level for v in own), max(v.level for v in own)
    lines = collinear([v for v in loose if v.bare >= BARE and v.strength >= STRONG * strength], unit)
    found = [
        (v, line)
        for line in lines
        if max(abs((v := whole(line)).start - top), abs(v.end - bottom)) <= near
        and inked_length(line) >= 0.4 * v.length
    ]
    kept: list[Stroke] = []
    for v, line in sorted(found, key=lambda f: min(abs(f[0].level - left), abs(f[0].level - right))):
        if left - WIDEST * unit <= v.level < left or right < v.level <= right + WIDEST * unit:
            kept += line
            left, right = min(left, v.level), max(right, v.level)
    return kept


def _meets(h: Stroke, v: Stroke, unit: float) -> bool:
    """Whether two strokes cross, or would but for worn ends: 3 mm from where they end, 8 mm when both are long."""
    worn = min(h.inked, v.inked) >= 15 * unit and min(h.bare, v.bare) >= BARE
    return crosses(h, v, (8.0 if worn else 3.0) * unit)


def _without_thick(hs: list[Stroke], vs: list[Stroke], unit: float) -> tuple[list[Stroke], list[Stroke]]:
    """Drop short strokes (20 mm) much thicker than the page's long ones: they are characters of a headline, unless they
    are pieces of one bare line, as of a thick frame with gaps, or the sides of a low frame: they run between two long
    lines (30 mm) that are as thick."""
    long = sorted(s.thickness for s in hs + vs if s.length >= 30 * unit)
    if not long:
        return hs, vs
    most = max(1.6 * long[len(long) // 2], long[len(long) // 2] + 1.5)

    def thin(strokes: list[Stroke], others: list[Stroke]) -> list[Stroke]:
        lines = collinear([s for s in strokes if s.bare >= BARE], unit)
        pieces = {id(s) for line in lines if inked_length(line) >= FRAME * unit for s in line}
        thick = [o for o in others if o.length >= 30 * unit and o.thickness > most]
        return [
            s
            for s in strokes
            if s.length >= 20 * unit
            or s.thickness <= most
            or id(s) in pieces
            or (s.bare >= BARE and sum(crosses(s, o, 2.0 * unit) for o in thick) >= 2)
        ]

    return thin(hs, vs), thin(vs, hs)


def _bridged(strokes: list[Stroke], unit: float) -> list[Stroke]:
    """Strokes of one direction with those of one line joined over gaps of up to 15 mm, where half of it or more is ink.

    Strokes of characters in a row have other strokes close beside them; they stay what they are. Which of the gaps are
    walls is asked of the ink later; here a worn line counts as the one line that it was.
    """
    found = [s for s in strokes if s.bare < BARE]
    for line in collinear([s for s in strokes if s.bare >= BARE], unit):
        last = line[0]
        for piece in line[1:]:
            gap = max(0.0, piece.start - last.end)
            inked, span = last.inked + piece.inked, max(last.end, piece.end) - last.start
            if gap <= 15 * unit and inked >= 0.5 * span:
                last = joined(last, piece)
            else:
                found.append(last)
                last = piece
        found.append(last)
    return found


def _without_dashes(hs: list[Stroke], vs: list[Stroke], unit: float) -> list[Stroke]:
    """Strokes across without the dashes of a row of cells, of characters of 14 points and more: short ones at one
    level, all about as long, each alone between two lines down and touching neither."""
    dashes: list[Stroke] = []
    for line in collinear(hs, unit):
        lengths = [s.length for s in line]
        if max(lengths) > DASH * unit or max(lengths) > ALIKE * min(lengths):
            continue
        down = [v for v in vs if crosses(whole(line), v, GAP * unit)]
        places = [sum(v.level < s.start for v in down) for s in line]
        free = all(not crosses(s, v, CLEAR * unit) for s in line for v in down)
        if free and len(set(places)) == len(line) and all(0 < place < len(down) for place in places):
            dashes += line
    return [s for s in hs if not any(s is dash for dash in dashes)]


def _without_loose(
    hs: list[Stroke], vs: list[Stroke], unit: float
) -> tuple[list[Stroke], list[Stroke], list[Stroke], list[Stroke]]:
    """Drop, until nothing changes, what is no part of a grid: folds, dark edges, strokes of large characters and
    strokes that cross too little. Answers what is left, and the folds (one stroke each) of either direction."""
    folds_across: list[Stroke] = []
    folds_down: list[Stroke] = []
    every_h, every_v = hs, vs
    while True:
        kept_h, kept_v = _without_short(hs, vs, unit), _without_short(vs, hs, unit)
        inner = _crossed_twice(kept_v, kept_h, unit)
        kept_h, folds = without_overhanging(kept_h, inner, unit, corners=every_v)
        folds_across += folds
        kept_h = _crossed_twice(kept_h, vs, unit)
        kept_v = [v for v in kept_v if any(_meets(h, v, unit) for h in kept_h)]
        inner_h = _crossed_twice(kept_h, kept_v, unit)
        kept_v, folds = without_overhanging(kept_v, inner_h, unit, corners=every_h)
        folds_down += folds
        if kept_h == hs and kept_v == vs:
            return hs, vs, folds_across, folds_down
        hs, vs = kept_h, kept_v


def _crossed_twice(strokes: list[Stroke], others: list[Stroke], unit: float) -> list[Stroke]:
    """Strokes of one direction that meet two lines of the other or more, themselves or with the other pieces of their
    line: of a worn frame's corner a piece is left that meets one line alone. Strokes of text do not share in that.
    """
    met = [frozenset(round(o.level / (2 * unit)) for o in others if _meets(s, o, unit)) for s in strokes]
    place = {id(s): k for k, s in enumerate(strokes)}
    kept = {k for k, levels in enumerate(met) if len(levels) >= 2}
    for line in collinear([s for s in strokes if s.bare >= BARE], unit):
        own = [place[id(s)] for s in line]
        if len(frozenset().union(*(met[k] for k in own))) >= 2:
            kept.update(k for k in own if met[k])
    return [s for k, s in enumerate(strokes) if k in kept]


def _without_short(strokes: list[Stroke], others: list[Stroke], unit: float) -> list[Stroke]:
    """Strokes of one direction without short ones (15 mm over all their pieces) that neither run between two long ones
    (20 mm) of the other nor stand on one that is very long (60 mm, as at a page break): the strokes of a headline's
    characters cross one another too, but none is long. A character between two rules, or a row of them, touches these
    where the print is blurred, but it has other strokes beside it nearly all along."""
    long = [(whole(line), inked_length(line)) for line in collinear(others, unit) if inked_length(line) >= 20 * unit]
    kept: list[Stroke] = []
    for line in collinear(strokes, unit):
        stroke = whole(line)
        if stroke.length < ROW * unit and max(s.bare for s in line) < CROWDED:
            continue
        met = sum(crosses(stroke, other, 2.0 * unit) for other, _ in long)
        stands = any(inked >= 60 * unit and crosses(stroke, other, 0.5 * unit) for other, inked in long)
        if stroke.length >= 15 * unit or met >= 2 or stands:
            kept += line
    return [s for s in strokes if s in kept]


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
            if crosses(h, v, slack):
                parent[root(i)] = root(len(hs) + j)
    groups: dict[int, tuple[list[Stroke], list[Stroke]]] = {}
    for i, h in enumerate(hs):
        groups.setdefault(root(i), ([], []))[0].append(h)
    for j, v in enumerate(vs):
        groups.setdefault(root(len(hs) + j), ([], []))[1].append(v)
    whole_groups = [g for g in groups.values() if g[0] and g[1]]
    alone = [s for g in groups.values() if not (g[0] and g[1]) for s in (*g[0], *g[1])]
    for side, strokes in enumerate((hs, vs)):
        for s in strokes:
            if s in alone:
                _attach(s, side, whole_groups, unit)
    return _merged(whole_groups, unit)


def _attach(stroke: Stroke, side: int, groups: list[tuple[list[Stroke], list[Stroke]]], unit: float) -> None:
    """Add a stroke (``side`` 0: horizontal, 1: vertical) that reaches no line, because the ends of all around it are
    worn away, to the one group that has it between its lines, two of which it meets, or that meets it at a corner.
    It is about as strong as they are: a fold is not.
    """
    slack, held = 3.0 * unit, []
    for g in groups:
        strengths = sorted(o.strength for o in g[1 - side])
        if stroke.strength < STRONG * strengths[len(strengths) // 2]:
            continue
        met = [o for o in g[1 - side] if o.bare >= BARE and _meets(stroke, o, unit)]
        low, high = min(o.start for o in g[1 - side]), max(o.end for o in g[1 - side])
        between = len(met) >= 2 and low - slack <= stroke.level <= high + slack
        if between or any(is_corner(o, stroke, g[side], unit) for o in met):
            held.append(g)
    if len(held) == 1:
        held[0][side].append(stroke)


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
    hs, vs = _without_strays(hs, vs, unit), _without_strays(vs, hs, unit)
    if sum(h.bare * h.length for h in hs) < PRINT * sum(h.length for h in hs):
        return None
    ys, xs = _levels(hs, unit), _levels(vs, unit)
    top, bottom = _protrusion(vs, ys, unit)
    left, right = _protrusion(hs, xs, unit)
    ys = _with_ends(ys, top, bottom)
    xs = _with_ends(xs, left, right)
    if len(ys) < 2 or len(xs) < 2 or xs[-1].at - xs[0].at < 35 * unit or ys[-1].at - ys[0].at < 4 * unit:
        return None
    return Ruled(tuple(ys), tuple(xs), tuple(hs), tuple(vs), top is not None, bottom is not None)


def _without_strays(strokes: list[Stroke], others: list[Stroke], unit: float) -> list[Stroke]:
    """Strokes without those that lie wholly beyond the first or the last line of the other direction, end a millimetre
    or more from it and go on in none that reaches it: strokes of a large title close above a table, not its lines."""
    if not others:
        return strokes
    low, high = min(o.level for o in others) - unit, max(o.level for o in others) + unit
    kept: list[Stroke] = []
    for line in collinear(strokes, unit):
        if any(s.end >= low and s.start <= high for s in line):
            kept += line
    return [s for s in strokes if s in kept]


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
    """Where the crossing strokes end beyond the first and the last level; None where too few of them go on."""
    if not levels:
        return None, None
    far, (first, last) = 2.5 * unit, (levels[0], levels[-1])
    before = sorted((s for s in strokes if s.start < first.low - far), key=lambda s: s.start)
    after = sorted((s for s in strokes if s.end > last.high + far), key=lambda s: -s.end)
    above = _go_on(before, [s for s in strokes if s.start <= first.high + far], unit)
    below = _go_on(after, [s for s in strokes if s.end >= last.low - far], unit)
    return (
        _farthest([s.start for s in before], far) if above else None,
        _farthest([s.end for s in after], far) if below else None,
    )


def _go_on(beyond: list[Stroke], reaching: list[Stroke], unit: float) -> bool:
    """Whether a table goes on beyond a line: at least two strokes do, and half of those that reach it or an outermost
    one of them. One or two inner ones go on through characters of a title close by."""
    if len(beyond) < 2:
        return False
    low, high = min(s.level for s in reaching) + unit, max(s.level for s in reaching) - unit
    return 2 * len(beyond) >= len(reaching) or any(s.level <= low or s.level >= high for s in beyond)


def _farthest(ends: list[float], far: float) -> float:
    """The first of the ends, the farthest first; of three or more it counts only where another is nearby: it may go on
    through a character."""
    return ends[1] if len(ends) > 2 and abs(ends[0] - ends[1]) > 0.5 * far else ends[0]
