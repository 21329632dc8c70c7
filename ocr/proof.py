"""All that a recogniser's word is held against before it becomes the text of a cell."""

from __future__ import annotations

from collections.abc import Sequence

from forms import LineReading

from .brackets import complete_brackets, match_brackets, weigh_pairs
from .commas import verify_commas
from .dashes import verify_dashes
from .page_print import UNKNOWN_PRINT, PagePrint
from .permille import verify_permille
from .points import doubt_lost_points, doubt_many_points
from .protocol import LineImage
from .spaces import closed_up
from .strokes import verify_marks


def prove(
    lines: Sequence[LineImage], readings: Sequence[LineReading], *, prints: PagePrint = UNKNOWN_PRINT
) -> list[LineReading]:
    """The readings of one cell's lines after a look at its strokes, at the room of a point, at its commas and brackets,
    and at what the rest of their page ``prints``."""
    readings = [closed_up(line, r) for line, r in zip(lines, prints.applied(readings), strict=True)]
    held = [
        verify_commas(doubt_many_points(doubt_lost_points(line, verify_dashes(line, _signs(line, r)))))
        for line, r in zip(lines, readings, strict=True)
    ]
    return match_brackets(complete_brackets(weigh_pairs(held)))


def _signs(line: LineImage, reading: LineReading) -> LineReading:
    return verify_marks(line, verify_permille(line, reading))
