"""Spaces within a number that are no more than the width of its signs: full-width digits stand a character apart."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from forms import LineReading

from .folding import folded
from .protocol import LineImage
from .unread import FRAME

DIGITS = frozenset("0123456789.,%·")
CLOSE, POINT = 1.35, 1.65
"""Characters' heights from the middle of one sign to that of the next up to which both are of one number, and after a
point, which stands at the left of its place: full-width digits stand one apart, two numbers side by side in a cell two
and more."""


def closed_up(line: LineImage, reading: LineReading) -> LineReading:
    """The reading of a number without the spaces between signs that stand close; others as they are."""
    plain = folded(reading.text)
    if not any(c.text.isspace() for c in reading.characters) or not plain or not set(plain) <= DIGITS:
        return reading
    shown = tuple(c for c in reading.characters if not c.text.isspace())
    height = line.shape[0] / FRAME
    places = [c.position * line.shape[1] for c in shown]
    reach = [POINT if folded(c.text) in "·." else CLOSE for c in shown]
    if any(after - before > r * height for r, (before, after) in zip(reach, pairwise(places), strict=False)):
        return reading
    others = tuple(("".join(t.split()) if set(folded(t)) <= DIGITS else t, p) for t, p in reading.alternatives)
    return replace(reading, characters=shown, alternatives=others)
