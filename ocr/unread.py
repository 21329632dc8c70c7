"""Ink that no character of a reading stands at: something was printed there that the reader has no word for."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forms import LineReading

from .compose import line_alternatives
from .folding import folded, is_numeric
from .pixels import grey
from .protocol import LineImage

LEFT_OUT = 0.2
"""Characters' widths of ink further than ``REACH`` of one from every character: something was not read."""
REACH = 0.7
ROOM = 1.35
"""Width of the ink over the width that the text takes in print: more has room for a character that was not read."""
FRAME = 1.3
"""Height of a line image over that of its characters (see ``layout.textlines``)."""
PAPER = 160
"""Grey value from which a column holds no ink."""
MISSED, VALUE = 0.3, 0.1
"""So many characters' widths of ink left unread beside a value are taken for a unit that no reader knows, with this
belief at least. Of 1,354 texts with digits on 64 undamaged pages none leaves as much (2026-11-30)."""


def leaves_ink(line: LineImage, reading: LineReading) -> bool:
    """Whether ink stands where no character was read, or more of it than the text takes; all of it where none was."""
    inked = _inked(line)
    if not inked.size or not reading.characters:
        return bool(inked.size)
    units = sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else 0.55 for c in reading.text)
    wide = float(np.ptp(inked)) + 1.0 > ROOM * line.shape[0] / FRAME * units
    return bool(wide or _away(line, inked, reading) > LEFT_OUT)


def unread_letters(lines: Sequence[LineImage], readings: Sequence[LineReading]) -> float:
    """How much the readers believe (0 to 1) that a cell has a letter or digit more, of lines that leave ink unread.

    One that a single reader knows is in no character's posterior: ㎡ of 628万㎡ is m² to PP-OCRv6 tiny, to small it is
    nothing, and each character of 628万 is sure. A rival longer by a letter alone says little (总额 is 总客额 where a
    character wavers between two), nor does ink alone (dirt); where both are, a character is missed, and beside a value
    by much ink alone. A rival longer by two letters is no wavering, nor is the ² of m².
    """
    left = 1.0
    for line, reading in zip(lines, readings, strict=True):
        own, others = _letters(reading.text), line_alternatives(reading)
        sure = sum(chance for text, chance in others if _letters(text) > own + 1 or _has_square(text, reading.text))
        more = sum(chance for text, chance in others if _letters(text) > own)
        if is_numeric(reading.text) and _away(line, _inked(line), reading) >= MISSED:
            more = max(more, VALUE)
        if more > sure and leaves_ink(line, reading):
            sure = more
        left *= 1.0 - min(1.0, sure)
    return 1.0 - left


def _has_square(other: str, text: str) -> bool:
    """Whether another reading has the exponent of a unit that this one has without: 628万m² for 628万m."""
    other, text = folded(other), folded(text)
    return any(other.count("m" + n) > text.count("m" + n) and other.replace("m" + n, "m", 1) == text for n in "23")


def _inked(line: LineImage) -> NDArray[np.intp]:
    """The columns of a line image that hold ink."""
    return np.flatnonzero(grey(line).min(axis=0) < PAPER)


def _away(line: LineImage, inked: NDArray[np.intp], reading: LineReading) -> float:
    """Columns of ink further than ``REACH`` of a character from every character that was read, in characters."""
    if not inked.size:
        return 0.0
    character = line.shape[0] / FRAME
    places = np.array([c.position for c in reading.characters]) * line.shape[1]
    away = np.abs(inked[:, None] - places[None, :]).min(axis=1) > REACH * character
    return float(np.count_nonzero(away) / character)


def _letters(text: str) -> int:
    """How many letters and digits a text has; a % is two, as which it is read (90% and 9096)."""
    plain = folded(text)
    return sum(c.isalnum() for c in plain) + 2 * sum(c in "%‰" for c in plain)
