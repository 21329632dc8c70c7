"""Pieces of a table's lines down that meet none of its lines across, because these are worn away where they cross.

They lie between the table's first and last line, and one of its lines across, over its gaps, runs as far as they stand.
On a sheet of which a few rows are left they are all that tells of a column.
"""

from __future__ import annotations

from collections.abc import Sequence

from .strokes import Stroke, collinear, whole

BARE = 0.7
"""Of a ruling line's length at least so much has nothing printed close beside it."""
STRONG = 0.6
"""A table's line is at least so strong as the weakest that is known to be its; a fold is paler."""
SLACK = 3.0
"""Millimetres that a line may be worn away at its end."""
GAP = 8.0
"""Millimetres that a stroke may end before the line across that it ran to: the longest gap of a worn line."""


def within(
    down: Sequence[Stroke], across: Sequence[Stroke], loose: Sequence[Stroke], pieces: Sequence[Stroke], *, unit: float
) -> list[Stroke]:
    """Of the ``loose`` strokes down those that are a table's. ``unit``: px in a millimetre.

    ``down``, ``across``: the strokes that are known to be the table's; ``pieces``: strokes across that are not.
    """
    if len(across) < 2 or len(down) < 2:
        return []
    own = {id(h) for h in across}
    bare = [h for h in pieces if h.bare >= BARE]
    lines = [whole(line) for line in collinear([*across, *bare], unit) if any(id(h) in own for h in line)]
    top = min(*(h.level for h in across), *(v.start for v in down)) - SLACK * unit
    bottom = max(*(h.level for h in across), *(v.end for v in down)) + SLACK * unit
    least = STRONG * min(v.strength for v in down)

    def reached(v: Stroke) -> bool:
        return any(
            h.start - GAP * unit <= v.level <= h.end + GAP * unit
            and v.start - GAP * unit <= h.level <= v.end + GAP * unit
            for h in lines
        )

    return [
        v for v in loose
        if v.bare >= BARE and v.strength >= least and top <= v.start and v.end <= bottom and reached(v)
    ]  # fmt: skip
