"""㎡ and ㎥: one character in print, of which no reader has a class.

PP-OCRv6 tiny reads either as m² or m2, small not at all, and is sure of what stands before it: 628万㎡ would be 628万.
What two readers differ by decides nothing, but ink does: the one that leaves it unread is wrong. Which of the two signs
it is nobody read; that is for a person.
"""

from __future__ import annotations

from dataclasses import replace

from forms import Character, LineReading

from .folding import folded
from .protocol import LineImage
from .unread import leaves_ink

SQUARE = "㎡"
"""The one that forms print more: areas."""
LEAST = 0.7
"""The posterior of its weakest character with which the reading that has the unit is taken."""
UNTOLD = 0.9
"""How sure the sign is at most. In 28 faces at 22 to 36 px tiny takes 22 of 168 ㎥ for m², as sure as of ㎡."""


def with_square(line: LineImage, quick: LineReading, thorough: LineReading) -> LineReading | None:
    """``quick`` with ㎡ for the m² that it has more than ``thorough``, which leaves its ink unread or has an m there;
    None where anything else differs."""
    for k in range(len(quick.characters) - 1):
        if folded(quick.text[k : k + 2]) != "m2" or quick.confidence < LEAST:
            continue
        without, other = quick.text[:k] + quick.text[k + 2 :], folded(thorough.text)
        half = folded(quick.text[: k + 1] + quick.text[k + 2 :]) == other
        if half or (folded(without) == other and leaves_ink(line, thorough)):
            return replace(quick, characters=(*quick.characters[:k], _one(quick, k), *quick.characters[k + 2 :]))
    return None


def _one(quick: LineReading, k: int) -> Character:
    left, right = quick.characters[k : k + 2]
    return Character(SQUARE, min(UNTOLD, left.posterior, right.posterior), (left.position + right.position) / 2)
