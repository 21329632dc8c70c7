"""Straight pieces of ruling lines on the upright page, and which of them are pieces of one line."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .rulings import Segment

GAP = 60.0
"""Millimetres less than which two pieces of one line are apart."""


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

    @property
    def sharpness(self) -> float:
        """A rule is dark and thin, a fold pale and wide, and so is what shines through the paper."""
        return self.strength / math.sqrt(max(1.0, self.thickness))

    @staticmethod
    def of(segment: Segment) -> Stroke:
        ink = tuple((float(x), float(d)) for x, d in zip(segment.points[:, 0], segment.ink, strict=True))
        return Stroke(
            segment.level, segment.start, segment.end, segment.strength, ink, segment.thickness, bare=segment.bare
        )


def crosses(h: Stroke, v: Stroke, slack: float) -> bool:
    return h.start - slack <= v.level <= h.end + slack and v.start - slack <= h.level <= v.end + slack


def collinear(strokes: list[Stroke], unit: float) -> list[list[Stroke]]:
    """Strokes at one level (to half a millimetre) with gaps of less than ``GAP`` between them: pieces of one line."""
    lines: list[list[Stroke]] = []
    for s in sorted(strokes, key=lambda s: s.start):
        for line in lines:
            last = line[-1]
            if abs(last.level - s.level) <= 0.5 * unit and s.start - max(x.end for x in line) <= GAP * unit:
                line.append(s)
                break
        else:
            lines.append([s])
    return lines


def inked_length(line: list[Stroke]) -> float:
    return sum(s.inked for s in line)


def whole(line: list[Stroke]) -> Stroke:
    """The pieces of a line as one stroke over their gaps, of their median strength."""
    strengths = sorted(s.strength for s in line)
    longest = max(line, key=lambda s: s.length)
    start, end = min(s.start for s in line), max(s.end for s in line)
    return Stroke(longest.level, start, end, strengths[len(strengths) // 2], (), longest.thickness)


def joined(a: Stroke, b: Stroke) -> Stroke:
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
