"""Lines of solid characters, for what is told by where ink stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forms import Character, LineReading
from ocr import LineImage

HEIGHT, SIDE, PITCH = 52, 10, 40


def printed(count: int) -> LineImage:
    """A line of ``count`` solid characters of 32 px at a pitch of 40."""
    line = np.full((HEIGHT, 2 * SIDE + PITCH * count), 255, np.uint8)
    for k in range(count):
        line[8:44, SIDE + PITCH * k + 4 : SIDE + PITCH * k + 36] = 0
    return line


def read_at(
    text: str, places: Sequence[float], of: int, *others: tuple[str, float], posterior: float = 0.9999
) -> LineReading:
    """A reading whose characters stand at these places, counted in characters, of ``printed(of)``."""
    width = 2 * SIDE + PITCH * of
    at = [(SIDE + PITCH * (place + 0.5)) / width for place in places]
    return LineReading(tuple(Character(c, posterior, x) for c, x in zip(text, at, strict=True)), others, "reader")
