"""What is printed like rules but is none of the page's own: the rules of the next page, shining through, and folds.

A rule is dark and thin; what shines through is pale, a fold pale and wide, and it runs out of the table's frame.
"""

from __future__ import annotations

from statistics import median

from .quantiles import weighted_quantile
from .strokes import GAP, Stroke, collinear, crosses, whole

DARK = 0.85
"""Of the darkness of a page's rules at least so much has a rule that is wider than they are; the darkest folds, a third
of black, have it only where the rules themselves are grey."""

WORN = 8.0
"""Millimetres that a worn line may end before one that it met: a fold that begins there meets it as well."""
BETWEEN = 2.0
"""Pixels: as wide is a rule one pixel wide that lies between two, each of which has a part of its ink."""
PALE_LENGTH = 5.0
"""Millimetres from which a faint stroke is a line, of the next page most often, and no dash."""


def without_ghosts(
    hs: list[Stroke], vs: list[Stroke], unit: float
) -> tuple[list[Stroke], list[Stroke], list[Stroke], list[Stroke]]:
    """Strokes of either direction without those far fainter than most; and these and the folds, a stroke each.

    Where a small part of a page's strokes, or of those of one direction, is softer than the rest (paler, wider) by a
    clear step, which worn and faded rules do not make, those go too that do not run from one rule to another. What is
    wide and as dark as the rest is a thick frame, of which gaps may have left pieces that end nowhere; what is thin and
    has as much ink as the rest lies between two pixels.
    """
    bare = _bare([*hs, *vs])
    usual = weighted_quantile([s.strength for s in bare], _weights(bare), 0.5)
    drawn = weighted_quantile([s.strength * max(1.0, s.thickness) for s in bare], _weights(bare), 0.5)
    least = 0.3 * usual
    every = _step_below(bare)
    soft_h, soft_v = _soft(_bare(hs), every), _soft(_bare(vs), every)
    rules_h, rules_v = [h for h in hs if h.sharpness >= soft_h], [v for v in vs if v.sharpness >= soft_v]

    def parted(strokes: list[Stroke], rules: list[Stroke], soft: float) -> tuple[list[Stroke], list[Stroke]]:
        seen = [s for s in strokes if s.strength >= least]
        ghosts: list[Stroke] = []
        folds = [s for s in strokes if s.strength < least and s.length >= PALE_LENGTH * unit]
        for line in collinear(seen, unit) if soft else []:
            stroke = whole(line)
            if _sharpness(line) >= soft or stroke.strength >= DARK * usual:
                continue
            if stroke.thickness <= BETWEEN and stroke.strength * stroke.thickness >= DARK * drawn:
                continue
            if stroke.length >= 15 * unit and _ends_at(stroke, rules, 1.5 * unit):
                continue
            ghosts += [s for s in line if s.sharpness < 1.25 * soft]
            folds += [stroke] if stroke.length >= 100 * unit else []
        return [s for s in seen if s not in ghosts], folds

    (kept_h, across), (kept_v, down) = parted(hs, rules_v, soft_h), parted(vs, rules_h, soft_v)
    return kept_h, kept_v, across, down


def _soft(strokes: list[Stroke], every: float) -> float:
    """Below which sharpness strokes of one direction are soft: ``every``, that of all strokes, where there is one and
    most of these are sharp (lines across may be a pixel thinner than those down); else their own."""
    below = sum(_weights([s for s in strokes if s.sharpness < every]))
    return every if every and below <= 0.5 * sum(_weights(strokes)) else _step_below(strokes)


def _bare(strokes: list[Stroke]) -> list[Stroke]:
    """The strokes with nothing close beside half of their length, as rules have; all where none has."""
    return [s for s in strokes if s.bare >= 0.5] or strokes


def _weights(strokes: list[Stroke]) -> list[float]:
    return [s.length * s.bare for s in strokes]


def _sharpness(line: list[Stroke]) -> float:
    """That of the pieces of a line, by their length."""
    return sum(s.sharpness * s.length for s in line) / sum(s.length for s in line)


def _ends_at(stroke: Stroke, others: list[Stroke], slack: float) -> bool:
    """Whether a stroke begins at one of the others and ends at another."""
    levels = [o.level for o in others if o.start - slack <= stroke.level <= o.end + slack]
    return all(any(abs(level - end) <= slack for level in levels) for end in (stroke.start, stroke.end))


def _step_below(strokes: list[Stroke]) -> float:
    """The sharpness that only a few of the strokes, by their weight, lie below and none near; 0 where there is no such
    step.

    At most a fifth lies below 0.65 of what three quarters reach, less than a fiftieth from there to 0.8 of it.
    """
    values, weights = [s.sharpness for s in strokes], _weights(strokes)
    most, total = weighted_quantile(values, weights, 0.25), sum(weights)
    below, near = (
        sum(w for value, w in zip(values, weights, strict=True) if value < share * most) for share in (0.65, 0.8)
    )
    return 0.65 * most if below <= 0.2 * total and near - below <= 0.02 * total else 0.0


def without_overhanging(
    strokes: list[Stroke], others: list[Stroke], unit: float, *, corners: list[Stroke]
) -> tuple[list[Stroke], list[Stroke]]:
    """Strokes of one direction without those whose line, taken over its gaps, runs far out of the frame; and those.

    ``others``: of the other direction, those that make the frame; ``corners``: all, of which one that stands where the
    line ends is a frame too. A fold may lie on a ruling line. Where such a line is clearly darker than it is outside
    the frame, it is both, and that piece stays.
    """
    lines = collinear(strokes, unit)
    wholes = [whole(line) for line in lines]
    kept: list[Stroke] = []
    folds: list[Stroke] = []
    for line, stroke in zip(lines, wholes, strict=True):
        near = [o for o in corners if o.bare >= 0.5 and is_corner(stroke, o, others, unit)]
        frame = _overhung_frame(line, stroke, wholes, others, unit, corners=near)
        kept += line if frame is None else _darker_inside(line, frame, unit)
        folds += [] if frame is None else [stroke]
    return [s for s in strokes if s in kept] + [s for s in kept if s not in strokes], folds


def is_corner(line: Stroke, other: Stroke, family: list[Stroke], unit: float) -> bool:
    """Whether a line ends where another stands, or would but for its gaps: a fold goes on to the edge of the sheet.

    The other stands no further up or down than its ``family``, as the dark edge of a sheet does.
    """
    near = min(abs(other.level - line.start), abs(other.level - line.end)) <= 2.0 * unit
    slack = 3.0 * unit
    if not near or other.length < 10.0 * unit or not crosses(line, other, GAP * unit) or not family:
        return False
    return min(f.start for f in family) - slack <= other.start and other.end <= max(f.end for f in family) + slack


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


def _overhung_frame(
    pieces: list[Stroke],
    line: Stroke,
    family: list[Stroke],
    others: list[Stroke],
    unit: float,
    *,
    corners: list[Stroke],
) -> tuple[float, float] | None:
    """The frame that the other direction's lines make, if the line runs far out of it where its family does not.

    On both sides (6 mm) a third of its family may, as a sheet has several folds, if it is softer than they are; on one
    side (25 mm) next to none: the last row of a table that goes on is as high. What lies outside must be a line: two
    fifths of it ink.
    """
    near = [o for o in others if crosses(line, o, 3.0 * unit)]
    crossed = near if len(near) >= 2 else [o for o in others if crosses(line, o, WORN * unit)]
    if len(crossed) < 2:
        return None
    frame = [o.level for o in (*crossed, *corners)]
    first, last = min(frame), max(frame)

    def alone(beyond: float, few: float) -> tuple[bool, bool]:
        before, after = first - beyond, last + beyond
        return (
            line.start < before and sum(f.start < before and f.end > first for f in family) <= few,
            line.end > after and sum(f.end > after and f.start < last for f in family) <= few,
        )

    def drawn(start: float, end: float) -> bool:
        ink = sum(max(0.0, min(s.end, end) - max(s.start, start)) * s.inked / s.length for s in pieces)
        return ink >= 0.4 * (end - start)

    softer = _sharpness(pieces) < 0.8 * median(f.sharpness for f in family)
    way = alone(6.0 * unit, max(1.0, len(family) / (3 if softer else 10)))
    if not all(way):
        way = alone(25.0 * unit, max(1.0, 0.1 * len(family)))
    before, after = way[0] and drawn(line.start, first), way[1] and drawn(last, line.end)
    return (first, last) if (before or after) and (before or not way[0]) and (after or not way[1]) else None
